"""The files of the project, as the house tests read them. Walked, not asked of git: a checkout may lack its history."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Made by tools or by running, at the top or anywhere.
MADE = {"data", "artefacts", "dist", "build", "node_modules", "__pycache__"}
TEXTS = {
    "",
    *(f".{kind}" for kind in ("py", "md", "toml", "html", "txt", "js", "css", "svg", "json", "po", "yml", "sh", "sql")),
}


@dataclass(frozen=True)
class File:
    """One text file: its path below the project (posix), its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file, empty if it is not Python (a rule of its own says so)."""
        try:
            return ast.parse(self.text)
        except SyntaxError:
            return ast.Module([], [])

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All of them: many rules look at each."""
        return tuple(ast.walk(self.tree))

    @property
    def is_python(self) -> bool:
        return self.path.endswith(".py")

    @property
    def is_migration(self) -> bool:
        return "/migrations/" in self.path


def _is_ours(parts: tuple[str, ...]) -> bool:
    top = parts[0]
    if top.startswith(".") and top not in {".ci", ".gitignore"}:
        return False
    return top not in MADE and "__pycache__" not in parts and not any(part.endswith(".egg-info") for part in parts)


@cache
def texts() -> tuple[File, ...]:
    """Every text file of the project but lock files and vendored ones, which others wrote. Asked for by tests, never on
    import: every worker imports every test."""
    found: list[File] = []
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if not _is_ours(parts) or path.suffix not in TEXTS or not path.is_file():
            continue
        if "vendor" in parts or path.name.endswith(".lock"):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found.append(File("/".join(parts), text))
    return tuple(found)


def python() -> Iterator[File]:
    """Every Python file of the project."""
    return (file for file in texts() if file.is_python)

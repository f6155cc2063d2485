"""The icon sprite: one symbol for each `{% icon "name" %}` of a template, drawn by Lucide."""

import re
from pathlib import Path

#: In templates `{% icon "name" %}`; in Python and scripts, where a name is chosen, `icon:name` in a comment beside it.
_NAMED = re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']|icon:([a-z0-9-]+)""")
_SUFFIXES = frozenset({".html", ".py", ".js"})


def used_icons(folder: Path) -> set[str]:
    """Every icon named below `folder`."""
    files = [path for path in folder.rglob("*") if path.suffix in _SUFFIXES and "vendor" not in path.parts]
    return {a or b for path in files for a, b in _NAMED.findall(path.read_text(encoding="utf-8"))}


def sprite(icons: Path, names: set[str]) -> str:
    """One SVG with a symbol per name. FileNotFoundError if Lucide has no such icon."""
    symbols = "".join(symbol(name, (icons / f"{name}.svg").read_text(encoding="utf-8")) for name in sorted(names))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


def symbol(name: str, drawing: str) -> str:
    """Lucide's file without its frame; stroke and size come from the style sheet."""
    inside = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", drawing, flags=re.DOTALL)
    lines = "".join(line.strip() for line in inside.splitlines())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{lines}</symbol>'

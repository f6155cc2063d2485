"""The documents are complete and true where a machine can tell: maps, words, dependencies, decisions, promises."""

import ast
import re
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from jawort.ledger.kinds import RECORDS, Kind
from tests.house.tree import ROOT, File, texts

DOCS = ROOT / "docs"
DECISIONS = 9
ADR_LINES_MAX = 60
ADR_WORDS_MAX = 450
CLAIMS = "docs/claims.md"
FLOWS = 20
#: What a test asks for that opens pages.
PAGES = {"at_desk", "open_page", "opened", "laptop"}


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def table(text: str, heading: str | None = None) -> list[list[str]]:
    """The body rows of the table below `heading`, or of the only one there is; cells without backticks."""
    if heading:
        text = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line.strip("| ") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in line.split(" | ")] for line in lines[2:]]


def test_the_map_lists_every_package_and_no_other() -> None:
    """Packages and theirs; what lies deeper is a matter of its package."""
    listed = [row[0] for row in table(read("docs/map.md"), "Packages")]
    there = {path.parent.relative_to(ROOT / "jawort").as_posix() for path in (ROOT / "jawort").rglob("__init__.py")}
    packages = {path for path in there if path != "." and path.count("/") < 2 and not path.endswith("migrations")}
    assert len(listed) == len(set(listed))
    assert set(listed) == packages


def test_the_map_stands_in_the_order_of_imports() -> None:
    layers = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]["layers"]
    order = {name.strip(" ()"): level for level, layer in enumerate(layers) for name in layer.split("|")}
    levels = [order[row[0].partition("/")[0]] for row in table(read("docs/map.md"), "Packages")]
    assert levels == sorted(levels)


def test_every_word_has_both_languages_and_a_meaning() -> None:
    words = table(read("docs/vocabulary.md"))
    assert len(words) >= 40
    assert all(len(row) == 3 and all(row) for row in words)
    for language in (0, 1):
        named = [row[language].casefold() for row in words]
        assert len(named) == len(set(named))


@pytest.mark.parametrize(
    "word", ["contact", "alias", "channel", "line", "gate", "permit", "refusal", "ledger", "witness", "lane", "deputy"]
)
def test_the_important_words_are_there(word: str) -> None:
    assert word in {row[0] for row in table(read("docs/vocabulary.md"))}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0].lower() for line in requirements}


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    text = read("docs/dependencies.md")
    at_run_time, extras = table(text, "At run time"), table(text, "As an extra")
    assert {row[0] for row in at_run_time} == names(project["dependencies"])
    assert {row[0] for row in extras} == set().union(*map(names, project["optional-dependencies"].values()))
    assert all(len(row) == 4 and all(row) for row in at_run_time + extras)
    assert len(at_run_time) <= 15


def adrs() -> list[Path]:
    return sorted((DOCS / "adr").glob("*.md"))


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in adrs()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= DECISIONS


@pytest.mark.parametrize("path", adrs(), ids=lambda path: path.stem)
def test_a_decision_is_a_page_with_its_price(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# {int(path.name[:4])}\. \S", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Price"]
    assert text.count("\n") <= ADR_LINES_MAX
    assert len(text.split()) <= ADR_WORDS_MAX


def promises() -> list[str]:
    """The words of docs/claims.md that stand nowhere else. Only that page may spell them, so they are read from it."""
    return read(CLAIMS).partition("```words\n")[2].partition("```")[0].split("\n")[:-1]


def pattern(promise: str) -> re.Pattern[str]:
    """`*` is any ending in small letters (so a class of Django's that begins so does not match), `-` any joint."""
    joined = re.escape(promise).replace(r"\-", r"[-\s\u2010\u2011]*")
    first, rest = joined[0], joined[1:].replace(r"\*", "(?-i:[a-zäöüß]*)")
    return re.compile(rf"(?<![\w.]){first}{rest}(?![\w(])", re.IGNORECASE)


@pytest.mark.parametrize("promise", promises())
def test_a_promise_stands_on_its_page_only(promise: str) -> None:
    found = pattern(promise)
    elsewhere = [file.path for file in texts() if file.path != CLAIMS and found.search(file.text)]
    assert not elsewhere


def test_the_words_of_promises_are_all_there() -> None:
    told = "\n".join(promises()).casefold()
    # Spelled in two halves: this file is searched, too.
    for halves in [("ende-zu-", "ende"), ("end-to-", "end"), ("dsgvo-", "konform"), ("gdpr-", "complian")]:
        assert "".join(halves) in told
    for halves in [("rechts", "sicher"), ("legally-", "safe"), ("legally-", "watertight"), ("ano", "nym")]:
        assert "".join(halves) in told


@pytest.mark.parametrize(
    ("promise", "text", "is_one"),
    [
        ("ABC-konform*", "die ABC-konforme Lösung", True),
        ("ABC-konform*", "ABC konform", True),
        ("ABC-konform*", "abc‑konform.", True),
        ("xyzm*", "Xyzmous data", True),
        ("xyzm*", "XYZMIZED", False),
        ("xyzm*", "class XyzmousUser:", False),
        ("xyzm*", "user.is_xyzmous", False),
        ("xyzm*", "request.xyzmous()", False),
    ],
)
def test_how_promises_are_found(promise: str, text: str, is_one: bool) -> None:
    assert bool(pattern(promise).search(text)) is is_one


def dead_links(file: File) -> list[str]:
    here = (ROOT / file.path).parent
    targets = re.findall(r"\]\(([^)#\s]+)", file.text)
    return [f"{file.path} -> {to}" for to in targets if "://" not in to and not (here / to).exists()]


def test_links_between_documents_lead_somewhere() -> None:
    dead = [link for file in texts() if file.path.endswith(".md") for link in dead_links(file)]
    assert not dead


def test_a_dead_link_is_seen() -> None:
    assert dead_links(File("docs/map.md", "see [that](nowhere.md) and [this](tests.md)")) == [
        "docs/map.md -> nowhere.md"
    ]


def test_every_setting_is_documented() -> None:
    from_code = re.findall(r"^    (\w+): (?:str|int|bool|Path) = ", read("jawort/core/config.py"), re.MULTILINE)
    text = read("docs/configuration.md")
    assert len(from_code) > 10
    assert not [name for name in from_code if f"`{name}`" not in text]


def test_the_licence_is_whole() -> None:
    text = read("LICENSE")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    said = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=said)  # exits, that is raises, if one is missing
    assert said.getvalue().strip() == "No changes detected"


def test_the_readme_tells_the_two_commands() -> None:
    assert "\nmake demo\n" in read("README.md")
    assert "\nmake test\n" in read("README.md")
    assert File("README.de.md", read("README.de.md")).text.startswith("# Jawort")


class TestTheLedgersKinds:
    """docs/data-protection/ledger.md says of each kind what it tells."""

    PAGE = "docs/data-protection/ledger.md"

    def test_each_is_described_once_among_its_own(self) -> None:
        records, events = (table(read(self.PAGE), heading) for heading in ("Records", "Events"))
        assert [row[0] for row in records] == [str(kind) for kind in Kind if kind in RECORDS]
        assert [row[0] for row in events] == [str(kind) for kind in Kind if kind not in RECORDS]

    def test_each_has_its_object_and_facts_unless_nobody_writes_it(self) -> None:
        """A kind that gets its first writer gets its description with it."""
        code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "jawort").rglob("*.py"))
        for row in (*table(read(self.PAGE), "Records"), *table(read(self.PAGE), "Events")):
            is_written = re.search(rf"\bKind\.{Kind(row[0]).name}\b", code) is not None
            assert (row[1] != "not written yet") is is_written, row[0]
            assert not is_written or all(row), row[0]


def browser_tests() -> dict[str, bool]:
    """Every test that a real browser runs, as the table of flows names it, and whether it does so in both languages."""
    found = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for each in tree.body:
            if isinstance(each, ast.FunctionDef) and PAGES & {argument.arg for argument in each.args.args}:
                marks = {ast.unparse(mark).partition(", [")[0] for mark in each.decorator_list}
                both = bool(marks & {"both_languages", "pytest.mark.parametrize('language'"})
                found[f"{path.relative_to(ROOT).as_posix()}::{each.name}"] = both
    return found


def test_every_flow_names_a_test_in_a_browser() -> None:
    flows, tests = table(read("docs/tests.md"), "The flows"), browser_tests()
    assert len(flows) >= FLOWS
    assert len({row[0] for row in flows}) == len({row[1] for row in flows}) == len(flows)
    assert {row[1] for row in flows} <= tests.keys()
    assert {row[1] for row in flows if row[2] == "both"} == {row[1] for row in flows if tests[row[1]]}
    assert "tests/house/test_docs.py::test_every_flow_names_a_test_in_a_browser" not in tests

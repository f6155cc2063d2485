"""The front end keeps its rules, its weight and its promises about who writes what."""

import re
from collections import Counter
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.test import Client

from tests.web.frontend_rules import RULES, WEB, WRITES_ITS_TEXT, Rule, Source, breaches, sources, untranslated
from tools.vendor import problems

BYTES_OF_SCRIPTS_MAX = 40_000  # as they are sent, ours and others'
BYTES_OF_STYLES_MAX = 15_000
#: The pages that load most: the desk's and the demo's.
PAGES = ["base/shell.html", "demo/stage.html", "account/login.html"]
STATIC = (WEB / "static").resolve()
NAMED = re.compile(r"""{% static '([^']+\.(?:js|css))' %}""")
IMPORTED = re.compile(r"""^@?import (?:[^"';]+ from )?(?:url\()?"([^"]+)\"""", re.MULTILINE)
ASKED_FOR = re.compile(r"""\bimport\("([^"]+)"\)""")
#: Loaded when somebody first asks for it, not with a page: most of it puts a voice message into OGG.
LATER = {"voice-note.js", "mediabunny.min.mjs", "ask-dialog.js", "command-menu.js"}
BYTES_OF_LATER_MAX = 160_000


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)
def test_every_source_keeps_the_rules(source: Source) -> None:
    assert list(breaches(source)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_catches_its_example(rule: Rule) -> None:
    assert rule.wrong.search(rule.bad)
    kind = rule.kinds.split()[0]
    assert any(rule.name in breach for breach in breaches(Source(f"bad.{kind}", rule.bad)))


def test_untranslated_words_are_caught() -> None:
    assert untranslated('<p>Hello</p><a aria-label="Go on">{% translate "Fine" %}</a>') == ["Hello", "Go on"]
    assert untranslated("<p>{% blocktranslate %}Hello{% endblocktranslate %} Jawort</p><code>jawort run</code>") == []


def test_long_scripts_are_caught() -> None:
    assert list(breaches(Source("long.js", "go();\n" * 151))) == ["long.js: longer than 150 lines"]


def test_elements_that_write_their_text_are_left_alone_when_morphing() -> None:
    shell = (WEB / "templates" / "base" / "shell.html").read_text(encoding="utf-8")
    assert f'"morphSkipChildren":"{",".join(WRITES_ITS_TEXT)}"' in shell
    writers = {
        found[1]
        for path in (WEB / "static" / "js").glob("*.js")
        for found in re.finditer(r"this\.textContent = [\s\S]*customElements\.define\(\"([a-z-]+)\"", path.read_text())
    }
    assert writers == set(WRITES_ITS_TEXT)


def test_one_element_a_file() -> None:
    for path in (WEB / "static" / "js").glob("*.js"):
        assert path.read_text(encoding="utf-8").count("customElements.define") <= 1, path.name


def test_what_others_made_is_as_pinned_and_every_icon_is_there() -> None:
    assert problems() == []


def loaded(page: str) -> set[Path]:
    """The files that a page loads by itself: what its template names, what that imports, and so on."""
    found: set[Path] = set()
    template, document = (WEB / "templates" / name for name in (page, "base/document.html"))
    text = template.read_text(encoding="utf-8")
    if "{% block styles %}" not in text:
        text += document.read_text(encoding="utf-8")
    waiting = [STATIC / name for name in NAMED.findall(text)]
    while waiting:
        path = waiting.pop().resolve()
        if path not in found:
            found.add(path)
            waiting += named(path, IMPORTED)
    return found


def named(path: Path, how: re.Pattern[str]) -> list[Path]:
    """The files that this one names in this way."""
    return [(path.parent / each).resolve() for each in how.findall(path.read_text(encoding="utf-8"))]


def of_customers() -> set[Path]:
    """The files that pages for customers name."""
    pages = (WEB.parent / "public" / "templates").rglob("*.html")
    return {(STATIC / name).resolve() for page in pages for name in NAMED.findall(page.read_text(encoding="utf-8"))}


def asked_for() -> set[Path]:
    """The files that a page loads when somebody asks for what they do."""
    pages = set().union(*map(loaded, PAGES))
    found: set[Path] = set()
    waiting = [each for path in pages for each in named(path, ASKED_FOR)]
    while waiting:
        path = waiting.pop()
        if path not in found | pages:
            found.add(path)
            waiting += [*named(path, IMPORTED), *named(path, ASKED_FOR)]
    return found


def sent(client: Client, path: Path) -> int:
    """Its size in bytes as it is sent: Brotli."""
    address = f"{settings.STATIC_URL}{path.relative_to(STATIC).as_posix()}"
    answer = client.get(address, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert (answer.status_code, answer["Content-Encoding"]) == (200, "br")
    assert brotli.decompress(answer.content) == path.read_bytes()
    return len(answer.content)


@pytest.mark.parametrize("page", PAGES)
def test_the_first_load_is_light(db: None, client: Client, page: str) -> None:
    """Of all that a page loads by itself, whatever stands on it."""
    weight = Counter[str]()
    for path in loaded(page):
        weight[path.suffix] += sent(client, path)
    assert 0 < weight[".js"] < BYTES_OF_SCRIPTS_MAX
    assert 0 < weight[".css"] < BYTES_OF_STYLES_MAX


def test_every_file_belongs_to_a_page(db: None, client: Client) -> None:
    """But for what is loaded later, which is bounded by itself."""
    texts = {path for path in STATIC.rglob("*") if path.suffix in {".js", ".mjs", ".css"}}
    later = texts.difference(*map(loaded, PAGES), of_customers())
    assert later == asked_for()
    assert {path.name for path in later} == LATER
    assert 0 < sum(sent(client, path) for path in later) < BYTES_OF_LATER_MAX


@pytest.mark.parametrize(
    ("takes", "sent"),
    [("br", "br"), ("gzip, br;q=0.5", "br"), ("gzip", None), ("", None), ("br;q=0", None), ("brotli", None)],
)
def test_a_browser_gets_what_it_takes(db: None, client: Client, takes: str, sent: str | None) -> None:
    answer = client.get(f"{settings.STATIC_URL}css/app.css", headers={"Accept-Encoding": takes})
    plain = (WEB / "static/css/app.css").read_bytes()
    body = answer.getvalue()
    assert answer.get("Content-Encoding") == sent
    assert (brotli.decompress(body) if sent else body) == plain
    assert (answer["Content-Length"], answer["Vary"]) == (str(len(body)), "Accept-Encoding")
    assert "immutable" in answer["Cache-Control"]


def test_what_is_compressed_already_is_not_compressed_again(db: None, client: Client) -> None:
    answer = client.get(f"{settings.STATIC_URL}vendor/inter.woff2", headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in answer
    answer.close()

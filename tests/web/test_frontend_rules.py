"""The front end keeps its rules, its weight and its promises about who writes what."""

import re

import brotli
import pytest
from django.conf import settings
from django.test import Client

from tests.web.frontend_rules import RULES, WEB, WRITES_ITS_TEXT, Rule, Source, breaches, sources, untranslated
from tools.vendor import problems

BYTES_OF_SCRIPTS_MAX = 40_000  # as they are sent, ours and others'
BYTES_OF_STYLES_MAX = 15_000
#: Loaded when somebody first records a voice message, not with a page.
LATER, BYTES_OF_LATER_MAX = "mediabunny.min.mjs", 160_000


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


def test_the_first_load_is_light(db: None, client: Client) -> None:
    """What a browser is sent of all pages together, as it is sent: Brotli."""
    weight = {"js": 0, "css": 0, "later": 0}
    texts = [path for path in (WEB / "static").rglob("*") if path.suffix in {".js", ".mjs", ".css"}]
    for path in texts:
        address = f"{settings.STATIC_URL}{path.relative_to(WEB / 'static').as_posix()}"
        sent = client.get(address, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
        assert (sent.status_code, sent["Content-Encoding"]) == (200, "br")
        assert brotli.decompress(sent.content) == path.read_bytes()
        weight["later" if path.name == LATER else path.suffix[1:]] += len(sent.content)
    assert 0 < weight["js"] < BYTES_OF_SCRIPTS_MAX
    assert 0 < weight["css"] < BYTES_OF_STYLES_MAX
    assert 0 < weight["later"] < BYTES_OF_LATER_MAX
    imports = re.compile(rf"(?<!await )\b(import|from)\b[^;]*{re.escape(LATER)}")
    assert not any(imports.search(path.read_text(encoding="utf-8")) for path in (WEB / "static/js").glob("*.js"))


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

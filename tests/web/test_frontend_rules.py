"""The front end keeps its rules, its weight and its promises about who writes what."""

import gzip
import re

import pytest

from tests.web.frontend_rules import RULES, WEB, WRITES_ITS_TEXT, Rule, Source, breaches, sources, untranslated
from tools.vendor import problems

BYTES_OF_SCRIPTS_MAX = 40_000  # compressed, ours and others'
BYTES_OF_STYLES_MAX = 15_000


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


def test_the_first_load_is_light() -> None:
    weight = {
        kind: sum(len(gzip.compress(path.read_bytes())) for path in (WEB / "static").rglob(f"*.{kind}"))
        for kind in ("js", "css")
    }
    assert weight["js"] < BYTES_OF_SCRIPTS_MAX
    assert weight["css"] < BYTES_OF_STYLES_MAX

"""Rules of the front end that a machine can check, each with a line that must fail (test_frontend_rules.py)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WEB = Path(__file__).parents[2] / "jawort" / "web"
SCRIPT_LINES_MAX = 150
STYLE_LINES_MAX = 400
#: Words that are the same in every language, or a name.
UNTRANSLATED = {"Jawort", "WhatsApp", "Deutsch", "English", "Enter", "jawort", "verify", *"JKRNESUL"}
#: Elements whose text a script writes; morphing must leave it alone (shell.html says so to htmx).
WRITES_ITS_TEXT = ("relative-time", "window-left")

_TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_BLOCKTRANSLATE = re.compile(r"\{%\s*blocktranslate.*?endblocktranslate\s*%\}", re.DOTALL)
_CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)
_MARKUP = re.compile(r"<!doctype[^>]*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_LABELS = re.compile(r"\b(?:aria-label|title|placeholder|alt)=[\"']([^\"']*)[\"']")
_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}|\b[A-Z]\b")


@dataclass(frozen=True)
class Source:
    """One template, script or style sheet."""

    name: str
    text: str

    @property
    def kind(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True)
class Rule:
    """`wrong` matches what breaks the rule, in sources of these kinds; `bad` must break it."""

    name: str
    kinds: str
    wrong: re.Pattern[str]
    bad: str


def rule(name: str, kinds: str, wrong: str, bad: str) -> Rule:
    return Rule(name, kinds, re.compile(wrong, re.IGNORECASE | re.DOTALL), bad)


RULES = [
    rule("no inline style", "html js", r"\sstyle\s*=\s*[\"']|<style\b|\.style\.|setAttribute\(.style", '<p style="a">'),
    rule("no inline handler", "html", r"\son[a-z]+\s*=\s*[\"']", '<a onclick="go()">'),
    rule("no inline script", "html", r"<script\b(?![^>]*\bsrc=)", "<script>go()</script>"),
    rule("no script in an address", "html js", r"javascript:", '<a href="javascript:go()">'),
    rule("no hx-on", "html", r"\s(?:data-)?hx-on[:=\-]", '<a hx-on:click="go()">'),
    rule("no filter in a trigger", "html", r"hx-trigger=\"[^\"]*\[", '<a hx-trigger="click[ctrlKey]">'),
    rule("no computed values", "html", r"hx-(?:vals|confirm|headers)=[\"']js:", "<a hx-vals='js:{a: 1}'>"),
    rule("no evaluated code", "js", r"\beval\(|new Function\(|setTimeout\(\s*[\"'`]", "eval(a)"),
    rule(
        "no foreign host",
        "html js css",
        r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9.-]+\.[a-z]{2,}",
        '"//cdn.example/a.js"',
    ),
    rule("nothing is more important", "css", r"(?<!display: none )!important", "a { color: red !important; }"),
    rule("an icon by its tag", "html", r"<svg[^>]*class=[\"'][^\"']*\bicon\b", '<svg class="icon">'),
    rule(
        "a button without words has a label",
        "html",
        r"<button(?![^>]*aria-label)[^>]*btn--icon",
        '<button class="btn--icon">',
    ),
    rule(
        "a form posts with its token",
        "html",
        r"<form(?=[^>]*method=\"post\")(?:(?!csrf_token).)*?</form>",
        '<form method="post"></form>',
    ),
    rule("colours come from tokens", "css", r"(?<![\w-])#[0-9a-f]{3,8}\b(?!\")", "a { color: #f00; }"),
    rule("a time by its element", "html", r"<time\b", "<time>10:00</time>"),
]


def sources() -> list[Source]:
    """Every template, script and style sheet of ours."""
    files = [path for kind in ("html", "js", "css") for path in WEB.rglob(f"*.{kind}") if "vendor" not in path.parts]
    return [Source(path.relative_to(WEB).as_posix(), path.read_text(encoding="utf-8")) for path in sorted(files)]


def breaches(source: Source) -> Iterator[str]:
    """What this source does that it may not."""
    for each in RULES:
        if source.kind in each.kinds.split():
            for found in each.wrong.finditer(source.text):
                line = source.text.count("\n", 0, found.start()) + 1
                yield f"{source.name}:{line}: {each.name}"
    if source.kind == "html":
        yield from (f"{source.name}: not translated: {text!r}" for text in untranslated(source.text))
    most = {"js": SCRIPT_LINES_MAX, "css": STYLE_LINES_MAX}.get(source.kind)
    if most and source.text.count("\n") > most:
        yield f"{source.name}: longer than {most} lines"


def untranslated(template: str) -> list[str]:
    """Words that people would read and gettext does not know."""
    bare = _CODE.sub(" ", _BLOCKTRANSLATE.sub(" ", template)).replace("page--narrow", " ")  # a class in a block
    bare = re.sub(r"<kbd[^>]*>.*?</kbd>", " ", bare, flags=re.DOTALL)
    labels = [_TAGS.sub(" ", label) for label in _LABELS.findall(_TAGS.sub(" ", bare))]
    texts = [*_MARKUP.split(_TAGS.sub(" ", bare)), *labels]
    return [text.strip() for text in texts if set(_WORD.findall(text)) - UNTRANSLATED]

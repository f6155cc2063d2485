"""Templates as the platform lists them, and what a customer reads of one. Pure.

Source: DOC/templates/overview and /components. A placeholder is `{{1}}` or `{{first_name}}`; a value that looks like
one stays what it is.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from msgspec import Raw

from jawort.channels.parts import Template, Value, Wording
from jawort.channels.whatsapp.scan import elements, members, text
from jawort.core.text import is_sound

NAME_MAX: Final = 512
CODE_MAX: Final = 64  # of a word of the platform's: a status, a category
FIELDS: Final = "id,name,language,category,status,quality_score,rejected_reason,parameter_format,components"
APPROVED, MARKETING = "APPROVED", "MARKETING"

_PLACEHOLDER: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_FILES: Final = frozenset({"image", "video", "document"})
#: Buttons that come as the template has them, and those that a value is given to, by the word of the call.
_READY: Final = frozenset({"QUICK_REPLY", "URL", "PHONE_NUMBER", "VOICE_CALL", "REQUEST_CONTACT_INFO"})
_TAKES: Final[Mapping[str, str]] = {"URL": "url", "COPY_CODE": "copy_code"}
_NUL: Final = r"\u0000"  # as JSON writes it
_PARTS: Final = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One template in one language, as the platform tells of it. All but `components` are its own words and names.

    `named` if its placeholders have names instead of numbers; `components` is a JSON array.
    """

    ref: str
    name: str
    language: str
    category: str
    status: str
    quality: str
    reason: str
    named: bool
    components: str


@dataclass(frozen=True, slots=True)
class Button:
    """One button of a template. `kind` is the platform's word; `takes` what it has to be given, empty if nothing."""

    kind: str
    title: str
    url: str = ""
    takes: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a template says, with its placeholders. `header_kind` is `text`, a kind of file, or empty.

    `beyond` is the platform's word for what cannot be filled in by a form here, empty if there is nothing like that.
    `examples` are those that it was approved with, by `header.1` and `body.first_name`.
    """

    named: bool
    header_kind: str = ""
    header: str = ""
    body: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    beyond: str = ""
    examples: Mapping[str, str] | None = None

    @property
    def brings_file(self) -> bool:
        """Whether its header is a file."""
        return self.header_kind in _FILES


def listed(page: bytes) -> tuple[list[Listed], str] | None:
    """The templates of one page, and the cursor of the next one, empty on the last; None if it is no such page.

    What has no name or is no text is left out: it could not be sent.
    """
    answer = members(page.strip()) or {}
    items = elements(answer.get("data"))
    if items is None:
        return None
    paging = members(answer.get("paging")) or {}
    after = text((members(paging.get("cursors")) or {}).get("after")) if "next" in paging else ""
    return [one for item in items if (one := _listed(item)) is not None], after or ""


def pattern(components: Sequence[Any], *, named: bool) -> Pattern:
    """What `components` say; whatever does not look like one of theirs is left out, or said to be beyond a form."""
    parts = {str(one.get("type", "")).upper(): one for one in components if isinstance(one, dict)}
    header, body, footer = (parts.get(kind, {}) for kind in ("HEADER", "BODY", "FOOTER"))
    kind = str(header.get("format", "")).lower()
    told = parts.get("BUTTONS", {}).get("buttons")
    buttons = tuple(_button(one) for one in told if isinstance(one, dict)) if isinstance(told, list) else ()
    beyond = [kind for kind in parts if kind not in _PARTS]
    beyond += [kind] if kind not in _FILES | {"", "text"} else []
    beyond += [one.kind for one in buttons if one.kind not in _READY | _TAKES.keys()]
    return Pattern(
        named=named,
        header_kind=kind,
        header=_text(header),
        body=_text(body),
        footer=_text(footer),
        buttons=buttons,
        beyond=beyond[0].lower() if beyond else "",
        examples=_examples("header", header) | _examples("body", body),
    )


def placeholders(words: str) -> list[str]:
    """The names of the placeholders in `words`, each once, in their order."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(words)))


def filled(words: str, values: Mapping[str, str]) -> str:
    """`words` with each placeholder replaced by its value; one without a value stays."""
    return _PLACEHOLDER.sub(lambda hole: values.get(hole.group(1), hole.group()), words)


def wording(of: Pattern, part: Template) -> tuple[str, Wording]:
    """What the customer reads: the text, and what stands around it."""
    header = part.header
    above = filled(of.header, _values([header])) if isinstance(header, Value) else of.header
    given = {button.index: button for button in part.buttons}
    titles = []
    for index, button in enumerate(of.buttons):
        value = given[index].value if index in given else ""
        end = {"url": filled(button.url, {"1": value}), "copy_code": value}.get(button.takes, button.url)
        titles.append(f"{button.title}: {end}" if end else button.title)
    return filled(of.body, _values(part.body)), Wording(above, of.footer, tuple(titles))


def _values(values: Sequence[Value]) -> dict[str, str]:
    return {value.name or str(place): value.text for place, value in enumerate(values, start=1)}


def _listed(raw: Raw) -> Listed | None:
    fields = members(raw) or {}
    one = Listed(
        ref=_code(fields.get("id")),
        name=text(fields.get("name")) or "",
        language=_code(fields.get("language")),
        category=_code(fields.get("category")).upper(),
        status=_code(fields.get("status")).upper(),
        quality=_code((members(fields.get("quality_score")) or {}).get("score")).upper(),
        reason=_code(fields.get("rejected_reason")),
        named=_code(fields.get("parameter_format")).upper() == "NAMED",
        components=_components(fields.get("components")),
    )
    sound = 0 < len(one.name) <= NAME_MAX and all(map(is_sound, (one.name, one.components, one.ref, one.language)))
    return one if sound and one.language and one.components else None


def _components(raw: Raw | None) -> str:
    """As JSON that a database takes, empty if there is none. Without addresses of example files: they are other ones

    every time, and nobody needs them."""
    try:
        found = json.loads(bytes(raw)) if raw is not None else None
        for one in found if isinstance(found, list) else ():
            if isinstance(one, dict) and isinstance(one.get("example"), dict):
                one["example"].pop("header_handle", None)
        told = json.dumps(found, ensure_ascii=False, allow_nan=False) if isinstance(found, list) else ""
    except (ValueError, RecursionError):
        return ""
    return "" if _NUL in told else told


def _code(raw: Raw | None) -> str:
    return (text(raw) or "")[:CODE_MAX].replace("\0", "")


def _text(component: Mapping[str, Any]) -> str:
    found = component.get("text")
    return found if isinstance(found, str) else ""


def _button(one: Mapping[str, Any]) -> Button:
    kind, url = str(one.get("type", "")).upper(), str(one.get("url", ""))
    takes = _TAKES.get(kind, "") if kind != "URL" or placeholders(url) else ""
    example = one.get("example")
    first = example[0] if isinstance(example, list) and example else example
    return Button(kind, _text(one), url, takes, first if isinstance(first, str) else "")


def _examples(place: str, component: Mapping[str, Any]) -> dict[str, str]:
    """The examples of a header or a body, which have a form of their own each, and another one for names."""
    told = component.get("example")
    if not isinstance(told, dict):
        return {}
    named, plain = told.get(f"{place}_text_named_params"), told.get(f"{place}_text")
    if isinstance(named, list):
        pairs = [(one.get("param_name"), one.get("example")) for one in named if isinstance(one, dict)]
        return {f"{place}.{name}": str(example) for name, example in pairs if name and example}
    values = plain[0] if isinstance(plain, list) and plain and isinstance(plain[0], list) else plain
    return {f"{place}.{n}": str(one) for n, one in enumerate(values, 1)} if isinstance(values, list) else {}

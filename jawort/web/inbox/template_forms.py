"""The form of a template: a field for each placeholder, and what the customer will read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from jawort.channels.parts import HeaderKind, Media, Template, TemplateButton, Value
from jawort.channels.whatsapp.limits_templates import CODE_MAX, HEADER_MAX, URL_MAX, VALUE_MAX
from jawort.channels.whatsapp.templates import Pattern, filled, placeholders
from jawort.lines.template_list import Offered
from jawort.messaging.draft import Draft
from jawort.web.inbox.template_words import button_label, label
from jawort.web.templatetags.jawort import whatsapp

#: Stand for placeholders while the words around them are made ready: no text of ours has them.
FIRST_MARK = 0xE000
_MARK = re.compile("[\ue000-\uf8ff]")
#: What a browser offers to choose, by the kind of a header's file.
ACCEPT = {"image": "image/jpeg,image/png", "video": "video/mp4,video/3gpp", "document": ""}
_KINDS: Mapping[str, HeaderKind] = {"image": "image", "video": "video", "document": "document"}


@dataclass(frozen=True, slots=True)
class Field:
    """One placeholder as a field. `example` is the one that the template was approved with."""

    name: str
    label: str
    most: int
    example: str
    value: str

    @property
    def dom_id(self) -> str:
        """Its id in the page."""
        return f"fill-{self.name.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class Look:
    """What the customer will read; placeholders are marked, so that a page fills them while somebody types."""

    header: SafeString
    body: SafeString
    footer: str
    buttons: list[str]


class SentForm(forms.Form):
    """What comes beside the values: the browser's id of the bubble, and the header's uploaded file."""

    client_id = forms.UUIDField(required=False)
    file = forms.UUIDField(required=False)


def fields(of: Pattern, values: Mapping[str, str]) -> list[Field]:
    """A field for everything that has to be filled in, in the order in which it is read."""
    found = []
    for place, words, most in (("header", of.header, HEADER_MAX), ("body", of.body, VALUE_MAX)):
        for name in placeholders(words):
            key = f"{place}.{name}"
            example = (of.examples or {}).get(key, "")
            found.append(Field(key, label(place, name, named=of.named), most, example, values.get(key, "")))
    for index, button in enumerate(of.buttons):
        if button.takes:
            key, most = f"button.{index}", CODE_MAX if button.takes == "copy_code" else URL_MAX
            called = button_label(button.takes, button.title)
            found.append(Field(key, called, most, button.example, values.get(key, "")))
    return found


def look(of: Pattern, values: Mapping[str, str]) -> Look:
    """What the customer will read, as far as it is filled in."""
    buttons = [button.title or values.get(f"button.{n}", "") for n, button in enumerate(of.buttons)]
    return Look(_shown("header", of, of.header, values), _shown("body", of, of.body, values), of.footer, buttons)


def draft(one: Offered, values: Mapping[str, str], file: UUID | None) -> Draft:
    """The message that the form asks for. It may break limits: the door says so."""
    of = one.pattern
    header: Value | Media | None = None
    if of.brings_file:
        header = Media("")
    elif heading := _values("header", of, of.header, values):
        header = heading[0]
    buttons = (
        TemplateButton(n, "copy_code" if button.takes == "copy_code" else "url", values.get(f"button.{n}", ""))
        for n, button in enumerate(of.buttons)
        if button.takes
    )
    part = Template(
        one.name,
        one.language,
        header=header,
        header_kind=_KINDS.get(of.header_kind, ""),
        body=tuple(_values("body", of, of.body, values)),
        buttons=tuple(buttons),
    )
    return Draft("", "template", part, file=file)


def values_of(of: Pattern, part: Template) -> dict[str, str]:
    """What a template was filled in with once, for the fields of the form."""
    given = {f"body.{value.name or place}": value.text for place, value in enumerate(part.body, 1)}
    if isinstance(part.header, Value):
        given |= {f"header.{name}": part.header.text for name in placeholders(of.header)}
    return given | {f"button.{button.index}": button.value for button in part.buttons}


def _values(place: str, of: Pattern, words: str, values: Mapping[str, str]) -> list[Value]:
    """In the order that the platform counts in: of the numbers, where the placeholders have some."""
    names = placeholders(words)
    ordered = names if of.named else sorted(names, key=lambda name: (len(name), name))
    return [Value(values.get(f"{place}.{name}", "").strip(), name if of.named else "") for name in ordered]


def _shown(place: str, of: Pattern, words: str, values: Mapping[str, str]) -> SafeString:
    names = placeholders(words)
    marks = {name: chr(FIRST_MARK + n) for n, name in enumerate(names)}
    holes = {mark: _hole(place, name, of, values) for name, mark in marks.items()}
    text = _MARK.sub(lambda found: holes.get(found.group(), ""), whatsapp(filled(words, marks)))
    return mark_safe(text)  # noqa: S308 - the filter has escaped the words, and format_html the values


def _hole(place: str, name: str, of: Pattern, values: Mapping[str, str]) -> SafeString:
    key, empty = f"{place}.{name}", label("body", name, named=of.named)
    value = values.get(key, "").strip()
    mark = "" if value else "hole"
    return format_html('<span class="{}" data-hole="{}" data-empty="{}">{}</span>', mark, key, empty, value or empty)

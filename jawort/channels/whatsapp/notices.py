"""What the platform reports of our account, its numbers and templates, read as words.

Which members hold them differs by field and is a table here. A field that is not in it (tomorrow's) is a notice all the
same, by its name and whatever it calls its event. Only words of the platform are taken, never sentences: they are
stored and shown in clear, and a sentence may name somebody.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from msgspec import Raw

from jawort.channels.types import Notice
from jawort.channels.whatsapp.envelope import Place
from jawort.channels.whatsapp.scan import elements, members, moment, text, when
from jawort.core.phone import parse as phone

WORDS_MAX = 20
#: A word, the name of a template, a tier, a number: nothing that could be a sentence, an address or a name of somebody.
_WORD: Final = re.compile(r"-?[A-Za-z0-9_.]{1,64}")
#: What a field that we do not know calls its event: no digits, for a number would be somebody's.
_EVENT: Final = re.compile(r"[A-Za-z][A-Za-z_]{0,63}")
_TEMPLATE: Final = re.compile(r"[a-z0-9_]{1,512}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(_[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where a field has its event, further words by name, and from when it holds; each place is a path of members, `*`
    every element."""

    event: str = "event"
    words: Mapping[str, str] = field(default_factory=dict)
    begins: str = ""


_LIMIT: Final = {"limit": "max_daily_conversations_per_business"}
_SHAPES: Final[Mapping[str, _Shape]] = {
    "message_template_status_update": _Shape(
        words={"reason": "reason", "title": "other_info.title", "rejection": "rejection_info.reason"},
        begins="disable_info.disable_date",
    ),
    "message_template_quality_update": _Shape("new_quality_score", {"previous": "previous_quality_score"}),
    "message_template_components_update": _Shape(),
    "template_category_update": _Shape(
        words={"previous": "previous_category", "new": "new_category", "correct": "correct_category"},
        begins="category_update_timestamp",
    ),
    "phone_number_quality_update": _Shape(words={**_LIMIT, "tier": "current_limit"}),
    "business_capability_update": _Shape(words={**_LIMIT, "numbers": "max_phone_numbers_per_business"}),
    "phone_number_name_update": _Shape("decision", {"reason": "rejection_reason"}),
    "account_update": _Shape(
        words={
            "ban": "ban_info.waba_ban_state",
            "violation": "violation_info.violation_type",
            "restriction": "restriction_info.*.restriction_type",
            "tier": "volume_tier_info.tier",
        },
        begins="ban_info.waba_ban_date",
    ),
    "account_review_update": _Shape("decision"),
    "account_alerts": _Shape(
        "alert_info.alert_type",
        {"severity": "alert_info.alert_severity", "status": "alert_info.alert_status", "about": "entity_type"},
    ),
    "security": _Shape(),
    "business_username_update": _Shape("status"),
    "errors": _Shape("errors.*.code"),
}


def notice(place: Place, kind: str, original: bytes) -> Notice:
    """The notice that `place` is, as far as its field is known."""
    shape = _SHAPES.get(kind)
    if shape is None:
        shape, event = _Shape(), _fitting(_EVENT, place.value.get("event"))
    else:
        event = next(_words(place.value, shape.event), "")
    words = [(name, word) for name, path in shape.words.items() for word in _words(place.value, path)]
    ends = list(_ends(place.value))[:WORDS_MAX] if event == "ACCOUNT_RESTRICTION" else []
    number = phone(text(place.value.get("display_phone_number")) or "")
    return Notice(
        line_ref=place.line_ref,
        kind=kind,
        original=original,
        account_ref=place.account_ref,
        event=event,
        number=number.digits if number is not None else "",
        template=_fitting(_TEMPLATE, place.value.get("message_template_name")),
        language=_fitting(_LANGUAGE, place.value.get("message_template_language")),
        words=tuple(words[:WORDS_MAX]),
        at=moment(place.entry.get("time")),
        until=max((end for _, end in ends if end is not None), default=None),
        ends=tuple(ends),
        begins=next((at for raw in _at(place.value, shape.begins) if (at := when(raw)) is not None), None),
    )


def _ends(value: dict[str, Raw]) -> Iterator[tuple[str, datetime | None]]:
    """The restrictions of an account, each with its own end."""
    for raw in elements(value.get("restriction_info")) or ():
        fields = members(raw) or {}
        if restriction := _fitting(_WORD, fields.get("restriction_type")):
            yield restriction, when(fields.get("expiration"))


def _words(value: dict[str, Raw], path: str) -> Iterator[str]:
    """The words at `path`; what is no word is left out."""
    return (word for raw in _at(value, path) if (word := _fitting(_WORD, raw)))


def _at(value: dict[str, Raw], path: str) -> Iterator[Raw]:
    """What lies at `path`."""
    head, _, rest = path.partition(".")
    found = value.get(head)
    if found is None:
        return
    if not rest:
        yield found
        return
    every, _, inner = rest.partition(".")
    for raw in elements(found) or () if every == "*" else (found,):
        yield from _at(members(raw) or {}, inner if every == "*" else rest)


def _fitting(form: re.Pattern[str], raw: Raw | None) -> str:
    found = text(raw) or ""
    return found if form.fullmatch(found) else ""

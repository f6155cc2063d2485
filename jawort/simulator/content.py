"""What stands under the type's own key of a send: texts, files, places, contact cards, reactions. Pure."""

import re
from typing import Any

from jawort.simulator import interactive
from jawort.simulator.errors import GraphError
from jawort.simulator.parameters import TEMPLATE
from jawort.simulator.shape import Check, Degrees, Items, Shape, Text, anything, either, flag, link

CAPTION_CHARACTERS_MAX = 1_024
TEXT_CHARACTERS_MAX = 4_096
CONTACTS_MAX = 257
LINE_CHARACTERS_MAX = 1_000  # of what the documentation gives no limit for
EMOJI_CHARACTERS_MAX = 32  # one emoji can be long: skin, gender, families, flags
_BIRTHDAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FILE: dict[str, Check] = {"id": Text(LINE_CHARACTERS_MAX), "link": link}
_CAPTION: dict[str, Check] = {"caption": Text(CAPTION_CHARACTERS_MAX, least=0)}
_LINE = Text(LINE_CHARACTERS_MAX, least=0)


def _emoji(value: Any, path: str) -> None:
    """One emoji, or an empty string, which takes it back."""
    Text(EMOJI_CHARACTERS_MAX, least=0)(value, path)
    if value and (value.isascii() or any(one.isalpha() or one.isspace() for one in value)):
        raise GraphError(131009, f"{path}: must be an emoji, or empty to remove it.")


def _birthday(value: Any, path: str) -> None:
    if not isinstance(value, str) or not _BIRTHDAY.fullmatch(value):
        raise GraphError(131009, f"{path}: must be YYYY-MM-DD.")


_NAMES = ("first_name", "last_name", "middle_name", "suffix", "prefix")
_CONTACT = Shape(
    needs={"name": Shape(needs={"formatted_name": Text(LINE_CHARACTERS_MAX)}, may=dict.fromkeys(_NAMES, _LINE))},
    may={
        "addresses": Items(anything, CONTACTS_MAX, least=0),
        "birthday": _birthday,
        "emails": Items(Shape(may={"email": _LINE, "type": _LINE}), CONTACTS_MAX, least=0),
        "org": Shape(may={"company": _LINE, "department": _LINE, "title": _LINE}),
        "phones": Items(Shape(may={"phone": _LINE, "wa_id": _LINE, "type": _LINE}), CONTACTS_MAX, least=0),
        "urls": Items(Shape(may={"url": _LINE, "type": _LINE}), CONTACTS_MAX, least=0),
    },
)

#: By type, what may stand under its key.
TYPES: dict[str, Check] = {
    "text": Shape(needs={"body": Text(TEXT_CHARACTERS_MAX)}, may={"preview_url": flag}),
    "image": Shape(may=_FILE | _CAPTION, holds=either("id", "link")),
    "video": Shape(may=_FILE | _CAPTION, holds=either("id", "link")),
    "document": Shape(may=_FILE | _CAPTION | {"filename": _LINE}, holds=either("id", "link")),
    "audio": Shape(may=_FILE | {"voice": flag}, holds=either("id", "link")),
    "sticker": Shape(may=_FILE, holds=either("id", "link")),
    "location": Shape(
        needs={"latitude": Degrees(90), "longitude": Degrees(180)}, may={"name": _LINE, "address": _LINE}
    ),
    "contacts": Items(_CONTACT, CONTACTS_MAX),
    "reaction": Shape(needs={"message_id": Text(LINE_CHARACTERS_MAX), "emoji": _emoji}),
    "interactive": interactive.check,
    "template": TEMPLATE,
}


def words(kind: str, content: Any) -> str:
    """What of a valid content a person reads first: the text, or what is written beside a file or above buttons."""
    match kind:
        case "text":
            found = content["body"]
        case "image" | "video" | "document":
            found = content.get("caption")
        case "interactive":
            found = (content.get("body") or {}).get("text")
        case "location":
            found = content.get("name")
        case _:
            found = None
    return found or ""


def files(kind: str, content: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """The files that a valid content names: path, what it is sent as, and the object with `id` or `link`."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    _find_files({kind: content}, "", found)
    return found


_FILE_TYPES = frozenset({"image", "video", "document", "audio", "sticker"})


def _find_files(value: Any, path: str, found: list[tuple[str, str, dict[str, Any]]]) -> None:
    if isinstance(value, list):
        for index, one in enumerate(value):
            _find_files(one, f"{path}[{index}]", found)
    elif isinstance(value, dict):
        for name, one in value.items():
            inner = f"{path}['{name}']" if path else name
            if name in _FILE_TYPES and isinstance(one, dict) and ("id" in one or "link" in one):
                found.append((inner, name, one))
            else:
                _find_files(one, inner, found)

"""Which shape a template's name, language and parameters have in a send. Whether they fit it, fill.py says. Pure."""

from typing import Any

from jawort.simulator.errors import GraphError
from jawort.simulator.shape import (
    ByType,
    Check,
    Choice,
    Items,
    Shape,
    Text,
    anything,
    either,
    link,
    scalar,
    whole,
)

NAME_CHARACTERS_MAX = 512
PARAMETER_CHARACTERS_MAX = 32_768
PARAMETERS_MAX = 100
COMPONENTS_MAX = 30
ANY_CHARACTERS_MAX = 1_000

_FILE = Shape(may={"id": Text(ANY_CHARACTERS_MAX), "link": link}, holds=either("id", "link"), open=True)
_FALLBACK = Shape(needs={"fallback_value": Text(ANY_CHARACTERS_MAX)}, open=True)


def _words(value: Any, path: str) -> None:
    """A text. Some clients write true or 5 for one, and the platform takes it."""
    if isinstance(value, str):
        Text(PARAMETER_CHARACTERS_MAX, least=0)(value, path)
    else:
        scalar(value, path)


def _parameter(key: str, check: Check) -> Shape:
    return Shape(needs={"type": scalar, key: check}, may={"parameter_name": Text(ANY_CHARACTERS_MAX)}, open=True)


_PARAMETER = ByType(
    {
        "text": _parameter("text", _words),
        "currency": _parameter("currency", _FALLBACK),
        "date_time": _parameter("date_time", _FALLBACK),
        **{kind: _parameter(kind, _FILE) for kind in ("image", "video", "document")},
        "location": _parameter("location", anything),
        "payload": _parameter("payload", Text(ANY_CHARACTERS_MAX, least=0)),
        "coupon_code": _parameter("coupon_code", Text(ANY_CHARACTERS_MAX)),
        "action": _parameter("action", anything),
        "limited_time_offer": _parameter("limited_time_offer", anything),
        "product": _parameter("product", anything),
    }
)
_SUB_TYPES = ("quick_reply", "url", "copy_code", "flow", "catalog", "mpm", "voice_call", "order_details")
_PARAMETERS: dict[str, Check] = {"parameters": Items(_PARAMETER, PARAMETERS_MAX, least=0)}
_PLAIN = Shape(needs={"type": scalar}, may=_PARAMETERS)
_BUTTON = Shape(needs={"type": scalar, "sub_type": Choice(_SUB_TYPES, any_case=True), "index": whole}, may=_PARAMETERS)
_PARTS: dict[str, Check] = {"header": _PLAIN, "body": _PLAIN, "footer": _PLAIN, "button": _BUTTON}
_CARD = Shape(needs={"card_index": whole, "components": Items(ByType(_PARTS), COMPONENTS_MAX)})
_COMPONENT = ByType(
    {
        **_PARTS,
        "limited_time_offer": _PLAIN,
        "order_status": _PLAIN,
        "carousel": Shape(needs={"type": scalar, "cards": Items(_CARD, 10, least=1)}),
    }
)


def _language(value: Any, path: str) -> None:
    Shape(needs={"code": Text(ANY_CHARACTERS_MAX)}, may={"policy": Choice(("deterministic",))})(value, path)


def _one_of_each(template: Any, path: str) -> None:
    """At most one header, body and so on; each button's index once."""
    seen: set[tuple[str, str]] = set()
    for one in template.get("components") or ():
        place = (one["type"].lower(), str(one.get("index", "")))
        if place in seen:
            raise GraphError(131009, f"{path}.components: {place[0]} {place[1]} stands there twice.".replace("  ", " "))
        seen.add(place)


TEMPLATE = Shape(
    needs={"name": Text(NAME_CHARACTERS_MAX), "language": _language},
    may={"components": Items(_COMPONENT, COMPONENTS_MAX, least=0), "namespace": Text(ANY_CHARACTERS_MAX)},
    holds=_one_of_each,
)

"""Interactive messages: buttons, lists, links, forms, carousels and what shops send. Pure."""

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
    unique,
    whole,
)

BODY_CHARACTERS_MAX, LIST_BODY_CHARACTERS_MAX, CARD_BODY_CHARACTERS_MAX = 1_024, 4_096, 160
HEADER_CHARACTERS_MAX = FOOTER_CHARACTERS_MAX = 60
BUTTONS_MAX, BUTTON_TITLE_CHARACTERS_MAX, BUTTON_ID_CHARACTERS_MAX = 3, 20, 256
SECTIONS_MAX, ROWS_MAX, PRODUCTS_MAX = 10, 10, 30
ROW_ID_CHARACTERS_MAX, ROW_TITLE_CHARACTERS_MAX, ROW_WORDS_CHARACTERS_MAX = 200, 24, 72
CARDS_MAX, CARDS_MIN, CARD_BREAKS_MAX = 10, 2, 2
URL_CHARACTERS_MAX = 2_000
FLOW_BUTTON_CHARACTERS_MAX = 30
ANY_CHARACTERS_MAX = 1_000

_FILE = Shape(may={"id": Text(ANY_CHARACTERS_MAX), "link": link}, holds=either("id", "link"), open=True)
_TEXT_HEADER = Shape(needs={"type": Choice(("text",)), "text": Text(HEADER_CHARACTERS_MAX)}, open=True)
_HEADERS: dict[str, Check] = {
    "text": _TEXT_HEADER,
    **{kind: Shape(needs={kind: _FILE}, open=True) for kind in ("image", "video", "document")},
}
_HEADER = ByType(_HEADERS)
_MOVING_HEADER = ByType({kind: _HEADERS[kind] for kind in ("image", "video")})
_FOOTER = Shape(needs={"text": Text(FOOTER_CHARACTERS_MAX)})


def _body(most: int) -> Shape:
    return Shape(needs={"text": Text(most)})


def _named(name: str, **fields: Check) -> Shape:
    """An action that is told by its name."""
    return Shape(needs={"name": Choice((name,)), **fields})


def _distinct_buttons(action: Any, path: str) -> None:
    replies = [one["reply"] for one in action["buttons"]]
    for name in ("id", "title"):
        unique(replies, name, f"{path}.buttons")


def _few_rows(action: Any, path: str) -> None:
    """Ten rows in all sections together; sections have titles where there are several."""
    rows = [row for section in action["sections"] for row in section["rows"]]
    if len(rows) > ROWS_MAX:
        raise GraphError(131009, f"{path}.sections: at most {ROWS_MAX} rows in all, these are {len(rows)}.")
    unique(rows, "id", f"{path}.sections.rows")
    _titled(action, path)


def _few_products(action: Any, path: str) -> None:
    count = sum(len(section["product_items"]) for section in action["sections"])
    if count > PRODUCTS_MAX:
        raise GraphError(131009, f"{path}.sections: at most {PRODUCTS_MAX} products in all, these are {count}.")
    _titled(action, path)


def _titled(action: Any, path: str) -> None:
    sections = action["sections"]
    if len(sections) > 1 and not all(section.get("title") for section in sections):
        raise GraphError(131008, f"{path}.sections: each needs a title where there are several.")


def _few_breaks(body: Any, path: str) -> None:
    if body["text"].count("\n") > CARD_BREAKS_MAX:
        raise GraphError(131009, f"{path}.text: at most {CARD_BREAKS_MAX} line breaks.")


def _cards_alike(action: Any, path: str) -> None:
    """All cards have the same kinds of header and of buttons."""
    cards = action["cards"]
    headers = {one["header"]["type"] for one in cards}
    buttons = {(one["action"].get("name"), len(one["action"].get("buttons") or ())) for one in cards}
    if len(headers) > 1 or len(buttons) > 1:
        raise GraphError(131009, f"{path}.cards: all need the same kind of header and the same buttons.")


_REPLY = Shape(needs={"id": Text(BUTTON_ID_CHARACTERS_MAX), "title": Text(BUTTON_TITLE_CHARACTERS_MAX)})
_BUTTONS = Shape(
    needs={"buttons": Items(Shape(needs={"type": Choice(("reply",)), "reply": _REPLY}), BUTTONS_MAX)},
    holds=_distinct_buttons,
)
_ROW = Shape(
    needs={"id": Text(ROW_ID_CHARACTERS_MAX), "title": Text(ROW_TITLE_CHARACTERS_MAX)},
    may={"description": Text(ROW_WORDS_CHARACTERS_MAX, least=0)},
)
_SECTION_TITLE: dict[str, Check] = {"title": Text(ROW_TITLE_CHARACTERS_MAX, least=0)}
_LIST = Shape(
    needs={
        "button": Text(BUTTON_TITLE_CHARACTERS_MAX),
        "sections": Items(Shape(needs={"rows": Items(_ROW, ROWS_MAX)}, may=_SECTION_TITLE), SECTIONS_MAX),
    },
    holds=_few_rows,
)
_CTA = _named(
    "cta_url",
    parameters=Shape(needs={"display_text": Text(BUTTON_TITLE_CHARACTERS_MAX), "url": link}),
)
_FLOW = _named(
    "flow",
    parameters=Shape(
        needs={"flow_message_version": scalar, "flow_cta": Text(FLOW_BUTTON_CHARACTERS_MAX)},
        may={
            "flow_id": scalar,
            "flow_name": Text(ANY_CHARACTERS_MAX),
            "flow_token": Text(ANY_CHARACTERS_MAX, least=0),
            "mode": Choice(("draft", "published")),
            "flow_action": Choice(("navigate", "data_exchange")),
            "flow_action_payload": anything,
        },
        holds=either("flow_id", "flow_name"),
    ),
)
_QUICK_REPLY = Shape(
    needs={
        "type": Choice(("quick_reply",)),
        "quick_reply": Shape(needs={"id": Text(BUTTON_ID_CHARACTERS_MAX), "title": Text(BUTTON_TITLE_CHARACTERS_MAX)}),
    }
)
_CARD_ACTION = Shape(
    may={"buttons": Items(_QUICK_REPLY, BUTTONS_MAX), "name": Choice(("cta_url",)), "parameters": anything},
    holds=either("buttons", "name"),
)
_CARD = Shape(
    needs={"card_index": whole, "header": _MOVING_HEADER, "action": _CARD_ACTION},
    may={
        "type": Choice(("cta_url", "quick_reply")),
        "body": Shape(needs={"text": Text(CARD_BODY_CHARACTERS_MAX)}, holds=_few_breaks),
    },
)
_PRODUCT = Shape(needs={"product_retailer_id": Text(ANY_CHARACTERS_MAX)})
_PRODUCTS = Shape(
    needs={
        "catalog_id": Text(ANY_CHARACTERS_MAX),
        "sections": Items(
            Shape(needs={"product_items": Items(_PRODUCT, PRODUCTS_MAX)}, may=_SECTION_TITLE), SECTIONS_MAX
        ),
    },
    holds=_few_products,
)

_CATALOG = Shape(needs={"name": Choice(("catalog_message",))}, may={"parameters": anything})


def _type(action: Check, *, body: int = BODY_CHARACTERS_MAX, header: Check | None = None, **may: Check) -> Shape:
    """An interactive type with a body, an action, and what else it may have."""
    headers = {"header": header} if header is not None else {}
    return Shape(needs={"type": scalar, "body": _body(body), "action": action}, may={**headers, **may})


_TYPES: dict[str, Check] = {
    "button": _type(_BUTTONS, header=_HEADER, footer=_FOOTER),
    "list": _type(_LIST, body=LIST_BODY_CHARACTERS_MAX, header=_TEXT_HEADER, footer=_FOOTER),
    "cta_url": _type(_CTA, header=_HEADER, footer=_FOOTER),
    "location_request_message": _type(_named("send_location")),
    "request_contact_info": _type(_named("request_contact_info"), footer=_FOOTER),
    "flow": _type(_FLOW, header=_HEADER, footer=_FOOTER),
    "carousel": _type(
        Shape(needs={"cards": Items(_CARD, CARDS_MAX, least=CARDS_MIN)}, holds=_cards_alike), footer=_FOOTER
    ),
    "product": Shape(
        needs={
            "type": scalar,
            "action": Shape(needs={"catalog_id": Text(ANY_CHARACTERS_MAX), **_PRODUCT.needs}),
        },
        may={"body": _body(BODY_CHARACTERS_MAX), "footer": _FOOTER},
    ),
    "product_list": _type(_PRODUCTS, header=anything, footer=_FOOTER),
    "catalog_message": _type(
        Shape(needs={"name": Choice(("catalog_message",))}, may={"parameters": anything}), footer=_FOOTER
    ),
    **{
        kind: Shape(needs={"type": scalar, "action": anything}, open=True)
        for kind in ("address_message", "call_permission_request", "voice_call", "order_details", "order_status")
    },
}
check = ByType(_TYPES)

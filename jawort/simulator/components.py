"""What a template may consist of when it is created or edited, and the platform's numbers for what it may not. Pure."""

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from jawort.simulator.errors import GraphError
from jawort.simulator.shape import Check, Choice, Items, Shape, Text, anything, flag, link

NAME = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,3})?")
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
CATEGORIES = ("AUTHENTICATION", "MARKETING", "UTILITY")
BODY_CHARACTERS_MAX, HEADER_CHARACTERS_MAX, FOOTER_CHARACTERS_MAX = 1_024, 60, 60
BUTTON_CHARACTERS_MAX, URL_CHARACTERS_MAX, BUTTONS_MAX = 25, 2_000, 10
CODE_CHARACTERS_MAX, PHONE_CHARACTERS_MAX = 20, 20
MINUTES_MAX = 90
#: How often a button of a type may stand there; others up to ten times.
_OFTEN_MAX = {"URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, "OTP": 1, "FLOW": 1, "CATALOG": 1, "VOICE_CALL": 1}
#: The platform's subcodes.
TOO_LONG, HEADER, BODY, FOOTER, MANY_VARIABLES, EDGE_VARIABLE = 2388040, 2388047, 2388072, 2388073, 2388293, 2388299
#: Seconds for which an undelivered message of a category is offered, least and most.
_TTL = {"AUTHENTICATION": (30, 900), "UTILITY": (30, 43_200), "MARKETING": (43_200, 2_592_000)}
TTL_FOR_EVER = -1  # 30 days; not for marketing


@dataclass(frozen=True, slots=True)
class Draft:
    """A template as it was handed in and found good. `named` says how its variables are told apart."""

    name: str
    language: str
    category: str
    named: bool
    components: list[dict[str, Any]]
    ttl_s: int | None


def refuse(subcode: int, title: str, text: str) -> GraphError:
    """The platform's refusal of a template: code 100, and what is wrong as a subcode with words for people."""
    return GraphError(100, text, subcode=subcode, title=title)


def draft(document: Any) -> Draft:
    """The template in a call that creates one. Raises GraphError."""
    _CALL(document, "template")
    if not NAME.fullmatch(document["name"]):
        raise refuse(2388046, "Name Format is Incorrect", "A name has lowercase letters, digits and underscores only.")
    if not LANGUAGE.fullmatch(document["language"]):
        raise GraphError(100, "Param language must be a language code such as de or en_US.")
    category = document["category"].upper()
    ttl_s = document.get("message_send_ttl_seconds")
    return Draft(
        name=document["name"],
        language=document["language"],
        category=category,
        named=(document.get("parameter_format") or "positional").lower() == "named",
        components=checked(document, category),
        ttl_s=_ttl(category, int(ttl_s)) if ttl_s is not None else None,
    )


def checked(document: dict[str, Any], category: str) -> list[dict[str, Any]]:
    """The components of a call, with their types in capitals. Changes what it is given. Raises GraphError."""
    _COMPONENTS(document.get("components"), "components")
    named = (document.get("parameter_format") or "positional").lower() == "named"
    components = [{**one, "type": one["type"].upper()} for one in document["components"]]
    types = [one["type"] for one in components]
    for kind in types:
        if types.count(kind) > 1:
            raise GraphError(100, f"Param components has {kind} more than once.")
    if "BODY" not in types:
        raise refuse(BODY, "Message Body Is Missing", "component of type BODY is missing.")
    for one in components:
        _COMPONENT_CHECKS.get(one["type"], _nothing)(one, category, named)
    return components


def variables(text: str) -> list[str]:
    """The names of a text's variables, each once, in their order."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def _ttl(category: str, ttl_s: int) -> int:
    least, most = _TTL[category]
    if not (least <= ttl_s <= most or (ttl_s == TTL_FOR_EVER and category != "MARKETING")):
        raise GraphError(100, f"Param message_send_ttl_seconds must be {least} to {most} for {category}.")
    return ttl_s


def _nothing(_component: dict[str, Any], _category: str, _named: bool) -> None:
    """Nothing more to look at."""


def _header(component: dict[str, Any], _category: str, named: bool) -> None:
    kind = str(component.get("format", "")).upper()
    if kind not in {"TEXT", "IMAGE", "VIDEO", "DOCUMENT", "GIF", "LOCATION"}:
        raise refuse(HEADER, "Message Header Format Incorrect", "A header is TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION.")
    component["format"] = kind
    example = component.get("example") or {}
    if kind in {"IMAGE", "VIDEO", "DOCUMENT", "GIF"} and not example.get("header_handle"):
        raise refuse(HEADER, "Message Header Format Incorrect", "A header with a file needs example.header_handle.")
    if kind != "TEXT":
        return
    text = _words(component, HEADER_CHARACTERS_MAX, HEADER, "Header")
    found = variables(text)
    if len(found) > 1:
        raise refuse(HEADER, "Message Header Format Incorrect", "A header has one variable at most.")
    if found and not _examples(example, "header_text", found, named=named, nested=False):
        raise refuse(HEADER, "Message Header Format Incorrect", "The header's variable needs an example.")


def _body(component: dict[str, Any], category: str, named: bool) -> None:
    if category == "AUTHENTICATION":
        if "text" in component:
            raise refuse(BODY, "Message Body Format Incorrect", "The words of authentication templates are fixed.")
        return
    text = _words(component, BODY_CHARACTERS_MAX, TOO_LONG, "Body")
    found = variables(text)
    _check_names(found, named)
    stripped = text.strip()
    first, last = (VARIABLE.match(stripped), re.search(r"\{\{\s*\w+\s*\}\}$", stripped))
    if first or last:
        raise refuse(
            EDGE_VARIABLE, "Leading or Trailing Params", "Variables can't be at the start or end of the template."
        )
    if re.search(r"\}\}\s*\{\{", text):
        raise refuse(BODY, "Message Body Format Incorrect", "There must be words between two variables.")
    if len(re.findall(r"\w+", VARIABLE.sub(" ", text))) < len(found) + 1:
        raise refuse(
            MANY_VARIABLES,
            "Parameters words ratio exceeds limit",
            "This template has too many variables for its length. Use fewer variables, or more words.",
        )
    if found and not _examples(component.get("example") or {}, "body_text", found, named=named, nested=True):
        raise refuse(BODY, "Message Body Format Incorrect", "Each variable of the body needs an example.")


def _footer(component: dict[str, Any], category: str, _named: bool) -> None:
    if category == "AUTHENTICATION" and "text" not in component:
        minutes = component.get("code_expiration_minutes")
        if minutes is not None and not (isinstance(minutes, int) and 1 <= minutes <= MINUTES_MAX):
            raise refuse(FOOTER, "Message Footer Format Incorrect", f"A code lives for 1 to {MINUTES_MAX} minutes.")
        return
    if variables(_words(component, FOOTER_CHARACTERS_MAX, FOOTER, "Footer")):
        raise refuse(FOOTER, "Message Footer Format Incorrect", "A footer has no variables.")


def _buttons(component: dict[str, Any], category: str, _named: bool) -> None:
    _BUTTON_LIST(component.get("buttons"), "buttons")
    buttons = [{**one, "type": one["type"].upper()} for one in component["buttons"]]
    component["buttons"] = buttons
    types = [one["type"] for one in buttons]
    for kind, most in _OFTEN_MAX.items():
        if types.count(kind) > most:
            raise GraphError(100, f"Param buttons has more than {most} of the type {kind}.")
    runs = [kind for kind, _ in groupby(types, key=lambda kind: kind == "QUICK_REPLY")]
    if runs.count(True) > 1:
        raise GraphError(100, "Param buttons must have its quick replies beside each other.")
    if category == "AUTHENTICATION" and types != ["OTP"]:
        raise GraphError(100, "Param buttons must be one OTP button in an authentication template.")
    for index, one in enumerate(buttons):
        _BUTTONS.get(one["type"], anything)(one, f"buttons[{index}]")
        if one["type"] == "URL" and variables(one["url"]) and not _one_at_the_end(one):
            raise GraphError(100, f"Param buttons[{index}].url has one variable at most, at its end, with an example.")


def _carousel(component: dict[str, Any], category: str, named: bool) -> None:
    """Each card is a small template: a header with a file, words if wanted, buttons."""
    _CARDS(component.get("cards"), "cards")
    for card in component["cards"]:
        card["components"] = [{**one, "type": one["type"].upper()} for one in card["components"]]
        for one in card["components"]:
            _COMPONENT_CHECKS.get(one["type"], _nothing)(one, category, named)


def _one_at_the_end(button: dict[str, Any]) -> bool:
    found = variables(button["url"])
    return len(found) == 1 and button["url"].endswith("}}") and bool(button.get("example"))


def _words(component: dict[str, Any], most: int, subcode: int, what: str) -> str:
    text = component.get("text")
    if not isinstance(text, str) or not text.strip():
        raise refuse(subcode, f"Message {what} Format Incorrect", f"{what}: text is required.")
    if len(text) > most:
        number = TOO_LONG if what == "Body" else subcode
        raise refuse(
            number, "Character Limit Exceeded", f"{what}: at most {most} characters, this one has {len(text)}."
        )
    return text


def _check_names(found: list[str], named: bool) -> None:
    """Positions count from 1 without a gap; names are lowercase letters, digits and underscores."""
    if named:
        good = all(re.fullmatch(r"[a-z_][a-z0-9_]*", one) for one in found)
    else:
        good = sorted(found, key=lambda one: (len(one), one)) == [str(i + 1) for i in range(len(found))]
    if not good:
        raise refuse(
            BODY, "Message Body Format Incorrect", "Variables are numbered from {{1}}, or have lowercase names."
        )


def _examples(example: Any, key: str, found: list[str], *, named: bool, nested: bool) -> bool:
    """Whether there is an example for each variable."""
    given = example.get(f"{key}_named_params" if named else key) if isinstance(example, dict) else None
    if not isinstance(given, list) or not given:
        return False
    if named:
        named_ones = [one for one in given if isinstance(one, dict) and one.get("example")]
        return set(found) <= {str(one.get("param_name")) for one in named_ones}
    values = given[0] if nested and isinstance(given[0], list) else given
    return len(values) == len(found) and all(values)


def _seconds(value: Any, path: str) -> None:
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,9}", str(value)):
        raise GraphError(100, f"Param {path} must be an integer.")


_CALL = Shape(
    needs={"name": Text(512), "category": Choice(CATEGORIES, any_case=True), "language": Text(16)},
    may={"parameter_format": Choice(("NAMED", "POSITIONAL"), any_case=True), "message_send_ttl_seconds": _seconds},
    open=True,
)
_COMPONENTS = Items(
    Shape(
        needs={
            "type": Choice(
                ("HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER", "CALL_PERMISSION_REQUEST"),
                any_case=True,
            )
        },
        may={"example": anything, "add_security_recommendation": flag},
        open=True,
    ),
    most=10,
)
_CARDS = Items(Shape(needs={"components": _COMPONENTS}, open=True), most=10)
_BUTTON_LIST = Items(Shape(needs={"type": Text(40)}, open=True), BUTTONS_MAX)
_LABEL = Text(BUTTON_CHARACTERS_MAX)


def _url(value: Any, path: str) -> None:
    Text(URL_CHARACTERS_MAX)(value, path)
    link(VARIABLE.sub("x", value), path)


def _copy_code(value: Any, path: str) -> None:
    example = value.get("example")
    Text(CODE_CHARACTERS_MAX)(example[0] if isinstance(example, list) and example else example, f"{path}.example")


_BUTTONS: dict[str, Check] = {
    "QUICK_REPLY": Shape(needs={"text": _LABEL}, open=True),
    "URL": Shape(needs={"text": _LABEL, "url": _url}, open=True),
    "PHONE_NUMBER": Shape(needs={"text": _LABEL, "phone_number": Text(PHONE_CHARACTERS_MAX)}, open=True),
    "COPY_CODE": _copy_code,
    "OTP": Shape(needs={"otp_type": Choice(("COPY_CODE", "ONE_TAP", "ZERO_TAP"), any_case=True)}, open=True),
    "FLOW": Shape(needs={"text": _LABEL}, open=True),
}
_COMPONENT_CHECKS = {"HEADER": _header, "BODY": _body, "FOOTER": _footer, "BUTTONS": _buttons, "CAROUSEL": _carousel}

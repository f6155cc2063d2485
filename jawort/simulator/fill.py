"""A template and the parameters of a send: whether they fit, and what the customer then reads. Pure."""

import re
from typing import Any

from jawort.simulator.components import VARIABLE, variables
from jawort.simulator.errors import GraphError

HEADER_CHARACTERS_MAX, BODY_CHARACTERS_MAX, LONE_BODY_CHARACTERS_MAX = 60, 1_024, 32_768
CODE_CHARACTERS_MAX = 15
_BREAKS = re.compile(r"[\n\t]| {5}")
JSON = dict[str, Any]


def fill(components: list[JSON], given: list[JSON], *, named: bool, one_time: bool = False) -> JSON:
    """The message: `header`, `body`, `footer`, `buttons` and `cards`, as far as the template has them.

    Raises GraphError: 132000 for another number of parameters, 132012 for another kind, 132018 for values that cannot
    stand there, 132005 for too long a result, 131008 for a button without its parameter.
    """
    parts = {one["type"].lower(): one for one in components}
    calls, buttons = _sorted(given, parts)
    filled: JSON = {}
    if "header" in parts:
        filled["header"] = _header(parts["header"], _parameters(calls.get("header")), named)
    if "body" in parts:
        most = LONE_BODY_CHARACTERS_MAX if len(parts) == 1 else BODY_CHARACTERS_MAX
        values = _parameters(calls.get("body"))
        if one_time:
            _check_code(values)
        filled["body"] = _text(parts["body"].get("text", ""), values, "body", most, named)
    if "footer" in parts:
        filled["footer"] = parts["footer"].get("text", "")
    if "buttons" in parts or buttons:
        filled["buttons"] = _buttons(parts.get("buttons", {}).get("buttons", []), buttons)
    if "carousel" in parts:
        filled["cards"] = _cards(parts["carousel"].get("cards", []), calls.get("carousel", {}).get("cards", []), named)
    return filled


def _sorted(given: list[JSON], parts: dict[str, JSON]) -> tuple[dict[str, JSON], dict[int, JSON]]:
    """The call's components by type, and its buttons by index. Raises GraphError for what the template has not."""
    calls = {one["type"].lower(): one for one in given if one["type"].lower() != "button"}
    if extra := sorted(calls.keys() - parts.keys()):
        raise GraphError(132000, f"{extra[0]}: the template has no such component.")
    return calls, {int(one["index"]): one for one in given if one["type"].lower() == "button"}


def _parameters(component: JSON | None) -> list[JSON]:
    return (component or {}).get("parameters") or []


def _count(path: str, given: int, wanted: int) -> None:
    if given != wanted:
        raise GraphError(
            132000,
            f"{path}: number of localizable_params ({given}) does not match the expected number of params ({wanted})",
        )


def _text(text: str, given: list[JSON], path: str, most: int, named: bool) -> str:
    """The words with their variables filled."""
    wanted = variables(text)
    _count(path, len(given), len(wanted))
    values: dict[str, str] = {}
    for position, (name, one) in enumerate(zip(wanted, given, strict=True), start=1):
        key = one.get("parameter_name") if named else str(position)
        if named and key not in wanted:
            raise GraphError(132012, f"{path}: parameter_name {key or ''} is none of {', '.join(wanted)}.")
        values[key or name] = _value(one, path)
    if missing := [name for name in wanted if name not in values]:
        raise GraphError(132012, f"{path}: parameter {missing[0]} is missing.")
    filled = VARIABLE.sub(lambda hole: values[hole.group(1)], text)
    if len(filled) > most:
        raise GraphError(132005, f"{path}: at most {most} characters with its parameters, these are {len(filled)}.")
    return filled


def _value(parameter: JSON, path: str) -> str:
    """What stands for a variable."""
    kind = parameter["type"].lower()
    if kind in {"currency", "date_time"}:
        return str(parameter[kind]["fallback_value"])
    if kind != "text":
        raise GraphError(132012, f"{path}: Format mismatch, expected TEXT, received {kind.upper()}")
    text = parameter["text"] if isinstance(parameter["text"], str) else str(parameter["text"])
    if not text:
        raise GraphError(131008, f"{path}: a parameter has no text.")
    if _BREAKS.search(text):
        raise GraphError(
            132018, f"{path}: Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
        )
    return text


def _header(header: JSON, given: list[JSON], named: bool) -> JSON:
    kind = str(header["format"]).lower()
    if kind == "text":
        return {"type": kind, "text": _text(header.get("text", ""), given, "header", HEADER_CHARACTERS_MAX, named)}
    received = given[0]["type"].lower() if given else "unknown"
    expected = "video" if kind == "gif" else kind
    if received != expected or len(given) > 1:
        raise GraphError(132012, f"header: Format mismatch, expected {kind.upper()}, received {received.upper()}")
    return {"type": expected, expected: given[0][expected]}


def _check_code(values: list[JSON]) -> None:
    for one in values:
        code = str(one.get("text", ""))
        if len(code) > CODE_CHARACTERS_MAX or not code.isascii() or "://" in code:
            raise GraphError(132018, f"body: a code is at most {CODE_CHARACTERS_MAX} plain characters.")


def _buttons(buttons: list[JSON], given: dict[int, JSON]) -> list[JSON]:
    for index, call in given.items():
        wanted = buttons[index]["type"] if index < len(buttons) else "NONE"
        if _SUB_TYPES.get(wanted, wanted.lower()) != call["sub_type"].lower():
            raise GraphError(132012, f"buttons: Button at index {index} is of type {wanted}, not {call['sub_type']}.")
    return [_button(one, index, _parameters(given.get(index))) for index, one in enumerate(buttons)]


#: The sub_type that a send names for a button, where it is not its type in lowercase.
_SUB_TYPES = {"OTP": "url", "URL": "url", "PHONE_NUMBER": "phone_number"}
_NEEDS = {"OTP": "Otp", "COPY_CODE": "CopyCode"}


def _button(button: JSON, index: int, given: list[JSON]) -> JSON:
    kind = button["type"]
    filled: JSON = {"type": kind, "text": button.get("text", "")}
    value = _button_value(given)
    if kind in _NEEDS or (kind == "URL" and variables(button["url"])):
        if not value:
            name = _NEEDS.get(kind, "Url")
            raise GraphError(131008, f"buttons: Button at index {index} of type {name} requires a parameter")
        if kind == "URL":
            return filled | {"url": VARIABLE.sub(lambda _: value, button["url"])}
        return filled | {"code": value}
    if kind == "URL":
        _count(f"button at index {index}", len(given), 0)
        return filled | {"url": button["url"]}
    if kind == "QUICK_REPLY":
        # What comes back when the customer taps: what the send said, else the label.
        return filled | {"payload": value or button.get("text", "")}
    if kind == "PHONE_NUMBER":
        return filled | {"phone_number": button["phone_number"]}
    if kind == "FLOW":
        return filled | {"flow_token": _flow_token(given)}
    return filled


def _flow_token(given: list[JSON]) -> str:
    """What ties a form's answer to its send; the platform fills in “unused” where the send says nothing."""
    actions = [one["action"] for one in given if one["type"].lower() == "action"]
    return str(next((one["flow_token"] for one in actions if one.get("flow_token")), "unused"))


def _button_value(given: list[JSON]) -> str:
    for one in given:
        for key in ("text", "payload", "coupon_code"):
            if key in one:
                return str(one[key])
    return ""


def _cards(cards: list[JSON], given: list[JSON], named: bool) -> list[JSON]:
    _count("carousel", len(given), len(cards))
    by_index = {int(one["card_index"]): one.get("components", []) for one in given}
    return [
        fill(
            [{**part, "type": part["type"].upper()} for part in card["components"]],
            by_index.get(index, []),
            named=named,
        )
        for index, card in enumerate(cards)
    ]

"""What a tap on a message of the business says: buttons, lists, requests for a place or a number, forms. Pure.

A message's content is the object of its type as the business sent it; a template's is what the
customer reads of it, with `buttons` and `cards`, whose buttons count on.
"""

import json
from typing import Any

JSON = dict[str, Any]
#: Where customers of the demo are: in front of the Bundesnetzagentur, which keeps the numbers for fiction free.
HERE: JSON = {"latitude": 50.7213, "longitude": 7.1205, "name": "Tulpenfeld", "address": "Tulpenfeld 4, 53113 Bonn"}


#: How long the customer's yes to calls holds, in seconds: seven days.
CALLS_ALLOWED_S = 7 * 24 * 3_600


class NothingToTap(ValueError):
    """The message offers no such thing. The text is one sentence that says so."""


def tap(kind: str, content: Any, choice: int, who: JSON, at: int) -> JSON:
    """The message that the customer sends by tapping the `choice`th thing (from 0) of a message of type `kind`.

    `who` is the customer's own contact card, `at` the time in Unix seconds. Raises NothingToTap, also for what only
    opens a page or a call.
    """
    offered = content if isinstance(content, dict) else {}
    if kind == "interactive":
        if offered.get("type") == "call_permission_request":
            return _about_calls(choice, at)
        return _interactive(offered, choice, who)
    if kind == "template":
        return _template(offered, choice, who)
    raise NothingToTap("This message has nothing to tap.")


def _interactive(offered: JSON, choice: int, who: JSON) -> JSON:
    action = _object(offered.get("action"))
    match offered.get("type"):
        case "button":
            return _pressed(_at(action.get("buttons"), choice).get("reply"))
        case "list":
            row = _at([row for section in _list(action, "sections") for row in _list(section, "rows")], choice)
            chosen = {name: row[name] for name in ("id", "title", "description") if row.get(name)}
            return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": chosen}}
        case "carousel":
            actions = [_object(_object(card).get("action")) for card in _list(action, "cards")]
            buttons = [button for one in actions for button in _list(one, "buttons")]
            return _pressed(_at(buttons, choice).get("quick_reply"))
        case "location_request_message":
            return {"type": "location", "location": HERE}
        case "request_contact_info":
            return shared(who)
        case "flow":
            token = str(_object(action.get("parameters")).get("flow_token", "unused"))
            return form(token, {"rating": "4"})
        case _:
            raise NothingToTap("A tap on this message answers nothing.")


def _about_calls(choice: int, at: int) -> JSON:
    """Yes for seven days, or no."""
    answers: list[JSON] = [{"response": "accept", "expiration_timestamp": at + CALLS_ALLOWED_S}, {"response": "reject"}]
    said = {**_at(answers, choice), "response_source": "user_action"}
    return {"type": "interactive", "interactive": {"type": "call_permission_reply", "call_permission_reply": said}}


def _template(offered: JSON, choice: int, who: JSON) -> JSON:
    cards = [button for card in _list(offered, "cards") for button in _list(card, "buttons")]
    button = _at(_list(offered, "buttons") + cards, choice)
    match str(button.get("type", "")).upper():
        case "QUICK_REPLY":
            text = str(button.get("text", ""))
            return {"type": "button", "button": {"payload": button.get("payload") or text, "text": text}}
        case "REQUEST_CONTACT_INFO":
            return shared(who)
        case "FLOW":
            return form(str(button.get("flow_token", "unused")), {"rating": "4"})
        case _:
            raise NothingToTap("A tap on this button answers nothing.")


def shared(who: JSON) -> JSON:
    """The customer gives the number that was asked for."""
    return {"type": "contacts", "contacts": [{**who, "origin": "contact_request"}]}


def form(token: str, filled: JSON) -> JSON:
    """A form that was sent. Its answers are a JSON text inside the JSON."""
    answers = json.dumps({"flow_token": token, **filled})
    sent = {"name": "flow", "body": "Sent", "response_json": answers}
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": sent}}


def _pressed(reply: Any) -> JSON:
    chosen = {name: _object(reply).get(name, "") for name in ("id", "title")}
    return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": chosen}}


def _at(offered: Any, choice: int) -> JSON:
    if not isinstance(offered, list) or not 0 <= choice < len(offered):
        raise NothingToTap("This message offers fewer choices.")
    return _object(offered[choice])


def _list(holder: Any, name: str) -> list[Any]:
    found = _object(holder).get(name)
    return found if isinstance(found, list) else []


def _object(value: Any) -> JSON:
    return value if isinstance(value, dict) else {}

"""What a customer's message carries, by its type, and what is filled in where the control call leaves it out. Pure."""

from typing import Any

JSON = dict[str, Any]
#: Types that are no message of the customer's, or of which the documentation does not say that they open the window.
OPENS_NO_WINDOW = frozenset({"system", "reaction", "unsupported", "edit", "revoke"})
#: What no message is, though it is in the thread: nothing can be done with it.
CALL = "call"
#: Types that show nothing of their own on the phone.
NO_BUBBLE = frozenset({"reaction", "edit", "revoke", "system"})
MEDIA = frozenset({"image", "video", "audio", "document", "sticker"})
#: Keys of a control call that are not passed on as they are.
OURS = frozenset({"type", "text", "reply_to", "forwarded", "frequently_forwarded", "context"})
_NOT_KNOWN = "Message type unknown"
#: An ad as the platform describes it, for a control call that says `"referral": true`.
AD: JSON = {
    "source_url": "https://fb.me/3cr4Wqqkv",
    "source_id": "120226305854810726",
    "source_type": "ad",
    "headline": "Fragen Sie uns",
    "body": "Frühlingsblumen sind da!",
    "media_type": "image",
    "image_url": "https://example.org/ad.jpg",
    "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4",
}


def fields(kind: str, given: JSON) -> JSON:
    """The item's own fields for this control call: the type's object and what goes beside it."""
    item = {key: value for key, value in given.items() if key not in OURS}
    if kind == "text":
        item["text"] = {"body": given.get("text", "")}
    if item.get("referral") is True:
        item["referral"] = AD
    if kind == "unsupported" and "errors" not in item:
        details = {"details": "Message type is currently not supported."}
        item["errors"] = [{"code": 131051, "title": _NOT_KNOWN, "message": _NOT_KNOWN, "error_data": details}]
    if kind == "contacts" and isinstance(item.get("contacts"), list):
        item["contacts"] = [_card(one) for one in item["contacts"]]
    return item


def context(given: JSON, own_digits: str) -> JSON:
    """What the message refers to, and whether it was passed on; empty for neither."""
    found: JSON = {}
    if reply_to := given.get("reply_to"):
        found |= {"from": own_digits, "id": reply_to}
    found |= {name: True for name in ("forwarded", "frequently_forwarded") if given.get(name) is True}
    more = given.get("context")
    return found | (more if isinstance(more, dict) else {})


def line(kind: str, content: Any) -> str:
    """What can be read of a message in one line: a text, a caption, a title, a name."""
    if kind == "contacts" and isinstance(content, list):
        names = [one.get("name", {}).get("formatted_name", "") for one in content if isinstance(one, dict)]
        return ", ".join(filter(None, names))
    if not isinstance(content, dict):
        return ""
    chosen = content.get("button_reply") or content.get("list_reply")
    if isinstance(chosen, dict):
        return str(chosen.get("title", ""))
    body = content.get("body")
    found = body.get("text") if isinstance(body, dict) else body
    return str(found or content.get("caption") or content.get("name") or content.get("text") or "")


def _card(card: Any) -> Any:
    """Cards say where they come from; one that was not asked for carries its vCard."""
    if not isinstance(card, dict) or "origin" in card:
        return card
    name = card.get("name", {}).get("formatted_name", "") if isinstance(card.get("name"), dict) else ""
    return {**card, "origin": "other", "vcard": f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nEND:VCARD"}

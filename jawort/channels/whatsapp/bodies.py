"""The bodies of requests to the platform."""

from typing import Final

from jawort.channels.types import Outgoing

TEXT_CHARS_MAX: Final = 4_096

Body = dict[str, "str | bool | Body"]


def message(outgoing: Outgoing) -> Body:
    """A text message. With user id and number both known the id is used; a number goes as E.164 with its plus,
    because without it the platform puts its own country code before it.

    Raises ValueError if there is no address.
    """
    body: Body = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    if outgoing.to_bsuid:
        body["recipient"] = outgoing.to_bsuid
    elif outgoing.to_phone:
        body["to"] = "+" + outgoing.to_phone.removeprefix("+")
    else:
        raise ValueError("A message needs an address.")
    if outgoing.reply_to:
        body["context"] = {"message_id": outgoing.reply_to}
    body["type"] = "text"
    # No preview: the platform would fetch the first link of the text.
    body["text"] = {"body": outgoing.text, "preview_url": False}
    body["biz_opaque_callback_data"] = outgoing.own_id
    return body


def read(provider_id: str) -> Body:
    """Marks the customer's message and everything before it as read: a statement to the customer, so only on an act
    of an agent."""
    return {"messaging_product": "whatsapp", "status": "read", "message_id": provider_id}

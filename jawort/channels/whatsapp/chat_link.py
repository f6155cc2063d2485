"""A link that opens a chat with something written already (WhatsApp Help Centre, “How to use click to chat”)."""

from typing import Final
from urllib.parse import quote

ADDRESS: Final = "https://wa.me/"


def chat_link(number: str, text: str) -> str:
    """The link to the chat with `number`, in whatever way it is written, with `text`."""
    digits = "".join(sign for sign in number if sign in "0123456789")
    return f"{ADDRESS}{digits}?text={quote(text, safe='')}"

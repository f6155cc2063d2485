"""A link that opens a chat with something written already (WhatsApp Help Centre, “How to use click to chat”)."""

from typing import Final
from urllib.parse import quote

HOST: Final = "https://wa.me"


def chat_link(number: str, text: str, simulator: str = "") -> str:
    """The link to the chat with `number`, in whatever way it is written, with `text`.

    In a demo `simulator` is the address of its simulator: a demo's number is nobody's, so its links lead to the phone
    there. An installation has none (core/config.py).
    """
    digits = "".join(sign for sign in number if sign in "0123456789")
    return f"{f'{simulator}/wa.me' if simulator else HOST}/{digits}?text={quote(text, safe='')}"

"""What stands around a question: the same on our page and in the widget on pages of others."""

from typing import Any

from django.utils.translation import gettext


def words() -> dict[str, Any]:
    """By their places, in the language of the moment."""
    return {
        "go": gettext("On to WhatsApp"),
        "untick": gettext(
            "Please tick the box first: nobody says yes for you. If you would rather not, just close this page."
        ),
        "failed": gettext("That did not work here. Please say yes on this page instead:"),
        "then": gettext(
            "Your yes counts as soon as you have sent this message from your WhatsApp, unchanged and within 24 hours:"
        ),
        "privacy": gettext("Privacy notice"),
        "open": gettext("Open WhatsApp"),
        "camera": gettext("Or point the camera of your phone at this:"),
        "code": gettext("QR code that opens WhatsApp with this message"),
        "notes": [
            gettext(
                "You say yes with a message that you send yourself. "
                "Until then we learn neither your number nor your name."
            ),
            gettext("WhatsApp belongs to Meta, which carries the messages and decrypts them for us."),
        ],
    }

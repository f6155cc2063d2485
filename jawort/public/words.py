"""What stands around a question: the same on our page and in the widget on pages of others."""

from typing import Any

from django.utils.translation import get_language, gettext

from jawort.consent.replies import GO, HEADING, NOTES, NUMBER, NUMBER_HINTS, PRIVACY
from jawort.consent.typed import Asks


def words(asks: Asks) -> dict[str, Any]:
    """By their places, in the language of the moment. What stands on the picture of the form is shared with it."""
    language = get_language() or "de"
    return _of_number(asks, language) | {
        "heading": HEADING.to(language),
        "go": GO.to(language),
        "untick": gettext(
            "Please tick the box first: nobody says yes for you. If you would rather not, just close this page."
        ),
        "failed": gettext("That did not work here. Please say yes on this page instead:"),
        "then": gettext(
            "Your yes counts as soon as you have sent this message from your WhatsApp, unchanged and within 24 hours:"
        ),
        "privacy": PRIVACY.to(language),
        "open": gettext("Open WhatsApp"),
        "camera": gettext("Or point the camera of your phone at this:"),
        "code": gettext("QR code that opens WhatsApp with this message"),
        "notes": [note.to(language) for note in NOTES[asks]],
    }


def _of_number(asks: Asks, language: str) -> dict[str, Any]:
    """Nothing where it is not asked for."""
    if not asks:
        return {}
    return {
        "number": NUMBER.to(language),
        "hint": NUMBER_HINTS[asks].to(language),
        "misdialled": gettext(
            "This is no number that can be called. Please write it with the code of its area or network and the zero "
            "in front, or with + and the code of its country. You can also leave the field empty."
        ),
        "also": gettext("If we ask you at that number first, you can answer there instead."),
    }

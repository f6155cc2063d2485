"""What doubts and their verdicts say to people."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from jawort.people.rules import ReviewKind, Verdict


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of doubt: in the thread, on its page, and what follows from settling it."""

    stopped: str | Promise
    happened: str | Promise
    follows: str | Promise


WORDS = {
    ReviewKind.NUMBER_MOVED: Words(
        gettext_lazy("Somebody else may now be writing from this number."),
        gettext_lazy(
            "A message from this contact’s number did not come from their WhatsApp account. "
            "The number may have a new owner."
        ),
        gettext_lazy(
            "Answers in the earlier conversation then go to the earlier account only, never to the number. "
            "The new conversation goes on as it is."
        ),
    ),
    ReviewKind.TWO_CONTACTS: Words(
        gettext_lazy("This contact’s number belongs to another contact now."),
        gettext_lazy(
            "Number and WhatsApp account of one sender led to two contacts. "
            "The number now belongs to the contact with the account."
        ),
        gettext_lazy("The earlier contact keeps its history, without the number. Answer in the other conversation."),
    ),
    ReviewKind.CHANGE_LATE: Words(
        gettext_lazy("This person now writes from a new account, in another conversation."),
        gettext_lazy(
            "WhatsApp reported late that this person has a new account: they had written from it before, "
            "and it had become a contact of its own."
        ),
        gettext_lazy("The earlier contact keeps its history, without an alias. Answer in the other conversation."),
    ),
    ReviewKind.CHANGE_UNCLEAR: Words(
        gettext_lazy("WhatsApp reports a change of this number and does not say whose."),
        gettext_lazy("WhatsApp reported that this contact’s number has changed, and did not say whose account it was."),
        gettext_lazy(
            "Keep the number if you know from the person that it is still theirs. "
            "If you close it, answers go to their account only."
        ),
    ),
    ReviewKind.NUMBER_GIVEN: Words(
        gettext_lazy("Somebody else gave this contact’s number as their own."),
        gettext_lazy(
            "Somebody was asked for their number and gave one that belongs to this contact. "
            "It stays with this contact until you decide."
        ),
        gettext_lazy(
            "Keep the number if you know from the person that it is still theirs. "
            "If you close it, answers go to their account only; the other contact can then give it again."
        ),
    ),
}

BUTTONS = {
    Verdict.APART: gettext_lazy("Keep apart"),
    Verdict.STAYS: gettext_lazy("Keep the number"),
    Verdict.LEFT: gettext_lazy("Close the number"),
}


def stopped(kinds: Iterable[ReviewKind]) -> str:
    """Why nothing is sent to a contact in doubt: one sentence, of the first kind that holds; empty without a doubt."""
    return next((str(WORDS[kind].stopped) for kind in ReviewKind if kind in set(kinds)), "")

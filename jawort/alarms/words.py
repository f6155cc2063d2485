"""What alarms say: what is wrong, and what to do. On the page, in mails and in webhooks alike; they name nobody."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from jawort.alarms.rules import Code

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Words:
    """What is wrong in a few words, what that means, and what to do."""

    name: Text
    happened: Text
    to_do: Text


WORDS: Mapping[Code, Words] = {
    Code.NO_WORKER: Words(
        gettext_lazy("No worker runs"),
        gettext_lazy(
            "Nothing is taken in and nothing leaves. What customers write is stored, and appears "
            "as soon as a worker runs."
        ),
        gettext_lazy("Start “jawort serve” or “jawort work” on the server; its log says why it ended."),
    ),
    Code.LEDGER: Words(
        gettext_lazy("The ledger does not keep up"),
        gettext_lazy("Entries wait to be signed. As long as they do, nothing leaves."),
        gettext_lazy("Run “jawort doctor” on the server: it says what holds the ledger up."),
    ),
    Code.DISK: Words(
        gettext_lazy("The disk is nearly full"),
        gettext_lazy("Less than a tenth of the disk with Jawort’s data is free. When it is full, nothing is taken in."),
        gettext_lazy("Make room on the server, or give it a larger disk."),
    ),
    Code.LINE_STOPPED: Words(
        gettext_lazy("A line does not send"),
        gettext_lazy("WhatsApp refuses all messages of this line. What comes in is kept."),
        gettext_lazy("The notice of it says why, and what to do."),
    ),
    Code.TOKEN_REFUSED: Words(
        gettext_lazy("WhatsApp refuses the access token"),
        gettext_lazy("Nothing leaves by this line. What comes in is kept."),
        gettext_lazy(
            "Make a new access token at Meta and enter it on the line’s page. Then let the line send again, under "
            "“Notices”."
        ),
    ),
    Code.TOKEN_EXPIRES: Words(
        gettext_lazy("The access token ends soon"),
        gettext_lazy("In two weeks at most WhatsApp takes nothing of this line any more."),
        gettext_lazy(
            "Make a new access token at Meta, best one of a system user that does not expire, and enter it on the "
            "line’s page."
        ),
    ),
    Code.UNSUBSCRIBED: Words(
        gettext_lazy("WhatsApp sends nothing to us"),
        gettext_lazy("The app is not subscribed to the line’s business account: what customers write does not arrive."),
        gettext_lazy(
            "Subscribe the app to the business account again: at Meta, or with “Connect a number” and the same "
            "account. What was written meanwhile is not delivered later."
        ),
    ),
    Code.CALLBACK: Words(
        gettext_lazy("Our callback does not answer"),
        gettext_lazy(
            "The address at which WhatsApp delivers did not answer the self-test as it must. WhatsApp tries again for "
            "a week; then what customers wrote is lost."
        ),
        gettext_lazy(
            "See that the proxy passes the address on to the webhook listener, and that its certificate holds."
        ),
    ),
    Code.LINE_SILENT: Words(
        gettext_lazy("A line has gone silent"),
        gettext_lazy("WhatsApp has reported nothing of this line for longer than is usual at this time of the week."),
        gettext_lazy(
            "Write to the number yourself. If that does not arrive, see the self-test on the page of alarms, and the "
            "app’s webhooks at Meta."
        ),
    ),
    Code.PARKED: Words(
        gettext_lazy("Something is parked"),
        gettext_lazy("Updates or jobs could not be done, and nothing goes on with them by itself."),
        gettext_lazy("See why, mend it, and try again."),
    ),
    Code.NOTICES: Words(
        gettext_lazy("WhatsApp has reported something"),
        gettext_lazy("Notices of WhatsApp wait for somebody."),
        gettext_lazy("Each notice says what to do; settle it when that is done."),
    ),
}

#: What a trial says, by mail and webhook.
TRIAL = Words(
    gettext_lazy("Trial: this is no alarm"),
    gettext_lazy("Somebody wanted to see whether alarms arrive. This one has."),
    gettext_lazy("There is nothing to do."),
)

#: How a self-test's code reads; every other code is the platform's or a status and is shown as it is.
FOUND: Mapping[str, Text] = {
    "": gettext_lazy("is well"),
    "unknown": gettext_lazy("not known"),
    "unsubscribed": gettext_lazy("not subscribed"),
    "unreachable": gettext_lazy("could not be reached"),
    "refused": gettext_lazy("refused the verify token"),
    "other_answer": gettext_lazy("gave another answer"),
    "elsewhere": gettext_lazy("WhatsApp delivers to another address"),
    "secret_shut": gettext_lazy("our verify token does not open"),
    "token_shut": gettext_lazy("does not open"),
    "whatsapp.0": gettext_lazy("WhatsApp refuses it"),
    "whatsapp.104": gettext_lazy("WhatsApp refuses it"),
    "whatsapp.190": gettext_lazy("WhatsApp refuses it"),
    "whatsapp.-1": gettext_lazy("WhatsApp could not be reached"),
    "certificate": gettext_lazy("its certificate does not hold"),
}

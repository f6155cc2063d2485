"""What the codes of parked things say to people."""

from django.utils.translation import gettext


def update_reason(code: str) -> str:
    """Why an update of WhatsApp could not be taken in."""
    known = {
        "malformed": gettext("The signature is right, but the body is not what WhatsApp sends: it could not be read."),
        "seal_broken": gettext(
            "The stored body does not open any more: its day key is gone or its bytes were changed."
        ),
        "killed_the_process": gettext("Every attempt to take it in ended with the process."),
        "receipt_of_unknown_message": gettext("A receipt for a message that Jawort does not know."),
        "line_unknown": gettext("It came for a number that is not connected here."),
        "unreadable": gettext("One update of the body is not what WhatsApp sends; the others were taken in."),
    }
    if code.startswith("notice"):
        return gettext("A notice that an earlier version set aside: try again, and it stands under “Notices”.")
    if code.startswith("poison_"):
        kind = {"kind": code.removeprefix("poison_")}
        return gettext("Taking it in failed with %(kind)s; everything else of the same body was taken in.") % kind
    return known.get(code, code)


def job_reason(kind: str, code: str) -> str:
    """What a job wanted, and why it was set aside."""
    if code == "WorkerLost":
        why = gettext("the worker died each time while doing it")
    else:
        why = gettext("it failed too often, last with %(code)s") % {"code": code}
    known = {
        "deliver": gettext("Sending a message"),
        "block": gettext("Blocking or unblocking a person on WhatsApp"),
        "contact_book.delete": gettext("Deleting a number from Meta’s contact book"),
    }
    what = known.get(kind) or gettext("Work of the kind %(kind)s") % {"kind": kind}
    return gettext("%(what)s: %(why)s.") % {"what": what, "why": why}

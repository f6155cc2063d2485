"""What files are called and why one is not to be had, in the thread."""

from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext, gettext_lazy

from jawort.messaging.files.queries import UNREADABLE, Attached
from jawort.messaging.files.rules import UNKNOWN, State, safe_name

#: Types by the name that people know; what is not here goes by its own.
TYPES = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "image/heic": "HEIC",
    "image/svg+xml": "SVG",
    "audio/ogg": "Ogg",
    "audio/mpeg": "MP3",
    "audio/mp4": "M4A",
    "audio/aac": "AAC",
    "audio/amr": "AMR",
    "video/mp4": "MP4",
    "video/3gpp": "3GP",
    "text/html": "HTML",
    "application/zip": "ZIP",
    "text/plain": gettext_lazy("text"),
    "text/x-script": gettext_lazy("script"),
    "application/x-elf": gettext_lazy("program"),
    "application/vnd.microsoft.portable-executable": gettext_lazy("Windows program"),
    UNKNOWN: gettext_lazy("unknown type"),
}
#: Whoever opens one of these hands over their computer.
PROGRAMS = frozenset({"text/x-script", "application/x-elf", "application/vnd.microsoft.portable-executable"})
RISKY = PROGRAMS | {"text/html", "image/svg+xml"}
REASONS = {
    "too_large": gettext_lazy("It is larger than 100 MB."),
    "hash_mismatch": gettext_lazy("Twice something else came than WhatsApp had announced."),
    "empty": gettext_lazy("It is empty."),
    "foreign_host": gettext_lazy("WhatsApp named an address that does not belong to it."),
    "redirected": gettext_lazy("It was passed on from address to address without end."),
    "packed": gettext_lazy("It came packed, which WhatsApp never does."),
    "gone": gettext_lazy("WhatsApp does not have it any more."),
    "given_up": gettext_lazy("For seven days it could not be fetched."),
    "no_message": gettext_lazy("The message that names it does not open."),
    "unreachable": gettext_lazy("WhatsApp cannot be reached."),
    "too_slow": gettext_lazy("It came too slowly."),
    "broken_off": gettext_lazy("The connection broke."),
    "token": gettext_lazy("The access to WhatsApp is not valid. Administration can renew it."),
    "whatsapp_190": gettext_lazy("The access to WhatsApp is not valid. Administration can renew it."),
    UNREADABLE: gettext_lazy("It does not open: somebody has changed its bytes, or its key is gone."),
}
NOT_SHOWN = {
    "picture_broken": gettext_lazy("This picture is damaged and cannot be shown."),
    "picture_too_many_pixels": gettext_lazy("This picture has too many pixels to be shown."),
    "picture_too_large": gettext_lazy("This picture is too large to be shown."),
    "picture_hung": gettext_lazy("This picture took too long to be drawn and is not shown."),
    "picture_no_cell": gettext_lazy("Pictures cannot be drawn safely on this machine and are not shown."),
}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file with its words. `trouble` says why it is not here; `note` what is odd about one that is."""

    file: Attached
    name: str
    facts: str
    trouble: str
    note: str
    is_waiting: bool
    can_fetch: bool


def shown_file(file: Attached, kind: str) -> ShownFile:
    """`kind` is what its message is called, which stands where the file has no name."""
    here = file.state in (State.STORED, State.DRAFT) and file.reason != UNREADABLE
    return ShownFile(
        file=file,
        name=safe_name(file.name, file.type, kind),
        facts=f"{_type(file.type)} · {filesizeformat(file.size)}" if here else "",
        trouble="" if here else _trouble(file),
        note=_note(file) if here else "",
        is_waiting=file.state is State.WAITING,
        can_fetch=file.state in (State.REFUSED, State.LOST),
    )


def _type(found: str) -> str:
    return str(TYPES[found]) if found in TYPES else found.rpartition("/")[2][:40]


def _trouble(file: Attached) -> str:
    reason = str(REASONS.get(file.reason, ""))
    if file.reason and not reason:
        reason = gettext("WhatsApp did not hand it over (%(code)s).") % {"code": file.reason}
    match file.state:
        case State.WAITING if reason:
            return gettext("Still being fetched. %(reason)s It is tried again.") % {"reason": reason}
        case State.WAITING:
            return gettext("Being fetched …")
        case State.REFUSED:
            return gettext("Not taken. %(reason)s") % {"reason": reason}
        case State.LOST:
            return gettext("Not fetched. %(reason)s") % {"reason": reason}
        case _:
            return reason


def _note(file: Attached) -> str:
    found = {"found": _type(file.type), "claimed": _type(file.lied)}
    said = [str(NOT_SHOWN[file.why])] if file.why in NOT_SHOWN else []
    if file.lied:
        said.append(gettext("Sent as %(claimed)s, and is %(found)s.") % found)
    if file.type in RISKY:
        said.append(gettext("Open it only if you know what it is."))
    return " ".join(said)

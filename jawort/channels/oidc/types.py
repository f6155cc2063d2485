"""What is asked of the sign-in service, and what it says."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Registration:
    """How the service knows us: what its administrator entered there, and where it sends people back to; and by which
    proxy it is reached and with which certificates (channels/egress)."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    callback: str
    proxy: str = ""
    ca_bundle: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """What it offers a browser, and whether it names itself in every answer (RFC 9207)."""

    authorization: str
    names_itself: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What one browser is sent to the service with, and must come back with. Good for one answer."""

    state: str
    nonce: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is to the service. The address is there if the service says that it is verified."""

    subject: str
    email: str | None = None
    session: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """Whose sign-ins the service ends: of one pseudonym, of one sign-in there, or of both at once."""

    subject: str = ""
    session: str = ""


class Refusal(StrEnum):
    """Why nobody comes in. The log has it as it stands here: it holds nothing about anybody."""

    UNREACHABLE = "no answer"
    NO_SENSE = "an answer that is none of OpenID Connect"
    ISSUER = "it is another issuer"
    CODE = "the code was not taken"
    SIGNATURE = "no signature of its keys"
    AUDIENCE = "for somebody else"
    TIME = "not valid now"
    NONCE = "to another question"
    SUBJECT = "about nobody"

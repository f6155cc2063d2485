"""Mail that goes out: one server, one attempt. Whoever calls decides whether there is another.

A mail that was taken may be sent again where the process dies before that is noted: its Message-ID is then the same.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final

from jawort.channels import tally
from jawort.channels.destinations import Datum, Destination
from jawort.channels.egress import Egress
from jawort.channels.types import NotTaken

TIMEOUT_S: Final = 15.0  # for each step
#: Answers from here on are for good: another attempt changes nothing (RFC 5321, 4.2.1).
FOR_GOOD_FROM: Final = 500
#: Why a mail was not taken, by what was raised: the first that fits.
_REASONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (ssl.SSLCertVerificationError, "certificate"),
    (smtplib.SMTPAuthenticationError, "login"),
    (smtplib.SMTPNotSupportedError, "unsupported"),
    (smtplib.SMTPRecipientsRefused, "recipients"),
    (smtplib.SMTPResponseException, "refused"),
    (Exception, "unreachable"),
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """How a mail server is reached. `tls` is starttls, tls or none; nobody signs in without `user`."""

    host: str
    port: int
    tls: str
    user: str
    password: str = field(repr=False)
    sender: str
    egress: Egress


def send(server: MailServer, message: EmailMessage) -> None:
    """Hand over one mail. Raises NotTaken if the server takes it for nobody."""
    with _spoken_to(server) as session:
        said = {Datum.RECIPIENT, Datum.ALARM}
        try:
            session.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused):
            said = {Datum.RECIPIENT}  # the text comes after the addresses, and only if one of them was taken
            raise
        finally:
            tally.add(Destination.MAIL, said)


def try_out(server: MailServer) -> None:
    """Connect, sign in and say nothing more: no mail is sent. Raises NotTaken."""
    with _spoken_to(server) as session:
        code, _ = session.noop()
        if code >= FOR_GOOD_FROM:
            raise NotTaken("refused", passing=True)


@contextmanager
def _spoken_to(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A session, encrypted and signed in. Exception texts may hold addresses; their kind says enough."""
    try:
        with _connected(server) as session:
            if server.tls == "starttls":
                session.starttls(context=server.egress.tls)
            tally.add(Destination.MAIL, [Datum.QUESTION])
            if server.user:
                tally.add(Destination.MAIL, [Datum.CREDENTIALS])
                session.login(server.user, server.password)
            yield session
    except (smtplib.SMTPException, OSError) as error:
        reason = next(reason for kind, reason in _REASONS if isinstance(error, kind))
        raise NotTaken(reason, passing=_code(error) < FOR_GOOD_FROM) from None


def _code(error: Exception) -> int:
    """What the server answered; 0 where it did not, and of several recipients the mildest."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=answers):
            return min((code for code, _ in answers.values()), default=0)
        case smtplib.SMTPResponseException(smtp_code=int(code)):
            return code
        case _:
            return 0


def _connected(server: MailServer) -> smtplib.SMTP:
    """The greeting names the sender's domain: this machine's own name is nobody's business."""
    name = server.sender.rpartition("@")[2]
    if server.tls == "tls":
        context = server.egress.tls
        return smtplib.SMTP_SSL(server.host, server.port, name, timeout=TIMEOUT_S, context=context)
    return smtplib.SMTP(server.host, server.port, name, timeout=TIMEOUT_S)

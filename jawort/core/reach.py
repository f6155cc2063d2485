"""What the settings say of how others are reached: whether it can work, before anything is tried."""

import ssl
from base64 import b64decode
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

SECRET_BYTES_MIN, SECRET_BYTES_MAX = 24, 64  # Standard Webhooks 1.0.0, symmetric signatures
#: How a mail server is spoken to: TLS from a command on, from the first byte, or never.
MAIL_TLS: Final = ("starttls", "tls", "none")


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_confidential(url: str) -> bool:
    """Whether nobody on the way can read what goes to `url`: by TLS, or because it stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or is_here(parts.hostname or "")


def is_proxy(url: str) -> bool:
    """Whether `url` names a proxy: http, a host and perhaps who signs in; nothing behind it."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.path in {"", "/"} and parts.port != 0
        )
    except ValueError:
        return False


def bundle_fault(path: str) -> str:
    """Why a file holds no certificates to be trusted; empty if it does."""
    if not Path(path).is_file():
        return "is not there"
    try:
        ssl.create_default_context().load_verify_locations(cafile=path)
    except (ssl.SSLError, OSError) as error:
        return f"holds no certificates in PEM form ({type(error).__name__})"
    return ""


def outward(proxy: str, ca_bundle: str, webhook_url: str) -> Iterator[str]:
    """What cannot be of how calls leave the house, each with what to do."""
    if proxy and not is_proxy(proxy):
        yield "“https_proxy” takes an address like http://proxy.example.org:3128, with a user and password if need be."
    if webhook_url and not is_confidential(webhook_url):
        yield "“webhook_url” takes an https address, as WhatsApp does; http is for this machine only."
    if ca_bundle and (fault := bundle_fault(ca_bundle)):
        yield f"“ca_bundle” names {ca_bundle}, which {fault}: name a PEM file of the certificates to be trusted."


def by_mail(host: str, tls: str, signs_in: tuple[str, str], sender: str, to: str) -> Iterator[str]:
    """What cannot be of how alarms are mailed, each with what to do. `signs_in` is user and password."""
    if tls not in MAIL_TLS:
        yield f"“mail_tls” takes {', '.join(MAIL_TLS)}, not {tls!r}."
    if tls == "none" and host and not is_here(host):
        yield "“mail_tls” can be none only for a mail server on this machine: take starttls or tls."
    if bool(signs_in[0]) != bool(signs_in[1]):
        yield "“mail_user” and “mail_password” belong together: set both or neither."
    if host and not (sender and addresses(to)):
        yield "“mail_host” needs “mail_from” and “mail_to”: who sends the alarms, and who gets them."
    for address in (*addresses(to), *([sender] if sender else [])):
        if not is_mail_address(address):
            yield f"“mail_from” and “mail_to” take addresses like it@example.org, not {address!r}."


def by_webhook(url: str, secret: str) -> Iterator[str]:
    """What cannot be of how alarms are posted, each with what to do."""
    if bool(url) != bool(secret):
        yield "“alarm_webhook_url” and “alarm_webhook_secret” belong together: set both or neither."
    if url and not is_confidential(url):
        yield "“alarm_webhook_url” takes an https address; http is for this machine only."
    if secret and not SECRET_BYTES_MIN <= len(secret_bytes(secret)) <= SECRET_BYTES_MAX:
        yield (
            f"“alarm_webhook_secret” takes whsec_ and the base64 of {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes, as "
            "“openssl rand -base64 32” makes them."
        )


def addresses(listed: str) -> list[str]:
    """The addresses of a list, one by one."""
    return [part.strip() for part in listed.split(",") if part.strip()]


def is_mail_address(text: str) -> bool:
    """Whether it can stand in an envelope: one address, nothing that could be a header."""
    name, _, domain = text.rpartition("@")
    return bool(name and domain) and text.isascii() and text.isprintable() and not set(text) & set(' ,;<>"\\')


def secret_bytes(secret: str) -> bytes:
    """The key that a secret stands for; empty if it stands for none."""
    try:
        return b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        return b""

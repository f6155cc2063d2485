"""Who is told: a mail server, a program that takes signed POSTs, and a proxy in between, each as real as one needs."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.fixtures.ports import free_ports

USER, PASSWORD = "jawort", "correct horse"
#: A host that is not this machine, and that nobody looks up: the proxy knows where it is.
FAR = "hooks.example.org"


@dataclass(frozen=True)
class Authority:
    """A company's own: `bundle` is its certificate, `tls` what its servers show."""

    bundle: Path
    tls: ssl.SSLContext


def authority(folder: Path) -> Authority:
    """One whose servers are this machine and FAR. The certificate signs itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Firma")])
    names = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost"), x509.DNSName(FAR)]
    at = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    bundle, secret = folder / "firma.pem", folder / "firma.key"
    bundle.write_bytes(certificate.public_bytes(pem))
    secret.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(bundle, secret)
    return Authority(bundle, tls)


@dataclass
class Mailbox:
    """A mail server's: what came in, for whom; `answers` are given before it takes anything again."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    sessions: int = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Somebody speaks to it."""
        session.host_name = hostname
        self.sessions += 1
        return responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A mail, after whoever sends it is known."""
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        found = message_from_bytes(content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


def _knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def mail_server(of: Authority) -> Iterator[Mailbox]:
    """One that wants STARTTLS, and to know who is speaking."""
    box = Mailbox(free_ports())
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=box.port,
        tls_context=of.tls,
        require_starttls=True,
        authenticator=_knows,
        auth_required=True,
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Desk:
    """A program's: each POST with its headers and body; `answers` are used up before 204."""

    url: str = ""
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    heads: int = 0


@contextmanager
def program(of: Authority | None = None) -> Iterator[Desk]:
    """One that takes POSTs, over TLS if it has a certificate."""
    desk = Desk()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            desk.posts.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status = desk.answers.pop(0) if desk.answers else 204
            self.send_response(status)
            if status in {301, 307}:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_HEAD(self) -> None:
            desk.heads += 1
            self.send_response(405)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if of is not None:
        server.socket = of.tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    desk.url = f"{'https' if of else 'http'}://127.0.0.1:{server.server_port}/alarms"
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Tunnel:
    """A proxy's: whom it was asked for, and who signed in."""

    port: int
    asked: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    """Whatever comes from one side goes to the other, until either ends."""
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _lead(near: socket.socket, port: int, tunnel: Tunnel) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        head += near.recv(65_536)
    lines = head.decode("latin-1").split("\r\n")
    tunnel.asked.append(lines[0].split(" ")[1])
    tunnel.signed_in += [line for line in lines if line.lower().startswith("proxy-authorization:")]
    with near, socket.create_connection(("127.0.0.1", port)) as far:
        near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=_pass_on, args=(far, near), daemon=True)
        back.start()
        _pass_on(near, far)
        back.join()


@contextmanager
def proxy(port: int) -> Iterator[Tunnel]:
    """One that leads whatever it is asked for to `port` on this machine."""
    ear = socket.create_server(("127.0.0.1", 0))
    tunnel = Tunnel(ear.getsockname()[1])

    def listen() -> None:
        with suppress(OSError):
            while True:
                near, _ = ear.accept()
                threading.Thread(target=_lead, args=(near, port, tunnel), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield tunnel
    finally:
        ear.shutdown(socket.SHUT_RDWR)
        ear.close()

"""The files for nginx and Caddy are as good as they are written: sign-in, live stream, files and webhooks pass."""

import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.bodies import Writer
from bench.place import until
from jawort.channels.whatsapp.signature import sign
from tests.cli.served import Served
from tests.fixtures.installation import BOSS, Installation
from tests.fixtures.ports import free_ports

FILES = Path(__file__).parents[2] / "docs" / "proxies"
UNTRUSTED = ssl._create_unverified_context()  # noqa: S323 - a certificate that the test has made
DESK, HOOKS, DOOR = "desk.firma.example", "hooks.firma.example", "files.firma.example"


def certificate(home: Path) -> tuple[Path, Path]:
    """For localhost, signed by nobody."""
    made = home / "localhost.pem", home / "localhost.key"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=localhost",
    ]
    subprocess.run([*command, "-out", made[0], "-keyout", made[1]], check=True, capture_output=True)
    return made


def nginx(home: Path, port: int, ours: int) -> list[str]:
    """How it is started with our file, on two ports of this machine."""
    pem, key = certificate(home)
    text = (FILES / "nginx.conf").read_text()
    for host, at in ((DESK, port), (HOOKS, port + 1), (DOOR, port + 2)):
        text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{at} ssl", 1).replace(host + ";", "localhost;")
    for name in ("desk", "hooks", "files"):
        text = text.replace(f"/etc/ssl/private/{name}.pem", str(pem)).replace(f"/etc/ssl/private/{name}.key", str(key))
    text = text.replace("127.0.0.1:8470", f"127.0.0.1:{ours}").replace("127.0.0.1:8471", f"127.0.0.1:{ours + 1}")
    temporary = "".join(f"{kind}_temp_path {home}/kept/{kind};\n" for kind in ("client_body", "proxy"))
    (home / "kept").mkdir()
    (home / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {home}/nginx.pid; error_log {home}/nginx.log;\n"
        f"events {{}}\nhttp {{\n{temporary}{text}}}\n"
    )
    return ["nginx", "-p", str(home), "-c", str(home / "nginx.conf"), "-e", str(home / "nginx.log")]


def caddy(home: Path, port: int, ours: int) -> list[str]:
    """The same of Caddy; it makes certificates of its own."""
    text = (FILES / "Caddyfile").read_text()
    for host, at in ((DESK, port), (HOOKS, port + 1), (DOOR, port + 2)):
        text = text.replace(f"\n{host} {{", f"\nhttps://localhost:{at} {{\n\ttls internal\n\tbind 127.0.0.1", 1)
    text = text.replace("127.0.0.1:8470", f"127.0.0.1:{ours}").replace("127.0.0.1:8471", f"127.0.0.1:{ours + 1}")
    (home / "kept").mkdir()
    text = text.replace("{\n", "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n", 1)
    (home / "Caddyfile").write_text(text)
    return ["caddy", "run", "--config", str(home / "Caddyfile"), "--adapter", "caddyfile"]


@contextmanager
def behind(home: Path, proxy: Callable[[Path, int, int], list[str]]) -> Iterator[tuple[Served, int]]:
    """`serve` behind this proxy; its port for the desk, the next for webhooks, the one after for the side door."""
    made, port = Installation(home, free_ports(6), tells=True), free_ports(3)
    try:
        made.start_simulator()
        urls = {
            "JAWORT_PUBLIC_URL": f"https://localhost:{port}",
            "JAWORT_SIDE_DOOR_URL": f"https://localhost:{port + 2}",
        }
        here = Served(made, made.start("serve", JAWORT_COMPANY="Radhaus Beispiel", **urls))
        made.set_up()
        until(here.ready)
        command = proxy(home, port, made.port)
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(home), "XDG_DATA_HOME": str(home / "kept")}
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as front:
            try:
                until(lambda: answer(port, "GET", "/readyz")[0] != 0)
                yield here, port
            finally:
                front.terminate()
    finally:
        made.end()


def answer(port: int, method: str, path: str, body: bytes | None = None, **head: str) -> tuple[int, bytes]:
    """Status and body, over TLS; 0 while nobody answers."""
    line = HTTPSConnection("localhost", port, timeout=30, context=UNTRUSTED)
    try:
        line.request(method, path, body, head)
        said = line.getresponse()
        return said.status, said.read()
    except OSError:
        return 0, b""
    finally:
        line.close()


def comes_by_the_side_door(page: Page, port: int, chat: str) -> bool:
    """Somebody asks for a file, and a stranger with the link brings a large one; nothing else is to be had there."""
    page.goto(f"https://localhost:{port}/inbox/{chat}/side-door/")
    page.locator("#ask-what").fill("Vertrag")
    page.locator("form[action*='/ask'] .btn--primary").click()
    (link,) = re.findall(r"/side-door/[\w-]+/", page.locator(".msg--out").last.inner_text())
    assert [answer(port + 2, "GET", path)[0] for path in (link, "/", "/inbox/", "/metrics")] == [200, 404, 404, 404]
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-1.7 '
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    brought = head + b"Geheim\n" * 1_000_000 + b"\r\n--b--\r\n"
    assert answer(port + 2, "POST", f"{link}files", brought, **form)[0] == 302
    return "Geheim" not in answer(port + 2, "GET", link)[1].decode()


@pytest.mark.long
@pytest.mark.parametrize("proxy", [nginx, caddy])
def test_everything_passes_and_nothing_stays(
    home: Path, proxy: Callable[[Path, int, int], list[str]], open_page: Callable[..., Page]
) -> None:
    if not shutil.which(proxy.__name__, path="/usr/sbin:/usr/bin"):
        pytest.skip(f"no {proxy.__name__}: install it (Debian: apt-get install {proxy.__name__})")
    with behind(home, proxy) as (here, port):
        writer = Writer(here.told, 10)

        def writes(number: int) -> int:
            body = writer.body(number, int(time.time()))
            signed = {"X-Hub-Signature-256": sign(body, here.told["app_secret"].encode())}
            return answer(port + 1, "POST", "/webhooks/whatsapp", body, **signed)[0]

        assert writes(0) == 200
        assert answer(port + 1, "POST", "/webhooks/whatsapp", writer.body(1, 0))[0] == 401
        assert [answer(port + 1, "GET", path)[0] for path in ("/healthz", "/metrics", "/")] == [404] * 3
        assert answer(port, "GET", "/metrics")[0] in {401, 403, 404}
        page = open_page(ignore_https_errors=True)
        page.goto(f"https://localhost:{port}/inbox/?view=all")
        page.locator("#id_login").fill(BOSS["email"])
        page.locator("#id_password").fill(BOSS["password"])
        page.locator("#id_password").press("Enter")
        expect(page.locator(".row")).to_have_count(1)
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        assert {cookie["name"] for cookie in page.context.cookies()} >= {"__Host-session", "__Host-csrf"}
        assert writes(2) == 200
        expect(page.get_by_text("Nachricht 2:")).to_be_visible()
        chat = here.api("GET", "/conversations")["items"][0]["id"]
        head = {"Authorization": f"Bearer {here.told['api_token']}", "Content-Type": "text/plain"}
        sent = answer(port, "POST", f"/api/v1/conversations/{chat}/files", b"Geheim\n" * 1_000_000, **head)
        assert sent[0] == 201, sent
        assert comes_by_the_side_door(page, port, chat)
        assert not [one for one in (home / "kept").rglob("*") if one.is_file() and b"Geheim" in one.read_bytes()]
        page.context.close()  # its stream would complain of the end of all this

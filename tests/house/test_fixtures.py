"""What the tests lean on does what it says: a network that ends at this machine, a clock, a watched browser."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page

from jawort.core import clock as core_clock
from tests.fixtures.browser import Watch
from tests.fixtures.network import ForeignHost
from tests.fixtures.time import MONDAY, Clock

OWN_PAGE = "<!doctype html><title>t</title><link rel=icon href='data:,'><p>Kim</p>"


def test_other_hosts_are_refused() -> None:
    with pytest.raises(ForeignHost), socket.create_connection(("192.0.2.1", 80), timeout=0.1):
        raise AssertionError("connected")
    with pytest.raises(ForeignHost):
        socket.getaddrinfo("graph.example", 443)
    with pytest.raises(ForeignHost), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        datagram.sendto(b"x", ("192.0.2.1", 53))


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()[:2]) as client:
        assert client.getpeername() == server.getsockname()


def test_the_frozen_clock_stands_until_moved(clock: Clock) -> None:
    assert core_clock.now() == core_clock.now() == MONDAY
    clock.forward(hours=25)
    assert core_clock.now() == MONDAY + timedelta(hours=25)


def test_the_moving_clock_is_shifted_for_all(moving_clock: Path) -> None:
    before = core_clock.now()
    core_clock.move(3600)
    assert timedelta(minutes=59) < core_clock.now() - before < timedelta(minutes=61)
    assert moving_clock.read_text(encoding="ascii") == "3600"


class Site(BaseHTTPRequestHandler):
    """Answers every path with a page that carries what the test put into `body`."""

    body = OWN_PAGE

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
        self.end_headers()
        self.wfile.write(self.body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.browser
def test_a_clean_page_passes(open_page: Callable[..., Page], site: str) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(site)
    assert page.locator("p").inner_text() == "Kim"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("spoiled", "complaint"),
    [
        ("<script>1</script>", "CSP: "),
        ("<img src='http://elsewhere.example/x.png'>", "elsewhere.example"),
        ("<p style='color:red'>", "CSP: "),
    ],
)
def test_a_page_that_misbehaves_is_told(
    page: Page, watch: Watch, site: str, monkeypatch: pytest.MonkeyPatch, spoiled: str, complaint: str
) -> None:
    monkeypatch.setattr(Site, "body", OWN_PAGE + spoiled)
    page.goto(site)
    page.wait_for_function("document.readyState === 'complete'")
    assert any(complaint in told for told in watch.complaints)
    watch.forgive("")

"""How calls leave: by which proxy, whom they trust, how a POST is signed, and what a callback must answer."""

import asyncio
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
from yarl import URL

from jawort.channels.egress import Egress
from jawort.channels.signed_post import signature
from jawort.channels.whatsapp.callback import Found, try_callback
from jawort.core.reach import is_confidential, is_here, is_mail_address, secret_bytes
from tests.fixtures.ports import free_ports
from tests.simulator.stage import Receiver, Stage, Start

MINE, ENVIRONMENTS = "http://user:word@proxy.example:3128", "http://other.example:8080"
GRAPH = URL("https://graph.example/v26.0")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", ENVIRONMENTS)
    monkeypatch.setenv("no_proxy", "inside.example")


def test_the_settings_proxy_goes_before_the_environments() -> None:
    signed_in = {"Proxy-Authorization": f"Basic {b64encode(b'user:word').decode()}"}
    assert Egress(MINE).proxy_for(GRAPH) == (URL("http://proxy.example:3128"), signed_in)
    assert Egress().proxy_for(GRAPH) == (URL(ENVIRONMENTS), {})


@pytest.mark.parametrize(
    "url", ["https://inside.example/", "https://127.0.0.1/", "http://localhost:1/", "http://[::1]/"]
)
def test_what_is_near_is_reached_without(url: str) -> None:
    proxy, _ = Egress(MINE).proxy_for(URL(url))
    assert proxy is None or proxy == URL(ENVIRONMENTS)
    assert proxy != URL("http://proxy.example:3128")


def test_a_signature_is_the_one_that_others_make() -> None:
    """The example of the libraries of Standard Webhooks."""
    of = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330)
    assert signature(*of, b'{"test": 2432232314}') == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.9.0.1", True),
        ("::1", True),
        ("[::1]", True),
        ("10.0.0.1", False),
        ("a.example", False),
    ],
)
def test_what_this_machine_is(host: str, here: bool) -> None:
    assert is_here(host) is here


def test_what_goes_in_clear_stays_on_this_machine() -> None:
    assert is_confidential("https://a.example")
    assert is_confidential("http://127.0.0.1:1/x")
    assert not is_confidential("http://a.example")
    assert not is_confidential("http://127.0.0.1.a.example")


@pytest.mark.parametrize("odd", ["", "@", "a@", "@b", "a b@c", "a@b,c@d", "a@b\r\nBcc: c@d", "<a@b>", "ä@b"])
def test_what_is_no_mail_address(odd: str) -> None:
    assert not is_mail_address(odd)
    assert is_mail_address("it+jawort@firma.example")


def test_a_secret_is_base64_with_or_without_its_mark() -> None:
    assert secret_bytes("whsec_" + b64encode(b"x" * 32).decode()) == secret_bytes(b64encode(b"x" * 32).decode())
    assert secret_bytes("no base64!") == b""


def asked(url: str, verify_token: str = "verify") -> Found:
    """In a thread of its own: a browser test leaves this one with a loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, try_callback(url, verify_token, egress=Egress())).result().verified


def test_a_callback_is_asked_as_the_platform_asks(start: Start) -> None:
    stage: Stage = start(Receiver(verify_token="verify"), verify_token="verify")
    url = stage.settings.callback_url
    assert asked(url) is Found.GOOD
    assert asked(url, "other") is Found.REFUSED
    assert asked(url.replace("/webhook", "/desk?frame=x")) is Found.OTHER
    assert asked(f"http://127.0.0.1:{free_ports()}/") is Found.UNREACHABLE

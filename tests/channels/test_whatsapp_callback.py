"""Our own callback tried from our side, against a listener that answers as it is told."""

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from jawort.channels.whatsapp.callback import NOTHING, Found, Tried, try_callback
from jawort.channels.whatsapp.numbers import wait_for
from jawort.channels.whatsapp.parse import parse
from jawort.channels.whatsapp.signature import verify

Answer = Callable[[web.Request], Awaitable[web.Response]]


async def good(request: web.Request) -> web.Response:
    if request.method == "GET":
        if request.query["hub.verify_token"] != "verify":
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])
    signed = verify(await request.read(), request.headers["X-Hub-Signature-256"], [b"secret"])
    return web.Response(status=200 if signed else 401)


async def page(_request: web.Request) -> web.Response:
    return web.Response(text="<h1>Welcome</h1>")


async def away(_request: web.Request) -> web.Response:
    return web.Response(status=503)


async def elsewhere(_request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "https://example.org/"})


def tried(answer: Answer, verify_token: str = "verify", secret: str = "secret") -> Tried:
    async def told() -> Tried:
        app = web.Application()
        app.router.add_route("*", "/webhooks/whatsapp", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            port = runner.addresses[0][1]
            return await try_callback(f"http://127.0.0.1:{port}/webhooks/whatsapp", verify_token, secret)
        finally:
            await runner.cleanup()

    return wait_for(told())


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (good, Tried(Found.GOOD, Found.GOOD, 200)),
        (page, Tried(Found.OTHER, status=200)),
        (away, Tried(Found.OTHER, status=503)),
        (elsewhere, Tried(Found.OTHER, status=302)),
    ],
)
def test_it_says_what_answers(answer: Answer, found: Tried) -> None:
    assert tried(answer) == found


def test_a_wrong_verify_token_and_a_wrong_secret_are_told_apart() -> None:
    assert tried(good, verify_token="other") == Tried(Found.REFUSED, status=403)
    assert tried(good, secret="other") == Tried(Found.GOOD, Found.REFUSED, 401)


def test_where_nothing_listens_it_says_so() -> None:
    found = wait_for(try_callback("http://127.0.0.1:9/webhooks/whatsapp", "verify", "secret"))
    assert found == Tried(Found.UNREACHABLE)


def test_the_webhook_that_it_gives_tells_of_nothing() -> None:
    assert parse(NOTHING) == []

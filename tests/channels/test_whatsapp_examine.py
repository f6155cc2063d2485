"""What the platform says of a number of ours is read as it is meant, and nonsense as nothing."""

import json
from datetime import UTC, datetime

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from jawort.channels.egress import DIRECT, Way
from jawort.channels.types import Examined, Refused
from jawort.channels.whatsapp.examine import examine, leads_to
from jawort.channels.whatsapp.numbers import Numbers, wait_for
from jawort.channels.whatsapp.scan import members

APP, OTHER, REF, ACCOUNT = "670843887433847", "1", "106540352242922", "102290129340398"
NUMBER = b'{"id":"106540352242922"}'
ODD = [b"", b"null", b"[]", b"{", b'{"data":3}', b'{"data":[3]}', b'{"webhook_configuration":[]}', b"<html>"]


def apps(*ids: str) -> bytes:
    return json.dumps({"data": [{"whatsapp_business_api_data": {"id": one, "name": "x"}} for one in ids]}).encode()


def token(app: str = APP, ends: object = 0) -> bytes:
    return json.dumps({"data": {"app_id": app, "expires_at": ends}}).encode()


def examined(number: bytes, told: bytes, listed: bytes) -> Examined | Refused:
    """What is made of these three answers, given over HTTP."""

    async def answered(request: web.Request) -> web.Response:
        edge = request.path.rpartition("/")[2]
        return web.Response(body={"debug_token": told, "subscribed_apps": listed}.get(edge, number))

    async def asked() -> Examined | Refused:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answered)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            way = Way(f"http://127.0.0.1:{runner.addresses[0][1]}/v26.0", DIRECT)
            return await examine(Numbers(way, "token"), REF, ACCOUNT, "token")
        finally:
            await runner.cleanup()

    return wait_for(asked())


@pytest.mark.parametrize(
    ("answer", "app", "expected"),
    [
        (apps(), APP, False),
        (apps(APP), APP, True),
        (apps(OTHER), APP, False),  # somebody else's app hears of our customers, and we do not
        (apps(OTHER, APP), APP, True),
        (apps(OTHER), "", True),
        (apps(), "", False),
        (b'{"error":{"code":100}}', APP, None),
    ],
)
def test_whether_our_app_is_subscribed(answer: bytes, app: str, expected: bool | None) -> None:
    assert examined(NUMBER, token(app), answer) == Examined(None, expected, "")


def test_the_narrowest_callback_counts() -> None:
    levels = {"application": "https://a.example", "whatsapp_business_account": "https://b.example"}

    def leads(levels: dict[str, str]) -> str:
        fields = members(Raw(json.dumps({"webhook_configuration": levels}).encode()))
        assert fields is not None
        return leads_to(fields)

    assert leads(levels) == "https://b.example"
    assert leads({**levels, "phone_number": "c"}) == "c"


@pytest.mark.parametrize(
    ("ends", "expected"),
    [(0, None), (1_900_000_000, datetime.fromtimestamp(1_900_000_000, UTC)), ("0", None), (None, None), ("soon", None)],
)
def test_when_a_token_ends(ends: object, expected: datetime | None) -> None:
    assert examined(NUMBER, token(ends=ends), apps(APP)) == Examined(expected, True, "")


@pytest.mark.parametrize("answer", ODD)
def test_nonsense_says_nothing(answer: bytes) -> None:
    assert examined(NUMBER, answer, apps()) == Examined(None, False, "")
    found = examined(NUMBER, token(), answer)
    assert isinstance(found, Examined)
    assert found.subscribed in {None, False}


@given(st.binary(max_size=200))
def test_whatever_comes_it_is_read(answer: bytes) -> None:
    fields = members(answer) or {}
    assert isinstance(leads_to(fields), str)

"""What is asked about numbers: odd answers break nothing, and nothing leaves for customers this way."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiohttp import web

from jawort.channels.egress import DIRECT, Way
from jawort.channels.types import Refused
from jawort.channels.whatsapp.business_profile import Profile, profile
from jawort.channels.whatsapp.numbers import (
    Numbers,
    State,
    Subscription,
    numbers,
    region,
    subscription,
    token,
    wait_for,
)

ODD = (
    *(b"", b"null", b"[]", b"{}", b"<html>", b'{"error":{}}', b'{"storage_configuration":3}', b'{"data":"x"}'),
    *(b'{"data":[1,null,[],{"id":5}]}', b'{"data":{"data":{}}}', b'{"data":[{"websites":7,"about":{}}]}'),
    b'{"data":{"expires_at":99999999999999999999,"scopes":[1,{}]}}',
    b'{"data":{"expires_at":"soon","granular_scopes":[{"scope":[],"target_ids":3}]}}',
    b'{"data":[{"id":"1234567","health_status":{"entities":[3,{"errors":[{}]}]},"throughput":[]}]}',
)


def asked(answer: bytes) -> list[object]:
    """What each reading makes of this answer."""

    async def answered(_request: web.Request) -> web.Response:
        return web.Response(body=answer, content_type="application/json")

    async def told() -> list[object]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answered)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        client = Numbers(Way(f"http://127.0.0.1:{runner.addresses[0][1]}/v26.0", DIRECT), "token")
        calls = (token(client, "1"), numbers(client, "1"), subscription(client, "1", ""), region(client, "1"))
        try:
            return list(await asyncio.gather(*calls, profile(client, "1")))
        finally:
            await runner.cleanup()

    return wait_for(told())


@pytest.mark.parametrize("answer", ODD)
def test_an_odd_answer_is_nothing_or_refused(answer: bytes) -> None:
    found = asked(answer)
    assert len(found) == 5
    for one in found:
        assert isinstance(one, Refused) or not getattr(one, "valid", False)


def test_what_is_told_of_a_number_is_taken_apart() -> None:
    health = (
        b'{"can_send_message":"LIMITED","entities":[{"entity_type":"WABA","id":"1","can_send_message":"LIMITED","errors":'
        b'[{"error_description":"No payment","possible_solution":"Add one"}]},{"entity_type":"BUSINESS","id":"506"}]}'
    )
    fields = b'"status":"FLAGGED","platform_type":"CLOUD_API","health_status":' + health
    _, listed, heard, _, shown = asked(b'{"data":[{"id":"1234567",' + fields + b"}]}")
    assert isinstance(listed, list)
    (state,) = listed
    assert isinstance(state, State)
    assert (state.registered, state.portfolio, state.can_send) == (True, "506", "LIMITED")
    assert [(one.entity, one.said, one.advice) for one in state.troubles] == [("WABA", "No payment", "Add one")]
    assert (heard, shown) == (Subscription(heard=True), Profile())


def test_a_token_that_ends_says_when() -> None:
    found = asked(b'{"data":{"is_valid":true,"app_id":"67","expires_at":1800000000,"scopes":["a"]}}')[0]
    assert getattr(found, "ends_at", None) == datetime.fromtimestamp(1_800_000_000, UTC)


@pytest.mark.parametrize("path", ["106540352242922/messages", "106540352242922/marketing_messages", "106540352242922"])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_what_asks_about_numbers_cannot_send(path: str, method: str) -> None:
    client = Numbers(Way("http://127.0.0.1:9/v26.0", DIRECT), "token")
    with pytest.raises(ValueError, match="Nothing is changed"):
        wait_for(client.ask(method, path, {"messaging_product": "whatsapp"}))

"""What leaves is counted by what it carries, and what never left is not; nothing leaves without saying so."""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from jawort.channels import tally
from jawort.channels.destinations import LEAVES, PERSONAL, Datum, Destination
from jawort.channels.parts import Button, Buttons, Card, Cards, Media, Position, Reaction, Template, Value
from jawort.channels.types import Outgoing, Refused
from jawort.channels.whatsapp.calls import close
from jawort.channels.whatsapp.carries import carries
from jawort.channels.whatsapp.client import Client
from jawort.channels.wire import Load, Undeclared, session
from tests.channels.test_whatsapp_client import ACCEPTED, KIM, Platform, error, http, run
from tests.fixtures.ports import free_ports

NAME, PLACE, YES = Value("Kim"), Position(52.5, 13.4, "Tor", ""), Button("Ja", "y")


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    with tally.taken():
        pass
    yield
    with tally.taken():
        pass


def counted() -> Mapping[tuple[Destination, Datum], int]:
    with tally.taken() as counts:
        return dict(counts)


def done(scene: Coroutine[Any, Any, Any]) -> Any:
    """In a thread of its own: a browser's test may have left a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, scene).result()


GRAPH = Destination.GRAPH
ONE_TEXT = {(GRAPH, each): 1 for each in (Datum.OWN_ID, Datum.NUMBER, Datum.TEXT, Datum.CREDENTIALS)}


@pytest.mark.parametrize("answer", [http("200 OK", ACCEPTED), error(131047), None], ids=["taken", "refused", "silent"])
def test_what_left_counts_whatever_became_of_it(answer: bytes | None) -> None:
    run(Platform(answer), lambda client: client.send("10654", KIM))
    assert counted() == ONE_TEXT
    assert counted() == {}


def test_what_never_left_does_not_count() -> None:
    async def scene() -> Any:
        try:
            return await Client(f"http://127.0.0.1:{free_ports()}/v26.0", "token").send("10654", KIM)
        finally:
            await close()

    assert isinstance(done(scene()), Refused)
    assert counted() == {}


def test_rarer_calls_say_what_they_carry() -> None:
    async def acts(client: Client) -> None:
        await client.tell("10654", "wamid.IN", typing=True)
        await client.block("10654", None, "DE.111", on=True)
        await client.delete_from_contact_book("10654", "DE.111")
        await client.templates("1")

    run(Platform(http("200 OK", b'{"success":true}')), acts)
    found = counted()
    assert {datum: count for (_, datum), count in found.items()} == {
        Datum.REFERENCE: 1,
        Datum.READ: 1,
        Datum.BSUID: 2,
        Datum.BLOCKED: 1,
        Datum.FORGOTTEN: 1,
        Datum.ACCOUNT: 1,
        Datum.CREDENTIALS: 4,
    }


@pytest.mark.parametrize(
    ("outgoing", "expected"),
    [
        (Outgoing("1", "49151", "DE.1", "x", "wamid"), {Datum.BSUID, Datum.TEXT, Datum.REFERENCE}),
        (Outgoing("1", "49151", None, "", kind="image", part=Media("9")), {Datum.NUMBER, Datum.FILE_NAMED}),
        (Outgoing("1", "49151", None, "", kind="location", part=PLACE), {Datum.NUMBER, Datum.PLACE}),
        (Outgoing("1", "49151", None, "", kind="contacts", part=Cards((Card("A"),))), {Datum.NUMBER, Datum.CARD}),
        (
            Outgoing("1", "49151", None, "", "wamid", kind="reaction", part=Reaction("👍")),
            {Datum.NUMBER, Datum.REACTION, Datum.REFERENCE},
        ),
        (
            Outgoing("1", None, "DE.1", "Hallo Kim", kind="template", part=Template("n", "de", body=(NAME,))),
            {Datum.BSUID, Datum.TEMPLATE},
        ),
        (
            Outgoing("1", None, "DE.1", "", kind="template", part=Template("n", "de", PLACE)),
            {Datum.BSUID, Datum.TEMPLATE, Datum.PLACE},
        ),
        (
            Outgoing("1", None, "DE.1", "?", kind="buttons", part=Buttons((YES,), header_file=Media("9"))),
            {Datum.BSUID, Datum.TEXT, Datum.FILE_NAMED},
        ),
    ],
)
def test_a_message_carries_what_it_is_made_of(outgoing: Outgoing, expected: set[Datum]) -> None:
    assert set(carries(outgoing)) == expected | {Datum.OWN_ID}


def test_nothing_leaves_that_is_not_declared() -> None:
    with pytest.raises(ValueError, match="not declared"):
        Load(Destination.ALARM_WEBHOOK, Datum.NUMBER)

    async def scene() -> None:
        async with session() as calls, calls.get(f"http://127.0.0.1:{free_ports()}/"):
            pass

    with pytest.raises(Undeclared):
        done(scene())
    assert counted() == {}


def test_of_customers_nothing_goes_to_anybody_but_whatsapp() -> None:
    of_staff = {Datum.SIGN_IN, Datum.RECIPIENT}
    for destination, data in LEAVES.items():
        if destination not in {Destination.GRAPH, Destination.MEDIA}:
            assert PERSONAL.intersection(data) <= of_staff, destination
    assert {datum for data in LEAVES.values() for datum in data} == set(Datum)
    assert set(LEAVES) == set(Destination)


def _written_in_vain() -> None:
    with tally.taken():
        tally.add(GRAPH, [Datum.TEXT])  # meanwhile
        raise RuntimeError("the database is away")


def test_what_cannot_be_written_down_stays_counted() -> None:
    tally.add(GRAPH, [Datum.TEXT])
    with pytest.raises(RuntimeError):
        _written_in_vain()
    assert counted() == {(GRAPH, Datum.TEXT): 2}

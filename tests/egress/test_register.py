"""The egress register: counted where it leaves, written down by day, and of nobody."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.db import connection, transaction

from jawort.channels import tally
from jawort.channels.destinations import Datum, Destination
from jawort.channels.egress import Egress
from jawort.channels.mail import MailServer, send, try_out
from jawort.channels.types import NotTaken
from jawort.egress.models import Count
from jawort.egress.queries import Sums, sums
from jawort.egress.scribe import Scribe
from jawort.egress.write_down import add, write_down
from jawort.messaging.draft import Draft
from jawort.messaging.send import send as send_message
from jawort.staff.models import Agent
from tests.alarms.outside import PASSWORD, USER, Authority, authority, mail_server
from tests.fixtures.cast import Customer
from tests.fixtures.ports import free_ports
from tests.fixtures.scene import Scene, author
from tests.fixtures.time import MONDAY
from tests.fixtures.together import at_once

TEXT = (Destination.GRAPH, Datum.TEXT)
NUMBER = (Destination.GRAPH, Datum.NUMBER)


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    with tally.taken():
        pass
    yield
    with tally.taken():
        pass


def rows() -> dict[tuple[str, str], int]:
    return {(where, what): count for where, what, count in Count.objects.values_list("destination", "datum", "count")}


def test_what_was_counted_is_written_down_once(transactional_db: None) -> None:
    tally.add(Destination.GRAPH, [Datum.TEXT, Datum.NUMBER])
    write_down(MONDAY)
    write_down(MONDAY)
    tally.add(Destination.GRAPH, [Datum.TEXT])
    write_down(MONDAY)
    assert rows() == {TEXT: 2, NUMBER: 1}


def test_a_day_is_one_of_the_installations_calendar(transactional_db: None) -> None:
    midnight_in_berlin = datetime(2026, 6, 7, 22, 0, tzinfo=UTC)
    add({TEXT: 1}, midnight_in_berlin - timedelta(seconds=1))
    add({TEXT: 2}, midnight_in_berlin)
    assert {day.isoformat(): count for day, count in Count.objects.values_list("day", "count")} == {
        "2026-06-07": 1,
        "2026-06-08": 2,
    }
    assert sums(midnight_in_berlin)[TEXT] == Sums(2, 3, 3)
    assert sums(midnight_in_berlin + timedelta(days=6))[TEXT] == Sums(0, 2, 3)
    assert sums(midnight_in_berlin + timedelta(days=29))[TEXT] == Sums(0, 0, 2)
    assert sums(midnight_in_berlin + timedelta(days=30)) == {}


def test_many_write_at_once_and_nothing_is_lost(transactional_db: None) -> None:
    data = list(Datum)[:6]

    def one(at: datetime) -> None:
        for turn in range(20):
            mine = data if turn % 2 else data[::-1]
            with transaction.atomic():
                add({(Destination.GRAPH, datum): 1 for datum in mine}, at)

    at_once(one, MONDAY, times=4)
    assert rows() == {(Destination.GRAPH, datum): 80 for datum in data}


def test_what_left_is_written_down_with_the_outcome(scene: Scene, kim: Customer, bob: Agent) -> None:
    scene.writes(kim, "Haben Sie offen?")
    send_message(scene.chat(kim), Draft("Ja!"), author(bob), scene.clock.at)
    tally.add(Destination.GRAPH, [Datum.TEXT])  # as a call does that leaves by the wire
    scene.passes(minutes=1)
    scene.delivers()
    assert [each.text for each in scene.wire.sent] == ["Ja!"]
    assert rows() == {TEXT: 1}


def renamed(one: str, other: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {one} RENAME TO {other}")


def test_what_cannot_be_written_is_written_later(transactional_db: None) -> None:
    tally.add(Destination.GRAPH, [Datum.TEXT])
    renamed("egress_count", "egress_away")
    try:
        Scribe().write()
    finally:
        renamed("egress_away", "egress_count")
    assert rows() == {}
    Scribe().write()
    assert rows() == {TEXT: 1}


@pytest.fixture(scope="module")
def firma(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("firma"))


def _server(port: int, bundle: Path) -> MailServer:
    return MailServer("localhost", port, "starttls", USER, PASSWORD, "jawort@firma.example", Egress("", str(bundle)))


def _mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "jawort@firma.example", "it@firma.example", "Alarm"
    mail.set_content("Kein Arbeitsprozess läuft")
    return mail


def test_of_a_mail_its_addresses_and_its_text_are_counted(firma: Authority) -> None:
    def counted() -> dict[Datum, int]:
        with tally.taken() as counts:
            return {datum: count for (_, datum), count in counts.items()}

    greeted = {Datum.QUESTION: 1, Datum.CREDENTIALS: 1}
    with mail_server(firma) as box:
        server = _server(box.port, firma.bundle)
        send(server, _mail())
        assert counted() == greeted | {Datum.RECIPIENT: 1, Datum.ALARM: 1}
        box.answers.append("554 no")
        with pytest.raises(NotTaken):
            send(server, _mail())
        assert counted() == greeted | {Datum.RECIPIENT: 1, Datum.ALARM: 1}
        try_out(server)
        assert counted() == greeted
    with pytest.raises(NotTaken):
        send(_server(free_ports(), firma.bundle), _mail())
    assert counted() == {}

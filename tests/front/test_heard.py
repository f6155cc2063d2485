"""A live stream begins where its page was rendered: nothing is missed, nothing is asked for twice."""

import json
import re
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from jawort.front import hub
from jawort.front.heard import KEPT_MAX, Heard, Notice
from jawort.staff.models import Agent
from tests.front.serving import ALICE, FakeDesk, browsers, notify, row, serving, until

ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))


@given(before=st.integers(0, 2 * KEPT_MAX), after=st.integers(0, 2 * KEPT_MAX))
def test_what_was_told_since_a_mark_is_told_whole_or_not_at_all(before: int, after: int) -> None:
    heard = Heard()
    for number in range(before):
        heard.add(Notice(s=[number]))
    mark = heard.mark
    later = [Notice(s=[before + number]) for number in range(after)]
    for notice in later:
        heard.add(notice)
    assert heard.since(mark) == (later if after <= KEPT_MAX else None)


@given(mark=st.text(max_size=40) | st.from_regex(r"\A[0-9a-f]{8}\.[0-9]{1,30}\Z"))
def test_a_mark_of_nobody_says_nothing(mark: str) -> None:
    heard = Heard()
    heard.add(Notice(s=[1]))
    assert heard.since(mark) is None


def test_a_mark_from_before_the_database_was_lost_says_nothing() -> None:
    heard = Heard()
    mark, ahead = heard.mark, heard.mark.replace(".0", ".7")
    assert (heard.since(mark), heard.since(ahead)) == ([], None)
    heard.forget()
    assert heard.since(mark) is None


@pytest.mark.django_db(transaction=True)
class TestStreams:
    """Over HTTP, with notifies of the real database."""

    def test_what_came_between_page_and_stream_is_told_once(self) -> None:
        fake = FakeDesk()
        with serving(fake.desk()) as place, browsers(place, "bob") as (bob,):
            notify(c=[ONE])
            until(lambda: bob.of("row"))
            mark = place.mark
            notify(c=[TWO], m=[[TWO, THREE]], n=True)
            until(lambda: bob.of("news"))
            with browsers(place, "alice", since=mark) as (alice,):
                until(lambda: alice.of("news"))
                notify(c=[THREE])
                until(lambda: len(alice.of("row")) == 2)
                until(lambda: alice.of("counts"))  # the numbers may have changed, too
            assert [event.data for event in alice.of("row")] == [row(TWO, "de"), row(THREE, "de")]
            assert [json.loads(event.data) for event in alice.of("news")] == [{"came": [str(TWO)]}]
            assert [json.loads(event.data)["conversation"] for event in alice.of("message")] == [str(TWO)]
            assert alice.of("resync") == []
        assert (ALICE, [TWO]) in fake.given, "nobody reads unseen"
        assert len(bob.of("news")) == 1, "who heard it hears it once"

    def test_where_nothing_came_nothing_is_asked_for(self) -> None:
        fake = FakeDesk()
        with serving(fake.desk()) as place, browsers(place, "alice", since=place.mark) as (alice,):
            until(lambda: place.streams == 1)
            notify(s=[1])
            until(lambda: alice.of("ledger"))
            assert (alice.of("resync"), fake.rendered) == ([], [])

    def test_an_unknown_mark_and_too_much_that_was_missed_are_a_resync(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hub, "ROWS_MISSED_MAX", 3)
        with serving() as place, browsers(place, "bob") as (bob,):
            mark = place.mark
            notify(c=[UUID(int=n) for n in range(4)])
            until(lambda: bob.of("row"))
            for one in (mark, "0badcafe.0", "\0ÿ", "x" * 5_000):
                with browsers(place, "alice", since=one) as (alice,):
                    until(lambda: alice.of("resync"))
                    assert alice.of("row") == []

    def test_a_page_bears_the_mark_of_when_it_was_asked_for(self, alice: Agent) -> None:
        person = Client()
        person.force_login(alice)
        cookie = f"{settings.SESSION_COOKIE_NAME}={person.cookies[settings.SESSION_COOKIE_NAME].value}"
        with serving() as place, browsers(place, "bob") as (bob,):
            notify(s=[1])
            until(lambda: bob.of("ledger"))
            with place.ask("GET", "/inbox/", Cookie=cookie) as answer:
                assert answer.status == 200
                assert re.findall(r'"/live\?since=([^"]*)"', answer.read().decode()) == [place.mark]

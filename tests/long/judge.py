"""After the kills: what must be there once, and only once, as the API, the simulator and the product's own checks say.

Nothing is repaired. Each sentence in the verdict is a promise that was broken; the simulator, which was never killed,
says what left the house.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bench.inbound import items
from bench.place import Place
from tests.long.traffic import Answered, Customers, Programs

#: Said of each kind of fault: more say nothing new.
EXAMPLES = 5
#: Where a message of ours may rest: it left, and the simulator knows it; or it did not, and it does not.
LEFT = {"delivered", "read", "failed"}
STAYED = {"unknown", "refused", "failed"}

_UNDER_WAY = """
    SELECT (SELECT count(*) FROM intake_rawevent WHERE parked_at IS NULL)
         + (SELECT count(*) FROM messaging_message
             WHERE state IN ('queued', 'claimed', 'calling', 'accepted', 'sent'))
         + (SELECT count(*) FROM ledger_entry WHERE log_index IS NULL)
"""
_NUMBERS = """
    SELECT line_id || ' ' || direction, min(seq), max(seq), count(*), count(DISTINCT seq)
    FROM messaging_message WHERE seq IS NOT NULL GROUP BY 1
"""
_SET_ASIDE = """
    SELECT * FROM (SELECT 'bodies', count(*) FROM intake_rawevent WHERE parked_at IS NOT NULL
                   UNION ALL SELECT 'jobs', count(*) FROM lanes_job WHERE parked_at IS NOT NULL) AS s (what, count)
    WHERE count > 0
"""
_INDICES = (
    "SELECT min(log_index) + 1, max(log_index) + 1, count(log_index), count(DISTINCT log_index) FROM ledger_entry"
)


def at_rest(place: Place) -> bool:
    """Whether nothing is under way any more: in the simulator, in the queue, in the lanes, before the ledger."""
    return place.control("GET", "state")["updates_waiting"] == 0 and place.number(_UNDER_WAY) == 0


def broken(place: Place, customers: Customers, programs: Programs) -> list[str]:
    """Every promise that does not hold, in a sentence each."""
    chats = items(place, "/conversations")
    threads = {chat["id"]: items(place, f"/conversations/{chat['id']}/messages") for chat in chats}
    names = {chat["id"]: chat["contact"]["name"] for chat in chats}
    inbound = [m for thread in threads.values() for m in thread if m["direction"] == "in"]
    outbound = {m["id"]: (chat, m) for chat, thread in threads.items() for m in thread if m["direction"] == "out"}
    called = Counter(one["biz_opaque_callback_data"] for one in _log(place))
    faults = [
        *(f"{chat}: {m['text']!r}" for chat, thread in threads.items() for m in thread if not _fits(m, names[chat])),
        *_came_in(inbound, customers),
        *_accepted(outbound, programs.answered),
        *_went_out({id_: m["status"] for id_, (_, m) in outbound.items()}, called),
        *_numbered(place),
    ]
    for what, count in place.sql(_SET_ASIDE):
        faults.append(f"{count} {what} wait for a person to look at them")
    return faults


def unknown(place: Place) -> int:
    """How many messages of ours nobody can say of whether they left."""
    return place.number("SELECT count(*) FROM messaging_message WHERE state = 'unknown'")


def say(capsys: pytest.CaptureFixture[str], words: str) -> None:
    """Past the capture: a long test that passes has something to tell."""
    with capsys.disabled():
        sys.stdout.write(f"\n  {words}\n")


def _fits(message: Mapping[str, Any], name: str) -> bool:
    return str(message["text"]).startswith(f"{name} ")


def _came_in(inbound: list[dict[str, Any]], customers: Customers) -> Iterator[str]:
    """What was acknowledged is there once. What was not was brought again until it was."""
    there = Counter(str(m["provider_message_id"]) for m in inbound)
    wanted = {customers.writer.id_of(number) for number in customers.acknowledged}
    yield from _named("acknowledged and not there", wanted - there.keys())
    yield from _named("there and not acknowledged", there.keys() - wanted)
    yield from _named("there more than once", [id_ for id_, times in there.items() if times > 1])


def _accepted(outbound: Mapping[str, tuple[str, Mapping[str, Any]]], answered: Mapping[str, Answered]) -> Iterator[str]:
    """Each key made one message, in its conversation with its text; and nobody else wrote any."""
    there = Counter((chat, m["text"]) for chat, m in outbound.values())
    wanted = {(one.chat, one.text) for one in answered.values()}
    yield from _named("accepted by the API and not there once", [key for key in wanted if there[key] != 1])
    yield from _named("there and never accepted", there.keys() - wanted)
    strange = [one for one in answered.values() if one.message and one.message not in outbound]
    yield from _named("promised under an id that is not there", strange)


def _went_out(states: Mapping[str, str], called: Mapping[str, int]) -> Iterator[str]:
    """Nothing was called twice, all is decided, and what is said of a message is what the simulator saw."""
    yield from _named("called more than once", [id_ for id_, times in called.items() if times > 1])
    yield from _named("called and unknown to us", called.keys() - states.keys())
    left = [f"{id_} {state}" for id_, state in states.items() if id_ in called and state not in LEFT]
    yield from _named("called, and the state does not say so", left)
    stayed = [f"{id_} {state}" for id_, state in states.items() if id_ not in called and state not in STAYED]
    yield from _named("never called, and the state does not say so", stayed)


def _numbered(place: Place) -> Iterator[str]:
    """From 1 (the ledger's indices from 0) on without a gap."""
    ledger = [("ledger", *row) for row in place.sql(_INDICES)]
    for name, first, last, count, distinct in [*place.sql(_NUMBERS), *ledger]:
        if (first, last, distinct) != (1, count, count):
            yield f"numbers of {name}: {first} to {last}, {count} of them, {distinct} different"


def _named(fault: str, which: Any) -> Iterator[str]:
    found = sorted(map(str, which))
    if found:
        yield f"{len(found)} {fault}: {', '.join(found[:EXAMPLES])}"


def _log(place: Place) -> Iterator[dict[str, Any]]:
    """Every send that the simulator has accepted."""
    after = 0
    while page := place.control("GET", f"log?after={after}"):
        yield from page["items"]
        if page["next"] == after:
            return
        after = page["next"]

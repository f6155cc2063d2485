"""Plays the demo's story. All of it enters as in life: customers write from simulated phones, staff answers by the API.

The clock of the demo starts in the story's past and is moved to the present step by step, so that messages are as old
as they look. Between two steps everything must have come to rest: what waits while the clock jumps would look late.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from jawort.cli.demo_notes import DOMAIN, Notes
from jawort.cli.demo_stories import CUSTOMERS, STORY, Act, Answers, Reads, Says
from jawort.cli.loopback import Unanswered, ask, call

#: Where a message of ours has come to rest when its customer's phone is online.
_AT_REST = frozenset({"delivered", "read", "failed", "refused"})
_SERVER_ERROR = 500
BEGIN_MINUTES = STORY[0][0]
#: Looks in a row, a tenth of a second apart, at which the ledger must have the same size.
_STILL = 6


@dataclass(frozen=True, slots=True)
class Doors:
    """The public doors, and how to wait: `wait(holds)` returns when `holds()` is true, or raises."""

    api: str
    control: str
    notes: Notes
    wait: Callable[[Callable[[], bool]], None]


class Person(NamedTuple):
    """Somebody who wrote: with which number (empty if withheld), under which name, when last in Unix seconds."""

    phone: str
    name: str
    wrote_at: int


def people(control: str, known: Mapping[str, Person]) -> None:
    """Give a phone to everybody of the story and to whoever else is known, by business-scoped user id.

    Again after a restart of the simulator, which forgets: WhatsApp would let nobody answer people that it does not
    know, nor those whose last words it has not heard.
    """
    for customer in CUSTOMERS.values():
        about = {"phone": customer.phone, "name": customer.name, "bsuid": customer.bsuid, **customer.more}
        found = known.get(customer.bsuid)
        call("POST", f"{control}/users", about | {"wrote_at": found.wrote_at if found is not None else 0})
    taken = {customer.phone for customer in CUSTOMERS.values()}
    for bsuid in known.keys() - {customer.bsuid for customer in CUSTOMERS.values()}:
        person = known[bsuid]
        if person.phone and person.phone not in taken:
            about = {"phone": person.phone, "name": person.name, "bsuid": bsuid}
            status, _ = ask("POST", f"{control}/users", about | {"wrote_at": person.wrote_at})
            if status >= _SERVER_ERROR:  # whom it refuses gets no phone: one odd guest must not end the demo
                raise Unanswered(f"POST {control}/users: {status}")


def known(api: str, notes: Notes) -> dict[str, Person]:
    """Who wrote last under each business-scoped user id, as the inbox knows it."""
    head = {"Authorization": f"Bearer {notes.token_of('supervisor')}"}
    found: dict[str, Person] = {}
    for chat in call("GET", f"{api}/conversations?limit=200", None, head)["items"]:
        said = call("GET", f"{api}/conversations/{chat['id']}/messages?limit=50", None, head)["items"]
        for one in said:
            bsuid = (one["sender"] or {}).get("bsuid")
            if not bsuid:
                continue
            wrote_at = int(datetime.fromisoformat(one["provider_time"]).timestamp())
            if bsuid not in found or found[bsuid].wrote_at < wrote_at:
                phone = one["sender"]["phone"]
                found[bsuid] = Person(f"+{phone}" if phone else "", chat["contact"]["name"] or "", wrote_at)
    return found


def play(doors: Doors, stop: threading.Event) -> None:
    """Tell the whole story, then leave the clock at the present. Raises Unanswered."""
    heard = answered = 0
    for minutes, acts in STORY:
        call("POST", f"{doors.control}/clock", {"shift_s": -60 * minutes})
        for act in acts:
            if stop.is_set():
                return
            heard += isinstance(act, Says)
            _act(act, doors, heard, answered)
            answered += isinstance(act, Answers)
        doors.wait(lambda: _heard(doors, heard))  # noqa: B023 - called before the loop goes on
        doors.wait(lambda: at_rest(doors, answered))  # noqa: B023 - called before the loop goes on
        _sealed(doors)
    call("POST", f"{doors.control}/clock", {"shift_s": 0})


def at_rest(doors: Doors, answered: int) -> bool:
    """Whether every webhook is taken in and all our `answered` answers have come as far as they can.

    WhatsApp is asked first: what it has delivered by then is counted. The answers must all be among those counted: the
    inbox may give the counts of a moment ago.
    """
    if call("GET", f"{doors.control}/state")["updates_waiting"]:
        return False
    stats = _api(doors, "supervisor", "GET", "/stats")
    out = stats["messages"]["out"]
    return not stats["raw_events"]["pending"] and sum(out.values()) >= answered and set(out) <= _AT_REST


def _act(act: Act, doors: Doors, heard: int, answered: int) -> None:
    """Do one thing, as soon as what it follows has happened."""
    match act:
        case Says(who, text, content):
            call("POST", f"{doors.control}/users/{CUSTOMERS[who].phone}/messages", content or {"text": text})
        case Answers(staff, who, text):
            doors.wait(lambda: _heard(doors, heard))
            conversation = _conversation(doors, staff, CUSTOMERS[who].name)
            _api(doors, staff, "POST", f"/conversations/{conversation}/messages", {"text": text})
        case Reads(who):
            doors.wait(lambda: at_rest(doors, answered))
            call("POST", f"{doors.control}/users/{CUSTOMERS[who].phone}/read", {})


def _heard(doors: Doors, least: int) -> bool:
    """Whether at least so many messages of customers are there, and what was entered as the clock jumped is sealed."""
    stats = _api(doors, "supervisor", "GET", "/stats")
    return int(stats["messages"]["in"]) >= least and not stats["ledger"]["waiting"]


def _sealed(doors: Doors) -> None:
    """Wait until nothing waits for its seal and the ledger has stopped growing.

    An entry that waits for its seal while the clock jumps would look hours late, and then nothing may leave.
    """
    sizes: list[int] = []

    def still() -> bool:
        ledger = _api(doors, "supervisor", "GET", "/stats")["ledger"]
        sizes.append(int(ledger["size"]))
        return not ledger["waiting"] and sizes[-_STILL:].count(sizes[-1]) == _STILL

    doors.wait(still)


def _conversation(doors: Doors, staff: str, name: str) -> str:
    for conversation in _api(doors, staff, "GET", "/conversations?limit=100")["items"]:
        if conversation["contact"]["name"] == name:
            return str(conversation["id"])
    raise Unanswered("GET /conversations: a conversation of the story is missing")


def _api(doors: Doors, staff: str, method: str, path: str, body: object = None) -> Any:
    """A call with the token of `staff`: the local part of a sign-in, or a role."""
    chosen = (one for one in doors.notes.sign_ins if staff in {one.role, one.email.removesuffix(f"@{DOMAIN}")})
    return call(method, doors.api + path, body, {"Authorization": f"Bearer {next(chosen).api_token}"})

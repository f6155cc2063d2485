"""Plays the demo's story. All of it enters as in life: customers write from simulated phones, staff answers by the API.

The clock of the demo starts in the story's past and is moved to the present step by step, so that messages are as old
as they look. Between two steps everything must have come to rest: what waits while the clock jumps would look late.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jawort.cli.demo_notes import DOMAIN, Notes
from jawort.cli.demo_stories import CUSTOMERS, STORY, Act, Answers, Reads, Says
from jawort.cli.loopback import Unanswered, call

#: Where a message of ours has come to rest when its customer's phone is online.
_AT_REST = frozenset({"delivered", "read", "failed", "refused"})
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


def people(control: str, wrote: Mapping[str, int]) -> None:
    """Give every customer a phone; `wrote` says when somebody of that name wrote last, in Unix seconds.

    Again after a restart of the simulator, which forgets: without their last words nobody could be answered.
    """
    for customer in CUSTOMERS.values():
        about = {"phone": customer.phone, "name": customer.name, "bsuid": customer.bsuid, **customer.more}
        call("POST", f"{control}/users", about | {"wrote_at": wrote.get(customer.name, 0)})


def last_words(api: str, notes: Notes) -> dict[str, int]:
    """When each person of the story wrote last, as the inbox knows it."""
    head = {"Authorization": f"Bearer {notes.token_of('supervisor')}"}
    names = {customer.name for customer in CUSTOMERS.values()}
    found: dict[str, int] = {}
    for chat in call("GET", f"{api}/conversations?limit=200", None, head)["items"]:
        if chat["contact"]["name"] not in names - found.keys():
            continue
        said = call("GET", f"{api}/conversations/{chat['id']}/messages?limit=50", None, head)["items"]
        times = [datetime.fromisoformat(one["provider_time"]) for one in said if one["direction"] == "in"]
        if times:
            found[chat["contact"]["name"]] = int(max(times).timestamp())
    return found


def play(doors: Doors, stop: threading.Event) -> None:
    """Tell the whole story, then leave the clock at the present. Raises Unanswered."""
    heard = 0
    for minutes, acts in STORY:
        call("POST", f"{doors.control}/clock", {"shift_s": -60 * minutes})
        for act in acts:
            if stop.is_set():
                return
            heard += isinstance(act, Says)
            _act(act, doors, heard)
        doors.wait(lambda: _heard(doors) >= heard)  # noqa: B023 - called before the loop goes on
        doors.wait(lambda: at_rest(doors))
        _sealed(doors)
    call("POST", f"{doors.control}/clock", {"shift_s": 0})


def at_rest(doors: Doors) -> bool:
    """Whether every webhook is taken in and every answer has come as far as it can."""
    stats = _api(doors, "supervisor", "GET", "/stats")
    if stats["raw_events"]["pending"] or not set(stats["messages"]["out"]) <= _AT_REST:
        return False
    return not call("GET", f"{doors.control}/state")["updates_waiting"]


def _act(act: Act, doors: Doors, heard: int) -> None:
    """Do one thing, as soon as what it follows has happened."""
    match act:
        case Says(who, text, content):
            call("POST", f"{doors.control}/users/{CUSTOMERS[who].phone}/messages", content or {"text": text})
        case Answers(staff, who, text):
            doors.wait(lambda: _heard(doors) >= heard)
            conversation = _conversation(doors, staff, CUSTOMERS[who].name)
            _api(doors, staff, "POST", f"/conversations/{conversation}/messages", {"text": text})
        case Reads(who):
            doors.wait(lambda: at_rest(doors))
            call("POST", f"{doors.control}/users/{CUSTOMERS[who].phone}/read", {})


def _heard(doors: Doors) -> int:
    """How many messages of customers are in the inbox."""
    return int(_api(doors, "supervisor", "GET", "/stats")["messages"]["in"])


def _sealed(doors: Doors) -> None:
    """Wait until the ledger has stopped growing.

    An entry that waits for its seal while the clock jumps would look hours late, and then nothing may leave.
    """
    sizes: list[int] = []

    def still() -> bool:
        sizes.append(int(_api(doors, "supervisor", "GET", "/stats")["ledger"]["size"]))
        return sizes[-_STILL:].count(sizes[-1]) == _STILL

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

"""kill -9 of any process at any moment under load: nothing acknowledged is lost, nothing is doubled.

`jawort serve` runs with everything below it, PostgreSQL too; the test plays the init system that starts it again. The
long run is set by KILL_LOOP_KILLS, _SECONDS (between two kills), _WEBHOOKS and _ANSWERS (a second), and _SEED,
which is printed: the same seed draws the same kinds of victims after the same pauses.
"""

import os
import random
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from bench.bodies import Writer
from bench.inbound import items
from bench.place import until
from jawort.channels.types import Outgoing
from jawort.channels.whatsapp import bodies
from jawort.cli.loopback import call
from tests.fixtures.installation import Installation, installation
from tests.long.judge import at_rest, broken, say, unknown
from tests.long.traffic import PROGRAMS, Customers, Programs, beside
from tests.long.victims import kill_one

#: An outage of a minute, leases that run out, and all that waits behind them.
REST_S = 900.0
LOOK_S = 0.05
TELL_EVERY = 50
UP_PER_KILL = 3  # so most is up most of the time, on a slow machine too
RESTART_S = 0.1  # systemd's pause before it starts a service again
SMALL_KINDS = ["work", "ingest", "connection", "front", "postmaster", "supervisor"]


@dataclass(frozen=True, slots=True)
class Loop:
    """One run. `seconds` lie between two kills, on average; 0 makes them a third of what it took to come up first.

    `order` names the victims one by one; without, they are drawn.
    """

    kills: int
    seconds: float
    webhooks: float
    answers: float
    customers: int
    seed: int
    order: tuple[str, ...] = ()


def _set(name: str, default: str) -> str:
    return os.environ.get(f"KILL_LOOP_{name}", default)


SMALL = Loop(len(SMALL_KINDS), 1.0, 50, 10, 60, 1, tuple(SMALL_KINDS))
LARGE = Loop(
    int(_set("KILLS", "500")),
    float(_set("SECONDS", "0")),
    float(_set("WEBHOOKS", "200")),
    float(_set("ANSWERS", "50")),
    2_000,
    int(_set("SEED", str(random.SystemRandom().randrange(10**6)))),
)


@dataclass(slots=True)
class Init:
    """Starts `jawort serve`, and starts it again whenever it has ended. `codes` counts how it ended."""

    installation: Installation
    codes: Counter[int] = field(default_factory=Counter)
    serve: "subprocess.Popen[bytes]" = field(init=False)

    def __post_init__(self) -> None:
        self.serve = self.installation.start("serve")

    def watch(self, seconds: float) -> None:
        """Look after it for so long."""
        until_moment = time.monotonic() + seconds
        while time.monotonic() < until_moment:
            code = self.serve.poll()
            if code is not None:
                self.codes[code] += 1
                time.sleep(RESTART_S)
                self.serve = self.installation.start("serve")
            time.sleep(LOOK_S)

    def recover(self) -> None:
        """Look after it until everything is up. Raises TimeoutError."""

        def is_up() -> bool:
            self.watch(LOOK_S)
            return self.installation.is_up()

        until(is_up, REST_S)


def kills(init: Init, loop: Loop, pause: float, capsys: pytest.CaptureFixture[str]) -> Counter[str]:
    """Kill, at random moments, as often as asked; how many of each kind."""
    dice = random.Random(loop.seed)
    killed: Counter[str] = Counter()
    while killed.total() < loop.kills:
        init.watch(dice.uniform(0.1, 1.9) * pause)
        kinds = [loop.order[killed.total()]] if loop.order else None
        if kind := kill_one(init.serve.pid, dice, kinds):
            killed[kind] += 1
            if killed.total() % TELL_EVERY == 0:
                say(capsys, f"{killed.total()} kills")
    return killed


def spoil(made: Installation) -> None:
    """Lose a message, and call one twice: a verdict that nobody has seen fail may see nothing."""
    place = made.place
    place.sql(
        "DELETE FROM messaging_message WHERE id = (SELECT id FROM messaging_message ORDER BY id LIMIT 1) RETURNING id"
    )
    ((again,),) = place.sql("SELECT id FROM messaging_message WHERE state = 'delivered' LIMIT 1")
    body = bodies.message(Outgoing(own_id=str(again), to_phone="4917604069000", to_bsuid=None, text="Noch einmal"))
    head = {"Authorization": f"Bearer {made.secrets['token']}"}
    call("POST", f"{made.graph_url}/{place.told['phone_number_id']}/messages", body, head)


@pytest.mark.long
@pytest.mark.parametrize("loop", [pytest.param(SMALL, id="small"), pytest.param(LARGE, id="large")])
def test_nothing_is_lost_nothing_doubled(loop: Loop, capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, f"seed {loop.seed}: {loop.kills} kills, {loop.webhooks:.0f} webhooks/s, {loop.answers:.0f} answers/s")
    with installation() as made:
        began = time.monotonic()
        init, place = Init(made), made.place
        until(made.serves)
        pause = loop.seconds or (time.monotonic() - began) / UP_PER_KILL
        made.set_up()
        customers = Customers(Writer(place.told, loop.customers), loop.webhooks)
        customers.introduce()
        until(lambda: place.number("SELECT count(*) FROM messaging_conversation") == loop.customers)
        programs = Programs(place, items(place, "/conversations"), loop.answers, random.Random(loop.seed))
        began = time.monotonic()
        with beside(customers.run, *[programs.run] * PROGRAMS):
            killed = kills(init, loop, pause, capsys)
            lasted = time.monotonic() - began
            init.recover()
        until(lambda: at_rest(place), REST_S)
        rested = time.monotonic() - began - lasted
        faults = broken(place, customers, programs)
        say(capsys, f"{killed.total()} kills in {lasted:.0f} s, one in {pause:.1f} s on average: {dict(killed)}")
        say(capsys, f"serve ended {dict(init.codes)}; at rest {rested:.0f} s after the last kill")
        say(capsys, f"webhooks {dict(customers.statuses)}, {len(customers.acknowledged)} messages once each")
        say(capsys, f"answers {dict(programs.statuses)}, {len(programs.answered)} once each, {unknown(place)} unknown")
        assert [*faults, *made.findings()] == []
        if loop is SMALL:
            spoil(made)
            seen = " ".join(broken(place, customers, programs))
            assert all(words in seen for words in ("acknowledged and not there", "called more than once", "numbers of"))

"""The self-test of a line, against the simulator over HTTP: what is well, what is not, and when it is asked again."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jawort.alarms import queries
from jawort.alarms.arm import arm
from jawort.alarms.jobs import examiners, lookers
from jawort.alarms.models import SelfTest
from jawort.alarms.rules import Code, SelfTested
from jawort.alarms.self_test import AGAIN, EVERY, want_tests
from jawort.core.config import Config
from jawort.lanes.work import Worker
from jawort.lines.connect import NewApp, connect
from jawort.messaging.carrier import GraphCarrier
from tests.fixtures.ports import free_ports
from tests.fixtures.scene import LEASE, PHONE_NUMBER_ID, WABA_ID, Scene
from tests.simulator.stage import Receiver, Stage, Start

WELL = SelfTested("", None, "", "")


@pytest.fixture
def stage(start: Start, scene: Scene) -> Stage:
    """The platform, with the account and the token of the scene's line, and a callback that knows its verify token."""
    receiver = Receiver(verify_token="verify")
    given = {"access_token": "EAAtoken", "phone_number_id": PHONE_NUMBER_ID, "waba_id": WABA_ID}
    return start(receiver, verify_token="verify", **given)


Works = Callable[..., list[Code]]


@pytest.fixture
def works(scene: Scene, stage: Stage, tmp_path: Path) -> Iterator[Works]:
    """The lanes run for so many minutes; what is wrong then."""
    arm(scene.clock.at)
    carriers = []

    def run(minutes: int = 1, *, url: str = "", webhook_url: str = stage.settings.callback_url) -> list[Code]:
        carriers.append(GraphCarrier(url or f"{stage.url}/v26.0"))
        handlers = examiners(carriers[-1], webhook_url) | lookers(Config(data_dir=tmp_path))
        worker = Worker(handlers, "other", lease=LEASE)
        for _ in range(minutes):
            scene.passes(minutes=1)
            while worker.run_due(scene.clock.at):
                pass
        return [alarm.code for alarm in queries.standing()]

    yield run
    for carrier in carriers:
        carrier.close()


def found() -> SelfTested:
    (result,) = queries.results()
    return result.found


def test_a_line_that_is_well(scene: Scene, stage: Stage, works: Works) -> None:
    assert works() == []
    assert found() == WELL
    assert queries.results()[0].tested_at == scene.clock.at
    assert SelfTest.objects.get().due_at == scene.clock.at + EVERY
    assert stage.receiver.handshakes == 1


def test_it_is_asked_once_a_day(scene: Scene, stage: Stage, works: Works) -> None:
    works(10)
    assert stage.receiver.handshakes == 1
    scene.passes(days=1)
    works()
    assert stage.receiver.handshakes == 2
    want_tests(scene.clock.at)
    works()
    assert stage.receiver.handshakes == 3


def number(stage: Stage, **change: Any) -> None:
    stage.sim("POST", "number", change)


def test_a_token_that_was_taken_back_is_an_alarm_until_it_is_good_again(
    scene: Scene, stage: Stage, works: Works
) -> None:
    """Nobody has to send a message to learn of it, and whoever mends it sees so within minutes."""
    works()
    number(stage, token_revoked=True)
    scene.passes(days=1)
    assert works(2) == [Code.TOKEN_REFUSED]
    assert found().token == "whatsapp.190"
    assert scene.line.state == "live"
    number(stage, token_revoked=False)
    assert works(15) == []
    assert found() == WELL


def test_a_token_that_ends_soon_is_an_alarm(scene: Scene, stage: Stage, works: Works) -> None:
    ends = (scene.clock.at + timedelta(days=20)).replace(microsecond=0)
    number(stage, token_expires_at=int(ends.timestamp()))
    assert works(2) == []
    assert found().expires_at == ends
    scene.passes(days=7)
    assert works(2) == [Code.TOKEN_EXPIRES]


def test_an_app_that_was_unsubscribed_is_an_alarm(scene: Scene, stage: Stage, works: Works) -> None:
    account = f"/v26.0/{WABA_ID}/subscribed_apps"
    stage.graph(None, account, "EAAtoken", "DELETE")
    assert works(2) == [Code.UNSUBSCRIBED]
    stage.sim("POST", "users", {"phone": "+4915228895456", "name": "Kim"})
    stage.sim("POST", "users/+4915228895456/messages", {"type": "text", "text": "Hallo"})
    stage.graph({}, account, "EAAtoken")
    assert works(15) == []
    assert stage.receiver.bodies == []  # what was written meanwhile never came


@pytest.mark.parametrize(
    ("verify_token", "webhook_url", "code"),
    [("other", "", "refused"), ("verify", "/elsewhere", "elsewhere")],
)
def test_a_callback_that_does_not_answer_as_it_must_is_an_alarm(
    scene: Scene, stage: Stage, works: Works, verify_token: str, webhook_url: str, code: str
) -> None:
    stage.receiver.verify_token = verify_token
    assert works(2, webhook_url=stage.settings.callback_url + webhook_url) == [Code.CALLBACK]
    assert found() == SelfTested("", None, "", code)
    assert SelfTest.objects.get().due_at <= scene.clock.at + AGAIN


def test_without_its_address_the_callback_is_not_asked(scene: Scene, stage: Stage, works: Works) -> None:
    assert works(webhook_url="") == []
    assert found().callback == "unknown"
    assert stage.receiver.handshakes == 0


def test_a_platform_that_is_away_says_nothing_of_the_token(scene: Scene, works: Works) -> None:
    """Whether it is good is not known; that nothing is heard is another matter."""
    assert works(2, url=f"http://127.0.0.1:{free_ports()}/v26.0", webhook_url="") == []
    assert found() == SelfTested("whatsapp.-1", None, "unknown", "unknown")


def test_each_line_is_tested_for_itself(scene: Scene, stage: Stage, works: Works) -> None:
    """One that the platform does not know keeps no other from being tested."""
    app = NewApp("other", "secret", "verify")
    connect(
        app=app,
        name="Lager",
        phone_number_id="1",
        waba_id="2",
        display_number="+49 30 23125001",
        token="EAAother",
        actor="system",
        at=scene.clock.at,
    )
    assert works(2) == [Code.TOKEN_REFUSED]
    assert [(one.line, one.found.token) for one in queries.results()] == [("Lager", "whatsapp.190"), ("Service", "")]


def test_a_token_without_end_is_told_as_one(scene: Scene, stage: Stage) -> None:
    carrier = GraphCarrier(f"{stage.url}/v26.0")
    examined = carrier.examine(scene.line.pk, WABA_ID)
    number(stage, token_expires_at=1_900_000_000)
    until = carrier.examine(scene.line.pk, WABA_ID)
    carrier.close()
    assert getattr(examined, "expires_at", 0) is None
    assert getattr(until, "expires_at", 0) == datetime.fromtimestamp(1_900_000_000, UTC)

"""Our templates are listed by the platform over HTTP: what is new, what changed, what is gone, and what went wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jawort.core import clock as core_clock
from jawort.lanes.models import Job
from jawort.lanes.work import Worker
from jawort.ledger.models import Entry
from jawort.lines import checks
from jawort.lines.models import Listing, Template
from jawort.lines.rotate import replace_access_token
from jawort.lines.template_list import template_list
from jawort.lines.templates import AGAIN, EVERY, due, take_templates, want_listing
from jawort.messaging.carrier import GraphCarrier
from jawort.messaging.jobs import listers
from jawort.messaging.templates import arm
from tests.fixtures.ports import free_ports
from tests.fixtures.scene import LEASE, PHONE_NUMBER_ID, WABA_ID, Scene
from tests.simulator.stage import Stage, Start

TEXT = "Guten Tag {{1}}, Ihr Termin ist am {{2}} bei uns."
COMPONENTS = [{"type": "BODY", "text": TEXT, "example": {"body_text": [["Kim", "Montag"]]}}]


@pytest.fixture
def stage(start: Start, scene: Scene) -> Stage:
    """The platform, with the account and the token of the scene's line."""
    return start(access_token="EAAtoken", phone_number_id=PHONE_NUMBER_ID, waba_id=WABA_ID, review_s=0)


@pytest.fixture
def works(scene: Scene, stage: Stage) -> Iterator[Callable[[], None]]:
    """The lane of the list runs as long as something is due."""
    arm(scene.clock.at)
    carriers = []

    def run(url: str = f"{stage.url}/v26.0") -> None:
        carriers.append(GraphCarrier(url))
        worker = Worker(listers(carriers[-1]), "other", lease=LEASE)
        while worker.run_due(scene.clock.at):
            pass

    yield run
    for carrier in carriers:
        carrier.close()


def hands_in(stage: Stage, name: str = "termin", **more: Any) -> str:
    """A template that waits for its review; the platform's id of it."""
    path = f"/v26.0/{WABA_ID}/message_templates"
    made = {"name": name, "language": "de", "category": "UTILITY", "components": COMPONENTS} | more
    answer = stage.graph(made, path, token="EAAtoken")
    assert answer.status == 200, answer.body
    return str(answer.json["id"])


def decides(stage: Stage, template: str, decision: str) -> None:
    stage.sim("POST", f"templates/{template}/decision", {"decision": decision})


def stands() -> dict[str, str]:
    return dict(Template.objects.values_list("name", "status"))


def changes() -> list[dict[str, Any]]:
    entries = Entry.objects.filter(kind="config.changed").order_by("id")
    return [entry.facts for entry in entries if entry.facts.get("change") == "templates"]


def test_what_is_new_what_changed_and_what_is_gone(scene: Scene, stage: Stage, works: Callable[[], None]) -> None:
    first = hands_in(stage)
    works()
    assert stands() == {"hello_world": "APPROVED", "termin": "PENDING"}
    hello = Template.objects.get(name="hello_world")
    assert (hello.language, hello.category, hello.named) == ("en_US", "UTILITY", False)
    decides(stage, first, "APPROVED")
    hands_in(stage, "abholung", category="MARKETING")
    stage.graph(None, f"/v26.0/{WABA_ID}/message_templates?name=hello_world", "EAAtoken", "DELETE")
    scene.passes(hours=1)
    works()
    assert stands() == {"termin": "APPROVED", "abholung": "PENDING"}
    assert Template.objects.get(name="termin").components == COMPONENTS
    kept = [{name: one[name] for name in ("account", "count", "new", "changed", "gone")} for one in changes()]
    assert kept == [
        {"account": WABA_ID, "count": 2, "new": 2, "changed": 0, "gone": 0},
        {"account": WABA_ID, "count": 2, "new": 1, "changed": 1, "gone": 1},
    ]
    assert changes()[0]["sha256"] != changes()[1]["sha256"]


def test_what_stays_as_it_was_is_no_change(scene: Scene, stage: Stage, works: Callable[[], None]) -> None:
    hands_in(stage)
    works()
    before = scene.clock.at
    scene.passes(hours=1)
    works()
    assert len(changes()) == 1
    assert set(Template.objects.values_list("changed_at", flat=True)) == {before}
    listing = Listing.objects.get()
    assert (listing.listed_at, listing.due_at) == (scene.clock.at, scene.clock.at + EVERY)


def test_a_list_of_several_pages_is_whole(stage: Stage, works: Callable[[], None]) -> None:
    for n in range(99):
        hands_in(stage, f"vorlage_{n}")
    hands_in(stage, "vorlage_0", language="en")
    works()
    assert Template.objects.count() == 101  # the platform's own among them
    assert set(Template.objects.filter(name="vorlage_0").values_list("language", flat=True)) == {"de", "en"}


def test_however_many_there_are_it_takes_as_many_queries(scene: Scene, stage: Stage, works: Callable[[], None]) -> None:
    counts = []
    for many in (3, 60):
        for n in range(many):
            hands_in(stage, f"vorlage_{many}_{n}")
        carrier = GraphCarrier(f"{stage.url}/v26.0")
        told = carrier.templates(scene.line.pk, WABA_ID)
        carrier.close()
        assert isinstance(told, list)
        (of,) = due(scene.clock.at)
        with CaptureQueriesContext(connection) as queries:
            take_templates(of, told, scene.clock.at)
        with CaptureQueriesContext(connection) as reads:
            template_list(WABA_ID, scene.clock.at)
        counts.append((len(queries), len(reads)))
        want_listing([WABA_ID], scene.clock.at)
    assert counts[0] == counts[1]


def test_a_dead_token_keeps_what_stood_and_is_said(scene: Scene, stage: Stage, works: Callable[[], None]) -> None:
    hands_in(stage)
    works()
    replace_access_token(scene.line.pk, "EAAother", actor="system", at=scene.clock.at)
    scene.passes(hours=1)
    works()
    found = template_list(WABA_ID, scene.clock.at)
    assert (len(found.templates), found.trouble) == (2, "whatsapp.190")
    scene.line.refresh_from_db()
    assert scene.line.state == "live"  # what cannot list may still send
    assert [note.code for note in checks.notes()] == ["lines.templates"]
    replace_access_token(scene.line.pk, "EAAtoken", actor="system", at=scene.clock.at)
    scene.passes(minutes=5)
    works()
    assert template_list(WABA_ID, scene.clock.at).trouble == ""


def test_a_platform_that_is_away_is_asked_again(scene: Scene, works: Callable[..., None]) -> None:
    nobody = f"http://127.0.0.1:{free_ports()}/v26.0"
    works(nobody)
    found = template_list(WABA_ID, scene.clock.at)
    assert (found.templates, found.listed_at, found.trouble) == ([], None, "whatsapp.-1")
    assert Listing.objects.get().due_at == scene.clock.at + AGAIN
    assert not Job.objects.exclude(parked_at=None).exists()
    for _ in range(20):
        scene.passes(minutes=5)
        works(nobody)
    assert not Job.objects.exclude(parked_at=None).exists()  # however long it takes
    scene.passes(minutes=5)
    works()
    assert stands() == {"hello_world": "APPROVED"}


def test_a_notice_about_a_template_has_the_list_come_anew(
    scene: Scene, stage: Stage, works: Callable[[], None]
) -> None:
    """Through the webhook, as the platform signs and sends it."""
    template = hands_in(stage)
    works()
    decides(stage, template, "APPROVED")
    scene.passes(seconds=20)
    works()
    assert stands()["termin"] == "PENDING"
    body = stage.wait(lambda: next(iter(stage.receiver.bodies), None))
    scene.stores_raw(body)
    scene.takes()
    works()
    assert stands()["termin"] == "APPROVED"


def test_whoever_asks_while_a_listing_is_under_way_gets_another(scene: Scene) -> None:
    (of,) = due(scene.clock.at)
    want_listing([WABA_ID], scene.clock.forward(seconds=1))
    take_templates(of, [], scene.clock.forward(seconds=1))
    assert [one.account for one in due(core_clock.now())] == [WABA_ID]
    (again,) = due(core_clock.now())
    take_templates(again, [], core_clock.now())
    assert due(core_clock.now()) == []

"""The list under every order and filter: complete, nothing twice, page by page, from an index however long it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from jawort.core.phone import Phone
from jawort.lines.connect import NewApp, connect
from jawort.messaging.assign import assign
from jawort.messaging.labels.define import define
from jawort.messaging.labels.models import Labelled
from jawort.messaging.labels.put import put_on
from jawort.messaging.listing import BY_NEWEST, Filters, Order, Place, Wait, narrowed, parts
from jawort.messaging.models import Conversation
from jawort.messaging.queries import Listing, View, counts, in_view, page
from jawort.messaging.read import mark_read
from jawort.messaging.resolve import resolve
from jawort.messaging.rows import Row
from jawort.messaging.send import send
from jawort.messaging.snooze import snooze
from jawort.people.describe import describe
from jawort.people.models import Contact
from jawort.people.queries import SPOKEN, spoken
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.plans import index_conditions, kept_plan, most_rows
from tests.fixtures.scene import Scene, author
from tests.fixtures.stage import once
from tests.fixtures.time import Clock

MANY = 60_000


def walked(person: Agent, listing: Listing, now: datetime, limit: int = 2) -> list[Row]:
    """All rows, a few at a time."""
    found: list[Row] = []
    after: Place | None = None
    while True:
        rows, after = page(person, listing, now, limit=limit, after=after)
        found += rows
        if after is None:
            return found


@pytest.fixture
def customers(kim: Customer) -> list[Customer]:
    """Seven who write."""
    return [
        replace(kim, name=f"Kunde {n}", phone=Phone(f"4917139200{n:02}"), bsuid=f"DE.17139200{n}") for n in range(7)
    ]


@pytest.fixture
def inbox(scene: Scene, customers: list[Customer], ada: Agent, alice: Agent) -> dict[str, Conversation]:
    """Seven conversations by name, each in another state; Kunde 0 wrote 23 hours ago, the others after."""
    once("listing", scene, [ada, alice], lambda: _play(scene, customers, alice))
    return {customer.name: scene.chat(customer) for customer in customers}


def _play(scene: Scene, customers: list[Customer], alice: Agent) -> None:
    scene.passes(minutes=1)
    for customer in customers:
        scene.writes(customer, "Hallo")
        scene.passes(hours=3)
    chats = {customer.name: scene.chat(customer) for customer in customers}
    scene.passes(hours=1, minutes=59)
    assign(chats["Kunde 1"], alice, actor="system", at=scene.clock.at)
    send(chats["Kunde 2"], "Ja", author(alice), scene.clock.at)
    scene.delivers()
    mark_read(chats["Kunde 3"], actor="system", at=scene.clock.at)
    snooze(chats["Kunde 4"], None, actor="system", at=scene.clock.at)
    resolve(chats["Kunde 5"], actor="system", at=scene.clock.at)


def names(rows: list[Row]) -> list[str]:
    return [row.name.removeprefix("Kunde ") for row in rows]


@pytest.mark.parametrize(
    ("order", "wanted"), [(Order.NEWEST, "26310"), (Order.WAITING, "01362"), (Order.WINDOW, "01236")]
)
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_each_order_page_by_page(
    inbox: dict[str, Conversation], scene: Scene, alice: Agent, order: Order, wanted: str, limit: int
) -> None:
    listing = Listing(View.ALL, order=order)
    assert "".join(names(walked(alice, listing, scene.clock.at, limit))) == wanted


def test_a_window_that_closed_stands_behind_those_that_are_open(
    inbox: dict[str, Conversation], scene: Scene, alice: Agent
) -> None:
    scene.passes(hours=4, minutes=2)
    assert "".join(names(walked(alice, Listing(View.ALL, order=Order.WINDOW), scene.clock.at))) == "23610"


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(closing=True), "0"),
        (Filters(unread=True), "610"),
        (Filters(waits=Wait.QUARTER), "6310"),
        (Filters(waits=Wait.DAY), ""),
        (Filters(waits=Wait.HOURS), "6310"),
        (Filters(unread=True, closing=True), "0"),
        (Filters(line=UUID(int=1)), ""),
        (Filters(labels=(UUID(int=1),)), ""),
    ],
)
def test_what_filters_leave(
    inbox: dict[str, Conversation], scene: Scene, alice: Agent, filters: Filters, wanted: str
) -> None:
    assert "".join(names(walked(alice, Listing(View.ALL, filters), scene.clock.at))) == wanted


def test_labels_are_combined_with_views_and_with_each_other(
    inbox: dict[str, Conversation], scene: Scene, alice: Agent
) -> None:
    at = scene.clock.at
    one, two = (define(name, 0, actor="system", at=at) for name in ("Eins", "Zwei"))
    for name, label in (("0", one), ("1", one), ("1", two), ("5", two)):
        put_on(inbox[f"Kunde {name}"], label, actor="system", at=at)
    for view, labels, wanted in (
        (View.ALL, (one,), "10"),
        (View.ALL, (one, two), "1"),
        (View.MINE, (one,), "1"),
        (View.UNASSIGNED, (one,), "0"),
        (View.RESOLVED, (two,), "5"),
        (None, (two,), "15"),
    ):
        found = walked(alice, Listing(view, Filters(labels=labels)), at)
        assert "".join(sorted(names(found))) == "".join(sorted(wanted)), (view, labels)


def test_a_language_is_combined_with_views_filters_and_orders(
    inbox: dict[str, Conversation], scene: Scene, alice: Agent
) -> None:
    at = scene.clock.at
    for name, language in (("0", "uk"), ("1", "uk"), ("2", "uk"), ("3", "tr"), ("4", "uk"), ("5", "uk")):
        describe(inbox[f"Kunde {name}"].contact_id, name="", language=language, actor="system", at=at)
    for view, filters, order, wanted in (
        (View.ALL, Filters(language="uk"), Order.NEWEST, "210"),
        (View.ALL, Filters(language="uk"), Order.WAITING, "012"),
        (View.ALL, Filters(language="uk", closing=True), Order.NEWEST, "0"),
        (View.ALL, Filters(language="uk", unread=True), Order.WINDOW, "01"),
        (View.ALL, Filters(language="tr"), Order.NEWEST, "3"),
        (View.ALL, Filters(language="en"), Order.NEWEST, ""),
        (View.MINE, Filters(language="uk"), Order.NEWEST, "1"),
        (View.SNOOZED, Filters(language="uk"), Order.NEWEST, "4"),
        (View.RESOLVED, Filters(language="uk"), Order.NEWEST, "5"),
        (None, Filters(language="uk"), Order.NEWEST, "25410"),
    ):
        found = walked(alice, Listing(view, filters, order), at)
        assert "".join(sorted(names(found))) == "".join(sorted(wanted)), (view, filters)
        if view is View.ALL:
            assert "".join(names(found)) == wanted, (filters, order)
        assert {row.language for row in found} <= {filters.language}
    assert spoken() == ["tr", "uk"]


@pytest.mark.parametrize("wrong", ["u' OR true --", "uk%s", "UK", "abcdefghi"])
def test_what_is_no_code_of_a_language_is_asked_of_no_database(alice: Agent, clock: Clock, wrong: str) -> None:
    with pytest.raises(ValueError, match="no code"):
        page(alice, Listing(View.ALL, Filters(language=wrong)), clock.at)


def test_the_view_of_windows_that_close_and_its_count(
    inbox: dict[str, Conversation], scene: Scene, alice: Agent
) -> None:
    assert names(walked(alice, Listing(View.CLOSING), scene.clock.at)) == ["0"]
    assert counts(alice).closing == 1
    scene.clock.forward(minutes=2)  # nothing happened but time
    assert counts(alice).closing == 2
    scene.clock.forward(hours=1)
    assert counts(alice).closing == 1
    scene.clock.forward(hours=2, minutes=58)
    assert names(walked(alice, Listing(View.CLOSING), scene.clock.at)) == ["2", "1"]
    assert counts(alice).closing == 2


def test_what_moves_while_somebody_pages_is_neither_lost_nor_doubled(
    inbox: dict[str, Conversation], scene: Scene, alice: Agent, customers: list[Customer]
) -> None:
    listing, at = Listing(View.ALL, order=Order.WINDOW), scene.clock.at
    first, after = page(alice, listing, at, limit=2)
    assert names(first) == ["0", "1"]
    scene.clock.forward(hours=4, minutes=2)  # the windows of both, and of nobody else, close meanwhile
    rest, _ = page(alice, listing, scene.clock.at, after=after)
    assert "".join(names(rest)) == "236"


def test_a_page_is_as_many_queries_whatever_it_shows(
    inbox: dict[str, Conversation], scene: Scene, alice: Agent
) -> None:
    label = define("Eins", 0, actor="system", at=scene.clock.at)
    for chat in inbox.values():
        put_on(chat, label, actor="system", at=scene.clock.at)
    used = []
    for limit in (4, 50):
        with CaptureQueriesContext(connection) as queries:
            page(alice, Listing(View.ALL), scene.clock.at, limit=limit)
        used.append(len(queries))
    assert used[0] == used[1]


@pytest.fixture
def many(db: None, alice: Agent, vault: Any, clock: Clock) -> Iterator[UUID]:
    """A long list, rolled back: a third is open, one in fifty of these is alice's and one unread. A rare label."""
    app = NewApp("app", "app secret", "verify")
    line = connect(
        app=app,
        name="Service",
        phone_number_id="1",
        waba_id="2",
        portfolio="",
        display_number="+49 30 23125000",
        token="EAAtoken",
        actor="system",
        at=clock.at,
    )
    label = define("Selten", 0, actor="system", at=clock.at)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH people AS (
                INSERT INTO people_contact (id, name_wrapped, name_ciphertext, our_name_wrapped, our_name_ciphertext,
                                            language, created_at, month)
                SELECT gen_random_uuid(), '', '', '', '', '', %s, 202501 FROM generate_series(1, %s) RETURNING id
            ), numbered AS (SELECT id, row_number() OVER () AS n FROM people)
            INSERT INTO messaging_conversation (id, contact_id, line_id, status, opened_at, resolved_at,
                last_message_at,
                unread, window_ends_at, version, assignee_id, waiting_since)
            SELECT gen_random_uuid(), id, %s, CASE WHEN n %% 3 = 0 THEN 'open' ELSE 'resolved' END, at, at, at,
                CASE WHEN n %% 150 = 0 THEN 1 ELSE 0 END, at + interval '24 hours', 0,
                CASE WHEN n %% 150 = 3 THEN %s::uuid END, CASE WHEN n %% 6 = 0 THEN at END
            FROM numbered, LATERAL (SELECT %s - make_interval(secs => n * 60) AS at) AS t
            """,
            [clock.at, MANY, line.pk, alice.pk, clock.at],
        )
        homes = Conversation.objects.order_by("last_message_at").values_list("pk", flat=True)[:20]
        Labelled.objects.bulk_create(Labelled(conversation_id=home, label_id=label) for home in homes)
        cursor.execute("ANALYZE messaging_conversation, messaging_labelled")
    yield label
    connection.needs_rollback = False


def plan(shown: QuerySet[Conversation]) -> tuple[str, int]:
    """How PostgreSQL finds the first fifty, and how many rows it looked at and threw away."""
    told = shown[:50].explain(analyze=True, format="text", timing=False)
    thrown = sum(int(line.rpartition(": ")[2]) for line in told.splitlines() if "Rows Removed by Filter" in line)
    return told, thrown


@pytest.mark.usefixtures("many")
def test_every_page_comes_from_an_index_however_long_the_list_is(many: UUID, alice: Agent, clock: Clock) -> None:
    now = clock.at
    for view, order in product((View.ALL, View.MINE, View.UNASSIGNED, View.CLOSING, View.RESOLVED), Order):
        for part in parts(order, now):
            shown = part.sorted(in_view(alice, view, now))
            middle = now - timedelta(minutes=MANY // 2) if part.newest else now - timedelta(hours=2)
            for at in (None, middle):
                told, thrown = plan(shown.filter(part.behind(at, UUID(int=0))) if at else shown)
                assert "Seq Scan" not in told, (view, order, told)
                assert thrown < 2_500, (view, order, told)


def test_what_few_match_is_found_without_reading_all(many: UUID, alice: Agent, clock: Clock) -> None:
    (part,) = parts(Order.NEWEST, clock.at)
    waits = Filters(waits=Wait.DAY)
    for view, filters in product((View.ALL, View.RESOLVED), (Filters(unread=True), Filters(closing=True), waits)):
        if view is View.RESOLVED and filters is waits:
            continue
        told, thrown = plan(part.sorted(narrowed(in_view(alice, view, clock.at), filters, clock.at)))
        assert "Seq Scan" not in told, (view, filters, told)
        assert thrown < 2_500, (view, filters, told)
    with CaptureQueriesContext(connection) as queries:  # among what is resolved nobody waits, and nobody is looked for
        assert page(alice, Listing(View.RESOLVED, waits), clock.at) == ([], None)
    assert len(queries) == 0


def test_a_rare_label_is_found_by_its_index(many: UUID, alice: Agent, clock: Clock) -> None:
    (part,) = parts(Order.NEWEST, clock.at)
    told, thrown = plan(part.sorted(narrowed(in_view(alice, View.ALL, clock.at), Filters(labels=(many,)), clock.at)))
    assert "Seq Scan on messaging_conversation" not in told, told
    assert thrown < 100, told


def speaks(homes: QuerySet[Conversation], language: str) -> None:
    """These customers do, and PostgreSQL has counted them."""
    Contact.objects.filter(pk__in=list(homes.values_list("contact", flat=True))).update(language=language)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_contact")


def test_a_rare_language_is_found_by_its_index(many: UUID, alice: Agent, clock: Clock) -> None:
    speaks(Conversation.objects.order_by("last_message_at")[:20], "uk")
    for view, order in product((View.ALL, View.RESOLVED, None), Order):
        for part in parts(order, clock.at):
            shown = narrowed(in_view(alice, view, clock.at), Filters(language="uk"), clock.at)
            told, thrown = plan(part.sorted(shown))
            assert "people_contact_language" in told, (view, order, told)
            assert thrown < 100, (view, order, told)


def test_a_language_that_many_speak_is_met_on_the_way_down_the_list(many: UUID, alice: Agent, clock: Clock) -> None:
    speaks(Conversation.objects.all()[: MANY // 3], "en")
    (part,) = parts(Order.NEWEST, clock.at)
    told, thrown = plan(part.sorted(narrowed(in_view(alice, View.ALL, clock.at), Filters(language="en"), clock.at)))
    assert "Index Scan using messaging_conv_" in told, told
    assert thrown < 2_500, told


def test_the_plan_that_is_kept_of_a_language_serves_no_other(many: UUID, alice: Agent, clock: Clock) -> None:
    speaks(Conversation.objects.all()[: MANY // 3], "en")
    speaks(Conversation.objects.order_by("last_message_at")[:20], "uk")
    (part,) = parts(Order.NEWEST, clock.at)
    kept = {}
    for language in ("en", "uk"):
        shown = narrowed(in_view(alice, View.ALL, clock.at), Filters(language=language), clock.at)
        statement, values = part.sorted(shown)[:50].query.sql_with_params()
        kept[language] = "\n".join(index_conditions(statement, *("text" for _ in values)))
    assert "language" in kept["uk"]
    assert "language" not in kept["en"]


def test_the_plan_that_is_kept_of_what_is_mine_serves_whoever_has_nothing(
    many: UUID, alice: Agent, bob: Agent, clock: Clock
) -> None:
    """With one plan for whatever status may come, it would walk down all that is open, which is bob's."""
    Conversation.objects.filter(status="open").update(assignee=bob)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE messaging_conversation")
    mine = BY_NEWEST.sorted(in_view(alice, View.MINE, clock.at))
    statement, values = mine.values("pk")[:1_000].query.sql_with_params()
    told = kept_plan(statement, *("uuid" if isinstance(value, UUID) else "text" for value in values))
    assert any("messaging_conv_assignee" in line for line in told), told


def test_the_languages_are_found_without_reading_all_who_speak_one(many: UUID) -> None:
    speaks(Conversation.objects.all()[: MANY // 3], "en")
    assert most_rows(SPOKEN) < 100

"""What can be sent beside text: through the same door, sealed, delivered as it was written, sent again whole."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jawort.channels.parts import (
    Ask,
    Button,
    Buttons,
    Card,
    Cards,
    Link,
    Options,
    Position,
    Reaction,
    Row,
    Section,
)
from jawort.channels.parts import Template as TemplatePart
from jawort.channels.types import Outgoing, Refused, Retry
from jawort.channels.whatsapp.errors_accounts import ABOUT_GONE
from jawort.consent.purpose import CARE
from jawort.consent.rules import Refused as Gate
from jawort.consent.stop import object_to
from jawort.core import clock as core_clock
from jawort.lanes.models import Pace
from jawort.messaging.about import CannotRefer
from jawort.messaging.draft import Draft, Unfit
from jawort.messaging.models import Message
from jawort.messaging.proof import prove
from jawort.messaging.rules import State
from jawort.messaging.send import retry, send
from jawort.messaging.thread import Item, items_by_id, thread
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author

TEMPLATE = Draft("", "template", TemplatePart("order_update", "de"))
DRAFTS = [
    Draft("", "location", Position(52.5, 13.4, "Büro")),
    Draft("", "contacts", Cards((Card("Nour A.", phones=("+49 30 1",)),))),
    Draft("Passt das?", "buttons", Buttons((Button("j", "Ja"), Button("n", "Nein")))),
    Draft("Welche?", "options", Options("Wählen", (Section((Row("1", "Eins"),)),))),
    Draft("Hier", "link", Link("Zur Seite", "https://example.org")),
    Draft("Wo sind Sie?", "ask", Ask("location")),
    TEMPLATE,
]


def says(scene: Scene, who: Customer, agent: Agent, draft: Draft | str) -> Message:
    return send(scene.chat(who), draft, author(agent), core_clock.now())


def first(scene: Scene, who: Customer) -> Message:
    return Message.objects.filter(conversation=scene.chat(who), direction="in").earliest("id")


def lines(scene: Scene, who: Customer) -> list[Item]:
    return [item for item in thread(scene.chat(who)) if item.direction != "event"]


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.kind)
def test_every_kind_leaves_as_it_was_written_and_stands_in_the_thread(
    scene: Scene, alice: Agent, kim: Customer, draft: Draft
) -> None:
    scene.writes(kim, "Guten Tag")
    says(scene, kim, alice, draft)
    scene.delivers()
    (left,) = scene.wire.sent
    assert (left.kind, left.text, left.part) == (draft.kind, draft.text, draft.part)
    item = lines(scene, kim)[-1]
    assert (item.kind, item.text, item.part, item.state) == (draft.kind, draft.text, draft.part, "accepted")
    assert prove().problems == []


def test_what_breaks_a_limit_is_not_stored(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    with pytest.raises(Unfit) as refused:
        says(scene, kim, alice, Draft("?", "buttons", Buttons((Button("j", "x" * 21),))))
    assert [breach.field for breach in refused.value.breaches] == ["buttons.0.title"]
    assert Message.objects.filter(direction="out").count() == 0


def test_what_failed_goes_again_as_it_was(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    scene.wire.faults = [Fault.NEVER]
    draft = Draft("Passt das?", "buttons", Buttons((Button("j", "Ja"),)), about=first(scene, kim).pk)
    failed = says(scene, kim, alice, draft)
    scene.delivers()
    retry(failed, author(alice), core_clock.now())
    scene.delivers()
    (left,) = scene.wire.sent
    assert (left.kind, left.part, left.reply_to) == ("buttons", draft.part, "wamid.IN-1-" + kim.phone.digits)


def test_a_reply_names_what_it_answers(scene: Scene, alice: Agent, kim: Customer) -> None:
    named = scene.writes(kim, "Wann?")
    says(scene, kim, alice, Draft("Morgen", about=first(scene, kim).pk))
    scene.delivers()
    ours = Message.objects.get(direction="out")
    says(scene, kim, alice, Draft("Um acht", about=ours.pk))
    scene.delivers()
    assert [left.reply_to for left in scene.wire.sent] == [named, f"wamid.OUT-{ours.pk}"]
    quotes = [item.quote and item.quote.text for item in lines(scene, kim)]
    assert quotes == [None, "Wann?", "Morgen"]


def test_nobody_is_shown_what_another_wrote(scene: Scene, alice: Agent, kim: Customer, nour: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    scene.writes(nour, "Mein Geheimnis")
    with pytest.raises(CannotRefer) as refused:
        says(scene, kim, alice, Draft("Dazu:", about=first(scene, nour).pk))
    assert refused.value.code == "about_elsewhere"


def test_a_row_that_was_changed_quotes_nothing(scene: Scene, alice: Agent, kim: Customer, nour: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    scene.writes(nour, "Mein Geheimnis")
    message = says(scene, kim, alice, "Dazu:")
    Message.objects.filter(pk=message.pk).update(about=first(scene, nour))
    scene.delivers()
    assert [left.reply_to for left in scene.wire.sent] == [None]
    assert [finding.code for finding in prove().problems] == ["record.changed"]
    Message.objects.filter(pk=message.pk).update(about=None)


def test_what_does_not_open_any_more_is_not_answered(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    told = first(scene, kim)
    message = says(scene, kim, alice, Draft("Dazu:", about=told.pk))
    Message.objects.filter(pk=told.pk).update(wrapped=b"x" * len(bytes(told.wrapped)))
    scene.delivers()
    Message.objects.filter(pk=told.pk).update(wrapped=told.wrapped)
    message.refresh_from_db()
    assert (message.state, message.failure) == (State.FAILED, str(ABOUT_GONE))
    assert scene.wire.sent == []


def test_what_the_platform_has_not_named_cannot_be_quoted(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    waiting = says(scene, kim, alice, "Moment")
    with pytest.raises(CannotRefer) as refused:
        says(scene, kim, alice, Draft("Genauer:", about=waiting.pk))
    assert refused.value.code == "about_unnamed"


def react(emoji: str, about: Message) -> Draft:
    return Draft("", "reaction", Reaction(emoji), about.pk)


def test_a_reaction_of_ours_stands_on_its_message_until_it_is_taken_back(
    scene: Scene, alice: Agent, kim: Customer
) -> None:
    named = scene.writes(kim, "Danke!")
    for emoji, standing in (("👍", ("👍",)), ("🎉", ("🎉",)), ("", ())):
        says(scene, kim, alice, react(emoji, first(scene, kim)))
        scene.delivers()
        (item,) = lines(scene, kim)
        assert item.reactions == standing
    assert [(left.reply_to, left.part) for left in scene.wire.sent] == [
        (named, Reaction(emoji)) for emoji in ("👍", "🎉", "")
    ]


def test_a_reaction_that_did_not_get_through_is_a_line_that_says_why(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Danke!")
    says(scene, kim, alice, react("👍", first(scene, kim)))
    scene.delivers()
    scene.wire.faults = [Fault.NEVER]
    failed = says(scene, kim, alice, react("🎉", first(scene, kim)))
    scene.delivers()
    told, line = lines(scene, kim)
    assert told.reactions == ("👍",)
    assert (line.kind, line.state, line.failure, line.can_retry) == ("reaction", "failed", "131026", True)
    assert {item.id for item in items_by_id(scene.chat(kim), [failed.pk])} == {told.id, line.id}


def test_a_reaction_is_for_thirty_days_and_not_on_a_reaction(scene: Scene, alice: Agent, kim: Customer) -> None:
    named = scene.writes(kim, "Danke!")
    scene.writes(kim, "", type="reaction", reaction={"message_id": named, "emoji": "👍"})
    with pytest.raises(CannotRefer):
        says(scene, kim, alice, react("👍", Message.objects.get(kind="reaction")))
    with pytest.raises(CannotRefer):
        says(scene, kim, alice, Draft("", "reaction", Reaction("👍")))
    scene.passes(days=31)
    scene.writes(kim, "Noch da?")
    with pytest.raises(CannotRefer) as refused:
        says(scene, kim, alice, react("👍", first(scene, kim)))
    assert refused.value.code == "about_too_old"


def test_outside_the_window_only_a_template_leaves(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    scene.passes(hours=25)
    for draft in DRAFTS:
        message = says(scene, kim, alice, draft)
        assert message.state == (State.QUEUED if draft is TEMPLATE else State.REFUSED)
        assert draft is TEMPLATE or message.gate == Gate.WINDOW_CLOSED
    scene.delivers()
    assert [left.kind for left in scene.wire.sent] == ["template"]


def test_a_template_overrides_no_objection(scene: Scene, alice: Agent, kim: Customer) -> None:
    scene.writes(kim, "Guten Tag")
    waiting = says(scene, kim, alice, TEMPLATE)
    object_to(scene.chat(kim).contact_id, actor="system", at=core_clock.now(), purpose=CARE)
    assert says(scene, kim, alice, TEMPLATE).gate == Gate.OBJECTED
    scene.delivers()
    waiting.refresh_from_db()
    assert (waiting.state, scene.wire.sent) == (State.REFUSED, [])


def test_a_batch_of_texts_asks_nothing_for_each_of_them(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer
) -> None:
    def queries(*whom: Customer) -> list[str]:
        for who in whom:
            scene.writes(who, "Guten Tag")
            says(scene, who, alice, "Guten Tag!")
        with CaptureQueriesContext(connection) as asked:
            scene.worker.run_due(scene.clock.at)
        return [sql for q in asked if "messaging_message" in (sql := q["sql"]) or "vault_" in sql]

    queries(kim, nour)  # what is kept in memory is kept now
    one, two = queries(kim), queries(kim, nour)
    assert len(one) == len(two)


def test_too_many_to_one_person_hold_up_nobody_else(scene: Scene, alice: Agent, kim: Customer, nour: Customer) -> None:
    for who in (kim, nour):
        scene.writes(who, "Guten Tag")
    refuses(scene, 131056)
    says(scene, kim, alice, "eins")
    scene.delivers()
    says(scene, nour, alice, "zwei")
    scene.delivers()
    assert [left.text for left in scene.wire.sent] == ["zwei"]
    scene.passes(seconds=3)
    scene.delivers()
    assert len(scene.wire.sent) == 1
    scene.passes(seconds=3)
    scene.delivers()
    assert [left.text for left in scene.wire.sent] == ["zwei", "eins"]


def test_a_line_that_sends_too_fast_rests(scene: Scene, alice: Agent, kim: Customer, nour: Customer) -> None:
    for who in (kim, nour):
        scene.writes(who, "Guten Tag")
    refuses(scene, 130429)
    says(scene, kim, alice, "eins")
    scene.delivers()
    says(scene, nour, alice, "zwei")
    scene.delivers()
    assert scene.wire.sent == []
    assert Pace.objects.get(name=scene.line.pace).tokens < 0
    scene.passes(seconds=3)
    scene.delivers()
    assert sorted(left.text for left in scene.wire.sent) == ["eins", "zwei"]


def refuses(scene: Scene, code: int) -> None:
    """The platform refuses the next call with this code, then goes on as before."""
    carry = scene.wire._call

    def once(outgoing: Outgoing) -> Refused:
        scene.wire._call = carry  # type: ignore[method-assign]
        return Refused(code, f"whatsapp.{code}", Retry.BACKOFF)

    scene.wire._call = once  # type: ignore[method-assign]

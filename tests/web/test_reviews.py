"""A number with a new owner, at the desk: why nothing is sent, who settles it, and what may leave then."""

import re
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from jawort.core.phone import Phone
from jawort.ledger.models import Entry
from jawort.messaging.merge import merge
from jawort.messaging.models import Conversation, Message
from jawort.people.models import Merge, Review
from jawort.people.queries import names
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def kims(scene: Scene, kim: Customer, nour: Customer) -> Conversation:
    """kim's conversation; her number has come with nour's account meanwhile."""
    scene.writes(kim, "Mein Geheimnis")
    scene.writes(replace(nour, phone=kim.phone), "Wer ist da?")
    return scene.chat(kim)


def reply(desk: Client, chat: Conversation) -> str:
    """The state of an answer, once the gate was asked."""
    said = {"text": "Guten Tag!", "kind": "reply", "client_id": str(uuid4())}
    desk.post(f"/inbox/{chat.pk}/send", said, headers=FRAGMENT)
    newest = Message.objects.filter(conversation=chat, direction="out").order_by("id").last()
    assert newest is not None
    return newest.gate


def settled(desk: Client, verdict: str = "apart") -> str:
    """The page after settling the oldest review."""
    review = Review.objects.order_by("id")[0]
    return desk.post(f"/reviews/{review.pk}/settle", {"verdict": verdict}, follow=True).content.decode()


def test_settled_by_a_team_lead_answers_leave_again_for_the_account_alone(
    scene: Scene, kims: Conversation, kim: Customer, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    assert reply(desk, kims) == "identity_unclear"
    page = settled(signed_in(bob))
    assert "Settled." in page
    assert "Nothing to review" in page
    assert reply(desk, kims) == "own_question"
    scene.delivers()
    assert [(out.to_phone, out.to_bsuid) for out in scene.wire.sent] == [(None, kim.bsuid)]
    assert "settled before" in settled(signed_in(bob))
    (entry,) = Entry.objects.filter(kind="review.settled")
    assert (entry.actor, entry.object) == (f"staff:{bob.pk}", kims.contact_id)


def test_the_new_owner_is_answered_all_the_while(
    scene: Scene, kims: Conversation, nour: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    desk, new = signed_in(alice), scene.chat(nour)
    page = desk.get(f"/inbox/{new.pk}/").content.decode()
    assert "Sending is stopped" not in page
    assert "Mein Geheimnis" not in page.partition('id="thread"')[2]
    assert reply(desk, new) == "own_question"


def test_the_old_owner_frees_herself_by_a_number_of_her_own(
    scene: Scene, kims: Conversation, kim: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    scene.writes(replace(kim, phone=Phone("491713920022")), "Ich habe eine neue Nummer.")
    assert scene.chat(kim) == kims
    page = signed_in(alice).get(f"/inbox/{kims.pk}/").content.decode()
    assert "Sending is stopped" not in page
    assert reply(signed_in(alice), kims) == "own_question"


def test_the_thread_says_why_and_who_can_settle_it(
    kims: Conversation, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    agents, leads = (signed_in(one).get(f"/inbox/{kims.pk}/").content.decode() for one in (alice, bob))
    for page in (agents, leads):
        assert page.count("Somebody else may now be writing from this number.") == 2  # banner and panel
        assert "data-shut" in page
    assert "A team lead or the administration can settle it." in agents
    assert "/reviews/" not in agents
    assert 'href="/reviews/">Settle the review' in leads
    settled(signed_in(bob))
    fragment = signed_in(alice).get(f"/inbox/{kims.pk}/messages/?ids={kims.last_message_id}", headers=FRAGMENT)
    assert "Sending is stopped" not in fragment.content.decode()
    assert "data-shut" not in fragment.content.decode()


def test_the_page_links_both_conversations_and_enters_the_hand_out(
    scene: Scene, kims: Conversation, nour: Customer, bob: Agent, signed_in: SignedIn
) -> None:
    page = signed_in(bob).get("/reviews/").content.decode()
    for chat, name in ((kims, "Kim Muster"), (scene.chat(nour), "Nour Beispiel")):
        assert f'href="/inbox/{chat.pk}/?view=all">{name}' in page
        (entry,) = Entry.objects.filter(kind="content.handed_out", object=chat.pk)
        assert (entry.actor, entry.facts) == (f"staff:{bob.pk}", {"right": "review.settle"})
    assert "Mein Geheimnis" not in page


def test_the_menu_counts_only_what_waits_and_for_who_may(
    kims: Conversation, alice: Agent, bob: Agent, signed_in: SignedIn
) -> None:
    assert "/reviews/" not in signed_in(alice).get("/inbox/").content.decode()
    assert '<b class="badge">1<span' in signed_in(bob).get("/inbox/").content.decode()
    settled(signed_in(bob))
    assert '<b class="badge">' not in signed_in(bob).get("/ledger/").content.decode()


@pytest.mark.parametrize("verdict", ["", "proven", "left", "nonsense"])
def test_a_verdict_that_makes_no_sense_changes_nothing(
    kims: Conversation, bob: Agent, signed_in: SignedIn, verdict: str
) -> None:
    review = Review.objects.get()
    assert signed_in(bob).post(f"/reviews/{review.pk}/settle", {"verdict": verdict}).status_code == 400
    assert Review.objects.get().settled_at is None
    assert "settled before" in (
        signed_in(bob).post(f"/reviews/{uuid4()}/settle", {"verdict": "apart"}, follow=True).content.decode()
    )


def test_open_desks_are_told(kims: Conversation, bob: Agent, signed_in: SignedIn) -> None:
    with connection.cursor() as cursor:
        cursor.execute("LISTEN jawort_live")
    settled(signed_in(bob))
    told = "".join(each.payload for each in connection.connection.notifies(timeout=1, stop_after=1))
    assert told.count(str(kims.pk)) == 2  # the row, and its newest message
    assert str(kims.last_message_id) in told


def test_both_sides_stand_beside_each_other_and_can_be_merged_and_taken_apart(
    scene: Scene, kims: Conversation, nour: Customer, bob: Agent, alice: Agent, signed_in: SignedIn
) -> None:
    review, desk, nours = Review.objects.get(), signed_in(bob), scene.chat(nour)
    assert f"/reviews/{review.pk}/merge" in desk.get("/reviews/").content.decode()
    page = desk.get(f"/reviews/{review.pk}/merge").content.decode()
    for said in ("Kim Muster", "Nour Beispiel", "personal data breach", "the younger is closed", f"/inbox/{kims.pk}/"):
        assert said in page
    assert "Mein Geheimnis" not in page
    for chat in (kims, nours):
        assert Entry.objects.filter(kind="content.handed_out", object=chat.pk, actor=f"staff:{bob.pk}").exists()
    assert signed_in(alice).post(f"/reviews/{review.pk}/merge/do").status_code == 404
    page = desk.post(f"/reviews/{review.pk}/merge/do", follow=True).content.decode()
    assert "Merged: both now have one thread." in page
    assert "Nothing to review" in page
    thread = signed_in(alice).get(f"/inbox/{kims.pk}/").content.decode()
    assert "Mein Geheimnis" in thread
    assert "Wer ist da?" in thread
    assert "merged this contact with another one" in thread
    assert "Sending is stopped" not in thread
    history = Message.objects.get(conversation=nours.pk)
    assert signed_in(alice).get(f"/inbox/{kims.pk}/messages/{history.pk}/data/").status_code == 200
    assert "settled before" in desk.post(f"/reviews/{review.pk}/merge/do", follow=True).content.decode()
    page = desk.post(f"/reviews/merges/{nours.contact_id}/undo", follow=True).content.decode()
    assert "Taken apart" in page
    assert f"/reviews/{review.pk}/merge" in page
    assert "Wer ist da?" not in signed_in(alice).get(f"/inbox/{kims.pk}/").content.decode().partition('id="thread"')[2]
    assert "taken apart before" in desk.post(f"/reviews/merges/{nours.contact_id}/undo", follow=True).content.decode()


def test_who_has_two_numbers_is_merged_by_whoever_knows_it(
    scene: Scene, kim: Customer, nour: Customer, bob: Agent, alice: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Mein Geheimnis")
    scene.clock.forward(minutes=1)
    scene.writes(nour, "Ich bin es, Kim, von der Arbeit.")
    kims, nours, desk = scene.chat(kim), scene.chat(nour), signed_in(bob)
    ask = f"/reviews/other/{kims.contact_id}"
    assert ask in desk.get(f"/contacts/{kims.contact_id}/").content.decode()
    assert ask not in signed_in(alice).get(f"/contacts/{kims.contact_id}/").content.decode()
    answer = desk.post(ask, {"number": f"+{nour.phone.digits}"}, follow=True)
    page, (address, _) = answer.content.decode(), answer.redirect_chain[-1]
    assert nour.phone.digits not in address
    for said in ("Kim Muster", "Nour Beispiel", "personal data breach", f"/inbox/{nours.pk}/"):
        assert said in page
    assert "Mein Geheimnis" not in page
    assert "Merged: both now have one thread." in desk.post(f"{address}/do", follow=True).content.decode()
    thread = signed_in(alice).get(f"/inbox/{kims.pk}/").content.decode()
    assert "von der Arbeit" in thread
    (entry,) = Entry.objects.filter(kind="contact.merged")
    assert (entry.actor, entry.object, entry.related) == (f"staff:{bob.pk}", nours.contact_id, kims.contact_id)
    assert desk.get(address).status_code == desk.post(f"{address}/do").status_code == 404, "they are one person"
    assert "Taken apart" in desk.post(f"/reviews/merges/{nours.contact_id}/undo", follow=True).content.decode()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "Please enter the number"),
        ("Kim", "This is no phone number"),
        ("9" * 60, "This is no phone number"),
        ("+49 171 3920099", "No contact has this number."),
        ("+49 171 3920011", "This number is this contact’s own."),
    ],
)
def test_who_else_it_is_must_be_a_contact(
    scene: Scene, kim: Customer, bob: Agent, signed_in: SignedIn, number: str, sentence: str
) -> None:
    scene.writes(replace(kim, phone=Phone("491713920011")), "Hallo")
    answer = signed_in(bob).post(f"/reviews/other/{scene.chat(kim).contact_id}", {"number": number})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


@pytest.fixture
def many(scene: Scene) -> list[str]:
    """The names of those who were merged into others, the newest first; several at the same moment."""
    crowd = [Customer(f"Gast {n:03}", Phone(f"+4917604069{n:03}"), f"DE.{n:020}") for n in range(120)]
    hello: dict[str, object] = {"type": "text", "text": {"body": "Hallo"}}
    scene.tells(*(scene.message(one, f"wamid.{one.bsuid}", hello) for one in crowd))
    chats = list(Conversation.objects.order_by("pk").values_list("contact", flat=True))
    called = names(chats)
    merged = []
    for number, (into, other) in enumerate(zip(chats[::2], chats[1::2], strict=True)):
        if number % 7 == 0:
            scene.clock.forward(seconds=1)
        merged.append((merge(into, other, actor="staff:x", at=scene.clock.at), called[other]))
    return [name for _, name in sorted(merged, key=lambda one: (one[0].at, one[0].pk), reverse=True)]


def listed(page: str) -> tuple[list[str], str]:
    """Who was merged into others on a page, in its order, and before which merge older ones are."""
    older = page.partition('class="btn btn--sm" href="/reviews/?before=')[2].partition('"')[0]
    return re.findall(r'id="merged-[^"]+">([^<]+)<', page), older


def test_older_merges_come_on_demand(many: list[str], bob: Agent, alice: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(bob)
    first, older = listed(desk.get("/reviews/").content.decode())
    assert first == many[:50]
    page = desk.get(f"/reviews/?before={older}").content.decode()
    assert listed(page) == (many[50:], "")
    assert "Nothing to review" not in page
    assert "Back to the reviews" in page
    assert Entry.objects.filter(kind="content.handed_out", actor=f"staff:{bob.pk}").count() == len(many) * 2
    assert listed(desk.get("/reviews/?before=nonsense").content.decode())[0] == many[:50]
    assert signed_in(alice).get(f"/reviews/?before={older}").status_code == 404


def test_what_is_taken_apart_between_two_pages_hides_no_other(many: list[str], bob: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(bob)
    _, older = listed(desk.get("/reviews/").content.decode())
    last = Merge.objects.get(pk=older)
    desk.post(f"/reviews/merges/{last.other_id}/undo")
    assert listed(desk.get(f"/reviews/?before={older}").content.decode())[0] == many[50:]
    oldest = Merge.objects.order_by("at", "pk")[0]
    assert "No older ones" in desk.get(f"/reviews/?before={oldest.pk}").content.decode()

"""The contact page without a browser: who sees what, what is entered, and that nothing keeps what was typed."""

import logging
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jawort.consent.purpose import CARE
from jawort.consent.stop import object_to
from jawort.ledger.models import Entry
from jawort.messaging.merge import merge
from jawort.messaging.models import Conversation
from jawort.messaging.resolve import resolve
from jawort.people.models import Alias, Contact
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def chat(scene: Scene, kim: Customer, nour: Customer) -> Conversation:
    """kim has written, and nour before her."""
    scene.writes(nour, "Hallo")
    scene.clock.forward(minutes=1)
    scene.writes(kim, "Guten Tag")
    return scene.chat(kim)


def found(desk: Client, text: str) -> str:
    return desk.post("/contacts/", {"text": text}, headers=FRAGMENT).content.decode()


def test_the_menu_leads_to_the_list(chat: Conversation, alice: Agent, dana: Agent, signed_in: SignedIn) -> None:
    assert 'href="/contacts/"' in signed_in(alice).get("/inbox/").content.decode()
    assert "/contacts/" not in signed_in(dana).get("/ledger/").content.decode()
    assert "No contact yet" not in signed_in(alice).get("/contacts/").content.decode()


def test_without_a_search_everybody_stands_there_masked(chat: Conversation, alice: Agent, signed_in: SignedIn) -> None:
    page = signed_in(alice).get("/contacts/").content.decode()
    assert page.index("Kim Muster") < page.index("Nour Beispiel")
    assert "+49 171 … 21" in page
    assert "491713920021" not in page
    assert 'role="status"></div>' in page


@pytest.mark.parametrize("text", ["0171 3920021", "DE.1713920021", "must", "+49 (0)171 392-0021"])
def test_kim_is_found(chat: Conversation, alice: Agent, signed_in: SignedIn, text: str) -> None:
    page = found(signed_in(alice), text)
    assert "Kim Muster" in page
    assert "Nour Beispiel" not in page
    assert "1 found." in page
    assert "<html" not in page
    whole = signed_in(alice).post("/contacts/", {"text": text}).content.decode()
    assert "1 found." in whole
    assert "<html" in whole


def test_it_says_what_was_looked_at(chat: Conversation, alice: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(alice)
    assert "among all who stand in this list" in found(desk, "Zora")
    assert "Nobody found." in found(desk, "0171 3920099")
    assert "number or id was looked for among all" in found(desk, "0171 3920099")


@pytest.mark.parametrize("text", ["", "  \u200b ", "a\0b"])
def test_nothing_to_look_for_is_the_list(chat: Conversation, alice: Agent, signed_in: SignedIn, text: str) -> None:
    page = found(signed_in(alice), text)
    assert "Nour Beispiel" in page
    assert "found" not in page.partition('role="status">')[2].partition("</div>")[0]


def test_who_was_shown_is_entered_and_nobody_else(
    chat: Conversation, scene: Scene, nour: Customer, bob: Agent, signed_in: SignedIn
) -> None:
    found(signed_in(bob), "kim")
    (entry,) = Entry.objects.filter(kind="content.handed_out")
    assert (entry.actor, entry.object, entry.facts) == (f"staff:{bob.pk}", chat.pk, {"right": "contact.read"})
    signed_in(bob).get("/contacts/")
    assert {entry.object for entry in Entry.objects.filter(kind="content.handed_out")} == {
        chat.pk,
        scene.chat(nour).pk,
    }


def test_what_is_typed_is_in_no_address_no_log_and_no_entry(
    chat: Conversation, alice: Agent, signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = signed_in(alice)
    answer = desk.post("/contacts/", {"text": "Zacharias"})
    assert answer.status_code == 200  # not sent on to an address that holds it
    assert "no-store" in answer["Cache-Control"]
    assert "Zacharias" not in caplog.text
    assert not any("Zacharias" in str(entry.facts) for entry in Entry.objects.all())
    assert "Kim Muster" in desk.get("/contacts/?text=Zacharias").content.decode()  # an address looks for nobody


def test_older_ones_are_a_page_further(
    chat: Conversation, alice: Agent, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jawort.web.contacts.views.ROWS_SHOWN", 1)
    desk = signed_in(alice)
    first = desk.get("/contacts/").content.decode()
    assert "Nour Beispiel" not in first
    address = first.partition('class="more"><a class="btn btn--sm" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = desk.get(address).content.decode()
    assert "Nour Beispiel" in second
    assert "Kim Muster" not in second


def test_the_page_of_a_contact_says_who_it_is(
    chat: Conversation, kim: Customer, scene: Scene, alice: Agent, signed_in: SignedIn
) -> None:
    scene.tells(scene.message(kim, "wamid.NICK", {"type": "text", "text": {"body": "Ich"}}) | nicknamed(kim, "rad.kim"))
    page = signed_in(alice).get(f"/contacts/{chat.contact_id}/").content.decode()
    for said in ("Kim Muster", "@rad.kim", "WhatsApp number", "+49 171 … 21", "WhatsApp id", f"/inbox/{chat.pk}/"):
        assert said in page
    for kept_back in (kim.phone.digits, kim.bsuid, "Nour", "Guten Tag"):
        assert kept_back not in page
    assert "No objection, no restriction, no doubt." in page
    assert 'class="crumb" href="/contacts/"' in page


def nicknamed(who: Customer, username: str) -> dict[str, object]:
    """What the platform tells of a username beside a message."""
    profile = {"name": who.name, "username": username}
    return {"contacts": [{"profile": profile, "wa_id": who.phone.digits, "user_id": who.bsuid}]}


def test_the_panel_leads_there_and_back(
    chat: Conversation, scene: Scene, nour: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    desk, address = signed_in(alice), f"/contacts/{chat.contact_id}/?from={chat.pk}"
    assert f'href="{address}"' in desk.get(f"/inbox/{chat.pk}/").content.decode()
    back = f'<a class="crumb" href="/inbox/{chat.pk}/?view=all">'
    assert back in desk.get(address).content.decode()
    other = scene.chat(nour).pk
    assert 'class="crumb" href="/contacts/"' in desk.get(f"/contacts/{chat.contact_id}/?from={other}").content.decode()


def test_whom_there_is_not_is_not_there(chat: Conversation, alice: Agent, dana: Agent, signed_in: SignedIn) -> None:
    assert signed_in(alice).get(f"/contacts/{uuid4()}/").status_code == 404
    assert signed_in(dana).get(f"/contacts/{chat.contact_id}/").status_code == 404


def test_whole_addresses_are_shown_when_asked_for_and_each_is_entered(
    chat: Conversation, kim: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    desk.get(f"/contacts/{chat.contact_id}/")
    seen = {entry.object for entry in Entry.objects.filter(kind="content.handed_out")}
    assert seen == {chat.contact_id}
    for headers in (FRAGMENT, {}):
        page = desk.post(f"/contacts/{chat.contact_id}/addresses", headers=headers).content.decode()
        assert f"+{kim.phone.digits}" in page
        assert kim.bsuid in page
    handed = Entry.objects.filter(kind="content.handed_out").exclude(object=chat.contact_id)
    assert {entry.object for entry in handed} == set(
        Alias.objects.filter(contact=chat.contact_id).values_list("pk", flat=True)
    )


def test_an_address_that_ended_says_why(
    chat: Conversation, scene: Scene, kim: Customer, nour: Customer, bob: Agent, signed_in: SignedIn
) -> None:
    scene.writes(replace(nour, phone=kim.phone), "Wer ist da?")
    page = signed_in(bob).get(f"/contacts/{chat.contact_id}/").content.decode()
    assert "it came with somebody else’s account" in page
    assert "In review" in page
    assert 'href="/reviews/">Settle the review' in page
    object_to(chat.contact_id, CARE, actor=f"staff:{bob.pk}", at=scene.clock.at)
    assert "Sending stopped" in signed_in(bob).get(f"/contacts/{chat.contact_id}/").content.decode()


def test_merged_contacts_stand_on_one_page_with_what_belongs_to_whom(
    chat: Conversation, scene: Scene, nour: Customer, bob: Agent, alice: Agent, signed_in: SignedIn
) -> None:
    nours = scene.chat(nour)
    merge(chat.contact_id, nours.contact_id, actor=f"staff:{bob.pk}", at=scene.clock.at)
    pages = [signed_in(bob).get(f"/contacts/{one.contact_id}/").content.decode() for one in (chat, nours)]
    for page in pages:
        assert "<h1>Kim Muster" in page
        assert f'id="card-{chat.contact_id}"' in page
        assert f'id="card-{nours.contact_id}"' in page
        assert f'/inbox/{nours.pk}/?view=all">' in page
        assert 'whose">Nour Beispiel' in page
        assert "2 merged" in page
        assert "Take apart under Reviews" in page
    assert "Take apart" not in signed_in(alice).get(f"/contacts/{chat.contact_id}/").content.decode()


def test_queries_do_not_grow_with_the_conversations(
    chat: Conversation, scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    desk, address = signed_in(alice), f"/contacts/{chat.contact_id}/"

    def asked() -> int:
        desk.get(address)  # what is entered once has been
        with CaptureQueriesContext(connection) as queries:
            desk.get(address)
        return len(queries)

    before = asked()
    for _ in range(3):
        resolve(scene.chat(kim), actor="system", at=scene.clock.at)
        scene.clock.forward(minutes=1)
        scene.writes(kim, "Noch etwas")
    assert Conversation.objects.filter(contact=chat.contact_id).count() == 4
    assert asked() == before


def test_older_conversations_are_a_page_further(
    chat: Conversation, scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jawort.web.contacts.detail.CONVERSATIONS_SHOWN", 1)
    resolve(chat, actor="system", at=scene.clock.at)
    scene.clock.forward(minutes=1)
    scene.writes(kim, "Noch etwas")
    desk = signed_in(alice)
    first = desk.get(f"/contacts/{chat.contact_id}/").content.decode()
    assert f'<td class="no-wrap"><a href="/inbox/{chat.pk}/' not in first
    address = first.partition('class="more"><a class="btn btn--sm" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert f'<td class="no-wrap"><a href="/inbox/{chat.pk}/' in desk.get(address).content.decode()


def test_an_agent_gives_a_name_and_a_language(
    chat: Conversation, scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    desk, address = signed_in(alice), f"/contacts/{chat.contact_id}/edit"
    form = desk.get(address).content.decode()
    assert "On WhatsApp they are called Kim Muster" in form
    assert '<option value="tr">Turkish</option>' in form
    told = {"name": "Frau <b>Muster</b>", "language": "tr"}
    heard = scene.hears(lambda: [desk.post(address, told)].clear())
    assert str(chat.pk) in str(heard)
    scene.writes(replace(kim, name="Kimmy"), "Ich bin es")
    page = desk.get(f"/contacts/{chat.contact_id}/").content.decode()
    assert "<h1>Frau &lt;b&gt;Muster&lt;/b&gt;" in page
    assert "calls themselves Kimmy on WhatsApp" in page
    assert "Turkish" in page
    assert "Frau &lt;b&gt;Muster" in desk.get("/inbox/").content.decode()
    assert "Frau" in desk.get("/contacts/").content.decode()
    assert "Kimmy" in desk.post(address, {"name": "", "language": ""}, follow=True).content.decode()


def test_what_does_not_fit_is_said_and_stays_typed(chat: Conversation, alice: Agent, signed_in: SignedIn) -> None:
    desk, address = signed_in(alice), f"/contacts/{chat.contact_id}/edit"
    answer = desk.post(address, {"name": "N" * 121, "language": "tr"})
    assert answer.status_code == 422
    assert "at most 120 characters" in answer.content.decode()
    assert "N" * 121 in answer.content.decode()
    assert '<option value="tr" selected>' in answer.content.decode()
    assert desk.post(address, {"name": "Kim", "language": "klingon"}).status_code == 422
    assert desk.post(address, {"name": "Kim\0", "language": ""}).status_code == 422
    assert not Entry.objects.filter(kind="contact.changed").exists()


def test_of_merged_contacts_each_has_a_name_of_its_own(
    chat: Conversation, scene: Scene, nour: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    nours, desk = scene.chat(nour).contact_id, signed_in(alice)
    merge(chat.contact_id, nours, actor="system", at=scene.clock.at)
    desk.post(f"/contacts/{nours}/edit", {"name": "Zweites Konto", "language": ""})
    page = desk.get(f"/contacts/{nours}/").content.decode()
    assert "<h1>Kim Muster" in page
    assert "Zweites Konto" in page


def test_a_no_is_recorded_at_the_contact_also_before_anybody_has_written(
    scene: Scene, bob: Agent, alice: Agent, dana: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    desk.post("/contacts/new", NEW)
    address = f"/contacts/{Contact.objects.get().pk}/"
    assert "Record an objection or a restriction" in desk.get(address).content.decode()
    for word in ("object", "restrict"):
        assert desk.post(f"{address}stop", {"word": word})["Location"] == address
    page = desk.get(address).content.decode()
    for said in ("Sending stopped", "The person takes the objection back", "Lift the restriction of processing"):
        assert said in page
    kinds = ["objection.changed", "restriction.changed"]
    entries = Entry.objects.filter(kind__in=kinds, actor=alice.actor).order_by("id")
    assert [entry.facts["change"] for entry in entries] == ["objected", "restricted"]
    for word in ("lift_object", "lift_restrict"):
        desk.post(f"{address}stop", {"word": word})
    assert "No objection, no restriction, no doubt." in desk.get(address).content.decode()
    assert desk.post(f"{address}stop", {"word": "shout"}).status_code == 400


def test_a_no_at_the_contact_is_heard_where_the_conversation_is_open(
    chat: Conversation, scene: Scene, alice: Agent, signed_in: SignedIn
) -> None:
    address = f"/contacts/{chat.contact_id}/stop"
    heard = scene.hears(lambda: [signed_in(alice).post(address, {"word": "object"})].clear())
    assert str(chat.pk) in str(heard)


NEW = {"number": "+49 (0)171 392 00 70", "name": "Zora Neu", "basis": "request"}


def test_a_contact_is_entered_and_nothing_leaves(
    chat: Conversation, scene: Scene, alice: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(alice)
    answer = desk.post("/contacts/new", NEW, follow=True)
    page = answer.content.decode()
    for said in ("<h1>Zora Neu", "Created. Nothing was sent.", "Number from elsewhere", "asked us to write"):
        assert said in page
    assert "Zora" not in str(answer.redirect_chain)
    assert "No conversation yet." in page
    scene.delivers()
    assert scene.wire.sent == []
    assert "Zora Neu" in desk.get("/contacts/").content.decode()
    (entry,) = Entry.objects.filter(kind="contact.created", actor=f"staff:{alice.pk}")
    assert entry.facts["basis"] == "request"


def test_a_number_that_is_known_leads_to_whose_it_is(
    chat: Conversation, kim: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    said = NEW | {"number": str(kim.phone)}
    page = signed_in(alice).post("/contacts/new", said, follow=True).content.decode()
    assert "This number is known already" in page
    assert "<h1>Kim Muster" in page
    assert not Contact.objects.exclude(our_name_wrapped=None).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"number": "0171 3920070"}, "whole number with its country code"),
        ({"number": "Zora"}, "whole number with its country code"),
        ({"number": ""}, "Please enter the number"),
        ({"number": "+" * 41}, "This is no phone number"),
        ({"basis": ""}, "on what basis you have this number"),
        ({"basis": "hearsay"}, "hearsay"),
        ({"name": "N" * 121}, "at most 120 characters"),
    ],
)
def test_a_number_without_country_or_basis_is_not_taken_and_stays_typed(
    scene: Scene, alice: Agent, signed_in: SignedIn, wrong: dict[str, str], said: str
) -> None:
    answer = signed_in(alice).post("/contacts/new", NEW | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert (NEW | wrong)["name"] in page
    assert (NEW | wrong)["number"] in page
    assert not Contact.objects.exists()


def test_whom_nobody_has_found_can_be_entered(chat: Conversation, alice: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(alice)
    assert "New contact with this number" in found(desk, "+49 171 3920099")
    assert "New contact with this number" not in found(desk, "Zora")
    form = desk.post("/contacts/new", {"number": "+49 171 3920099", "begin": "1"})
    assert form.status_code == 200
    assert 'value="+49 171 3920099"' in form.content.decode()
    assert "field__error" not in form.content.decode()

"""The customer's own page over HTTP: a link in the chat, a code there, then what is stored, and their rights."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from jawort.consent.consents import standings
from jawort.consent.models import ConsentEvent, Objection
from jawort.consent.opt_in import make_link
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.purposes import declare, end_purpose
from jawort.consent.slips import tear_off
from jawort.consent.state import State
from jawort.consent.stop import restrict
from jawort.consent.texts import put_into_use
from jawort.intake.upkeep import upkeep
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.messaging.compose import jot
from jawort.messaging.models import Message
from jawort.messaging.own_page import rules, stored
from jawort.messaging.own_page.models import OwnPage
from jawort.messaging.send import send
from jawort.people.models import Contact, Review
from jawort.public import own_page
from jawort.staff.models import Agent
from jawort.vault.keys import forget
from jawort.vault.models import SubjectKey
from jawort.vault.seal import Klass
from tests.consent.questions import GERMAN
from tests.fixtures.purposes import EVENTS
from tests.fixtures.scene import author
from tests.public.doors import PDF
from tests.public.visits import KEY, Visit, changes


class TestOpening:
    def test_a_link_a_code_and_then_what_is_stored(self, visit: Visit) -> None:
        html = visit.enters()
        for said in ("Kim", f"+{visit.kim.phone.digits}", "Mein Rad quietscht", "Art. 6 Abs. 1", "Datenschutzaufsicht"):
            assert said in html, said
        assert changes() == ["handed_over", "code_sent", "entered"]
        assert Entry.objects.filter(kind=Kind.HANDED_OUT, facts__right="own_page").count() == 1

    def test_the_message_says_what_it_is_for_and_the_code_is_known_as_one(self, visit: Visit) -> None:
        visit.gets_the_link()
        assert visit.scene.wire.sent[-1].text.startswith("On your own page you see what we have stored of you")
        visit.gets_a_code()
        assert "Ihr Code für Ihre eigene Seite" in visit.thread()

    def test_in_the_persons_language(self, visit: Visit) -> None:
        Contact.objects.filter(pk=visit.chat.contact_id).update(language="de")
        visit.gets_the_link()
        assert visit.scene.wire.sent[-1].text.startswith("Auf Ihrer eigenen Seite sehen Sie")

    def test_looking_changes_nothing_and_tells_nobody(self, visit: Visit) -> None:
        link, entries = visit.gets_the_link(), Entry.objects.count()
        before = OwnPage.objects.values().get()
        for ask in (visit.browser.get, visit.browser.head):
            answer = ask(link, HTTP_USER_AGENT="WhatsApp/2.23.20.0")
            assert answer.status_code == 200
            assert not answer.cookies
            assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")
            assert "script-src" not in answer["Content-Security-Policy"]
        assert "Kim" not in visit.browser.get(link).content.decode()
        assert (OwnPage.objects.values().get(), Entry.objects.count()) == (before, entries)
        for act in ("code", "enter", "refuse", "correct", "erase", "download"):
            assert visit.browser.get(f"{link}{act}").status_code == 405

    def test_neither_token_nor_code_nor_key_lies_in_clear(self, visit: Visit) -> None:
        visit.gets_the_link()
        token, code = visit.link.split("/")[2], visit.gets_a_code()
        visit.key = KEY.findall(visit.posts("enter", code=code).content.decode())[0]
        held = repr([OwnPage.objects.values().get(), *Entry.objects.values(), *Message.objects.values()])
        for secret in (token, visit.key, f"'{code}'", f" {code}"):
            assert secret not in held

    def test_only_where_the_installation_has_a_host_and_says_whose_it_is(self, visit: Visit, settings: Any) -> None:
        link = visit.gets_the_link()
        settings.CONFIG = replace(settings.CONFIG, side_door_url="")
        assert visit.browser.get(link).status_code == 404
        assert visit.client.post(f"/inbox/{visit.chat.pk}/own-page").status_code == 404
        assert "own-page" not in visit.thread()

    def test_a_host_of_its_own_has_this_page(self, visit: Visit, settings: Any) -> None:
        link = visit.gets_the_link()
        settings.ALLOWED_HOSTS = ["files.firma.example", "testserver"]
        settings.CONFIG = replace(settings.CONFIG, side_door_url="https://files.firma.example")
        answer = visit.browser.get(link, HTTP_HOST="files.firma.example")
        assert answer.status_code == 200


class TestSayingNo:
    def test_to_advertising_needs_no_code_and_holds_at_once(self, visit: Visit) -> None:
        visit.gets_the_link()
        answer = visit.posts("refuse", wish="campaigns")
        assert answer.status_code == 200
        assert "Sie erhalten keine Werbung mehr von uns" in answer.content.decode()
        objection = Objection.objects.get()
        assert objection.purpose == "campaigns"
        entry = Entry.objects.get(kind=Kind.OBJECTION_CHANGED)
        assert (entry.actor, (entry.facts or {})["source"]) == (f"customer:{visit.chat.contact_id}", "own_page")
        visit.gets_a_code()
        assert "Ich möchte keine Werbung mehr von Ihnen." in visit.thread()
        assert "Not sent over WhatsApp" in visit.thread()

    def test_to_all_messages_shuts_the_gate(self, visit: Visit) -> None:
        visit.gets_the_link()
        visit.posts("refuse", wish="care")
        refused = send(visit.chat, "Noch etwas", author(Agent.objects.get(name="Alice")), visit.scene.clock.at)
        assert (refused.state, refused.gate) == ("refused", "objected")
        answer = visit.posts("code")
        assert answer.status_code == 409
        assert "deshalb senden wir auch keinen Code" in answer.content.decode()

    def test_twice_is_once(self, visit: Visit) -> None:
        visit.gets_the_link()
        for _ in range(30):
            assert visit.posts("refuse", wish="care").status_code == 200
        visit.posts("refuse", wish="campaigns")
        assert Objection.objects.count() == 1
        assert Message.objects.filter(direction="in").count() == 2

    def test_ends_a_consent_as_stop_does(self, visit: Visit) -> None:
        visit.consents()
        visit.gets_the_link()
        visit.posts("refuse", wish="campaigns")
        last = ConsentEvent.objects.order_by("-at", "-pk")[0]
        assert (last.event, last.method) == ("withdrawn", "words")
        assert Message.objects.filter(direction="in").latest("pk").pk == last.message

    def test_ends_what_was_given_after_an_objection_that_still_stands(self, visit: Visit) -> None:
        at, contact = visit.scene.clock.at, visit.chat.contact_id
        visit.gets_the_link()
        visit.posts("refuse", wish="care")
        (text,) = put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="x", at=at)
        link = make_link(visit.chat.line_id, "de", "Web", actor="x", at=at)
        visit.scene.passes(minutes=1)
        visit.scene.writes(visit.kim, tear_off(link, text, visit.scene.clock.at))
        assert standings([contact], CAMPAIGNS, visit.scene.clock.at)[contact].state is State.ACTIVE
        visit.scene.passes(minutes=1)
        visit.posts("refuse", wish="campaigns")
        assert standings([contact], CAMPAIGNS, visit.scene.clock.at)[contact].state is State.WITHDRAWN
        visit.scene.delivers()

    def test_takes_back_a_consent_to_a_purpose_that_has_ended(self, visit: Visit) -> None:
        at, contact = visit.scene.clock.at, visit.chat.contact_id
        key = Purpose("invitations")
        declare(key, EVENTS, actor="x", at=at)
        (text,) = put_into_use(key, {"de": GERMAN}, actor="x", at=at)
        link = make_link(visit.chat.line_id, "de", "Web", purpose=key, actor="x", at=at)
        visit.scene.writes(visit.kim, tear_off(link, text, at))
        visit.scene.delivers()
        end_purpose(key, actor="x", at=visit.scene.clock.at)
        visit.enters()
        assert "Diese Einwilligung widerrufen" in visit.posts("refuse", wish="", key=visit.key).content.decode()
        visit.scene.passes(minutes=1)
        assert visit.posts("refuse", wish=key, key=visit.key).status_code == 200
        assert standings([contact], key, visit.scene.clock.at)[contact].state is State.WITHDRAWN

    def test_from_the_open_page_leaves_it_open(self, visit: Visit) -> None:
        visit.enters()
        answer = visit.posts("refuse", wish="campaigns", key=visit.key)
        assert "Keine Werbung</b>: gesagt am" in answer.content.decode()

    def test_without_a_wish_asks_for_one(self, visit: Visit) -> None:
        visit.gets_the_link()
        assert visit.posts("refuse", wish="all").status_code == 422
        assert not Objection.objects.exists()


class TestAsking:
    def test_for_erasure_comes_in_unread_and_opens_no_window(self, visit: Visit) -> None:
        visit.enters()
        visit.client.get(f"/inbox/{visit.chat.pk}/")
        before = visit.chat
        assert visit.posts("erase", key=visit.key).status_code == 422, "without the tick"
        visit.scene.clock.forward(minutes=2)
        answer = visit.posts("erase", key=visit.key, sure="yes")
        assert "spätestens innerhalb eines Monats" in answer.content.decode()
        after = visit.chat
        assert (after.unread, after.window_ends_at) == (before.unread + 1, before.window_ends_at)
        assert "Bitte löschen Sie alles" in visit.thread()
        asked = Message.objects.filter(direction="in").latest("pk")
        page = visit.client.get(f"/inbox/{visit.chat.pk}/messages/{asked.pk}/data/").content.decode()
        assert "on their own page, directly to you" in page
        assert changes()[-1] == "erasure_asked"

    def test_for_correction(self, visit: Visit) -> None:
        visit.enters()
        assert visit.posts("correct", key=visit.key, words=" ").status_code == 422
        assert visit.posts("correct", key=visit.key, words="x" * 1_001).status_code == 422
        assert visit.posts("correct", key=visit.key, words="Ich heiße <b>Kim</b>").status_code == 200
        assert "Bitte berichtigen Sie: Ich heiße &lt;b&gt;Kim&lt;/b&gt;" in visit.thread()

    def test_has_an_end_and_saying_no_has_none(self, visit: Visit) -> None:
        visit.enters()
        answers = [visit.posts("correct", key=visit.key, words=f"{n}").status_code for n in range(rules.SAID_MAX + 2)]
        assert answers == [200] * rules.SAID_MAX + [429] * 2
        assert visit.posts("refuse", wish="care").status_code == 200

    def test_a_huge_body_is_refused(self, visit: Visit) -> None:
        visit.gets_the_link()
        assert visit.posts("correct", words="x" * 5_000_000).status_code in {400, 413}


class TestTakingAlong:
    def test_all_of_it_as_json_under_a_name_that_tells_nothing(self, visit: Visit) -> None:
        visit.scene.gives(visit.kim, PDF, "application/pdf", filename="Vertrag „März“.pdf")
        visit.scene.delivers()
        visit.consents()
        visit.enters()
        answer = visit.posts("download", key=visit.key)
        assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
        assert answer["Cache-Control"] == "no-store"
        told = json.loads(b"".join(answer.streaming_content).decode())
        assert next(iter(told)) == "read_me"
        assert told["controller"]["name"] == "Radhaus Beispiel"
        assert {"from": "you", "text": "Mein Rad quietscht"}.items() <= told["messages"][-1].items()
        assert ["Vertrag „März“.pdf"] in [word["files"] for word in told["messages"]]
        assert told["consents"][0]["what"] == "Sie haben Ja gesagt"
        assert f"+{visit.kim.phone.digits}" in [address["value"] for address in told["addresses"]]
        assert changes()[-1] == "downloaded"

    def test_messages_of_ninety_days_and_no_older_ones(self, visit: Visit) -> None:
        for days in (30, 30, 31):
            visit.scene.passes(days=days)
            upkeep([])
        visit.scene.writes(visit.kim, "Jetzt klappert es")
        html = visit.enters()
        told = json.loads(b"".join(visit.posts("download", key=visit.key).streaming_content))
        for shown in (html, json.dumps(told, ensure_ascii=False)):
            assert "Jetzt klappert es" in shown
            assert "Mein Rad quietscht" not in shown
        assert told["message_count"]["from_you"] == 2

    def test_notes_of_ours_are_counted_and_not_shown(self, visit: Visit) -> None:
        jot(visit.chat, "Kim wirkt ungeduldig", Agent.objects.get(name="Alice"), visit.scene.clock.at, uuid4())
        html = visit.enters()
        assert "Notizen von uns" in html
        assert "ungeduldig" not in html

    def test_many_messages_are_read_in_batches(self, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
        for number in range(7):
            visit.scene.writes(visit.kim, f"Nachricht {number}")
        visit.enters()
        monkeypatch.setattr(stored, "BATCH", 3)
        monkeypatch.setattr(own_page, "WORDS_SHOWN", 2)
        told = json.loads(b"".join(visit.posts("download", key=visit.key).streaming_content))
        assert [word["text"] for word in told["messages"] if word["from"] == "you"] == [
            *(f"Nachricht {number}" for number in reversed(range(7))),
            "Mein Rad quietscht",
        ]
        html = visit.posts("correct", key=visit.key).content.decode()
        assert "Beim Herunterladen bekommen Sie alle" in html


class TestShut:
    def test_withdrawn_by_an_agent_also_from_the_next_conversation(self, visit: Visit) -> None:
        visit.enters()
        visit.client.post(f"/inbox/{visit.chat.pk}/resolve")
        visit.scene.writes(visit.kim, "Hallo")
        assert "They have a link that opens until" in visit.thread()
        visit.client.post(f"/inbox/{visit.chat.pk}/own-page/withdraw")
        assert visit.browser.get(visit.link).status_code == 410
        for act in ("code", "enter", "refuse", "correct", "erase", "download"):
            assert visit.posts(act, key=visit.key, wish="care").status_code == 410
        assert not Objection.objects.exists()
        assert changes()[-1] == "withdrawn"

    def test_ended_after_thirty_days(self, visit: Visit) -> None:
        visit.gets_the_link()
        visit.scene.passes(days=30)
        assert visit.browser.get(visit.link).status_code == 410

    def test_unknown(self, visit: Visit) -> None:
        assert visit.browser.get("/own/none/").status_code == 404
        assert visit.browser.post("/own/none/code").status_code == 404

    def test_withheld_while_restricted_and_no_still_goes(self, visit: Visit) -> None:
        visit.enters()
        restrict(visit.chat.contact_id, actor="system", at=visit.scene.clock.at)
        page = visit.browser.get(visit.link).content.decode()
        assert "Zurzeit kann hier nichts gezeigt werden" in page
        assert "Code senden" not in page
        assert visit.posts("code").status_code == 409
        assert visit.posts("download", key=visit.key).status_code == 403
        assert visit.posts("refuse", wish="campaigns").status_code == 200
        assert Objection.objects.exists()

    def test_of_whoever_was_erased_there_is_none(self, visit: Visit) -> None:
        link, contact = visit.gets_the_link(), visit.chat.contact_id
        held = list(SubjectKey.objects.filter(subject=contact, klass=Klass.IDENTITY))
        SubjectKey.objects.filter(pk__in=[key.pk for key in held]).delete()
        forget(contact)
        assert visit.browser.get(link).status_code == 404
        SubjectKey.objects.bulk_create(held)
        forget(contact)

    def test_withheld_while_it_is_unclear_whose_number_it_is(self, visit: Visit) -> None:
        visit.enters()
        Review.objects.create(
            kind="number_moved", contact_id=visit.chat.contact_id, other=None, created_at=visit.scene.clock.at
        )
        assert "Mein Rad quietscht" not in visit.posts("correct", key=visit.key, words="x").content.decode()
        assert "Zurzeit kann hier nichts gezeigt werden" in visit.browser.get(visit.link).content.decode()

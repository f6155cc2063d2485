"""The platform's notices at the desk: what happened, what to do, by whom it was done."""

import json
from collections.abc import Callable, Mapping

from django.test import Client
from django.utils import translation

from jawort.ledger.models import Entry
from jawort.lines.models import Line, Notice, State
from jawort.lines.notices import notices
from jawort.lines.rules import JUDGEMENTS, Severity
from jawort.lines.tell import forget_originals, settle
from jawort.staff.models import Agent
from jawort.web.notices.words import SEVERITIES, WORDS
from tests.fixtures.scene import WABA_ID, Scene

SignedIn = Callable[[Agent], Client]
VIOLATION = {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SCAM"}}
DISABLED = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}


def tells(scene: Scene, field: str, value: Mapping[str, object]) -> None:
    entry = {"id": WABA_ID, "changes": [{"field": field, "value": value}]}
    scene.stores_raw(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode())
    scene.takes()


def settle_what_is_open(scene: Scene) -> None:
    for told in notices(100, only_open=True):
        settle(told.id, actor="system", at=scene.clock.at)


def test_it_says_what_happened_and_what_to_do_in_both_languages(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    tells(scene, "account_update", VIOLATION)
    page = signed_in(ada).get("/notices/").content.decode()
    assert "broke a policy" in page
    assert "Find out which messages are meant" in page
    assert "Critical" in page
    assert "account_update ACCOUNT_VIOLATION · violation SCAM" in page
    Agent.objects.update(language="de")
    page = signed_in(Agent.objects.get(pk=ada.pk)).get("/notices/").content.decode()
    assert "gegen eine Richtlinie verstoßen" in page
    assert "Kritisch" in page
    settle_what_is_open(scene)


def test_done_is_an_act_of_an_administrator(
    scene: Scene, ada: Agent, bob: Agent, alice: Agent, signed_in: SignedIn
) -> None:
    tells(scene, "account_update", DISABLED)
    notice = Notice.objects.get()
    assert signed_in(alice).get("/notices/").status_code == 404
    lead = signed_in(bob).get("/notices/").content.decode()
    assert "Waits for the administration" in lead
    assert "/settle" not in lead
    assert signed_in(bob).post(f"/notices/{notice.pk}/settle").status_code == 404
    desk = signed_in(ada)
    assert "Done, send again" in desk.get("/notices/?open").content.decode()
    assert "Done by Ada" in desk.post(f"/notices/{notice.pk}/settle", follow=True).content.decode()
    assert Line.objects.get().state == State.LIVE
    assert "settled before" in desk.post(f"/notices/{notice.pk}/settle", follow=True).content.decode()
    assert "settled before" in desk.post(f"/notices/{scene.line.pk}/settle", follow=True).content.decode()
    (entry,) = Entry.objects.filter(kind="notice.settled")
    assert (entry.actor, entry.object) == (f"staff:{ada.pk}", notice.pk)
    assert "Nothing waits for you" in desk.get("/notices/?open").content.decode()


def test_the_menu_counts_only_what_needs_somebody(scene: Scene, ada: Agent, alice: Agent, signed_in: SignedIn) -> None:
    tells(scene, "account_review_update", {"decision": "APPROVED"})
    assert '<b class="badge">' not in signed_in(ada).get("/ledger/").content.decode()
    tells(scene, "account_update", VIOLATION)
    assert '<b class="badge">1<span' in signed_in(ada).get("/ledger/").content.decode()
    assert "/notices/" not in signed_in(alice).get("/inbox/").content.decode()
    settle_what_is_open(scene)


def test_the_original_is_shown_on_demand_and_that_is_entered(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    tells(scene, "tomorrows_field", {"strange": "<b>Käse</b>"})
    notice, desk = Notice.objects.get(), signed_in(ada)
    page = desk.get("/notices/").content.decode()
    assert "does not know" in page
    assert "tomorrows_field" in page
    assert "Käse" not in page
    assert f"/notices/{notice.pk}/original/" in page
    shown = desk.get(f"/notices/{notice.pk}/original/").content.decode()
    assert "&lt;b&gt;Käse&lt;/b&gt;" in shown
    (entry,) = Entry.objects.filter(kind="content.handed_out", object=notice.pk)
    assert (entry.actor, entry.facts) == (f"staff:{ada.pk}", {"right": "notice.read"})
    scene.passes(days=9)
    forget_originals(scene.clock.at)
    assert "/original/" not in desk.get("/notices/").content.decode()
    assert "This original has gone" in desk.get(f"/notices/{notice.pk}/original/", follow=True).content.decode()


def test_older_ones_come_on_demand(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    for number in range(60):
        tells(scene, "tomorrows_field", {"number": number})
    page = signed_in(ada).get("/notices/").content.decode()
    assert page.count("/original/") == 50
    older = page.partition("?before=")[2].partition('"')[0]
    assert signed_in(ada).get(f"/notices/?before={older}").content.decode().count("/original/") == 10
    assert signed_in(ada).get("/notices/?before=nonsense").status_code == 200


def test_nothing_told_is_said(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    assert "No notices" in signed_in(ada).get("/notices/").content.decode()


#: What is judged as grave though nobody knows what it is, and so has the words of the unknown.
UNKNOWN = {("account_update", "DISABLED_UPDATE")}


def test_whatever_is_judged_has_words_of_its_own_in_both_languages() -> None:
    assert set(JUDGEMENTS) - UNKNOWN <= set(WORDS)
    assert set(SEVERITIES) == set(Severity)
    for key, found in WORDS.items():
        for text in (found.happened, found.to_do):
            with translation.override("en"):
                english = str(text)
            with translation.override("de"):
                assert str(text) != english, key

"""The platform's notices at the desk: what happened, what to do, by whom it was done."""

import json
from collections.abc import Callable, Mapping

import pytest
from django.test import Client
from django.utils import translation

from jawort.channels.whatsapp.errors import meaning
from jawort.ledger.models import Entry
from jawort.lines.health import set_health
from jawort.lines.models import Line, Notice, State
from jawort.lines.notices import notices
from jawort.lines.rules import JUDGEMENTS, Severity
from jawort.lines.stop import stop
from jawort.lines.tell import forget_originals, settle, settle_all
from jawort.simulator import account
from jawort.simulator.payload import Business
from jawort.staff.models import Agent
from jawort.web.notices.words import SEVERITIES, WORDS, button, words_of
from tests.fixtures.cast import Customer
from tests.fixtures.scene import PHONE_NUMBER_ID, WABA_ID, Scene

#: Fields that the simulator does not send: of other apps, calls and groups.
SAID_SHORTLY = (
    "standby",
    "messaging_handovers",
    "smb_message_echoes",
    "smb_app_state_sync",
    "history",
    "calls",
    "group_lifecycle_update",
)

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


BAN = {
    "event": "DISABLED_UPDATE",
    "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE", "waba_ban_date": "2030-12-03"},
}
GONE = {"event": "DISABLED", "message_template_name": "order", "message_template_language": "de"}
FIRST, OTHER = "RESTRICTED_BIZ_INITIATED_MESSAGING", "RESTRICTED_ADD_PHONE_NUMBER_ACTION"
EARLIER, LATER = 1922529600, 1922702400  # 3 and 5 December 2030, noon


def restricted(*ends: int | None) -> dict[str, object]:
    both = zip((FIRST, OTHER), ends, strict=True)
    return {
        "event": "ACCOUNT_RESTRICTION",
        "restriction_info": [{"restriction_type": kind, "expiration": end} for kind, end in both],
    }


@pytest.mark.parametrize(
    ("field", "value", "english", "german"),
    [
        ("account_update", BAN, ["<p>on 3 December 2030</p>"], ["<p>am 3. Dezember 2030</p>"]),
        (
            "message_template_status_update",
            GONE | {"disable_info": {"disable_date": EARLIER}},
            ["<p>on 3 December 2030</p>"],
            ["<p>am 3. Dezember 2030</p>"],
        ),
        (
            "template_category_update",
            {"correct_category": "MARKETING", "category_update_timestamp": EARLIER},
            ["<p>on 3 December 2030</p>"],
            ["<p>am 3. Dezember 2030</p>"],
        ),
        (
            "account_update",
            restricted(EARLIER, LATER),
            ["not write first.</p><p>until 3 December 2030</p>", "Messages go on.</p><p>until 5 December 2030</p>"],
            ["<p>bis 3. Dezember 2030</p>", "<p>bis 5. Dezember 2030</p>"],
        ),
        (
            "account_update",
            restricted(EARLIER, None),
            ["not write first.</p><p>until 3 December 2030</p>", "Messages go on.</p><p><b>"],
            ["<p>bis 3. Dezember 2030</p>"],
        ),
        (
            "account_update",
            restricted(LATER, LATER),
            ["not write first.</p><p>No numbers can be added", "Messages go on.</p><p>until 5 December 2030</p>"],
            ["<p>bis 5. Dezember 2030</p>"],
        ),
    ],
)
def test_from_or_until_when_it_holds_is_said_of_each(
    scene: Scene,
    ada: Agent,
    signed_in: SignedIn,
    field: str,
    value: dict[str, object],
    english: list[str],
    german: list[str],
) -> None:
    tells(scene, field, value)
    for language, said in (("en", english), ("de", german)):
        Agent.objects.update(language=language)
        page = signed_in(Agent.objects.get(pk=ada.pk)).get("/notices/").content.decode()
        assert [each for each in said if page.count(each) != 1] == []
    settle_all(scene.line, actor="system", at=scene.clock.at)
    settle_what_is_open(scene)


def test_an_error_beside_a_message_is_told_here(scene: Scene, ada: Agent, kim: Customer, signed_in: SignedIn) -> None:
    message = scene.message(kim, "wamid.K1", {"type": "interactive"})
    scene.tells(message | {"errors": [{"code": 131000, "title": "Something went wrong"}]})
    page = signed_in(ada).get("/notices/").content.decode()
    assert "reports an error outside of any message" in page
    assert "errors 131000" in page
    settle_what_is_open(scene)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (190, "Make a new access token at Meta and enter it on the line’s page (Settings, Lines), then press “Done"),
        (131031, "Mend the cause at Meta, then press “Done, send again” here"),
        (-2, "Mend the cause on the server, then press “Done, send again” here"),
        (-3, "Mend the cause on the server, then press “Done, send again” here"),
        (-6, "Enter the access token anew on the line’s page (Settings, Lines), then press “Done, send again” here"),
    ],
)
def test_a_line_that_stands_still_says_why_and_what_to_do(
    scene: Scene, ada: Agent, signed_in: SignedIn, code: int, says: str
) -> None:
    stop([(scene.line.pk, code)], scene.clock.at)
    desk = signed_in(ada)
    page = desk.get("/notices/?open").content.decode()
    assert meaning(code).en in page
    assert says in page
    assert "Done, send again" in page
    with translation.override("de"):
        to_do = str(words_of(notices(1)[0]).to_do)
        assert "bei Meta" in to_do or code in (-2, -3)
        assert f"„{button(notices(1)[0])}“" in to_do
    desk.post(f"/notices/{Notice.objects.get().pk}/settle")
    assert Line.objects.get().state == State.LIVE


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


def test_of_all_that_the_platform_documents_it_is_said_what_to_do(
    scene: Scene, ada: Agent, signed_in: SignedIn
) -> None:
    number, desk = Business(WABA_ID, PHONE_NUMBER_ID, "4930123456"), signed_in(ada)
    for field in [*account.FIELDS, *SAID_SHORTLY]:
        now = int(scene.clock.at.timestamp())
        for variant in account.names().get(field, [""]):
            tells(scene, field, account.value(field, variant, number, now, {}) if variant else {field: []})
        assert Notice.objects.filter(kind=field).exists(), field
        assert "does not know" not in desk.get("/notices/?open").content.decode(), field
        assert "does not know" not in desk.get("/notices/").content.decode(), field
        settle_all(scene.line, actor="system", at=scene.clock.at)
        settle_what_is_open(scene)
        set_health(scene.line.pk, State.LIVE, "", actor="system", at=scene.clock.at)
        scene.passes(seconds=1)


def test_that_a_customers_phone_may_be_anothers_is_said(
    scene: Scene, ada: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hallo")
    system = {"type": "customer_identity_changed", "body": "Kim may have changed the phone"}
    scene.tells(scene.message(kim, "wamid.S1", {"type": "system", "system": system}))
    page = signed_in(ada).get("/notices/").content.decode()
    assert "make sure who is writing" in page
    assert "does not know" not in page


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

"""The inbox without a browser: what each route shows, refuses, records, and never does by GET."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from jawort.ledger.models import Entry
from jawort.messaging.models import Conversation, Message
from jawort.messaging.queries import Counts, View, rows
from jawort.staff.models import Agent
from jawort.vault.transit import ensure_days
from jawort.web.inbox.live import rows_html
from jawort.web.inbox.present import VIEWS, counted
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene
from tests.fixtures.time import Clock

SignedIn = Callable[[Agent], Client]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def chat(scene: Scene, kim: Customer) -> Conversation:
    """kim has written."""
    scene.writes(kim, "Guten Tag, <b>ist</b> mein Rad fertig?")
    return scene.chat(kim)


@pytest.fixture
def desk_of_alice(alice: Agent, signed_in: SignedIn) -> Client:
    """alice's browser."""
    return signed_in(alice)


def handed_out(conversation: Conversation) -> int:
    return Entry.objects.filter(kind="content.handed_out", object=conversation.pk).count()


@pytest.mark.parametrize("view", list(View))
def test_each_view_has_its_page_and_its_empty_state(desk_of_alice: Client, view: View) -> None:
    page = desk_of_alice.get(f"/inbox/?view={view}")
    assert page.status_code == 200
    says = page.content.decode().partition('id="rows-empty" class="empty">')[2].partition("</div>")[0]
    words = {each.view: each for each in VIEWS}[view]
    with translation.override("en"):
        assert escape(str(words.empty)) in says
        assert escape(str(words.hint)) in says


def test_an_unknown_view_is_all(desk_of_alice: Client, chat: Conversation) -> None:
    assert "Kim Muster" in desk_of_alice.get("/inbox/?view=nonsense").content.decode()


def test_what_strangers_write_is_text(desk_of_alice: Client, chat: Conversation) -> None:
    page = desk_of_alice.get(f"/inbox/{chat.pk}/").content.decode()
    assert "&lt;b&gt;ist&lt;/b&gt;" in page
    assert "<b>ist</b>" not in page


def test_a_fragment_stands_alone_and_in_its_page(desk_of_alice: Client, chat: Conversation) -> None:
    fragment = desk_of_alice.get(f"/inbox/{chat.pk}/", headers=FRAGMENT).content.decode()
    page = desk_of_alice.get(f"/inbox/{chat.pk}/").content.decode()
    assert "<html" not in fragment
    assert "<title>Conversation · Jawort</title>" in fragment
    for part in ('id="thread"', 'id="msgs"', 'id="panel-facts"', 'id="window-state"'):
        assert part in fragment
        assert part in page


def test_reading_changes_nothing_but_is_recorded_once_in_ten_minutes(
    desk_of_alice: Client, chat: Conversation, clock: Clock
) -> None:
    for _ in range(3):
        desk_of_alice.get(f"/inbox/{chat.pk}/")
        desk_of_alice.get("/inbox/")
    chat.refresh_from_db()
    assert (chat.unread, handed_out(chat)) == (1, 1)
    clock.forward(minutes=11)
    desk_of_alice.get(f"/inbox/{chat.pk}/messages/", headers=FRAGMENT)
    assert handed_out(chat) == 2


def test_read_and_unread_come_from_a_post(desk_of_alice: Client, chat: Conversation) -> None:
    for address in ("read", "unread", "send", "note", "assign", "resolve", "reopen"):
        assert desk_of_alice.get(f"/inbox/{chat.pk}/{address}").status_code == 405
    assert desk_of_alice.post(f"/inbox/{chat.pk}/read", headers=FRAGMENT).status_code == 204
    chat.refresh_from_db()
    assert chat.unread == 0
    assert desk_of_alice.post(f"/inbox/{chat.pk}/unread").status_code == 302
    chat.refresh_from_db()
    assert chat.unread == 1


def test_the_same_bubble_sent_twice_is_one_message(desk_of_alice: Client, chat: Conversation) -> None:
    client_id = str(uuid4())
    said = {"text": "Ja, seit heute.", "kind": "reply", "client_id": client_id}
    for _ in range(2):
        answer = desk_of_alice.post(f"/inbox/{chat.pk}/send", said, headers=FRAGMENT)
        assert f'id="m-{client_id}"' in answer.content.decode()
    assert Message.objects.filter(conversation=chat, direction="out").count() == 1


def test_a_reply_without_scripts_leads_back(desk_of_alice: Client, chat: Conversation) -> None:
    answer = desk_of_alice.post(f"/inbox/{chat.pk}/send", {"text": "Ja.", "kind": "reply", "view": "mine"})
    assert (answer.status_code, answer["Location"]) == (302, f"/inbox/{chat.pk}/?view=mine")


def test_a_note_by_either_address(desk_of_alice: Client, chat: Conversation, scene: Scene) -> None:
    desk_of_alice.post(f"/inbox/{chat.pk}/send", {"text": "eins", "kind": "note"})
    desk_of_alice.post(f"/inbox/{chat.pk}/note", {"text": "zwei"})
    assert Message.objects.filter(conversation=chat, direction="note").count() == 2
    scene.delivers()
    assert scene.wire.sent == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 4_097, "a\0b"])
def test_what_is_no_message_is_said_and_kept_where_it_was(desk_of_alice: Client, chat: Conversation, text: str) -> None:
    answer = desk_of_alice.post(f"/inbox/{chat.pk}/send", {"text": text}, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "4,096" in answer.content.decode()
    assert not Message.objects.filter(direction="out").exists()
    page = desk_of_alice.post(f"/inbox/{chat.pk}/send", {"text": text}, follow=True)
    assert "4,096" in page.content.decode()


def test_retry_sends_the_text_once_more_and_only_once(desk_of_alice: Client, chat: Conversation, scene: Scene) -> None:
    scene.wire.faults = [Fault.NEVER]
    desk_of_alice.post(f"/inbox/{chat.pk}/send", {"text": "Ja."})
    scene.delivers()
    failed = Message.objects.get(conversation=chat, direction="out")
    address = f"/inbox/{chat.pk}/messages/{failed.pk}/retry"
    assert "msg--queued" in desk_of_alice.post(address, headers=FRAGMENT).content.decode()
    assert "sent again already" in desk_of_alice.post(address, headers=FRAGMENT).content.decode()
    scene.delivers()
    assert [outgoing.text for outgoing in scene.wire.sent] == ["Ja."]


def test_assigning(desk_of_alice: Client, chat: Conversation, alice: Agent, dana: Agent) -> None:
    address = f"/inbox/{chat.pk}/assign"
    assert (
        "Alice took the conversation"
        in desk_of_alice.post(address, {"agent": alice.pk}, headers=FRAGMENT).content.decode()
    )
    assert desk_of_alice.post(address, {"agent": dana.pk}).status_code == 404
    assert desk_of_alice.post(address, {"agent": "nobody"}).status_code == 404
    desk_of_alice.post(address, {"agent": ""})
    chat.refresh_from_db()
    assert chat.assignee is None


def test_reopening_too_late_says_why(
    alice: Agent, signed_in: SignedIn, chat: Conversation, clock: Clock, scene: Scene
) -> None:
    signed_in(alice).post(f"/inbox/{chat.pk}/resolve")
    scene.seals()
    ensure_days(clock.forward(days=8))
    answer = signed_in(alice).post(f"/inbox/{chat.pk}/reopen", headers=FRAGMENT)
    assert "more than seven days ago" in answer.content.decode()


def test_a_reopened_conversation_goes_on(desk_of_alice: Client, chat: Conversation) -> None:
    desk_of_alice.post(f"/inbox/{chat.pk}/resolve")
    assert (
        "reopened the conversation" in desk_of_alice.post(f"/inbox/{chat.pk}/reopen", headers=FRAGMENT).content.decode()
    )


def test_what_does_not_exist_and_what_belongs_elsewhere_is_404(
    desk_of_alice: Client, chat: Conversation, scene: Scene, nour: Customer
) -> None:
    scene.writes(nour, "Hallo")
    foreign = Message.objects.get(conversation=scene.chat(nour))
    nowhere = uuid4()
    for address in (
        f"/inbox/{nowhere}/",
        f"/inbox/{nowhere}/messages/",
        f"/inbox/{chat.pk}/messages/{nowhere}/data/",
        f"/inbox/{chat.pk}/messages/{foreign.pk}/data/",
    ):
        assert desk_of_alice.get(address).status_code == 404, address
    assert desk_of_alice.post(f"/inbox/{chat.pk}/messages/{foreign.pk}/retry").status_code == 404


def test_messages_by_id_are_of_this_conversation_only(
    desk_of_alice: Client, chat: Conversation, scene: Scene, nour: Customer
) -> None:
    scene.writes(nour, "Fremder Text")
    foreign = Message.objects.get(conversation=scene.chat(nour))
    answer = desk_of_alice.get(f"/inbox/{chat.pk}/messages/?ids={foreign.pk},nonsense", headers=FRAGMENT)
    assert "Fremder Text" not in answer.content.decode()


def test_long_threads_and_long_lists_come_in_pages(
    desk_of_alice: Client, chat: Conversation, scene: Scene, kim: Customer
) -> None:
    value = [scene.message(kim, f"wamid.{n}", {"type": "text", "text": {"body": f"Zeile {n}"}}) for n in range(60)]
    scene.tells(*value)
    page = desk_of_alice.get(f"/inbox/{chat.pk}/").content.decode()
    assert page.count('class="msg msg--in') == 50
    assert "Load earlier messages" in page
    before = page.split("?before=")[1].split('"')[0]
    assert UUID(before).version == 7
    rest = desk_of_alice.get(f"/inbox/{chat.pk}/messages/?before={before}", headers=FRAGMENT).content.decode()
    assert rest.count('class="msg msg--in') == 11
    assert "Load earlier messages" not in rest
    assert desk_of_alice.get(f"/inbox/rows/?view=all&after={chat.pk}").content.decode().strip() == ""


def test_both_sides_of_a_message(desk_of_alice: Client, chat: Conversation, scene: Scene, kim: Customer) -> None:
    message = Message.objects.get(conversation=chat)
    address = f"/inbox/{chat.pk}/messages/{message.pk}/data/"
    assert "its place in the log follows within a second" in desk_of_alice.get(address).content.decode()
    scene.seals()
    page = desk_of_alice.get(address).content.decode()
    assert f"+{kim.phone.digits}" in page
    assert bytes(message.ciphertext).hex(" ", -4)[:100] in page
    assert "the way from this entry to the signed root is whole" in page


def test_of_a_note_and_of_a_refusal_whatsapp_saw_nothing(
    desk_of_alice: Client, alice: Agent, signed_in: SignedIn, chat: Conversation, clock: Clock, scene: Scene
) -> None:
    desk_of_alice.post(f"/inbox/{chat.pk}/note", {"text": "intern"})
    scene.seals()
    clock.forward(hours=25)
    later = signed_in(alice)
    later.post(f"/inbox/{chat.pk}/send", {"text": "Zu spät"})
    for direction in ("note", "out"):
        message = Message.objects.get(conversation=chat, direction=direction)
        page = later.get(f"/inbox/{chat.pk}/messages/{message.pk}/data/").content.decode()
        assert "Nothing. " in page


def test_rows_for_the_stream_are_those_of_the_page(desk_of_alice: Client, chat: Conversation, alice: Agent) -> None:
    html = rows_html([chat.pk, uuid4()], "en", "agent")
    assert list(html) == [chat.pk]
    row = html[chat.pk].removeprefix("<template data-row>").removesuffix("</template>")
    assert row in desk_of_alice.get("/inbox/").content.decode()
    assert "Nicht zugewiesen" in rows_html([chat.pk], "de", "agent")[chat.pk]


def test_a_row_is_rendered_anew_when_something_changed(
    desk_of_alice: Client, chat: Conversation, scene: Scene, kim: Customer
) -> None:
    desk_of_alice.get("/inbox/")
    scene.writes(kim, "Und die Klingel?")
    assert "Und die Klingel?" in desk_of_alice.get("/inbox/").content.decode()


def test_the_data_protection_officer_sees_no_content(dana: Agent, signed_in: SignedIn, chat: Conversation) -> None:
    desk = signed_in(dana)
    message = Message.objects.get(conversation=chat)
    for address in ("/inbox/", f"/inbox/{chat.pk}/", f"/inbox/{chat.pk}/messages/{message.pk}/data/"):
        assert desk.get(address).status_code == 404
    assert desk.get("/", follow=True).request["PATH_INFO"] == "/ledger/"


def test_nobody_signed_in_sees_the_sign_in_page_or_401(client: Client, chat: Conversation) -> None:
    assert client.get("/inbox/")["Location"] == "/accounts/login/?next=/inbox/"
    assert client.get("/inbox/rows/", headers=FRAGMENT).status_code == 401
    answer = client.post(f"/inbox/{chat.pk}/send", {"text": "x"}, headers=FRAGMENT)
    assert (answer.status_code, answer.content) == (401, b"")


def test_the_id_of_another_bubble_is_said_and_stores_nothing(
    desk_of_alice: Client, chat: Conversation, scene: Scene, nour: Customer
) -> None:
    scene.writes(nour, "Hallo")
    said = {"text": "Nur für Kim", "client_id": str(uuid4())}
    desk_of_alice.post(f"/inbox/{chat.pk}/send", said, headers=FRAGMENT)
    for address in (f"/inbox/{scene.chat(nour).pk}/send", f"/inbox/{chat.pk}/note"):
        answer = desk_of_alice.post(address, said, headers=FRAGMENT)
        assert answer.status_code == 409
        assert "Nur für Kim" not in answer.content.decode()
        assert "the id of another message" in desk_of_alice.post(address, said, follow=True).content.decode()
    assert Message.objects.exclude(direction="in").count() == 1


def test_what_came_in_after_the_page_was_shown_stays_open_and_unread(
    desk_of_alice: Client, chat: Conversation, scene: Scene, kim: Customer
) -> None:
    page = desk_of_alice.get(f"/inbox/{chat.pk}/").content.decode()
    seen = {"seen": str(chat.last_message_id)}
    assert f'form="resolve-form" value="{seen["seen"]}"' in page
    scene.writes(kim, "Halt, noch etwas!")
    desk_of_alice.post(f"/inbox/{chat.pk}/read", seen, headers=FRAGMENT)
    answer = desk_of_alice.post(f"/inbox/{chat.pk}/resolve", seen, headers=FRAGMENT).content.decode()
    assert "Something came in meanwhile" in answer
    chat.refresh_from_db()
    assert (chat.status, chat.unread) == ("open", 1)
    assert f'value="{chat.last_message_id}"' in answer
    desk_of_alice.post(f"/inbox/{chat.pk}/resolve", {"seen": str(chat.last_message_id)}, headers=FRAGMENT)
    chat.refresh_from_db()
    assert chat.status == "resolved"


def test_a_page_says_it_has_shown_only_what_is_in_it(
    desk_of_alice: Client, chat: Conversation, scene: Scene, kim: Customer
) -> None:
    first = chat.last_message_id
    scene.writes(kim, "Noch etwas")
    newest = scene.chat(kim).last_message_id
    address = f"/inbox/{chat.pk}/messages/"
    assert 'id="seen"' not in desk_of_alice.get(address, {"ids": str(first)}, headers=FRAGMENT).content.decode()
    assert f'value="{newest}"' in desk_of_alice.get(address, {"ids": str(newest)}, headers=FRAGMENT).content.decode()


def test_the_answer_to_a_post_is_handed_out_too(desk_of_alice: Client, chat: Conversation) -> None:
    desk_of_alice.post(f"/inbox/{chat.pk}/send", {"text": "Ja."}, headers=FRAGMENT)
    assert handed_out(chat) == 1


def test_the_next_rows_go_on_where_the_page_ended(
    desk_of_alice: Client, alice: Agent, chat: Conversation, scene: Scene, kim: Customer, nour: Customer
) -> None:
    scene.passes(seconds=1)
    scene.writes(nour, "Hallo")
    scene.passes(seconds=1)
    first, last = rows(alice, view=View.ALL)
    scene.writes(kim, "Noch etwas")
    more = {"view": "all", "after": str(last.id), "at": last.last_at.isoformat()}
    assert "Nour" not in desk_of_alice.get("/inbox/rows/", more).content.decode()
    more |= {"after": str(first.id), "at": first.last_at.isoformat()}
    assert "row__link" not in desk_of_alice.get("/inbox/rows/", more).content.decode()
    for at in ("", "yesterday", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00"):
        assert desk_of_alice.get("/inbox/rows/", more | {"at": at}).status_code == 200


def test_a_view_is_counted_up_to_a_limit() -> None:
    assert counted(Counts(1, 2, 3, 0, 0, 999), View.RESOLVED) == "999"
    assert counted(Counts(1, 2, 1_000, 0, 0, 0), View.ALL) == "999+"


@pytest.mark.parametrize(
    ("say", "lift", "reason"),
    [("object", "lift_object", "has objected"), ("restrict", "lift_restrict", "Processing is restricted")],
)
def test_a_no_is_recorded_with_one_click_and_taken_back(
    desk_of_alice: Client, chat: Conversation, scene: Scene, say: str, lift: str, reason: str
) -> None:
    told = {"object": "an objection", "restrict": "a restriction of processing"}[say]
    address = f"/inbox/{chat.pk}/stop"
    desk_of_alice.post(f"/inbox/{chat.pk}/send", {"text": "Ja."})
    page = desk_of_alice.post(address, {"word": say}, headers=FRAGMENT).content.decode()
    recorded = f"Alice recorded {told}"
    change = "Change the objection or restriction"
    for part in ("Sending is stopped.", reason, f'value="{lift}"', "notes are always possible", recorded, change):
        assert part in page
    assert ("It can be lifted" in page) == (say == "object")  # lifting a restriction is not an agent's to decide
    assert "Sending stopped" in desk_of_alice.get("/inbox/").content.decode()
    scene.delivers()
    assert scene.wire.sent == []
    page = desk_of_alice.post(address, {"word": lift}, follow=True).content.decode()
    assert "Sending is stopped." not in page
    assert "Sending stopped" not in page
    assert f'value="{say}"' in page
    assert f"Alice lifted {told.replace('an ', 'the ').replace('a ', 'the ')}" in page


def test_two_stops_are_both_said(desk_of_alice: Client, chat: Conversation) -> None:
    for act in ("resolve", "reopen"):
        desk_of_alice.post(f"/inbox/{chat.pk}/{act}")
    for word in ("object", "restrict"):
        page = desk_of_alice.post(f"/inbox/{chat.pk}/stop", {"word": word}, headers=FRAGMENT).content.decode()
    banner = page.partition('id="window-state"')[2].partition("message-list")[0]
    for part in ("Processing is restricted", "has objected", "18(1)", "21(2)"):
        assert part in banner
    assert "Alice recorded an objection" in page


def test_a_resolved_conversation_does_not_say_that_we_may_write(desk_of_alice: Client, chat: Conversation) -> None:
    page = desk_of_alice.post(f"/inbox/{chat.pk}/resolve", headers=FRAGMENT).content.decode()
    panel = page.partition('id="panel-facts"')[2]
    assert "reopen it to answer" in panel
    assert "<b>Yes.</b>" not in panel
    assert "Closing it will" not in panel


def test_a_word_that_nobody_knows_stops_nothing(desk_of_alice: Client, chat: Conversation) -> None:
    for word in ("", "OBJECT", "delete"):
        assert desk_of_alice.post(f"/inbox/{chat.pk}/stop", {"word": word}).status_code == 400

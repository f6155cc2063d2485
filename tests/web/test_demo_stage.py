"""The stage without a browser: who gets in, what a button really does, and what stays in the ledger of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as given
from django.test import Client
from django.urls import clear_url_caches
from django.utils import translation

from jawort.consent.opt_in import make_link
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.slips import tear_off
from jawort.consent.texts import put_into_use, text_for
from jawort.core import clock as core_clock
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.messaging import tamper
from jawort.messaging.models import Message
from jawort.messaging.proof import prove
from jawort.messaging.send import send
from jawort.staff.models import Agent
from jawort.web.demo import facts, marketing_words
from jawort.web.demo.acts import OFFER
from tests.consent.questions import ENGLISH, GERMAN, asks
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.messaging.listed import a_template, has

SignedIn = Callable[[Agent], Client]
FAR: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.9"}
WORD = "Klingelzitrone"


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """This process as a demo; the folder that it calls its own."""
    settings.DEMO = True
    settings.CONFIG = replace(
        given.CONFIG,
        demo=True,
        public_url="http://testserver",
        simulator_url="http://127.0.0.1:9502",
        data_dir=tmp_path,
    )
    settings.ROOT_URLCONF = "tests.web.demo_urls"
    clear_url_caches()
    yield tmp_path
    clear_url_caches()


@pytest.fixture
def stage(demo: Path, scene: Scene, kim: Customer, alice: Agent) -> Client:
    """alice on the stage; kim has written."""
    Agent.objects.update(language="en")
    client = Client()
    chosen = client.post(f"/demo/persons/{alice.pk}")
    assert chosen.headers["Location"] == "/demo/"
    scene.writes(kim, f"Haben Sie eine {WORD}?")
    scene.seals()
    return client


def act(client: Client, name: str) -> str:
    return client.post(f"/demo/tour/{name}", headers={"HX-Request": "true"}).content.decode()


def ticked(client: Client) -> list[str]:
    """The names of the steps that the page shows as done."""
    page = client.get("/demo/tour").content.decode()
    return [line.split('"')[0] for line in page.split('<li id="step-')[1:] if "step--done" in line]


def kinds(*wanted: Kind) -> list[dict[str, Any]]:
    return list(Entry.objects.filter(kind__in=wanted).order_by("id").values_list("facts", flat=True))


def test_without_a_demo_there_is_no_stage(client: Client) -> None:
    assert client.get("/demo/").status_code == 404


@pytest.mark.django_db
def test_the_start_of_a_demo_offers_its_persons(demo: Path, client: Client, alice: Agent, dana: Agent) -> None:
    assert client.get("/").headers["Location"] == "/demo/"
    page = client.get("/demo/", headers={"Accept-Language": "en"}).content.decode()
    assert "Jawort: a WhatsApp inbox in your own house" in page
    assert "Who would you like to be?" in page
    assert page.index(alice.name) < page.index(dana.name)
    assert "Wer möchten Sie sein?" in client.get("/demo/").content.decode()
    assert (
        "choose a person" in client.get("/accounts/login/", headers={"Cookie": "django_language=en"}).content.decode()
    )


@pytest.mark.django_db
def test_a_click_signs_in_and_is_in_the_ledger(demo: Path, alice: Agent) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get("/demo/", headers={"Accept-Language": "en"})
    token = page.content.decode().partition('csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert client.post(f"/demo/persons/{alice.pk}").status_code == 403
    client.post(f"/demo/persons/{alice.pk}", {"csrfmiddlewaretoken": token, "language": "en"})
    entry = Entry.objects.get(kind=Kind.DEMO_PERSON_CHOSEN)
    assert (entry.actor, entry.object) == (f"staff:{alice.pk}", alice.pk)
    alice.refresh_from_db()
    assert alice.language == "en"
    stage = client.get("/demo/")
    assert "One message, all the way round" in stage.content.decode()
    assert "In fifteen small steps" in stage.content.decode()
    assert "/phone?lang=en&amp;tz=Europe%2FBerlin" in stage.content.decode()
    assert "frame-src 'self' http://127.0.0.1:9502" in stage.headers["Content-Security-Policy"]
    assert client.get("/").headers["Location"] == "/inbox/"


@pytest.mark.django_db
def test_it_answers_this_machine_only(demo: Path, client: Client, alice: Agent, signed_in: SignedIn) -> None:
    assert client.get("/demo/", **FAR).status_code == 404
    assert client.post(f"/demo/persons/{alice.pk}", **FAR).status_code == 404
    assert "/accounts/login/" in client.get("/", **FAR).headers["Location"]
    desk = signed_in(alice)
    for method, path in [("GET", "tour"), ("POST", "tour/begin"), ("POST", "tour/change"), ("POST", "language")]:
        assert desk.generic(method, f"/demo/{path}", **FAR).status_code == 404
    assert desk.get("/demo/", HTTP_HOST="localhost").headers["Location"] == "http://testserver/demo/"


@pytest.mark.django_db
def test_a_closed_account_cannot_be_chosen(demo: Path, client: Client, alice: Agent) -> None:
    Agent.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.post(f"/demo/persons/{alice.pk}").status_code == 404


def test_nobody_signed_in_gets_no_tour(demo: Path, client: Client) -> None:
    assert client.get("/demo/tour", headers={"HX-Request": "true"}).status_code == 205
    assert client.post("/demo/tour/verify").status_code == 401


def test_who_reads_no_messages_gets_no_tour(stage: Client, dana: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(dana)
    page = desk.get("/demo/tour").content.decode()
    assert WORD not in page
    assert "Go on as" in page
    assert desk.post("/demo/tour/search").status_code == 404


def test_looking_changes_nothing(stage: Client) -> None:
    before = Entry.objects.count()
    page = stage.get("/demo/tour")
    version = page.content.decode().partition('data-version="')[2].partition('"')[0]
    assert stage.get(f"/demo/tour?seen={version}").status_code == 204
    assert Entry.objects.count() == before
    assert stage.get("/demo/tour/search").status_code == 405


def without_number(scene: Scene, who: Customer) -> dict[str, Any]:
    """A message of somebody who keeps the number to themselves."""
    value: dict[str, Any] = scene.message(who, "wamid.HIDDEN", {"type": "text", "text": {"body": "Guten Morgen"}})
    del value["messages"][0]["from"], value["contacts"][0]["wa_id"]
    return value


def test_the_whole_tour_ticks_as_things_happen(
    stage: Client,
    demo: Path,
    scene: Scene,
    kim: Customer,
    nour: Customer,
    alice: Agent,
    dana: Agent,
    signed_in: SignedIn,
) -> None:
    assert "In fifteen small steps" not in stage.get("/demo/").content.decode()  # the first one is done
    (demo / "heap").write_bytes(b"..." + scene.line.name.encode() + b"...")
    message, chat = Message.objects.get(), scene.chat(kim)
    assert ticked(stage) == ["write"]
    stage.get(f"/inbox/{chat.pk}/")
    assert ticked(stage) == ["write", "arrive"]
    answer = send(chat, "Ja!", author(alice), core_clock.now())
    assert len(ticked(stage)) == 2
    scene.delivers()
    assert ticked(stage)[2:] == ["answer"]
    scene.tells(scene.receipt(answer, "delivered"))
    assert ticked(stage)[3:] == ["ticks"]
    scene.writes(kim, "", type="reaction", reaction={"message_id": f"wamid.OUT-{answer.pk}", "emoji": "👍"})
    assert ticked(stage)[4:] == ["react"]
    scene.writes(kim, "", type="image", image={"id": "1003383421387256", "mime_type": "image/png"})
    assert ticked(stage)[5:] == ["picture"]
    marketing(stage, scene, kim)
    assert ticked(stage)[6:] == ["offer", "consent", "again", "stop"]
    scene.tells(without_number(scene, nour))
    assert ticked(stage)[10:] == ["hide"]
    stage.get(f"/inbox/{chat.pk}/messages/{message.pk}/data/")
    assert ticked(stage)[11:] == ["sides"]
    act(stage, "search")
    assert ticked(stage)[12:] == ["search"]
    scene.seals()
    act(stage, "seal")
    assert ticked(stage)[13:] == ["seal"]
    act(stage, "change")
    assert "Caught" in act(stage, "verify")
    assert len(ticked(stage)) == 14
    assert "everything holds" in act(stage, "restore")
    assert ticked(stage)[14:] == ["forge"]
    checks = signed_in(dana).get("/demo/").content.decode()
    assert "Press “Verify now” in the ledger." in checks
    assert "The tour needs somebody who answers" not in checks


def slip(scene: Scene) -> str:
    """What the widget of a link gives to whoever ticks the box."""
    at = scene.clock.at
    put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor="system", at=at)
    text, link = text_for(CAMPAIGNS, "de"), make_link(scene.line.pk, "de", "Website", actor="system", at=at)
    assert text is not None
    return tear_off(link, text, at)


def marketing(stage: Client, scene: Scene, kim: Customer) -> None:
    """The offer goes to kim before the yes, after it, and after STOP."""
    has(scene, a_template(OFFER, [{"type": "BODY", "text": "Zehn Prozent!"}], category="MARKETING"))
    assert "has not agreed to marketing" in act(stage, "offer")
    scene.writes(kim, slip(scene))
    assert "The box was ticked there" in stage.get("/demo/tour").content.decode()
    act(stage, "offer")
    assert "again" not in ticked(stage)  # it waits
    scene.delivers()
    assert "this very consent" in stage.get("/demo/tour").content.decode()
    scene.writes(kim, "STOP")
    assert "a third time" in stage.get("/demo/tour").content.decode()
    act(stage, "offer")
    scene.delivers()
    told = Message.objects.filter(kind="template").order_by("pk")
    assert list(told.values_list("state", "gate")) == [
        ("refused", "no_consent"),
        ("accepted", "consent"),
        ("refused", "objected"),
    ]


def test_a_yes_in_the_chat_counts_as_well(stage: Client, scene: Scene, kim: Customer, alice: Agent) -> None:
    put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor="system", at=scene.clock.at)
    asks(scene, kim, alice)
    scene.writes(kim, "Ja")
    assert "consent" in ticked(stage)


def test_who_had_consented_before_the_tour_gets_the_offer(stage: Client, scene: Scene, kim: Customer) -> None:
    has(scene, a_template(OFFER, [{"type": "BODY", "text": "Zehn Prozent!"}], category="MARKETING"))
    scene.writes(kim, slip(scene))
    stage.post("/demo/tour/begin")
    scene.writes(kim, "Haben Sie auch Winterreifen?")
    act(stage, "offer")
    scene.delivers()
    assert "again" in ticked(stage)
    assert "offer" not in ticked(stage)
    story = facts.story()
    assert story is not None
    with translation.override("en"):
        assert "has said yes before" in marketing_words.offer(story, None).text


def test_a_template_that_is_not_listed_yet_is_not_sent(stage: Client) -> None:
    act(stage, "offer")
    assert not Message.objects.filter(direction="out").exists()


def test_the_search_says_what_it_read_and_keeps_the_word_to_itself(stage: Client, demo: Path, scene: Scene) -> None:
    (demo / "heap").write_bytes(scene.line.name.encode())
    (demo / "wal").write_bytes(b"x" * 1_000)
    act(stage, "search")
    (noted,) = kinds(Kind.DEMO_DISK_SEARCHED)
    assert noted == {
        "word": 0,
        "hits": 0,
        "leaked": False,
        "control": 1,
        "files": 2,
        "bytes": 1_000 + len(scene.line.name.encode()),
        "closed": 0,
    }
    assert not Entry.objects.filter(facts__icontains=WORD).exists()


@pytest.mark.parametrize(
    ("on_disk", "leaked", "word"),
    [
        (f"Haben Sie eine {WORD}?", True, 0),  # the message itself
        (WORD, False, 1),  # that word by chance: the next one is looked for
        (f"{WORD} haben", False, 1),  # and that one is there as well
    ],
)
def test_a_word_that_is_there_is_told_from_a_leak(
    stage: Client, demo: Path, scene: Scene, on_disk: str, leaked: bool, word: int
) -> None:
    (demo / "heap").write_bytes(f"{scene.line.name} {on_disk}".encode())
    act(stage, "search")
    (noted,) = kinds(Kind.DEMO_DISK_SEARCHED)
    assert (noted["leaked"], noted["word"]) == (leaked, word)
    assert ("search" in ticked(stage)) == (on_disk == WORD)


def test_a_search_of_the_wrong_folder_proves_nothing(stage: Client, demo: Path) -> None:
    (demo / "heap").write_bytes(b"nothing of us")
    act(stage, "search")
    assert kinds(Kind.DEMO_DISK_SEARCHED)[0]["control"] == 0
    assert "search" not in ticked(stage)


def test_the_seal_is_not_checked_before_it_is_there(stage: Client, scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Noch etwas")
    act(stage, "seal")
    assert kinds(Kind.DEMO_SEAL_CHECKED) == []
    scene.seals()
    act(stage, "seal")
    (noted,) = kinds(Kind.DEMO_SEAL_CHECKED)
    assert noted["holds"] is True
    assert noted["size"] > noted["index"] > 0


def test_a_byte_is_changed_once_and_put_back_once(stage: Client) -> None:
    whole = bytes(Message.objects.get().ciphertext)
    act(stage, "change")
    act(stage, "change")
    changed = bytes(Message.objects.get().ciphertext)
    assert [n for n, (a, b) in enumerate(zip(whole, changed, strict=True)) if a != b] == [tamper.BYTE]
    act(stage, "restore")
    act(stage, "restore")
    assert bytes(Message.objects.get().ciphertext) == whole
    assert len(kinds(Kind.DEMO_BYTE_CHANGED, Kind.DEMO_BYTE_RESTORED)) == 2


def test_the_desk_survives_a_forged_message(stage: Client, scene: Scene, kim: Customer) -> None:
    message, chat = Message.objects.get(), scene.chat(kim)
    act(stage, "change")
    for path in ["", f"{chat.pk}/", f"{chat.pk}/messages/{message.pk}/data/"]:
        page = stage.get(f"/inbox/{path}")
        assert page.status_code == 200
        assert "does not open" in page.content.decode()
        assert WORD not in page.content.decode()
    act(stage, "restore")
    assert WORD in stage.get("/inbox/").content.decode()


def test_starting_over_puts_the_byte_back(stage: Client) -> None:
    act(stage, "change")
    assert len(prove().problems) == 1
    stage.post("/demo/tour/begin")
    assert prove().problems == []
    assert ticked(stage) == []


def test_the_statement_shown_is_what_is_done(demo: Path, stage: Client) -> None:
    page = act(stage, "change")
    assert tamper.statement(Message.objects.get().pk).startswith("UPDATE messaging_message SET ciphertext = set_byte(")
    assert "Verify" not in page  # not its turn yet: the earlier steps come first
    act(stage, "restore")


def test_bytes_of_real_messages_are_never_changed(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    with pytest.raises(tamper.NotADemo):
        tamper.change(Message.objects.get().pk, actor="system", at=core_clock.now())


def test_a_number_that_is_known_is_not_kept_back(stage: Client, scene: Scene, nour: Customer) -> None:
    scene.writes(nour, "Mit Nummer")
    assert "hide" not in ticked(stage)
    scene.tells(without_number(scene, nour))
    assert "hide" not in ticked(stage)  # this one's number is known


def test_a_number_told_later_unticks_nothing(stage: Client, scene: Scene, nour: Customer) -> None:
    scene.tells(without_number(scene, nour))
    assert "hide" in ticked(stage)
    scene.passes(minutes=1)
    scene.writes(nour, "Mit Nummer")
    assert "hide" in ticked(stage)

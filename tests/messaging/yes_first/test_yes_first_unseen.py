"""While somebody waits to be let in, no desk, no program and no search shows that they are there."""

from collections.abc import Callable

import pytest
from django.test import Client

from jawort.messaging.merge import merge
from jawort.messaging.models import Conversation
from jawort.messaging.yes_first.models import Newcomer
from jawort.people.models import Contact
from jawort.people.resolve import Sender, resolve
from jawort.staff.models import Agent
from jawort.staff.tokens import issue
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.fixtures.search import Searching
from tests.messaging.yes_first.waiting import asked, asks_first

SignedIn = Callable[[Agent], Client]
SECRET = "Meine Heizung pfeift"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def first(scene: Scene, nour: Customer) -> None:
    """nour is known; from now on new people say yes first."""
    scene.writes(nour, "Guten Tag")
    asks_first(scene)


def everything(desk: Client, program: Client, kim: Customer) -> str:
    """All that a person and a program with every right can look at or look for."""
    pages = [desk.get(f"/inbox/?view={view}") for view in ("mine", "unassigned", "all", "closing", "resolved")]
    pages += [desk.get("/inbox/"), desk.get("/inbox/rows/"), desk.get("/inbox/news/"), desk.get("/contacts/")]
    pages += [desk.post("/inbox/search", {"text": word}, headers=FRAGMENT) for word in ("pfeift", kim.name)]
    pages += [desk.post("/inbox/search", {"text": kim.phone.digits}, headers=FRAGMENT)]
    pages += [desk.post("/contacts/", {"text": text}, headers=FRAGMENT) for text in (kim.name, f"+{kim.phone.digits}")]
    pages += [desk.get("/parked/"), desk.get("/reviews/")]
    pages += [program.get("/api/v1/conversations"), program.get("/api/v1/stats")]
    assert {page.status_code for page in pages} == {200}
    return "\n".join(page.content.decode() for page in pages)


@pytest.fixture
def program(scene: Scene, bob: Agent) -> Client:
    """A program with Bob’s rights."""
    return Client(headers={"Authorization": f"Bearer {issue(bob, 'test', actor='system', at=scene.clock.at)}"})


def shows(text: str, kim: Customer) -> bool:
    """Whether it says anything of kim but what was typed to find her."""
    told = text.replace(f'value="{kim.name}"', "").replace(f"“{kim.name}”", "")
    return "pfeift" in told.replace("“pfeift”", "").replace('value="pfeift"', "") or f"<b>{kim.name}" in told


def test_nobody_sees_it_before_the_yes_and_everybody_after(
    scene: Scene, kim: Customer, bob: Agent, signed_in: SignedIn, program: Client, searching: Searching
) -> None:
    searching.reads()
    desk = signed_in(bob)
    empty = everything(desk, program, kim)
    searching.hears(scene, lambda: scene.writes(kim, SECRET))
    asked(scene)
    searching.reads()
    contact = Newcomer.objects.get().contact_id
    assert searching.finds("pfeift") == []
    waiting = everything(desk, program, kim)
    assert str(contact) not in waiting
    assert SECRET not in waiting
    assert waiting.count(kim.name) == empty.count(kim.name)
    assert desk.get(f"/contacts/{contact}/").status_code == 404
    searching.hears(scene, lambda: scene.writes(kim, "Ja"))
    assert len(searching.finds("pfeift")) == 1
    after = everything(desk, program, kim)
    assert str(contact) in after
    assert after.count(kim.name) > empty.count(kim.name)
    assert desk.get(f"/contacts/{contact}/").status_code == 200


def test_whoever_enters_their_number_meanwhile_is_told_to_wait(
    scene: Scene, kim: Customer, bob: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, SECRET)
    asked(scene)
    desk, entered = signed_in(bob), {"number": f"+{kim.phone.digits}", "name": "", "basis": "request"}
    answer = desk.post("/contacts/new", entered)
    assert answer.status_code == 422
    assert "is just being asked whether you may read them" in answer.content.decode()
    scene.writes(kim, "Ja")
    assert "This number is known already" in desk.post("/contacts/new", entered, follow=True).content.decode()


def test_who_was_entered_before_is_still_seen_and_what_they_write_is_not(
    scene: Scene, kim: Customer, bob: Agent, signed_in: SignedIn
) -> None:
    desk, entered = signed_in(bob), {"number": f"+{kim.phone.digits}", "name": "Frau Muster", "basis": "request"}
    desk.post("/contacts/new", entered)
    scene.writes(kim, SECRET)
    asked(scene)
    contact = Newcomer.objects.get().contact_id
    page = desk.get(f"/contacts/{contact}/").content.decode()
    assert "Frau Muster" in page
    assert "pfeift" not in page
    scene.writes(kim, "Nein")
    assert desk.get(f"/contacts/{contact}/").status_code == 200


def test_a_program_is_told_why_it_may_not_write_to_them_and_what_helps(
    scene: Scene, kim: Customer, program: Client
) -> None:
    scene.writes(kim, SECRET)
    asked(scene)
    question = {"contact": str(Newcomer.objects.get().contact_id), "purpose": "care", "line": scene.line.name}
    answer = program.post("/api/v1/gate", question, content_type="application/json").json()
    assert (answer["permitted"], answer["code"]) == (False, "awaits_yes")
    assert "not yet agreed" in answer["reason"]
    assert "They were asked" in answer["help"]


def test_of_merged_contacts_whoever_was_let_in_speaks_for_all(scene: Scene, kim: Customer, nour: Customer) -> None:
    """kim has a second number that is new; somebody says that both are one person."""
    scene.writes(kim, "Hallo")
    asked(scene)
    second, known = Newcomer.objects.get().contact_id, scene.chat(nour).contact_id
    merge(known, second, actor="staff:bob", at=scene.clock.at)
    scene.writes(kim, "Noch etwas")
    assert Conversation.objects.count() == 1  # who was asked is waited for
    scene.writes(kim, "Ja")
    home = Conversation.objects.get()
    assert (home.contact_id, home.unread) == (known, 4)


def test_who_is_one_person_with_somebody_known_is_not_new(scene: Scene, kim: Customer, nour: Customer) -> None:
    sender = Sender(kim.phone.digits, kim.bsuid, None, kim.name, scene.line.scope)
    (second,) = resolve([sender], scene.clock.at)
    merge(scene.chat(nour).contact_id, second, actor="staff:bob", at=scene.clock.at)
    scene.writes(kim, "Hallo")
    assert not Newcomer.objects.exists()
    assert Conversation.objects.get().unread == 2
    assert Contact.objects.count() == 2

"""Attributes on the screen: the administrator defines them, agents fill them, and nobody else sees the page."""

from collections.abc import Callable

import pytest
from django.test import Client

from jawort.messaging.models import Conversation
from jawort.people.attributes.models import Attribute, Value
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]
LEVEL = {
    "key": "level",
    "label_de": "Stufe",
    "label_en": "Level",
    "purpose": "Rabatt zusagen",
    "holds": "choice",
    "choices": "Bronze\n Gold \n\nGold",
}


@pytest.fixture
def chat(scene: Scene, kim: Customer) -> Conversation:
    """kim has written."""
    scene.writes(kim, "Guten Tag")
    return scene.chat(kim)


def defined(admin: Client, **said: str) -> Attribute:
    admin.post("/settings/attributes", LEVEL | said)
    return Attribute.objects.order_by("-id")[0]


def test_the_administrator_defines_words_anew_and_removes(ada: Agent, bob: Agent, signed_in: SignedIn) -> None:
    admin = signed_in(ada)
    assert 'href="/settings/attributes"' in admin.get("/settings/me").content.decode()
    assert "/settings/attributes" not in signed_in(bob).get("/settings/me").content.decode()
    assert "No attributes" in admin.get("/settings/attributes").content.decode()
    page = admin.post("/settings/attributes", LEVEL, follow=True).content.decode()
    for said in ("Defined.", "Stufe · Level", "Rabatt zusagen", "level", "Choice"):
        assert said in page
    level = Attribute.objects.get()
    assert level.choices == ["Bronze", "Gold"]
    page = admin.post(f"/settings/attributes/{level.pk}", LEVEL | {"label_de": "Rang"}, follow=True).content.decode()
    assert "Rang · Level" in page
    page = admin.post(f"/settings/attributes/{level.pk}/remove", follow=True).content.decode()
    assert "Removed, and 0 values with it." in page
    assert admin.get(f"/settings/attributes/{level.pk}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"purpose": ""}, "without a purpose it may not be"),
        ({"key": "Mit Leerzeichen"}, "Small letters, digits and underscores"),
        ({"choices": " \n"}, "what can be chosen, one a line"),
        ({"choices": "x" * 81}, "at most 80 characters"),
        ({"label_de": ""}, "Please fill in this field."),
        ({"holds": "anything"}, "anything"),
    ],
)
def test_what_does_not_fit_is_said_and_stays_typed(
    ada: Agent, signed_in: SignedIn, wrong: dict[str, str], said: str
) -> None:
    answer = signed_in(ada).post("/settings/attributes", LEVEL | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="Level"' in answer.content.decode()
    assert not Attribute.objects.exists()


def test_a_key_that_is_taken_is_said(ada: Agent, signed_in: SignedIn) -> None:
    defined(signed_in(ada))
    assert "There is an attribute with this key" in signed_in(ada).post("/settings/attributes", LEVEL).content.decode()


def test_an_agent_fills_them_and_the_contact_shows_them(
    chat: Conversation, ada: Agent, alice: Agent, signed_in: SignedIn
) -> None:
    desk, admin = signed_in(alice), signed_in(ada)
    page = f"/contacts/{chat.contact_id}/"
    assert "Edit attributes" not in desk.get(page).content.decode()
    level = defined(admin)
    sum_ = defined(admin, key="sum", holds="number", label_en="Sum", choices="")
    since = defined(admin, key="since", holds="date", label_en="Since", choices="")
    form = desk.get(f"{page}attributes").content.decode()
    assert "For: Rabatt zusagen" in form
    assert "<option>Gold</option>" in form
    said = {str(level.pk): "Gold", str(sum_.pk): "1234,5", str(since.pk): "2026-01-02"}
    shown = desk.post(f"{page}attributes", said, follow=True).content.decode()
    for part in ("Level</dt><dd>Gold", "Sum</dt><dd>1234.5", "Since</dt><dd>2 January 2026"):
        assert part in shown
    Agent.objects.filter(pk=alice.pk).update(language="de")
    assert "<dt>Stufe</dt><dd>Gold" in desk.get(page).content.decode()
    assert 'value="1234,5"' in desk.get(f"{page}attributes").content.decode()
    admin.post(f"/settings/attributes/{level.pk}", LEVEL | {"choices": "Silber"})
    form = desk.get(f"{page}attributes").content.decode()
    assert "<option selected>Gold</option>" in form  # it stays, although nobody can choose it any more
    assert desk.post(f"{page}attributes", said).status_code == 302


def test_a_value_that_does_not_fit_is_said_at_its_field_and_all_stays_typed(
    chat: Conversation, ada: Agent, alice: Agent, signed_in: SignedIn
) -> None:
    level, sum_ = defined(signed_in(ada)), defined(signed_in(ada), key="sum", holds="number", choices="")
    address = f"/contacts/{chat.contact_id}/attributes"
    answer = signed_in(alice).post(address, {str(level.pk): "Gold", str(sum_.pk): "1.234"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "without signs between thousands" in page
    assert 'value="1.234"' in page
    assert "<option selected>Gold</option>" in page
    assert not Value.objects.exists()

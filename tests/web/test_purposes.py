"""The administrator declares purposes; people are asked for one at a time; existing customers are recorded."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.consent.existing import kept_of
from jawort.consent.models import DeclaredPurpose, OptInLink
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.purposes import FROM_THE_START, change, declare, purposes
from jawort.consent.state import State
from jawort.consent.texts import put_into_use, texts_in_use
from jawort.legal.keep import keep
from jawort.staff.models import Agent
from tests.consent.questions import GERMAN, stands
from tests.fixtures.cast import Customer
from tests.fixtures.purposes import EVENTS
from tests.fixtures.scene import Scene
from tests.public.doors import LEGAL
from tests.web.conftest import Desk
from tests.web.gallery import THEMES, WIDTHS, combined, picture_kept, violations
from tests.web.reflow import stays_whole
from tests.web.tongue import Tongue, both_languages

FORM = {
    "key": "invitations",
    "basis": "consent",
    "name_de": "Einladungen",
    "name_en": "Invitations",
    "description_de": "Wir laden Sie ein.",
    "description_en": "We invite you.",
    "channels": "whatsapp",
    "unused_days": "730",
    "warned_days": "365",
}
INVITATIONS = Purpose("invitations")


def test_declared_changed_and_ended(scene: Scene, ada: Agent, signed_in: Callable[[Agent], Client]) -> None:
    client = signed_in(ada)
    assert client.post("/settings/consents/purposes", FORM | {"confirms": "on"}).status_code == 302
    assert purposes()[INVITATIONS].confirms
    page = client.get("/settings/consents/purposes/invitations").content.decode()
    assert "Wir laden Sie ein." in page
    changed = FORM | {"name_en": "Evenings"}
    assert client.post("/settings/consents/purposes/invitations", changed).status_code == 302
    assert purposes()[INVITATIONS].name_en == "Evenings"
    assert client.post("/settings/consents/purposes/invitations/end").status_code == 302
    assert client.get("/settings/consents/purposes/invitations").status_code == 404
    assert "Evenings" in client.get("/settings/consents/purposes").content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"key": "Ein ladung"}, "small letters"),
        ({"key": "abc\n"}, "small letters"),
        ({"key": "campaigns"}, "There is a purpose with this key"),
        ({"name_de": " "}, "Please fill in this field"),
        ({"basis": "question"}, "choose what it rests on"),
        ({"channels": "fax"}, "Please choose a channel"),
        ({"unused_days": "900"}, "At most 730 days"),
        ({"unused_days": "viele"}, "a number of days"),
        ({"warned_days": "730"}, "warning comes before the end"),
        ({"basis": "contract", "existing_customers": "on"}, "needs no exception"),
    ],
)
def test_what_is_no_purpose_is_told(
    scene: Scene, ada: Agent, signed_in: Callable[[Agent], Client], wrong: dict[str, str], says: str
) -> None:
    answer = signed_in(ada).post("/settings/consents/purposes", FORM | wrong)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not DeclaredPurpose.objects.exists()


def test_each_purpose_has_its_own_words_and_two_in_one_question_are_refused(
    scene: Scene, ada: Agent, signed_in: Callable[[Agent], Client]
) -> None:
    keep(*LEGAL, actor="system", at=scene.clock.at)
    declare(INVITATIONS, EVENTS, actor="system", at=scene.clock.at)
    client = signed_in(ada)
    page = client.get("/settings/consents?purpose=invitations").content.decode()
    assert "höchstens zweimal im Jahr" in page  # what the purpose says of itself
    words = {"controller": "Werkstatt", "contents_de": "Einladungen", "contents_en": "invitations"}
    both = words | {"purpose": ["campaigns", "invitations"]}
    refused = client.post("/settings/consents", both)
    assert refused.status_code == 422
    assert "One question asks for one purpose" in refused.content.decode()
    shown = client.post("/settings/consents", words | {"purpose": "invitations"})
    use = " ".join(text.id for text in shown.context["preview"])
    assert client.post("/settings/consents", words | {"purpose": "invitations", "use": use}).status_code == 302
    assert [text.contents for text in texts_in_use(INVITATIONS)] == ["Einladungen", "invitations"]
    assert texts_in_use(CAMPAIGNS) == ()
    link = {"place": "Plakat", "line": str(scene.line.pk), "language": "de"}
    two = client.post("/settings/consents/links", link | {"purpose": ["campaigns", "invitations"]})
    assert (two.status_code, OptInLink.objects.count()) == (422, 0)
    assert client.post("/settings/consents/links", link | {"purpose": "invitations"}).status_code == 302
    assert OptInLink.objects.get().purpose == INVITATIONS


def test_an_agent_asks_for_one_purpose_in_the_thread(
    scene: Scene, kim: Customer, alice: Agent, signed_in: Callable[[Agent], Client]
) -> None:
    declare(INVITATIONS, EVENTS, actor="system", at=scene.clock.at)
    put_into_use(INVITATIONS, {"de": replace(GERMAN, contents="Einladungen")}, actor="system", at=scene.clock.at)
    scene.writes(kim, "Hallo")
    home, client = scene.chat(kim), signed_in(alice)
    page = client.get(f"/inbox/{home.pk}/").content.decode()
    assert "Ask for a consent to “Invitations”" in page
    client.post(f"/inbox/{home.pk}/ask-consent", {"purpose": ["campaigns", "invitations"]})
    assert stands(scene, kim, INVITATIONS) is State.NONE
    client.post(f"/inbox/{home.pk}/ask-consent", {"purpose": "invitations"})
    assert stands(scene, kim, INVITATIONS) is State.REQUESTED
    scene.delivers()
    scene.writes(kim, "Ja")
    page = client.get(f"/inbox/{home.pk}/").content.decode()
    assert "The person consented: “Invitations”" in page


def test_an_existing_customer_is_recorded_and_taken_back(
    scene: Scene, kim: Customer, alice: Agent, signed_in: Callable[[Agent], Client]
) -> None:
    scene.writes(kim, "Hallo")
    contact, client = scene.chat(kim).contact_id, signed_in(alice)
    place = f"/contacts/{contact}/consents/{contact}/existing"
    assert client.get(place).status_code == 404
    change(CAMPAIGNS, replace(FROM_THE_START[CAMPAIGNS], existing_customers=True), actor="system", at=scene.clock.at)
    assert "Record as an existing customer" in client.get(f"/contacts/{contact}/consents").content.decode()
    said = {"sold_on": f"{scene.clock.at:%Y-%m-%d}", "sale": "Auftrag 4711", "similar": "Reifen", "told": "Formular"}
    refused = client.post(place, said)
    assert (refused.status_code, kept_of([contact], scene.clock.at)) == (422, [])
    assert "Only who has not objected" in refused.content.decode()
    assert client.post(place, said | {"no_objection": "on"}).status_code == 302
    (kept,) = kept_of([contact], scene.clock.at)
    page = client.get(f"/contacts/{contact}/consents").content.decode()
    assert "Auftrag 4711" in page
    client.post(f"/contacts/{contact}/existing/end", {"row": str(kept.row.pk)})
    assert kept_of([contact], scene.clock.at) == []


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), combined({(390, "dark"), (1440, "light")}, WIDTHS, THEMES))
@both_languages
def test_the_pages_are_accessible_and_fit(
    desk: Desk, ada: Agent, site: str, at_desk: Callable[..., Page], tongue: Tongue, width: int, theme: str
) -> None:
    at = desk.scene.clock.at
    keep(*LEGAL, actor="system", at=at)
    declare(INVITATIONS, EVENTS, actor="system", at=at)
    change(CAMPAIGNS, replace(FROM_THE_START[CAMPAIGNS], existing_customers=True), actor="system", at=at)
    contact = desk.scene.chat(desk.kim).contact_id
    page = at_desk(ada, width=width, theme=theme)
    for name, address in [
        ("purposes", "/settings/consents/purposes"),
        ("purpose", "/settings/consents/purposes/invitations"),
        ("consents-of-two", "/settings/consents?purpose=invitations"),
        ("existing-customer", f"/contacts/{contact}/consents/{contact}/existing"),
    ]:
        page.goto(f"{site}{address}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        picture_kept(page, f"{name}-{width}-{tongue.language}-{theme}")
        assert violations(page) + stays_whole(page, name, theme, width) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

"""Every route and API call against every role. A route without an entry here fails the build."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from jawort.consent.house_words import add_word
from jawort.consent.models import Picture
from jawort.consent.opt_in import make_link
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.purposes import FROM_THE_START, change, declare
from jawort.consent.texts import Filled, put_into_use
from jawort.core.clock import now
from jawort.core.phone import parse
from jawort.legal.keep import keep as keep_links
from jawort.lines.models import Template
from jawort.lines.setup import begin
from jawort.messaging.ask_consent import ask_for_consent
from jawort.messaging.drafts.keep import keep as keep_draft
from jawort.messaging.drafts.rules import Words
from jawort.messaging.files.models import File
from jawort.messaging.labels.define import define as define_label
from jawort.messaging.quick_replies.keep import keep
from jawort.messaging.quick_replies.rules import Wording
from jawort.messaging.saved_views.keep import save
from jawort.messaging.side_door.hand_over import hand_over
from jawort.messaging.side_door.models import SideDoor
from jawort.people.attributes.define import Wording as Meaning
from jawort.people.attributes.define import define
from jawort.people.attributes.rules import Holds
from jawort.people.create import create
from jawort.people.rules import NumberBasis
from jawort.staff.invite import invite
from jawort.staff.models import Agent, Invitation
from jawort.staff.permissions import Role, may
from jawort.staff.tokens import issue
from tests.fixtures.cast import Customer, a_hire
from tests.fixtures.purposes import REMINDERS
from tests.fixtures.scene import Scene, author
from tests.messaging.files.hostile import picture
from tests.messaging.listed import a_template, has
from tests.staff.permitted import API, DEMO, DESK
from tests.staff.routes import api_calls, walk

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
NOWHERE = "http://127.0.0.1:9/v26.0"
GUARDED = {route: permission for route, permission in DESK.items() if permission}


@dataclass(frozen=True, slots=True)
class Place:
    """Something to point the routes at."""

    conversation: str
    message: str
    file: str
    contact: str
    attribute: str
    label: str
    template: str
    author: str
    person: str
    invitation: str
    quick_reply: str = ""
    view: str = ""
    door: str = ""
    setup: str = ""
    line: str = ""
    link: str = ""
    word: str = ""
    picture: str = ""
    other: str = ""

    def url(self, route: str) -> str:
        """The address of a route, with this conversation and message in it."""
        area = {
            "contacts": self.contact,
            "reviews/other": self.contact,
            "reviews/pair": self.other,
            "settings/attributes": self.attribute,
            "settings/labels": self.label,
            "settings/people": self.person,
            "settings/invitations": self.invitation,
            "settings/consents/links": self.link,
            "settings/consents/words": self.word,
            "settings/lines/connect": self.setup,
            "settings/lines/<": self.line,
            "settings/lines": self.line,
            "settings/quick-replies": self.quick_reply or self.attribute,
            "inbox/views": self.view or self.attribute,
        }
        pk = next((pk for begins, pk in area.items() if route.startswith(begins)), self.conversation)
        for name, value in [
            ("<uuid:pk>", pk),
            ("{contact_id}", self.contact),
            ("<uuid:contact>", self.contact),
            ("<uuid:message>", self.message),
            ("<int:pk>", "1"),
            ("<slug:ref>", "1"),
            ("<slug:picture>", self.picture),
            ("<slug:name>", "inbox"),
            ("<slug:key>", "reminders"),
            ("<uuid:file>", self.file),
            ("<uuid:template>", self.template),
            ("<uuid:author>", self.author),
            ("<uuid:door>", self.door),
            ("{file_id}", self.file),
            ("<slug:form>", "page"),
            ("{conversation_id}", self.conversation),
        ]:
            route = route.replace(name, value)
        return route


@pytest.fixture
def place(scene: Scene, kim: Customer, bob: Agent, settings: Any) -> Place:
    scene.writes(kim, "Hallo")
    scene.gives(kim, picture(), "image/jpeg", "image")
    scene.delivers()
    chat = scene.chat(kim)
    wording = Meaning("Kundennummer", "Customer number", "Bestellungen finden")
    attribute = define("customer_number", Holds.TEXT, wording, actor="system", at=now())
    change(CAMPAIGNS, replace(FROM_THE_START[CAMPAIGNS], existing_customers=True), actor="system", at=now())
    declare("reminders", REMINDERS, actor="system", at=now())
    label = define_label("Beschwerde", 0, actor="system", at=now())
    has(scene, a_template())
    keep_draft(chat, bob, Words("Hallo"), now())
    template, person, eve = Template.objects.get().pk, a_hire("Zoe", Role.AGENT).pk, a_hire("Eve", Role.ADMINISTRATOR)
    invite("noah@firma.example", "Noah", Role.AGENT, eve, at=now())
    ids = (chat.last_message_id, File.objects.get().pk, chat.contact_id, attribute, label, template, bob.pk, person)
    url = "http://testserver"
    keep_links("https://firma.example/imprint", "https://firma.example/privacy", actor="system", at=now())
    settings.CONFIG = replace(settings.CONFIG, company="Firma", public_url=url, side_door_url=url, oidc_issuer=url)
    settings.CONFIG = replace(
        settings.CONFIG, company="Firma", public_url=url, side_door_url=url, graph_url=NOWHERE, webhook_url=NOWHERE
    )
    put_into_use(CAMPAIGNS, {"de": Filled("Firma", "Angebote", "", url)}, actor="system", at=now())
    ask_for_consent(chat, author(bob), now())
    hand_over(chat, "Vertrag", lambda token, _: token, author(bob), now())
    invitation, door = str(Invitation.objects.get().pk), str(SideDoor.objects.get().pk)
    begun = begin(scene.line.app, "1", "token", token_ends_at=None, actor="system", at=now())
    link = make_link(scene.line.pk, "de", "Plakat", actor="system", at=now())
    word = add_word("Feierabend", actor="system", at=now())
    more = {"door": door, "setup": str(begun.pk), "line": str(scene.line.pk), "link": str(link.pk)}
    more |= {"word": str(word.pk)}
    number = parse("+49 171 3920088")
    assert number is not None
    more |= {"other": str(create(number, "Zora", NumberBasis.CONTRACT, actor="system", at=now())[0])}
    more |= {"picture": Picture.objects.filter(kind="page").get().pk}
    return replace(Place(*map(str, [chat.pk, *ids, invitation])), **more)


def test_every_route_has_an_entry_that_is_true() -> None:
    assert not settings.DEMO
    routes = dict(walk(get_resolver().url_patterns))
    desk = {route for route in routes if not route.startswith("api/v1/") or route in {"api/v1/", "api/v1/openapi.json"}}
    assert desk == {route for _, route in DESK}
    for (_, route), permission in DESK.items():
        assert getattr(routes[route].callback, "permission", None) == permission, route


def test_every_call_of_the_api_has_an_entry_that_is_true() -> None:
    assert {call: view.permission for call, view in api_calls().items()} == API


@pytest.fixture
def demo(settings: Any) -> None:
    """The addresses of a demo."""
    settings.ROOT_URLCONF = "tests.web.demo_urls"


def test_every_route_of_a_demo_has_an_entry_that_is_true(demo: None) -> None:
    routes = dict(reversed(list(walk(get_resolver().url_patterns))))  # the first one of a name answers
    added = {route for route in routes if route.startswith("demo/")} | {""}
    assert added == {route for _, route in DEMO}
    for (_, route), permission in DEMO.items():
        assert getattr(routes[route].callback, "permission", None) == permission, route


@pytest.mark.parametrize("role", Role)
def test_a_demos_acts_open_to_whom_they_should(
    demo: None, place: Place, signed_in: Callable[[Agent], Client], role: Role
) -> None:
    client = signed_in(a_hire("Rolle", role))
    for (method, route), permission in DEMO.items():
        if permission and not may(role, permission):
            url = f"/{place.url(route).replace('<slug:name>', 'tamper')}"
            assert client.generic(method, url).status_code == 404, route


@pytest.mark.parametrize(("method", "route"), DEMO)
def test_a_demo_answers_this_machine_only(demo: None, place: Place, alice: Agent, method: str, route: str) -> None:
    """Nobody proves here who they are. From elsewhere there is the desk with its sign-in, and nothing else."""
    url = f"/{place.url(route).replace('<slug:name>', 'tamper')}"
    client = Client(REMOTE_ADDR="192.0.2.7")
    assert client.generic(method, url).status_code == (302 if not route else 404), route
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("role", Role)
def test_the_desk_opens_to_whom_it_should(place: Place, signed_in: Callable[[Agent], Client], role: Role) -> None:
    person = a_hire("Rolle", role)
    client, own = signed_in(person), keep(Wording("Eigen", {"de": "Gruß"}), person, actor="system", at=now())
    view = save("Meine", "view=mine", person, actor="system", at=now())
    place = replace(place, quick_reply=str(own), view=str(view))
    for (method, route), permission in GUARDED.items():
        response = client.generic(method, f"/{place.url(route)}", HTTP_X_CSRFTOKEN="x")
        assert (response.status_code == 404) == (not may(role, permission)), (method, route)


def test_nobody_signed_in_sees_nothing(place: Place) -> None:
    for method, route in GUARDED:
        response = Client().generic(method, f"/{place.url(route)}")
        assert response.status_code in {302, 401}, (method, route)
        assert b"Hallo" not in response.content


@pytest.mark.parametrize("role", Role)
def test_the_api_opens_to_whom_it_should(place: Place, role: Role) -> None:
    token = issue(a_hire("Rolle", role), "matrix", actor="system", at=now())
    client = Client(headers={"Authorization": f"Bearer {token}"})
    nobody, text = "00000000-0000-7000-8000-000000000007", "0" * 64
    given = f'"contact": "{nobody}", "text": "{text}", "given_at": "2026-01-01T00:00Z", "way": "paper", "evidence": "x"'
    bodies = {
        "/gate": f'{{"contact": "{nobody}", "purpose": "care"}}',
        "/consents": f"{{{given}}}",
        "/messages/batch": f'{{"messages": [{{"conversation": "{nobody}", "key": "a", "message": {{"text": "x"}}}}]}}',
    }
    for (method, path), permission in API.items():
        url, body = f"/api/v1{place.url(path)}", bodies.get(path, '{"text": "x"}')
        response = client.generic(method, url, body, content_type="application/json")
        assert (response.status_code == 403) == (not may(role, permission)), (method, path)


@pytest.mark.parametrize("role", Role)
def test_a_closed_account_opens_nothing(place: Place, signed_in: Callable[[Agent], Client], role: Role) -> None:
    person = a_hire("Rolle", role)
    client = signed_in(person)
    Agent.objects.filter(pk=person.pk).update(is_active=False)
    for method, route in GUARDED:
        assert client.generic(method, f"/{place.url(route)}").status_code in {302, 401, 404}, (method, route)


def test_a_method_without_an_entry_is_refused(place: Place, signed_in: Callable[[Agent], Client], ada: Agent) -> None:
    client = signed_in(ada)
    for route in {route for _, route in GUARDED}:
        for method in METHODS - {method for method, path in GUARDED if path == route}:
            assert client.generic(method, f"/{place.url(route)}").status_code == 405, (method, route)

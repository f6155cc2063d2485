"""The question on pages of others: those that are named get slips, all others a clear no, and nobody learns a thing."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from jawort.consent.models import OptInLink, Text
from jawort.consent.opt_in import ask_number, end_link, make_link, show_on
from jawort.consent.origin import origin_of
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.state import State
from jawort.consent.texts import Filled, put_into_use
from jawort.ledger.models import Entry
from tests.consent.questions import NOTICE, stands
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SITE, HOST = "http://testserver", "https://www.werkstatt-lindenhof.example"


@pytest.fixture
def link(scene: Scene, settings: Any) -> OptInLink:
    """Shown on one website."""
    settings.CONFIG = replace(settings.CONFIG, company="Werkstatt Lindenhof", public_url=SITE, side_door_url=SITE)
    filled = Filled("Werkstatt </script><b>Lindenhof", "Angebote", "", NOTICE)
    put_into_use(CAMPAIGNS, {"de": filled}, actor="system", at=scene.clock.at)
    made = make_link(scene.line.pk, "de", "Website", actor="system", at=scene.clock.at)
    show_on(made.pk, [HOST], actor="system", at=scene.clock.at)
    return made


def test_a_named_page_gets_a_slip_that_counts(scene: Scene, kim: Customer, link: OptInLink) -> None:
    answer = Client().post(f"/opt-in/{link.code}/slip", {"yes": "yes", "text": Text.objects.get().pk}, HTTP_ORIGIN=HOST)
    assert answer.headers["Access-Control-Allow-Origin"] == HOST
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.headers["Vary"]
    assert answer.cookies == {}
    scene.writes(kim, answer.json()["message"])
    assert stands(scene, kim) is State.ACTIVE


@pytest.mark.parametrize(
    "origin", ["", "null", "https://evil.example", f"{HOST}.evil.example", f"{HOST}:8443", "http" + HOST[5:]]
)
def test_all_others_get_none(link: OptInLink, origin: str) -> None:
    answer = Client().post(f"/opt-in/{link.code}/slip", {"yes": "yes"}, HTTP_ORIGIN=origin)
    assert (answer.status_code, answer.json()) == (403, {"error": "unknown_origin"})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_without_the_tick_there_is_none(link: OptInLink) -> None:
    answer = Client().post(f"/opt-in/{link.code}/slip", {}, HTTP_ORIGIN=HOST)
    assert (answer.status_code, answer.json()) == (422, {"error": "not_ticked"})


def test_a_text_that_has_changed_since_the_script_came_is_not_said_yes_to(scene: Scene, link: OptInLink) -> None:
    seen = Text.objects.get()
    scene.passes(minutes=1)
    other = Filled("Werkstatt Lindenhof", "Angebote von Partnern", "", NOTICE)
    put_into_use(CAMPAIGNS, {"de": other}, actor="system", at=scene.clock.at)
    answer = Client().post(f"/opt-in/{link.code}/slip", {"yes": "yes", "text": seen.pk}, HTTP_ORIGIN=HOST)
    assert (answer.status_code, answer.json()) == (409, {"error": "text_changed"})


def test_the_script_brings_all_words_along(link: OptInLink) -> None:
    answer = Client().get(f"/opt-in/{link.code}.js", HTTP_ACCEPT_LANGUAGE="en")
    said = answer.content.decode()
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "</script" not in said
    asked = json.loads(said.split("const asked = ", 1)[1].split(";\n", 1)[0])
    assert asked["question"] == Text.objects.get().body
    assert asked["slip"] == f"{SITE}/opt-in/{link.code}/slip"
    assert asked["go"] == "Weiter zu WhatsApp"


def test_of_an_ended_link_there_is_nothing(scene: Scene, link: OptInLink) -> None:
    end_link(link.pk, actor="system", at=scene.clock.at)
    client = Client()
    script, slip = client.get(f"/opt-in/{link.code}.js"), client.post(f"/opt-in/{link.code}/slip", HTTP_ORIGIN=HOST)
    assert (script.status_code, script.content, slip.status_code) == (404, b"", 404)
    with pytest.raises(OptInLink.DoesNotExist):
        show_on(link.pk, [], actor="system", at=scene.clock.at)


def test_who_may_show_it_stands_in_the_ledger(scene: Scene, link: OptInLink) -> None:
    show_on(link.pk, [HOST], actor="system", at=scene.clock.at)  # no change
    show_on(link.pk, [], actor="system", at=scene.clock.at)
    changes = Entry.objects.filter(kind="opt_in_link.changed").order_by("pk")
    assert [entry.facts["change"] for entry in changes] == ["made", "origins", "origins"]
    assert Client().post(f"/opt-in/{link.code}/slip", {"yes": "yes"}, HTTP_ORIGIN=HOST).status_code == 403
    with pytest.raises(OptInLink.DoesNotExist):
        show_on(uuid4(), [], actor="system", at=scene.clock.at)


def test_the_number_that_is_typed_there_is_the_one_that_counts(
    scene: Scene, kim: Customer, nour: Customer, link: OptInLink
) -> None:
    ask_number(link.pk, True, actor="system", at=scene.clock.at)
    said = {"yes": "yes", "text": Text.objects.get().pk, "asks": "number", "number": "0171 3920021"}
    address = f"/opt-in/{link.code}/slip"
    wrong = Client().post(address, said | {"number": "3920021"}, HTTP_ORIGIN=HOST)
    assert (wrong.status_code, wrong.json()) == (422, {"error": "no_number"})
    assert wrong.headers["Access-Control-Allow-Origin"] == HOST  # or the widget could not say what is wrong
    message = Client().post(address, said, HTTP_ORIGIN=HOST).json()["message"]
    scene.writes(nour, message)
    scene.writes(kim, message)
    assert (stands(scene, nour), stands(scene, kim)) == (State.NONE, State.ACTIVE)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Firma.example", "https://firma.example"),
        (" https://firma.example:443/kontakt?x=1#y ", "https://firma.example"),
        ("https://firma.example:8443/", "https://firma.example:8443"),
        ("https://müller.example", "https://xn--mller-kva.example"),
        ("http://localhost:8000/", "http://localhost:8000"),
    ],
)
def test_an_origin_is_what_browsers_send(address: str, origin: str) -> None:
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    "address",
    [
        *("", "firma.example", "http://firma.example", "https://", "ftp://firma.example", "https://a:b@firma.example"),
        *(
            "javascript:alert(1)",
            "https://firma.example:x",
            "https://[",
            "https://[::1]:8443",
            f"https://{'x' * 70}.example",
            "*",
            "null",
        ),
        *("https://straße.example", "https://*.firma.example", "https://a.example,https://b.example"),
        *("https://fir\x00ma.example", "https://firma.example;", "https://\u200dx.example"),
    ],
)
def test_what_is_none(address: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        origin_of(address)

"""The first steps: each is what is so at this moment, and the desk begins with them until somebody was answered."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.test import Client

from jawort.core import clock as core_clock
from jawort.legal.keep import keep
from jawort.lines.decide import set_book
from jawort.lines.models import Book
from jawort.staff.invite import invite
from jawort.staff.models import Agent
from jawort.staff.permissions import Role
from jawort.staff.second_factor import set_up
from jawort.web.settings.first_steps import steps
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.listed import a_template, has

SignedIn = Callable[[Agent], Client]
SECRET = "JBSWY3DPEHPK3PXP"


def done(ada: Agent) -> list[bool]:
    return [step.is_done for step in steps(ada)]


def test_with_nothing_there_nothing_is_done_and_the_desk_begins_here(ada: Agent, signed_in: SignedIn) -> None:
    assert done(ada) == [False] * 8
    Agent.objects.filter(pk=ada.pk).update(language="de")
    page = signed_in(ada).get("/", follow=True)
    assert page.request["PATH_INFO"] == "/settings/first-steps"
    assert page.content.decode().count("Offen</span>") == 8
    empty = signed_in(ada).get("/inbox/").content.decode().split('id="rows-empty"')[1]
    assert 'href="/settings/first-steps"' in empty  # an empty inbox leads back
    assert "jawort simulator &amp;" in page.content.decode()  # tests/cli/test_first_day.py types what it says


def test_from_the_number_to_the_answer(scene: Scene, ada: Agent, kim: Customer, signed_in: SignedIn) -> None:
    desk = signed_in(ada)
    assert done(ada) == [False, False, True, False, False, False, False, False]
    set_up(ada, SECRET, 0, at=core_clock.now())
    invite("noah@firma.example", "Noah", Role.AGENT, ada, at=core_clock.now())
    scene.writes(kim, "Hallo")
    keep("https://firma.example/imprint", "https://firma.example/privacy", actor="system", at=core_clock.now())
    assert done(ada) == [True, True, True, False, False, True, True, False]
    has(scene, a_template())
    assert done(ada) == [True, True, True, False, True, True, True, False]
    set_book(scene.line.pk, Book.OFF, "", actor="system", at=core_clock.now())
    assert done(ada) == [True, True, True, True, True, True, True, False]
    desk.post(f"/inbox/{scene.chat(kim).pk}/send", {"text": "Guten Tag"})
    assert done(ada)[-1] is False
    scene.passes(minutes=1)
    scene.delivers()
    assert done(ada) == [True] * 8
    assert desk.get("/")["Location"] == "/inbox/"
    assert "first-steps" not in desk.get("/settings/me").content.decode()
    page = desk.get("/settings/first-steps").content.decode()
    assert "All is done" in page
    assert "jawort simulator" not in page


def test_where_the_simulator_is_in_whatsapps_place_its_phones_are_named_until_one_has_written(
    scene: Scene, ada: Agent, kim: Customer, signed_in: SignedIn, settings: Any
) -> None:
    desk, phones = signed_in(ada), 'href="http://127.0.0.1:8472/phone"'
    assert phones not in desk.get("/settings/first-steps").content.decode()
    settings.CONFIG = replace(settings.CONFIG, graph_url="http://127.0.0.1:8472/v26.0")
    assert phones in desk.get("/settings/first-steps").content.decode()
    scene.writes(kim, "Hallo")
    assert phones not in desk.get("/settings/first-steps").content.decode()


def test_while_one_is_left_the_desk_begins_here(scene: Scene, ada: Agent, kim: Customer, signed_in: SignedIn) -> None:
    """Also where somebody was answered already; only whoever needs no colleague needs none."""
    desk = signed_in(ada)
    set_up(ada, SECRET, 0, at=core_clock.now())
    scene.writes(kim, "Hallo")
    desk.post(f"/inbox/{scene.chat(kim).pk}/send", {"text": "Guten Tag"})
    scene.passes(minutes=1)
    scene.delivers()
    has(scene)  # a list without any
    assert done(ada) == [True, False, True, False, False, False, True, True]
    has(scene, a_template())
    set_book(scene.line.pk, Book.ON, "Rückrufe brauchen die Nummer.", actor="system", at=core_clock.now())
    assert done(ada) == [True, False, True, True, True, False, True, True]
    assert desk.get("/")["Location"] == "/settings/first-steps"
    assert "first-steps" in desk.get("/settings/me").content.decode()
    keep("https://firma.example/imprint", "https://firma.example/privacy", actor="system", at=core_clock.now())
    assert desk.get("/")["Location"] == "/inbox/"

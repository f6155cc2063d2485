"""The proof of a consent: a page for people, and a file that verifies without us."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.consent.models import Picture, Slip
from jawort.consent.opt_in import make_link
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.slips import tear_off
from jawort.consent.texts import put_into_use
from jawort.core import clock as core_clock
from jawort.ledger.read import vkey
from jawort.ledger.rules import moment
from jawort.messaging.ask_consent import ask_for_consent
from jawort.messaging.models import Message
from jawort.staff.models import Agent
from tests.consent.questions import GERMAN, says_yes
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.web.conftest import Desk
from tests.web.gallery import THEMES, WIDTHS, combined, picture_kept, violations
from tests.web.reflow import stays_whole
from tests.web.tongue import Tongue, both_languages

SignedIn = Callable[[Agent], Client]


def consents(scene: Scene, kim: Customer, alice: Agent) -> str:
    """kim is asked, says yes, and takes it back; the address of the proof."""
    put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=core_clock.now())
    ask_for_consent(scene.chat(kim), author(alice), core_clock.now())
    scene.delivers()
    scene.passes(minutes=1)
    scene.writes(kim, "Ja")
    scene.delivers()
    scene.passes(minutes=1)
    scene.writes(kim, "STOP")
    scene.delivers()
    scene.seals()
    return f"/contacts/{scene.chat(kim).contact_id}/consents"


def verifies(told: object, tmp_path: Path) -> tuple[int, str]:
    """What the verifier says that has nothing of ours but the log's public key."""
    file = tmp_path / "record.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    command = [sys.executable, "-m", "jawort.ledger.tlog.evidence", str(file), str(vkey())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_the_page_and_the_record(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn, tmp_path: Path
) -> None:
    scene.writes(kim, "Hallo")
    address = consents(scene, kim, alice)
    page = signed_in(alice).get(address).content.decode()
    for says in ("Asked", "Given", "Withdrawn", "in a message", "Kim Muster", GERMAN.controller, "What we answered"):
        assert says in page
    contact = scene.chat(kim).contact_id
    answer = signed_in(alice).get(f"{address}/{contact}.json")
    assert answer["Content-Disposition"].startswith('attachment; filename="jawort-consent-')
    told: dict[str, Any] = answer.json()
    assert told["schema_version"] == "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"
    said_by = [one["message_id"] for one in told["consent_events"]]
    stop = Message.objects.filter(direction="in").latest("pk")
    assert all(said_by)
    assert said_by[-1] == str(stop.pk)
    states = [one["event_state"] for one in told["consent_events"]]
    assert states == ["dpv:ConsentRequested", "dpv:ConsentGiven", "dpv:ConsentWithdrawn"]
    assert told["pii_processing"]["privacy_notice"] == GERMAN.notice
    assert kim.phone.digits not in answer.content.decode()
    code, said = verifies(told, tmp_path)
    assert code == 0, said
    assert said.count("holds: Entry") == 3
    told["evidence"]["documents"][0]["body"] += " Und von Partnern."
    assert verifies(told, tmp_path)[0] == 1


def test_a_ticked_box_is_part_of_it(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn, tmp_path: Path
) -> None:
    (text,) = put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=scene.clock.at)
    link = make_link(scene.line.pk, "de", "Website", actor="system", at=scene.clock.at)
    scene.writes(kim, tear_off(link, text, scene.clock.at))
    scene.delivers()
    scene.seals()
    slip, desk = Slip.objects.get(), signed_in(alice)
    address = f"/contacts/{scene.chat(kim).contact_id}/consents"
    page = desk.get(address).content.decode()
    assert page.count("Box ticked") == 1
    assert f"<code>{slip.number}</code>" in page
    told = desk.get(f"{address}/{scene.chat(kim).contact_id}.json").json()
    assert [event["slip"] for event in told["consent_events"]] == [slip.number] * 2
    assert told["consent_events"][1]["box_ticked_at"] == moment(slip.torn_at)
    assert verifies(told, tmp_path)[0] == 0


def test_who_checks_sees_no_name_and_no_conversation(
    scene: Scene, kim: Customer, alice: Agent, dana: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hallo")
    address = consents(scene, kim, alice)
    page = signed_in(dana).get(address).content.decode()
    assert "Given" in page
    assert "Kim" not in page
    assert "/inbox/" not in page
    assert signed_in(dana).get(f"{address}/{scene.chat(kim).contact_id}.json").status_code == 200


def test_the_picture_of_the_form_is_shown(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, dana: Agent, signed_in: SignedIn
) -> None:
    (text,) = put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=scene.clock.at)
    link = make_link(scene.line.pk, "de", "Website", actor="system", at=scene.clock.at)
    scene.passes(minutes=1)
    scene.writes(kim, tear_off(link, text, scene.clock.at))
    says_yes(scene, nour, alice)
    for who, kind, times in ((kim, "page", 2), (nour, "chat", 2)):
        picture = Picture.objects.get(kind=kind)
        address = f"/settings/consents/pictures/{picture.pk}.svg"
        contact = scene.chat(who).contact_id
        for agent in (alice, dana):
            page = signed_in(agent).get(f"/contacts/{contact}/consents").content.decode()
            assert page.count(f'href="{address}"') == times
            answer = signed_in(agent).get(address)
            assert answer.content == bytes(picture.content)
            assert answer["Content-Type"] == "image/svg+xml"
            assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Content-Disposition"] == f'inline; filename="jawort-form-{picture.pk[:8]}.svg"'
    assert signed_in(alice).get(f"/settings/consents/pictures/{'0' * 64}.svg").status_code == 404


def test_who_was_asked_before_there_were_pictures_has_none(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hallo")
    address = consents(scene, kim, alice)
    Picture.objects.update(made_at=scene.clock.at)
    assert "This is how it was asked" not in signed_in(alice).get(address).content.decode()


def test_of_nobody_and_of_nothing_there_is_none(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    kims, nours = scene.chat(kim).contact_id, scene.chat(nour).contact_id
    desk = signed_in(alice)
    assert "never asked for a consent" in desk.get(f"/contacts/{kims}/consents").content.decode()
    assert desk.get(f"/contacts/{kims}/consents/{kims}.json").status_code == 404
    assert desk.get(f"/contacts/{kims}/consents/{nours}.json").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), combined({(390, "dark")}, WIDTHS, THEMES))
@both_languages
def test_the_page_is_accessible_and_fits(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page], tongue: Tongue, width: int, theme: str
) -> None:
    address = consents(desk.scene, desk.kim, alice)
    page = at_desk(alice, width=width, theme=theme)
    page.goto(f"{site}{address}")
    expect(page.get_by_role("heading", name=tongue("What happened"))).to_be_visible()
    picture_kept(page, f"consent-proof-{width}-{tongue.language}-{theme}")
    assert violations(page) + stays_whole(page, "consent-proof", theme, width) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

"""The page of an opt-in link: a question, a box that nobody has ticked, and the way to WhatsApp. It knows nobody."""

import re
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from jawort.consent.models import OptInLink, Picture, Slip, Text
from jawort.consent.opt_in import ask_number, end_link, make_link
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.replies import GO, HEADING, NOTES, NUMBER, NUMBER_HINTS, PRIVACY, YES
from jawort.consent.state import State
from jawort.consent.texts import put_into_use
from jawort.consent.typed import Asks
from jawort.legal.keep import keep
from tests.consent.drawings import squeezed, words
from tests.consent.questions import ENGLISH, GERMAN, stands
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.public.doors import LEGAL

SITE = "http://testserver"


@pytest.fixture
def open_to_all(settings: Any) -> None:
    """There is a host that customers reach."""
    settings.CONFIG = replace(settings.CONFIG, company="Werkstatt Lindenhof", public_url=SITE, side_door_url=SITE)


@pytest.fixture
def link(scene: Scene, open_to_all: None) -> OptInLink:
    """On the company's website, in German."""
    keep(*LEGAL, actor="system", at=scene.clock.at)
    put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor="system", at=scene.clock.at)
    return make_link(scene.line.pk, "de", "Website", actor="system", at=scene.clock.at)


def test_from_the_box_to_the_consent(scene: Scene, kim: Customer, link: OptInLink) -> None:
    client, address = Client(HTTP_ACCEPT_LANGUAGE="en"), f"/opt-in/{link.code}"
    page = client.get(address)
    said = unescape(page.content.decode())
    assert Text.objects.get(language="de").body in said
    assert '<html lang="de">' in said  # all of it in the language of the question
    assert "checked" not in said
    assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == ("no-referrer", "no-store")
    ticked = client.post(address, {"yes": "yes", "text": Text.objects.get(language="de").pk})
    (found,) = re.findall(r'href="(https://wa\.me/[^"]+)"', unescape(ticked.content.decode()))
    (message,) = parse_qs(urlsplit(found).query)["text"]
    assert client.cookies == {}
    scene.writes(kim, message)
    assert stands(scene, kim) is State.ACTIVE


@pytest.mark.parametrize("asks", list(Asks))
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_picture_that_is_kept_says_what_the_page_says(
    scene: Scene, link: OptInLink, language: str, asks: Asks
) -> None:
    link = make_link(scene.line.pk, language, "Plakat", actor="system", at=scene.clock.at)
    named = {"template": "nachfrage", "template_language": "de"} if asks is Asks.CONFIRMED else {}
    ask_number(link.pk, bool(asks), actor="system", at=scene.clock.at, **named)
    page = Client().get(f"/opt-in/{link.code}").content.decode()
    text = Text.objects.get(language=language)
    picture = words(bytes(Picture.objects.get(text=text, kind="page", asks=asks).content)).replace("• ", "")
    shown = " ".join(unescape(strip_tags(page.replace("<button", " <button").partition("<body>")[2])).split())
    form = shown.partition(HEADING.to(language))[2].partition(GERMAN.notice)[2]
    said = [text.controller, HEADING.to(language), YES.to(language), GO.to(language)]
    said += [NUMBER.to(language), NUMBER_HINTS[asks].to(language)] if asks else []
    for each in [*said, *(note.to(language) for note in NOTES[asks])]:
        assert each in picture
        assert each in shown
        form = form.replace(each, "")
    # All that the page says and the picture does not is the foot of every page.
    assert form.split("Diese Seite" if language == "de" else "This page")[0].strip() == ""
    assert squeezed(f"{PRIVACY.to(language)}: {text.notice}") in squeezed(picture)


@pytest.mark.parametrize("given", [{}, {"yes": "no"}, {"yes": ""}, {"ja": "yes"}])
def test_without_the_tick_there_is_no_slip(link: OptInLink, given: dict[str, str]) -> None:
    answer = Client().post(f"/opt-in/{link.code}", given)
    assert answer.status_code == 422
    assert "Bitte setzen Sie zuerst den Haken" in answer.content.decode()
    assert "wa.me" not in answer.content.decode()


def test_a_text_that_has_changed_meanwhile_is_shown_anew(scene: Scene, link: OptInLink) -> None:
    seen = Text.objects.get(language="de")
    scene.passes(minutes=1)
    filled = replace(GERMAN, contents="Angebote von Partnern")
    put_into_use(CAMPAIGNS, {"de": filled}, actor="system", at=scene.clock.at)
    answer = Client().post(f"/opt-in/{link.code}", {"yes": "yes", "text": seen.pk})
    said = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "Der Text hat sich geändert" in said
    assert "Angebote von Partnern" in said
    assert "wa.me" not in said


@pytest.mark.parametrize(("ticks", "least"), [(50, 49), pytest.param(1_000, 991, marks=pytest.mark.long)])
def test_ticks_alone_store_nothing(link: OptInLink, ticks: int, least: int) -> None:
    """Each is shown a slip of its own, but for the few that are drawn alike."""
    client, said = Client(), {"yes": "yes", "text": Text.objects.get(language="de").pk}
    with CaptureQueriesContext(connection) as queries:
        slips = {client.post(f"/opt-in/{link.code}", said).content for _ in range(ticks)}
    assert len(slips) >= least
    assert not Slip.objects.exists()
    assert all(query["sql"].startswith("SELECT") for query in queries)


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_not_there(link: OptInLink, settings: Any, scene: Scene, method: str) -> None:
    said = {"yes": "yes", "text": Text.objects.get(language="de").pk}

    def asked(code: str) -> int:
        return int(getattr(Client(), method)(f"/opt-in/{code}", said).status_code)

    assert asked("ABCDEF") == asked("%00") == asked("x" * 2_000) == asked(link.code.lower()) == 404
    assert asked(link.code) == 200
    settings.CONFIG = replace(settings.CONFIG, side_door_url="")
    assert asked(link.code) == 404
    settings.CONFIG = replace(settings.CONFIG, side_door_url=SITE)
    end_link(link.pk, actor="system", at=scene.clock.at)
    assert asked(link.code) == 404


@pytest.fixture
def asking(scene: Scene, link: OptInLink) -> OptInLink:
    """Its page also asks for the number."""
    ask_number(link.pk, True, actor="system", at=scene.clock.at)
    return link


def posts(link: OptInLink, number: str, **more: str) -> Any:
    said = {"yes": "yes", "text": Text.objects.get(language="de").pk, "asks": "number", "number": number}
    return Client().post(f"/opt-in/{link.code}", said | more)


def given(answer: Any) -> str:
    """The message that the page has given."""
    (found,) = re.findall(r'href="(https://wa\.me/[^"]+)"', unescape(answer.content.decode()))
    return str(parse_qs(urlsplit(found).query)["text"][0])


@pytest.mark.parametrize(
    "number", ["+49 171 392 0021", "0049 (0)171-3920021", "0171/3920021", "\u202a+49 171 3920021\u202c"]
)
def test_the_number_that_is_typed_is_the_one_that_counts(
    scene: Scene, kim: Customer, nour: Customer, asking: OptInLink, number: str
) -> None:
    answer = posts(asking, number)
    assert "3920021" not in answer.content.decode()
    scene.writes(nour, given(answer))
    scene.writes(kim, given(answer))
    assert (stands(scene, nour), stands(scene, kim)) == (State.NONE, State.ACTIVE)


@pytest.mark.parametrize(
    "number", ["171 3920021", "12", "0171", "+49 171 hundert", "0" * 41, "+4917139200210000", "\x00"]
)
def test_what_is_no_number_is_said_at_its_field_and_gives_no_slip(asking: OptInLink, number: str) -> None:
    answer = posts(asking, number)
    said = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Das ist keine Nummer, die man anrufen kann" in said
    assert "wa.me" not in said
    assert re.search(r'name="yes"[^>]* checked', said)


def test_a_page_from_before_it_asked_is_shown_anew(scene: Scene, link: OptInLink, asking: OptInLink) -> None:
    assert posts(asking, "", asks="").status_code == 409
    ask_number(link.pk, False, actor="system", at=scene.clock.at)
    assert posts(asking, "0171 3920021").status_code == 409
    assert "number" not in Client().get(f"/opt-in/{link.code}").content.decode().replace("number-", "")


def test_known_or_not_the_answer_is_the_same_and_nothing_is_stored(
    scene: Scene, kim: Customer, nour: Customer, asking: OptInLink
) -> None:
    scene.writes(kim, "Hallo")
    scene.writes(nour, "STOP")
    with CaptureQueriesContext(connection) as queries:
        answers = [posts(asking, number) for number in (str(kim.phone), str(nour.phone), "+49 171 3920099", "")]
    assert {answer.status_code for answer in answers} == {200}
    bodies = {re.sub(r"\[[A-Z2-9-]+\]|%5B[A-Z2-9-]+%5D|d=\"[^\"]+\"", "", one.content.decode()) for one in answers}
    assert len(bodies) == 1
    assert all(query["sql"].startswith("SELECT") for query in queries)
    assert not any(number.digits[3:] in query["sql"] for number in (kim.phone, nour.phone) for query in queries)

"""How the forms looked in which people were asked: kept with the text, unchanged, and named in the ledger."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from jawort.channels.parts import Buttons
from jawort.cli.doctor import check_world
from jawort.consent import drawing
from jawort.consent.drawing import Form
from jawort.consent.models import Picture, Text
from jawort.consent.pictures import looked, picture_id, pictures_of
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.texts import put_into_use
from jawort.ledger.models import Entry
from jawort.staff.models import Agent
from tests.consent.drawings import squeezed, words
from tests.consent.questions import ENGLISH, GERMAN, asks, what
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

FORM = Form("ab", "de", "Werkstatt Lindenhof", "Möchten Sie Angebote erhalten?", "https://lindenhof.example/daten")


def test_what_is_put_into_use_is_drawn_and_named(scene: Scene) -> None:
    at = scene.clock.at
    texts = put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor="system", at=at)
    pictures = Picture.objects.all()
    forms = {(text.pk, kind) for text in texts for kind in ("page", "chat")}
    assert {(one.text_id, one.kind) for one in pictures} == forms
    entry = Entry.objects.get(kind="consent_text.changed")
    assert sorted(entry.facts["pictures"]) == sorted(one.pk for one in pictures)
    for one in pictures:
        assert (one.entry, one.made_at, one.media_type) == (entry.pk, at, "image/svg+xml")
        assert picture_id(bytes(one.content)) == one.pk
        assert squeezed(one.text.body) in squeezed(words(bytes(one.content)))


def test_the_same_once_more_is_not_doubled(scene: Scene) -> None:
    for days in range(3):
        put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=scene.clock.at + timedelta(days=days))
    other = replace(GERMAN, contents="Termine")
    put_into_use(CAMPAIGNS, {"de": other}, actor="system", at=scene.clock.at + timedelta(days=4))
    assert Picture.objects.count() == 4
    back = scene.clock.at + timedelta(days=5)
    (text,) = put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=back)
    assert Picture.objects.count() == 4
    assert "pictures" not in Entry.objects.filter(kind="consent_text.changed").latest("pk").facts
    assert text.since == back


def test_a_text_from_before_there_were_pictures_gets_its_own_when_it_is_used_again(scene: Scene) -> None:
    (text,) = put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=scene.clock.at)
    Picture.objects.all().delete()
    later = scene.clock.at + timedelta(days=1)
    put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=later)
    kept = pictures_of([text.pk])
    assert looked(kept, text.pk, "page", scene.clock.at) is None
    picture = looked(kept, text.pk, "page", later)
    assert picture is not None
    assert Entry.objects.get(pk=picture.entry).facts["texts"] == []
    assert Text.objects.get().since == scene.clock.at
    assert not check_world()


def test_the_picture_says_what_the_chat_says(scene: Scene, kim: Customer, alice: Agent) -> None:
    (text,) = put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=scene.clock.at)
    scene.writes(kim, "Hallo")
    question = what(asks(scene, kim, alice))
    assert isinstance(question.part, Buttons)
    picture = words(bytes(Picture.objects.get(text=text, kind="chat").content))
    assert [button.title for button in question.part.buttons] == ["Ja, gerne", "Nein, danke"]
    assert picture.endswith("Ja, gerne Nein, danke")


@pytest.mark.parametrize("draw", [drawing.page, drawing.chat])
@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "</text><a href='javascript:alert(1)'>",
        '" onload="alert(1)',
        "&lt;b&gt; & <!-- ]]>",
        "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;",
    ],
)
def test_what_the_company_enters_is_text(draw: Callable[[Form], bytes], evil: str) -> None:
    for form in (replace(FORM, controller=evil), replace(FORM, body=evil)):
        assert squeezed(evil) in squeezed(words(draw(form)))
    assert squeezed(evil) in squeezed(words(drawing.page(replace(FORM, notice=evil))))


def test_what_no_drawing_can_hold_is_replaced() -> None:
    assert "a\ufffdb \N{PARTY POPPER}" in words(drawing.page(replace(FORM, body="a\x07b \N{PARTY POPPER}")))


def test_every_line_stays_on_the_card() -> None:
    for body in ("W" * 1_000, "i" * 1_000, "\N{PARTY POPPER}" * 300, "wort " * 200, ""):
        assert squeezed(body) in squeezed(words(drawing.page(replace(FORM, body=body))))
    assert drawing.page(FORM) == drawing.page(FORM)


def test_the_doctor_sees_a_changed_picture(scene: Scene) -> None:
    put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=scene.clock.at)
    assert not check_world()
    changes = (
        "UPDATE consent_picture SET content = content || 'x'::bytea WHERE kind = 'page'",
        "UPDATE consent_picture SET entry = 0 WHERE kind = 'page'",
        # Whoever also changes its name finds that the ledger has the old one.
        "UPDATE consent_picture SET content = 'x', id = encode(sha256('x'), 'hex') WHERE kind = 'page'",
    )
    for change in changes:
        Picture.objects.all().delete()
        put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=scene.clock.at)
        with connection.cursor() as cursor:
            cursor.execute(change)
        assert {finding.code for finding in check_world()} == {"consent.picture"}
    Picture.objects.all().delete()

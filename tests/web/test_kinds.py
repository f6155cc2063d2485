"""Every kind of message at the desk: readable in the thread and in one line of the list, nothing of it active."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from jawort.channels.parts import Form
from jawort.people.models import Contact
from jawort.staff.models import Agent
from jawort.web.inbox.kinds import answers
from tests.channels.test_whatsapp_content import TYPES
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.files.hostile import picture

SignedIn = Callable[[Agent], Client]
EVIL = "<script>alert(1)</script>"


def page(scene: Scene, agent: Agent, who: Customer, signed_in: SignedIn, kind: str, content: Any, **more: Any) -> str:
    scene.writes(who, "", **{"type": kind, kind: content} | more)
    return signed_in(agent).get(f"/inbox/{scene.chat(who).pk}/").content.decode()


@pytest.mark.parametrize(
    ("kind", "shown", "line"),
    [
        ("image", "Picture", "Der Zähler"),
        ("audio", "Voice message", "Audio"),
        ("document", "Document: Rechnung.pdf", "Document"),
        ("sticker", "Sticker", "Sticker"),
        ("location", "geo:53.55,9.99", "Rathaus"),
        ("interactive", "8 Uhr", "Montag"),
        ("button", "Keine Werbung", "Keine Werbung"),
        ("order", "2 × a1", "Bitte bald"),
        ("edit", "Changed message", "Doch Dienstag"),
        ("revoke", "deleted this message for everyone", "Deleted message"),
    ],
)
def test_every_kind_can_be_read(
    scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn, kind: str, shown: str, line: str
) -> None:
    Agent.objects.filter(pk=bob.pk).update(language="en")
    html = page(scene, bob, kim, signed_in, kind, TYPES[kind])
    assert shown in html
    assert line in html.partition("row__preview")[2].partition("</span><span")[0]


ASKED = {"referred_product": {"catalog_id": "194836", "product_retailer_id": "di9ozb"}}
CARD = {
    "name": {"formatted_name": "Dr. Barbara Muster"},
    "phones": [{"phone": "+49 171 3920021", "type": "CELL"}],
    "emails": [{"email": "barbara@firma.example", "type": "Work"}],
    "org": {"company": "Firma", "department": "Recht", "title": "Anwältin"},
    "addresses": [{"street": "Am Weg 1", "zip": "10115", "city": "Berlin", "country": "Deutschland", "type": "HOME"}],
    "urls": [{"url": "https://firma.example/barbara", "type": "Blog"}],
    "birthday": "1999-01-23",
}
CALLS = {"response": "accept", "expiration_timestamp": 1796122800, "response_source": "automatic"}
IN_WORDS: list[tuple[str, Any, dict[str, Any], list[str], list[str]]] = [
    (
        "text",
        {"body": "In Blau?"},
        {"context": ASKED},
        ["Asks about the product di9ozb of the catalogue 194836", "In Blau?"],
        ["Fragt nach dem Produkt di9ozb aus dem Katalog 194836"],
    ),
    (
        "contacts",
        [CARD],
        {},
        [
            "Anwältin, Recht, Firma",
            "+49 171 3920021 (mobile)",
            "barbara@firma.example (work)",
            "Am Weg 1, 10115 Berlin, Deutschland (home)",
            "https://firma.example/barbara (Blog)",
            "Birthday: 23 January 1999",
        ],
        ["+49 171 3920021 (mobil)", "barbara@firma.example (geschäftlich)", "(privat)", "Geburtstag: 23. Januar 1999"],
    ),
    (
        "contacts",
        [{"origin": "contact_request", "phones": [{"phone": "+49 171 3920021"}], "birthday": "--01-23"}],
        {},
        ["Sent because it was asked for", "+49 171 3920021", "Birthday: --01-23"],
        ["Auf Anfrage gesendet"],
    ),
    (
        "interactive",
        {"type": "call_permission_reply", "call_permission_reply": CALLS},
        {},
        ["Answer about calls", "Allows calls over WhatsApp until 1 Dec 2026, 1", "by itself", "no consent"],
        ["Antwort auf die Anruferlaubnis", "Erlaubt Anrufe über WhatsApp bis 01.12.2026, 1", "keine Einwilligung"],
    ),
    (
        "interactive",
        {"call_permission_reply": {"response": "reject"}},
        {},
        ["Wants no calls over WhatsApp."],
        ["Möchte keine Anrufe über WhatsApp."],
    ),
    (
        "interactive",
        {"call_permission_reply": {"response": "accept", "is_permanent": True}},
        {},
        ["until further notice"],
        ["bis auf Weiteres"],
    ),
    (  # the last second of the calendar, which in Berlin lies outside of it
        "interactive",
        {"call_permission_reply": {"response": "accept", "expiration_timestamp": 253402300799}},
        {},
        ["Allows calls over WhatsApp"],
        ["Erlaubt Anrufe über WhatsApp"],
    ),
    ("text", {"body": "Kette"}, {"context": {"frequently_forwarded": True}}, ["Forwarded many times"], ["Häufig weit"]),
    (
        "text",
        {"body": "Hallo"},
        {
            "referral": {
                "source_type": "ad",
                "headline": "Räder",
                "body": "Der Frühling kommt",
                "source_url": "https://fb.me/x",
                "welcome_message": {"text": "Was suchen Sie?"},
            }
        },
        ["From an advertisement: Räder", "Der Frühling kommt", "Greeted with: Was suchen Sie?", "https://fb.me/x"],
        ["Über eine Anzeige: Räder", "Begrüßt mit: Was suchen Sie?"],
    ),
    ("text", {"body": "Hallo"}, {"referral": {"source_type": "post"}}, ["From a post<"], ["Über einen Beitrag<"]),
    (
        "location",
        TYPES["location"] | {"url": "https://rathaus.example/"},
        {},
        ["https://rathaus.example/"],
        ["https://rathaus.example/"],
    ),
    ("order", TYPES["order"], {}, ["Catalogue 194"], ["Katalog 194"]),
    ("request_welcome", None, {}, ["opened for the first time"], ["zum ersten Mal geöffnet"]),
    (
        "unsupported",
        {"type": "button"},
        {"errors": [{"code": 131051}]},
        ["does not pass this message on (Choice)"],
        ["gibt diese Nachricht nicht weiter (Auswahl)"],
    ),
    (
        "unsupported",
        {"type": "video"},
        {"errors": [{"code": 131051}]},
        ["does not pass this message on (Video)"],
        ["gibt diese Nachricht nicht weiter (Video)"],
    ),
    (
        "unsupported",
        {"type": "tomorrows_kind"},
        {"errors": [{"code": 131051}]},
        ["does not pass this message on.<"],
        ["gibt diese Nachricht nicht weiter.<"],
    ),
    ("edit", {"original_message_id": "wamid.O", "message": {"type": "new", "new": {}}}, {}, ["not show yet"], []),
]


def test_whatever_comes_beside_the_text_is_put_into_words(
    scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    for number, (kind, content, more, _, _) in enumerate(IN_WORDS):
        scene.passes(seconds=1)
        scene.tells(scene.message(kim, f"wamid.K{number}", {"type": kind, kind: content} | more))
    for language in ("en", "de"):
        Agent.objects.filter(pk=bob.pk).update(language=language)
        html = signed_in(Agent.objects.get(pk=bob.pk)).get(f"/inbox/{scene.chat(kim).pk}/").content.decode()
        shown = html.split('class="msg msg--in')[1:]
        assert len(shown) == len(IN_WORDS)
        for (kind, content, _, english, german), bubble in zip(IN_WORDS, shown, strict=True):
            said = english if language == "en" else german
            assert [words for words in said if words not in bubble] == [], (language, kind, content)


def test_a_picture_in_an_edit_is_fetched_and_shown(
    scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    Agent.objects.filter(pk=bob.pk).update(language="en")
    content = picture()
    first = scene.gives(kim, content, "image/jpeg", "image", caption="Der Zähler")
    scene.shelf.files["4711"] = content
    changed = {"type": "image", "image": {"id": "4711", "mime_type": "image/jpeg", "caption": "Der neue Zähler"}}
    scene.writes(kim, "", type="edit", edit={"original_message_id": first, "message": changed})
    scene.delivers()
    html = signed_in(bob).get(f"/inbox/{scene.chat(kim).pk}/").content.decode()
    (of_edit,) = [bubble for bubble in html.split("<article")[1:] if "Der neue Zähler" in bubble]
    assert "Changed message" in of_edit
    assert "Der Zähler" in of_edit.partition("</blockquote>")[0]
    assert '/small" width=' in of_edit
    assert html.count('/small" width=') == 2


def test_nothing_on_a_card_becomes_a_contact(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "", type="contacts", contacts=[CARD])
    assert list(Contact.objects.values_list("pk", flat=True)) == [scene.chat(kim).contact_id]


def test_what_whatsapp_keeps_back_is_said(scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn) -> None:
    Agent.objects.filter(pk=bob.pk).update(language="en")
    assert "does not pass on polls" in page(scene, bob, kim, signed_in, "unsupported", {"type": "poll"})


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("contacts", [{"name": {"formatted_name": EVIL}, "phones": [{"phone": EVIL}], "org": {"company": EVIL}}]),
        ("document", {"id": "1", "filename": EVIL, "caption": EVIL}),
        ("location", {"latitude": 1, "longitude": 2, "name": EVIL, "address": EVIL, "url": "javascript:alert(1)"}),
        ("interactive", {"list_reply": {"id": EVIL, "title": EVIL, "description": EVIL}}),
        ("interactive", {"nfm_reply": {"name": EVIL, "response_json": f'{{"{EVIL}": "{EVIL}"}}'}}),
        (
            "contacts",
            [
                {
                    "addresses": [{"street": EVIL, "type": EVIL}],
                    "urls": [{"url": "javascript:alert(1)"}],
                    "birthday": EVIL,
                }
            ],
        ),
        (
            "order",
            {"catalog_id": EVIL, "product_items": [{"product_retailer_id": EVIL, "currency": EVIL}], "text": EVIL},
        ),
        ("reaction", {"message_id": "x", "emoji": EVIL}),
        ("unsupported", {"type": EVIL}),
    ],
)
def test_nothing_that_strangers_send_becomes_active(
    scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn, kind: str, content: Any
) -> None:
    referral = {"headline": EVIL, "body": EVIL, "source_url": "javascript:alert(1)", "welcome_message": {"text": EVIL}}
    context = {"forwarded": True, "referred_product": {"catalog_id": EVIL, "product_retailer_id": EVIL}}
    html = page(scene, bob, kim, signed_in, kind, content, referral=referral, context=context)
    assert EVIL not in html
    assert "javascript:alert" not in html


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ('{"flow_token":"T","rating":"4","ok":true}', [("rating", "4"), ("ok", "true")]),
        ("[1, 2]", [("", "[1, 2]")]),
        ("no JSON", [("", "no JSON")]),
        ("[" * 100_000, [("", "[" * 100_000)]),
    ],
)
def test_answers_of_a_form_are_read_or_shown_whole(given: str, read: list[tuple[str, str]]) -> None:
    assert answers(Form("flow", given)) == read


@pytest.mark.parametrize(
    ("new", "english", "german"),
    [
        ({"wa_id": "491713920099"}, "The person has a new number", "Die Person hat eine neue Nummer"),
        (
            {"wa_id": "491713920099", "user_id": "DE.999"},
            "The person has a new number and a new WhatsApp id",
            "Die Person hat eine neue Nummer und eine neue WhatsApp-Kennung",
        ),
    ],
)
def test_a_new_number_of_the_person_is_one_line_of_the_thread(
    scene: Scene,
    bob: Agent,
    kim: Customer,
    signed_in: Callable[[Agent], Client],
    new: dict[str, str],
    english: str,
    german: str,
) -> None:
    scene.writes(kim, "Hallo")
    scene.clock.forward(minutes=1)
    system = {"type": "user_changed_number", "user_id": kim.bsuid, "previous_user_id": kim.bsuid, **new}
    told = {"id": "wamid.S", "timestamp": "1780000000", "type": "system", "from": kim.phone.digits, "system": system}
    scene.tells({"messages": [told]})
    for language, start, line in (("en", "The person has", english), ("de", "Die Person hat", german)):
        Agent.objects.filter(pk=bob.pk).update(language=language)
        page = signed_in(bob).get(f"/inbox/{scene.chat(kim).pk}/?view=all").content.decode()
        assert line in page
        assert page.count(start) == 1

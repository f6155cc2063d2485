"""The templates of the demo's workshop, handed in at the simulated WhatsApp as one does in life: by the Graph API."""

from typing import Any

from jawort.cli.loopback import call

#: What is decided at once, and what waits for the review.
APPROVED, REJECTED, PENDING = "APPROVED", "REJECTED", ""


def _body(text: str, **examples: str) -> dict[str, Any]:
    params = [{"param_name": name, "example": example} for name, example in examples.items()]
    return {"type": "BODY", "text": text, **({"example": {"body_text_named_params": params}} if params else {})}


_FOOT = {"type": "FOOTER", "text": "Werkstatt Lindenhof"}
#: Name, language, category, components, and what becomes of it.
TEMPLATES: list[tuple[str, str, str, list[dict[str, Any]], str]] = [
    (
        "rad_fertig",
        "de",
        "UTILITY",
        [
            {
                "type": "HEADER",
                "format": "TEXT",
                "text": "Auftrag {{auftrag}}",
                "example": {"header_text_named_params": [{"param_name": "auftrag", "example": "2291"}]},
            },
            _body(
                "Guten Tag {{name}}, Ihr Rad ist fertig. Sie können es {{wann}} bei uns abholen.",
                name="Frau Schröder",
                wann="heute bis 18 Uhr",
            ),
            _FOOT,
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Ich komme"}]},
        ],
        APPROVED,
    ),
    (
        "rad_fertig",
        "en",
        "UTILITY",
        [_body("Hello {{name}}, your bike is ready. Come and get it {{when}}!", name="Linh", when="until 6 pm"), _FOOT],
        APPROVED,
    ),
    (
        "rueckfrage",
        "de",
        "UTILITY",
        [_body("Guten Tag {{name}}, zu Ihrer Anfrage vom {{tag}} haben wir eine Frage.", name="Emil", tag="Montag")],
        APPROVED,
    ),
    (
        "kostenvoranschlag",
        "de",
        "UTILITY",
        [
            {"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": ["4::YXBwbGljYXRpb24vcGRm"]}},
            _body("Guten Tag {{name}}, hier ist Ihr Kostenvoranschlag. Passt er Ihnen so?", name="Herr Günther"),
        ],
        APPROVED,
    ),
    (
        "winteraktion",
        "de",
        "MARKETING",
        [_body("Im Dezember gibt es bei uns zehn Prozent auf Winterreifen. Kommen Sie vorbei!"), _FOOT],
        APPROVED,
    ),
    (
        "winteraktion",
        "en",
        "MARKETING",
        [_body("Ten per cent off winter tyres in December. Come and see us!"), _FOOT],
        APPROVED,
    ),
    ("gewinnspiel", "de", "UTILITY", [_body("Sie haben gewonnen! Antworten Sie gleich.")], REJECTED),
    ("saisonende", "de", "UTILITY", [_body("Unsere Werkstatt schließt am 20. Dezember für die Feiertage.")], PENDING),
]


def hand_in(simulator: str, control: str, waba_id: str, token: str) -> None:
    """Hand in all that the simulator does not have; it forgets them when it ends. Raises Unanswered."""
    known = {(one["name"], one["language"]) for one in call("GET", f"{control}/templates")["items"]}
    head = {"Authorization": f"Bearer {token}"}
    for name, language, category, components, decision in TEMPLATES:
        if (name, language) in known:
            continue
        made = {"name": name, "language": language, "category": category, "parameter_format": "named"}
        answer = call("POST", f"{simulator}/v26.0/{waba_id}/message_templates", made | {"components": components}, head)
        if decision:
            call("POST", f"{control}/templates/{answer['id']}/decision", {"decision": decision})

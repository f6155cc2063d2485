"""Templates that an account has, as if the platform had listed them."""

import json
from collections.abc import Iterable
from typing import Any

from jawort.channels.parts import Template, TemplateButton, Value
from jawort.channels.whatsapp.templates import Listed
from jawort.lines.templates import due, take_templates, want_listing
from tests.fixtures.scene import WABA_ID, Scene

COMPONENTS = [
    {"type": "HEADER", "format": "TEXT", "text": "Auftrag {{1}}"},
    {"type": "BODY", "text": "Guten Tag {{1}}, Ihr Rad ist fertig."},
    {"type": "FOOTER", "text": "Ihre Werkstatt"},
    {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Ansehen", "url": "https://firma.example/{{1}}"}]},
]
#: The usual one, filled in.
FILLED = Template(
    "fertig",
    "de",
    header=Value("2291"),
    body=(Value("Kim"),),
    buttons=(TemplateButton(0, "url", "2291"),),
)


#: One that asks for a consent where a number was typed.
ASKING = "Diese Nummer wurde auf unserer Website eingetragen. {{1}} Waren Sie das nicht, müssen Sie nichts tun."
ASKING_BUTTONS = ({"type": "QUICK_REPLY", "text": "Ja"}, {"type": "QUICK_REPLY", "text": "Nein"})


def components(body: str = ASKING, buttons: Iterable[Any] = ASKING_BUTTONS) -> list[dict[str, Any]]:
    """What it consists of."""
    return [{"type": "BODY", "text": body}, {"type": "BUTTONS", "buttons": list(buttons)}]


def a_template(name: str = "fertig", components: Any = None, **more: Any) -> Listed:
    about = {"ref": "7", "name": name, "language": "de", "category": "UTILITY", "status": "APPROVED"}
    rest = {"quality": "GREEN", "reason": "NONE", "named": False}
    return Listed(**{**about, **rest, "components": json.dumps(components or COMPONENTS), **more})


def has(scene: Scene, *templates: Listed) -> None:
    """These are the account's templates from now on."""
    want_listing([WABA_ID], scene.clock.at)
    (of,) = due(scene.clock.at)
    take_templates(of, templates, scene.clock.at)

"""A line that asks for a yes first, and what its tests say again and again."""

from jawort.channels.parts import Buttons
from jawort.channels.types import Outgoing
from jawort.legal.keep import keep
from jawort.lines.decide import set_newcomers
from jawort.lines.models import Newcomers
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

NOTICE = "https://www.firma.example/datenschutz"
COMPANY = "Werkstatt Lindenhof GmbH"


def asks_first(scene: Scene) -> None:
    """New people say yes first from now on."""
    keep("https://www.firma.example/impressum", NOTICE, actor="system", at=scene.clock.at)
    set_newcomers(scene.line.pk, Newcomers.YES_FIRST, COMPANY, actor="system", at=scene.clock.at)


def opened(scene: Scene) -> None:
    """And nobody any more."""
    set_newcomers(scene.line.pk, Newcomers.OPEN, "", actor="system", at=scene.clock.at)


def asked(scene: Scene) -> Outgoing:
    """What is due happens: the one question that has left."""
    scene.delivers()
    (question,) = scene.wire.sent
    return question


def presses(scene: Scene, who: Customer, question: Outgoing, title: str) -> str:
    """`who` presses a button of the question."""
    assert isinstance(question.part, Buttons)
    (payload,) = (button.payload for button in question.part.buttons if button.title == title)
    reply = {"type": "button_reply", "button_reply": {"id": payload, "title": title}}
    context = {"id": scene.wire.provider_id(question)}
    return scene.writes(who, "", type="interactive", interactive=reply, context=context)

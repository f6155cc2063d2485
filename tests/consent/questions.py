"""A question in the chat, and what people do with it."""

from uuid import UUID

from jawort.channels.parts import Buttons
from jawort.consent.consents import history, standings
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.rules import Permit, Refusal
from jawort.consent.state import State
from jawort.consent.texts import Filled
from jawort.messaging.ask_consent import ask_for_consent
from jawort.messaging.content import What
from jawort.messaging.contents import whats_of
from jawort.messaging.gate import Recipient, answers
from jawort.messaging.models import Message
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author

HOUSE = "Werkstatt Lindenhof"
NOTICE = "https://www.werkstatt-lindenhof.example/datenschutz"
GERMAN = Filled(HOUSE, "Angebote und Neuigkeiten", "höchstens viermal im Monat", NOTICE)
ENGLISH = Filled(HOUSE, "offers and news", "at most four times a month", NOTICE)


def verdict(
    scene: Scene, who: Customer, purpose: Purpose = CAMPAIGNS, template: tuple[str, str] | None = None
) -> Permit | Refusal:
    home = scene.chat(who)
    recipient = Recipient(home.contact_id, home.line_id, purpose, template)
    return answers([recipient], scene.clock.at)[recipient].verdict


def asks(scene: Scene, who: Customer, agent: Agent, *, wished: bool = False, purpose: Purpose = CAMPAIGNS) -> Message:
    """`agent` asks, and the question arrives."""
    message = ask_for_consent(scene.chat(who), author(agent), scene.clock.at, wished=wished, purpose=purpose)
    scene.delivers()
    message.refresh_from_db()
    return message


def what(message: Message) -> What:
    return whats_of([message])[message.pk]


def taps(scene: Scene, who: Customer, question: Message, button: int, text: str | None = None) -> None:
    part = what(question).part
    assert isinstance(part, Buttons)
    pressed = part.buttons[button]
    reply = {"type": "button_reply", "button_reply": {"id": pressed.payload, "title": text or pressed.title}}
    scene.writes(who, "", type="interactive", interactive=reply, context={"id": f"wamid.OUT-{question.pk}"})


def quotes(scene: Scene, who: Customer, question: Message, text: str) -> None:
    scene.writes(who, text, context={"id": f"wamid.OUT-{question.pk}"})


def stands(scene: Scene, who: Customer, purpose: Purpose = CAMPAIGNS) -> State:
    contact = scene.chat(who).contact_id
    return standings([contact], purpose, scene.clock.at)[contact].state


def events(scene: Scene, who: Customer) -> list[str]:
    return [row.event for row in reversed(history([scene.chat(who).contact_id]))]


def events_of(contact: UUID) -> list[str]:
    return [row.event for row in reversed(history([contact]))]


def says_yes(scene: Scene, who: Customer, agent: Agent) -> None:
    """`who` writes, `agent` asks for a consent, and they say yes."""
    scene.writes(who, "Hallo")
    asks(scene, who, agent)
    scene.writes(who, "Ja")

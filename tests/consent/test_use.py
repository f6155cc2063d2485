"""A consent lives on with every message that leaves on its strength; unused for two years it ends."""

from datetime import timedelta

from django.utils.translation import override

from jawort.consent.consents import standings
from jawort.consent.models import Text, Use
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.purposes import purposes
from jawort.consent.state import Standing, State
from jawort.intake.upkeep import upkeep
from jawort.messaging.draft import Draft
from jawort.messaging.send import send
from jawort.staff.models import Agent
from jawort.web.inbox.consent_words import consent_words
from tests.consent.questions import says_yes
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.messaging.listed import FILLED, a_template, has


def how(scene: Scene, who: Customer) -> Standing:
    contact = scene.chat(who).contact_id
    return standings([contact], CAMPAIGNS, scene.clock.at)[contact]


def said(scene: Scene, who: Customer) -> str:
    with override("en"):
        return consent_words(how(scene, who), purposes()[CAMPAIGNS], scene.clock.at).says


def goes_by(scene: Scene, months: int) -> None:
    """So many times thirty days, with the house kept meanwhile."""
    for _ in range(months):
        scene.passes(days=30)
        upkeep([])


def sends(scene: Scene, who: Customer, agent: Agent) -> str:
    message = send(scene.chat(who), Draft("", "template", FILLED), author(agent), scene.clock.at)
    scene.delivers()
    message.refresh_from_db()
    return f"{message.state} {message.gate}"


def test_with_each_use_it_lives_on_and_without_it_ends(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    has(scene, a_template(category="MARKETING"))
    says_yes(scene, kim, alice)
    scene.delivers()
    given = how(scene, kim).since
    goes_by(scene, 23)
    assert "ends on" in said(scene, kim)
    assert sends(scene, kim, alice) == "accepted consent"
    assert "ends on" not in said(scene, kim)
    goes_by(scene, 23)
    held = how(scene, kim)
    assert (held.state, held.since) == (State.ACTIVE, given)
    goes_by(scene, 2)
    assert how(scene, kim).state is State.EXPIRED
    assert sends(scene, kim, alice) == "refused no_consent"


def test_what_needs_no_consent_uses_none(scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]) -> None:
    has(scene, a_template())
    says_yes(scene, kim, alice)
    assert sends(scene, kim, alice) == "accepted own_question"
    assert not Use.objects.exists()


def test_a_day_is_written_once(scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]) -> None:
    has(scene, a_template(category="MARKETING"))
    says_yes(scene, kim, alice)
    scene.delivers()
    first = scene.clock.at
    for _ in range(3):
        assert sends(scene, kim, alice) == "accepted consent"
        scene.passes(hours=1)
    assert Use.objects.get().at == first
    scene.passes(days=1)
    sends(scene, kim, alice)
    assert Use.objects.get().at - first > timedelta(days=1)

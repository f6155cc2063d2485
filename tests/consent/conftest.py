"""What the tests of consents share."""

import pytest

from jawort.consent.models import Text
from jawort.consent.rules import Purpose
from jawort.consent.texts import Said, put_into_use
from jawort.staff.models import Agent
from tests.fixtures.scene import Scene, author

HOUSE = "Werkstatt Lindenhof"
NOTICE = "https://www.werkstatt-lindenhof.example/datenschutz"
GERMAN = Said(HOUSE, "Angebote und Neuigkeiten", "höchstens viermal im Monat", NOTICE)
ENGLISH = Said(HOUSE, "offers and news", "at most four times a month", NOTICE)


@pytest.fixture
def texts(scene: Scene, ada: Agent) -> tuple[Text, ...]:
    """What the company asks in."""
    said = {"de": GERMAN, "en": ENGLISH}
    return put_into_use(Purpose.CAMPAIGNS, said, actor=author(ada).actor, at=scene.clock.at)  # type: ignore[arg-type]

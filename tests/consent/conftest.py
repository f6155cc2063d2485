"""What the tests of consents share."""

import pytest

from jawort.consent.models import Text
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.texts import put_into_use
from jawort.staff.models import Agent
from tests.consent.questions import ENGLISH, GERMAN
from tests.fixtures.scene import Scene, author


@pytest.fixture
def texts(scene: Scene, ada: Agent) -> tuple[Text, ...]:
    """What the company asks in."""
    return put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor=author(ada).actor, at=scene.clock.at)

"""What the tests of consents share."""

from dataclasses import replace

import pytest

from jawort.consent.models import Text
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.purposes import Declared, declare
from jawort.consent.texts import put_into_use
from jawort.staff.models import Agent
from tests.consent.questions import ENGLISH, GERMAN
from tests.fixtures.purposes import EVENTS
from tests.fixtures.scene import Scene, author

INVITATIONS = Purpose("invitations")


@pytest.fixture
def texts(scene: Scene, ada: Agent) -> tuple[Text, ...]:
    """What the company asks in."""
    return put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor=author(ada).actor, at=scene.clock.at)


@pytest.fixture
def invitations(scene: Scene, texts: tuple[Text, ...]) -> Purpose:
    """A second purpose that people are asked for."""
    return declared(scene, EVENTS)


@pytest.fixture
def twice(scene: Scene, texts: tuple[Text, ...]) -> Purpose:
    """The same, but a yes must be said twice."""
    return declared(scene, replace(EVENTS, confirms=True))


def declared(scene: Scene, said: Declared) -> Purpose:
    declare(INVITATIONS, said, actor="system", at=scene.clock.at)
    put_into_use(INVITATIONS, {"de": replace(GERMAN, contents="Einladungen")}, actor="system", at=scene.clock.at)
    return INVITATIONS

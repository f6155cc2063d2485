"""What `doctor` says of the accounts."""

import pytest

from jawort.staff.checks import findings
from jawort.staff.models import Agent


def codes() -> list[str]:
    return [finding.code for finding in findings()]


@pytest.mark.django_db
def test_before_anybody_is_hired_nobody_is_missed() -> None:
    assert codes() == []


def test_staff_without_an_administrator_is_found(alice: Agent) -> None:
    assert codes() == ["staff.no_administrator"]


def test_an_administrator_who_left_does_not_count(alice: Agent, ada: Agent) -> None:
    assert codes() == []
    Agent.objects.filter(pk=ada.pk).update(is_active=False)
    assert codes() == ["staff.no_administrator"]

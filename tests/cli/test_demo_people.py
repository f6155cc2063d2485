"""Whoever the inbox knows gets a phone again when the simulator was started anew."""

import pytest

from jawort.cli.demo_data import Person, people
from jawort.cli.demo_stories import CUSTOMERS
from tests.simulator.conftest import stage
from tests.simulator.stage import Stage

__all__ = ["stage"]


@pytest.mark.parametrize("odd", [Person("+4", "Zu kurz", 0), Person("+4917604069051", "Z" * 256, -1)])
def test_a_guest_whom_the_simulator_refuses_keeps_nobody_else_away(stage: Stage, odd: Person) -> None:
    fit = Person("+4917604069050", "Wer das hier liest", 1_780_000_000)
    people(f"{stage.url}/__sim", {"DE.1": odd, "DE.17604069050": fit, "DE.2": odd})
    names = {one["name"] for one in stage.sim("GET", "users")["items"]}
    assert names == {fit.name, *(customer.name for customer in CUSTOMERS.values())}

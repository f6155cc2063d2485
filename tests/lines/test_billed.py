"""What the platform says it bills is counted once a message, by line, month and its own words; never by person."""

from collections.abc import Callable

from django.test import Client

from jawort.lines.billed import Count, counts
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author

SignedIn = Callable[[Agent], Client]
SERVICE = {"billable": False, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"}
ABROAD = {"billable": True, "type": "regular", "category": "authentication-international"}


def test_each_message_counts_once_however_often_it_is_told(
    scene: Scene, kim: Customer, alice: Agent, ada: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hallo")
    assert "What WhatsApp bills" not in signed_in(ada).get("/notices/").content.decode()
    for pricing in (SERVICE, SERVICE, ABROAD):
        message = send(scene.chat(kim), "Guten Tag", author(alice), scene.clock.at)
        scene.delivers()
        for state in ("sent", "delivered", "sent", "read"):
            scene.tells(scene.receipt(message, state, pricing=pricing))
    month = scene.clock.at.year * 100 + scene.clock.at.month
    assert counts(3) == [
        Count("Service", month, "authentication_international", "regular", 1),
        Count("Service", month, "service", "free_customer_service", 2),
    ]
    page = signed_in(ada).get("/notices/").content.decode()
    assert "What WhatsApp bills" in page
    assert "<code>free_customer_service</code>" in page


def test_a_receipt_without_a_price_or_with_an_odd_one_counts_nothing(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    for pricing in ({}, {"type": "regular"}, {"category": {"odd": 1}}, None):
        message = send(scene.chat(kim), "Guten Tag", author(alice), scene.clock.at)
        scene.delivers()
        scene.tells(scene.receipt(message, "sent", pricing=pricing))
    assert counts(3) == []

"""No number goes to work before customers find imprint and privacy notice."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from jawort.core import clock as core_clock
from jawort.legal.keep import keep
from jawort.legal.models import Links
from jawort.lines.models import Line
from jawort.staff.models import Agent
from tests.public.doors import LEGAL
from tests.simulator.stage import Start
from tests.web.test_connect import CONNECT, changes, said, visiting


def test_no_number_is_connected_before_customers_find_imprint_and_privacy(
    start: Start, db: None, ada: Agent, signed_in: Callable[[Agent], Client], settings: Any
) -> None:
    visit = visiting(start(registered=False, subscribed=False), signed_in(ada), settings)
    Links.objects.all().delete()
    page = said(visit.desk.get(CONNECT))
    assert "Imprint and privacy notice are missing" in page
    assert 'href="/settings/legal"' in page
    visit.begins()
    for address in (visit.setup, visit.number):
        assert "Imprint and privacy notice are missing" in said(visit.desk.get(address))
    before = changes()
    answer = visit.connects()
    assert answer.status_code == 422
    assert "Enter imprint and privacy notice first" in said(answer)
    assert changes() == before
    assert not Line.objects.exists()
    keep(*LEGAL, actor="system", at=core_clock.now())
    assert "are missing" not in said(visit.desk.get(visit.number))
    assert visit.connects().status_code == 302

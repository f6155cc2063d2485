"""The alarms at the desk: what is wrong, since when, what to do, and who sees to it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from jawort.alarms import queries
from jawort.alarms.models import Alarm, Watch
from jawort.alarms.note import note
from jawort.alarms.rules import Cause, Code, SelfTested
from jawort.alarms.self_test import due, take
from jawort.alarms.tell import MAIL, POST
from jawort.alarms.words import WORDS
from jawort.lanes.models import Job, Lane
from jawort.ledger.models import Entry
from jawort.staff.models import Agent
from jawort.web.alarms.views import WAYS
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]


def page(client: Client) -> str:
    return client.get("/alarms/").content.decode()


def test_it_says_what_is_wrong_since_when_and_what_to_do_in_both_languages(
    scene: Scene, ada: Agent, signed_in: SignedIn
) -> None:
    note([Cause(Code.TOKEN_REFUSED, scene.line.pk), Cause(Code.PARKED)], scene.clock.at)
    shown = page(signed_in(ada))
    assert "WhatsApp refuses the access token" in shown
    assert "Make a new access token at Meta" in shown
    assert "Line Service" in shown
    assert 'href="/parked/"' in shown
    assert f'datetime="{scene.clock.at:%Y-%m-%dT%H:%M:%S}' in shown
    Agent.objects.update(language="de")
    shown = page(signed_in(Agent.objects.get(pk=ada.pk)))
    assert "WhatsApp nimmt das Zugriffstoken nicht an" in shown
    assert "Anschluss Service" in shown


def test_the_menu_counts_what_nobody_sees_to(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    note([Cause(Code.DISK), Cause(Code.PARKED)], scene.clock.at)
    client = signed_in(ada)
    assert '<b class="badge">2<span class="sr"> open</span></b>' in client.get("/inbox/").content.decode()
    first = queries.standing()[0]
    answer = client.post(f"/alarms/{first.id}/acknowledge", follow=True).content.decode()
    assert "It is yours now." in answer
    assert "Ada sees to it" in answer
    assert '<b class="badge">1<span class="sr"> open</span></b>' in answer
    again = client.post(f"/alarms/{first.id}/acknowledge", follow=True).content.decode()
    assert "somebody sees to it already" in again


def test_where_nothing_is_wrong_it_says_so_and_what_was(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    assert "Nobody has looked yet" in page(signed_in(ada))
    Watch.objects.create(since=scene.clock.at, looked_at=scene.clock.at)
    note([Cause(Code.DISK)], scene.clock.at)
    Alarm.objects.update(ended_at=scene.clock.at)
    shown = page(signed_in(ada))
    assert "Nothing is wrong" in shown
    assert "The disk is nearly full" in shown
    assert "no worker runs" not in shown


def test_a_page_that_is_old_says_so(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    Watch.objects.create(since=scene.clock.at, looked_at=scene.clock.at)
    scene.passes(minutes=6)
    assert "no worker runs" in page(signed_in(ada))


def test_only_administrators_have_it(scene: Scene, bob: Agent, signed_in: SignedIn) -> None:
    client = signed_in(bob)
    assert client.get("/alarms/").status_code == 404
    assert "/alarms/" not in client.get("/inbox/").content.decode()


def test_a_trial_is_sent_by_the_ways_that_the_page_names(
    scene: Scene, ada: Agent, signed_in: SignedIn, settings: Any
) -> None:
    client = signed_in(ada)
    assert "Only on this page." in page(client)
    settings.CONFIG = replace(
        settings.CONFIG,
        mail_host="mail.firma.example",
        mail_from="jawort@firma.example",
        mail_to="it@firma.example",
        alarm_webhook_url="https://hooks.firma.example/secret-path",
        alarm_webhook_secret="whsec_" + "A" * 43 + "=",
    )
    shown = page(client)
    assert "by mail, over mail.firma.example" in shown
    assert "by a signed webhook to hooks.firma.example" in shown
    assert "secret-path" not in shown
    assert "A trial is on its way." in client.post("/alarms/trial", follow=True).content.decode()
    waiting = Job.objects.filter(kind__in=[MAIL, POST])
    assert sorted(waiting.values_list("kind", flat=True)) == sorted([MAIL, POST])
    assert Entry.objects.get(kind="alarm.tried").actor == ada.actor
    waiting.delete()
    Lane.objects.filter(name__in=[MAIL, POST]).delete()


def test_the_self_test_is_shown_and_wanted(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    client = signed_in(ada)
    assert "not yet" in page(client)
    due(scene.clock.at)
    take(scene.line.pk, SelfTested("", None, "unsubscribed", ""), scene.clock.at)
    shown = page(client)
    assert "not subscribed" in shown
    assert "is well" in shown
    assert due(scene.clock.at) == []
    assert "are being tested" in client.post("/alarms/test", follow=True).content.decode()
    assert [line.pk for line in due(scene.clock.at)] == [scene.line.pk]


#: What is seen to on the page of the line that it is about.
OF_A_LINE = (Code.TOKEN_REFUSED, Code.TOKEN_EXPIRES, Code.UNSUBSCRIBED, Code.CALLBACK, Code.LINE_SILENT)


@pytest.mark.parametrize("code", Code)
def test_every_alarm_has_words(code: Code) -> None:
    words = WORDS[code]
    assert all(str(one) for one in (words.name, words.happened, words.to_do))


def test_every_way_leads_somewhere(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    note([Cause(code, scene.line.pk) for code in WAYS], scene.clock.at)
    page = signed_in(ada).get("/alarms/").content.decode()
    assert page.count(f'href="/settings/lines/{scene.line.pk}"') == len(OF_A_LINE)

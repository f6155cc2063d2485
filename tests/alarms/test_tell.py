"""Alarms are told by mail and by a signed POST: to real servers, over TLS, until they are taken."""

import asyncio
import hmac
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.alarms.jobs import tellers
from jawort.alarms.models import Watch
from jawort.alarms.note import note
from jawort.alarms.queries import standing
from jawort.alarms.rules import ENDS_AFTER, Cause, Code
from jawort.alarms.tell import MAIL, POST, TRIED_FOR, WAIT_MAX, WAIT_MIN, fate, tell_a_trial, ways
from jawort.alarms.watchman import Watchman
from jawort.channels.types import NotTaken
from jawort.cli.doctor_reach import tried
from jawort.core.config import Config
from jawort.lanes.models import Job
from jawort.lanes.outcome import Again, Park
from jawort.lanes.parked import replay
from jawort.lanes.work import Worker
from jawort.ledger.models import Entry
from tests.alarms.outside import FAR, PASSWORD, USER, Authority, Desk, Mailbox, authority, mail_server, program, proxy
from tests.fixtures.ports import free_ports
from tests.fixtures.scene import LEASE, Scene
from tests.fixtures.time import MONDAY

SECRET = "whsec_" + b64encode(bytes(range(32))).decode()
Works = Callable[[], None]


@pytest.fixture(scope="module")
def firma(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("firma"))


@pytest.fixture
def box(firma: Authority) -> Iterator[Mailbox]:
    with mail_server(firma) as found:
        yield found


@pytest.fixture
def desk(firma: Authority) -> Iterator[Desk]:
    with program(firma) as found:
        yield found


@pytest.fixture
def config(firma: Authority, box: Mailbox, desk: Desk, tmp_path: Path) -> Config:
    """An installation that is told by both ways, in English."""
    return Config(
        data_dir=tmp_path,
        language="en",
        public_url="https://desk.example.org",
        ca_bundle=str(firma.bundle),
        mail_host="127.0.0.1",
        mail_port=box.port,
        mail_user=USER,
        mail_password=PASSWORD,
        mail_from="jawort@firma.example",
        mail_to="it@firma.example, chef@firma.example",
        alarm_webhook_url=desk.url,
        alarm_webhook_secret=SECRET,
    )


def run(call: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: a browser test leaves this one with a loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, call).result()


def works(scene: Scene, config: Config) -> None:
    """The lanes carry whatever is due."""
    worker = Worker(tellers(config, run), "other", lease=LEASE)
    while worker.run_due(scene.clock.at):
        pass


def raised(scene: Scene, config: Config, code: Code = Code.TOKEN_REFUSED) -> str:
    """An alarm about the line, told; its id."""
    (alarm,) = note([Cause(code, scene.line.pk)], scene.clock.at, tell_by=ways(config).kinds)
    works(scene, config)
    return str(alarm)


def verified(headers: dict[str, str], body: bytes, at: datetime) -> Any:
    """The body, once its signature and its age are found to be right, as the standard asks of a receiver."""
    assert abs(at.timestamp() - int(headers["webhook-timestamp"])) < 300
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = b64decode(SECRET.removeprefix("whsec_"))
    right = "v1," + b64encode(hmac.digest(key, signed, sha256)).decode()
    assert hmac.compare_digest(headers["webhook-signature"], right)
    return json.loads(body)


def test_an_alarm_is_mailed_when_it_is_raised_and_when_it_ends(scene: Scene, config: Config, box: Mailbox) -> None:
    raised(scene, config)
    (mail,) = box.mails
    assert mail["Subject"] == "[Jawort] WhatsApp refuses the access token: line Service"
    assert box.recipients == ["it@firma.example", "chef@firma.example"]
    assert (mail["From"], mail["Auto-Submitted"]) == ("jawort@firma.example", "auto-generated")
    assert parsedate_to_datetime(mail["Date"]) == scene.clock.at
    text = mail.get_content()
    assert "Make a new access token at Meta" in text
    assert "Since 8 June 2026" in text
    assert text.rstrip().endswith("https://desk.example.org/alarms/")
    scene.passes(minutes=4)
    note([], scene.clock.at, tell_by=ways(config).kinds)
    works(scene, config)
    _, over = box.mails
    assert over["Subject"] == "[Jawort] Over: WhatsApp refuses the access token: line Service"
    assert over["In-Reply-To"] == mail["Message-ID"]


def test_mails_are_in_the_installations_language(scene: Scene, config: Config, box: Mailbox, desk: Desk) -> None:
    raised(scene, replace(config, language="de"))
    assert box.mails[0]["Subject"] == "[Jawort] WhatsApp nimmt das Zugriffstoken nicht an: Anschluss Service"
    assert "Erzeugen Sie bei Meta" in box.mails[0].get_content()
    assert "Erzeugen Sie bei Meta" in json.loads(desk.posts[0][1])["data"]["text"]


def test_an_alarm_is_posted_with_a_signature(scene: Scene, config: Config, desk: Desk) -> None:
    alarm = raised(scene, config)
    ((headers, body),) = desk.posts
    said = verified(headers, body, scene.clock.at)
    assert (said["type"], said["timestamp"]) == ("alarm.raised", scene.clock.at.isoformat())
    data = said["data"]
    assert (data["id"], data["code"], data["line"]) == (alarm, "token_refused", str(scene.line.pk))
    assert data["url"] == "https://desk.example.org/alarms/"
    with pytest.raises(AssertionError):
        verified(headers, body.replace(b"token", b"other"), scene.clock.at)


def test_what_is_not_taken_comes_again_under_the_same_id(scene: Scene, config: Config, desk: Desk) -> None:
    desk.answers = [503, 500]
    raised(scene, config)
    for _ in range(5):
        scene.passes(seconds=30)
        works(scene, config)
    assert len(desk.posts) == 3
    assert len({headers["webhook-id"] for headers, _ in desk.posts}) == 1
    assert len({body for _, body in desk.posts}) == 1
    assert not Job.objects.filter(kind=POST).exists()


def test_no_redirect_is_followed(scene: Scene, config: Config, desk: Desk) -> None:
    desk.answers = [307, 301]
    raised(scene, config)
    assert len(desk.posts) == 1
    assert Job.objects.get(kind=POST).reason == "http_307"
    forget(POST)


def test_a_receiver_that_is_gone_is_not_asked_again(scene: Scene, config: Config, desk: Desk) -> None:
    desk.answers = [410]
    raised(scene, config)
    job = Job.objects.get(kind=POST)
    assert (job.reason, job.parked_at) == ("http_410", scene.clock.at)
    assert replay(job.pk, actor="system", at=scene.clock.at)
    works(scene, config)
    assert len(desk.posts) == 2


def test_a_mail_that_is_not_taken_now_comes_again(scene: Scene, config: Config, box: Mailbox) -> None:
    box.answers = ["451 try again later"]
    raised(scene, config)
    assert box.mails == []
    assert Job.objects.get(kind=MAIL).reason == "refused"
    scene.passes(seconds=30)
    works(scene, config)
    assert len(box.mails) == 1


def test_a_mail_that_is_refused_for_good_is_parked(scene: Scene, config: Config, box: Mailbox) -> None:
    box.answers = ["554 no"]
    raised(scene, config)
    assert Job.objects.get(kind=MAIL).parked_at is not None
    forget(MAIL)


def test_a_trial_takes_every_way_and_is_entered(scene: Scene, config: Config, box: Mailbox, desk: Desk) -> None:
    tell_a_trial(ways(config).kinds, actor="staff:1", at=scene.clock.at)
    works(scene, config)
    assert box.mails[0]["Subject"] == "[Jawort] Trial: this is no alarm"
    assert verified(*desk.posts[0], scene.clock.at)["type"] == "alarm.trial"
    assert Entry.objects.get(kind="alarm.tried").facts == {"ways": [MAIL, POST]}


def test_what_leaves_names_no_customer(scene: Scene, config: Config, box: Mailbox, desk: Desk, kim: Any) -> None:
    scene.writes(kim, "Meine IBAN ist geheim")
    for code in Code:
        note([Cause(code, scene.line.pk)], scene.clock.at, tell_by=ways(config).kinds)
    works(scene, config)
    scene.passes(seconds=1)  # so many at once are more than the pace allows
    works(scene, config)
    left = " ".join([*(str(mail) for mail in box.mails), *(body.decode() for _, body in desk.posts)])
    assert len(box.mails) == len(desk.posts) == len(Code)
    assert not re.search(rf"{kim.name}|{kim.phone.digits}|{kim.bsuid}|IBAN", left)


def test_without_ways_nothing_waits(scene: Scene) -> None:
    note([Cause(Code.DISK)], scene.clock.at, tell_by=ways(Config()).kinds)
    assert not Job.objects.filter(kind__in=[MAIL, POST]).exists()


def test_a_way_that_the_settings_name_no_more_carries_nothing(scene: Scene, config: Config, box: Mailbox) -> None:
    note([Cause(Code.DISK)], scene.clock.at, tell_by=ways(config).kinds)
    works(scene, Config(data_dir=config.data_dir))
    assert box.mails == []
    assert not Job.objects.filter(kind__in=[MAIL, POST]).exists()


@given(st.floats(0, 10 * 86_400), st.booleans())
def test_waiting_grows_and_ends(seconds: float, passing: bool) -> None:
    at = MONDAY + timedelta(seconds=seconds)
    found = fate(NotTaken("http_500", passing=passing), MONDAY, at)
    if passing and at - MONDAY < TRIED_FOR:
        assert isinstance(found, Again)
        assert WAIT_MIN <= found.at - at <= WAIT_MAX
        assert not found.counts
    else:
        assert found == Park("http_500")


def forget(kind: str) -> None:
    """What waits there goes: the world is to be at rest."""
    Job.objects.filter(kind=kind).delete()


class TestWatchman:
    """The desk looks whether a worker does; where none does, it raises the alarm and tells of it by itself."""

    @staticmethod
    def looks(scene: Scene, watchman: Watchman, minutes: int) -> list[Code]:
        for _ in range(minutes):
            scene.passes(minutes=1)
            watchman.look(scene.clock.at)
        return [alarm.code for alarm in standing()]

    def test_a_worker_that_is_gone_is_told_of(self, scene: Scene, config: Config, box: Mailbox, desk: Desk) -> None:
        Watch.objects.create(since=scene.clock.at, looked_at=scene.clock.at)
        watchman = Watchman(config, scene.clock.at, run)
        assert self.looks(scene, watchman, 5) == []
        assert self.looks(scene, watchman, 1) == [Code.NO_WORKER]
        assert self.looks(scene, watchman, 5) == [Code.NO_WORKER]
        assert [mail["Subject"] for mail in box.mails] == ["[Jawort] No worker runs"]
        assert verified(*desk.posts[0], scene.clock.at - timedelta(minutes=5))["data"]["code"] == "no_worker"
        scene.passes(seconds=ENDS_AFTER.total_seconds())
        Watch.objects.update(looked_at=scene.clock.at)
        note([], scene.clock.at, tell_by=ways(config).kinds)
        assert self.looks(scene, watchman, 1) == []
        assert len(box.mails) == 1  # the worker tells of the end
        works(scene, config)
        assert box.mails[1]["Subject"] == "[Jawort] Over: No worker runs"

    def test_a_night_in_which_everything_was_off_is_none(self, scene: Scene, config: Config) -> None:
        Watch.objects.create(since=scene.clock.at, looked_at=scene.clock.at)
        scene.passes(hours=8)
        assert self.looks(scene, Watchman(config, scene.clock.at, run), 5) == []

    def test_where_no_worker_ever_looked_none_is_missing(self, scene: Scene, config: Config) -> None:
        assert self.looks(scene, Watchman(config, scene.clock.at, run), 20) == []

    def test_a_clock_that_is_moved_raises_none(self, scene: Scene, config: Config) -> None:
        Watch.objects.create(since=scene.clock.at, looked_at=scene.clock.at)
        watchman = Watchman(config, scene.clock.at, run)
        scene.passes(hours=3)
        watchman.look(scene.clock.at)
        Watch.objects.update(looked_at=scene.clock.at)
        assert self.looks(scene, watchman, 3) == []


class TestDoctor:
    """`jawort doctor` tries what the settings name, and sends nothing."""

    def test_where_all_answers_it_finds_nothing(self, config: Config, box: Mailbox, desk: Desk) -> None:
        """The Graph API is asked too, where a proxy or certificates are named: here the same program plays it."""
        assert list(tried(replace(config, graph_url=desk.url), run)) == []
        assert (box.sessions > 0, box.mails, desk.heads, desk.posts) == (True, [], 2, [])

    def test_what_the_settings_do_not_name_is_not_tried(self) -> None:
        assert list(tried(Config(), run)) == []

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"mail_password": "wrong"}, "does not let us in"),
            ({"mail_tls": "tls"}, "could not be reached"),
            ({"mail_port": 1}, "could not be reached"),
            ({"ca_bundle": ""}, "certificate that is not trusted"),
        ],
    )
    def test_it_says_what_is_wrong_with_the_mail_server(
        self, config: Config, change: dict[str, Any], says: str
    ) -> None:
        found = {
            one.code: one.text for one in tried(replace(config, alarm_webhook_url="", graph_url="x", **change), run)
        }
        assert says in found["reach.mail"]

    def test_it_says_what_is_wrong_with_the_receiver_and_the_way_to_the_platform(self, config: Config) -> None:
        nobody = f"https://127.0.0.1:{free_ports()}/"
        found = tried(replace(config, alarm_webhook_url=nobody, graph_url=nobody), run)
        assert [one.code for one in found] == ["reach.webhook", "reach.platform"]


class TestEgress:
    """Through the company's proxy, and trusting the company's own certificates."""

    def test_a_post_goes_through_the_proxy_to_a_server_of_the_company(
        self, scene: Scene, config: Config, desk: Desk, firma: Authority
    ) -> None:
        port = int(desk.url.split(":")[2].partition("/")[0])
        with proxy(port) as tunnel:
            far = f"https://{FAR}/alarms"
            through = f"http://user:word@127.0.0.1:{tunnel.port}"
            raised(scene, replace(config, alarm_webhook_url=far, https_proxy=through, mail_host=""))
            assert tunnel.asked == [f"{FAR}:443"]
            assert tunnel.signed_in == [f"Proxy-Authorization: Basic {b64encode(b'user:word').decode()}"]
        assert verified(*desk.posts[0], scene.clock.at)["type"] == "alarm.raised"

    def test_this_machine_is_reached_without(self, scene: Scene, config: Config, desk: Desk) -> None:
        raised(scene, replace(config, https_proxy=f"http://127.0.0.1:{free_ports()}", mail_host=""))
        assert len(desk.posts) == 1

    def test_without_the_bundle_nobody_is_trusted(self, scene: Scene, config: Config, desk: Desk) -> None:
        raised(scene, replace(config, ca_bundle="", mail_host=""))
        assert desk.posts == []
        assert Job.objects.get(kind=POST).reason == "certificate"
        forget(POST)

"""Alarms are told by mail and by a signed POST: wanted with the alarm, in one transaction, carried by two lanes.

At least once each: a process that dies between sending and noting sends again. The POST bears an id by which its
receiver can tell; a mail bears the same Message-ID.
"""

from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from jawort.alarms.queries import one
from jawort.alarms.tidings import News, Tiding, body, mail, name
from jawort.channels.egress import Egress
from jawort.channels.mail import MailServer, send
from jawort.channels.signed_post import Receiver, post
from jawort.channels.types import NotTaken
from jawort.core import clock
from jawort.core.config import Config
from jawort.core.ids import uuid7
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.outcome import Again, Done, Job, Outcome, Park
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record

MAIL: Final = "alarm_mail"
POST: Final = "alarm_post"
#: A pace of their own gives them workers of their own: a mail server that is slow holds up nothing else.
PACE: Final = "alarms"
#: As long as somebody may be away for a weekend; then it is parked, and said on the page of what is.
TRIED_FOR: Final = timedelta(days=3)
Run = Callable[[Coroutine[Any, Any, None]], object]
WAIT_MIN, WAIT_MAX = timedelta(seconds=10), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Ways:
    """How the installation is told; None where the settings name no such way."""

    mail: MailServer | None = None
    post: Receiver | None = None

    @property
    def kinds(self) -> list[str]:
        """The lanes that carry."""
        return [kind for kind, way in ((MAIL, self.mail), (POST, self.post)) if way is not None]


def ways(config: Config) -> Ways:
    """The ways that the settings name."""
    egress = Egress(config.https_proxy, config.ca_bundle)
    signs_in = config.mail_user, config.mail_password
    server = MailServer(config.mail_host, config.mail_port, config.mail_tls, *signs_in, config.mail_from, egress)
    receiver = Receiver(config.alarm_webhook_url, config.alarm_webhook_secret, egress)
    return Ways(server if config.mail_host else None, receiver if config.alarm_webhook_url else None)


def tell(alarms: Sequence[tuple[UUID, News]], kinds: Collection[str], at: datetime) -> None:
    """Have these alarms told by these lanes, in the caller's transaction."""
    ids = [{"alarm": str(alarm), "news": news} for alarm, news in alarms]
    enqueue([NewJob(kind, kind, each, pace=PACE) for each in ids for kind in kinds], at)


@transaction.atomic
def tell_a_trial(kinds: Collection[str], *, actor: str, at: datetime) -> None:
    """Have a trial told, by every way."""
    trial = uuid7()
    tell([(trial, News.TRIAL)], kinds, at)
    record([Entry(Kind.ALARM_TRIED, actor, trial, {"ways": list(kinds)})], at)


class Tell:
    """The lane handler of one way: `carry` raises NotTaken for what was not taken."""

    def __init__(self, carry: Callable[[Tiding], None]) -> None:
        self.carry = carry

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Outcome]:
        """One after the other."""
        return [self._tell(job) for job in jobs]

    def _tell(self, job: Job) -> Outcome:
        at, news = clock.now(), News(job.ids["news"])
        alarm = one(UUID(job.ids["alarm"]))
        if alarm is None and news is not News.TRIAL:
            return Done()
        try:
            self.carry(Tiding(name(UUID(job.ids["alarm"]).hex, news), news, at, alarm))
        except NotTaken as problem:
            return fate(problem, job.due_at, at)
        return Done()


def fate(problem: NotTaken, due_at: datetime, at: datetime) -> Again | Park:
    """What becomes of what was not taken: again, after half the time that it has waited so far, for three days."""
    age = at - due_at
    if not problem.passing or age >= TRIED_FOR:
        return Park(problem.reason)
    return Again(at + min(max(age / 2, WAIT_MIN), WAIT_MAX), problem.reason, counts=False)


def carriers(config: Config, run: Run) -> dict[str, Tell]:
    """Handler by kind; `run` has a call run where calls run.

    A way that the settings name no more carries nothing, and what waits for it is gone.
    """
    known = ways(config)

    def by_mail(tiding: Tiding) -> None:
        if known.mail is not None:
            send(known.mail, mail(tiding, config))

    def by_post(tiding: Tiding) -> None:
        if known.post is not None:
            run(post(known.post, tiding.id, body(tiding, config), tiding.at))

    return {MAIL: Tell(by_mail), POST: Tell(by_post)}

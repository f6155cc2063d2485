"""What goes out of an alarm, by mail and as a webhook: words of the installation's language, ids, times. No person."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from msgspec.json import encode

from jawort.alarms.queries import Shown
from jawort.alarms.words import TRIAL, WORDS
from jawort.core.config import Config
from jawort.core.reach import addresses


class News(StrEnum):
    """What there is to tell of an alarm."""

    RAISED = "raised"
    ENDED = "ended"
    TRIAL = "trial"


#: The code of a trial, which is no alarm.
TRIAL_CODE: Final = "trial"


@dataclass(frozen=True, slots=True)
class Tiding:
    """One thing to tell. `id` names it: it is the same for every attempt. `alarm` is None for a trial."""

    id: str
    news: News
    at: datetime
    alarm: Shown | None = None

    @property
    def code(self) -> str:
        """What is wrong."""
        return self.alarm.code.value if self.alarm else TRIAL_CODE

    @property
    def since(self) -> datetime:
        """When what it tells of was so first: at every attempt the same."""
        if self.alarm is None:
            return self.at
        return self.alarm.ended_at or self.alarm.since if self.news is News.ENDED else self.alarm.since


@dataclass(frozen=True, slots=True)
class Said:
    """A tiding in words."""

    title: str
    lines: tuple[str, ...]


def mail(tiding: Tiding, config: Config) -> EmailMessage:
    """The mail. That an alarm has ended answers the mail that it was raised."""
    said = _said(tiding, config)
    domain = config.mail_from.rpartition("@")[2]
    message = EmailMessage()
    message["From"], message["To"] = config.mail_from, ", ".join(addresses(config.mail_to))
    message["Subject"] = f"[Jawort] {said.title}"
    message["Date"] = format_datetime(tiding.at)
    message["Message-ID"] = f"<{tiding.id}@{domain}>"
    if tiding.news is News.ENDED and tiding.alarm:
        message["In-Reply-To"] = message["References"] = f"<{name(tiding.alarm.id.hex, News.RAISED)}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content("\n\n".join((*said.lines, page(config))) + "\n")
    return message


def body(tiding: Tiding, config: Config) -> bytes:
    """The webhook's body, as Standard Webhooks recommends it: type, timestamp, data."""
    said, alarm = _said(tiding, config), tiding.alarm
    data = {
        "id": str(alarm.id) if alarm else None,
        "code": tiding.code,
        "line": str(alarm.subject) if alarm and alarm.subject else None,
        "since": alarm.since.isoformat() if alarm else None,
        "ended_at": alarm.ended_at.isoformat() if alarm and alarm.ended_at else None,
        "title": said.title,
        "text": "\n".join(said.lines),
        "url": page(config),
    }
    return encode({"type": f"alarm.{tiding.news}", "timestamp": tiding.since.isoformat(), "data": data})


def name(alarm: str, news: News) -> str:
    """The id of a tiding."""
    return f"alarm_{alarm}_{news}"


def page(config: Config) -> str:
    """Where the alarms are looked at."""
    parts = urlsplit(config.public_url)
    return f"{parts.scheme}://{parts.netloc}/alarms/"


def _said(tiding: Tiding, config: Config) -> Said:
    with translation.override(config.language), timezone.override(ZoneInfo(config.time_zone)):
        alarm = tiding.alarm
        if alarm is None:
            return Said(str(TRIAL.name), (str(TRIAL.happened), str(TRIAL.to_do)))
        words = WORDS[alarm.code]
        title = gettext("%(alarm)s: line %(line)s") % {"alarm": words.name, "line": alarm.line}
        title = title if alarm.line else str(words.name)
        since = gettext("Since %(at)s.") % {"at": _moment(alarm.since)}
        if tiding.news is News.ENDED:
            over = gettext("Over: %(alarm)s") % {"alarm": title}
            until = _moment(tiding.since)
            return Said(over, (gettext("It is so no more since %(at)s.") % {"at": until}, since))
        to_do = gettext("What to do: %(to_do)s") % {"to_do": words.to_do}
        return Said(title, (str(words.happened), since, to_do))


def _moment(at: datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")

"""What stands of a notice on the page: each thing that it says, with its time, and what to do."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from jawort.lines.notices import Told
from jawort.web.notices.words import Text, Words, words_of


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a notice says, and from or until when; empty if it names no time."""

    words: Words
    when: str


def said_by(told: Told) -> list[Said]:
    """What a notice says: of several restrictions each, with its own end where they differ."""
    if not told.ends:
        return [Said(words_of(told), " ".join(filter(None, (_begins(told), _until(told, told.until)))))]
    each = list(dict.fromkeys((words_of(told, restriction), _until(told, end)) for restriction, end in told.ends))
    is_one = len({when for _, when in each}) == 1
    last = len(each) - 1
    return [Said(words, "" if is_one and n < last else when) for n, (words, when) in enumerate(each)]


def to_do(told: Told) -> list[Text]:
    """What is to be done, once each."""
    return list(dict.fromkeys(said.words.to_do for said in said_by(told)))


def _until(told: Told, end: datetime | None) -> str:
    """When it ends by itself; empty if it does not."""
    if end is None:
        return ""
    form = "DATETIME_FORMAT" if told.template else "DATE_FORMAT"  # a pause lasts hours, a restriction days
    return gettext("until %(day)s") % {"day": date_format(localtime(end), form)}


def _begins(told: Told) -> str:
    """From when it holds; empty if that is not named."""
    if told.begins_at is None:
        return ""
    return gettext("on %(day)s") % {"day": date_format(localtime(told.begins_at), "DATE_FORMAT")}

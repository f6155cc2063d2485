"""From when a message that failed may be sent again, where the platform named a wait."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from jawort.channels.parts import Template
from jawort.lines.models import Line
from jawort.lines.notices import template_pauses
from jawort.lines.rules import REFUSED_TEMPLATES
from jawort.messaging.content import What
from jawort.messaging.failures import Told
from jawort.messaging.models import Message
from jawort.messaging.rules import State, wait_end


def waits_until(
    messages: Iterable[Message], whats: Mapping[UUID, What], told: Mapping[UUID, Told], at: datetime
) -> dict[UUID, datetime]:
    """Of these messages those that failed with a wait, each with its end, which may lie in the past.

    It counts from the platform's own time of the failure, where the failure came after the call. Of a template that is
    paused the notices know more than the refusal: an approval frees it at once. Two queries where there is one, else
    none.
    """
    found: dict[UUID, datetime] = {}
    paused: dict[UUID, tuple[UUID, str, str]] = {}
    for message in messages:
        if message.state != State.FAILED:
            continue
        said, what = told.get(message.pk), whats.get(message.pk)
        if said is not None and said.code == message.failure:
            failed_at = said.at
        else:
            failed_at = message.called_at or message.created_at
        if (end := wait_end(message.failure, failed_at)) is None:
            continue
        found[message.pk] = end
        if int(message.failure) in REFUSED_TEMPLATES and what is not None and isinstance(what.part, Template):
            paused[message.pk] = message.line_id, what.part.name, what.part.language
    return found if not paused else _freed(found, paused, at)


def _freed(
    found: Mapping[UUID, datetime], paused: Mapping[UUID, tuple[UUID, str, str]], at: datetime
) -> dict[UUID, datetime]:
    """The waits, of templates as their notices say: as long as the pause, and none where it is over."""
    lines = Line.objects.filter(pk__in={line for line, _, _ in paused.values()})
    accounts = dict(lines.values_list("pk", "waba_id"))
    pauses = template_pauses(set(accounts.values()), at)
    waits = dict(found)
    for message, (line, name, language) in paused.items():
        key = accounts[line], name, language
        if key in pauses:
            waits[message] = pauses[key] or waits[message]
        else:
            del waits[message]
    return waits

"""Files come in: one job each, in workers of their own, because one may take minutes.

The bytes are sealed as they come, never in a transaction that waits for the network. What arrives must hash to what the
platform said in the message; what does not is fetched once more and then refused. Whatever passes by itself is tried
again for seven days, with ever longer pauses.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from jawort.channels.parts import Media
from jawort.channels.whatsapp.media import NotFetched
from jawort.core import clock
from jawort.lanes.outcome import Again, Done, Job
from jawort.lanes.outcome import Outcome as Fate
from jawort.messaging.contents import whats_of
from jawort.messaging.files.content import Claims
from jawort.messaging.files.judge import judged
from jawort.messaging.files.keep import delay, dismiss, keep
from jawort.messaging.files.models import File
from jawort.messaging.files.rules import State, next_try
from jawort.messaging.files.source import ENDING, Source
from jawort.messaging.files.store import FILE_BYTES_MAX, Superseded, TooLarge, Written, begin, write
from jawort.messaging.models import Message

TRIES_FOR_THE_HASH: Final = 2
#: The platform has it no more; all other final reasons are refusals of ours.
LOST: Final = frozenset({"gone", "given_up", "no_message"})
AT_ONCE: Final = timedelta(seconds=1)

log = logging.getLogger(__name__)


class Refused(Exception):
    """The bytes came and are not kept. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Fetch:
    """The lane handler of kind `fetch`."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Fate]:
        """What becomes of each job. A file that does not wait any more is done."""
        return [self._fate(UUID(job.ids["file"])) for job in jobs]

    def _fate(self, file_id: UUID) -> Fate:
        file = begin(file_id)
        if file is None:
            return Done()
        try:
            self._fetch(file)
        except Superseded:
            return Done()  # whoever superseded us has the job, or has done it
        except TooLarge:
            return _dismissed(file, "too_large")
        except Refused as refused:
            return _dismissed(file, refused.reason)
        except NotFetched as failure:
            return _failed(file, failure)
        return Done()

    def _fetch(self, file: File) -> None:
        message = Message.objects.get(files=file)
        what = whats_of([message]).get(message.pk)
        if what is None or not isinstance(what.part, Media):
            raise NotFetched("no_message", passing=False)  # its key is gone, or somebody changed it
        written = self._written(file, message, what.part)
        if not written.stream.size:
            raise Refused("empty")
        claims = Claims(what.part.filename, what.part.mime)
        keep(file, judged(file, claims, written), clock.now())

    def _written(self, file: File, message: Message, media: Media) -> Written:
        """The bytes, sealed and stored, if they are those of the message. Raises Refused, NotFetched, TooLarge."""
        for _ in range(TRIES_FOR_THE_HASH):
            with self.source.open(message.line_id, media.provider_id) as blocks:
                written = write(file, blocks, limit=FILE_BYTES_MAX)
            if {named for named in (media.sha256, blocks.sha256) if named} <= {written.sha256}:
                return written
            log.warning("files.other_bytes_than_named", extra={"code": "hash_mismatch"})
        raise Refused("hash_mismatch")


def _dismissed(file: File, reason: str) -> Fate:
    try:
        dismiss(file, State.LOST if reason in LOST else State.REFUSED, reason, clock.now())
    except Superseded:
        log.info("files.superseded")
    return Done()


def _failed(file: File, failure: NotFetched) -> Fate:
    """Again after a pause, or never again. What waits says why."""
    at = clock.now()
    if not failure.passing:
        return _dismissed(file, failure.reason)
    if failure.reason == ENDING:
        return Again(at + AT_ONCE, failure.reason, counts=False)
    due = next_try(file.tries, file.asked_at, at)
    if due is None:
        return _dismissed(file, "given_up")
    delay(file, failure.reason)
    return Again(due, failure.reason, counts=False)

"""What the tour's buttons really do. Each leaves a fact in the ledger; the tour ticks by that, not by the click."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation

from jawort.channels.parts import Template
from jawort.channels.whatsapp.templates import MARKETING
from jawort.core import clock
from jawort.ledger.kinds import Kind
from jawort.ledger.read import vkey
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.ledger.tlog import note
from jawort.ledger.tlog.checkpoint import open_checkpoint
from jawort.ledger.verify import verify_log
from jawort.lines.template_list import offered_as
from jawort.messaging import tamper
from jawort.messaging.access import conversation_for
from jawort.messaging.draft import Draft
from jawort.messaging.proof import prove
from jawort.messaging.send import Author, NotOpen, send
from jawort.staff.models import Agent
from jawort.web.demo import disk
from jawort.web.demo.facts import TOUR, data_dir, entry_of, line_name, sight, signed_note
from jawort.web.demo.tour import Story, changed
from jawort.web.inbox.sides import Place, placed

Act = Callable[[Story, Agent], None]
#: The marketing template of the demo (cli/demo_templates.py).
OFFER: Final = "winteraktion"


def begin(story: Story | None, actor: str) -> None:
    """Start, or start over. A byte that is still changed is put back first."""
    with transaction.atomic():
        _put_back(story, actor)
        _enter(Kind.DEMO_TOUR_BEGUN, actor, TOUR, {})


def search(story: Story, person: Agent) -> None:
    """Look for the longest word of the tour's message in every file of the demo.

    PostgreSQL's own catalogues are full of English words: one that turns up there gives way to the next, as long as the
    whole text is nowhere. What was looked for is noted by its place among the words, never by itself.
    """
    seen = sight(story.subject.object) if story.subject else None
    if seen is None:
        return
    text = (seen.text or "").strip()
    facts: dict[str, JSON] = {"word": None}
    for place, word in enumerate(disk.words(text)):
        found = disk.search(data_dir(), [disk.spellings(word), disk.spellings(text), [line_name().encode()]])
        hits, whole, control = found.holders
        leaked = bool(whole) and word != text
        facts = {"word": place, "hits": hits, "leaked": leaked, "control": control}
        facts |= {"files": found.files, "bytes": found.bytes, "closed": found.closed}
        if leaked or not hits:
            break
    with transaction.atomic():
        _enter(Kind.DEMO_DISK_SEARCHED, person.actor, seen.message, facts)


def check_seal(story: Story, person: Agent) -> None:
    """Recompute the way from the message's entry to the signed root, and the signature under it."""
    entry = entry_of(story.subject) if story.subject else None
    place = placed(entry) if entry else None
    if entry is None or place is None:
        return  # its seal follows within a second
    facts: dict[str, JSON] = {"index": place.index, "size": place.size, "hashes": len(place.proof)}
    with transaction.atomic():
        _enter(Kind.DEMO_SEAL_CHECKED, person.actor, entry.object, facts | {"holds": place.holds and _is_signed(place)})


def change(story: Story, person: Agent) -> None:
    """Change a byte of the tour's message, unless one is changed already."""
    subject = story.subject
    if subject is not None and subject.object is not None and changed(story) is None:
        tamper.change(subject.object, actor=person.actor, at=clock.now())


def verify(story: Story, person: Agent) -> None:
    """Verify the whole log and every record, as `jawort verify` does, and note what was found."""
    log, records = verify_log(), prove()
    problems = [*log.problems, *records.problems]
    suspect = changed(story) or story.subject
    named = suspect is not None and any(str(suspect.object) in problem.text for problem in problems)
    facts: dict[str, JSON] = {"size": log.size, "records": records.checked, "problems": len(problems), "named": named}
    with transaction.atomic():
        _enter(Kind.LEDGER_VERIFIED, person.actor, None, facts)


def restore(story: Story, person: Agent) -> None:
    """Put the byte back, then verify again."""
    _put_back(story, person.actor)
    verify(story, person)


def offer(story: Story, person: Agent) -> None:
    """Send the workshop's offer to the customer by the one door, as a campaign would: whether it leaves, the gate says.

    Nothing where the template is not listed yet: what nobody knows to be marketing would pass as an answer.
    """
    at, pk = clock.now(), story.home(story.subject) if story.subject else None
    if pk is None:
        return
    home = conversation_for(person, pk)
    template = _offered(home.line.waba_id, at)
    if template is not None:
        with suppress(NotOpen):
            send(home, Draft("", "template", template), Author(person.actor, person), at)


#: By the last part of their addresses.
ACTS: Mapping[str, Act] = {
    "offer": offer,
    "search": search,
    "seal": check_seal,
    "change": change,
    "verify": verify,
    "restore": restore,
}


def _offered(account: str, at: datetime) -> Template | None:
    """The offer in the reader's language, or in any that the account has it in."""
    languages = sorted(dict(settings.LANGUAGES), key=lambda code: code != translation.get_language())
    for one in (offered_as(account, OFFER, language, at) for language in languages):
        if one is not None and one.is_approved and one.category == MARKETING:
            return Template(one.name, one.language)
    return None


def _put_back(story: Story | None, actor: str) -> None:
    open_one = changed(story) if story else None
    if open_one is not None and open_one.object is not None:
        tamper.restore(open_one.object, actor=actor, at=clock.now())


def _is_signed(place: Place) -> bool:
    """Whether the root at the end of the way is the one under the log's own signature."""
    message, key = signed_note(place.size), vkey()
    if message is None or key is None:
        return False
    try:
        signed, _ = open_checkpoint(message, note.Verifier.parse(key))
    except note.NoteError:
        return False
    return (signed.size, signed.root.hex()) == (place.size, place.root)


def _enter(kind: Kind, actor: str, object_: UUID | None, facts: Mapping[str, JSON]) -> None:
    record([Entry(kind, actor, object_, facts)], clock.now())

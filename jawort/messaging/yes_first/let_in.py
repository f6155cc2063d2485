"""Who has said yes is let in: what waited is a conversation, its messages in the order and at the times they came."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jawort.channels.parts import Choice
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.live import notify
from jawort.messaging.models import Message
from jawort.messaging.receive import Arrival
from jawort.messaging.yes_first.door import LetIn
from jawort.messaging.yes_first.end import count_ended, drop
from jawort.messaging.yes_first.queries import withheld_of
from jawort.messaging.yes_first.rules import End
from jawort.messaging.yes_first.withhold import opened


@dataclass(frozen=True, slots=True)
class Passed:
    """What goes on: messages to be received in this order. `answers` said yes and nothing else.

    `prompts` are the questions that they answered, each with the message that did.
    """

    arrivals: Sequence[Arrival]
    answers: frozenset[UUID] = frozenset()
    prompts: Mapping[UUID, UUID] | None = None


def let_in(passed: Sequence[Arrival | LetIn], at: datetime) -> Passed:
    """Open what waits of those who are let in, in its place; it is withheld no more. Needs the batch's transaction."""
    ones = [one for one in passed if isinstance(one, LetIn)]
    if not ones:
        return Passed([one for one in passed if isinstance(one, Arrival)])
    rows = withheld_of([one.waits.newcomer.pk for one in ones])
    waited: defaultdict[UUID, list[Arrival]] = defaultdict(list)
    answers = {one.waits.newcomer.pk: one.answer for one in ones}
    for row, inbound in zip(rows, opened(rows), strict=True):
        of = answers[row.newcomer_id]
        waited[row.newcomer_id].append(
            Arrival(inbound, of.line_id, of.contact_id, of.person, id=row.pk, came_at=row.came_at)
        )
    for one in ones:
        waited[one.waits.newcomer.pk] += one.waits.came
    record([_entry(one, len(waited[one.waits.newcomer.pk])) for one in ones], at)
    count_ended([(one.waits.newcomer, End.LET_IN) for one in ones], at)
    drop([one.waits.newcomer.pk for one in ones])
    arrivals: list[Arrival] = []
    for each in passed:
        arrivals += [*waited[each.waits.newcomer.pk], each.answer] if isinstance(each, LetIn) else [each]
    said = {one.waits.newcomer.prompt: one.answer.id for one in ones}
    prompts = {prompt: answer for prompt, answer in said.items() if prompt and answer}
    return Passed(arrivals, frozenset(prompts.values()), prompts)


def show_prompts(passed: Passed, messages: Sequence[Message]) -> None:
    """The questions stand in the conversations that began with their answers. Needs their locks."""
    if not passed.prompts:
        return
    homes = {message.pk: message.conversation_id for message in messages}
    for prompt, answer in passed.prompts.items():
        Message.objects.filter(pk=prompt).update(conversation=homes[answer])
    shown = [(home, prompt) for prompt, answer in passed.prompts.items() if (home := homes[answer])]
    notify([home for home, _ in shown], shown)


def _entry(one: LetIn, count: int) -> Entry:
    newcomer, answer = one.waits.newcomer, one.answer
    facts = {
        "change": "let_in",
        "newcomer": str(newcomer.pk),
        "text": newcomer.text,
        "prompt": str(newcomer.prompt),
        "answer": str(answer.id),
        "method": "button" if isinstance(answer.inbound.part, Choice) else "words",
        "count": count,
    }
    actor = f"customer:{answer.contact_id}"
    return Entry(Kind.NEWCOMER_CHANGED, actor, answer.contact_id, facts, related=answer.line_id)

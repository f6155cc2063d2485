"""Many messages in one request: each is queued, refused, or not stored, for itself."""

from typing import Annotated, Final
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Router, Schema
from pydantic import Field

from jawort.api.auth import actor_of, person_of, requires
from jawort.api.errors import Error, Problem, Unfit
from jawort.api.replies import IDEMPOTENCY_CHARACTERS_MAX, client_id, problem_of, refusal_of
from jawort.api.sends import NewMessage
from jawort.core import clock
from jawort.ledger.handouts import hand_out_together
from jawort.messaging.access import conversations_for
from jawort.messaging.models import Conversation, Message
from jawort.messaging.rules import State
from jawort.messaging.send import Author
from jawort.messaging.send_many import Unsent, Wanted, send_many
from jawort.staff.permissions import Permission

#: One transaction, during which these conversations are locked: about as long as a batch of intake. So many of the
#: longest texts just fit into a body (4 MB), and what was handed out into one entry of the ledger.
MESSAGES_MAX: Final = 250

router = Router()


class NewInBatch(Schema):
    """One message, and where it goes."""

    conversation: Annotated[UUID, Field(description="The `id` of a conversation.")]
    key: Annotated[
        str,
        Field(
            description="As `Idempotency-Key` of the single call: the same key again sends nothing twice.",
            min_length=1,
            max_length=IDEMPOTENCY_CHARACTERS_MAX,
        ),
    ]
    message: Annotated[NewMessage, Field(description="What is sent; without a type it is a text.")]


class Batch(Schema):
    """Messages in the order in which they leave, where several go to one conversation."""

    messages: Annotated[
        list[NewInBatch],
        Field(
            description=f"1 to {MESSAGES_MAX}, each under a key of its own.",
            min_length=1,
            json_schema_extra={"maxItems": MESSAGES_MAX},
        ),
    ]


class Outcome(Schema):
    """What became of one message."""

    key: Annotated[str, Field(description="Its key.")]
    id: Annotated[UUID | None, Field(description="The message’s id; nothing: it was not stored.")] = None
    status: Annotated[
        str | None,
        Field(description="queued or refused; under a repeated key how far the message has come. Nothing: not stored."),
    ] = None
    error: Annotated[
        Unfit | Error | None,
        Field(description="Why the gate refused it, or what the single call would have answered instead."),
    ] = None


class Outcomes(Schema):
    """One for each message, in the same order."""

    items: Annotated[list[Outcome], Field(description="What became of each.")]


@router.post("/messages/batch", response={200: Outcomes, 400: Error}, summary="Send many messages")
@requires(Permission.CONVERSATION_WRITE)
def send_batch(request: HttpRequest, batch: Body[Batch]) -> Outcomes:
    """Queue messages to many conversations at once. The answer is 200, and says of each what became of it: one that is
    refused or does not fit takes no other one along. 400 if the body has another shape; then nothing was stored."""
    asked = batch.messages
    _check(asked)
    person, now = person_of(request), clock.now()
    visible = {home.pk for home in conversations_for(person, {one.conversation for one in asked})}
    wanted = [
        Wanted(one.conversation, one.message.draft(), client_id(request, one.key))
        for one in asked
        if one.conversation in visible
    ]
    became = iter(send_many(wanted, Author(actor_of(request), person), now))
    told = [next(became) if one.conversation in visible else Conversation.DoesNotExist() for one in asked]
    homes = [one.conversation for one, what in zip(asked, told, strict=True) if isinstance(what, Message)]
    hand_out_together(actor_of(request), homes, right=Permission.CONVERSATION_WRITE, at=now)
    return Outcomes(items=[_outcome(one.key, what, request) for one, what in zip(asked, told, strict=True)])


def _check(asked: list[NewInBatch]) -> None:
    """Not too many, and no key twice. Keys are not repeated in the answer: they may be personal."""
    if len(asked) > MESSAGES_MAX:
        reason = f"A batch takes {MESSAGES_MAX} messages at most: send the others in further ones."
        raise Problem(400, "too_many", reason)
    first: dict[str, int] = {}
    for place, one in enumerate(asked):
        if first.setdefault(one.key, place) != place:
            reason = f"messages.{place}.key is that of messages.{first[one.key]}: give each message a key of its own."
            raise Problem(400, "key_twice", reason)


def _outcome(key: str, became: Message | Unsent, request: HttpRequest) -> Outcome:
    if not isinstance(became, Message):
        return Outcome(key=key, error=problem_of(became, request).error)
    why = refusal_of(became, request) if became.state == State.REFUSED else None
    return Outcome(key=key, id=became.pk, status=became.state, error=why)

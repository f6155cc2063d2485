"""One of us hands a link to their own page over to a customer, and may withdraw it."""

import secrets
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.draft import Draft
from jawort.messaging.gate import Recipient, answers
from jawort.messaging.models import Conversation, Message
from jawort.messaging.own_page.models import OwnPage
from jawort.messaging.own_page.queries import open_links, token_index
from jawort.messaging.own_page.rules import OPEN_FOR, TOKEN_BYTES
from jawort.messaging.send import Author, send

#: Makes the text of the message, from the token and from when on the link opens nothing any more.
Saying = Callable[[str, datetime], str]


@transaction.atomic
def hand_over(conversation: Conversation, say: Saying, author: Author, at: datetime) -> Message:
    """Send the link. Raises what `send` does.

    The token is in the message and nowhere else. What the gate refuses is kept with its text, as ever; sent again
    later, its link opens the same page. It leaves at once: withdrawing the link is its undo, also after the customer
    has it.
    """
    token, ends_at = secrets.token_urlsafe(TOKEN_BYTES), at + OPEN_FOR
    message = send(conversation, Draft(say(token, ends_at)), author, at)
    recipient = Recipient(message.contact_id, message.line_id)
    to = answers([recipient], at)[recipient].address
    page = OwnPage(
        id=uuid7(),
        token_index=token_index(token),
        conversation_id=conversation.pk,
        contact_id=to.contact if to else message.contact_id,
        message=message,
        author=author.agent,
        created_at=at,
        ends_at=ends_at,
    )
    page.save(force_insert=True)
    enter(page, "handed_over", author.actor, at)
    return message


@transaction.atomic
def withdraw(conversation: Conversation, *, actor: str, at: datetime) -> bool:
    """Shut every link of the person on this line. False if none opened anything anyway."""
    held = list(open_links(conversation, at).order_by("pk").select_for_update(of=("self",), no_key=True))
    OwnPage.objects.filter(pk__in=[page.pk for page in held]).update(withdrawn_at=at)
    for page in held:
        enter(page, "withdrawn", actor, at)
    return bool(held)


def enter(page: OwnPage, change: str, actor: str, at: datetime) -> None:
    """Write into the ledger what happened with it."""
    record([Entry(Kind.OWN_PAGE_CHANGED, actor, page.pk, {"change": change}, related=page.conversation_id)], at)

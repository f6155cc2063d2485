"""A note names people; they look at it.

Neither is an entry of its own: the note's entry commits to its text with the names in it, and what was handed out to
whom is entered when they look.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F

from jawort.messaging.live import notify
from jawort.messaging.mentions.models import Mention
from jawort.messaging.mentions.rules import mentioned
from jawort.messaging.models import Conversation, Message
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission
from jawort.staff.queries import who_may


def mention(home: Conversation, note: Message, text: str) -> Sequence[UUID]:
    """Keep whom the text of this note names, but for its author; in the transaction that writes it. Gives who it is."""
    if "@" not in text:
        return ()
    names = {agent.pk: agent.name for agent in who_may(Permission.CONVERSATION_READ) if agent.pk != note.author_id}
    found = mentioned(text, names)
    Mention.objects.bulk_create(Mention(conversation=home, message=note, agent_id=agent) for agent in found)
    return found


@transaction.atomic
def looked(conversation: Conversation, person: Agent, shown: UUID | None = None) -> None:
    """This person has the conversation before them: it waits for them no longer, but for notes after `shown`.

    That is the newest message that the page had; without it all were there.
    """
    named = Mention.objects.filter(conversation=conversation, agent=person)
    gone, _ = (named.filter(message__lte=shown) if shown else named).delete()
    if gone:
        Conversation.objects.filter(pk=conversation.pk).update(version=F("version") + 1)
        notify([conversation.pk])

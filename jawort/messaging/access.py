"""The door to a conversation and to a message. What a person may not see does not exist."""

from uuid import UUID

from jawort.messaging.models import Conversation, Message
from jawort.messaging.queries import visible
from jawort.staff.models import Agent


def conversation_for(person: Agent, conversation_id: UUID) -> Conversation:
    """The conversation, if this person may see it; raises Conversation.DoesNotExist, whatever the reason."""
    return visible(person).select_related("line", "assignee").get(pk=conversation_id)


def message_for(person: Agent, message_id: UUID) -> Message:
    """The message, if this person may see its conversation; raises Message.DoesNotExist."""
    seen = Message.objects.filter(conversation__in=visible(person))
    return seen.select_related("conversation", "line").get(pk=message_id)

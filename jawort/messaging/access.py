"""The door to a conversation, to a message and to a file. What a person may not see does not exist."""

from uuid import UUID

from jawort.messaging.files.models import File
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


def file_for(person: Agent, conversation_id: UUID, file_id: UUID) -> File:
    """The file of a message there, if this person may see the conversation; raises File.DoesNotExist."""
    seen = File.objects.filter(message__conversation=conversation_id, message__conversation__in=visible(person))
    return seen.get(pk=file_id)

"""The door to a conversation, to a message and to a file. What a person may not see does not exist."""

from collections.abc import Collection
from uuid import UUID

from jawort.messaging.files.models import File
from jawort.messaging.models import Conversation, Message
from jawort.messaging.queries import visible
from jawort.staff.models import Agent


def conversation_for(person: Agent, conversation_id: UUID) -> Conversation:
    """The conversation, if this person may see it; raises Conversation.DoesNotExist, whatever the reason."""
    return visible(person).select_related("line", "contact").get(pk=conversation_id)


def conversations_for(person: Agent, ids: Collection[UUID]) -> list[Conversation]:
    """Those of these that this person may see, in the order of their ids."""
    return list(visible(person).filter(pk__in=ids).select_related("line", "assignee").order_by("pk"))


def threads_of(conversation: Conversation) -> list[UUID]:
    """The conversations that stand in one thread with this one, itself included: those on the line of merged contacts.

    Whoever may see one may see all: they are one person's.
    """
    if len(conversation.person) == 1:
        return [conversation.pk]
    homes = Conversation.objects.filter(contact__in=conversation.person, line=conversation.line_id)
    return list(homes.order_by("pk").values_list("pk", flat=True))


def message_for(person: Agent, message_id: UUID) -> Message:
    """The message, if this person may see its conversation; raises Message.DoesNotExist."""
    seen = Message.objects.filter(conversation__in=visible(person))
    return seen.select_related("conversation", "line").get(pk=message_id)


def file_for(person: Agent, conversation_id: UUID, file_id: UUID) -> File:
    """The file of a message in the thread of that conversation, if this person may see it; raises File.DoesNotExist."""
    home = visible(person).filter(pk=conversation_id).first()
    if home is None:
        raise File.DoesNotExist
    seen = File.objects.filter(message__conversation__in=visible(person)).select_related("message")
    file = seen.get(pk=file_id)
    # A thread is looked for only where it matters: nearly all files are of the conversation itself.
    at = file.message.conversation_id if file.message else None
    if at != home.pk and at not in threads_of(home):
        raise File.DoesNotExist
    return file

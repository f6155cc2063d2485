"""The door to a quick reply that somebody wants to change."""

from uuid import UUID

from jawort.messaging.quick_replies.models import QuickReply
from jawort.messaging.quick_replies.queries import Kept, quick_replies
from jawort.staff.access import holds
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission


def quick_reply_for(person: Agent, quick_reply: UUID) -> Kept:
    """Their own, or a shared one if they may change those; raises QuickReply.DoesNotExist, whatever the reason."""
    found = next((kept for kept in quick_replies(person) if kept.id == quick_reply), None)
    if found is None or not (found.is_own or holds(person, Permission.QUICK_REPLY_SHARE)):
        raise QuickReply.DoesNotExist
    return found

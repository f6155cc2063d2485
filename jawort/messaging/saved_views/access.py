"""Which saved views somebody sees, and the door to one that they want to remove."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from jawort.messaging.saved_views.models import SavedView
from jawort.staff.access import holds
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission


def saved_views(person: Agent) -> QuerySet[SavedView]:
    """Their own and those of everybody, by name."""
    return SavedView.objects.filter(Q(owner=None) | Q(owner=person)).order_by(Lower("name"), "pk")


def saved_view_for(person: Agent, pk: UUID) -> SavedView:
    """Their own, or everybody's if they may change those; raises SavedView.DoesNotExist, whatever the reason."""
    found = saved_views(person).get(pk=pk)
    if not may_remove(person, found):
        raise SavedView.DoesNotExist
    return found


def may_remove(person: Agent, view: SavedView) -> bool:
    """Whether it is theirs, or they may change what everybody sees."""
    return view.owner_id == person.pk or (view.owner_id is None and holds(person, Permission.VIEW_SHARE))

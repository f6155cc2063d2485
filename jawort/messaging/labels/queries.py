"""Labels as they are read: those that can be put on, and those that conversations carry."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, F
from django.db.models.functions import Lower

from jawort.messaging.labels.models import Label

_DEFINED = """
SELECT id, name, hue, retired_at FROM messaging_label
 WHERE retired_at IS NULL OR id = ANY(%b::uuid[]) ORDER BY lower(name)
"""

_CARRIED = """
SELECT c.conversation_id, l.id, l.name, l.hue, l.retired_at
  FROM unnest(%b::uuid[]) AS home (id)
 CROSS JOIN LATERAL (SELECT * FROM messaging_labelled WHERE conversation_id = home.id OFFSET 0) AS c
  JOIN messaging_label l ON l.id = c.label_id ORDER BY lower(l.name)
"""


@dataclass(frozen=True, slots=True)
class Defined:
    """A label. `carried` is how many conversations carry it, where that was asked."""

    id: UUID
    name: str
    hue: int
    retired_at: datetime | None = None
    carried: int = 0


def labels(also: Collection[UUID] = ()) -> list[Defined]:
    """Those that can be put on, and of the others those named, by name."""
    with connection.cursor() as cursor:
        cursor.execute(_DEFINED, [list(also)])
        return [Defined(*row) for row in cursor.fetchall()]


def counted() -> list[Defined]:
    """All of them by name, retired ones last, each with the number of conversations that carry it."""
    by_age = F("retired_at").asc(nulls_first=True)
    rows = Label.objects.annotate(carried=Count("labelled")).order_by(by_age, Lower("name"))
    return [Defined(row.pk, row.name, row.hue, row.retired_at, row.carried) for row in rows]


def label_names(ids: Collection[UUID]) -> dict[UUID, str]:
    """What these are called now."""
    return dict(Label.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def offered(carried: Sequence[Defined]) -> list[tuple[Defined, bool]]:
    """What the menu of a conversation with these shows, and whether it is carried: retired ones can be taken off."""
    has = {each.id for each in carried}
    return [(each, each.id in has) for each in labels(has)]


def labels_of(conversations: Collection[UUID]) -> dict[UUID, tuple[Defined, ...]]:
    """What each of these conversations carries, by name. Of none nothing is asked."""
    if not conversations:
        return {}
    found: dict[UUID, list[Defined]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CARRIED, [list(conversations)])
        for home, *label in cursor.fetchall():
            found.setdefault(home, []).append(Defined(*label))
    return {home: tuple(each) for home, each in found.items()}

"""Ids as one array, where Django writes a place for each."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import BooleanField, F, Func, Q
from django.db.models.expressions import RawSQL


def among(column: str, ids: Collection[UUID]) -> Q | Func:
    """Whether the id in this column is one of these. The statement is the same however many they are, so that
    PostgreSQL keeps its plan: of several hundred, reading and planning it anew took longer than to run it.
    """
    if not ids:
        return Q((f"{column}__in", ()))  # of none Django asks nothing
    array = RawSQL("%b::uuid[]", [list(ids)])
    return Func(F(column), array, template="%(expressions)s", arg_joiner=" = ANY", output_field=BooleanField())

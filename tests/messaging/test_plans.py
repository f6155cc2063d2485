"""Plans are kept: one that walks over an empty table walks over it for hours when it has grown."""

from collections.abc import Sequence

import pytest

from jawort.messaging import gate
from jawort.people import book, queries
from tests.fixtures.plans import index_conditions

BATCH = ("text[]", "text[]", "bytea[]")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "types", "by"),
    [
        (book.PROBES, BATCH, "blind = w.blind"),
        (book.LOAD, BATCH, "blind = w.blind"),
        (book.LOAD, BATCH, "contact_id = known.id"),
        (queries.LIVING, ("uuid[]", "text[]"), "contact_id = known.id"),
        (gate.WINDOWS, ("uuid[]", "uuid[]"), "contact_id = known.id"),
    ],
    ids=["who wrote", "and again", "all of who wrote", "addresses", "windows"],
)
def test_people_are_found_by_the_index_however_small_the_tables_were_when_the_plan_was_made(
    query: str, types: Sequence[str], by: str
) -> None:
    found = index_conditions(query, *types)
    assert any(by in condition for condition in found), found

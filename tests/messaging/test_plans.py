"""Plans are kept: one that walks over an empty table walks over it for hours when it has grown."""

from collections.abc import Sequence

import pytest

from jawort.messaging import gate
from jawort.people import book, queries
from tests.fixtures.plans import as_installed, index_conditions

BATCH = ("text[]", "text[]", "bytea[]")


@pytest.mark.django_db
@pytest.mark.parametrize("query", [book.PROBES, book.LOAD], ids=["who wrote", "all of who wrote"])
def test_whoever_wrote_is_found_by_the_index_however_small_the_tables_were_when_the_plan_was_made(query: str) -> None:
    as_installed("people_contact", "people_alias")
    found = index_conditions(query, *BATCH)
    assert any("blind = w.blind" in condition for condition in found), found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "types"),
    [(book.LOAD, BATCH), (queries.LIVING, ("uuid[]", "text[]")), (gate.WINDOWS, ("uuid[]",) * 4)],
    ids=["all of who wrote", "addresses", "windows"],
)
def test_what_belongs_to_a_person_is_reached_by_the_person_from_the_first_day_on(
    query: str, types: Sequence[str]
) -> None:
    as_installed("people_contact", "messaging_conversation")
    found = index_conditions(query, *types)
    assert any("contact_id = known.id" in condition for condition in found), found

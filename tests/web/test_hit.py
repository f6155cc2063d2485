"""What was found is poured into a mould. It is the same, letter by letter, as the template makes it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from jawort.messaging.search.queries import Hit
from jawort.web.inbox import hit as hits
from tests.web.test_row import AT, LABELS, ROW, some_rows, stranger

HIT = Hit(ROW, UUID(int=9), "in", AT, [("Wo ist die ", False), ("Rechnung", True)])
some_hits = st.builds(
    replace,
    st.just(HIT),
    row=some_rows,
    direction=st.sampled_from(["in", "out", "note"]),
    pieces=st.lists(st.tuples(stranger, st.booleans()), max_size=3),
)


@given(hit=some_hits, language=st.sampled_from(["de", "en"]))
def test_whatever_a_stranger_writes_is_as_the_template_makes_it(hit: Hit, language: str) -> None:
    with translation.override(language), timezone.override("Europe/Berlin"):
        values = hits._hit_values(hit, "view=all")
        assert hits.hit_html(hit, "view=all") == hits._rendered(hits._sort(hit.row, hit.direction), values)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"direction": "out"}, "Answer:"),
        ({"direction": "note"}, "Internal note:"),
        ({"pieces": [("<b>", True)]}, "<mark>&lt;b&gt;</mark>"),
        ({"row": replace(ROW, status="resolved")}, "Resolved"),
        ({"row": replace(ROW, assignee_id=UUID(int=8), assignee="Alice Beispiel")}, "Alice Beispiel"),
        ({"row": replace(ROW, labels=LABELS)}, "Rückruf 1"),
    ],
)
def test_a_hit_says_what_it_is(more: dict[str, Any], words: str) -> None:
    with translation.override("en"), timezone.override("Europe/Berlin"):
        assert words in hits.hit_html(replace(HIT, **more), "view=all")
        assert words not in hits.hit_html(HIT, "view=all")


def test_it_leads_to_the_message_or_to_the_conversation_whose_name_fits() -> None:
    with translation.override("en"), timezone.override("Europe/Berlin"):
        there = f'href="/inbox/{ROW.id}/?'
        assert f'{there}at={HIT.message}&amp;view=all"' in hits.hit_html(HIT, "view=all")
        named = hits.named_html(ROW, "view=all")
        assert f'{there}view=all"' in named
        assert "Service" in named
        assert "hits__text" not in named

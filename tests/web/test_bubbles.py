"""A plain line is poured into a mould. It is the same, letter by letter, as the template makes it."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from jawort.messaging.thread import Item
from jawort.web.inbox.present import Shown, shown
from tests.web.xss import PAYLOADS

HOLES = ["\ue000text\ue000", "\ue000id\ue000\ue000label\ue000"]
STATES = {
    "in": ["received"],
    "out": ["queued", "claimed", "calling", "accepted", "sent", "delivered", "read", "played"],
}
LINE = SimpleNamespace(id=UUID(int=9), status="open", name="Kim")
POURS = Template("{% load thread %}{% bubble one %}")
MAKES = Template("{% include 'inbox/_item.html' with shown=one item=one.item %}")


def line_of(text: str, name: str = "Kim", *, direction: str = "in", state: str = "received", **more: object) -> Shown:
    item = Item(str(UUID(int=5)), direction, "text", text, state, datetime(2026, 11, 23, 8, 5, tzinfo=UTC))
    for field, value in more.items():
        object.__setattr__(item, field, value)
    return shown([item], name)[0]


def made(template: Template, one: Shown, *, status: str = "open", found: str = "") -> str:
    line = SimpleNamespace(id=LINE.id, status=status, name=LINE.name)
    return template.render(Context({"one": one, "line": line, "found": found}))


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("status", ["open", "resolved"])
@pytest.mark.parametrize(("direction", "state"), [(d, state) for d, states in STATES.items() for state in states])
def test_each_sort_is_as_the_template_makes_it(direction: str, state: str, status: str, language: str) -> None:
    with translation.override(language):
        for index in (None, 0, 4711):
            for own in (None, UUID(int=6)):
                one = line_of("Guten Tag", direction=direction, state=state, ledger_index=index, client_id=own)
                assert one.is_plain
                assert made(POURS, one, status=status) == made(MAKES, one, status=status)


@given(text=st.text(min_size=1) | st.sampled_from([*PAYLOADS, *HOLES]), name=st.text() | st.sampled_from(HOLES))
def test_whatever_a_stranger_writes_is_as_the_template_makes_it(text: str, name: str) -> None:
    one = line_of(text, name)
    assert one.is_plain
    assert made(POURS, one) == made(MAKES, one)


def test_the_line_that_was_found_gets_the_focus() -> None:
    one = line_of("Guten Tag")
    assert "autofocus" in made(POURS, one, found=one.item.id)
    assert "autofocus" not in made(POURS, one, found=str(UUID(int=7)))


@pytest.mark.parametrize(
    "more",
    [
        {"direction": "note"},
        {"state": "failed", "failure": "131000"},
        {"reactions": ("👍",)},
        {"leaves_at": datetime(2026, 11, 23, tzinfo=UTC)},
    ],
)
def test_what_has_more_than_its_text_is_not_poured(more: dict[str, Any]) -> None:
    assert line_of("Guten Tag", direction="out", state="queued").is_plain
    assert not line_of("Guten Tag", **{"direction": "out", "state": "queued"} | more).is_plain

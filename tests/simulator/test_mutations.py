"""Whatever stands in a call's JSON, it is taken or refused in the platform's form; nothing else happens."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.simulator import content, validate
from jawort.simulator.components import draft
from jawort.simulator.errors import GraphError
from jawort.simulator.fill import fill
from jawort.simulator.parameters import TEMPLATE
from jawort.simulator.world import Send
from tests.simulator.test_contents import REFUSED, TAKEN, a_call
from tests.simulator.test_templates import BAD, GOOD, MISFITS

Path = tuple[str | int, ...]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["text", "header", "BODY", "button", "quick_reply", "URL", "{{1}}", "9" * 5_000, "\ud800"]),
    st.just([]),
    st.just({}),
    st.lists(st.just({"type": "text", "text": "x"}), max_size=3),
)
CALLS = [a_call(str(one[0]), one[1]) for one in [*TAKEN, *REFUSED]]
DRAFTS = [*GOOD, *(document for document, _ in BAD)]


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of everything in a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in items:
        yield (*path, name)
        yield from places(one, (*path, name))


@st.composite
def mutated(draw: st.DrawFn, good: list[Any]) -> Any:
    """One of these documents with up to three places changed."""
    document = copy.deepcopy(draw(st.sampled_from(good)))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(list(places(document)) or [("x",)]))
        holder = document
        for name in way:
            holder = holder[name]
        holder[last] = copy.deepcopy(draw(VALUES))
    return document


def refusal(check: Callable[[], Any]) -> GraphError | None:
    """How `check` refuses; None if it does not. Anything else that it raises fails the test."""
    try:
        check()
    except GraphError as found:
        return found
    return None


def sent(call: Any) -> None:
    """A call, as far as it comes without a world."""
    found = validate.request(call)
    if isinstance(found, Send):
        content.files(found.type, found.content)


def filled(template: Any, given: Any) -> None:
    """A template and the parameters of a send: only what passed both checks meets in the end."""
    asked = {"name": "x", "language": {"code": "de"}, "components": given}
    TEMPLATE(asked, "template")
    made = draft({"name": "x", "language": "de", "category": "UTILITY", "components": template})
    assert "body" in fill(made.components, given or [], named=made.named)


@given(mutated(CALLS))
def test_sends(call: Any) -> None:
    found = refusal(lambda: sent(call))
    assert found is None or (found.details and found.status == 400)


@given(mutated(DRAFTS))
def test_drafts(document: Any) -> None:
    found = refusal(lambda: draft(document))
    assert found is None or (found.details and found.status == 400)


@given(mutated([{"template": components, "call": call} for components, call, _ in MISFITS]))
def test_parameters(pair: Any) -> None:
    found = refusal(lambda: filled(pair["template"], pair["call"]))
    assert found is None or found.details


@pytest.mark.parametrize("call", CALLS)
def test_the_places_are_found(call: Any) -> None:
    assert ("type",) in set(places(call))

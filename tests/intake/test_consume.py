"""The consumer's rhythm: nobody who writes alone waits, and a stream of small bodies is taken in together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.intake.consume import BREATH_SECONDS, breath
from jawort.intake.queue import BODIES_MAX

seconds = st.floats(0, 10)


@given(seconds)
def test_a_full_batch_is_followed_at_once(spent: float) -> None:
    assert breath(BODIES_MAX, spent) == 0


@given(st.integers(1, BODIES_MAX - 1), seconds)
def test_batches_that_were_not_full_begin_a_breath_apart_and_no_more(taken: int, spent: float) -> None:
    assert spent + breath(taken, spent) == pytest.approx(max(spent, BREATH_SECONDS))

"""Ids as the platform makes them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.simulator.identity import _COUNTRIES, BSUID, bsuid, country, number_in, wamid
from jawort.simulator.outcome import UNCAPPED

DIGITS = st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True)


@given(digits=DIGITS, seed=st.binary(), outbound=st.booleans())
def test_a_message_id_gives_its_number_back(digits: str, seed: bytes, outbound: bool) -> None:
    assert number_in(wamid(digits, seed, outbound=outbound)) == digits


def test_the_layout_of_the_documented_examples() -> None:
    layout = base64.b64decode(wamid("16503879439", b"x", outbound=True).removeprefix("wamid."))
    assert layout.startswith(b"\x1c\x18\x0b16503879439\x15\x02\x00\x11\x18\x12")
    assert layout.endswith(b"\x00")
    assert len(layout) == 3 + 11 + 3 + 3 + 18 + 1
    inbound = base64.b64decode(wamid("16503879439", b"x", outbound=False).removeprefix("wamid."))
    assert inbound[14:20] == b"\x15\x02\x00\x12\x18\x14"
    assert len(inbound) == len(layout) + 2


@pytest.mark.parametrize("text", ["", "wamid.", "wamid.TEST1", "wamid.!!!!", "HBgL", "wamid.AAAA", "wamid.HBgL"])
def test_other_layouts_give_nothing(text: str) -> None:
    assert number_in(text) is None


@given(person=st.text(), epoch=st.integers(0, 9))
def test_a_scoped_id_depends_on_portfolio_person_and_epoch(person: str, epoch: int) -> None:
    one = bsuid("a", person, epoch, "DE")
    assert BSUID.fullmatch(one)
    assert one == bsuid("a", person, epoch, "DE")
    assert one not in {bsuid("b", person, epoch, "DE"), bsuid("a", person, epoch + 1, "DE")}


@pytest.mark.parametrize(("digits", "iso"), [("4915112345678", "DE"), ("35191", "PT"), ("1650", "US"), ("999", "ZZ")])
def test_countries(digits: str, iso: str) -> None:
    assert country(digits) == iso


def test_every_country_without_a_cap_has_a_code() -> None:
    assert set(_COUNTRIES.values()) >= UNCAPPED

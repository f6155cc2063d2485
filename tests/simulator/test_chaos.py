"""Bad times: nothing is lost, what is odd is odd as asked for, and the same seed brings the same again."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.channels.types import Inbound, Notice
from jawort.channels.whatsapp.parse import parse
from jawort.simulator.chaos import USUAL, Chaos
from jawort.simulator.payload import Business, Update, encode, envelope
from tests.simulator.stage import KIM, NOUR, Stage, Start

MESSAGES = 30


@given(st.integers(), st.sampled_from(sorted(USUAL)), st.floats(0.01, 0.99))
def test_the_same_seed_is_the_same_chaos(seed: int, switch: str, chance: float) -> None:
    alone, among = Chaos(seed, {switch: chance}), Chaos(seed, {**USUAL, switch: chance})
    drawn = [alone.strikes(switch) for _ in range(200)]
    for other in USUAL.keys() - {switch}:
        among.strikes(other)
    assert [among.strikes(switch) for _ in range(200)] == drawn


def test_another_seed_is_another_chaos() -> None:
    chaos = [Chaos(seed, {"swap": 0.5}) for seed in range(3)]
    assert len({tuple(one.strikes("swap") for _ in range(64)) for one in chaos}) == 3


def test_without_chaos_nothing_strikes(stage: Stage) -> None:
    assert set(stage.sim("GET", "chaos")["odds"].values()) == {0.0}
    assert stage.sim("POST", "chaos", {"seed": 7}) == {"seed": 7, "odds": USUAL}
    assert set(stage.sim("DELETE", "chaos")["odds"].values()) == {0.0}
    stage.sim("POST", "chaos", {})
    stage.sim("POST", "reset")
    assert set(stage.sim("GET", "chaos")["odds"].values()) == {0.0}


def troubled(stage: Stage, odds: Any, seed: int = 7) -> list[dict[str, Any]]:
    """Two customers write while these odds hold; the JSON of every webhook, once all have been taken."""
    stage.sim("POST", "chaos", {"odds": odds, "seed": seed})
    for phone, name in ((KIM, "Kim"), (NOUR, "Nour")):
        stage.customer(phone, name, wrote=False)
    for n in range(MESSAGES):
        stage.sim("POST", f"users/{(KIM, NOUR)[n % 2]}/messages", {"text": f"Nummer {n}"})
    stage.wait(lambda: stage.sim("GET", "state")["updates_waiting"] == 0)
    return [json.loads(body) for body in stage.receiver.bodies]


def texts(stage: Stage) -> list[str]:
    """The texts that came, in the order of arrival."""
    found = [one for body in stage.receiver.bodies for one in parse(body) if isinstance(one, Inbound)]
    return [one.text for one in found if one.kind == "text"]


EVERYTHING = sorted(f"Nummer {n}" for n in range(MESSAGES))


def test_all_of_it_together_loses_nothing(start: Start) -> None:
    stage = start(chaos=True)
    troubled(stage, "usual")
    assert sorted(set(texts(stage))) == EVERYTHING
    wamid = stage.send(KIM)
    stage.wait(lambda: {"sent", "delivered"} <= set(stage.states(wamid)))


@pytest.mark.long
def test_doubles(stage: Stage) -> None:
    troubled(stage, {"duplicate": 1})
    assert Counter(texts(stage)) == Counter(EVERYTHING * 2)


@pytest.mark.parametrize("switch", ["swap", "delay"])
@pytest.mark.long
def test_disorder(stage: Stage, switch: str) -> None:
    troubled(stage, {switch: 0.5})
    came = [int(text.split()[1]) for text in texts(stage)]
    assert sorted(came) == list(range(MESSAGES))
    assert [n for n in came if n % 2] != sorted(n for n in came if n % 2)


@pytest.mark.long
def test_the_same_seed_swaps_the_same(start: Start) -> None:
    orders = []
    for seed in (7, 7, 8):
        stage = start()
        troubled(stage, {"swap": 0.4}, seed)
        orders.append([text for text in texts(stage) if int(text.split()[1]) % 2])
    assert orders[0] == orders[1] != orders[2]


@pytest.mark.long
def test_many_in_one_post(stage: Stage) -> None:
    bodies = troubled(stage, {"batch": 1})
    assert sorted(texts(stage)) == EVERYTHING
    assert len(bodies) < MESSAGES / 2


@pytest.mark.long
def test_two_accounts_in_one_post(stage: Stage) -> None:
    bodies = troubled(stage, {"two_numbers": 1})
    assert {tuple(len(entry["changes"]) for entry in body["entry"]) for body in bodies} == {(1, 1)}
    assert len({entry["id"] for body in bodies for entry in body["entry"]}) == 2
    assert sorted(texts(stage)) == EVERYTHING


@pytest.mark.long
def test_messages_and_statuses_in_one_value() -> None:
    business = Business("1", "2", "3")
    updates = [Update("messages", {"id": "a"}), Update("statuses", {"id": "b"}), Update("messages", {"id": "c"})]
    (change,) = envelope(business, updates, mixed=True)["entry"][0]["changes"]
    assert (change["value"]["messages"], change["value"]["statuses"]) == ([{"id": "a"}, {"id": "c"}], [{"id": "b"}])
    assert len(envelope(business, updates)["entry"][0]["changes"]) == 3


@pytest.mark.long
def test_keys_types_and_statuses_that_nobody_knows(stage: Stage) -> None:
    troubled(stage, {"unknown_key": 1, "unknown_type": 1, "unknown_status": 1})
    wamid = stage.send(KIM)
    stage.wait(lambda: stage.states(wamid).count("pondered") == 2)
    messages = stage.receiver.values("messages")
    assert sum("future_key" in one for one in messages) == MESSAGES
    assert sum(one["type"] == "hologram" for one in messages) == MESSAGES
    assert sorted(texts(stage)) == EVERYTHING
    read = [one for body in stage.receiver.bodies for one in parse(body)]
    assert sum(isinstance(one, Notice) and one.kind == "status.pondered" for one in read) == 2


@pytest.mark.long
def test_a_status_before_the_answer(start: Start) -> None:
    stage = start(tempo=0.0)
    stage.sim("POST", "chaos", {"odds": {"early_status": 1}})
    stage.customer()
    for n in range(3):
        wamid = stage.send(KIM, str(n))
        assert stage.states(wamid)[0] == "sent"  # without waiting: it was there before the answer


@pytest.mark.long
def test_a_change_that_is_told_too_late(stage: Stage) -> None:
    stage.sim("POST", "chaos", {"odds": {"late_change": 1}})
    stage.customer(wrote=False)
    stage.sim("POST", f"users/{KIM}/change-number", {"phone": NOUR})
    stage.sim("POST", f"users/{NOUR}/messages", {"text": "Ich bin es"})
    stage.wait(lambda: len(stage.receiver.values("messages")) == 2)
    assert [one["type"] for one in stage.receiver.values("messages")] == ["text", "system"]


@pytest.mark.long
def test_all_is_escaped_where_it_is_asked_for(start: Start) -> None:
    stage = start(escape="full")
    stage.customer(wrote=False)
    text = "<b> 100 % @kim / ü 😀"
    stage.sim("POST", f"users/{KIM}/messages", {"text": text})
    stage.wait(lambda: texts(stage))
    assert texts(stage) == [text]
    assert rb'"\u003Cb> 100 \u0025 \u0040kim \/ \u00fc \ud83d\ude00"' in stage.receiver.bodies[0]


@given(st.text())
@pytest.mark.long
def test_full_escapes_are_the_same_json(text: str) -> None:
    for document in ({"text": text}, {text: 1}):
        assert json.loads(encode(document, fully=True)) == json.loads(encode(document)) == document


@pytest.mark.long
def test_no_post_is_larger_than_the_platform_allows(start: Start) -> None:
    stage = start(profile="bench")
    stage.customer(wrote=False)
    for _ in range(60):
        stage.sim("POST", f"users/{KIM}/messages", {"text": "x" * 65_000})
    stage.wait(lambda: len(stage.receiver.values("messages")) == 60)
    assert max(map(len, stage.receiver.bodies)) <= 3_000_000


@pytest.mark.parametrize("hours", [36, 168])
@pytest.mark.long
def test_it_gives_up_when_it_is_said_to(start: Start, hours: int) -> None:
    stage = start(retry_hours=hours)
    stage.receiver.answer = 500
    stage.customer()
    stage.wait(lambda: len(stage.receiver.bodies) >= 3)
    stage.sim("POST", "clock", {"shift_s": hours * 3_600 - 60})
    tries = len(stage.receiver.bodies)
    stage.wait(lambda: len(stage.receiver.bodies) > tries)
    assert stage.sim("GET", "webhooks")["items"][0]["state"] == "waiting"
    stage.sim("POST", "clock", {"shift_s": hours * 3_600 + 60})
    stage.wait(lambda: stage.sim("GET", "webhooks")["items"][0]["state"] == "dropped")

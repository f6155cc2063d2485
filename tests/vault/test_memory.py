"""What a process may remember: bounded, not for long, and nothing of an erased person."""

import time

import pytest

from jawort.vault.memory import AGE_SECONDS_MAX, Memory


@pytest.fixture
def memory() -> Memory[str, bytes]:
    """Room for three."""
    return Memory(3)


def test_it_forgets_the_oldest_beyond_its_size(memory: Memory[str, bytes]) -> None:
    for name in "abcd":
        memory.put({name: b"key"}, memory.generation)
    assert memory.get("abcd").keys() == {"b", "c", "d"}
    assert len(memory) == 3


def test_it_forgets_after_ten_minutes(memory: Memory[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    memory.put({"a": b"key"}, memory.generation)
    begin = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: begin + AGE_SECONDS_MAX + 1)
    assert memory.get("a") == {}
    memory.put({"b": b"key"}, memory.generation)
    assert len(memory) == 1


def test_what_was_read_before_an_erasure_is_not_remembered_after_it(memory: Memory[str, bytes]) -> None:
    read_at = memory.generation
    memory.forget(lambda name: name == "a")
    memory.put({"a": b"key"}, read_at)
    assert memory.get("a") == {}


def test_forgetting_one_keeps_the_others(memory: Memory[str, bytes]) -> None:
    memory.put({"a": b"1", "b": b"2"}, memory.generation)
    memory.forget(lambda name: name == "a")
    assert memory.get("ab") == {"b": b"2"}
    memory.forget()
    assert memory.get("ab") == {}

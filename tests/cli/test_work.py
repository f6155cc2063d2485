"""A worker is whole or it is not: one thread that ends takes the others with it."""

import threading

import pytest

from jawort.cli.simulator import from_environment
from jawort.cli.work import together
from jawort.core.config import ConfigError

GIVEN = {
    "SIMULATOR_PORT": "8472",
    "SIMULATOR_APP_SECRET": "a",
    "SIMULATOR_VERIFY_TOKEN": "b",
    "SIMULATOR_ACCESS_TOKEN": "c",
    "SIMULATOR_CALLBACK_URL": "http://127.0.0.1:8471/webhooks/whatsapp",
}


def waits(stop: threading.Event) -> None:
    """Works until it is asked to stop."""
    stop.wait()


def breaks(stop: threading.Event) -> None:
    """Breaks down."""
    raise ValueError("Kim")


def returns(stop: threading.Event) -> None:
    """Leaves early."""


@pytest.mark.parametrize("bad", [breaks, returns])
def test_a_thread_that_ends_ends_all(bad: object) -> None:
    """The exit code asks for a new start."""
    assert callable(bad)
    assert together({"bad": bad, "good": waits}, threading.Event()) == 1


def test_asked_to_stop_all_end() -> None:
    """Nothing went wrong then."""
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()
    assert together({"one": waits, "two": waits}, stop) == 0


def test_a_thread_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call under way does not hold up the end; what it was doing becomes unknown, and is found again."""
    monkeypatch.setattr("jawort.cli.work.LAST_WORDS_S", 0.1)
    stop, end = threading.Event(), threading.Event()
    stop.set()

    ended: list[bool] = []

    def hangs(_stop: threading.Event) -> None:
        ended.append(end.wait(600))

    try:
        assert together({"hangs": hangs}, stop) == 0
        assert ended == [], "it was waited for"
    finally:
        end.set()


def test_the_simulator_takes_its_settings_from_the_environment() -> None:
    """Typed by its own fields."""
    settings = from_environment(
        GIVEN | {"SIMULATOR_PROFILE": "bench", "SIMULATOR_ALLOWED_ORIGINS": "http://a,http://b"}
    )
    assert settings.port == 8472
    assert settings.profile == "bench"
    assert settings.allowed_origins == ("http://a", "http://b")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SIMULATOR_PORT": "many"}, "cannot be"),
        ({"SIMULATOR_SPEED": "1"}, "no setting “speed”"),
        ({"SIMULATOR_PAIR_LIMIT": "perhaps"}, "cannot be"),
        ({"SIMULATOR_PROFILE": "fast"}, "no simulator profile"),
        ({"SIMULATOR_HOST": "192.0.2.1"}, "loopback only"),
    ],
)
def test_wrong_settings_of_the_simulator_are_a_sentence(change: dict[str, str], words: str) -> None:
    """As for the product."""
    with pytest.raises(ConfigError, match=words):
        from_environment(GIVEN | change)


def test_missing_settings_of_the_simulator_are_named() -> None:
    """All of them at once."""
    with pytest.raises(ConfigError, match="SIMULATOR_APP_SECRET"):
        from_environment({})

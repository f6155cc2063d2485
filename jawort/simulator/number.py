"""The business's number: registered or not, its settings and profile, whom it has blocked, how much it may send."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from jawort.simulator.errors import GraphError

DAY_S = 24 * 3_600
CALLS_MAX, CALLS_S = 10, 3 * DAY_S  # registering and deregistering, each
GUESSES_MAX, GUESSES_S = 5, 3_600
#: People who may be written to outside their window within 24 hours, by the portfolio's tier.
TIERS: dict[str, int | None] = {
    "TIER_50": 50,
    "TIER_250": 250,
    "TIER_2K": 2_000,
    "TIER_10K": 10_000,
    "TIER_100K": 100_000,
    "UNLIMITED": None,
}
REGIONS = frozenset(["AU", "ID", "IN", "JP", "SG", "KR", "DE", "CH", "GB", "BR", "BH", "ZA", "AE", "CA"])
OFF = {"status": "IN_COUNTRY_STORAGE_DISABLED"}
Limited = Literal["async", "held"]


@dataclass(slots=True)
class Number:
    """The state that Graph and control calls change. Times are Unix seconds."""

    registered: bool = True
    #: The account is locked: everything that sends is refused.
    locked: bool = False
    verified: bool = True
    #: Two-step verification is on once there is one.
    pin: str = ""
    #: The code that was sent last by SMS or voice; the control API shows it.
    code: str = ""
    quality: str = "GREEN"
    tier: str = "UNLIMITED"
    #: What happens to a message above the tier: a later failure, or waiting.
    limited: Limited = "async"
    #: Numbers (digits) that a test number may write to; empty for everybody.
    allowed: frozenset[str] = frozenset()
    #: Whether marketing templates may be sent by the Cloud API, or by the Marketing Messages API only.
    marketing_on_cloud_api: bool = True
    storage: dict[str, Any] = field(default_factory=lambda: dict(OFF))
    identity_check: bool = False
    calling: dict[str, Any] = field(default_factory=lambda: {"status": "DISABLED"})
    #: Clients rely on an industry being there.
    profile: dict[str, Any] = field(default_factory=lambda: {"vertical": "UNDEFINED"})
    automation: dict[str, Any] = field(default_factory=dict)
    username: str = ""
    #: Short links by code.
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Whom the business has blocked, by the key of a person.
    blocked: dict[str, dict[str, str]] = field(default_factory=dict)
    #: When people were last written to outside their window, oldest first.
    written: dict[str, float] = field(default_factory=dict)
    _calls: dict[str, deque[float]] = field(default_factory=dict)
    _guesses: deque[float] = field(default_factory=deque)

    def check_ready(self) -> None:
        """Raises GraphError where nothing can be sent."""
        if not self.registered:
            raise GraphError(133010, "The phone number is not registered; register it first.")
        if self.locked:
            raise GraphError(131031, "The account has been locked.")

    def register(self, pin: str, at: float) -> None:
        """Turn the number on. The first PIN becomes the PIN. Raises GraphError."""
        self._count("register", at)
        if not self.verified:
            raise GraphError(133006, "The phone number must be verified before it is registered.")
        self._check_pin(pin, at)
        self.pin, self.registered = pin, True

    def deregister(self, at: float) -> None:
        """Turn it off, and with it its local storage. Raises GraphError."""
        self._count("deregister", at)
        self.registered, self.storage = False, dict(OFF)

    def store(self, wanted: dict[str, Any]) -> None:
        """Choose where contents are stored: on an unregistered number only. Raises GraphError."""
        status, region = wanted.get("status"), wanted.get("data_localization_region")
        if self.registered:
            raise GraphError(100, "Param storage_configuration can be changed on an unregistered number only.")
        if status == "NO_STORAGE_ENABLED":
            raise GraphError(10, "Only selected partners may switch storage off.")
        if status == "IN_COUNTRY_STORAGE_DISABLED":
            self.storage = dict(OFF)
        elif status == "IN_COUNTRY_STORAGE_ENABLED" and region in REGIONS:
            self.storage = {"status": status, "data_localization_region": region}
        else:
            raise GraphError(
                100, f"Param storage_configuration needs a status, and a region of {', '.join(sorted(REGIONS))}."
            )

    def over_limit(self, key: str, at: float) -> bool:
        """Whether one person more outside the window is one too many; counts them if not."""
        most = TIERS[self.tier]
        while self.written and next(iter(self.written.values())) <= at - DAY_S:
            del self.written[next(iter(self.written))]
        if most is not None and key not in self.written and len(self.written) >= most:
            return True
        self.written.pop(key, None)
        self.written[key] = at
        return False

    def _check_pin(self, pin: str, at: float) -> None:
        while self._guesses and self._guesses[0] <= at - GUESSES_S:
            self._guesses.popleft()
        if len(self._guesses) >= GUESSES_MAX:
            minutes = round((self._guesses[0] + GUESSES_S - at) / 60) + 1
            raise GraphError(133008, f"Too many wrong PINs; try again in {minutes} minutes.")
        if self.pin and pin != self.pin:
            self._guesses.append(at)
            raise GraphError(133005, "The two-step verification PIN is not right.")

    def _count(self, what: str, at: float) -> None:
        calls = self._calls.setdefault(what, deque())
        while calls and calls[0] <= at - CALLS_S:
            calls.popleft()
        if len(calls) >= CALLS_MAX:
            raise GraphError(133016, f"At most {CALLS_MAX} calls to {what} in 72 hours.")
        calls.append(at)

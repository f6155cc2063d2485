"""A number of the business: registered or not, its settings and profile, whom it has blocked, how much it may send."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from jawort.simulator.billing import Billing
from jawort.simulator.errors import GraphError
from jawort.simulator.payload import Business
from jawort.simulator.rates import Rates

DAY_S = 24 * 3_600
CALLS_MAX, CALLS_S = 10, 3 * DAY_S  # registering and deregistering, each
GUESSES_MAX, GUESSES_S = 5, 3_600
REGIONS = frozenset(["AU", "ID", "IN", "JP", "SG", "KR", "DE", "CH", "GB", "BR", "BH", "ZA", "AE", "CA"])
CALLS_ON, CALLS_OFF = "ENABLED", "DISABLED"
OFF = {"status": "IN_COUNTRY_STORAGE_DISABLED"}


@dataclass(slots=True, eq=False)
class Number:
    """The state that Graph and control calls change. Times are Unix seconds. `display` is how people write it."""

    business: Business
    display: str
    name: str
    billing: Billing
    rates: Rates
    registered: bool = True
    verified: bool = True
    #: Two-step verification is on once there is one.
    pin: str = ""
    #: The code that was sent last by SMS or voice; the control API shows it.
    code: str = ""
    quality: str = "GREEN"
    #: Numbers (digits) that a test number may write to; empty for everybody.
    allowed: frozenset[str] = frozenset()
    storage: dict[str, Any] = field(default_factory=lambda: dict(OFF))
    identity_check: bool = False
    calling: dict[str, Any] = field(default_factory=lambda: {"status": CALLS_OFF})
    #: Clients rely on an industry being there.
    profile: dict[str, Any] = field(default_factory=lambda: {"vertical": "UNDEFINED"})
    automation: dict[str, Any] = field(default_factory=dict)
    username: str = ""
    #: Short links by code.
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Whom the business has blocked, by the key of a person.
    blocked: dict[str, dict[str, str]] = field(default_factory=dict)
    _calls: dict[str, deque[float]] = field(default_factory=dict)
    _guesses: deque[float] = field(default_factory=deque)

    @property
    def id(self) -> str:
        """What paths and webhooks name it by."""
        return self.business.phone_number_id

    @property
    def digits(self) -> str:
        """The number as the platform writes it: digits, no plus."""
        return self.business.display

    @property
    def can_be_called(self) -> bool:
        """Whether a customer's phone offers to call."""
        return bool(self.calling.get("status") == CALLS_ON)

    def let_call(self, wanted: bool) -> None:
        """Switch calls on or off; all else of the setting stays."""
        self.calling = {**self.calling, "status": CALLS_ON if wanted else CALLS_OFF}

    def check_ready(self) -> None:
        """Raises GraphError where nothing can be sent."""
        if not self.registered:
            raise GraphError(133010, "The phone number is not registered; register it first.")

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

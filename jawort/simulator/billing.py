"""What a message costs: its category and type, by the price list in force, and the free ones of the month.

The prices themselves are made up: the platform's are a file that changes with every quarter.
"""

from collections import Counter
from typing import Any

from jawort.simulator.portfolio import Portfolio

FREE_SERVICE_MESSAGES = 1_000  # per number and month, since October 2026
DAY_S = 24 * 3_600
ENTRY_ANSWER_S, ENTRY_FREE_S = DAY_S, 3 * DAY_S
#: Invented, in the account's currency.
PRICES = {"marketing": 0.11, "marketing_lite": 0.11, "utility": 0.05, "authentication": 0.05, "service": 0.05}


class Billing:
    """The counters of one number. Times are Unix seconds."""

    def __init__(self, portfolio: Portfolio) -> None:
        self._portfolio = portfolio
        #: Service messages by month (YYYY-MM), all of them.
        self.service: Counter[str] = Counter()
        self._came: dict[str, float] = {}
        self._free_until: dict[str, float] = {}

    def came_by_ad(self, key: str, at: float) -> None:
        """A customer wrote from an advertisement: an answer within a day opens three free ones."""
        self._came[key] = at

    def answered(self, key: str, at: float) -> None:
        """The business wrote to a customer."""
        came = self._came.pop(key, None)
        if came is not None and at - came < ENTRY_ANSWER_S:
            self._free_until[key] = at + ENTRY_FREE_S

    def free_until(self, key: str, at: float) -> float | None:
        """Until when everything is free for this customer, who came by an advertisement; None where nothing is."""
        until = self._free_until.get(key)
        return until if until is not None and at < until else None

    def price(self, category: str, month: str, *, entry_free: bool, window_open: bool) -> dict[str, Any] | None:
        """A message's `pricing`, counted; None if it is to be paid for and nobody pays."""
        kind = self._type(category, month, entry_free=entry_free, window_open=window_open)
        if kind == "regular" and not self._portfolio.payment:
            return None
        if category == "service":
            self.service[month] += 1
        return {"billable": kind == "regular", "pricing_model": "PMP", "type": kind, "category": category}

    def view(self, month: str) -> dict[str, Any]:
        """As the control API shows it."""
        count = self.service[month]
        free = max(0, FREE_SERVICE_MESSAGES - count) if self._portfolio.regime == "2026-10" else None
        terms = {"regime": self._portfolio.regime, "payment": self._portfolio.payment}
        return {**terms, "month": month, "service": count, "service_free": free}

    def _type(self, category: str, month: str, *, entry_free: bool, window_open: bool) -> str:
        if entry_free:
            return "free_entry_point"
        if self._portfolio.regime == "2025-07":
            free = category == "service" or (category == "utility" and window_open)
        else:
            free = category == "service" and self.service[month] < FREE_SERVICE_MESSAGES
        return "free_customer_service" if free else "regular"

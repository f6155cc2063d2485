"""What all numbers of the business share: the messaging limit, the price list, and whether the account is in order."""

from dataclasses import dataclass, field
from typing import Literal

DAY_S = 24 * 3_600
WEEK_S = 7 * DAY_S
#: People who may be written to outside their window within 24 hours, by the portfolio's tier.
TIERS: dict[str, int | None] = {
    "TIER_50": 50,
    "TIER_250": 250,
    "TIER_2K": 2_000,
    "TIER_10K": 10_000,
    "TIER_100K": 100_000,
    "UNLIMITED": None,
}
#: Numbers of a portfolio: few until it is verified.
NUMBERS_FEW, NUMBERS_MAX = 2, 20
_UNVERIFIED = frozenset({"TIER_50", "TIER_250"})
Regime = Literal["2025-07", "2026-10"]
REGIMES: tuple[Regime, ...] = ("2025-07", "2026-10")
Limited = Literal["async", "held"]


@dataclass(slots=True)
class Portfolio:
    """The state that control calls change. Times are Unix seconds."""

    tier: str
    #: The price list: service messages free, or charged beyond a thousand a month.
    regime: Regime
    #: Whether half of the limit used in a week, by a number of high quality, brings the next one.
    auto_upgrade: bool = False
    #: The account is locked: everything that sends is refused.
    locked: bool = False
    #: What happens to a message above the tier: a later failure, or waiting.
    limited: Limited = "async"
    #: Whether the account has a payment method.
    payment: bool = True
    #: Whether marketing templates may be sent by the Cloud API, or by the Marketing Messages API only.
    marketing_on_cloud_api: bool = True
    #: The access token was taken back.
    token_revoked: bool = False
    #: When it ends, in Unix seconds; 0 for never.
    token_expires_at: int = 0
    #: When people were last written to outside their window, oldest first.
    written: dict[str, float] = field(default_factory=dict)
    #: The same for a week, as long as that can bring a higher limit.
    week: dict[str, float] = field(default_factory=dict)

    def takes_token(self, at: float) -> bool:
        """Whether the access token is good."""
        return not self.token_revoked and not 0 < self.token_expires_at <= at

    @property
    def numbers_max(self) -> int:
        """How many numbers it may have."""
        return NUMBERS_FEW if self.tier in _UNVERIFIED else NUMBERS_MAX

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

    def upgrade(self, key: str, quality: str, at: float) -> bool:
        """Whether having written to this person brings the next tier."""
        most = TIERS[self.tier]
        if not self.auto_upgrade or most is None:
            return False
        self.week.pop(key, None)
        self.week[key] = at
        while next(iter(self.week.values())) <= at - WEEK_S:
            del self.week[next(iter(self.week))]
        if quality != "GREEN" or 2 * len(self.week) < most:
            return False
        tiers = list(TIERS)
        self.tier = tiers[tiers.index(self.tier) + 1]
        self.week.clear()
        return True

"""Token buckets for the platform's limits, by the simulator's clock."""

from dataclasses import dataclass

PAIR_SECONDS = 6.0  # one message to one customer
PAIR_BURST = 45
PAIRS_MAX = 100_000  # kept; the platform has room for more, and a bench would fill memory with them


@dataclass(slots=True)
class Bucket:
    """`burst` tokens at most, one more every `1 / rate` seconds."""

    rate: float
    burst: float
    tokens: float
    at: float

    def take(self, at: float) -> bool:
        """Use one token, if there is one at `at` (seconds)."""
        self.tokens = min(self.burst, self.tokens + max(0.0, at - self.at) * self.rate)
        self.at = at
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Rates:
    """Both limits of one number; each can be off."""

    def __init__(self, *, pair: bool, throughput_per_s: int) -> None:
        self.pair = pair
        self._pairs: dict[str, Bucket] = {}
        self.set_throughput(throughput_per_s)

    def set_throughput(self, per_s: int) -> None:
        """Messages a second, in and out; 0 is no limit."""
        self.throughput_per_s = per_s
        self._number = Bucket(per_s, per_s, per_s, 0.0) if per_s else None

    def refusal(self, recipient: str, at: float) -> int | None:
        """The code that refuses a message to `recipient` now, or None. Uses up tokens."""
        if self._number is not None and not self._number.take(at):
            return 130429
        if self.pair and not self._bucket(recipient, at).take(at):
            return 131056
        return None

    def heard(self, at: float) -> None:
        """An inbound message counts towards the number's throughput too."""
        if self._number is not None:
            self._number.take(at)

    def _bucket(self, recipient: str, at: float) -> Bucket:
        bucket = self._pairs.get(recipient)
        if bucket is None:
            if len(self._pairs) >= PAIRS_MAX:
                # A bucket that has had time to fill up again says nothing.
                full = PAIR_BURST * PAIR_SECONDS
                self._pairs = {name: one for name, one in self._pairs.items() if at - one.at < full}
            bucket = self._pairs[recipient] = Bucket(1 / PAIR_SECONDS, PAIR_BURST, PAIR_BURST, at)
        return bucket

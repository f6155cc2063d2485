"""How often one place may have strangers written to: counted in memory, and the place itself is kept nowhere.

Every process counts for itself, and a restart forgets: what holds for all together is counted where it is decided.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Final

from jawort.vault.blind import blind

#: An hour begins with the first of a place; a household shares one.
HOUR: Final = timedelta(hours=1)
PLACES_MAX: Final = 10_000
#: Of IPv6 a subscriber has at least so many bits to choose from (RFC 6177).
_SUBNET: Final = 64


class Often:
    """Lets each place through `most` times an hour."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: OrderedDict[bytes, tuple[datetime, int]] = OrderedDict()
        self._lock = Lock()

    def admits(self, address: str, at: datetime) -> bool:
        """Count once more for the network address of a client; False if that is too often."""
        key = blind("place", _place(address))
        with self._lock:
            since, many = self._seen.pop(key, (at, 0))
            if at - since >= HOUR:
                since, many = at, 0
            self._seen[key] = since, min(many + 1, self._most + 1)
            while len(self._seen) > PLACES_MAX:
                self._seen.popitem(last=False)
            return many < self._most

    def forget(self) -> None:
        """Count anew."""
        with self._lock:
            self._seen.clear()


def _place(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(int(found) >> _SUBNET)
    return str(found)

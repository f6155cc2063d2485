"""The desk of a company with a million conversations: what a page of the list and a thread cost, and how that grows."""

import html
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection
from urllib.parse import urlsplit

from bench import desk, inside
from bench.place import Place
from bench.report import Goal, Measured, percentile
from jawort.core.clock import now

CODE = "bench.inside_many"
CONVERSATIONS = 1_000_000
FEW = CONVERSATIONS // 100
SEEDERS = 2
PAGES = 200
VIEWS = ("all", "unassigned", "mine", "resolved")
_NEXT = re.compile(r'"(/inbox/rows/[^"]*after=[^"]*)"')

LIST = Goal("a page of the list, 50 rows opened and rendered, 1 million conversations, p99", "ms", 50, "less")
GROWS = Goal("the same, of that with 10,000 conversations", "ratio", 1.3, "less")
QUERY = Goal("the slowest query of a page of the list, p99", "ms", 5, "less")
THREAD = Goal("a conversation opened, 10 million messages stored, p99", "ms", 50, "less")
START = Goal("the start page with the numbers of all views, 1 million conversations, p99", "ms", 0, "less")


def measure(place: Place, _seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """Page after page of each view, so that no row was rendered before; then threads anywhere."""
    ends = now()
    _seed(place, ends, 0, FEW)
    few = percentile(_list(place), 0.99)
    _seed(place, ends, FEW, CONVERSATIONS)
    many = percentile(_list(place), 0.99)
    yield LIST, Measured(1_000 * many)
    yield GROWS, Measured(many / few)
    queries = inside.start(place, CODE, "queries", VIEWS, PAGES).get()
    yield QUERY, Measured(1_000 * percentile(queries, 0.99))
    yield THREAD, Measured(1_000 * percentile(_threads(place), 0.99))
    yield START, Measured(1_000 * percentile(_read(place, ["/inbox/?view=all"] * PAGES), 0.99))


def _seed(place: Place, ends: datetime, first: int, last: int) -> None:
    """Several processes, each with its share of the numbers."""
    step = -(-(last - first) // SEEDERS)
    shares = [(begin, min(begin + step, last)) for begin in range(first, last, step)]
    for share in [inside.start(place, CODE, "seed", *one, CONVERSATIONS, ends) for one in shares]:
        share.get()
    place.sql("VACUUM ANALYZE")
    place.sql("CHECKPOINT")
    place.settled("search")  # it reads what is recent into memory, and takes a core for minutes


def _list(place: Place) -> list[float]:
    """Seconds of each of PAGES pages of each view, from the first one on."""
    with closing(Reader(place)) as reader:
        for view in VIEWS:
            address: str | None = f"/inbox/rows/?view={view}"
            for _ in range(PAGES):
                if address is None:
                    break
                found = _NEXT.search(reader.read(address))
                address = found and html.unescape(found[1])
        return reader.took


def _threads(place: Place) -> list[float]:
    sample = "SELECT id FROM messaging_conversation TABLESAMPLE BERNOULLI (0.1) REPEATABLE (3) LIMIT 500"
    return _read(place, [f"/inbox/{chat}/" for (chat,) in place.sql(sample)])


def _read(place: Place, addresses: Iterable[str]) -> list[float]:
    with closing(Reader(place)) as reader:
        for address in addresses:
            reader.read(address)
        return reader.took


class Reader:
    """One browser, which asks for one fragment after the other. `took` is the seconds of each."""

    def __init__(self, place: Place) -> None:
        self._line = HTTPConnection(urlsplit(place.told["url"]).netloc)
        self._head = {"Cookie": desk.sign_in(place, "supervisor"), "HX-Request": "true"}
        self.took: list[float] = []

    def read(self, address: str) -> str:
        """The fragment. Raises AssertionError where there is none."""
        began = time.perf_counter()
        self._line.request("GET", address, headers=self._head)
        answer = self._line.getresponse()
        said = answer.read().decode()
        self.took.append(time.perf_counter() - began)
        assert answer.status == 200, (answer.status, address)
        return said

    def close(self) -> None:
        """End the connection."""
        self._line.close()

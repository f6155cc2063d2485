"""Searching 200,000 messages: how fast they are read, what they take in memory, how long a find and a scan take."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from bench import desk, inside
from bench.place import Place, until
from bench.report import Goal, Measured, percentile

CODE = "bench.inside_search"
MESSAGES = 200_000
CUSTOMERS = 5_000

READ = Goal("recent messages read into memory, of those only opened", "1/s", 2_000, "more")
TAKES = Goal("memory of a recent message", "bytes", 800, "less")
ESTIMATE = Goal("memory of a recent message as it is estimated, of what the system counts", "ratio", 1.3, "less")
MEDIAN = Goal("a find among 200,000 messages, median", "ms", 20, "less")
FIND = Goal("a find among 200,000 messages, p99", "ms", 100, "less")
WORK = Goal("the same in the processor's time", "ms", 50, "less")
SCANNED = Goal("older messages looked through for somebody, at rest half of the time", "1/s", 2_000, "more")
SHOWN = Goal("what was found on the desk, texts opened and rendered, median", "ms", 50, "less")
SHOWN_LATE = Goal("what was found on the desk, texts opened and rendered, p99", "ms", 100, "less")


def measure(place: Place, _seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """Every letter that somebody types is a find; then the same at the desk, through its form."""
    inside.start(place, CODE, "seed", MESSAGES, CUSTOMERS).get()
    place.sql("VACUUM ANALYZE")
    with inside.still(place, "work"):
        rate, opening, grown, estimated, took = inside.start(place, CODE, "read").get()
    yield READ, Measured(rate, opening)
    yield TAKES, Measured(grown)
    yield ESTIMATE, Measured(estimated / grown)
    clock, processor = zip(*took, strict=True)
    yield MEDIAN, Measured(1_000 * percentile(clock, 0.5))
    yield FIND, Measured(1_000 * percentile(clock, 0.99))
    yield WORK, Measured(1_000 * percentile(processor, 0.99))
    with inside.still(place, "work"):
        yield SCANNED, Measured(inside.start(place, CODE, "scan").get())
    os.kill(next(one["pid"] for one in place.told["processes"] if one["role"] == "search"), signal.SIGKILL)
    until(lambda: inside.start(place, CODE, "is_filled", str(place.data_dir)).get(), 600)
    shown = _shown(place)
    yield SHOWN, Measured(1_000 * percentile(shown, 0.5))
    yield SHOWN_LATE, Measured(1_000 * percentile(shown, 0.99))


def _shown(place: Place) -> list[float]:
    """Seconds of each find at the desk."""
    cookie, found = desk.sign_in(place, "supervisor"), []
    token = next(part for part in cookie.split("; ") if "csrf" in part).partition("=")[2]
    head = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": cookie,
        "Origin": place.told["url"],
        "HX-Request": "true",
        "X-CSRFToken": token,
    }
    with closing(HTTPConnection(urlsplit(place.told["url"]).netloc)) as line:
        for text in inside.start(place, CODE, "asked").get():
            began = time.perf_counter()
            line.request("POST", "/inbox/search", urlencode({"text": text, "view": "all"}), head)
            answer = line.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            found.append(time.perf_counter() - began)
    return found

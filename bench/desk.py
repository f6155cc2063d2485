"""The desk as people use it: who signs in, pages that render without pause, streams that stay open."""

import multiprocessing
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from multiprocessing.synchronize import Event
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.place import PATIENCE_S, Place

PAGES = ("/inbox/?view=all", "/inbox/?view=unassigned")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def sign_in(place: Place, role: str) -> str:
    """The Cookie header of somebody with this role, signed in by the ordinary form."""
    person = next(one for one in place.told["sign_ins"] if one["role"] == role)
    address = urlsplit(place.told["url"]).netloc
    with closing(HTTPConnection(address)) as line:
        line.request("GET", "/accounts/login/")
        answer = line.getresponse()
        found = _TOKEN.search(answer.read().decode())
        assert found is not None, "there is no sign-in form"
        cookies = _cookies(answer.headers.get_all("Set-Cookie"))
        form = {"login": person["email"], "password": person["password"], "csrfmiddlewaretoken": found.group(1)}
        head = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": _header(cookies),
            "Origin": place.told["url"],
            "Referer": place.told["url"],
        }
        line.request("POST", "/accounts/login/", urlencode(form), head)
        answer = line.getresponse()
        answer.read()
        assert answer.status == 302, f"nobody was let in ({answer.status})"
        return _header(cookies | _cookies(answer.headers.get_all("Set-Cookie")))


@contextmanager
def pages(place: Place, cookie: str, *, at_once: int) -> Iterator[list[float]]:
    """Render pages without pause, `at_once` at a time, in a process of their own; afterwards their seconds."""
    stop = multiprocessing.Event()
    told: multiprocessing.Queue[list[float]] = multiprocessing.Queue()
    readers = [
        multiprocessing.Process(target=_read, args=(place.told["url"], cookie, PAGES[n % len(PAGES)], stop, told))
        for n in range(at_once)
    ]
    for reader in readers:
        reader.start()
    seconds: list[float] = []
    try:
        yield seconds
    finally:
        stop.set()
        for _ in readers:
            seconds += told.get(timeout=PATIENCE_S)
        for reader in readers:
            reader.join()


def _read(url: str, cookie: str, path: str, stop: Event, told: Any) -> None:
    seconds: list[float] = []
    with closing(HTTPConnection(urlsplit(url).netloc)) as line:
        while not stop.is_set():
            began = time.perf_counter()
            line.request("GET", path, headers={"Cookie": cookie})
            answer = line.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            seconds.append(time.perf_counter() - began)
    told.put(seconds)


def _cookies(headers: list[str] | None) -> dict[str, str]:
    return dict(header.split(";")[0].split("=", 1) for header in headers or [])


def _header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())

"""What people feel of a page: how soon a row is the current one, how soon their answer stands there, what it weighs.

Debian's Chromium, driven by playwright. Somebody opens conversations of the list, by mouse and by keys in turn, and
answers each of them. `browser.js` takes the times, in the page.
"""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bench import desk
from bench.bodies import Writer
from bench.inbound import store, waiting
from bench.load import send
from bench.place import PATIENCE_S, Place, until
from bench.report import Goal, Measured, percentile

CUSTOMERS: Final = 400
MESSAGES: Final = 6  # of each, before anybody looks
WEBHOOKS_PER_S: Final = 100
TURNS: Final = 120
TURNS_BUSY: Final = 40
FIRST: Final = 6  # turns that nobody counts: scripts are compiled, caches filled
PRESS_MS: Final = 80  # as people hold a button, during which the page fetches ahead: the answer comes with the click
ROWS: Final = 12  # of the list, as many as are seen at once
SETTLED_MS: Final = 500  # nothing asked for so long: the page is whole
LIST: Final = "/inbox/?view=all"
TAKES: Final = Path(__file__).with_suffix(".js")

ROW_MS: Final = 50
BUBBLE_MS: Final = 100
_BUSY: Final = f" while {WEBHOOKS_PER_S} webhooks/s come in"
#: By whether webhooks come in meanwhile: what, its share of the samples, the goal.
GOALS: Final = {
    busy: (
        ("row", 0.5, Goal(f"row painted as the current one after click or key{words}, median", "ms", ROW_MS, "less")),
        ("row", 0.99, Goal(f"row painted as the current one after click or key{words}, p99", "ms", ROW_MS, "less")),
        ("bubble", 0.5, Goal(f"own answer painted after its key{words}, median", "ms", BUBBLE_MS, "less")),
        ("bubble", 0.99, Goal(f"own answer painted after its key{words}, p99", "ms", BUBBLE_MS, "less")),
    )
    for busy, words in ((False, ""), (True, _BUSY))
}
WEIGHT = Goal("page with a thread on a first visit, as it is sent", "kB", 150, "less")


def measure(place: Place, _seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """The same person does the same work with a server that has nothing else to do, and beside webhooks."""
    writer = Writer(place.told, CUSTOMERS)
    store(place, writer, CUSTOMERS * MESSAGES)
    until(lambda: waiting(place) == 0, 600)
    expect.set_options(timeout=1_000 * PATIENCE_S)
    with sync_playwright() as driver:
        root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to sandbox root
        with driver.chromium.launch(executable_path=_chromium(), args=root) as browser:
            yield WEIGHT, Measured(_weight(browser, place))
            for busy, goals in GOALS.items():
                with _webhooks(place, writer) if busy else nullcontext():
                    took = _work(browser, place, TURNS_BUSY if busy else TURNS)
                for what, share, goal in goals:
                    yield goal, Measured(percentile(took[what], share))


@contextmanager
def _webhooks(place: Place, writer: Writer) -> Iterator[None]:
    """Customers write meanwhile, each in turn."""
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            requests = writer.requests(WEBHOOKS_PER_S, int(time.time()))
            load = send(place.told["webhook_url"], requests, connections=8, seconds=1.0, rate=WEBHOOKS_PER_S)
            assert len(load.accepted) == len(requests), load.statuses

    with ThreadPoolExecutor(1) as beside:
        writing = beside.submit(write)
        try:
            yield
        finally:
            stop.set()
        writing.result()


def _work(browser: Browser, place: Place, turns: int) -> dict[str, list[float]]:
    """Milliseconds of each row that was opened and of each answer that was written."""
    with _signed_in(browser, place) as context:
        context.add_init_script(path=TAKES)
        page = context.new_page()
        page.goto(place.told["url"] + LIST)
        expect(page.locator(".live")).to_have_attribute("data-state", "open")
        for turn in range(FIRST + turns):
            _open(page, turn)
            _answer(page, turn)
        took: dict[str, list[float]] = page.evaluate("window.bench")
    assert {what: len(each) for what, each in took.items()} == dict.fromkeys(("row", "bubble"), FIRST + turns), took
    return {what: each[FIRST:] for what, each in took.items()}


def _open(page: Page, turn: int) -> None:
    """Another row than the open one: by a click, or from the list by its keys."""
    if turn % 2 == 0:
        page.locator("conv-list").hover()  # nothing moves under the pointer
        row = page.locator(".row__link:not([aria-current])").nth(turn % ROWS).element_handle()
        path = row.get_attribute("href")
        row.click(delay=PRESS_MS)  # that one, whichever stands there by then
    else:
        page.keyboard.press("Escape")
        for _ in range(1 + turn % ROWS):
            page.keyboard.press("j")
        path = page.evaluate("document.activeElement.getAttribute('href')")
        page.keyboard.press("Enter")
    assert path is not None
    expect(page.locator("chat-composer")).to_have_attribute("data-conversation", path.split("/")[2])
    _taken(page, "row", turn)


def _answer(page: Page, turn: int) -> None:
    page.locator("#text").click()
    page.keyboard.insert_text(f"Antwort {turn}: Wir melden uns bis heute Abend bei Ihnen.")
    page.keyboard.press("Control+Enter")
    _taken(page, "bubble", turn)
    expect(page.locator(".msg--pending")).to_have_count(0)


def _taken(page: Page, what: str, turn: int) -> None:
    until(lambda: page.evaluate(f"bench.{what}.length") == turn + 1)


def _weight(browser: Browser, place: Place) -> float:
    """Kilobytes, headers too, of all that a browser asks for which has never been here, but for the live stream."""
    ((chat,),) = place.sql("SELECT id FROM messaging_conversation LIMIT 1")
    with _signed_in(browser, place) as context:
        page = context.new_page()
        told = context.new_cdp_session(page)
        sizes: list[float] = []
        told.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        told.send("Network.enable")
        page.goto(f"{place.told['url']}/inbox/{chat}/?view=all")
        expect(page.locator(".live")).to_have_attribute("data-state", "open")
        seen = -1
        while seen < len(sizes):
            seen = len(sizes)
            page.wait_for_timeout(SETTLED_MS)
    return sum(sizes) / 1_000


@contextmanager
def _signed_in(browser: Browser, place: Place) -> Iterator[BrowserContext]:
    """A browser without a past, whose cookies alone are an agent's."""
    parts = [part.partition("=") for part in desk.sign_in(place, "agent").split("; ")]
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        context.set_default_timeout(1_000 * PATIENCE_S)
        context.add_cookies([{"name": name, "value": value, "url": place.told["url"]} for name, _, value in parts])
        yield context


def _chromium() -> str:
    """The program. Raises FileNotFoundError."""
    found = shutil.which("chromium")
    if found is None:
        raise FileNotFoundError("Chromium is missing: install Debian's chromium.")
    return found

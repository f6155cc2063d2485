"""The tour as a newcomer takes it: one command, then clicks in a browser, in both languages, until all is ticked.

Everything is real: the demo in processes of its own with its PostgreSQL, the simulated phone, the desk. With ARTEFACTS
set to a folder the pictures are kept there, to be looked at.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.web.gallery import violations

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
END_SECONDS = 60
STEPS = [
    *("write", "arrive", "answer", "ticks", "react", "picture"),
    *("offer", "consent", "again", "stop"),
    *("hide", "sides", "search", "seal", "forge"),
]


@dataclass(frozen=True)
class Tongue:
    """What a visitor writes, and what the buttons are called."""

    code: str
    question: str
    word: str
    answer: str
    over: str
    end: str
    retry: str
    thanks: str
    offer: str


TONGUES = [
    Tongue(
        "de",
        "Haben Sie eine Klingelzitrone für mich?",
        "Klingelzitrone",
        "Natürlich, wir heben Ihnen eine auf.",
        "Rundgang von vorn beginnen",
        "Einmal herum, und alles stimmt",
        "Erneut senden",
        "Danke. Ihre Einwilligung",
        "zehn Prozent auf Winterreifen",
    ),
    Tongue(
        "en",
        "Would you have a lemonbell for me?",
        "lemonbell",
        "Of course, we keep one for you.",
        "Start the tour over",
        "Once round, and everything holds",
        "Send again",
        "Thank you. Your consent",
        "Ten per cent off",
    ),
]
GERMAN_AND_LONG_THE_OTHERS = [TONGUES[0], *(pytest.param(tongue, marks=pytest.mark.long) for tongue in TONGUES[1:])]


@pytest.fixture(scope="module")
def demo() -> Iterator[dict[str, Any]]:
    """What a running demo says of itself; one for all tests here."""
    home = Path(tempfile.mkdtemp(prefix="jawort-tour-", dir="/tmp"))
    home.chmod(0o755)
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    process = subprocess.Popen(
        [sys.executable, "-m", "jawort", "demo", "--json", "--data-dir", str(home / "demo")],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        yield json.loads(line)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=END_SECONDS)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def visit(demo: dict[str, Any], open_page: Open) -> Open:
    """`visit("Alma", locale="de-DE")`: a newcomer who chose Alma, on the stage, with the tour begun anew."""

    def visiting(person: str, over: str, **options: Any) -> Page:
        page = open_page(**options)
        page.goto(demo["url"])
        page.get_by_role("button", name=person).click()
        page.locator("[popovertarget=cast]").click()
        page.get_by_role("button", name=over).click()
        expect(step(page, "write")).to_have_class(re.compile("step--now"))
        return page

    return visiting


def step(page: Page, name: str) -> Any:
    return page.locator(f"#step-{name}")


def happens(page: Page, name: str) -> None:
    """The step ticks by itself, within the seconds that the tour needs to look."""
    expect(step(page, name)).to_have_class(re.compile("step--done"), timeout=20_000)


def waits(page: Page, name: str) -> None:
    """It is this step's turn, and neither it nor any later one has happened."""
    expect(step(page, name)).to_have_class(re.compile("step--now"))
    for later in STEPS[STEPS.index(name) + 1 :]:
        expect(step(page, later)).to_have_class(re.compile("step--later"))


def press(page: Page, name: str) -> None:
    """The button that the step offers first."""
    step(page, name).locator(".step__presses .btn").first.click()


def frames(page: Page) -> tuple[FrameLocator, FrameLocator]:
    """The phone and the desk."""
    return page.frame_locator("iframe[name=phone]"), page.frame_locator("iframe[name=desk]")


def looks(command: str, demo: dict[str, Any]) -> dict[str, Any]:
    """What `jawort verify` says of the demo while it runs."""
    asked = [sys.executable, "-m", "jawort", command, "--json", "--data-dir", demo["data_dir"]]
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    said = subprocess.run(asked, env=environ, capture_output=True, text=True, check=False)
    made: dict[str, Any] = json.loads(said.stdout)
    return made


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("ARTEFACTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"tour-{name}.png"))


@pytest.mark.parametrize("tongue", GERMAN_AND_LONG_THE_OTHERS, ids=lambda tongue: tongue.code)
def test_the_whole_tour(demo: dict[str, Any], visit: Open, tongue: Tongue) -> None:
    page = visit("Alma", tongue.over, locale=tongue.code)
    phone, desk = frames(page)
    waits(page, "write")
    phone.locator("#text").fill(tongue.question)
    phone.locator("#composer [type=submit]").click()
    happens(page, "write")
    waits(page, "arrive")
    expect(desk.locator("#rows .row").first).to_contain_text(tongue.word)
    press(page, "arrive")
    happens(page, "arrive")
    expect(desk.locator("#msgs .msg--in").last).to_contain_text(tongue.question)
    waits(page, "answer")
    desk.locator("#text").fill(tongue.answer)
    desk.locator(".composer [type=submit]").click()
    happens(page, "answer")
    happens(page, "ticks")
    expect(phone.locator("#thread .msg--theirs").last).to_contain_text(tongue.answer)
    expect(desk.locator("#msgs .msg--out").last.locator(".ticks")).to_have_class(re.compile("read"))
    beyond_text(page, tongue)
    waits(page, "sides")
    press(page, "sides")
    happens(page, "sides")
    expect(desk.locator("#ciphertext")).to_be_visible()
    waits(page, "search")
    expect(step(page, "search")).to_contain_text(tongue.word)
    press(page, "search")
    happens(page, "search")
    expect(step(page, "search")).to_contain_text("Werkstatt Lindenhof")
    waits(page, "seal")
    press(page, "seal")
    happens(page, "seal")
    check_seal(page)
    waits(page, "forge")
    forge(page, demo)
    expect(page.get_by_role("heading", name=tongue.end)).to_be_visible()
    expect(page.locator(".step--done")).to_have_count(len(STEPS))
    picture(page, f"end-{tongue.code}")
    verdict = looks("verify", demo)
    assert verdict["ok"], verdict["problems"]


def beyond_text(page: Page, tongue: Tongue) -> None:
    """The customer reacts, sends a picture, and keeps the number back."""
    phone, desk = frames(page)
    waits(page, "react")
    phone.locator("#thread .msg--theirs .more").last.click()
    phone.locator("#emoji button").first.click()
    happens(page, "react")
    expect(desk.locator("#msgs .msg--out").last).to_contain_text("👍")
    waits(page, "picture")
    phone.locator("#attach").click()
    phone.locator("#pictures button").first.click()
    happens(page, "picture")
    expect(phone.locator("#thread .msg--mine img")).to_be_visible()
    marketing(page, tongue)
    waits(page, "hide")
    hide(phone, tongue)
    happens(page, "hide")
    expect(desk.locator("#rows .row").first).to_contain_text(tongue.word)


def marketing(page: Page, tongue: Tongue) -> None:
    """Refused, agreed to on a foreign page, let out, refused again after STOP."""
    phone, desk = frames(page)
    waits(page, "offer")
    press(page, "offer")
    happens(page, "offer")
    expect(desk.locator("#msgs .msg--out").last.get_by_role("button", name=tongue.retry)).to_be_visible()
    waits(page, "consent")
    opt_in(page, tongue)
    happens(page, "consent")
    expect(phone.locator("#thread .msg--theirs").last).to_contain_text(tongue.thanks)
    proof = step(page, "consent").locator(".step__links a")
    assert page.request.get(page.url.partition("/demo/")[0] + str(proof.get_attribute("href"))).ok
    waits(page, "again")
    press(page, "again")
    happens(page, "again")
    expect(phone.locator("#thread .msg--theirs").last).to_contain_text(tongue.offer)
    waits(page, "stop")
    phone.locator("#text").fill("STOP")
    phone.locator("#text").press("Enter")
    press(page, "stop")
    happens(page, "stop")
    expect(phone.locator("#thread .msg--theirs").last).not_to_contain_text(tongue.offer)


def opt_in(page: Page, tongue: Tongue) -> None:
    """From the box on the workshop's website to the message in the chat; the window between the two closes itself."""
    phone, _ = frames(page)
    phone.locator("#website-open").click()
    website = phone.frame_locator("#site")
    website.get_by_role("checkbox").check()
    picture(page, f"website-{tongue.code}")
    assert violations(page) == []
    website.get_by_role("button").click()
    with page.context.expect_page() as opened:
        website.get_by_role("link", name="WhatsApp").click()
    expect(phone.locator("#website")).not_to_be_visible()
    expect(phone.locator("#text")).to_have_value(re.compile(r"\[\w{6}(-\w{4}){3}-\w{8}\]"))
    if not opened.value.is_closed():
        opened.value.wait_for_event("close")
    phone.locator("#text").press("Enter")


def hide(phone: FrameLocator, tongue: Tongue) -> None:
    """A new phone whose number stays with its owner, and a message from it."""
    phone.locator("#who").click()
    phone.locator("#new-phone").click()
    phone.locator("#new-withhold").check()
    phone.locator("#new-form [type=submit]").click()
    expect(phone.locator("#empty-title")).to_be_visible()
    phone.locator("#text").fill(tongue.question)
    phone.locator("#text").press("Enter")


def check_seal(page: Page) -> None:
    """What the step links to is there: the checkpoint and the tile that holds the entry."""
    links = step(page, "seal").locator(".step__links a")
    expect(links).to_have_count(2)
    for link in links.all():
        answer = page.request.get(page.url.partition("/demo/")[0] + str(link.get_attribute("href")))
        assert answer.ok


def forge(page: Page, demo: dict[str, Any]) -> None:
    """Change a byte, see it found here and on the command line, put it back, see all whole again."""
    _, desk = frames(page)
    press(page, "forge")
    expect(step(page, "forge")).to_contain_text("20")
    assert not looks("verify", demo)["ok"]
    press(page, "forge")
    expect(page.locator("#step-forge.step--bad")).to_be_visible(timeout=20_000)
    step(page, "forge").locator(".step__presses .btn").last.click()
    expect(desk.locator("#msgs .bubble__odd")).to_have_count(1)
    press(page, "forge")
    happens(page, "forge")
    expect(desk.locator("#msgs .bubble__odd")).to_have_count(0)


@pytest.mark.parametrize("tongue", GERMAN_AND_LONG_THE_OTHERS, ids=lambda tongue: tongue.code)
def test_on_a_phone_one_part_is_shown_and_the_next_step_says_where(visit: Open, tongue: Tongue) -> None:
    page = visit("Emre", tongue.over, locale=tongue.code, viewport={"width": 390, "height": 844})
    phone, desk = frames(page)
    expect(phone.locator("#text")).not_to_be_visible()
    page.locator(".stage__tab--phone").click()
    expect(page.locator("#now")).to_contain_text(step(page, "write").locator("h2").text_content() or "")
    phone.locator("#text").fill(tongue.question)
    phone.locator("#composer [type=submit]").click()
    expect(page.locator("#now .stage__number")).to_have_text("2", timeout=20_000)
    page.locator("#now").click()
    press(page, "arrive")
    expect(desk.locator("#msgs .msg--in").last).to_contain_text(tongue.question)
    expect(page.locator("#now .stage__number")).to_have_text("3", timeout=20_000)


def test_by_keyboard_alone(demo: dict[str, Any], open_page: Open) -> None:
    page = open_page(locale="en")
    page.goto(demo["url"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#stage")).to_be_visible()
    page.wait_for_load_state("load")  # before, no script listens: there is something to press and nothing that it does
    folding = page.locator("[data-fold]")
    page.keyboard.press("Tab")
    expect(folding).to_be_focused()
    page.keyboard.press("Enter")
    expect(folding).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#tour-title")).not_to_be_visible()
    page.reload()
    expect(folding).to_have_attribute("aria-expanded", "false")
    folding.press("Enter")
    expect(page.locator("#tour-title")).to_be_visible()


def test_signing_out_at_the_desk_leads_back_to_the_persons(demo: dict[str, Any], open_page: Open) -> None:
    page = open_page(locale="en")
    page.goto(demo["url"])
    page.get_by_role("button", name="Bruno").click()
    _, desk = frames(page)
    desk.locator(".nav__face").click()
    desk.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Alma")).to_be_visible(timeout=20_000)
    expect(page.locator("iframe")).to_have_count(0)


def test_dana_checks_and_reads_nothing(demo: dict[str, Any], open_page: Open) -> None:
    page = open_page(locale="en")
    page.goto(demo["url"])
    page.get_by_role("button", name="Dana").click()
    _, desk = frames(page)
    expect(desk.get_by_role("heading", name="Ledger")).to_be_visible()
    page.get_by_role("button", name="Go on as Alma Winter").click()
    expect(desk.locator("#rows .row").first).to_be_visible()


@pytest.mark.parametrize("theme", [pytest.param("light", marks=pytest.mark.long), "dark"])
@pytest.mark.parametrize("tongue", GERMAN_AND_LONG_THE_OTHERS, ids=lambda tongue: tongue.code)
def test_the_stage_is_clean(demo: dict[str, Any], open_page: Open, tongue: Tongue, theme: str) -> None:
    page = open_page(locale=tongue.code, color_scheme=theme)
    page.goto(demo["url"])
    found = blemishes(page, f"persons-{tongue.code}-{theme}")
    page.get_by_role("button", name="Alma").click()
    page.wait_for_load_state("load")
    found += blemishes(page, f"stage-{tongue.code}-{theme}")
    assert not found, "\n".join(found)


def blemishes(page: Page, name: str) -> list[str]:
    """What axe finds and what sticks out, at every width."""
    found = []
    for width, height in [(1440, 900), (1024, 768), (390, 844)]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        picture(page, f"{name}-{width}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{name}-{width}: sticks out sideways")
        found += [f"{name}-{width}: {violation}" for violation in violations(page)]
    return found

"""From an empty database to the first answered message: one server, one browser, the simulator in WhatsApp's place."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.place import until
from tests.fixtures.cast import PASSWORD
from tests.fixtures.installation import WABA_ID, Installation
from tests.fixtures.ports import free_ports

pytestmark = [pytest.mark.browser, pytest.mark.long]
APP_ID = "670843887433847"  # the simulator's
KIM = "4917604069031"


def types(commands: str, made: Installation) -> subprocess.Popen[bytes]:
    """Somebody types what the page says; the simulator stays behind, in a group of its own."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.Popen(
        ["bash", "-c", f"set -e\n{commands}\nwait"],
        cwd=made.home,
        env=made.environment() | {"PATH": path},
        start_new_session=True,
    )


def connected(made: Installation, page: Page) -> None:
    """The number is connected by the page that the first steps lead to."""
    page.get_by_role("link", name="Eine Nummer ist verbunden").click()
    page.locator("#id_app_ref").fill(APP_ID)
    page.locator("#id_app_name").fill("Unsere App")
    page.locator("#id_secret").fill(made.secrets["app"])
    page.locator("#id_verify_token").fill(made.secrets["verify"])
    page.locator("#id_account").fill(WABA_ID)
    page.locator("#id_token").fill(made.secrets["token"])
    page.get_by_role("button", name="Prüfen und weiter").click()
    expect(page.get_by_text("Die App erhält Nachrichten dieses Kontos")).to_be_visible()
    page.get_by_role("button", name="Callback testen").click()
    expect(page.get_by_text("Ein signierter Webhook wurde gespeichert.")).to_be_visible()
    page.locator("#numbers-title + .card a.btn").click()
    page.get_by_role("button", name="Verbinden").click()
    expect(page.get_by_text("ist verbunden")).to_be_visible()


@pytest.mark.parametrize("way", ["pages", "commands"])
def test_an_administrator_gets_from_nothing_to_a_first_answer(
    home: Path, open_page: Callable[..., Page], way: str
) -> None:
    made, typed = Installation(home, free_ports(6)), None
    try:
        if way == "pages":
            made.start_simulator()
        made.start("serve", JAWORT_WEBHOOK_URL=made.place.told["webhook_url"])
        until(made.serves)
        page = open_page(locale="de")
        page.goto((home / "serve.out").read_text(encoding="utf-8").splitlines()[-1])
        page.locator("#id_name").fill("Ada Jahn")
        page.locator("#id_email").fill("ada@firma.example")
        page.locator("#id_password").fill(PASSWORD)
        page.locator("#id_again").fill(PASSWORD)
        page.get_by_role("button", name="Konto eröffnen").click()
        page.locator("#id_login").fill("ada@firma.example")
        page.locator("#id_password").fill(PASSWORD)
        page.locator("form .btn--primary").click()
        expect(page.get_by_role("heading", name="Erste Schritte")).to_be_visible()
        expect(page.get_by_text("Erledigt", exact=True)).to_have_count(0)
        if way == "pages":
            connected(made, page)
        else:
            typed = types(page.locator("#trial").inner_text(), made)
        until(made.is_up)
        made.place.control("POST", "users", {"phone": KIM, "name": "Kim"})
        made.place.control("POST", f"users/{KIM}/messages", {"type": "text", "text": "Ist das Rad fertig?"})
        page.goto(f"{made.place.told['url']}/inbox/")
        page.get_by_text("Ist das Rad fertig?").first.click()
        page.locator("#text").fill("Ja, seit heute.")
        page.locator("#text").press("Control+Enter")
        until(lambda: "Ja, seit heute." in str(made.place.control("GET", f"users/{KIM}/messages")))
        page.goto(f"{made.place.told['url']}/settings/first-steps")
        expect(page.get_by_text("Erledigt", exact=True)).to_have_count(4)  # both links came with the number
        page.close()  # before its server
    finally:
        if typed is not None:
            os.killpg(typed.pid, signal.SIGTERM)
            typed.wait()
        made.end()

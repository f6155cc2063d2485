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
from tests.fixtures.installation import Installation
from tests.fixtures.ports import free_ports

pytestmark = [pytest.mark.browser, pytest.mark.long]
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


def test_an_administrator_gets_from_nothing_to_a_first_answer(home: Path, open_page: Callable[..., Page]) -> None:
    made, typed = Installation(home, free_ports(6)), None
    try:
        made.start("serve")
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
        expect(page.get_by_text("Erledigt", exact=True)).to_have_count(3)
        page.close()  # before its server
    finally:
        if typed is not None:
            os.killpg(typed.pid, signal.SIGTERM)
            typed.wait()
        made.end()

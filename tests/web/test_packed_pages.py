"""Pages are small on the way, and their length says little of what stands in them."""

from collections.abc import Callable

import brotli
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.staff.models import Agent
from jawort.web.packed_pages import BLUR, BLUR_BYTES_MAX
from tests.web.conftest import Desk

SignedIn = Callable[[Agent], Client]
TAKES = {"Accept-Encoding": "gzip, deflate, br, zstd"}
BYTES_OF_A_PAGE_MAX = 150_000
#: So many answers of one page: that all are equally long has a chance of one in a hundred to the nineteenth.
ANSWERS = 20
#: Style sheets, scripts, font and icons that a page with a thread has at least.
FILES_MIN = 30


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_it_is_the_same_page(desk: Desk, alice: Agent, signed_in: SignedIn, headers: dict[str, str]) -> None:
    address = f"/inbox/{desk.chat.pk}/"
    plain = signed_in(alice).get(address, headers=headers)
    packed = signed_in(alice).get(address, headers=headers | TAKES)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "br"
    assert packed["Content-Length"] == str(len(packed.content))
    assert "Accept-Encoding" in packed["Vary"]
    assert "Accept-Encoding" in plain["Vary"]
    text = brotli.decompress(packed.content).decode()
    assert 'id="msgs"' in text
    assert len(packed.content) < len(text) / 3


def test_its_length_is_another_each_time(desk: Desk, alice: Agent, signed_in: SignedIn) -> None:
    client = signed_in(alice)
    blurs = [client.get("/inbox/?view=all", headers=TAKES)[BLUR] for _ in range(ANSWERS)]
    assert len({len(each) for each in blurs}) > 1
    assert max(map(len, blurs)) <= BLUR_BYTES_MAX


def test_what_strangers_see_is_not_packed(db: None, client: Client) -> None:
    assert "Content-Encoding" not in client.get("/accounts/login/", headers=TAKES)


@pytest.mark.browser
def test_a_first_visit_to_a_thread_is_light(
    desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page], client: Client
) -> None:
    """All that a browser asks for by itself which has never been here, but for the live stream."""
    page = at_desk(alice)
    told = page.context.new_cdp_session(page)
    paths: dict[str, str] = {}
    sizes: dict[str, float] = {}
    told.on("Network.responseReceived", lambda event: paths.update({event["requestId"]: event["response"]["url"]}))
    told.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    told.send("Network.enable")
    told.send("Network.clearBrowserCache")
    page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    expect(page.locator(".live")).to_have_attribute("data-state", "open")
    page.evaluate("document.fonts.ready.then(() => true)")
    fixed = {each for each in sizes if paths[each].startswith(f"{site}{settings.STATIC_URL}")}
    # The tests' own server gives static files out around our middleware.
    given = [client.get(paths[each].removeprefix(site), headers=TAKES) for each in fixed]
    weight = sum(len(each.getvalue()) for each in given) + sum(sizes[each] for each in sizes.keys() - fixed)
    assert len(fixed) > FILES_MIN, "not all of it was counted"
    assert weight < BYTES_OF_A_PAGE_MAX

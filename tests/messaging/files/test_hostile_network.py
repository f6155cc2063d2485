"""Whatever the network does, a file is fetched whole or refused with a reason, and the worker goes on.

The platform here is a real server. Foreign hosts are never reached, or the tests' watch on the network would tell.
"""

import gzip
import resource
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest

from jawort.channels.whatsapp.media import AddressDead, MediaClient, NotFetched
from jawort.lanes.work import Worker
from jawort.messaging.carrier import GraphCarrier
from jawort.messaging.files.jobs import handlers
from jawort.messaging.files.models import Chunk, File
from jawort.messaging.files.source import GraphSource
from jawort.messaging.files.store import FILE_BYTES_MAX, describe, read
from tests.fixtures.cast import Customer
from tests.fixtures.scene import PHONE_NUMBER_ID, Scene
from tests.messaging.files.platform import Platform, endless, gives, moves, raw, sends
from tests.messaging.files.stored import stream_of

MB = 1024 * 1024


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform().running() as running:
        yield running


class Fetching:
    """Kim's file on a hostile platform, and the worker that fetches it."""

    def __init__(self, scene: Scene, kim: Customer, platform: Platform) -> None:
        self.scene, self.kim, self.platform = scene, kim, platform
        self.carrier = GraphCarrier(platform.graph)
        self.client = MediaClient(platform.graph, download_s=3.0)
        source = GraphSource(self.carrier, self.client)
        self.worker = Worker(handlers(source), "files")

    def __call__(self) -> tuple[str, str]:
        """State and reason after one attempt."""
        if not File.objects.exists():
            self.scene.writes(self.kim, "", type="document", document=self.platform.media)
        assert self.worker.run_due(self.scene.clock.at) == 1
        return File.objects.values_list("state", "reason").get()

    def another(self) -> tuple[str, str]:
        """State and reason of one more file after its first attempt; what was asked before is forgotten."""
        before = set(File.objects.values_list("pk", flat=True))
        self.platform.asked.clear()
        self.scene.writes(self.kim, "", type="document", document=self.platform.media)
        assert self.worker.run_due(self.scene.clock.at) == 1
        return File.objects.exclude(pk__in=before).values_list("state", "reason").get()


@pytest.fixture
def fetch(scene: Scene, kim: Customer, platform: Platform) -> Iterator[Fetching]:
    fetching = Fetching(scene, kim, platform)
    yield fetching
    fetching.carrier.close()


def test_a_file_comes_over_the_wire(fetch: Fetching, platform: Platform) -> None:
    platform.content = bytes(range(256)) * 5_000
    assert fetch() == ("stored", "")
    file = File.objects.get()
    assert b"".join(read(file.pk, stream_of(file))) == platform.content
    assert platform.asked == [
        (f"/v26.0/77?phone_number_id={PHONE_NUMBER_ID}", "Bearer EAAtoken"),
        ("/file", "Bearer EAAtoken"),
    ]


@pytest.mark.parametrize("form", ["hex", "base64", "upper"])
def test_the_hash_may_come_in_any_form(fetch: Fetching, platform: Platform, form: str) -> None:
    said = platform.media["sha256"]
    as_hex = b64decode(said).hex()
    platform.said = {"sha256": {"hex": as_hex, "base64": said, "upper": as_hex.upper()}[form]}
    assert fetch() == ("stored", "")


FOREIGN = [
    "https://evil.example/file",
    "https://fbsbx.com.evil.example/file",
    "https://evilfbsbx.com/file",
    "http://lookaside.fbsbx.com/file",
    "https://lookaside.fbsbx.com:8443/file",
    "https://lookaside.fbsbx.com@evil.example/file",
    "https://user:word@lookaside.fbsbx.com/file",
    "http://127.0.0.1:1/file",
    "http://localhost/file",
    "http://[::1]/file",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/file",
    "http://2130706433/file",
    "file:///etc/passwd",
    "ftp://lookaside.fbsbx.com/file",
    "//evil.example/file",
    "lookaside.fbsbx.com/file",
    "",
    "https://",
    "http://[",
]


def test_no_address_leads_elsewhere(fetch: Fetching, platform: Platform) -> None:
    for url in FOREIGN:
        platform.said = {"url": url}
        assert (fetch.another(), len(platform.asked)) == (("refused", "foreign_host"), 1), url


def test_no_redirect_leads_elsewhere(fetch: Fetching, platform: Platform) -> None:
    for to in FOREIGN:
        if not to or to.startswith("lookaside"):
            continue
        platform.give = moves(to)
        assert (fetch.another(), len(platform.asked)) == (("refused", "foreign_host"), 2), to


def test_redirects_in_a_circle_end(fetch: Fetching, platform: Platform) -> None:
    platform.give = moves("/file")
    assert fetch() == ("refused", "redirected")
    assert len(platform.asked) == 4


NOT_THE_FILE: list[tuple[str, Any, tuple[str, str]]] = [
    ("other bytes", gives(body=b"%PDF-1.7 harmful!"), ("refused", "hash_mismatch")),
    ("JSON", sends({"error": {"message": "no"}}), ("refused", "hash_mismatch")),
    ("a page", gives(body=b"<html>sign in", Content_Type="text/html"), ("refused", "hash_mismatch")),
    ("nothing", gives(), ("refused", "hash_mismatch")),
    ("too short", raw("200 OK\nContent-Length: 5", b"%PDF-1.7 harmless"), ("waiting", "unreachable")),
    ("too long", raw("200 OK\nContent-Length: 500", b"%PDF-1.7 harmless"), ("waiting", "broken_off")),
    ("2 GB claimed", raw("200 OK\nContent-Length: 2147483648", b"%PDF-1.7"), ("refused", "too_large")),
    ("a negative length", raw("200 OK\nContent-Length: -1", b"%PDF-1.7"), ("waiting", "unreachable")),
    ("no HTTP", raw("what?", b""), ("waiting", "unreachable")),
    ("a broken chunk", raw("200 OK\nTransfer-Encoding: chunked", b"zz\r\n"), ("waiting", "unreachable")),
    ("packed", gives(body=gzip.compress(bytes(50 * MB)), Content_Encoding="gzip"), ("refused", "packed")),
    ("packed twice", gives(body=b"x", Content_Encoding="gzip, br"), ("refused", "packed")),
    ("in trouble", gives(503), ("waiting", "http_503")),
    ("in a hurry", gives(429), ("waiting", "http_429")),
    ("not for us", gives(403), ("waiting", "http_403")),
    ("gone", gives(404), ("lost", "gone")),
    ("part of it", gives(206, body=b"%PDF"), ("waiting", "http_206")),
    ("silent", raw("200 OK\nContent-Length: 17", hang=True), ("waiting", "too_slow")),
    ("dripping", raw("200 OK\nContent-Length: 9000", *[b"x"] * 40, pause_s=0.2), ("waiting", "too_slow")),
]


@pytest.mark.parametrize(("give", "end"), [pytest.param(g, e, id=name) for name, g, e in NOT_THE_FILE])
def test_what_is_not_the_file_is_not_taken(
    fetch: Fetching, platform: Platform, give: Any, end: tuple[str, str]
) -> None:
    platform.give = give
    assert fetch() == end
    assert File.objects.get().ciphertext is None
    if end[0] != "waiting":
        assert not Chunk.objects.exists()
        return
    platform.give = None
    fetch.scene.clock.forward(seconds=5)
    assert fetch() == ("stored", "")


NOT_RESOLVED: list[tuple[str, Any, tuple[str, str]]] = [
    ("unknown id", sends({"error": {"code": 100, "error_subcode": 33}}, 400), ("lost", "gone")),
    ("a dead token", sends({"error": {"code": 190}}, 401), ("waiting", "whatsapp_190")),
    ("too many calls", sends({"error": {"code": 80007}}, 400), ("waiting", "whatsapp_80007")),
    ("trouble", gives(500, body=b"oops"), ("waiting", "http_500")),
    ("not found", gives(404), ("lost", "gone")),
    ("no JSON", gives(body=b"<html>"), ("waiting", "no_sense")),
    ("a list", sends([]), ("waiting", "no_sense")),
    ("no address", sends({"id": "77"}), ("refused", "foreign_host")),
    ("a number for an address", sends({"url": 7}), ("refused", "foreign_host")),
    ("endless", endless(), ("waiting", "no_sense")),
    ("another hash", sends({"url": "", "sha256": "00" * 32}), ("refused", "foreign_host")),
]


@pytest.mark.parametrize(("resolve", "end"), [pytest.param(r, e, id=name) for name, r, e in NOT_RESOLVED])
def test_an_id_that_leads_nowhere_says_so(
    fetch: Fetching, platform: Platform, resolve: Any, end: tuple[str, str]
) -> None:
    platform.resolve = resolve
    assert fetch() == end


def test_a_hash_that_contradicts_the_message_is_not_believed(fetch: Fetching, platform: Platform) -> None:
    platform.said = {"sha256": "00" * 32}
    assert fetch() == ("refused", "hash_mismatch")


def test_an_address_that_died_is_asked_for_again(fetch: Fetching, platform: Platform) -> None:
    once = [404]

    async def give(request: Any) -> Any:
        status = once.pop() if once else 200
        return await gives(status, platform.content if status == 200 else b"")(request)

    platform.give = give
    assert fetch() == ("stored", "")
    assert [path.partition("?")[0] for path, _ in platform.asked] == ["/v26.0/77", "/file"] * 2


def test_a_body_without_end_ends_at_the_limit(
    fetch: Fetching, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jawort.messaging.files.fetch.FILE_BYTES_MAX", 4 * MB)
    platform.give = endless()
    assert fetch() == ("refused", "too_large")
    assert not Chunk.objects.exists()


@pytest.mark.long
def test_two_gigabytes_end_at_a_hundred_megabytes_and_fill_no_memory(fetch: Fetching, platform: Platform) -> None:
    platform.said = {"file_size": str(2**31)}
    platform.give = endless()
    fetch.client._download_s = 300.0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert fetch() == ("refused", "too_large")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    print(f"{FILE_BYTES_MAX // MB} MB taken, {grown // MB} MB of memory more")
    assert grown < 40 * MB


def test_a_worker_that_ends_breaks_off_and_leaves_the_file_waiting(fetch: Fetching, platform: Platform) -> None:
    platform.give = raw("200 OK\nContent-Length: 17", hang=True)

    async def ending(request: Any) -> Any:
        fetch.carrier.break_off()
        return await raw("200 OK\nContent-Length: 17", hang=True)(request)

    platform.give = ending
    assert fetch() == ("waiting", "")
    fetch.carrier.close()
    again = Fetching(fetch.scene, fetch.kim, platform)
    platform.give = None
    fetch.scene.clock.forward(seconds=1)
    assert again() == ("stored", "")
    again.carrier.close()


def test_what_cannot_be_reached_is_tried_again(fetch: Fetching) -> None:
    fetch.client._graph = fetch.client._graph.with_port(1)
    assert fetch() == ("waiting", "unreachable")


def test_what_failed_is_one_of_two_kinds() -> None:
    assert AddressDead().passing
    assert not NotFetched("gone", passing=False).passing
    assert describe([]) == {}

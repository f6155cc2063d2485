"""Django behind one thread hop: everything passes as it came, and nothing leaks when it breaks."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.client import IncompleteRead

import pytest
from django.db import connection
from pytest_django import Settings

from jawort.front import django as hop
from jawort.front import pipe
from jawort.front.pipe import UPLOADS_MAX
from tests.front import routes
from tests.front.serving import Place, serving, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(settings: Settings) -> Iterator[Place]:
    """A server with the routes of this test and no middleware but CommonMiddleware."""
    settings.ROOT_URLCONF = "tests.front.routes"
    settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
    with serving() as running:
        yield running


def test_method_path_query_headers_and_cookies_pass(place: Place) -> None:
    with place.ask(
        "PUT", "/echo/M%C3%BCller?a=1&a=2&b=%C3%BC", b"\x00body", Cookie="x=1; y=zwei", X_Own="Wert", Content_Type="a/b"
    ) as answer:
        seen = json.load(answer)
    assert answer.status == 200
    assert (seen["method"], seen["path"], seen["body"]) == ("PUT", "/echo/Müller", 5)
    assert seen["query"] == {"a": ["1", "2"], "b": ["ü"]}
    assert seen["cookies"] == {"x": "1", "y": "zwei"}
    assert (seen["headers"]["X-Own"], seen["headers"]["Content-Type"]) == ("Wert", "a/b")
    assert (seen["client"], seen["host"]) == ("127.0.0.1", f"127.0.0.1:{place.port}")


def test_forms_and_small_files_pass(place: Place) -> None:
    with place.ask(
        "POST", "/echo", b"name=Kim&text=%C3%9F", Content_Type="application/x-www-form-urlencoded"
    ) as answer:
        assert json.load(answer)["form"] == {"name": ["Kim"], "text": ["ß"]}
    part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"z" * 9_000 + b"\r\n--b--\r\n"
    with place.ask("POST", "/echo", part, Content_Type="multipart/form-data; boundary=b") as answer:
        assert json.load(answer)["files"] == {"f": 9_000}


def test_a_chunked_body_passes(place: Place) -> None:
    with socket.create_connection(("127.0.0.1", place.port), timeout=10) as line:
        line.sendall(
            b"POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for _ in range(3):
            line.sendall(b"5\r\nhello\r\n")
        line.sendall(b"0\r\n\r\n")
        assert b'"body": 15' in read_all(line)


def test_status_cookies_and_text_come_back(place: Place) -> None:
    with place.ask("GET", "/sets") as answer:
        assert (answer.status, answer.read().decode()) == (201, "Grüße")
        cookies = answer.headers.get_all("Set-Cookie") or []
    assert cookies == ["a=1; HttpOnly; Path=/", "b=2; Path=/; SameSite=Lax"]
    assert (answer.headers["X-Own"], answer.headers["Content-Length"]) == ("yes", "7")
    assert "server" not in answer.headers


def test_streams_and_files_come_whole(place: Place) -> None:
    with place.ask("GET", "/stream") as answer:
        assert answer.read() == b"".join(b"%05d " % n for n in range(50_000))
    with place.ask("GET", "/file") as answer:
        assert answer.read() == b"f" * 200_000
    assert answer.headers["Content-Length"] == "200000"


def test_head_and_no_content(place: Place) -> None:
    for path, length in (("/sets", "7"), ("/file", "200000"), ("/stream", None)):
        with place.ask("HEAD", path) as answer:
            assert (answer.headers["Content-Length"], answer.read()) == (length, b"")
    with place.ask("GET", "/empty") as answer:
        assert (answer.status, answer.read()) == (204, b"")


def test_one_connection_carries_many_requests(place: Place) -> None:
    with socket.create_connection(("127.0.0.1", place.port), timeout=10) as line:
        for _ in range(3):
            line.sendall(b"GET /sets HTTP/1.1\r\nHost: localhost\r\n\r\n")
            until(lambda: line.recv(65_536).endswith("Grüße".encode()))


def test_an_exception_becomes_a_page_without_details(place: Place) -> None:
    with place.ask("GET", "/breaks") as answer:
        page = answer.read().decode()
    assert answer.status == 500
    assert "+49" not in page
    assert "RuntimeError" not in page
    with place.ask("GET", "/sets") as answer:
        assert answer.status == 201


def test_a_chain_that_breaks_still_answers(place: Place, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.front.no_such_routes"
    with place.ask("GET", "/sets") as answer:
        assert (answer.status, "no_such" in answer.read().decode()) == (500, False)


def test_half_an_answer_is_no_answer(place: Place) -> None:
    with place.ask("GET", "/breaks-later") as answer, pytest.raises(IncompleteRead):
        answer.read()


def test_who_leaves_a_stream_stops_it(place: Place) -> None:
    routes.closed.clear()
    routes.produced.clear()
    with place.ask("GET", "/endless") as answer:
        answer.read(1_000)
    assert routes.closed.wait(5)
    assert len(routes.produced) < 500


def test_too_large_a_body_is_refused(place: Place) -> None:
    with place.ask("POST", "/echo", b"x" * (hop.BODY_BYTES_MAX + 1)) as answer:
        assert answer.status == 413
    with place.ask("POST", "/echo", b"x" * 2_000_000) as answer:
        assert answer.status == 200
    with socket.create_connection(("127.0.0.1", place.port), timeout=10) as line:
        line.sendall(b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\nx")
        assert b" 413 " in read_all(line)


def test_too_slow_a_body_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hop, "BODY_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", place.port), timeout=10) as line:
        line.sendall(b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nx")
        assert b" 408 " in read_all(line)


def test_a_crowd_is_told_to_come_back(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hop, "LOAD_MAX", 2)
    found: list[int] = []

    def ask() -> None:
        with place.ask("GET", "/slow") as answer:
            found.append(answer.status)

    askers = [threading.Thread(target=ask) for _ in range(6)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert sorted(found) == [200, 200, 503, 503, 503, 503]


def test_a_thread_keeps_its_connection_and_gets_over_losing_it(place: Place) -> None:
    def ask() -> int:
        with place.ask("GET", "/backend") as answer:
            assert answer.status == 200
            return int(answer.read())

    asked = {ask() for _ in range(20)}
    assert len(asked) <= 8
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM unnest(%s::int[]) AS pid", [list(asked)])
    time.sleep(0.1)
    assert not {ask() for _ in range(20)} & asked


def test_a_stopping_server_answers_what_was_asked(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.front.routes"
    settings.MIDDLEWARE = []
    found: list[int] = []

    def ask() -> None:
        with stopping.ask("GET", "/slow") as answer:
            found.append(answer.status)

    with serving() as stopping:
        asker = threading.Thread(target=ask)
        asker.start()
        time.sleep(0.1)
    asker.join()
    assert found == [200]


def read_all(line: socket.socket) -> bytes:
    """What comes until the other side closes."""
    found = b""
    while part := line.recv(65_536):
        found += part
    return found


def test_a_file_is_read_while_it_comes_in(place: Place) -> None:
    size = 3 * hop.BODY_BYTES_MAX  # more than any other body may have
    with place.ask("POST", "/takes/files", b"x" * size, Content_Type="application/pdf") as answer:
        assert json.load(answer) == {"size": size, "largest": 10_000}


def test_what_a_view_does_not_want_of_a_file_is_not_taken(place: Place) -> None:
    with socket.create_connection(("127.0.0.1", place.port), timeout=10) as line:
        head = b"POST /takes/files?only=10000 HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b\r\n"
        line.sendall(head + b"Content-Length: 100000000\r\n\r\n" + b"x" * 20_000)
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    assert b"200 OK" in answer
    assert b"connection: close" in answer.lower()


def test_a_form_is_no_file(place: Place) -> None:
    with place.ask("POST", "/takes/files", b"a=1", Content_Type="application/x-www-form-urlencoded") as answer:
        assert json.load(answer)["size"] == 3


def test_few_upload_at_once_and_the_desk_goes_on(place: Place) -> None:
    head = b"POST /takes/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b\r\nContent-Length: 10\r\n\r\n"
    lines = [socket.create_connection(("127.0.0.1", place.port), timeout=10) for _ in range(UPLOADS_MAX)]
    try:
        for line in lines:
            line.sendall(head)
        until(lambda: _status(place) == 503)
        with place.ask("POST", "/echo", b"x", Content_Type="a/b") as answer:
            assert answer.status == 200
        for line in lines:
            line.sendall(b"0123456789")
            assert b"200 OK" in line.recv(65_536)
    finally:
        for line in lines:
            line.close()


def test_a_form_with_files_is_read_as_it_comes_where_that_is_meant(place: Place) -> None:
    size = 3 * hop.BODY_BYTES_MAX
    form = "multipart/form-data; boundary=b"
    with place.ask("POST", "/takes/side-door/files", b"x" * size, Content_Type=form) as answer:
        assert json.load(answer) == {"size": size, "largest": 10_000}
    with place.ask("POST", "/takes/files", b"x" * size, Content_Type=form) as answer:
        assert answer.status == 413


def test_what_a_stranger_brings_has_an_end(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    form = "multipart/form-data; boundary=b"
    monkeypatch.setattr(pipe, "BROUGHT_BYTES_MAX", 100_000)
    for size, status in ((90_000, 200), (110_000, 500)):
        with place.ask("POST", "/side-door/takes/files", b"x" * size, Content_Type=form) as answer:
            assert answer.status == status
    monkeypatch.setattr(pipe, "BROUGHT_SECONDS", -1.0)
    with place.ask("POST", "/side-door/takes/files", b"x", Content_Type=form) as answer:
        assert answer.status == 500
    with place.ask("POST", "/takes/files", b"x" * 110_000, Content_Type="a/b") as answer:
        assert answer.status == 200


def _status(place: Place) -> int:
    with place.ask("POST", "/takes/files", b"x", Content_Type="a/b") as answer:
        return answer.status

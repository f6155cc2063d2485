"""The front as a process."""

import os
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection

import pytest

from jawort.core.config import Config, ConfigError
from jawort.front.protocol import listener
from jawort.front.serve import serve_front
from tests.fixtures.ports import free_ports
from tests.front.serving import until

PROGRAM = """
import django
django.setup()
from jawort.core.config import load
from jawort.front.serve import serve_front
serve_front(load())
"""


def answers(port: int) -> bool:
    """Whether something answers there."""
    line = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/live")
        return line.getresponse().status == 401
    except OSError:
        return False
    finally:
        line.close()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(database_url: str, sign: signal.Signals) -> None:
    port = free_ports()
    environ = os.environ | {
        "DATABASE_URL": database_url,
        "JAWORT_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "jawort.settings",
    }
    with subprocess.Popen([sys.executable, "-c", PROGRAM], env=environ) as process:
        try:
            until(lambda: answers(port), 20)
            with socket.create_connection(("127.0.0.1", port)):  # an idle browser does not hold it up
                process.send_signal(sign)
                assert process.wait(60) == 0
        finally:
            process.kill()


def test_what_cannot_be_says_what_to_do() -> None:
    with pytest.raises(ConfigError, match="DATABASE_URL"):
        serve_front(Config())
    with listener("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"Cannot listen on 127.0.0.1, port {port}"):
            listener("127.0.0.1", port)


def test_what_few_need_is_loaded_when_somebody_does() -> None:
    """A library for pictures, which the one for QR codes brings along, and a table of a thousand kinds of files."""
    program = (
        "import django, sys; django.setup(); import jawort.front.serve, jawort.urls, jawort.messaging.files.jobs; "
        "print(sorted({'PIL', 'puremagic', 'qrcode'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "[]\n"

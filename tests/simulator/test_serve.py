"""The program: listens when started, ends on SIGTERM, and says nothing meanwhile."""

import http.client
import signal
import subprocess
import sys
import time

import pytest

from tests.fixtures.ports import free_ports
from tests.simulator.stage import WAIT_S

PROGRAM = """
import sys
from jawort.simulator.serve import serve
from jawort.simulator.settings import Settings
serve(Settings(int(sys.argv[1]), "secret", "verify", "token", "http://127.0.0.1:9/webhook"))
"""


def healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_told_to_stop(number: signal.Signals) -> None:
    port = free_ports()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as program:
        until = time.monotonic() + WAIT_S
        while not healthy(port) and time.monotonic() < until:
            time.sleep(0.05)
        program.send_signal(number)
        printed, _ = program.communicate(timeout=WAIT_S)
    assert (program.returncode, printed) == (0, b"")

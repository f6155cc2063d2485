"""A whole installation where there is no network but the machine itself: it tries to reach nobody.

A network namespace of its own has no route, and the kernel counts every attempt for which it found none.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCENE = "tests/scenarios/test_way.py::test_there_and_back_with_ticks"
#: Runs what is named in a namespace with loopback alone, then prints what the kernel counted there.
INSIDE = 'ip link set lo up && "$@"; rc=$?; cat /proc/net/snmp /proc/net/snmp6; exit $rc'
#: Four attempts, all in vain: TCP and UDP, IPv4 and IPv6, to addresses that are kept for documentation.
ATTEMPTS = """
import socket
for family, host in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(family, kind) as line:
            try:
                line.connect((host, 443))
                line.send(b"x")
            except OSError:
                pass
"""

pytestmark = pytest.mark.long


def alone(*command: str) -> subprocess.CompletedProcess[str]:
    """Run it where there is nobody else. Skips where the machine lets nobody make a namespace."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        pytest.skip("unshare and ip are not installed: no namespace can be made.")
    if subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("This account may not make a network namespace.")
    words = ["unshare", "--net", "sh", "-c", INSIDE, "sh", *command]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "JAWORT_TEST_"))}
    return subprocess.run(words, cwd=ROOT, env=kept, capture_output=True, text=True, check=False)


def attempts(said: str) -> int:
    """How often somebody in the namespace wanted to go where there is no way."""
    heads, values = [line.split() for line in said.splitlines() if line.startswith("Ip: ")]
    v4 = int(values[heads.index("OutNoRoutes")])
    (v6,) = (int(line.split()[1]) for line in said.splitlines() if line.startswith("Ip6OutNoRoutes"))
    return v4 + v6


def test_an_attempt_would_be_seen() -> None:
    assert attempts(alone(sys.executable, "-c", ATTEMPTS).stdout) == 4


def test_a_message_comes_and_an_answer_leaves_and_nobody_else_is_called() -> None:
    ran = alone(sys.executable, "-m", "pytest", SCENE, "-q", "-p", "no:randomly", "-p", "no:cacheprovider")
    assert ran.returncode == 0, ran.stdout
    assert "1 passed" in ran.stdout
    assert attempts(ran.stdout) == 0
    print("a message there and back, no attempt to leave the machine")

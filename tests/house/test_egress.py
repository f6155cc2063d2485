"""Who may speak over a network at all: nobody but the connectors, and who stays on this machine or reads the database.

Names are looked for, not calls: a module that imports nothing that connects cannot connect.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import File, python

#: What can connect, as it is imported.
NETWORK = (
    *("aiohttp", "httpx", "requests", "urllib3", "urllib.request", "http.client", "xmlrpc", "websockets", "websocket"),
    *("smtplib", "imaplib", "poplib", "ftplib", "telnetlib", "nntplib", "asyncore", "socket", "socketserver", "ssl"),
    *("paramiko", "grpc", "boto3", "pycurl", "psycopg", "psycopg_pool"),
)
#: Connects without an import of its own.
CALLS = {"open_connection", "create_connection", "open_unix_connection", "create_unix_connection", "sock_connect"}

CONNECTORS = {
    "jawort/channels/call.py",
    "jawort/channels/egress.py",  # asks the environment for its proxy, and whom TLS trusts
    "jawort/channels/mail.py",
    "jawort/channels/oidc/client.py",
    "jawort/channels/whatsapp/callback.py",
    "jawort/channels/whatsapp/calls.py",
    "jawort/channels/whatsapp/client.py",
    "jawort/channels/whatsapp/media.py",
    "jawort/channels/wire.py",
}
#: By hand, by whoever checks somebody else's ledger: `jawort verify --url`.
BY_HAND = {"jawort/ledger/tlog/__main__.py"}
LOOPBACK = {
    "jawort/cli/loopback.py",  # the demo asks its own processes
    "jawort/cli/demo_place.py",  # whether a port is free
    "jawort/cli/ports.py",  # whether a port is free
    "jawort/messaging/search/ask.py",  # a socket in the data directory
    "jawort/core/reach.py",  # reads certificates from a file
}
LISTENS = {
    "jawort/cli/search.py",
    "jawort/cli/work_health.py",
    "jawort/front/protocol.py",
    "jawort/front/serve.py",
}
#: What this machine is called, for the name of a lease.
NAMES_ITSELF = {"jawort/alarms/watchman.py", "jawort/cli/work.py"}


def imported(file: File) -> Iterator[str]:
    """Every module and name that a file imports, dotted, and every call in CALLS."""
    for node in file.nodes:
        match node:
            case ast.Import(names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield module
                yield from (f"{module}.{name.name}" for name in names)
            case ast.Attribute(attr=attr) if attr in CALLS:
                yield attr


def connects(file: File) -> set[str]:
    """What of it can connect."""
    return {
        found
        for name in imported(file)
        for found in (*NETWORK, *CALLS)
        if name == found or name.startswith(f"{found}.")
    }


def product() -> list[File]:
    ours = (each for each in python() if each.path.startswith("jawort/"))
    return [each for each in ours if not each.path.startswith("jawort/simulator/")]


def test_only_connectors_can_reach_somebody_else() -> None:
    speak = {each.path for each in product() if connects(each) - {"psycopg", "psycopg_pool"}}
    assert speak == CONNECTORS | BY_HAND | LOOPBACK | LISTENS | NAMES_ITSELF


def test_who_names_itself_does_nothing_else_with_sockets() -> None:
    for each in product():
        if each.path in NAMES_ITSELF:
            used = {
                node.attr
                for node in each.nodes
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "socket"
            }
            assert used == {"gethostname"}, each.path


def test_every_call_over_http_leaves_by_the_wire() -> None:
    """A session of anybody else's making would not count."""
    made = {
        each.path
        for each in product()
        for node in each.nodes
        if isinstance(node, ast.Attribute) and node.attr in {"ClientSession", "request"}
        if isinstance(node.value, ast.Name) and node.value.id == "aiohttp"
        if any(isinstance(call, ast.Call) and call.func is node for call in each.nodes)
    }
    assert made == {"jawort/channels/wire.py"}


@pytest.mark.parametrize(
    "line",
    [
        "import httpx",
        "from urllib.request import urlopen",
        "from urllib import request",
        "from http import client",
        "import http.client as h",
        "import smtplib",
        "async def f(): await asyncio.open_connection('a', 1)",
        "import aiohttp.client",
    ],
)
def test_a_module_that_could_connect_is_seen(line: str) -> None:
    assert connects(File("jawort/web/spoiled.py", f"import asyncio\n{line}\n"))


def test_a_module_that_cannot_is_left_alone() -> None:
    assert not connects(File("jawort/web/a.py", "from urllib.parse import urlsplit\nfrom http import HTTPStatus\n"))

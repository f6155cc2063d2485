"""Which addresses files may come from."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from yarl import URL

from jawort.channels.whatsapp.hosts import allowed, public
from jawort.channels.whatsapp.media import PublicOnly

GRAPH = URL("https://graph.facebook.com/v26.0")


@pytest.mark.parametrize(
    "url",
    [
        "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
        "https://fbsbx.com/x",
        "https://media-ber1-1.cdn.whatsapp.net/v/t62?x=1",
        "https://graph.facebook.com/x",
    ],
)
def test_the_platforms_own_hosts_are_allowed(url: str) -> None:
    assert allowed(URL(url), GRAPH)


def test_a_simulator_is_allowed_where_it_is_and_nowhere_else() -> None:
    simulator = URL("http://127.0.0.1:8480/v26.0")
    assert allowed(URL("http://127.0.0.1:8480/file"), simulator)
    assert not allowed(URL("http://127.0.0.1:5432/file"), simulator)
    assert not allowed(URL("http://127.0.0.1:8480/file"), GRAPH)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "ff02::1"),
        *("", "localhost", "not an address"),
    ],
)
def test_no_address_within_a_house_is_public(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["157.240.0.1", "2a03:2880:f0ff::1", "::ffff:157.240.0.1", "64:ff9b::9df0:1"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert public(address)


class Names:
    """Says the same addresses for every name."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(self, host: str, port: int, family: socket.AddressFamily) -> list[dict[str, Any]]:
        return [{"hostname": host, "host": address, "port": port} for address in self.addresses]


async def resolved(host: str, *addresses: str) -> list[str]:
    names = PublicOnly({"proxy.firma.example"})
    names._names = Names(*addresses)  # type: ignore[assignment]
    return [one["host"] for one in await names.resolve(host, 443)]


def test_a_name_that_was_bent_to_the_house_leads_nowhere() -> None:
    async def scene() -> None:
        assert await resolved("lookaside.fbsbx.com", "157.240.0.1", "127.0.0.1") == ["157.240.0.1"]
        with pytest.raises(OSError, match="no address"):
            await resolved("lookaside.fbsbx.com", "127.0.0.1", "169.254.169.254")
        assert await resolved("proxy.firma.example", "10.0.0.8") == ["10.0.0.8"]

    with ThreadPoolExecutor(1) as pool:  # where a browser is driven, the main thread has a loop already
        pool.submit(asyncio.run, scene()).result()

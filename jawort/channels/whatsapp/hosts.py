"""Which addresses files may be fetched from. The platform names them, but what it names is only an answer. Pure."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from yarl import URL

#: The platform's hosts for files, with everything below them (WhatsApp Business Platform, media).
HOSTS: Final = ("fbsbx.com", "whatsapp.net")
HTTPS_PORT: Final = 443
_NAT64: Final = IPv6Network("64:ff9b::/96")


def allowed(url: URL, graph: URL) -> bool:
    """Whether the token may go to `url`: HTTPS to a host of the platform's, or to where `graph` itself is."""
    if url.scheme not in {"http", "https"} or not url.host or url.user is not None or url.password is not None:
        return False
    if url.origin() == graph.origin():
        return True
    named = any(url.host == host or url.host.endswith("." + host) for host in HOSTS)
    return named and url.scheme == "https" and url.port == HTTPS_PORT


def public(address: str) -> bool:
    """Whether an address belongs to the Internet: not to this machine, this network, a cloud's metadata, or a group."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found in _NAT64:
            found = IPv4Address(int(found) & 0xFFFF_FFFF)
    return found.is_global and not found.is_multicast

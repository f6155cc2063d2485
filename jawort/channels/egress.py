"""How calls leave the house: through the company's proxy, where it has one, and whom they trust."""

import ssl
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.request import getproxies, proxy_bypass

from yarl import URL

from jawort.core.reach import is_here


@cache
def _trust(ca_bundle: str) -> ssl.SSLContext:
    tls = ssl.create_default_context()
    if ca_bundle:
        tls.load_verify_locations(cafile=ca_bundle)
    return tls


@dataclass(frozen=True, slots=True)
class Egress:
    """One for all calls of a process. `proxy` takes everything but what stays on this machine or NO_PROXY names; empty

    is what HTTPS_PROXY and HTTP_PROXY say. `ca_bundle` is a PEM file of certificates that are trusted beside the
    system's; those are OpenSSL's own matter: SSL_CERT_FILE, SSL_CERT_DIR.
    """

    proxy: str = ""
    ca_bundle: str = ""

    @property
    def tls(self) -> ssl.SSLContext:
        """Whom calls trust. Made when it is first wanted, one for all of a process: each holds every authority."""
        return _trust(self.ca_bundle)

    def proxy_for(self, url: URL) -> tuple[URL | None, dict[str, str]]:
        """The proxy that a call to `url` takes, and what signs us in there.

        Looked up here and not by aiohttp's `trust_env`, which goes to a thread twice for every request and refuses to
        send our token when a .netrc knows the host.
        """
        host = url.host or ""
        mine = "" if is_here(host) else self.proxy
        found = mine or getproxies().get(url.scheme)
        if not found or proxy_bypass(host):
            return None, {}
        proxy = URL(found if "://" in found else f"http://{found}")
        if not proxy.user:
            return proxy, {}
        word = b64encode(f"{proxy.user}:{proxy.password or ''}".encode()).decode()
        return proxy.with_user(None), {"Proxy-Authorization": f"Basic {word}"}


@dataclass(frozen=True, slots=True)
class Way:
    """The way to a service: its address, and how calls leave for it."""

    url: str
    egress: Egress


#: As the environment says, and with the system's certificates.
DIRECT: Final = Egress()

"""The company's proxy, where it has one."""

from base64 import b64encode
from urllib.request import getproxies, proxy_bypass

from yarl import URL


def proxy_for(url: URL) -> tuple[URL | None, dict[str, str]]:
    """The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name for `url`, and what signs us in there.

    Looked up once and not by aiohttp's `trust_env`, which goes to a thread twice for every request and refuses to
    send our token when a .netrc knows the host. The CA bundle is OpenSSL's own matter: SSL_CERT_FILE, SSL_CERT_DIR.
    """
    found = getproxies().get(url.scheme)
    if not found or proxy_bypass(url.host or ""):
        return None, {}
    proxy = URL(found if "://" in found else f"http://{found}")
    if not proxy.user:
        return proxy, {}
    word = b64encode(f"{proxy.user}:{proxy.password or ''}".encode()).decode()
    return proxy.with_user(None), {"Proxy-Authorization": f"Basic {word}"}

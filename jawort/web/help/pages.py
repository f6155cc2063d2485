"""Which page of the desk has its help under which topic, by the name of its address."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve, reverse

#: tests/house/test_help.py holds it against every address: a page that is missing here fails.
PAGES: Mapping[str, str] = {
    "alarms:index": "alarms",
    "contacts:attributes": "contacts",
    "contacts:consents": "consents",
    "contacts:record-consent": "consents-elsewhere",
    "contacts:existing": "consents-elsewhere",
    "contacts:detail": "contacts",
    "contacts:edit": "contacts",
    "contacts:index": "contacts",
    "contacts:new": "contacts",
    "flows:index": "flows",
    "inbox:conversation": "inbox",
    "inbox:data": "inbox",
    "inbox:index": "inbox",
    "inbox:search": "search",
    "inbox:side-door": "side-door",
    "inbox:template": "templates",
    "inbox:template-again": "templates",
    "inbox:template-send": "templates",
    "inbox:templates": "templates",
    "ledger:index": "ledger",
    "notices:index": "notices",
    "notices:original": "notices",
    "parked:index": "parked",
    "reviews:index": "reviews",
    "reviews:merge": "reviews",
    "reviews:other": "reviews",
    "reviews:pair": "reviews",
    "settings:attribute": "words",
    "settings:attributes": "words",
    "settings:connect": "lines",
    "settings:consents": "consents",
    "settings:first-steps": "lines",
    "settings:label": "words",
    "settings:labels": "words",
    "settings:legal": "side-door",
    "settings:line": "lines",
    "settings:lines": "lines",
    "settings:me": "own",
    "settings:moving": "lines",
    "settings:notifications": "own",
    "settings:opt-in-links": "consents",
    "settings:house-words": "consents",
    "settings:purposes": "consents",
    "settings:purpose": "consents",
    "settings:texts-elsewhere": "consents-elsewhere",
    "settings:consents-import": "consents-elsewhere",
    "settings:passkey-new": "people",
    "settings:people": "people",
    "settings:person": "people",
    "settings:quick-replies": "words",
    "settings:quick-reply": "words",
    "settings:second-factor": "people",
    "settings:setup": "lines",
    "settings:setup-number": "lines",
    "settings:sign-in": "people",
}


def help_address(path: str) -> str:
    """Where the help for the page at `path` is. What answers a form has that of its area; without one, all topics."""
    try:
        found = resolve(urlsplit(path).path)
    except (Resolver404, ValueError):
        return reverse("help:index")
    topic = PAGES.get(found.view_name) or PAGES.get(f"{found.namespace}:index")
    return reverse("help:topic", args=[topic]) if topic else reverse("help:index")

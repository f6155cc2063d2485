"""Signed webhooks as the platform writes them: one message each, from many customers, none twice."""

import hashlib
import hmac
import itertools
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

NUMBER_FIRST = 4_917_604_069_000  # as in the tests: beside the range that is kept for fiction, never called


@dataclass(slots=True)
class Writer:
    """Makes requests to one callback. `customers` take turns; every message has an id of its own."""

    told: dict[str, Any]
    customers: int
    first: int = NUMBER_FIRST
    made: int = 0
    _count: "itertools.count[int]" = field(default_factory=itertools.count)

    def requests(self, count: int, moment: int) -> list[bytes]:
        """`count` whole HTTP requests with a message each, said to be sent at `moment` (Unix seconds)."""
        return [self.request(next(self._count), moment) for _ in range(count)]

    def request(self, number: int, moment: int) -> bytes:
        """The HTTP request that brings message `number`."""
        return http(self.told, self.body(number, moment))

    def body(self, number: int, moment: int) -> bytes:
        """The JSON: who writes says so in the text, so that a message in a wrong thread is found."""
        self.made = max(self.made, number + 1)
        who = number % self.customers
        phone, bsuid = str(self.first + who), f"DE.{10**19 + self.first + who}"
        message = {
            "from": phone,
            "from_user_id": bsuid,
            "id": self.id_of(number),
            "timestamp": str(moment),
            "type": "text",
            "text": {"body": f"Kunde {who} schreibt Nachricht {number}: gr\u00fc\u00dfe, bitte um R\u00fcckruf"},
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "493023125000", "phone_number_id": self.told["phone_number_id"]},
            "contacts": [{"profile": {"name": f"Kunde {who}"}, "wa_id": phone, "user_id": bsuid}],
            "messages": [message],
        }
        entry = {"id": self.told["waba_id"], "changes": [{"value": value, "field": "messages"}]}
        text = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}, separators=(",", ":"))
        return text.replace("/", "\\/").encode("ascii")

    def id_of(self, number: int) -> str:
        """What the platform calls message `number`."""
        return f"wamid.BENCH{self.first:x}{number:012}"


def http(told: dict[str, Any], body: bytes) -> bytes:
    """A signed POST to the callback."""
    signature = hmac.new(told["app_secret"].encode(), body, hashlib.sha256).hexdigest()
    parts = urlsplit(told["webhook_url"])
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body

"""Errors in the Graph API's form, with the codes of Meta's error page."""

import secrets
from dataclasses import dataclass
from typing import Any, NamedTuple

HELP = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


class Known(NamedTuple):
    """A code's title and the HTTP status it comes with."""

    title: str
    http: int


KNOWN = {
    1: Known("Unknown error", 400),
    2: Known("Temporary failure", 503),
    3: Known("Capability or permission problem", 500),
    4: Known("Application request limit reached", 400),
    10: Known("Permission denied", 403),
    100: Known("Invalid parameter", 400),
    190: Known("Error validating access token", 401),
    2200: Known("Callback verification failed", 400),
    2500: Known("Unknown path components", 400),
    80007: Known("Rate limit issues", 400),
    130403: Known("User blocked by the business", 400),
    130429: Known("Rate limit hit", 400),
    131000: Known("Something went wrong", 500),
    131005: Known("Access denied", 403),
    131008: Known("Required parameter is missing", 400),
    131009: Known("Parameter value is not valid", 400),
    131016: Known("Service unavailable", 500),
    131021: Known("Recipient cannot be sender", 400),
    131026: Known("Message undeliverable", 400),
    131030: Known("Recipient phone number not in allowed list", 400),
    131031: Known("Account has been locked", 403),
    131042: Known("Business eligibility payment issue", 400),
    131047: Known("Re-engagement message", 400),
    131048: Known("Spam rate limit hit", 400),
    131051: Known("Unsupported message type", 400),
    131053: Known("Media upload error", 400),
    131056: Known("(Business Account, Consumer Account) pair rate limit hit", 400),
    131057: Known("Account in maintenance mode", 500),
    133010: Known("Phone number not registered", 400),
}
_UNLISTED = Known("Something went wrong", 400)


@dataclass(slots=True, eq=False)
class GraphError(Exception):
    """A refusal. `details` names the field and what is wrong with it; `subcode` only where Meta still sends one."""

    code: int
    details: str = ""
    subcode: int = 0
    http: int = 0

    @property
    def status(self) -> int:
        """The HTTP status: the given one, else the code's own."""
        return self.http or KNOWN.get(self.code, _UNLISTED).http

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        title = KNOWN.get(self.code, _UNLISTED).title
        error: dict[str, Any] = {"message": f"(#{self.code}) {title}", "type": "OAuthException", "code": self.code}
        if self.code == 190 or self.subcode:
            error["message"] = self.details or f"{title}."
        elif self.details:
            if self.code == 100 and self.details.startswith("Param "):
                # What the platform's own check of parameters finds, it says in the message itself.
                error["message"] = f"(#100) {self.details}"
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode:
            error["type"] = "GraphMethodException"
            error["error_subcode"] = self.subcode
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(16)
        return {"error": error}


def unknown_object(object_id: str) -> GraphError:
    """What the Graph API says of an id it does not know, whatever the reason."""
    return GraphError(
        100,
        f"Unsupported request. Object with ID '{object_id}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api",
        subcode=33,
    )


def later(code: int, details: str) -> dict[str, Any]:
    """The `errors[]` entry of a `failed` status: the same code, reported by webhook."""
    title = KNOWN.get(code, _UNLISTED).title
    return {"code": code, "title": title, "message": title, "error_data": {"details": details}, "href": HELP}

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
    0: Known("AuthException", 401),
    1: Known("Unknown error", 400),
    2: Known("Temporary failure", 503),
    3: Known("Capability or permission problem", 500),
    4: Known("Application request limit reached", 400),
    10: Known("Permission denied", 403),
    12: Known("Deprecated parameter", 400),
    33: Known("Business phone number has been deleted", 400),
    100: Known("Invalid parameter", 400),
    190: Known("Error validating access token", 401),
    368: Known("Temporarily blocked for policies violations", 403),
    2200: Known("Callback verification failed", 400),
    2500: Known("Unknown path components", 400),
    80007: Known("Rate limit issues", 400),
    130403: Known("User blocked by the business", 400),
    130429: Known("Rate limit hit", 400),
    130472: Known("User's number is part of an experiment", 400),
    130497: Known("Business account is restricted from messaging users in this country", 403),
    131000: Known("Something went wrong", 500),
    131005: Known("Access denied", 403),
    131008: Known("Required parameter is missing", 400),
    131009: Known("Parameter value is not valid", 400),
    131016: Known("Service unavailable", 500),
    131021: Known("Recipient cannot be sender", 400),
    131026: Known("Message undeliverable", 400),
    131030: Known("Recipient phone number not in allowed list", 400),
    131031: Known("Account has been locked", 403),
    131037: Known("Display name not approved", 400),
    131042: Known("Business eligibility payment issue", 400),
    131045: Known("Incorrect certificate", 500),
    131047: Known("Re-engagement message", 400),
    131048: Known("Spam rate limit hit", 400),
    131049: Known("This message was not delivered to maintain healthy ecosystem engagement", 400),
    131050: Known("User has stopped receipt of marketing messages", 400),
    131051: Known("Unsupported message type", 400),
    131052: Known("Media download error", 400),
    131053: Known("Media upload error", 400),
    131055: Known("Method not allowed", 400),
    131056: Known("(Business Account, Consumer Account) pair rate limit hit", 400),
    131057: Known("Account in maintenance mode", 500),
    131059: Known("Invalid paging cursor", 400),
    131062: Known("Business-scoped user IDs are not supported for this message", 400),
    131063: Known("Marketing messages on Cloud API are disabled", 400),
    131064: Known("Template misclassification limit reached", 400),
    132000: Known("Template param count mismatch", 400),
    132001: Known("Template does not exist", 404),
    132005: Known("Template hydrated text too long", 400),
    132007: Known("Template format character policy violated", 400),
    132008: Known("Template parameter validation failed", 400),
    132012: Known("Template parameter format mismatch", 400),
    132015: Known("Template is paused", 400),
    132016: Known("Template is disabled", 400),
    132018: Known("Template parameter issue", 400),
    132068: Known("Flow is in blocked state", 400),
    132069: Known("Flow is in throttled state", 400),
    133000: Known("Incomplete deregistration", 500),
    133004: Known("Server temporarily unavailable", 503),
    133005: Known("Two step verification PIN mismatch", 400),
    133006: Known("Phone number re-verification needed", 400),
    133008: Known("Too many two step verification PIN guesses", 400),
    133009: Known("Two step verification PIN guessed too fast", 400),
    133010: Known("Phone number not registered", 400),
    133015: Known("Please wait a few minutes before attempting to register this phone number", 400),
    133016: Known("Account register deregister rate limit exceeded", 400),
    134100: Known("Only marketing messages are supported", 400),
    135000: Known("Generic user error", 400),
    137000: Known("Recipient identity key hash mismatch", 400),
    139100: Known("Failed to block or unblock some users", 400),
    139101: Known("Blocklist limit reached", 400),
    139102: Known("Blocklist concurrent update", 400),
    139103: Known("Internal error", 400),
    147001: Known("Invalid username format", 400),
    147002: Known("Username is not available", 400),
    147005: Known("Username is taken by another of your numbers", 400),
    2494100: Known("Account in maintenance mode", 400),
}
_UNLISTED = Known("Something went wrong", 400)


@dataclass(slots=True, eq=False)
class GraphError(Exception):
    """A refusal. `details` names the field and what is wrong with it; `subcode` only where Meta still sends one.

    With a `title` the refusal is meant for people who write templates, and its words stand in fields of their own.
    """

    code: int
    details: str = ""
    subcode: int = 0
    http: int = 0
    title: str = ""

    @property
    def status(self) -> int:
        """The HTTP status: the given one, else the code's own."""
        return self.http or KNOWN.get(self.code, _UNLISTED).http

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        title = KNOWN.get(self.code, _UNLISTED).title
        error: dict[str, Any] = {"message": f"(#{self.code}) {title}", "type": "OAuthException", "code": self.code}
        if self.title:
            error |= {"message": "Invalid parameter", "error_subcode": self.subcode, "is_transient": False}
            error |= {"error_user_title": self.title, "error_user_msg": self.details}
        elif self.code in {0, 190} or self.subcode:
            error["message"] = self.details or f"{title}."
        elif self.details:
            if self.code == 100 and self.details.startswith("Param "):
                # What the platform's own check of parameters finds, it says in the message itself.
                error["message"] = f"(#100) {self.details}"
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode and not self.title:
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

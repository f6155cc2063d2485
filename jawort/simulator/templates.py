"""The account's message templates: creating, editing, deleting, and the states that they are in."""

import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from jawort.simulator.components import TTL_FOR_EVER, Draft, checked, draft, refuse
from jawort.simulator.errors import GraphError

DAY_S = 24 * 3_600
CODES_LIVE_S, MESSAGES_LIVE_S = 10 * 60, 30 * DAY_S  # until an undelivered message is dropped
NAME_BLOCKED_S = 30 * DAY_S
EDITS_MAX, EDITS_S, EDIT_PAUSE_S = 10, 30 * DAY_S, DAY_S
CREATED_MAX_PER_HOUR = 100
#: What the state becomes when the platform tells one of these; others leave it.
STATES = {
    "APPROVED": "APPROVED",
    "REJECTED": "REJECTED",
    "PENDING": "PENDING",
    "PAUSED": "PAUSED",
    "DISABLED": "DISABLED",
    "REINSTATED": "APPROVED",
    "IN_APPEAL": "IN_APPEAL",
    "LOCKED": "LOCKED",
    "LIMIT_EXCEEDED": "LIMIT_EXCEEDED",
    "PENDING_DELETION": "PENDING_DELETION",
    "ARCHIVED": "ARCHIVED",
    "UNARCHIVED": "APPROVED",
}
#: The words of authentication templates, which the platform writes.
_CODES = {"de": "*{{1}}* ist Ihr Bestätigungscode.", "en": "*{{1}}* is your verification code."}
_SECRETS = {
    "de": " Geben Sie diesen Code zu Ihrer Sicherheit nicht weiter.",
    "en": " For your security, do not share this code.",
}
_EXPIRES = {"de": "Dieser Code läuft in {} Minuten ab.", "en": "This code expires in {} minutes."}
_COPY = {"de": "Code kopieren", "en": "Copy code"}


@dataclass(slots=True)
class Template:
    """One template in one language. Times are Unix seconds."""

    id: str
    name: str
    language: str
    category: str
    named: bool
    components: list[dict[str, Any]]
    ttl_s: int | None
    status: str = "PENDING"
    quality: str = "UNKNOWN"
    reason: str = "NONE"
    previous_category: str = ""
    edits: list[float] = field(default_factory=list)
    #: Messages that were sent with it while pacing watched.
    sent: int = 0

    @property
    def lives_s(self) -> int:
        """For how long a phone that is away is waited for, in seconds."""
        if self.ttl_s is not None and self.ttl_s != TTL_FOR_EVER:
            return self.ttl_s
        return CODES_LIVE_S if self.one_time and self.ttl_s is None else MESSAGES_LIVE_S

    @property
    def one_time(self) -> bool:
        """Whether it carries a one-time password."""
        return self.category == "AUTHENTICATION"

    def view(self, at: float) -> dict[str, Any]:
        """All its fields."""
        shown: dict[str, Any] = {
            "name": self.name,
            "parameter_format": "NAMED" if self.named else "POSITIONAL",
            "components": self.components,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "id": self.id,
            "quality_score": {"score": self.quality, "date": int(at)},
            "rejected_reason": self.reason,
        }
        if self.previous_category:
            shown["previous_category"] = self.previous_category
        if self.ttl_s is not None:
            shown["message_send_ttl_seconds"] = self.ttl_s
        return shown


class Templates:
    """All templates. An account begins with the platform's `hello_world`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: dict[str, Template] = {}
        self._blocked: dict[str, float] = {}
        self._created: deque[float] = deque()
        self.reset()

    def reset(self) -> None:
        """Only `hello_world` is left."""
        self._items.clear()
        self._blocked.clear()
        self._created.clear()
        words = "Welcome and congratulations!! This message demonstrates your ability to send a message notification."
        components = [
            {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
            {"type": "BODY", "text": words},
            {"type": "FOOTER", "text": "WhatsApp Business Platform sample message"},
        ]
        hello = self._keep(Draft("hello_world", "en_US", "UTILITY", False, components, None))
        hello.status = "APPROVED"

    def all(self) -> list[Template]:
        """Every template, newest first."""
        return list(reversed(self._items.values()))

    def get(self, template_id: str) -> Template | None:
        """The template with this id."""
        return self._items.get(template_id)

    def find(self, name: str, language: str) -> Template | None:
        """The template with this name in this language."""
        return next((one for one in self._items.values() if (one.name, one.language) == (name, language)), None)

    def create(self, document: Any, at: float) -> Template:
        """Hand a template in for review. Raises GraphError."""
        wanted = draft(document)
        if self.find(wanted.name, wanted.language) is not None:
            raise refuse(
                2388024,
                "Content in This Language Already Exists",
                f"There is already {wanted.language} content for this template. Create a new template and try again.",
            )
        if self._blocked.get(wanted.name, 0.0) > at:
            raise refuse(
                2388023,
                "Message Template Language Is Being Deleted",
                "A deleted template's name can be used again after 30 days.",
            )
        while self._created and self._created[0] <= at - 3_600:
            self._created.popleft()
        if len(self._items) >= self._most or len(self._created) >= CREATED_MAX_PER_HOUR:
            raise refuse(2388019, "Message Template Limit Exceeded", "There are too many message templates.")
        self._created.append(at)
        return self._keep(wanted)

    def edit(self, template: Template, document: Any, at: float) -> None:
        """Replace all components, or the category; the template goes back to review. Raises GraphError."""
        if not isinstance(document, dict) or not {"components", "category"} & document.keys():
            raise GraphError(100, "The parameter components is required.")
        category = str(document.get("category") or template.category).upper()
        if why := _unchangeable(template, category, at):
            raise refuse(2388039, "Message Template Cannot Be Edited", why)
        if template.status == "APPROVED":
            template.edits = [*template.edits, at]
        if "components" in document:
            kind = {"parameter_format": "named" if template.named else "positional"}
            template.components = _written(checked({**kind, **document}, category), template.language, category)
        template.category, template.status, template.reason = category, "PENDING", "NONE"

    def delete(self, name: str, template_id: str, at: float) -> list[Template]:
        """Delete the template with this id, or all languages of this name. Raises GraphError where there is none."""
        gone = [one for one in self._items.values() if one.name == name and template_id in {"", one.id}]
        if not gone:
            raise refuse(2593002, "Message Template Not Found", "There is no message template by this name.")
        for one in gone:
            self.drop(one)
        if not any(one.name == name for one in self._items.values()):
            self._blocked[name] = at + NAME_BLOCKED_S
        return gone

    def drop(self, template: Template) -> None:
        """Forget one."""
        self._items.pop(template.id, None)

    def _keep(self, wanted: Draft) -> Template:
        template = Template(
            id=str(secrets.randbelow(9 * 10**15) + 10**15),
            name=wanted.name,
            language=wanted.language,
            category=wanted.category,
            named=wanted.named,
            components=_written(wanted.components, wanted.language, wanted.category),
            ttl_s=wanted.ttl_s,
        )
        self._items[template.id] = template
        return template


def _unchangeable(template: Template, category: str, at: float) -> str:
    """Why the template cannot be edited now; empty where it can."""
    if template.status not in {"APPROVED", "REJECTED", "PAUSED"}:
        return "Only approved, rejected or paused templates can be edited."
    if template.status != "APPROVED":
        return ""
    if category != template.category:
        return "The category of an approved template stays."
    recent = [one for one in template.edits if one > at - EDITS_S]
    if len(recent) >= EDITS_MAX or (recent and recent[-1] > at - EDIT_PAUSE_S):
        return "An approved template can be edited once a day and ten times in 30 days."
    return ""


def _written(components: list[dict[str, Any]], language: str, category: str) -> list[dict[str, Any]]:
    """The components with the platform's own words, where the template is for one-time passwords."""
    if category != "AUTHENTICATION":
        return components
    tongue = "de" if language.startswith("de") else "en"
    written = []
    for one in components:
        if one["type"] == "BODY":
            secret = _SECRETS[tongue] if one.get("add_security_recommendation") else ""
            one = {**one, "text": _CODES[tongue] + secret}
        elif one["type"] == "FOOTER" and (minutes := one.get("code_expiration_minutes")):
            one = {**one, "text": _EXPIRES[tongue].format(minutes)}
        elif one["type"] == "BUTTONS":
            one = {**one, "buttons": [{"text": _COPY[tongue], **button} for button in one["buttons"]]}
        written.append(one)
    return written

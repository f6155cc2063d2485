"""Tags and filters of every template."""

import base64
import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, pgettext

from jawort.core import clock
from jawort.messaging.queries import unread
from jawort.messaging.rules import WINDOW_SOON
from jawort.staff import access
from jawort.staff.access import holds
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission, Role
from jawort.staff.rules import Presence
from jawort.web import places
from jawort.web.help.pages import help_address
from jawort.web.settings import first_steps

register = template.Library()
register.simple_tag(help_address)

HUES = 8
#: Ids that no row has: they hold the places of others.
_HOLES = tuple(str(UUID(int=2**128 - 1 - n)) for n in range(3))
MIXED_BELOW = 1_009  # a prime: modulo 8 at once, every letter would count as one of eight
ROLES = {
    Role.ADMINISTRATOR: gettext_lazy("Administration"),
    Role.SUPERVISOR: gettext_lazy("Team lead"),
    Role.AGENT: gettext_lazy("Customer care"),
    Role.DATA_PROTECTION_OFFICER: gettext_lazy("Data protection"),
}
PRESENCES = {
    Presence.AVAILABLE: gettext_lazy("Available"),
    Presence.BUSY: gettext_lazy("Busy"),
    Presence.AWAY: gettext_lazy("Away"),
}


@register.simple_tag
@cache
def icon(name: str, kind: str = "") -> SafeString:
    """A symbol of the sprite. Decorative: the words stand beside it or in a label."""
    classes = f"icon {kind}".strip()
    address = f"{static('vendor/icons.svg')}#{name}"
    return mark_safe(f'<svg class="{classes}" aria-hidden="true"><use href="{address}"/></svg>')  # noqa: S308 - fixed


@register.simple_tag
def address(route: str, *ids: UUID | str) -> str:
    """The address of a route whose holes are ids. The resolver is asked once a route, not once a message: it took a
    sixth of the time of a long thread."""
    found = _address(route, len(ids))
    for hole, id_ in zip(_HOLES, ids, strict=False):
        found = found.replace(hole, str(id_))
    return found


@cache
def _address(route: str, holes: int) -> str:
    return reverse(route, args=_HOLES[:holes])


@register.simple_tag
def service_only() -> bool:
    """Whether people come by it, and administrators alone by a password."""
    return bool(settings.CONFIG.oidc_only)


@register.simple_tag(takes_context=True)
def lacks_factor(context: Context) -> bool:
    """Whether the person must add a second factor before anything else."""
    request = context["request"]
    return access.lacks_factor(access.person_of(request), request.session)


@register.simple_tag(takes_context=True)
def first_steps_left(context: Context) -> bool:
    """Whether an administrator has first steps to take."""
    return first_steps.left(context["user"])


@register.simple_tag
def service() -> str:
    """What the company's sign-in service is called; empty where there is none."""
    config = settings.CONFIG
    return config.oidc_label or gettext("single sign-on") if config.oidc_issuer else ""


@register.filter
def initials(name: str) -> str:
    """One or two letters for the round picture; somebody's outline where there is no name."""
    words = [word for word in re.split(r"[\s.@_-]+", name) if word and word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or icon("user")


@register.filter
def hue(name: str) -> int:
    """Which of the eight colours: the same for a name wherever it appears, on a simulated phone as well."""
    mixed = 0
    for letter in name:
        mixed = (mixed * 31 + ord(letter)) % MIXED_BELOW
    return mixed % HUES


@register.filter
def iso(at: datetime) -> str:
    """For `datetime` attributes: UTC to the microsecond, so that texts sort as times do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@register.filter
def day(at: date) -> str:
    """Monday, 23 November."""
    return date_format(at, pgettext("date format of a day in a conversation", "l, j F"))


@register.filter
def month(number: int) -> str:
    """November 2026, of 202611."""
    return date_format(date(number // 100, number % 100, 1), "YEAR_MONTH_FORMAT")


@register.filter
def phase(ends_at: datetime | None) -> str:
    """How the reply window stands: `open`, `soon` (under 4 hours), `closed`; `none` where nobody ever wrote."""
    if ends_at is None:
        return "none"
    rest = ends_at - clock.now()
    if rest <= timedelta(0):
        return "closed"
    return "soon" if rest < WINDOW_SOON else "open"


@register.filter
def left(ends_at: datetime) -> str:
    """The time to go as the countdown shows it: 23 h 58, 12 min."""
    minutes = max(0, -int(-(ends_at - clock.now()).total_seconds() // 60))
    return f"{minutes // 60} h {minutes % 60:02}" if minutes >= 60 else f"{minutes} min"


@register.filter
def leaves(at: datetime) -> SafeString | str:
    """When what can be undone leaves: the seconds to go, or that it still waits."""
    seconds = math.ceil((at - clock.now()).total_seconds())
    if seconds <= 0:
        return gettext("Waiting to be sent")
    left = format_html('<relative-time data-form="left" datetime="{}">{} s</relative-time>', iso(at), seconds)
    return format_html(gettext("Sent in {}"), left)


@register.filter
def may(person: object, permission: str) -> bool:
    """Whether the signed-in person has this right: menus show nothing else."""
    return isinstance(person, Agent) and holds(person, Permission(permission))


@register.filter
def role(name: str) -> str:
    """What somebody is in the company, in words."""
    return str(ROLES[Role(name)])


@register.filter
def presence(name: str) -> str:
    """What somebody tells colleagues of themselves, in words."""
    return str(PRESENCES[Presence(name)])


@register.simple_tag
def presences() -> Iterable[str]:
    """All that somebody may tell."""
    return PRESENCES


@register.simple_tag
def places_of(person: Agent, screen: str) -> list[places.Shown]:
    """The menu of somebody who is at `screen`."""
    return places.places(person, screen)


@register.simple_tag
def unread_of(person: Agent) -> str:
    """How many unread conversations concern somebody, as the title says it."""
    return places.read(unread(person))


@register.simple_tag(takes_context=True)
def command(context: Context, key: str = "", words: str = "") -> SafeString:
    """Attributes of what can be pressed: it stands among the commands, in `words` where its own do not say enough.

    Its `key` presses it, unless the person has switched single keys off.
    """
    said = format_html(' data-command="{}"', words)
    if key and getattr(context.get("user"), "single_keys", False):
        said += format_html(' aria-keyshortcuts="{}"', key)
    return said


@register.simple_tag
def now_iso() -> str:
    """The server's time, for scripts that count down."""
    return iso(clock.now())


@register.simple_tag
def soon_s() -> str:
    """In seconds, for scripts: how near the end of a reply window is soon."""
    return str(int(WINDOW_SOON.total_seconds()))


@register.simple_tag
def draft_key(person: Agent) -> str:
    """The key that seals this person's drafts in their browser; base64 of 32 bytes."""
    return base64.b64encode(salted_hmac("jawort.drafts", str(person.pk), algorithm="sha256").digest()).decode()


_CODE = re.compile(r"```(.+?)```", re.DOTALL)
#: What stands between two marks: no line end, no mark, and tags only whole.
_INLINE = tuple(
    (
        re.compile(
            rf"(?<!\{mark})(?<![^\W_])\{mark}(?=\S)((?:[^\n{mark}<]|<(\w)>[^<]*</\2>)+?)(?<=\S)\{mark}(?!\{mark}|[^\W_])"
        ),
        tag,
    )
    for mark, tag in (("*", "b"), ("_", "i"), ("~", "s"))
)


@register.filter
def whatsapp(text: str) -> SafeString:
    """What WhatsApp shows of `*bold* _italic_ ~struck~ ```mono``` `. Escaped first: strangers write this."""
    parts = _CODE.split(str(conditional_escape(text)))  # every second one stood between the marks
    shown = "".join(f"<code>{part}</code>" if n % 2 else _inline(part) for n, part in enumerate(parts))
    return mark_safe(shown)  # noqa: S308 - escaped above, the tags are ours


def _inline(shown: str) -> str:
    for pattern, tag in _INLINE:
        shown = pattern.sub(rf"<{tag}>\1</{tag}>", shown)
    return shown

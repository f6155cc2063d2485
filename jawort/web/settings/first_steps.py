"""What leads from an empty installation to the first answer. Each step is read from what is so, never from a tick.

As long as one is left the desk begins with them for administrators; then nothing leads here any more.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from jawort.core import clock
from jawort.core.config import Config
from jawort.legal.queries import links
from jawort.lines.models import Book
from jawort.lines.queries import every
from jawort.lines.template_list import are_listed
from jawort.messaging.queries import has_answered, has_heard
from jawort.staff.access import person_of, requires
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission
from jawort.staff.queries import everybody, invitations
from jawort.staff.second_factor import factor_of


@dataclass(frozen=True, slots=True)
class Step:
    """One of them: whether it is done, and the name of the address where it is done. Some companies need not all."""

    name: str | Promise
    hint: str | Promise
    route: str
    is_done: bool
    is_needed: bool = True


LOOPBACK: Final = "127.0.0.1"
TRIAL: Final = """\
for name in token secret verify; do (umask 077; openssl rand -hex 20 > $name); done
SIMULATOR_PORT=%(port)d SIMULATOR_ACCESS_TOKEN=$(cat token) SIMULATOR_APP_SECRET=$(cat secret) \\
  SIMULATOR_VERIFY_TOKEN=$(cat verify) SIMULATOR_CALLBACK_URL=http://127.0.0.1:%(ingest)d/webhooks/whatsapp \\
  jawort simulator &
jawort lines --connect 106540352242922 --name Test --app Test --waba-id 102290129340398 \\
  --portfolio 506914307656634 --number "+49 30 23125000" \\
%(legal)s  --token-file token --secret-file secret --verify-token-file verify
"""
#: Where nobody has entered any yet.
TRIAL_LEGAL: Final = """\
  --imprint https://firma.example/impressum --privacy https://firma.example/datenschutz \\
"""


@require_GET
@requires(Permission.STAFF_MANAGE)
def index(request: HttpRequest) -> HttpResponse:
    """All steps in their order, and what cannot be seen from here."""
    found = steps(person_of(request))
    given = {"steps": found, "left": any(step.is_needed and not step.is_done for step in found), "screen": "settings"}
    return render(request, "settings/first_steps.html", given | _trial(settings.CONFIG))


def left(person: Agent) -> bool:
    """Whether one of them is still to be done."""
    return any(step.is_needed and not step.is_done for step in steps(person))


def _trial(config: Config) -> dict[str, object]:
    """How to have the simulator in WhatsApp's place; once it is there, where its phones are, until one has written."""
    port = simulator_port(config)
    if not every():
        return {"trial": trial(config), "port": port}
    has_phones = urlsplit(config.graph_url).hostname == LOOPBACK and not has_heard()
    return {"phones": f"http://{LOOPBACK}:{port}/phone"} if has_phones else {}


def trial(config: Config) -> str:
    """What to type on the server to have the simulator in WhatsApp's place, while Jawort runs with its address.

    The numbers are those that the simulator takes for its own.
    """
    legal = TRIAL_LEGAL if links() is None else ""
    return TRIAL % {"port": simulator_port(config), "ingest": config.ingest_port, "legal": legal}


def simulator_port(config: Config) -> int:
    """Where Jawort expects it already, else the next port that is ours."""
    graph = urlsplit(config.graph_url)
    return graph.port if graph.hostname == LOOPBACK and graph.port else config.ingest_port + 1


def steps(person: Agent) -> list[Step]:
    """How far it is, for this administrator."""
    lines = every()
    return [
        Step(
            gettext_lazy("A second factor for you"),
            gettext_lazy("Who administers can let anybody in: a password alone is too little."),
            "settings:second-factor",
            factor_of(person.pk) is not None,
        ),
        Step(
            gettext_lazy("Imprint and privacy notice are linked"),
            gettext_lazy("Customers find both on every page that they see of you; no number is connected before."),
            "settings:legal",
            links() is not None,
        ),
        Step(
            gettext_lazy("A number is connected"),
            gettext_lazy("With an app and an account at Meta. Without them, the simulator does."),
            "settings:connect",
            bool(lines),
        ),
        Step(
            gettext_lazy("Meta’s contact book is off, or on for a reason"),
            gettext_lazy("On each line’s page somebody says which. Until then Meta may keep who your customers are."),
            "settings:lines",
            all(line.book != Book.UNSAID for line in lines) and bool(lines),
        ),
        Step(
            gettext_lazy("Templates have come from WhatsApp"),
            gettext_lazy("Make them in WhatsApp Manager; they come by themselves. Who only ever answers needs none."),
            "settings:lines",
            are_listed(),
            is_needed=False,
        ),
        Step(
            gettext_lazy("A colleague is invited"),
            gettext_lazy("By a link that you hand over. Who works alone needs nobody."),
            "settings:people",
            len(everybody()) > 1 or bool(invitations(clock.now())),
            is_needed=False,
        ),
        Step(
            gettext_lazy("The first message has come"),
            gettext_lazy("Write to the number with a phone; it is in the inbox at once."),
            "inbox:index",
            has_heard(),
        ),
        Step(
            gettext_lazy("The first answer has reached WhatsApp"),
            gettext_lazy("Open the conversation and answer. The tick says when WhatsApp has it."),
            "inbox:index",
            has_answered(),
        ),
    ]

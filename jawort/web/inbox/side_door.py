"""The side door at the desk: files are asked for or handed over by a link, and not over WhatsApp."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, gettext_lazy, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from jawort.core import clock
from jawort.messaging.draft import Unfit
from jawort.messaging.files.form import Field, FormFile, NoForm, is_ours, parts
from jawort.messaging.files.models import File
from jawort.messaging.files.store import TooLarge, describe
from jawort.messaging.files.upload import drop, upload
from jawort.messaging.models import Conversation
from jawort.messaging.rows import rows_of
from jawort.messaging.send import NotOpen
from jawort.messaging.side_door.hand_over import hand_over, withdraw
from jawort.messaging.side_door.models import SideDoor
from jawort.messaging.side_door.queries import can_be_handed_over
from jawort.messaging.side_door.rules import BYTES_MAX, WHAT_FOR_CHARACTERS_MAX
from jawort.staff.access import actor_of, person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import address_of, author_of, handed, home_of, thread_shown
from jawort.web.inbox.asked import asked, query
from jawort.web.inbox.before import hold
from jawort.web.inbox.present import NAMELESS, around
from jawort.web.inbox.sends import RESOLVED

LANGUAGES = (("de", "Deutsch"), ("en", "English"))
#: What the customer reads over WhatsApp.
ASKING = gettext_lazy(
    "Please send us this: %(what)s\n\n%(link)s\n\n"
    "The secure link leads directly to us and not through WhatsApp. It works once, until %(until)s."
)
GIVING = gettext_lazy(
    "We have something for you: %(what)s\n\n%(link)s\n\n"
    "The secure link leads directly to us and not through WhatsApp. It works once, until %(until)s."
)


class HandForm(forms.Form):
    """What the customer reads: what it is for, in which of two languages."""

    what_for = forms.CharField(
        max_length=WHAT_FOR_CHARACTERS_MAX,
        error_messages={"required": gettext_lazy("Please say what it is: the customer reads it.")},
    )
    language = forms.ChoiceField(choices=LANGUAGES)
    #: What the form has to say for it to go on all the same; empty unless something is asked.
    confirms = ""


@dataclass(slots=True)
class Given:
    """What an agent's form has brought: its fields, and the one file as a draft."""

    home: Conversation
    fields: dict[str, str] = field(default_factory=dict)
    file: File | None = None
    problem: str = ""

    def read(self, request: HttpRequest) -> None:
        """Read the form as it comes. Raises PermissionDenied for one that is not from a page of ours."""
        try:
            for part in parts(request):
                if isinstance(part, Field):
                    self.fields[part.name] = part.value
                elif not is_ours(request, self.fields):
                    raise PermissionDenied
                elif self.file is None:
                    self._take(request, part)
        except TooLarge:
            self.problem = gettext("Files of 100 MB at most pass here. Please send a smaller one.")
        except (NoForm, OSError):
            self.problem = gettext("The file did not come in whole. Please send it again.")

    def drop(self) -> None:
        """Nothing is left of the file."""
        if self.file is not None:
            drop(self.file.pk)
            self.file = None

    def _take(self, request: HttpRequest, part: FormFile) -> None:
        author = author_of(request)
        self.file = upload(self.home.contact_id, part.claims, part.blocks, author, clock.now(), limit=BYTES_MAX)
        said = describe([self.file]).get(self.file.pk)
        if said is None or not said.found.size:
            self.drop()


@dataclass(frozen=True, slots=True)
class Saying:
    """The text of the message, for whoever gets the link."""

    text: str | Promise
    what_for: str
    language: str

    def __call__(self, token: str, ends_at: datetime) -> str:
        """As it stands in the chat: the link on a line of its own."""
        link = settings.CONFIG.side_door_url.rstrip("/") + reverse("public:side-door", args=[token])
        with override(self.language):
            until = date_format(localtime(ends_at), "SHORT_DATETIME_FORMAT")
            return str(self.text) % {"what": self.what_for, "link": link, "until": until}


@require_GET
@requires(Permission.CONVERSATION_WRITE)
def index(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The two forms."""
    return _page(request, _home(request, pk))


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Request files."""
    home, form = _home(request, pk), HandForm(request.POST)
    if not form.is_valid():
        return _page(request, home, asking=form)
    return _handed_over(request, home, form, request.POST)


@csrf_exempt
@require_POST
@requires(Permission.CONVERSATION_WRITE)
def give(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a file. The form is read as it comes; its token stands before the file, and nothing is taken without it."""
    given = Given(_home(request, pk))
    try:
        given.read(request)
    except PermissionDenied:
        return render(request, "403_csrf.html", status=403)
    form = HandForm(given.fields)
    problem = given.problem or ("" if given.file else gettext("Please choose a file that is not empty."))
    if given.file is None or problem or not form.is_valid():
        given.drop()
        return _page(request, given.home, giving=form, problem=problem)
    return _handed_over(request, given.home, form, given.fields, given.file)


@require_POST
@requires(Permission.CONVERSATION_WRITE)
def shut(request: HttpRequest, pk: UUID, door: UUID) -> HttpResponse:
    """Withdraw a link that was not used yet."""
    home, problem = home_of(request, pk), ""
    try:
        if not withdraw(home, door, actor=actor_of(request), at=clock.now()):
            problem = gettext("This link was used or has ended already.")
    except SideDoor.DoesNotExist:
        raise Http404 from None
    return thread_shown(request, pk, problem)


def _home(request: HttpRequest, pk: UUID) -> Conversation:
    """The conversation; nothing where the installation has no side door, or may not hand over its links."""
    if not can_be_handed_over(settings.CONFIG.side_door_url):
        raise Http404
    return home_of(request, pk)


def _handed_over(
    request: HttpRequest, home: Conversation, form: HandForm, fields: Mapping[str, str], file: File | None = None
) -> HttpResponse:
    """What it is for leaves over WhatsApp like a reply, so the same is asked first. The form stays filled in."""
    said = form.cleaned_data
    say = Saying(GIVING if file else ASKING, said["what_for"], said["language"])
    problem = ""
    if held := hold(fields, said["what_for"]):
        problem, form.confirms = " ".join(held.sentences), held.confirms
    else:
        try:
            hand_over(home, said["what_for"], say, author_of(request), clock.now(), [file] if file else [])
        except NotOpen:
            problem = str(RESOLVED)
        except Unfit as broken:
            problem = " ".join(breach.in_language(get_language() or "de") for breach in broken.breaches)
    if not problem:
        return redirect(address_of(request, home.pk))
    if file is None:
        return _page(request, home, asking=form, problem=problem)
    drop(file.pk)
    return _page(request, home, giving=form, problem=problem)


def _page(
    request: HttpRequest,
    home: Conversation,
    *,
    asking: HandForm | None = None,
    giving: HandForm | None = None,
    problem: str = "",
) -> HttpResponse:
    person = person_of(request)
    handed(request, [home.pk])
    language = home.contact.language or get_language() or "de"
    given = {
        "line": rows_of([home.pk])[0],
        "refusal": around(person, home, None)["refusal"],
        "asking": asking or HandForm(initial={"language": language}),
        "giving": giving or HandForm(initial={"language": language}),
        "problem": problem,
        "bytes_max": BYTES_MAX,
        "what_max": WHAT_FOR_CHARACTERS_MAX,
        "languages": LANGUAGES,
        "nameless": NAMELESS,
        "query": query(asked(request)),
        "screen": "inbox",
        "user": person,
    }
    status = 422 if asking or giving or problem else 200
    return render(request, "inbox/side_door.html", given, status=status)

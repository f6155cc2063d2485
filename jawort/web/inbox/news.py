"""What makes a sound or shows itself on the screen: decided here, when a browser asks about what it heard of."""

from collections import Counter
from typing import TypedDict

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from jawort.core import clock
from jawort.messaging.models import Conversation
from jawort.messaging.queries import news as news_of
from jawort.people.queries import names
from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.staff.rules import Occasion, is_quiet
from jawort.web.inbox.answers import handed
from jawort.web.inbox.forms import uuids

#: More at once would cover the screen.
BANNERS_MAX = 3
TITLES: dict[Occasion, str | Promise] = {
    Occasion.MINE: gettext_lazy("New message"),
    Occasion.UNASSIGNED: gettext_lazy("New message, unassigned"),
    Occasion.ASSIGNED: gettext_lazy("Assigned to you"),
    Occasion.NAMED: gettext_lazy("You are mentioned"),
}


class Banner(TypedDict):
    """What the system shows, also while the screen is locked: never the text of a message."""

    tag: str
    title: str
    body: str
    href: str


@require_GET
@requires(Permission.CONVERSATION_READ)
def news(request: HttpRequest) -> JsonResponse:
    """Whether to make a sound, and what to show. Nothing of what the person may not see, and nothing in quiet hours."""
    person = person_of(request)
    here = timezone.localtime(clock.now())
    if is_quiet(here.time(), person.quiet_from, person.quiet_until) or not (person.sounds or person.banners):
        return JsonResponse({"sound": False, "banners": []})
    came, given = uuids(request.GET.get("came", "")), uuids(request.GET.get("assigned", ""))
    found = news_of(person, Counter(came), set(given))
    shown = [one for one in found if one[1] in person.banners][:BANNERS_MAX]
    called = names({each.contact_id for each, _ in shown}) if person.banners_name else {}
    if called:
        handed(request, [each.pk for each, _ in shown])
    return JsonResponse(
        {
            "sound": any(occasion in person.sounds for _, occasion in found),
            "banners": [_banner(*one, called.get(one[0].contact_id, "")) for one in shown],
        }
    )


def _banner(conversation: Conversation, occasion: Occasion, name: str) -> Banner:
    return {
        "tag": str(conversation.pk),
        "title": str(TITLES[occasion]),
        "body": " · ".join(filter(None, [conversation.line.name, name])),
        "href": reverse("inbox:conversation", args=[conversation.pk]),
    }

"""Links to own pages as the panel shows them, and as whoever has one finds it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from jawort.consent.queries import stops
from jawort.messaging.models import Conversation
from jawort.messaging.own_page.models import OwnPage
from jawort.messaging.own_page.rules import Condition, condition
from jawort.people.persons import contacts_of
from jawort.people.queries import in_review
from jawort.vault.blind import blind
from jawort.vault.keys import keks
from jawort.vault.seal import Klass


def found(token: str) -> OwnPage | None:
    """The link of this token, open or not. None once the person's key is gone: whoever was erased has no page."""
    links = OwnPage.objects.filter(token_index=token_index(token)).select_related("conversation", "contact")
    page = links.first()
    if page is None or not keks([(page.contact_id, Klass.IDENTITY, page.contact.month)], create=False):
        return None
    return page


def standing(page: OwnPage, at: datetime) -> Condition:
    """How it stands for whoever has the link.

    Nothing is shown while it is unclear who has the number now, nor while the person's data may only lie still.
    """
    one = [page.contact_id]
    withheld = bool(stops(one).restricted or in_review(one))
    return condition(replace(page.facts, withheld=withheld), at)


def open_until(conversation: Conversation, at: datetime) -> datetime | None:
    """Until when the longest of the person's links opens; None without any."""
    return open_links(conversation, at).order_by("-ends_at").values_list("ends_at", flat=True).first()


def open_links(conversation: Conversation, at: datetime) -> QuerySet[OwnPage]:
    """The links of the person that came on this line, in whichever conversation, and still open their page."""
    links = OwnPage.objects.filter(contact__in=conversation.person, conversation__line=conversation.line_id)
    return links.filter(withdrawn_at=None, ends_at__gt=at)


def home_of(page: OwnPage) -> Conversation | None:
    """Where the person talks with us now, on the line on which the link came; None where nobody does."""
    person = contacts_of(page.contact_id)
    here = Conversation.objects.filter(contact__in=person, line=page.conversation.line_id, status="open")
    return here.order_by("opened_at", "pk").first()


def token_index(token: str) -> bytes:
    """What is stored of a token."""
    return blind("own_page", token)


def secret_index(page: UUID, what: str, secret: str) -> bytes:
    """What is stored of a code or key (`what`): bound to its link, so that it opens no other."""
    return blind("own_page", f"{what}:{page}:{secret}")

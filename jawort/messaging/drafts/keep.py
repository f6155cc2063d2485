"""What somebody writes is kept while they write, and ends when it is sent, emptied, or of no use any more.

No entry in the ledger: it is no message, and whoever is shown it is entered for the thread that it stands in. That one
has begun or ended is shown in the list: open desks are told, but not of every change of its text.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from jawort.messaging.drafts.content import opened_draft, sealed_draft
from jawort.messaging.drafts.models import KeptDraft
from jawort.messaging.drafts.rules import KEPT_FOR, Words
from jawort.messaging.live import notify
from jawort.messaging.models import Conversation
from jawort.staff.models import Agent

FORGOTTEN_AT_ONCE: Final = 1_000


@transaction.atomic
def keep(home: Conversation, author: Agent, words: Words, at: datetime) -> None:
    """Keep `words` in place of what was kept here for `author`; without text nothing is kept any more."""
    known = KeptDraft.objects.filter(conversation=home.pk, author=author).exists()
    if words.text.strip():
        _put(home, author, words, at)
    elif known:
        end(home.pk, author)
    if known != bool(words.text.strip()):
        notify([home.pk])


@transaction.atomic
def take_over(home: Conversation, author: Agent, words: Words, at: datetime) -> None:
    """Go on with what a colleague wrote, below what is kept here for `author`."""
    add(home, author, words, at)
    notify([home.pk])


def add(home: Conversation, author: Agent, words: Words, at: datetime) -> None:
    """Keep `words` below what is kept here for `author`. In the transaction of whoever tells open desks."""
    kept = KeptDraft.objects.select_for_update(of=("self",)).filter(conversation=home.pk, author=author).first()
    before = opened_draft(kept) if kept else None
    _put(home, author, before.then(words) if before else words, at)


def end(conversation: UUID, author: Agent) -> None:
    """It was sent, or discarded. In the transaction of whoever tells open desks."""
    KeptDraft.objects.filter(conversation=conversation, author=author).delete()


def end_all(conversations: Collection[UUID]) -> None:
    """These conversations are done, and so is whatever somebody was writing there."""
    KeptDraft.objects.filter(conversation__in=conversations).delete()


def forget(at: datetime) -> None:
    """Remove what nobody has changed for 30 days."""
    old = KeptDraft.objects.filter(changed_at__lt=at - KEPT_FOR).order_by("changed_at")
    KeptDraft.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])).delete()


def _put(home: Conversation, author: Agent, words: Words, at: datetime) -> None:
    KeptDraft.objects.bulk_create(
        [sealed_draft(home, author, words, at)],
        update_conflicts=True,
        unique_fields=["conversation", "author"],
        update_fields=["contact", "meant", "month", "changed_at", "wrapped", "ciphertext"],
    )

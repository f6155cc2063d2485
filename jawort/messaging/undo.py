"""An answer is taken back before it leaves: nothing of it goes to the customer, and its text is a draft again. A file
that it brings is removed: whoever takes that back has mostly taken the wrong one. Of a question the text alone goes on;
a template is chosen anew.

The row is deleted: the ledger has committed to nothing yet, it has no number, and nothing can refer to it. That it was
there, whose it was and that it was undone stays in the ledger. The lane's job finds nothing to do.
"""

from datetime import datetime

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.contents import whats_of
from jawort.messaging.drafts.keep import add
from jawort.messaging.drafts.rules import Words
from jawort.messaging.files.upload import let_go
from jawort.messaging.live import notify
from jawort.messaging.models import Message
from jawort.messaging.rules import State, may_undo
from jawort.messaging.touch import bump, lock_homes, shows_newest
from jawort.staff.models import Agent


class CannotUndo(ValueError):
    """The answer has left, was undone already, or is somebody else's. Nothing was changed."""


@transaction.atomic
def undo(message: Message, person: Agent, at: datetime) -> Words:
    """Delete the answer; its words, which are added to the person's draft. Raises CannotUndo.

    Locks as the claim does: of both at once one finds what the other has left.
    """
    lock_homes([message.pk])
    rows = Message.objects.select_related("conversation").select_for_update(of=("self",))
    held = rows.filter(pk=message.pk, author=person, actor=person.actor).first()
    what = whats_of([held]).get(held.pk) if held else None
    if held is None or held.conversation is None or what is None:
        raise CannotUndo("There is no such message of yours.")
    if not may_undo(State(held.state), held.leaves_at, held.entry_id):
        raise CannotUndo("This message has left already.")
    home, words = held.conversation, Words("" if held.kind == "template" else what.text)
    if words.text.strip():
        add(home, person, words, at)
    let_go(held)
    held.delete()
    shows_newest(home.pk)
    bump([home.pk])
    record([Entry(Kind.MESSAGE_UNDONE, person.actor, message.pk, related=home.pk)], at)
    notify([home.pk], [(home.pk, message.pk)])
    return words

"""Change one byte of a stored message behind the product's back, to show that verifying finds it. In a demo only.

What is done here is what anybody with a way into the database could do; `statement` is what they would type. Doing it
twice puts the byte back: the same bit is turned over again.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry as Row
from jawort.ledger.record import Entry, record
from jawort.messaging.live import notify
from jawort.messaging.models import Message

#: Which byte, counted from nought. Every sealed message is longer.
BYTE = 20
_FLIP = "UPDATE messaging_message SET ciphertext = set_byte(ciphertext, %s, get_byte(ciphertext, %s) # 1) WHERE id = %s"
_TURNS = (Kind.DEMO_BYTE_CHANGED, Kind.DEMO_BYTE_RESTORED)


class NotADemo(RuntimeError):
    """Nobody changes bytes of real messages."""


def statement(message_id: UUID) -> str:
    """The same as somebody would type it into psql."""
    return _FLIP.replace("%s", "{}").format(BYTE, BYTE, f"'{message_id}'") + ";"


def change(message_id: UUID, *, actor: str, at: datetime) -> bool:
    """Turn one bit of the message's ciphertext; False if it is turned already. Raises NotADemo."""
    return _turn(message_id, Kind.DEMO_BYTE_CHANGED, actor, at)


@transaction.atomic
def restore(message_id: UUID, *, actor: str, at: datetime) -> bool:
    """Turn it back, and let open desks look again; False if it is as it was. Raises NotADemo."""
    home = Message.objects.filter(pk=message_id).values_list("conversation_id", flat=True).first()
    turned = _turn(message_id, Kind.DEMO_BYTE_RESTORED, actor, at)
    if turned and home is not None:
        notify([home], [(home, message_id)])
    return turned


@transaction.atomic
def _turn(message_id: UUID, kind: Kind, actor: str, at: datetime) -> bool:
    if not settings.DEMO:
        raise NotADemo("Bytes of messages are changed in a demo only.")
    # A second click waits here for the first.
    if not Message.objects.select_for_update().filter(pk=message_id).exists():
        return False
    turns = Row.objects.filter(object=message_id, kind__in=[str(each) for each in _TURNS])
    last = turns.order_by("-id").values_list("kind", flat=True).first() or Kind.DEMO_BYTE_RESTORED
    if last == kind:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_FLIP, [BYTE, BYTE, message_id])
    record([Entry(kind, actor, message_id, {"byte": BYTE})], at)
    return True

"""Receipts that came before their message was known go back into the queue by themselves once it is.

The platform may report a message before its answer to the call is stored, and need not give our own id back.
"""

from datetime import datetime, timedelta

from django.db import connection

from jawort.channels.types import Receipt
from jawort.channels.whatsapp.parse import parse
from jawort.intake.aside import UNKNOWN_MESSAGE
from jawort.intake.park import replay_all
from jawort.intake.story import known_receipts
from jawort.lines.queries import by_ref
from jawort.vault.seal import Unreadable
from jawort.vault.transit_seal import Opener

WAITS_FOR = timedelta(hours=1)  # an answer that is not stored by then never will be
LOOKED_AT_MAX = 500  # newest first: where others send through our number too, their receipts pile up here
BYTES_MAX = 16_384  # a receipt has about one kilobyte

_WAITING = """
SELECT id, body FROM intake_rawevent
 WHERE parked_at > %s AND reason = %s AND octet_length(body) <= %s
 ORDER BY parked_at DESC, id DESC LIMIT %s
"""


def replay_known(opener: Opener, at: datetime) -> int:
    """Replay the parked receipts whose message is known by now; how many. The others stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [at - WAITS_FOR, UNKNOWN_MESSAGE, BYTES_MAX, LOOKED_AT_MAX])
        waiting: list[tuple[int, Receipt]] = []
        for id_, body in cursor.fetchall():
            try:
                updates = parse(opener.open(bytes(body)))
            except Unreadable:  # stays parked; whoever replays it by hand is told why
                continue
            waiting += [(id_, update) for update in updates if isinstance(update, Receipt)]
    if not waiting:
        return 0
    receipts = [receipt for _, receipt in waiting]
    known = known_receipts(receipts, by_ref({receipt.line_ref for receipt in receipts}))
    return replay_all([id_ for id_, receipt in waiting if receipt in known], actor="system", at=at)

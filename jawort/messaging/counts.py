"""What became of messages that were to leave, as a figure. Counted once it is committed; the database has the truth."""

from collections.abc import Iterable
from typing import Final

from django.db import transaction
from prometheus_client import Counter

from jawort.messaging.models import Message

OUT: Final = Counter(
    "jawort_messages_out", "Messages by the state that a delivery left them in; queued ones are tried again.", ["state"]
)


def count_out(messages: Iterable[Message]) -> None:
    """Count these messages under the states they have now. Needs an open transaction, and counts at its end."""
    states = [str(message.state) for message in messages]

    def count() -> None:
        for state in states:
            OUT.labels(state).inc()

    transaction.on_commit(count)

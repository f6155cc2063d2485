"""Whose a webhook body is, found without parsing it. Pure.

Intake asks this of bodies that only wait, before their attempts are counted; so it must not be able to fail, whatever
they hold. It looks for the members in which the platform names a customer. A quote within a text is escaped and never
looks like one of them.
"""

import re
from typing import Final

#: Of a body with more customers than this only these take a turn for it. The platform puts 1,000 updates into one.
SENDERS_MAX: Final = 1_000

_NAMED: Final = re.compile(
    rb'"(?:from|from_user_id|wa_id|user_id|previous_user_id|recipient_id|recipient_user_id)"\s{0,8}:\s{0,8}'
    rb'"([^"\\]{1,128})"'
)


def senders(body: bytes) -> tuple[str, ...]:
    """Numbers and ids of every customer that `body` is about, each once; none for a body that names nobody."""
    found: dict[bytes, None] = {}
    for match in _NAMED.finditer(body):
        found[match[1]] = None
        if len(found) == SENDERS_MAX:
            break
    return tuple(one.decode("ascii", "backslashreplace") for one in found)

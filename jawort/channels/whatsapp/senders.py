"""Whose a webhook body is, found without parsing it. Pure.

Intake asks this of bodies that only wait, before their attempts are counted; so it must not be able to fail, whatever
they hold. It looks for the members in which the platform names a customer, where they belong to an update or to a
contact beside it. The same names lie deeper, too, and mean others there: a reply names our own number as whom it
answers, and a contact card names whomever the customer likes, who would then wait for the turns of that customer.
"""

import re
from typing import Final

#: Of a body with more names than this only these take a turn for it. The platform puts 1,000 updates into one, each
#: with at most four: phone, user id and parent user id, or old and new ones.
SENDERS_MAX: Final = 4_000

#: entry [ { changes [ { value { messages [ { : so many brackets are open within an update.
_DEPTH: Final = 8
#: And so many where the value's member `standby` begins, within which an update lies one deeper.
_STANDBY_DEPTH: Final = 6
_OF_UPDATE: Final = frozenset(
    {
        b"from",
        b"from_user_id",
        b"from_parent_user_id",
        b"wa_id",
        b"user_id",
        b"parent_user_id",
        b"recipient_id",
        b"recipient_user_id",
    }
)
#: In what reports that an identity changed; whoever wrote under the old one waits for it under the new one.
_OF_CHANGE: Final = frozenset(
    {
        b"wa_id",
        b"new_wa_id",
        b"customer",
        b"user_id",
        b"parent_user_id",
        b"previous_user_id",
        b"previous_parent_user_id",
        b"current",
        b"previous",
    }
)

_NAMES: Final = b"|".join(sorted(_OF_UPDATE | _OF_CHANGE))
_STRING: Final = rb'"(?:[^"\\]++|\\.)*+"?'
# Whatever follows, each alternative keeps what it took: the time grows with the length and no faster. Strings are taken
# whole, so neither brackets nor quotes within a text count.
_PIECE: Final = re.compile(
    b"|".join(
        (
            rb'"(' + _NAMES + rb')"\s{0,8}+:\s{0,8}+"([^"\\]{1,160}+)"',
            rb"([{\[]++)",
            rb"([}\]]++)",
            rb'("standby"\s{0,8}+:\s{0,8}+\{)',
            rb'(?:(?!"(?:standby|' + _NAMES + rb')"\s{0,8}+:)' + _STRING + rb'|[^"{}\[\]]++)++',
            _STRING,
        )
    ),
    re.DOTALL,
)
_NOBODY: Final = frozenset[bytes]()
_NAMING: Final = {_DEPTH: _OF_UPDATE, _DEPTH + 1: _OF_CHANGE}


def senders(body: bytes) -> tuple[str, ...]:
    """Numbers and ids of every customer that `body` is about, each once; none for a body that names nobody."""
    found: dict[bytes, None] = {}
    depth = deeper = 0
    for piece in _PIECE.finditer(body):
        match piece.lastindex:
            case 3:
                depth += len(piece[3])
            case 4:
                depth -= len(piece[4])
                deeper = deeper if depth > _STANDBY_DEPTH else 0
            case 5:
                deeper = 1 if depth == _STANDBY_DEPTH else deeper
                depth += 1
            case 2 if piece[1] in _NAMING.get(depth - deeper, _NOBODY):
                found[piece[2]] = None
                if len(found) == SENDERS_MAX:
                    break
    return tuple(one.decode("ascii", "backslashreplace") for one in found)

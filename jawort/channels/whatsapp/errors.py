"""What the platform's error codes mean, whether to try again, and what people can do about it.

Decide on the code, never on the HTTP status or the title: the platform says so itself, and both differ by report. The
tables are errors_messages.py and errors_accounts.py; a code that is in neither means "never again", which loses one
message where trying again could double it.

Whoever reads a sentence reads it beside a message that has failed for good: what Jawort does by itself is over by then,
and only what people can do is said.
"""

from dataclasses import dataclass
from typing import Final

from jawort.channels.types import Retry
from jawort.channels.whatsapp.errors_accounts import ACCOUNTS
from jawort.channels.whatsapp.errors_messages import MESSAGES

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Meaning:
    """`after_s` is the least wait before the next attempt, `tries_max` how often at most (0: as often as usual).

    `grows` is by how much the wait is longer after every further attempt; `slows` whether all that the line sends must
    wait as long, because the platform has had too much of all of it.
    """

    retry: Retry
    de: str
    en: str
    after_s: int = 0
    tries_max: int = 0
    grows: int = 1
    slows: bool = False

    def in_language(self, language: str) -> str:
        """The sentence: German for `de…`, English for all else."""
        return self.de if language.startswith("de") else self.en

    def wait_s(self, attempts: int) -> int:
        """The least wait in seconds after so many attempts, 1 or more."""
        return int(self.after_s * self.grows ** (attempts - 1))


#: The least waits that the platform names or, where it only says "later", that have proved themselves.
_AFTER_S: Final = {
    4: MINUTE,
    80007: 5 * MINUTE,
    130429: 2,
    131048: HOUR,
    131049: DAY,
    131056: 4,
    131057: MINUTE,
    131064: DAY,
    132015: 3 * HOUR,
    132069: HOUR,
    133008: HOUR,
    133009: HOUR,
    133015: 5 * MINUTE,
    133016: 3 * DAY,
    134101: 10 * MINUTE,
    2494100: 5 * MINUTE,
}
#: The platform's loading of files fails by chance; a file that it cannot take, it cannot take twice. One person's whole
#: burst is free again after 4.5 minutes: eight tries are half an hour.
_TRIES_MAX: Final = {1: 3, 131000: 3, 131052: 2, 131053: 2, 131056: 8}
_GROWS: Final = {131056: 4}  # one person has had too much: 4, 16, 64 … seconds, while everybody else goes on
_SLOWS: Final = frozenset({4, 80007, 130429})

CODES: Final[dict[int, Meaning]] = {
    code: Meaning(
        Retry(retry),
        de,
        en,
        _AFTER_S.get(code, 0),
        _TRIES_MAX.get(code, 0),
        _GROWS.get(code, 1),
        code in _SLOWS,
    )
    for codes, retry, de, en in (*MESSAGES, *ACCOUNTS)
    for code in ([codes] if isinstance(codes, int) else codes)
}
_UNKNOWN: Final = Meaning(
    Retry.NEVER,
    "WhatsApp hat die Nachricht mit einem Fehler abgelehnt, den diese Version nicht kennt. Der Code steht daneben; "
    "Meta erklärt ihn in der Fehlerliste der Cloud API.",
    "WhatsApp refused the message with an error that this version does not know. The code is shown beside it; Meta "
    "explains it in the error list of the Cloud API.",
)


def meaning(code: int) -> Meaning:
    """What `code` means; for a code nobody documented, that it is unknown and not to be tried again."""
    return CODES.get(code, _UNKNOWN)

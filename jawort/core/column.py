"""What a column says of itself. The text goes into `db_comment`, so PostgreSQL shows it in `\\d+`.

Every column of every table has one; a test refuses a column without (tests/house/test_columns.py), and the record of
processing activities (Art. 30 GDPR) is made from them. Purposes and classes are those of the two lists here and no
others: a new one is a decision, not a word.
"""

from collections.abc import Mapping

#: What data about persons are kept for (Art. 5(1)(b) GDPR).
PURPOSES: Mapping[str, str] = {
    "care": "answering customers",
    "recognition": "knowing who writes, and not taking one for another",
    "proof": "showing that an objection or a restriction was respected",
    "accountability": "showing what was done, by whom and under which right",
    "sealing": "the keys under which content lies",
    "sign-in": "letting staff in, and nobody else",
    "work": "who of the staff does what",
}

#: When they go (Art. 5(1)(e) GDPR); the periods of the statutory classes come with deletion.
KLASSES: Mapping[str, str] = {
    "open": "with the class that the message gets when its conversation closes",
    "identity": "with the last of the contact's messages",
    "consent": "three years after the end of the year in which it was withdrawn or last used",
    "ledger": "never in the log, which names no person; its pseudonyms end with whom they name",
    "staff": "with the account; attendance after minutes, sessions 12 hours, failed sign-ins a day, invitations a week",
    "desk": "when somebody deletes it; what is one person's own also with the account",
    "transit": "after eight days, when the platform has redelivered for the last time",
}


def plain(about: str) -> str:
    """A column that says nothing of a person. `about` is a few words on what it holds."""
    return f"not personal: {about}"


def personal(kind: str, *, purpose: str, klass: str, sealed: bool = True) -> str:
    """A column about a person: `kind` of datum, `purpose` it is kept for, deletion `klass`, sealed at rest or clear.

    `sealed=False` is for staff, for pseudonyms and for keyed hashes; of customers nothing lies in clear. Raises
    ValueError for a purpose or a class that is none.
    """
    if purpose not in PURPOSES or klass not in KLASSES:
        raise ValueError(f"“{purpose}” and “{klass}” must be a purpose and a class of jawort/core/column.py.")
    return f"personal: {kind}; purpose: {purpose}; class: {klass}; {'sealed' if sealed else 'clear'}"

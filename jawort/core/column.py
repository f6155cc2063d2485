"""What a column says of itself. The text goes into `db_comment`, so PostgreSQL shows it in `\\d+`.

Every column of every table has one; a test refuses a column without (tests/test_columns.py), and the record of
processing activities (Art. 30 GDPR) is made from them.
"""


def plain(about: str) -> str:
    """A column that says nothing of a person. `about` is a few words on what it holds."""
    return f"not personal: {about}"


def personal(kind: str, *, purpose: str, klass: str, sealed: bool = True) -> str:
    """A column about a person: `kind` of datum, `purpose` it is kept for, deletion `klass`, sealed at rest or clear.

    `sealed=False` is for staff and for keyed hashes; of customers nothing lies in clear.
    """
    return f"personal: {kind}; purpose: {purpose}; class: {klass}; {'sealed' if sealed else 'clear'}"

"""What must hold of customers and their addresses at rest."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from jawort.core.finding import Finding
from jawort.people.attributes import checks as attributes
from jawort.people.called import OUR_NAME, USERNAME
from jawort.people.models import Alias, Contact
from jawort.people.rules import AliasKind
from jawort.vault.blind import blind
from jawort.vault.keys import keks
from jawort.vault.seal import Klass, Sealed, Unreadable, aad, open_

_Bytes = bytes | memoryview | None

SAMPLE_ROWS = 200  # of the newest: all of them would take minutes

_TWO_BSUIDS = """
SELECT count(*) FROM (
    SELECT 1 FROM people_alias WHERE valid_to IS NULL AND kind = 'bsuid' GROUP BY contact_id, scope HAVING count(*) > 1
) AS twice
"""


def findings() -> list[Finding]:
    """Everything about customers that should hold and does not."""
    return [*_two_bsuids(), *_names(), *_aliases(), *attributes.findings()]


def _two_bsuids() -> list[Finding]:
    """Nothing here attaches a second one: two people's messages would stand in one thread."""
    with connection.cursor() as cursor:
        cursor.execute(_TWO_BSUIDS)
        (count,) = cursor.fetchone() or (0,)
    if not count:
        return []
    return [Finding("people.two_bsuids", f"{count} contacts have two living BSUIDs of one portfolio: review them.")]


def _names() -> list[Finding]:
    return [
        *_kind("people.name", "name", "names", b""),
        *_kind("people.our_name", "our_name", "names of our own", OUR_NAME),
        *_kind("people.username", "username", "usernames", USERNAME),
    ]


def _kind(code: str, column: str, what: str, bound: bytes) -> list[Finding]:
    rows = Contact.objects.filter(**{f"{column}_wrapped__isnull": False}).order_by("-id")
    bad, of = _shut(rows.values_list("id", "month", f"{column}_wrapped", f"{column}_ciphertext")[:SAMPLE_ROWS], bound)
    return [Finding(code, f"{bad} of {of} {what} do not open.")] if bad else []


def _shut(rows: Iterable[tuple[UUID, int, _Bytes, _Bytes]], what: bytes = b"") -> tuple[int, int]:
    """How many of these rows (contact, month, wrapped, ciphertext) do not open, and how many there are."""
    sealed = [
        (id_, (id_, Klass.IDENTITY, month), Sealed(bytes(wrapped or b""), bytes(text or b"")))
        for id_, month, wrapped, text in rows
    ]
    keys = keks({ref for _, ref, _ in sealed}, create=False)
    bad = 0
    for id_, ref, one in sealed:
        try:
            open_(keys[ref], one, aad(Klass.IDENTITY, id_) + what)
        except (KeyError, Unreadable):
            bad += 1
    return bad, len(sealed)


def _aliases() -> list[Finding]:
    """Each opens, and is what its index says: a swapped index would lead one person to another's thread."""
    rows = list(Alias.objects.filter(valid_to__isnull=True).select_related("contact").order_by("-id")[:SAMPLE_ROWS])
    keys = keks({(row.contact_id, Klass.IDENTITY, row.contact.month) for row in rows}, create=False)
    bad = 0
    for row in rows:
        try:
            kek = keys[row.contact_id, Klass.IDENTITY, row.contact.month]
            clear, _ = open_(kek, Sealed(bytes(row.wrapped), bytes(row.ciphertext)), aad(Klass.IDENTITY, row.id))
        except (KeyError, Unreadable):
            bad += 1
            continue
        number = row.kind in {AliasKind.PHONE, AliasKind.WA_ID}
        bad += blind("phone" if number else "bsuid", clear.decode()) != bytes(row.blind)
    return [Finding("people.alias", f"{bad} of {len(rows)} addresses do not open or are not indexed.")] if bad else []

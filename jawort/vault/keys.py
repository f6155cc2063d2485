"""The two keyrings: a key per person and class, a key per class and month, and the keys made from both.

Set-based: a batch costs one statement to read and one per keyring to write. Rows are written in the order of their
keys, so that two batches at once wait for each other instead of blocking each other for good.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import product
from uuid import UUID

from django.db import connection, transaction

from jawort.vault import epochs
from jawort.vault.seal import KEY_BYTES, Klass, kek, unwrap, wrap
from jawort.vault.state import LockedError, vault

#: What a record's key hangs from: subject, class, month (year * 100 + month).
Ref = tuple[UUID, Klass, int]

_READ = """
SELECT w.subject, w.klass, w.month,
       s.epoch_id, se.wrapped, s.wrapped,
       p.epoch_id, pe.wrapped, p.wrapped
  FROM unnest(%b::uuid[], %b::text[], %b::int[]) AS w (subject, klass, month)
  LEFT JOIN vault_subjectkey s ON s.subject = w.subject AND s.klass = w.klass
  LEFT JOIN vault_epoch se ON se.number = s.epoch_id
  LEFT JOIN vault_periodkey p ON p.klass = w.klass AND p.month = w.month
  LEFT JOIN vault_epoch pe ON pe.number = p.epoch_id
"""

_MAKE_SUBJECTS = """
INSERT INTO vault_subjectkey (subject, klass, epoch_id, wrapped)
SELECT * FROM unnest(%b::uuid[], %b::text[], %b::int[], %b::bytea[])
    ON CONFLICT (subject, klass) DO NOTHING
"""

_MAKE_PERIODS = """
INSERT INTO vault_periodkey (klass, month, epoch_id, wrapped)
SELECT * FROM unnest(%b::text[], %b::int[], %b::int[], %b::bytea[])
    ON CONFLICT (klass, month) DO NOTHING
"""

_DESTROY = """
DELETE FROM vault_subjectkey k USING unnest(%b::uuid[], %b::text[]) AS gone (subject, klass)
 WHERE k.subject = gone.subject AND k.klass = gone.klass
"""


@dataclass(slots=True)
class _Rings:
    """What the keyrings hold of a batch."""

    subjects: dict[tuple[UUID, Klass], bytes]
    periods: dict[tuple[Klass, int], bytes]

    def keks(self, refs: Iterable[Ref]) -> dict[Ref, bytes]:
        return {
            (subject, klass, month): kek(self.subjects[subject, klass], self.periods[klass, month], klass, month)
            for subject, klass, month in refs
            if (subject, klass) in self.subjects and (klass, month) in self.periods
        }


def keks(refs: Iterable[Ref], create: bool) -> dict[Ref, bytes]:
    """The keys for sealing and opening the records of each ref.

    With `create`, missing keys are made, in the caller's transaction if there is one; without, refs whose key is gone
    or never was are left out. Raises Unreadable if a keyring row was changed, WrongRootError for another root key.
    """
    wanted = set(refs)
    memory = vault().remembered
    found = memory.get(wanted)
    missing = wanted - found.keys()
    if not missing:
        return found
    generation = memory.generation
    rings = _read(missing)
    if create and _make(missing, rings):
        rings = _read(missing)  # not what was made here: another process may have been first
    fresh = rings.keks(missing)
    # Only after the commit: a key whose row was rolled back would seal what nobody can ever open again.
    transaction.on_commit(partial(memory.put, fresh, generation))
    return found | fresh


def destroy(subjects: Collection[tuple[UUID, Klass]]) -> None:
    """Destroy these subjects' keys: what lies under them opens for nobody any more. Needs a transaction.

    Other processes may remember them for as long as any key (vault/memory.py).
    """
    ordered = sorted(subjects)
    with connection.cursor() as cursor:
        cursor.execute(_DESTROY, [[subject for subject, _ in ordered], [klass.value for _, klass in ordered]])
    for subject in {subject for subject, _ in ordered}:
        transaction.on_commit(partial(forget, subject))


def forget(subject: UUID) -> None:
    """Drop a person's keys from this process's memory: called on the notify of an erasure."""
    vault().remembered.forget(lambda ref: ref[0] == subject)


def forget_all() -> None:
    """Drop every key from this process's memory. A locked vault remembers none."""
    with suppress(LockedError):
        vault().remembered.forget()


def _read(refs: Collection[Ref]) -> _Rings:
    rings = _Rings({}, {})
    ordered = sorted(refs)
    with connection.cursor() as cursor:
        cursor.execute(_READ, [[r[0] for r in ordered], [r[1].value for r in ordered], [r[2] for r in ordered]])
        rows = cursor.fetchall()
    for subject, name, month, subject_epoch, subject_by, subject_key, period_epoch, period_by, period_key in rows:
        klass = Klass(name)
        if subject_key is not None and subject_by is not None:
            by = epochs.epoch_key(subject_epoch, bytes(subject_by))
            rings.subjects[subject, klass] = unwrap(by, bytes(subject_key), _subject_bound(subject, klass))
        if period_key is not None and period_by is not None and (klass, month) not in rings.periods:
            by = epochs.epoch_key(period_epoch, bytes(period_by))
            rings.periods[klass, month] = unwrap(by, bytes(period_key), _period_bound(klass, month))
    return rings


def _make(refs: Collection[Ref], rings: _Rings) -> bool:
    """Write the keys that `rings` lacks; False if it lacks none."""
    subjects = sorted({(subject, klass) for subject, klass, _ in refs} - rings.subjects.keys())
    # All classes of a month at once, in one order: two batches that begin a month with different classes would
    # otherwise each hold what the other waits for.
    months = sorted({month for _, klass, month in refs if (klass, month) not in rings.periods})
    periods = sorted(product(Klass, months))
    if not subjects and not periods:
        return False
    with transaction.atomic():
        epoch = epochs.current()
        if periods:
            _insert(_MAKE_PERIODS, epoch, {key: _period_bound(*key) for key in periods})
        if subjects:
            _insert(_MAKE_SUBJECTS, epoch, {key: _subject_bound(*key) for key in subjects})
    return True


def _insert(sql: str, epoch: epochs.EpochKey, bounds: Mapping[tuple[UUID, Klass] | tuple[Klass, int], bytes]) -> None:
    first, second = zip(*bounds, strict=True)
    wrapped = [wrap(epoch.key, os.urandom(KEY_BYTES), bound) for bound in bounds.values()]
    with connection.cursor() as cursor:
        cursor.execute(sql, [_plain(first), _plain(second), [epoch.number] * len(wrapped), wrapped])


def _plain(values: Iterable[UUID | Klass | int]) -> list[UUID | str | int]:
    return [value.value if isinstance(value, Klass) else value for value in values]


def _subject_bound(subject: UUID, klass: Klass) -> bytes:
    return b"jw/sub/1\0" + klass.value.encode() + subject.bytes


def _period_bound(klass: Klass, month: int) -> bytes:
    return b"jw/per/1\0" + klass.value.encode() + b"\0" + str(month).encode()

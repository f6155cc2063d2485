"""A file is whole: sealed, entered, shown. Or it is not to be had: refused or lost, and said why."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.content import key_name
from jawort.messaging.files.content import Description, commit, seal_description
from jawort.messaging.files.models import File
from jawort.messaging.files.store import Superseded, clear, rows_of
from jawort.messaging.live import notify
from jawort.messaging.models import Message
from jawort.vault.keys import keks
from jawort.vault.seal import Unreadable


@transaction.atomic
def keep(file: File, description: Description, at: datetime) -> None:
    """Seal what the file is. One that came in is stored, entered and shown; one of ours is a draft until `attach`.

    Raises Superseded if another attempt writes it now.
    """
    held = _mine(file)
    name = key_name(held.contact_id, held.month)
    kek = keks([name], create=True)[name]
    seal_description(kek, held, description)
    held.chunks, held.state, held.reason = rows_of(description.streams), "draft", ""
    if held.direction == "in":
        _store([held], {held.pk: commit(kek, held)}, at)
        _show(held)
    held.save(update_fields=["wrapped", "ciphertext", "chunks", "state", "reason", "entry_id"])


def attach(files: Sequence[File], message: Message, at: datetime) -> None:
    """Drafts become files of `message`, each with its entry. In the transaction that stores the message.

    What came through the side door is a draft until then too; as a customer's file it is one that came in.

    Raises File.DoesNotExist if one is no draft for this contact any more, Unreadable if one does not open.
    """
    ids = sorted(file.pk for file in files)
    held = list(
        File.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=ids, state="draft", contact=message.contact_id)
        .order_by("pk")
    )
    if len(held) != len(ids):
        raise File.DoesNotExist("One of these files is no draft any more.")
    names = {key_name(file.contact_id, file.month) for file in held}
    keys = keks(names, create=False)
    if names - keys.keys():
        raise Unreadable("the key of one of these files is gone")
    for file in held:
        file.message, file.direction = message, message.direction
    _store(held, {f.pk: commit(keys[key_name(f.contact_id, f.month)], f) for f in held}, at)
    for file in held:
        file.save(update_fields=["message", "direction", "state", "entry_id"])


@transaction.atomic
def dismiss(file: File, state: str, reason: str, at: datetime) -> None:
    """The file is `refused` or `lost`; none of its bytes stay. The event says why. Raises Superseded."""
    held = _mine(file)
    clear(held.pk)
    held.state, held.reason = state, reason
    held.save(update_fields=["state", "reason"])
    outcome = {"state": state, "reason": reason}
    record([Entry(Kind.FILE_OUTCOME, "system", held.pk, outcome, related=held.message_id)], at)
    _show(held)


@transaction.atomic
def delay(file: File, reason: str) -> None:
    """The file goes on waiting; a thread that is open says for what."""
    changed = File.objects.filter(pk=file.pk, state="waiting", attempt=file.attempt).exclude(reason=reason)
    if changed.update(reason=reason):
        _show(file)


def _mine(file: File) -> File:
    """The row, locked, if it still waits for this attempt."""
    locked = File.objects.select_for_update(of=("self",), no_key=True)
    held = locked.filter(pk=file.pk, state="waiting", attempt=file.attempt).first()
    if held is None:
        raise Superseded
    return held


def _store(files: Sequence[File], commitments: dict[UUID, bytes], at: datetime) -> None:
    entries = [Entry(Kind.FILE, file.actor, file.pk, commitment=commitments[file.pk]) for file in files]
    for file, entry_id in zip(files, record(entries, at), strict=True):
        file.state, file.entry_id = "stored", entry_id


def _show(file: File) -> None:
    if file.message_id is None:
        return
    home = Message.objects.filter(pk=file.message_id).values_list("conversation_id", flat=True).first()
    if home is not None:
        notify([], [(home, file.message_id)])

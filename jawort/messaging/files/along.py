"""A message takes a file along: what the file is, whether the platform takes it like this, and that it belongs here."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from msgspec.structs import replace as changed

from jawort.channels.parts import Media, Part, file_kind, media_of, with_media
from jawort.channels.types import Kind
from jawort.channels.whatsapp.breaches import Breach, missing
from jawort.channels.whatsapp.limits_files import file_breaches, kind_for
from jawort.messaging.draft import Draft, Unfit
from jawort.messaging.files.bombs import bomb
from jawort.messaging.files.content import Description
from jawort.messaging.files.keep import attach
from jawort.messaging.files.models import File
from jawort.messaging.files.rules import bare, differs, safe_name
from jawort.messaging.files.store import describe
from jawort.messaging.models import Message
from jawort.vault.seal import Unreadable

FILE = ("Die Datei", "The file")
GONE = Breach(
    "file",
    "gone",
    "Diese Datei ist nicht mehr da oder wurde für jemand anderen hochgeladen. Bitte laden Sie sie noch einmal hoch.",
    "This file is not here any more, or it was uploaded for somebody else. Please upload it again.",
)


def with_file(draft: Draft, contact: UUID) -> tuple[Draft, File | None]:
    """`draft` with what its file is, and the file; no query where there is none. In the message's transaction.

    The file stays locked: nobody forgets it, or takes it along elsewhere, before the message has it.
    Raises Unfit: the file is missing, somebody else's, a bomb, or the platform takes it not like this.
    """
    wanted = media_of(draft.part)
    if wanted is None:
        return replace(draft, file=None), None
    if draft.file is None:
        raise Unfit([missing("file", FILE)])
    mine = File.objects.filter(Q(state="draft", message=None) | Q(state="stored"), contact=contact, direction="out")
    file = mine.filter(pk=draft.file).select_for_update(of=("self",), no_key=True).first()
    described = describe([file]).get(file.pk) if file else None
    if file is None or described is None:
        raise Unfit([GONE])
    kind = file_kind(draft.part) or draft.kind
    mime = type_for(described)
    found = bomb(described.found)
    found += file_breaches(kind, mime, described.found.size, described.found.form, voice=wanted.voice)
    if found:
        raise Unfit(found)
    name = safe_name(described.claims.name, mime, kind)
    media = Media("", mime, described.found.sha256, name, wanted.voice)
    return replace(draft, part=with_media(draft.part, media)), file


def best_kind(file: UUID, contact: UUID) -> Kind:
    """As what this draft of a file is best sent; a document, if it is not there: then the door says so."""
    held = File.objects.filter(pk=file, contact=contact, direction="out").first()
    described = describe([held]).get(held.pk) if held else None
    return best_as(described) if described else "document"


def best_as(described: Description) -> Kind:
    """As what a file is best sent."""
    return kind_for(type_for(described), described.found.size, described.found.form)


def take_along(file: File, message: Message, at: datetime) -> None:
    """The file belongs to `message` from now on, unless it left in an earlier one. In the message's transaction.

    While the message can be undone the file stays a draft: the ledger commits to it when it leaves, in `give`.
    Raises Unfit: its key was destroyed meanwhile, or it is no draft any more.
    """
    if file.state != "draft":
        return
    if message.leaves_at is not None:
        File.objects.filter(pk=file.pk).update(message=message)
        return
    try:
        attach([file], message, at)
    except (File.DoesNotExist, Unreadable) as gone:
        raise Unfit([GONE]) from gone


def type_for(described: Description) -> str:
    """The type that a file is given out under: what its bytes show, or where they leave it open what was said."""
    claimed = bare(described.claims.type)
    return claimed if claimed and not differs(claimed, described.found.type) else described.found.type


def named(part: Part | None, provider_id: str) -> Part | None:
    """The part with the platform's id of its file."""
    media = media_of(part)
    return part if media is None else with_media(part, changed(media, provider_id=provider_id))

"""How the forms looked in which people were asked: drawn when a text is put into use, and kept with it for good."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from jawort.consent import drawing
from jawort.consent.drawing import Form
from jawort.consent.models import Picture

DRAW: Final = {Picture.Kind.PAGE: drawing.page, Picture.Kind.CHAT: drawing.chat}


def not_kept(forms: Sequence[Form]) -> list[Picture]:
    """The pictures of these forms that are not kept yet; not stored. One query."""
    drawn = [(form, kind, draw(form)) for form in forms for kind, draw in DRAW.items()]
    pictures = {
        (name := picture_id(content)): Picture(
            id=name, text_id=form.text, kind=kind, media_type=drawing.MEDIA_TYPE, content=content
        )
        for form, kind, content in drawn
    }
    kept = set(Picture.objects.filter(pk__in=pictures).values_list("pk", flat=True))
    return [picture for name, picture in pictures.items() if name not in kept]


def keep(pictures: Sequence[Picture], entry: int, at: datetime) -> None:
    """Keep them with the entry that names them. Needs a transaction."""
    for picture in pictures:
        picture.entry, picture.made_at = entry, at
    Picture.objects.bulk_create(pictures, ignore_conflicts=True)  # somebody may keep the same at this moment


def kept_as(name: str) -> Picture | None:
    """The picture of that name, bytes included."""
    return Picture.objects.filter(pk=name).first()


def picture_id(content: bytes) -> str:
    """By what the ledger names it: SHA-256 of its bytes, in hexadecimal."""
    return sha256(content).hexdigest()


#: By text and kind, oldest first.
Kept = Mapping[tuple[str, str], Sequence[Picture]]


def pictures_of(texts: Collection[str]) -> Kept:
    """What is kept of these texts, without the bytes. One query."""
    found: dict[tuple[str, str], list[Picture]] = {}
    for picture in Picture.objects.filter(text__in=texts).defer("content").order_by("made_at", "pk"):
        found.setdefault((picture.text_id, picture.kind), []).append(picture)
    return found


def looked(kept: Kept, text: str, kind: str, at: datetime) -> Picture | None:
    """How the form looked at a moment; None where it was shown before pictures were kept, or not by us."""
    return next((one for one in reversed(kept.get((text, kind), ())) if one.made_at <= at), None)

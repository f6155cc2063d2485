"""How the forms looked in which people were asked: drawn when a text is put into use, and kept with it for good."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from jawort.consent import drawing
from jawort.consent.drawing import Form
from jawort.consent.models import Picture
from jawort.consent.typed import Asks

#: What there is of every text. Pages that ask for the number, too, are drawn where a link has one.
PLAIN: Final = ((Picture.Kind.PAGE, Asks.NOTHING), (Picture.Kind.CHAT, Asks.NOTHING))
SHAPES: Final = (*((Picture.Kind.PAGE, asks) for asks in Asks), PLAIN[1])


def not_kept(forms: Sequence[Form], more: Collection[Asks] = ()) -> list[Picture]:
    """The pictures of these forms that are not kept yet, with those of pages that ask for `more`; not stored. One
    query."""
    shapes = [(kind, asks) for kind, asks in SHAPES if (kind, asks) in PLAIN or asks in more]
    drawn = [(form, kind, asks, _drawn(form, kind, asks)) for form in forms for kind, asks in shapes]
    pictures = {
        (name := picture_id(content)): Picture(
            id=name, text_id=form.text, kind=kind, asks=asks, media_type=drawing.MEDIA_TYPE, content=content
        )
        for form, kind, asks, content in drawn
    }
    kept = set(Picture.objects.filter(pk__in=pictures).values_list("pk", flat=True))
    return [picture for name, picture in pictures.items() if name not in kept]


def _drawn(form: Form, kind: Picture.Kind, asks: Asks) -> bytes:
    return drawing.page(form, asks) if kind is Picture.Kind.PAGE else drawing.chat(form)


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


#: By text, kind and what the page asks for, oldest first.
Kept = Mapping[tuple[str, str, str], Sequence[Picture]]


def pictures_of(texts: Collection[str]) -> Kept:
    """What is kept of these texts, without the bytes. One query."""
    found: dict[tuple[str, str, str], list[Picture]] = {}
    for picture in Picture.objects.filter(text__in=texts).defer("content").order_by("made_at", "pk"):
        found.setdefault((picture.text_id, picture.kind, picture.asks), []).append(picture)
    return found


def looked(kept: Kept, text: str, kind: str, at: datetime, asks: str = Asks.NOTHING) -> Picture | None:
    """How the form looked at a moment; None where it was shown before pictures were kept, or not by us."""
    return next((one for one in reversed(kept.get((text, kind, asks), ())) if one.made_at <= at), None)

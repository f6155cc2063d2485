"""What is wrong with a message, in sentences: German for screens, English for screens and programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jawort.channels.parts import Media
from jawort.core.text import is_blank, is_sound

Name = tuple[str, str]  # German, English


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing wrong. `field` is its path as the API names it: `buttons.1.title`. No sentence quotes the content."""

    field: str
    code: str
    de: str
    en: str

    def in_language(self, language: str) -> str:
        """German for `de…`, English for all else."""
        return self.de if language.startswith("de") else self.en


def written(field: str, name: Name, text: str, most: int, *, required: bool = False) -> Iterator[Breach]:
    """A text of at most `most` code points, all of which are characters."""
    if required and is_blank(text):
        yield missing(field, name)
    if not is_sound(text):
        yield unfit(field, name, ("enthält Zeichen, die keine sind", "holds characters that are none"))
    if len(text) > most:
        yield Breach(
            field,
            "too_long",
            f"{name[0]} hat {len(text)} Zeichen; WhatsApp nimmt höchstens {most}. Bitte kürzen.",
            f"{name[1]} has {len(text)} characters; WhatsApp takes {most} at most. Please shorten it.",
        )


def missing(field: str, name: Name) -> Breach:
    """Nothing stands there."""
    return Breach(field, "missing", f"{name[0]} fehlt. Bitte ausfüllen.", f"{name[1]} is missing. Please fill it in.")


def unfit(field: str, name: Name, rule: Name) -> Breach:
    """What stands there breaks `rule`, which goes on after the name."""
    return Breach(field, "unfit", f"{name[0]} {rule[0]}. Bitte ändern.", f"{name[1]} {rule[1]}. Please change it.")


def header_file(name: Name, file: Media | None, kind: str) -> Iterator[Breach]:
    """A file above a text and its kind come together or not at all."""
    if (file is not None) != bool(kind):
        rule = ("braucht zu einer Datei ihre Art", "needs a file together with its kind")
        yield unfit("header", name, rule)


def few(field: str, what: Name) -> Breach:
    """None where one is needed."""
    return Breach(
        field,
        "missing",
        f"Es gibt keine {what[0]}; WhatsApp verlangt mindestens eine Angabe. Bitte ergänzen.",
        f"There are no {what[1]}; WhatsApp wants one at least. Please add it.",
    )


def many(field: str, what: Name, found: int, most: int) -> Breach:
    """More than the platform takes."""
    return Breach(
        field,
        "too_many",
        f"Es sind {found} {what[0]}; WhatsApp nimmt höchstens {most}. Bitte einige entfernen.",
        f"There are {found} {what[1]}; WhatsApp takes {most} at most. Please remove some.",
    )


def same(field: str, what: Name, values: Sequence[str], which: str) -> Iterator[Breach]:
    """Values that must be told apart are the same."""
    if len(set(values)) < len(values):
        word = {"title": ("Beschriftung", "label"), "payload": ("Kennung", "payload")}[which]
        yield Breach(
            field,
            "not_unique",
            f"Zwei {what[0]} haben dieselbe {word[0]}. Bitte eine davon ändern.",
            f"Two {what[1]} have the same {word[1]}. Please change one of them.",
        )

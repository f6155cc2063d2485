"""What somebody wants to send, before it is a message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from msgspec import structs

from jawort.channels.parts import Part, Reaction, Template, media_of, with_media
from jawort.channels.types import Kind
from jawort.channels.whatsapp.breaches import Breach
from jawort.channels.whatsapp.limits import breaches
from jawort.consent.purpose import CARE, Purpose
from jawort.messaging.content import What, kind_of


@dataclass(frozen=True, slots=True)
class Draft:
    """A text, or another kind with its part. `about` is the message that it answers or reacts to, `file` the file that
    it brings along: ids of ours. What the file is, the store knows; the part need not say it. `side_door` if it holds
    the link of one. `purpose` is what it is for.
    """

    text: str = ""
    kind: Kind = "text"
    part: Part | None = None
    about: UUID | None = None
    file: UUID | None = None
    side_door: bool = False
    purpose: Purpose = CARE

    @classmethod
    def of(cls, what: What) -> "Draft":
        """What was sealed once, as a draft again. What a template says is the platform's matter."""
        text = "" if isinstance(what.part, Reaction | Template) else what.text
        part = structs.replace(what.part, wording=None) if isinstance(what.part, Template) else what.part
        return cls(text, kind_of(what), part, what.about, what.file, what.side_door)

    @property
    def is_reaction(self) -> bool:
        """Whether it stands on another message instead of being a line of its own."""
        return isinstance(self.part, Reaction)

    @property
    def what(self) -> What:
        """As it is sealed. What can be read of a reaction in one line is its emoji."""
        text = self.part.emoji if isinstance(self.part, Reaction) else self.text
        return What(self.kind, text, self.part, about=self.about, file=self.file, side_door=self.side_door)

    def was(self, what: What) -> bool:
        """Whether this is what was sealed there, whatever for, and whatever the store has told of its file since."""
        asked, held = media_of(self.part), media_of(what.part)
        then = replace(Draft.of(what), purpose=self.purpose)
        if self.file is None or asked is None or held is None:
            return self == then
        told = with_media(self.part, structs.replace(held, voice=asked.voice))
        return replace(self, part=told) == then


class Unfit(ValueError):
    """The draft breaks limits of the channel; nothing was stored. `breaches` names each, in both languages."""

    def __init__(self, found: Sequence[Breach]) -> None:
        super().__init__(" ".join(breach.en for breach in found))
        self.breaches = tuple(found)


class TextUnfit(Unfit):
    """The text cannot be a message or a note: empty, over 4,096 characters, or no text. Nothing was stored."""


def checked(draft: Draft) -> Draft:
    """`draft`, if the channel takes it. Raises Unfit."""
    found = breaches(draft.kind, draft.text, draft.part)
    if found:
        raise (TextUnfit if draft.kind == "text" else Unfit)(found)
    return draft


def checked_text(text: str) -> str:
    """`text`, if it can be a message. Raises TextUnfit."""
    return checked(Draft(text)).text

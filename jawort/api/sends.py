"""What a program can send: one shape for each type. What the platform takes of it is checked at the door, not here."""

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec.structs import replace
from ninja import Schema
from pydantic import Discriminator, Field, Tag

from jawort.channels import parts
from jawort.channels.types import Kind
from jawort.consent.purpose import CARE, Purpose
from jawort.messaging.draft import Draft

Text = Annotated[str, Field(description="What the customer reads first.")]
Payload = Annotated[str, Field(description="Comes back with the customer’s choice; shown to nobody.")]
PurposeKey = Annotated[
    str,
    Field(
        description="What it is for: care (answering what the person asked), campaigns, or a key under “Purposes”.",
        pattern="^[a-z][a-z0-9_]{1,15}$",
    ),
]
Title = Annotated[str, Field(description="What is written on it.")]


class New(Schema):
    """What every message can say beside its own."""

    reply_to: Annotated[UUID | None, Field(description="The message that this one answers: its id here.")] = None
    purpose: PurposeKey = CARE

    def _draft(self, kind: Kind, text: str = "", part: parts.Part | None = None, file: UUID | None = None) -> Draft:
        return Draft(text, kind, part, self.reply_to, file, purpose=Purpose(self.purpose))


class NewText(New):
    """A text."""

    type: Annotated[Literal["text"], Field(description="What it is; may be left out.")] = "text"
    text: Annotated[str, Field(description="1 to 4,096 characters.")]

    def draft(self) -> Draft:
        """What it asks for."""
        return self._draft("text", self.text)


class NewFile(New):
    """A file that was uploaded before: POST …/files gives its id. It leaves in one message."""

    type: Annotated[Literal["image", "video", "audio", "document", "sticker"], Field(description="What it is.")]
    file: Annotated[UUID, Field(description="The uploaded file’s id.")]
    text: Annotated[str, Field(description="A caption, at most 1,024 characters; audio and stickers have none.")] = ""
    voice: Annotated[bool, Field(description="Audio as a voice message: OGG with OPUS, mono.")] = False

    def draft(self) -> Draft:
        """What it asks for."""
        return self._draft(self.type, self.text, parts.Media("", voice=self.voice), self.file)


class NewLocation(New):
    """A place on the map."""

    type: Annotated[Literal["location"], Field(description="What it is.")]
    latitude: Annotated[float, Field(description="Degrees, -90 to 90.")]
    longitude: Annotated[float, Field(description="Degrees, -180 to 180.")]
    name: Annotated[str, Field(description="What it is called.")] = ""
    address: Annotated[str, Field(description="Where it is.")] = ""

    def draft(self) -> Draft:
        """What it asks for."""
        place = parts.Position(self.latitude, self.longitude, self.name, self.address)
        return self._draft("location", part=place)


class NewCard(Schema):
    """One person on a contact card."""

    name: Annotated[str, Field(description="The whole name.")]
    organisation: Annotated[str, Field(description="Where they work.")] = ""
    phones: Annotated[list[str], Field(description="As people write them.")] = []
    emails: Annotated[list[str], Field(description="As people write them.")] = []


class NewContacts(New):
    """Contact cards, of persons who agreed to it."""

    type: Annotated[Literal["contacts"], Field(description="What it is.")]
    cards: Annotated[list[NewCard], Field(description="1 to 5.")]

    def draft(self) -> Draft:
        """What it asks for."""
        cards = (parts.Card(c.name, c.organisation, tuple(c.phones), tuple(c.emails)) for c in self.cards)
        return self._draft("contacts", part=parts.Cards(tuple(cards)))


class NewReaction(New):
    """An emoji on the message that `reply_to` names; none takes an earlier one back. For 30 days."""

    type: Annotated[Literal["reaction"], Field(description="What it is.")]
    emoji: Annotated[str, Field(description="Exactly one, or nothing.")]

    def draft(self) -> Draft:
        """What it asks for."""
        return self._draft("reaction", part=parts.Reaction(self.emoji))


class NewButton(Schema):
    """One answer."""

    title: Title
    payload: Payload


class Framed(New):
    """What stands above and below a text with something to tap."""

    text: Text
    header: Annotated[str, Field(description="At most 60 characters, above the text.")] = ""
    footer: Annotated[str, Field(description="At most 60 characters, below the text.")] = ""
    header_file: Annotated[
        UUID | None,
        Field(description="An uploaded file above the text, instead of a header of text; not above a list."),
    ] = None
    header_kind: Annotated[
        parts.HeaderKind, Field(description="As what the file is shown; with a file, and only then.")
    ] = ""

    def _framed(self, kind: Kind, part: parts.Buttons | parts.Options | parts.Link) -> Draft:
        media = None if self.header_file is None else parts.Media("")  # what it is the store knows
        part = replace(part, header=self.header, footer=self.footer, header_file=media, header_kind=self.header_kind)
        return self._draft(kind, self.text, part, self.header_file)


class NewButtons(Framed):
    """A question with its answers as buttons."""

    type: Annotated[Literal["buttons"], Field(description="What it is.")]
    buttons: Annotated[list[NewButton], Field(description="1 to 3; titles of at most 20 characters, all different.")]

    def draft(self) -> Draft:
        """What it asks for."""
        buttons = tuple(parts.Button(button.payload, button.title) for button in self.buttons)
        return self._framed("buttons", parts.Buttons(buttons))


class NewRow(Schema):
    """One line of a list."""

    title: Title
    payload: Payload
    description: Annotated[str, Field(description="At most 72 characters.")] = ""


class NewSection(Schema):
    """Lines of a list under one heading."""

    title: Annotated[str, Field(description="At most 24 characters; needed where there are several sections.")] = ""
    rows: Annotated[list[NewRow], Field(description="At least 1; all sections together have at most 10.")]


class NewOptions(Framed):
    """A question with its answers as a list."""

    type: Annotated[Literal["options"], Field(description="What it is.")]
    button: Annotated[str, Field(description="Opens the list; at most 20 characters.")]
    sections: Annotated[list[NewSection], Field(description="1 to 10.")]

    def draft(self) -> Draft:
        """What it asks for."""
        sections = (
            parts.Section(
                tuple(parts.Row(row.payload, row.title, row.description) for row in section.rows), section.title
            )
            for section in self.sections
        )
        return self._framed("options", parts.Options(self.button, tuple(sections)))


class NewLink(Framed):
    """A text with a button that opens a web page."""

    type: Annotated[Literal["link"], Field(description="What it is.")]
    title: Annotated[str, Field(description="On the button; at most 20 characters.")]
    url: Annotated[str, Field(description="https:// or http://")]

    def draft(self) -> Draft:
        """What it asks for."""
        return self._framed("link", parts.Link(self.title, self.url))


class NewAsk(New):
    """A button with which the customer may send where they are, or their number."""

    type: Annotated[Literal["ask"], Field(description="What it is.")]
    text: Text
    what: Annotated[Literal["location", "contact"], Field(description="What is asked for.")]

    def draft(self) -> Draft:
        """What it asks for."""
        return self._draft("ask", self.text, parts.Ask(self.what))


class NewValue(Schema):
    """What stands in for one placeholder. `name` where the template’s placeholders have names, for all or for none."""

    text: Annotated[str, Field(description="No line breaks, no tabs, at most four spaces in a row.")]
    name: Annotated[str, Field(description="The placeholder’s name; else they are filled in order.")] = ""


class NewTemplateButton(Schema):
    """What one button of the template is given."""

    index: Annotated[int, Field(description="Counts all buttons of the template from 0.")]
    kind: Annotated[Literal["quick_reply", "url", "copy_code"], Field(description="As the template has it.")]
    value: Annotated[str, Field(description="A payload, the end of the address, or the code.")]


class NewTemplate(New):
    """A template that WhatsApp has approved. It may leave when the reply window is closed."""

    type: Annotated[Literal["template"], Field(description="What it is.")]
    name: Annotated[str, Field(description="As it is called at WhatsApp.")]
    language: Annotated[str, Field(description="de, en_US, …: one that it is approved in.")]
    header: Annotated[NewValue | None, Field(description="The placeholder of a header of text.")] = None
    header_file: Annotated[UUID | None, Field(description="An uploaded file, for a header that is one.")] = None
    header_kind: Annotated[parts.HeaderKind, Field(description="What the file is.")] = ""
    body: Annotated[list[NewValue], Field(description="The placeholders of its text.")] = []
    buttons: Annotated[list[NewTemplateButton], Field(description="Only those that are given something.")] = []

    def draft(self) -> Draft:
        """What it asks for."""
        header: parts.Value | parts.Media | None = None
        if self.header_file is not None:
            header = parts.Media("")
        elif self.header is not None:
            header = parts.Value(self.header.text, self.header.name)
        template = parts.Template(
            self.name,
            self.language,
            header=header,
            header_kind=self.header_kind,
            body=tuple(parts.Value(value.text, value.name) for value in self.body),
            buttons=tuple(parts.TemplateButton(b.index, b.kind, b.value) for b in self.buttons),
        )
        return self._draft("template", part=template, file=self.header_file)


def _shape(given: Any) -> str:
    """Which shape a body has; without a type it is a text."""
    named = given.get("type", "text") if isinstance(given, dict) else getattr(given, "type", "text")
    return "file" if named in {"image", "video", "audio", "document", "sticker"} else str(named)


NewMessage = Annotated[
    Annotated[NewText, Tag("text")]
    | Annotated[NewFile, Tag("file")]
    | Annotated[NewLocation, Tag("location")]
    | Annotated[NewContacts, Tag("contacts")]
    | Annotated[NewReaction, Tag("reaction")]
    | Annotated[NewButtons, Tag("buttons")]
    | Annotated[NewOptions, Tag("options")]
    | Annotated[NewLink, Tag("link")]
    | Annotated[NewAsk, Tag("ask")]
    | Annotated[NewTemplate, Tag("template")],
    Discriminator(_shape),
]

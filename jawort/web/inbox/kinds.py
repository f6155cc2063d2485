"""What the kinds of messages are called, in the thread and in the list."""

import json
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from jawort.channels.parts import (
    Ask,
    Buttons,
    CallPermission,
    Form,
    Link,
    Media,
    Options,
    Part,
    Template,
    Unsupported,
    Wording,
)
from jawort.messaging.thread import Item
from jawort.web.inbox.part_words import about_calls, called

ANSWERS_MAX = 50  # lines of a form


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind's symbol and name."""

    icon: str
    name: str | Promise


# Names for tools/icons.py: icon:image icon:video icon:mic icon:file-text icon:sticker icon:map-pin icon:contact
# icon:list-checks icon:clipboard-list icon:smile icon:shopping-cart icon:pencil icon:trash-2 icon:file-question-mark
# icon:message-circle-question-mark icon:link icon:layout-template icon:phone icon:phone-incoming
KINDS = {
    "image": KindWords("image", gettext_lazy("Picture")),
    "video": KindWords("video", gettext_lazy("Video")),
    "audio": KindWords("mic", gettext_lazy("Audio")),
    "document": KindWords("file-text", gettext_lazy("Document")),
    "sticker": KindWords("sticker", gettext_lazy("Sticker")),
    "location": KindWords("map-pin", gettext_lazy("Location")),
    "contacts": KindWords("contact", gettext_lazy("Contact card")),
    "choice": KindWords("list-checks", gettext_lazy("Choice")),
    "form": KindWords("clipboard-list", gettext_lazy("Form")),
    "call_permission": KindWords("phone", gettext_lazy("Answer about calls")),
    "call": KindWords("phone-incoming", gettext_lazy("Call")),
    "reaction": KindWords("smile", gettext_lazy("Reaction")),
    "order": KindWords("shopping-cart", gettext_lazy("Order")),
    "edit": KindWords("pencil", gettext_lazy("Changed message")),
    "revoke": KindWords("trash-2", gettext_lazy("Deleted message")),
    "buttons": KindWords("message-circle-question-mark", gettext_lazy("Question with buttons")),
    "options": KindWords("message-circle-question-mark", gettext_lazy("Question with a list")),
    "link": KindWords("link", gettext_lazy("Link")),
    "ask": KindWords("message-circle-question-mark", gettext_lazy("Request")),
    "template": KindWords("layout-template", gettext_lazy("Template")),
}
UNKNOWN = KindWords("file-question-mark", gettext_lazy("A message that Jawort does not show yet"))
VOICE = gettext_lazy("Voice message")
#: What the button of a request says on the customer's phone, about.
ASKED = {"location": gettext_lazy("Send location"), "contact": gettext_lazy("Share phone number")}

#: What WhatsApp keeps back from the company, by its own word for it.
KEPT_BACK = {
    "poll": gettext_lazy("WhatsApp does not pass on polls."),
    "edit": gettext_lazy("The customer changed a message. WhatsApp does not say to what."),
    "group": gettext_lazy("A message to a group. It is kept, and not shown as written to you."),
    "request_welcome": gettext_lazy("The chat was opened for the first time. Nothing was written yet."),
}
#: What WhatsApp keeps back and has another word for than we do, by that word: our kind.
CALLED = {"button": "choice"}
#: Their one line of text repeats what their part shows whole.
SAID_BY_THEIR_PART = frozenset({"location", "contacts", "choice", "form"})


def kind_words(kind: str) -> KindWords:
    """Symbol and name of a kind."""
    return KINDS.get(kind, UNKNOWN)


def preview(kind: str, text: str) -> str:
    """A message in one line of the list: its text, or what it is."""
    if kind == "reaction":
        return gettext("Reaction: %(emoji)s") % {"emoji": text} if text else gettext("Reaction taken back")
    return text if text or kind in {"text", ""} else str(kind_words(kind).name)


def name_of(item: Item) -> str:
    """What a message is called in the thread."""
    if isinstance(item.part, Template) and item.part.wording is not None:
        return gettext("Template “%(name)s”") % {"name": item.part.name}
    is_voice = item.kind == "audio" and isinstance(item.part, Media) and item.part.voice
    return str(VOICE if is_voice else kind_words(item.kind).name)


def tappable(part: Part | None) -> list[str]:
    """What the customer can tap below a message of ours."""
    match part:
        case Buttons(buttons):
            return [button.title for button in buttons]
        case Options(button):
            return [button]
        case Link(title):
            return [title]
        case Ask(what):
            return [str(ASKED[what])]
        case Template(wording=Wording(buttons=buttons)):
            return list(buttons)
        case _:
            return []


def text_of(item: Item) -> str:
    """What stands as text: what was written, where its part does not say it, or what its part comes to in words."""
    match item.part:
        case _ if item.kind == "call":
            return called(item.sent_at or item.at)
        case CallPermission():
            return about_calls(item.part)
        case Unsupported() if item.kind == "edit":
            return kept_back(item)
        case _:
            return "" if item.kind in SAID_BY_THEIR_PART else item.text


def kept_back(item: Item) -> str:
    """Why nothing is to be seen of a message."""
    part = item.part
    if not isinstance(part, Unsupported):
        return gettext("A message of a kind that Jawort does not show yet. It is kept whole.")
    if part.what in KEPT_BACK:
        return str(KEPT_BACK[part.what])
    kind = KINDS.get(CALLED.get(part.what, part.what))
    if part.code and kind is not None:
        return gettext("WhatsApp does not pass this message on (%(kind)s).") % {"kind": kind.name}
    if part.code or part.what == "unsupported":
        return gettext("WhatsApp does not pass this message on.")
    return gettext("A message of a kind that Jawort does not show yet. It is kept whole.")


def answers(form: Form) -> list[tuple[str, str]]:
    """A form's answers as question and answer; whatever is no such list comes whole, without a question."""
    try:
        found = json.loads(form.answers)
    except (ValueError, RecursionError):
        return [("", form.answers)]
    if not isinstance(found, dict):
        return [("", form.answers)]
    given = [(str(key), value) for key, value in found.items() if key != "flow_token"]
    shown = given[:ANSWERS_MAX]
    return [(key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)) for key, value in shown]

"""What the codes of a thread say to people: states, events, refusals, failures."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf.locale import LANG_INFO
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language, get_language_info, gettext, gettext_lazy

from jawort.channels.types import Retry
from jawort.channels.whatsapp.errors import meaning
from jawort.consent.reasons import BASES, REASONS, Reason
from jawort.consent.rules import Permit, Refusal, Refused
from jawort.messaging.contents import UNREADABLE
from jawort.messaging.thread import Item


@dataclass(frozen=True, slots=True)
class Tick:
    """How far a message has come: symbol, tone of its colour, and the word for those who do not see it."""

    icon: str
    tone: str
    word: str | Promise


@dataclass(frozen=True, slots=True)
class Why:
    """Why a message did not get through, and what is possible now. `quoted` is what WhatsApp said, in its own words."""

    head: str
    text: str
    help: str
    source: str
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A reason of the gate in the reader's language."""

    text: str
    article: str
    help: str


# Names for tools/icons.py: icon:clock icon:check icon:check-check icon:circle-alert icon:circle-help icon:mic
TICKS = {
    "queued": Tick("clock", "wait", gettext_lazy("Waiting to be sent")),
    "claimed": Tick("clock", "wait", gettext_lazy("Waiting to be sent")),
    "calling": Tick("clock", "wait", gettext_lazy("Being sent")),
    "accepted": Tick("check", "sent", gettext_lazy("Accepted by WhatsApp")),
    "sent": Tick("check", "sent", gettext_lazy("Sent")),
    "delivered": Tick("check-check", "delivered", gettext_lazy("Delivered")),
    "read": Tick("check-check", "read", gettext_lazy("Read")),
    "played": Tick("check-check", "read", gettext_lazy("Played")),
    "failed": Tick("circle-alert", "bad", gettext_lazy("Not delivered")),
    "refused": Tick("circle-alert", "bad", gettext_lazy("Not sent")),
    "unknown": Tick("circle-help", "wait", gettext_lazy("Unclear whether it arrived")),
}


ARRIVED = frozenset({"delivered", "read", "played"})

#: What happened, by the entry's kind and its change.
CHANGES = {
    ("conversation.opened", ""): gettext_lazy("Conversation opened"),
    ("conversation.resolved", ""): gettext_lazy("%(who)s resolved the conversation"),
    ("conversation.reopened", ""): gettext_lazy("%(who)s reopened the conversation"),
    ("conversation.snoozed", ""): gettext_lazy("%(who)s snoozed the conversation until the person writes"),
    ("conversation.woken", ""): gettext_lazy("%(who)s ended the snooze"),
    ("conversation.labelled", "on"): gettext_lazy("%(who)s put on the label “%(whom)s”"),
    ("conversation.labelled", "off"): gettext_lazy("%(who)s took off the label “%(whom)s”"),
    ("objection.changed", "objected"): gettext_lazy("%(who)s recorded an objection"),
    ("objection.changed", "lifted"): gettext_lazy("%(who)s lifted the objection"),
    ("objection.changed", "objected.campaigns"): gettext_lazy("%(who)s recorded an objection to marketing"),
    ("objection.changed", "objected.campaigns.whatsapp"): gettext_lazy("The person objected to marketing in WhatsApp"),
    ("objection.changed", "objected.campaigns.words"): gettext_lazy("What the person wrote ended marketing"),
    ("pause.changed", "paused"): gettext_lazy("What the person wrote may be a withdrawal: marketing waits"),
    ("pause.changed", "withdrawn"): gettext_lazy("%(who)s decided that it was a withdrawal"),
    ("pause.changed", "nothing"): gettext_lazy("%(who)s decided that it was no withdrawal"),
    ("objection.changed", "lifted.campaigns"): gettext_lazy("%(who)s lifted the objection to marketing"),
    ("objection.changed", "lifted.campaigns.consent"): gettext_lazy("The consent ends the objection to marketing"),
    ("consent.changed", "requested.campaigns"): gettext_lazy("%(who)s asked for a consent to marketing"),
    ("consent.changed", "requested.campaigns.link"): gettext_lazy(
        "The person followed an opt-in link and was asked for a consent to marketing"
    ),
    ("consent.changed", "requested.campaigns.typed"): gettext_lazy(
        "Their number was typed on the page of an opt-in link, and they were asked for a consent to marketing"
    ),
    ("consent.changed", "refused.campaigns"): gettext_lazy("The person said no to marketing"),
    ("consent.changed", "given.campaigns"): gettext_lazy("The person consented to marketing"),
    ("consent.changed", "confirmed.campaigns"): gettext_lazy("The person confirmed their consent to marketing"),
    ("consent.changed", "forgotten.campaigns"): gettext_lazy(
        "A consent to marketing that was not confirmed is deleted"
    ),
    ("consent.changed", "withdrawn.campaigns"): gettext_lazy("The consent to marketing is withdrawn"),
    ("consent.changed", "invalidated.campaigns"): gettext_lazy(
        "The consent to marketing holds no more: it was given from another number or WhatsApp id"
    ),
    ("consent.changed", "requested.*"): gettext_lazy("%(who)s asked for a consent: “%(whom)s”"),
    ("consent.changed", "requested.*.link"): gettext_lazy(
        "The person followed an opt-in link and was asked for a consent: “%(whom)s”"
    ),
    ("consent.changed", "requested.*.typed"): gettext_lazy(
        "Their number was typed on the page of an opt-in link, and they were asked for a consent: “%(whom)s”"
    ),
    ("consent.changed", "refused.*"): gettext_lazy("The person said no: “%(whom)s”"),
    ("consent.changed", "given.*"): gettext_lazy("The person consented: “%(whom)s”"),
    ("consent.changed", "confirmed.*"): gettext_lazy("The person confirmed their consent: “%(whom)s”"),
    ("consent.changed", "withdrawn.*"): gettext_lazy("The consent is withdrawn: “%(whom)s”"),
    ("consent.changed", "invalidated.*"): gettext_lazy(
        "The consent holds no more, it was given from another number or WhatsApp id: “%(whom)s”"
    ),
    ("consent.changed", "forgotten.*"): gettext_lazy("A consent that was not confirmed is deleted: “%(whom)s”"),
    ("objection.changed", "objected.*"): gettext_lazy("%(who)s recorded an objection: “%(whom)s”"),
    ("objection.changed", "lifted.*"): gettext_lazy("%(who)s lifted the objection: “%(whom)s”"),
    ("objection.changed", "lifted.*.consent"): gettext_lazy("The consent ends the objection: “%(whom)s”"),
    ("alias.closed", "number"): gettext_lazy("The person has a new number"),
    ("alias.closed", "id"): gettext_lazy("The person has a new WhatsApp id"),
    ("alias.closed", "both"): gettext_lazy("The person has a new number and a new WhatsApp id"),
    ("contact.merged", ""): gettext_lazy("%(who)s merged this contact with another one"),
    ("contact.unmerged", ""): gettext_lazy("%(who)s took the merged contacts apart"),
    ("contact.created", ""): gettext_lazy("The person wrote for the first time"),
    ("contact.created", "entered"): gettext_lazy("%(who)s entered the contact"),
    ("contact.changed", "name.set"): gettext_lazy("%(who)s gave the contact a name"),
    ("contact.changed", "name.cleared"): gettext_lazy("%(who)s took the name back that we had given"),
    ("contact.changed", "language.set"): gettext_lazy("%(who)s noted the person’s language"),
    ("contact.changed", "language.cleared"): gettext_lazy("%(who)s removed the language that was noted"),
    ("contact.changed", "attribute.set"): gettext_lazy("%(who)s filled in an attribute"),
    ("contact.changed", "attribute.cleared"): gettext_lazy("%(who)s emptied an attribute"),
    ("review.raised", ""): gettext_lazy("It became doubtful who the person is"),
    ("review.settled", ""): gettext_lazy("The doubt about who the person is was settled"),
    ("block.changed", "asked"): gettext_lazy("%(who)s asked WhatsApp to block the person"),
    ("block.changed", "blocked"): gettext_lazy("WhatsApp has blocked the person"),
    ("block.changed", "refused"): gettext_lazy("WhatsApp did not block the person; why stands beside"),
    ("block.changed", "lifting_asked"): gettext_lazy("%(who)s asked WhatsApp to unblock the person"),
    ("block.changed", "lifted"): gettext_lazy("The person is not blocked on WhatsApp any more"),
    ("block.changed", "lift_refused"): gettext_lazy("WhatsApp did not unblock the person; why stands beside"),
    ("contact_book.changed", "deletion_asked"): gettext_lazy("%(who)s asked Meta to delete the person’s number"),
    ("contact_book.changed", "deleted"): gettext_lazy("Meta has deleted the person’s number from its contact book"),
    ("preference.told", "stop"): gettext_lazy("The person stopped marketing messages in WhatsApp"),
    ("preference.told", "resume"): gettext_lazy("The person allowed marketing messages in WhatsApp again; no consent"),
    ("preference.told", "signup"): gettext_lazy("The person signed up for marketing messages in WhatsApp; no consent"),
    ("restriction.changed", "restricted"): gettext_lazy("%(who)s recorded a restriction of processing"),
    ("restriction.changed", "lifted"): gettext_lazy("%(who)s lifted the restriction of processing"),
}


#: Why a message cannot be answered or reacted to, by the door's code.
UNREFERABLE = {
    "about_missing": gettext_lazy("A reaction needs the message that it stands on. Please choose one."),
    "about_elsewhere": gettext_lazy("The message to answer is not part of this conversation. Please choose another."),
    "about_call": gettext_lazy("WhatsApp quotes no calls and takes no reactions on them. Send your text without it."),
    "about_unnamed": gettext_lazy(
        "WhatsApp does not know this message, or not yet, and cannot quote it. Send your text without the quote."
    ),
    "about_too_old": gettext_lazy(
        "WhatsApp takes reactions for 30 days, and none on a reaction. Write a reply instead."
    ),
}


def unreferable(code: str) -> str:
    """Why a message cannot be answered or reacted to, and what to do."""
    return str(UNREFERABLE[code])


#: What a contact may speak: languages without the ways in which countries write them; of Chinese both scripts.
LANGUAGES = frozenset(
    code for code, of in LANG_INFO.items() if "name" in of and (len(code) <= 3 or code.startswith("zh-han"))
)


def language_name(code: str) -> str:
    """A language in the reader's own; its code where nobody has named it, and empty without one."""
    return str(get_language_info(code)["name_translated"]) if code in LANG_INFO else code


def tick(state: str) -> Tick:
    """The ticks of a message of ours."""
    return TICKS[state]


def said(reason: Reason) -> Said:
    """`reason` in the reader's language."""
    language = get_language() or "de"
    return Said(
        reason.text.in_language(language), reason.article.in_language(language), reason.help.in_language(language)
    )


def gate_said(verdict: Permit | Refusal) -> Said:
    """The gate's answer in words."""
    match verdict:
        case Permit(basis):
            return said(BASES[basis])
        case Refusal(code):
            return said(REASONS[code])


def sentence(item: Item) -> str:
    """What happened, as one line in the thread."""
    names = {"who": item.author or gettext("Jawort"), "whom": item.subject or ""}
    match item.kind:
        case "conversation.opened" if item.author:
            return gettext("%(who)s began the conversation") % names
        case "conversation.assigned":
            return _assigned(item) % names
        case "conversation.snoozed" if until := parse_datetime(item.text):
            names["time"] = date_format(localtime(until), "SHORT_DATETIME_FORMAT")
            return gettext("%(who)s snoozed the conversation until %(time)s") % names
        case "conversation.woken" if not item.author:
            return gettext("The snooze is over")
        case "preference.told" if (item.kind, item.text) not in CHANGES:
            return gettext("The person told WhatsApp what they want to get: %(wish)s") % {"wish": item.text}
        case _:
            change = CHANGES.get((item.kind, item.text))
            return str(change) % names if change else item.kind


def _assigned(item: Item) -> str:
    if not item.subject:
        return gettext("%(who)s gave the conversation back to all")
    if item.subject == item.author:
        return gettext("%(who)s took the conversation")
    return gettext("%(who)s assigned the conversation to %(whom)s")


def why(item: Item) -> Why | None:
    """Why a message of ours did not get through; None for all others."""
    if item.state == "refused":
        reason = said(REASONS[Refused(item.refusal)])
        way = f"{gettext('Your text stays here.')} {reason.help}"
        return Why(gettext("Not sent"), reason.text, way, reason.article)
    if item.state == "failed":
        return replace(failure(item.failure, item.waits_until), quoted=_quoted(item))
    if item.told and item.state in ARRIVED:
        late = failure(item.told.code)
        head, way = gettext("Arrived, with a failure reported later"), gettext("What has arrived stays arrived.")
        return replace(late, head=head, help=way, quoted=_quoted(item))
    if item.state == "unknown":
        return Why(
            gettext("Unclear whether it arrived"),
            gettext("The connection broke while the message was being handed to WhatsApp."),
            gettext(
                "If WhatsApp reports nothing within ten minutes, you can send it again; "
                "the person may then have it twice."
            ),
            "",
        )
    return None


def _quoted(item: Item) -> str:
    """What WhatsApp said: title and details, without the code that many titles repeat."""
    if item.told is None:
        return ""
    return ". ".join(part.rstrip(".") for part in dict.fromkeys((item.told.title, item.told.details)) if part)


def failure(code: str, waits_until: datetime | None = None) -> Why:
    """Why it failed, by its code: the platform's, or below zero our own; and from when it can be sent again."""
    text = meaning(int(code)).in_language(get_language() or "de")
    source = gettext("WhatsApp, code %(code)s") % {"code": code} if int(code) >= 0 else "Jawort"
    way = [gettext("Your text stays here.")]
    if waits_until is not None:
        way.append(gettext("You can send it again from %(time)s.") % {"time": _minute(waits_until)})
    return Why(gettext("Not delivered"), text, " ".join(way), source)


def too_early(until: datetime) -> str:
    """Why a message cannot be sent again yet."""
    said = gettext("WhatsApp takes this message again from %(time)s at the earliest. Until then it stays here.")
    return said % {"time": _minute(until)}


def _minute(moment: datetime) -> str:
    """The first whole minute that is not before: whoever believes it must not be refused."""
    return date_format(localtime(moment + timedelta(minutes=1, microseconds=-1)), "SHORT_DATETIME_FORMAT")


def is_final(item: Item) -> bool:
    """Whether the same message would fail again for sure, by what WhatsApp said."""
    return item.state == "failed" and meaning(int(item.failure)).retry is Retry.NEVER


def label(item: Item, name: str) -> str:
    """What a screen reader says of a bubble before its text."""
    names = {"name": item.author or name}
    if item.direction == "note":
        return gettext("Internal note by %(name)s") % names
    if item.direction == "in":
        return gettext("Message from %(name)s") % {"name": name or gettext("a person without a name")}
    return gettext("Answer by %(name)s") % names if item.author else gettext("Automatic answer")


def seal(item: Item) -> str:
    """How the ledger stands to a message."""
    index = item.ledger_index
    if item.kind == UNREADABLE:
        if index is None:
            return gettext("Does not open")
        return gettext("Does not open; entry %(n)s of the ledger") % {"n": index}
    if index is None:
        return gettext("Stored; the seal follows within a second")
    return gettext("Sealed as entry %(n)s of the ledger") % {"n": index}

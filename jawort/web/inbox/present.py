"""What the templates of a thread are given."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from jawort.channels.parts import Form, Position
from jawort.consent.queries import open_pause
from jawort.consent.reasons import REASONS
from jawort.consent.rules import Refusal, Refused
from jawort.core import clock
from jawort.lines.models import Receipts
from jawort.messaging.compose import signed
from jawort.messaging.drafts.queries import drafts_in
from jawort.messaging.labels.queries import offered
from jawort.messaging.models import Conversation
from jawort.messaging.own_page.queries import open_until
from jawort.messaging.queries import COUNTED_MAX, Counts, Listing, View
from jawort.messaging.side_door.queries import can_be_handed_over
from jawort.messaging.thread import Item, panel, reach, thread
from jawort.people.queries import doubts_about
from jawort.people.rules import ReviewKind
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission
from jawort.staff.queries import who_may
from jawort.web.inbox.asked import query
from jawort.web.inbox.blocking import blocking
from jawort.web.inbox.consent_words import asking
from jawort.web.inbox.file_words import ShownFile, shown_file
from jawort.web.inbox.kinds import answers, kept_back, kind_words, name_of, preview, tappable, text_of
from jawort.web.inbox.limits import LIMITS
from jawort.web.inbox.marketing import marketing
from jawort.web.inbox.part_words import ShownCard, asks_about, came_from, shown_cards, web
from jawort.web.inbox.snoozes import presets
from jawort.web.inbox.words import Tick, Why, gate_said, is_final, label, language_name, said, seal, sentence, tick, why
from jawort.web.reviews.words import stopped
from jawort.web.templatetags.jawort import iso

MESSAGES_SHOWN = 50
#: So many are loaded to show one that was found; nobody waits for more.
REACHED_MAX = 1_000
#: Of these, so many before the one that was found: what led to it.
LED_TO = 10
NAMELESS = gettext_lazy("Name unknown")
UNASSIGNED = gettext_lazy("Unassigned")
#: What cannot be answered or reacted to.
NEVER_ABOUT = frozenset({"unreadable", "reaction", "call"})
#: What can be given to a message with one click.
EMOJIS = ("👍", "❤️", "😀", "😮", "🙏", "✅")


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a thread with its words. `day` is set on the first line of each day, `at` as scripts read times.

    `dom_id` is the same for a message whoever brings it: the browser that wrote it, the stream, a fresh page."""

    item: Item
    dom_id: str
    at: str
    clock: str
    day: date | None
    day_at: datetime | None
    is_first_unread: bool
    label: str
    sentence: str
    seal: str
    tick: Tick | None
    why: Why | None
    can_retry: bool
    can_edit: bool
    kind_icon: str
    kind_name: str
    text: str
    quoted: str
    answers: list[tuple[str, str]]
    files: list[ShownFile]
    tappable: list[str]
    cards: list[ShownCard]
    product: str
    came_from: list[str]
    page: str

    @property
    def is_plain(self) -> bool:
        """Nothing but its text: nearly all are, and a thread is rendered quicker when it is asked once."""
        item = self.item
        more = item.part or item.quote or item.files or item.forwarded or item.standby or item.side_door or item.door
        said = self.product or self.came_from or self.why or item.leaves_at or item.reactions
        return item.kind == "text" and item.direction != "note" and bool(self.text) and not (more or said)

    @property
    def can_be_about(self) -> bool:
        """Whether it can be answered or reacted to, as far as the message goes."""
        item = self.item
        return item.direction != "note" and item.kind not in NEVER_ABOUT and not item.side_door


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A view of the inbox in menu, heading and empty state."""

    view: View
    name: str | Promise
    title: str | Promise
    icon: str
    empty: str | Promise
    hint: str | Promise
    count: str = "0"
    query: str = ""


# Names for tools/icons.py: icon:user icon:users icon:list-checks icon:at-sign icon:alarm-clock icon:circle-check
VIEWS = (
    ViewLink(
        View.MINE,
        gettext_lazy("Mine"),
        gettext_lazy("My conversations"),
        "user",
        gettext_lazy("Nothing is yours right now"),
        gettext_lazy("Take a conversation from “Unassigned”; it then waits for you here."),
    ),
    ViewLink(
        View.UNASSIGNED,
        gettext_lazy("Unassigned"),
        gettext_lazy("Unassigned"),
        "users",
        gettext_lazy("Everything has somebody"),
        gettext_lazy("New conversations appear here until somebody takes them."),
    ),
    ViewLink(
        View.ALL,
        gettext_lazy("All"),
        gettext_lazy("All conversations"),
        "list-checks",
        gettext_lazy("No conversation yet"),
        gettext_lazy("As soon as a customer writes, the message appears here by itself."),
    ),
    ViewLink(
        View.MENTIONS,
        gettext_lazy("Mentions"),
        gettext_lazy("Mentions"),
        "at-sign",
        gettext_lazy("Nobody is asking for you"),
        gettext_lazy("Where a colleague names you in a note with @, the conversation waits here until you open it."),
    ),
    ViewLink(
        View.CLOSING,
        gettext_lazy("Window closing"),
        gettext_lazy("Window closing"),
        "timer",
        gettext_lazy("No window ends soon"),
        gettext_lazy("Whoever can be answered freely for less than four hours stands here, in good time."),
    ),
    ViewLink(
        View.SNOOZED,
        gettext_lazy("Snoozed"),
        gettext_lazy("Snoozed"),
        "alarm-clock",
        gettext_lazy("Nothing is put aside"),
        gettext_lazy("What you snooze waits here until its time, or until the person writes."),
    ),
    ViewLink(
        View.RESOLVED,
        gettext_lazy("Resolved"),
        gettext_lazy("Resolved"),
        "circle-check",
        gettext_lazy("Nothing resolved yet"),
        gettext_lazy("What you resolve can be reopened from here for seven days."),
    ),
)


def view_links(listing: Listing, counts: Counts) -> list[ViewLink]:
    """The views with their counts; filters and order go along from one to another."""
    return [
        replace(each, count=counted(counts, each.view), query=query(replace(listing, view=each.view))) for each in VIEWS
    ]


def counted(counts: Counts, view: View) -> str:
    """A view's count as it is read: `999+` where nobody counts further."""
    count: int = getattr(counts, view)
    return f"{COUNTED_MAX}+" if count > COUNTED_MAX else str(count)


def shown(items: Sequence[Item], name: str, *, unread: int = 0) -> list[Shown]:
    """The lines of a thread: a day heading where the day changes, a divider before the first unread."""
    first_unread = _first_unread(items, unread)
    found: list[Shown] = []
    last: date | None = None
    for item in items:
        local = timezone.localtime(item.at)
        changed = local.date() != last
        last = local.date()
        is_event = item.direction == "event"
        found.append(
            Shown(
                item=item,
                dom_id=f"m-{item.client_id or item.id}",
                at=iso(item.at),
                clock=f"{local:%H:%M}",
                day=last if changed else None,
                day_at=timezone.make_aware(datetime.combine(last, time.min)) if changed else None,
                is_first_unread=item is first_unread,
                label="" if is_event else label(item, name),
                sentence=sentence(item) if is_event else "",
                seal="" if is_event else seal(item),
                tick=tick(item.state) if item.direction == "out" else None,
                why=why(item),
                can_retry=item.can_retry and not is_final(item),
                can_edit=item.state in {"failed", "refused"},
                kind_icon=kind_words(item.kind).icon,
                kind_name=kept_back(item) if item.kind == "unsupported" else name_of(item),
                text=text_of(item),
                quoted=preview(item.quote.kind, item.quote.text) if item.quote else "",
                answers=answers(item.part) if isinstance(item.part, Form) else [],
                files=[shown_file(file, name_of(item)) for file in item.files],
                tappable=tappable(item.part),
                cards=shown_cards(item.part),
                product=asks_about(item.product),
                came_from=came_from(item.referral),
                page=web(item.part.url) if isinstance(item.part, Position) else "",
            )
        )
    return found


def _first_unread(items: Sequence[Item], unread: int) -> Item | None:
    incoming = [item for item in items if item.direction == "in"]
    return incoming[-unread] if 0 < unread <= len(incoming) else None


def around(person: Agent, conversation: Conversation, newest: Item | None) -> dict[str, Any]:
    """What stands above, below and beside the messages."""
    beside = panel(conversation)
    verdict, facts = beside.gate.verdict, beside.gate.facts
    words, drafts = gate_said(verdict), drafts_in(conversation) if beside.row.drafts else []
    doubts = doubts_about(conversation.person) if facts.in_review else set()
    said_no = standing(facts.objected, facts.restricted, facts.blocked)
    return against(conversation.person, said_no, doubts, facts.objected_to_campaigns) | {
        "pause": open_pause(conversation.person) if facts.paused and not facts.objected_to_campaigns else None,
        "blocking": blocking(conversation.person, conversation.line_id),
        "consents": asking(conversation, beside.consents, facts, clock.now()),
        "line": beside.row,
        "phone": beside.phone,
        "panel": beside,
        "language": language_name(conversation.contact.language),
        "language_code": conversation.contact.language,
        "refusal": words if isinstance(verdict, Refusal) else None,
        "permit": None if isinstance(verdict, Refusal) else words,
        "window_shut": verdict == Refusal(Refused.WINDOW_CLOSED),
        "newest": newest,
        "newest_seal": seal(newest) if newest else "",
        "nameless": NAMELESS,
        "unassigned": UNASSIGNED,
        "emojis": EMOJIS,
        "limits": LIMITS,
        "text_max": LIMITS.text - len(signed("-", person.signature)) + 1,
        "own_draft": next((each for each in drafts if each.author_id == person.pk), None),
        "drafts": [each for each in drafts if each.author_id != person.pk],
        "labels": offered(beside.row.labels),
        "forbids_documents": conversation.line.forbids_documents,
        "has_side_door": (has_host := can_be_handed_over(settings.CONFIG.side_door_url)),
        "own_page_until": open_until(conversation, clock.now()) if has_host else None,
        "tells_typing": conversation.line.receipts == Receipts.TYPING and person.tells_reading,
        "user": person,
    }


def against(
    person: Collection[UUID], stops: Collection[Refused], doubts: Collection[ReviewKind], to_campaigns: bool
) -> dict[str, Any]:
    """What stands against writing to a person, in words: their contacts, what `standing` says, what is in doubt about
    them, and whether they objected to campaigns."""
    return {
        "objected": Refused.OBJECTED in stops,
        "restricted": Refused.RESTRICTED in stops,
        "stopped": [said(REASONS[code]) for code in stops],
        "marketing": marketing(person, to_campaigns),
        "unclear": stopped(doubts),
    }


def standing(objected: bool, restricted: bool, blocked: bool) -> list[Refused]:
    """What stands against every message to a person, the strictest first."""
    reasons = {Refused.RESTRICTED: restricted, Refused.BLOCKED: blocked, Refused.OBJECTED: objected}
    return [code for code, holds in reasons.items() if holds]


def whole(
    person: Agent, conversation: Conversation, *, before: UUID | None = None, at: UUID | None = None
) -> dict[str, Any]:
    """Everything that a thread shows, back to the message `at` which gets the focus."""
    back = reach(conversation, at, REACHED_MAX) if at else 0
    limit = max(MESSAGES_SHOWN, back + LED_TO) if back <= REACHED_MAX else MESSAGES_SHOWN
    items = thread(conversation, before=before, limit=limit)
    messages = [item for item in items if item.direction != "event"]
    given = around(person, conversation, messages[-1] if messages else None)
    row = given["line"]
    came = [item for item in messages if item.direction == "in"] or messages[:1]
    return given | {
        "seen": came[-1].id if came else None,
        "items": shown(items, row.name, unread=row.unread),
        "earlier": messages[0].id if len(messages) >= limit else None,
        "found": str(at) if at else "",
        "problem": gettext("The message that was found lies too far back: load earlier messages to get there.")
        if back > REACHED_MAX
        else "",
        "agents": who_may(Permission.CONVERSATION_WRITE),
        "snoozes": presets(timezone.localtime(clock.now())),
    }

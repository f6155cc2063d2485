"""What somebody takes along from a page on the web that asked them: proof that they ticked the box there.

The page tells nobody who they are; they write the slip to us from their own WhatsApp, and so the platform's signature
names the number that said yes (the reverse of a double opt-in: no stranger is ever written to). Nothing is kept of a
slip before it comes: it is signed, so that whoever asks for a million of them fills no table. Where a number was typed
on the page the signature is over that number too, and from any other the slip is none; it shows of neither which it is.
"""

import hmac
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Final
from uuid import UUID

from jawort.consent.events import Noted, note
from jawort.consent.models import ConsentEvent, Objection, OptInLink, Slip, Text
from jawort.consent.opt_in import CODE, LETTERS, PART, PART_LETTERS, SIGNED, SIGNED_LETTERS, code_in, drawn, links_of
from jawort.consent.purpose import Purpose
from jawort.consent.replies import SLIPS
from jawort.consent.spoken import Spoken
from jawort.consent.state import NOES, OPEN_FOR, Event, Method
from jawort.consent.typed import Asks
from jawort.core.ids import uuid7
from jawort.core.phone import Phone
from jawort.people.persons import members
from jawort.vault.blind import blind

_MINUTE: Final = timedelta(minutes=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: So many minutes one clock of ours may be before another.
_AHEAD: Final = 2
#: The code of the link; the text, the minute and chance; the signature. Of five bits each, four letters hold the
#: minutes of two years, and eight are guessed once in 10^12.
_SLIP: Final = re.compile(rf"\[({CODE.pattern})" + rf"-({PART.pattern})" * 3 + rf"-({SIGNED.pattern})\]")


@dataclass(frozen=True, slots=True)
class Torn:
    """What a slip says: by which link, `text` as it abbreviates its name, in which minute; `number` is its own.

    `code` is all of it, as its message carries it; `asks` what its page asked for beside the yes.
    """

    link: str
    text: str
    at: datetime
    number: str
    code: str
    asks: Asks = Asks.NOTHING


def tear_off(link: OptInLink, text: Text, at: datetime, typed: Phone | None = None) -> str:
    """The message for whoever ticked the box below `text` at `at`; from the number that they have `typed`, if any."""
    minute = _minute(at)
    number = "-".join([link.code, _short(text), _letters(minute, PART_LETTERS), drawn(PART_LETTERS)])
    signed = _signature(number, minute, link.asks, typed.digits if typed else "")
    return SLIPS.to(text.language).format(code=f"{number}-{signed}")


def read(message: str, at: datetime, phone: str = "") -> Torn | None:
    """The slip in `message`, which came from the number `phone`, in digits. Pure but for the key.

    None where there is none of ours, one that is older than a day at `at`, or one for another number.
    """
    found = _SLIP.search(message.upper())
    if found is None:
        return None
    number, turn = "-".join(found.group(1, 2, 3, 4)), len(LETTERS) ** PART_LETTERS
    age = (_minute(at) - _number(found[3])) % turn
    age -= turn if age >= turn - _AHEAD else 0  # the page's clock may be before ours
    minute = _minute(at) - age
    asks = _asked(found[5], number, minute, phone)
    if age * _MINUTE > OPEN_FOR or asks is None:
        return None
    return Torn(found[1], found[2], _EPOCH + minute * _MINUTE, number, f"{number}-{found[5]}", asks)


def handed_in(spoken: Sequence[Spoken], at: datetime) -> dict[UUID, ConsentEvent]:
    """Take the consents that come with slips, by message. Needs the batch's transaction; no query where nobody has any.

    The whole message is the slip as the page wrote it, it comes from the number that was typed there if one was, nobody
    has handed it in before, and its writer has said no to nothing since they sent it: all else gives nothing.
    """
    torn = {one.message_id: slip for one in spoken if code_in(one)[0] and (slip := read(one.text, at, one.phone))}
    if not torn:
        return {}
    links = links_of({slip.link for slip in torn.values()})
    texts = _texts({slip.text for slip in torn.values()})
    noes = _noes({one.contact_id for one in spoken if one.message_id in torn})
    whole = [
        one
        for one in spoken
        if one.message_id in torn
        and _is_whole(one, torn[one.message_id], links, texts)
        and not (one.sent_at and one.contact_id in noes and one.sent_at <= noes[one.contact_id])
    ]
    first = _used_first({one.message_id: torn[one.message_id] for one in whole}, links, at)
    noted: list[Noted] = []
    for one in whole:
        if one.message_id in first:
            slip = torn[one.message_id]
            noted += _noted(one, slip, links[slip.link], texts[slip.text])
    return {row.message: row for row in note(noted, at) if row.event == Event.GIVEN and row.message}


def _noes(contacts: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these persons, by contact, said no last: what was written before it may be delivered after it."""
    persons = members(contacts)
    people = {contact: persons.get(contact, (contact,)) for contact in contacts}
    everybody = set(chain.from_iterable(people.values()))
    said_no = ConsentEvent.objects.filter(contact__in=everybody, event__in=NOES)
    newest: dict[UUID, datetime] = {}
    objected = Objection.objects.filter(contact__in=everybody).values_list("contact", "since")
    for member, when in chain(said_no.values_list("contact", "at"), objected):
        newest[member] = max(when, newest.get(member, when))
    found = {contact: [newest[one] for one in person if one in newest] for contact, person in people.items()}
    return {contact: max(times) for contact, times in found.items() if times}


def ticked(messages: Collection[UUID]) -> dict[UUID, Slip]:
    """The slips that these messages handed in, by message, with their links."""
    return {slip.message: slip for slip in Slip.objects.filter(message__in=messages).select_related("link")}


def _is_whole(one: Spoken, slip: Torn, links: Mapping[str, OptInLink], texts: Mapping[str, Text]) -> bool:
    text = texts.get(slip.text)
    if text is None or slip.link not in links or one.quotes:
        return False
    return one.text.split() == SLIPS.to(text.language).format(code=slip.code).split()


def _used_first(torn: Mapping[UUID, Torn], links: Mapping[str, OptInLink], at: datetime) -> set[UUID]:
    """Those of these messages whose slip nobody has handed in before them."""
    rows = [
        Slip(number=slip.number, link=links[slip.link], asks=slip.asks, message=message, torn_at=slip.at, used_at=at)
        for message, slip in sorted(torn.items(), key=lambda one: one[1].number)  # as all do, or two would wait
    ]
    Slip.objects.bulk_create(rows, ignore_conflicts=True)
    kept = Slip.objects.filter(number__in=[slip.number for slip in torn.values()])
    return set(kept.values_list("message", flat=True)) & torn.keys()


def _noted(one: Spoken, slip: Torn, link: OptInLink, text: Text) -> Iterable[Noted]:
    requested = Noted(
        contact_id=one.contact_id,
        purpose=Purpose(text.purpose),
        event=Event.REQUESTED,
        method=Method.WORDS,
        actor=f"customer:{one.contact_id}",
        text=text.pk,
        message=one.message_id,
        link=link.pk,
        slip=slip.number,
    )
    return (requested, replace(requested, event=Event.GIVEN, id=uuid7()))


def _texts(shorts: Collection[str]) -> dict[str, Text]:
    """By the abbreviation of their names; which of two is meant nobody could prove, so neither is."""
    named = [(_short(text), text) for text in Text.objects.all()]
    many = Counter(short for short, _ in named)
    return {short: text for short, text in named if short in shorts and many[short] == 1}


def _short(text: Text) -> str:
    return _letters(int(text.pk, 16), PART_LETTERS)


def _minute(at: datetime) -> int:
    return (at - _EPOCH) // _MINUTE


def _asked(signed: str, number: str, minute: int, phone: str) -> Asks | None:
    """What the page asked for that signed this for whoever holds it, or for `phone`; None if none of ours did."""
    forms = [(asks, typed) for asks in Asks for typed in dict.fromkeys(["", phone if asks else ""])]
    fits = [asks for asks, typed in forms if hmac.compare_digest(signed, _signature(number, minute, asks, typed))]
    return fits[0] if fits else None


def _signature(number: str, minute: int, asks: Asks, typed: str) -> str:
    """With the whole minute, of which the number has the end alone: in two years it comes again."""
    said = f"{number}/{minute}" + (f"/{asks}/{blind('typed', typed).hex()}" if asks else "")
    return _letters(int.from_bytes(blind("slip", said)), SIGNED_LETTERS)


def _letters(number: int, many: int) -> str:
    """The last `many` digits of `number`, in our letters."""
    written = ""
    for _ in range(many):
        number, digit = divmod(number, len(LETTERS))
        written = LETTERS[digit] + written
    return written


def _number(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * len(LETTERS) + LETTERS.index(letter)
    return found

"""The people behind the phones, and the messages they see."""

import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from jawort.simulator import identity
from jawort.simulator.settings import Settings

THREAD_MAX = 500  # messages a phone keeps
WINDOW_S = 24 * 3_600  # customer service window
NUMBER_KNOWN_S = 30 * 24 * 3_600  # a withheld number is shown for so long after it was last used
State = Literal["waiting", "accepted", "sent", "delivered", "read", "played", "failed"]
Mark = Literal["", "edited", "revoked"]


@dataclass(slots=True)
class Bubble:
    """One message on a phone. `mine` was written by the customer; `state` is what its ticks show.

    `content` is the object of its type as the platform carries it, None for a text. `mood` and
    `their_mood` are the emoji with which the customer and the business reacted to it.
    """

    id: str
    mine: bool
    type: str
    text: str
    at: datetime
    state: State
    reply_to: str | None = None
    content: Any = None
    forwarded: bool = False
    mood: str = ""
    their_mood: str = ""
    mark: Mark = ""

    def view(self) -> dict[str, Any]:
        """As the control API and the phone page see it."""
        return {
            "id": self.id,
            "mine": self.mine,
            "type": self.type,
            "text": self.text,
            "at": self.at.isoformat(),
            "state": self.state,
            "reply_to": self.reply_to,
            "content": self.content,
            "forwarded": self.forwarded,
            "mood": self.mood,
            "their_mood": self.their_mood,
            "mark": self.mark,
        }


@dataclass(slots=True)
class User:
    """A customer with a phone. Times are Unix seconds of the movable clock, 0.0 for never."""

    digits: str
    name: str
    bsuid: str
    person: str
    #: The id that linked portfolios share; empty where there are none.
    parent_bsuid: str = ""
    username: str = ""
    epoch: int = 0
    withhold_number: bool = False
    online: bool = True
    blocked: bool = False
    read_receipts: bool = True
    #: The chat with the business is open on the screen: what arrives is read at once, without `delivered`.
    chat_open: bool = False
    #: Whether the business may send marketing: the switch in the customer's own app.
    marketing: bool = True
    #: Whether the number has WhatsApp at all.
    whatsapp: bool = True
    #: Counts new phones and new installations; each one changes the keys.
    devices: int = 0
    #: Last message of the customer's own; opens the window.
    wrote_at: int = 0
    #: Last time that the number itself was used between the two.
    number_used_at: float = 0.0
    #: When the business had the platform forget this number in its contact book.
    out_of_book_at: float = 0.0
    #: Until when “is typing” shows.
    typing_until: float = 0.0
    #: Loop time of the last thing that happens on this phone: what comes later must not overtake it.
    due: float = 0.0
    #: Changes of number or id that the business hears of only after the next message.
    unannounced: list[Callable[[], None]] = field(default_factory=list)
    thread: deque[Bubble] = field(default_factory=lambda: deque(maxlen=THREAD_MAX))

    @property
    def key(self) -> str:
        """Names the person whatever happens to number and id."""
        return self.person

    @property
    def identity_hash(self) -> str:
        """Tells that the phone is still the same."""
        return identity.key_hash(self.person, self.epoch, self.devices)

    def window_open(self, at: float) -> bool:
        """Whether free text may be sent: for 24 hours after the customer's last message."""
        return bool(self.wrote_at) and at < self.wrote_at + WINDOW_S

    def number_visible(self, at: float, *, contact_book: bool) -> bool:
        """Whether webhooks carry the number: always, unless withheld, not used for 30 days and in no contact book."""
        if not self.withhold_number:
            return True
        if not self.number_used_at:
            return False
        in_book = contact_book and self.number_used_at > self.out_of_book_at
        return in_book or at - self.number_used_at < NUMBER_KNOWN_S

    def bubble(self, message_id: str) -> Bubble | None:
        """The message on this phone that has this id; the newest are asked for most."""
        return next((one for one in reversed(self.thread) if one.id == message_id), None)

    def contact(self, at: float, *, contact_book: bool, username: bool = True) -> dict[str, Any]:
        """The `contacts[]` entry of a webhook."""
        profile = {"name": self.name}
        if self.username and username:
            profile["username"] = self.username
        visible = {"wa_id": self.digits} if self.number_visible(at, contact_book=contact_book) else {}
        parent = {"parent_user_id": self.parent_bsuid} if self.parent_bsuid else {}
        return {"profile": profile, **visible, "user_id": self.bsuid, **parent}

    def view(self, at: float) -> dict[str, Any]:
        """As the control API shows it."""
        return {
            "phone": f"+{self.digits}",
            "name": self.name,
            "bsuid": self.bsuid,
            "parent_bsuid": self.parent_bsuid,
            "username": self.username,
            "withhold_number": self.withhold_number,
            "online": self.online,
            "blocked": self.blocked,
            "read_receipts": self.read_receipts,
            "chat_open": self.chat_open,
            "marketing": self.marketing,
            "whatsapp": self.whatsapp,
            "window_ends_at": self.wrote_at + WINDOW_S if self.wrote_at else None,
            "unread": sum(1 for bubble in self.thread if not bubble.mine and bubble.state == "delivered"),
            "typing_s": max(0.0, round(self.typing_until - at, 1)),
        }


class Directory:
    """All people that a control call created, by number and by id."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._by_digits: dict[str, User] = {}
        self._by_bsuid: dict[str, User] = {}
        #: Ids that somebody had once: the platform refuses them.
        self.retired: set[str] = set()

    def __iter__(self) -> Any:
        return iter(self._by_digits.values())

    def by_phone(self, digits: str) -> User | None:
        """Whose number this is."""
        return self._by_digits.get(digits)

    def by_bsuid(self, bsuid: str) -> User | None:
        """Whose id this is, or whose linked portfolios' id."""
        return self._by_bsuid.get(bsuid)

    def create(self, digits: str, name: str, bsuid: str | None) -> User:
        """A new person behind `digits`, who keeps nothing of a former owner of the number."""
        former = self._by_digits.pop(digits, None)
        if former is not None:
            self._retire(former)
        person = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._settings.seed}|{digits}|{len(self.retired)}"))
        user = User(digits=digits, name=name, bsuid="", person=person)
        self._by_digits[digits] = user
        self.identify(user, bsuid or self._derive(user))
        return user

    def move(self, user: User, digits: str) -> None:
        """A new number, and with it a new id."""
        del self._by_digits[user.digits]
        user.digits = digits
        self._by_digits[digits] = user
        self.renew(user)

    def renew(self, user: User, bsuid: str | None = None) -> None:
        """A new id: the given one, or the next one of this person."""
        user.epoch += 1
        self._retire(user)
        self.identify(user, bsuid or self._derive(user))

    def identify(self, user: User, bsuid: str) -> None:
        """Give `user` this id."""
        user.bsuid = bsuid
        self.retired.discard(bsuid)
        self._by_bsuid[bsuid] = user
        if self._settings.parent_bsuid:
            portfolio, iso = self._settings.portfolio, identity.country(user.digits)
            user.parent_bsuid = identity.parent_bsuid(
                f"{portfolio}|{self._settings.seed}", user.person, user.epoch, iso
            )
            self._by_bsuid[user.parent_bsuid] = user

    def clear(self) -> None:
        """Nobody is left."""
        self._by_digits.clear()
        self._by_bsuid.clear()
        self.retired.clear()

    def _retire(self, user: User) -> None:
        for gone in filter(None, (user.bsuid, user.parent_bsuid)):
            self.retired.add(gone)
            self._by_bsuid.pop(gone, None)

    def _derive(self, user: User) -> str:
        iso = identity.country(user.digits)
        return identity.bsuid(f"{self._settings.portfolio}|{self._settings.seed}", user.person, user.epoch, iso)

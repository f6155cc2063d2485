"""The people behind the phones, and the messages they see."""

import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from jawort.simulator import identity
from jawort.simulator.number import Number
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
    #: Where the person is at home, if that is not what the number says.
    home: str = ""
    epoch: int = 0
    withhold_number: bool = False
    online: bool = True
    read_receipts: bool = True
    #: Whether the number has WhatsApp at all.
    whatsapp: bool = True
    #: Counts new phones and new installations; each one changes the keys.
    devices: int = 0
    #: Last time that the number itself was used towards any number of the business.
    number_used_at: float = 0.0
    #: When the business had the platform forget this number in its contact book.
    out_of_book_at: float = 0.0
    #: Loop time of the last thing that happens on this phone: what comes later must not overtake it.
    due: float = 0.0
    #: Chats with the business's numbers, by their ids.
    chats: dict[str, "Chat"] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Names the person whatever happens to number and id."""
        return self.person

    @property
    def country(self) -> str:
        """ISO code; prices, rules and the beginning of ids follow it."""
        return self.home or identity.country(self.digits)

    @property
    def identity_hash(self) -> str:
        """Tells that the phone is still the same."""
        return identity.key_hash(self.person, self.epoch, self.devices)

    def chat(self, number: Number) -> "Chat":
        """The chat with this number, an empty one where there was none."""
        found = self.chats.get(number.id)
        if found is None:
            found = self.chats[number.id] = Chat(self, number)
        return found


@dataclass(slots=True, eq=False)
class Chat:
    """What is between a person and one number of the business. Times are Unix seconds, 0.0 for never."""

    user: User
    number: Number
    #: The person has blocked the number.
    blocked: bool = False
    #: It is open on the person's screen: what arrives is read at once, usually without `delivered`.
    open: bool = False
    #: Whether the number may send marketing: the switch in the person's own app.
    marketing: bool = True
    #: Last message of the person's own; opens the window.
    wrote_at: int = 0
    #: Last time that the person's number itself was used between the two.
    number_used_at: float = 0.0
    #: Until when “is typing” shows.
    typing_until: float = 0.0
    #: Changes of number or id that this number hears of only after the next message.
    unannounced: list[Callable[[], None]] = field(default_factory=list)
    thread: deque[Bubble] = field(default_factory=lambda: deque(maxlen=THREAD_MAX))

    def window_open(self, at: float) -> bool:
        """Whether free text may be sent: for 24 hours after the person's last message."""
        return bool(self.wrote_at) and at < self.wrote_at + WINDOW_S

    def use_number(self, at: float) -> None:
        """The person's number itself was used between the two."""
        self.number_used_at = self.user.number_used_at = at

    def number_visible(self, at: float, *, contact_book: bool) -> bool:
        """Whether webhooks carry the number: always, unless withheld, not used for 30 days and in no contact book.

        The days are counted for each number of the business, the book is one for all.
        """
        user = self.user
        if not user.withhold_number:
            return True
        in_book = contact_book and user.number_used_at > user.out_of_book_at
        return in_book or bool(self.number_used_at and at - self.number_used_at < NUMBER_KNOWN_S)

    def bubble(self, message_id: str) -> Bubble | None:
        """The message in this chat that has this id; the newest are asked for most."""
        return next((one for one in reversed(self.thread) if one.id == message_id), None)

    def contact(self, at: float, *, contact_book: bool, username: bool = True) -> dict[str, Any]:
        """The `contacts[]` entry of a webhook."""
        user = self.user
        profile = {"name": user.name}
        if user.username and username:
            profile["username"] = user.username
        visible = {"wa_id": user.digits} if self.number_visible(at, contact_book=contact_book) else {}
        parent = {"parent_user_id": user.parent_bsuid} if user.parent_bsuid else {}
        return {"profile": profile, **visible, "user_id": user.bsuid, **parent}

    def view(self, at: float) -> dict[str, Any]:
        """The person and the chat, as the control API shows them."""
        user = self.user
        return {
            "phone": f"+{user.digits}",
            "name": user.name,
            "bsuid": user.bsuid,
            "parent_bsuid": user.parent_bsuid,
            "username": user.username,
            "country": user.country,
            "withhold_number": user.withhold_number,
            "online": user.online,
            "read_receipts": user.read_receipts,
            "whatsapp": user.whatsapp,
            "number": self.number.id,
            "blocked": self.blocked,
            "chat_open": self.open,
            "marketing": self.marketing,
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

    def create(self, digits: str, name: str, bsuid: str | None, home: str = "") -> User:
        """A new person behind `digits`, who keeps nothing of a former owner of the number.

        `home` is an ISO code; empty leaves it to the number.
        """
        former = self._by_digits.pop(digits, None)
        if former is not None:
            self._retire(former)
        person = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._settings.seed}|{digits}|{len(self.retired)}"))
        user = User(digits=digits, name=name, bsuid="", person=person, home=home)
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
            portfolio, iso = self._settings.portfolio, user.country
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
        secret = f"{self._settings.portfolio}|{self._settings.seed}"
        return identity.bsuid(secret, user.person, user.epoch, user.country)

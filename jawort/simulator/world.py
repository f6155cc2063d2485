"""Everything a running simulator knows, and the log of accepted sends."""

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from jawort.core import clock
from jawort.simulator import account
from jawort.simulator.billing import Billing
from jawort.simulator.callback import Callbacks
from jawort.simulator.chaos import USUAL, Chaos
from jawort.simulator.faults import Faults
from jawort.simulator.hub import Hub
from jawort.simulator.media import File, Media
from jawort.simulator.number import Number
from jawort.simulator.payload import Business, Update
from jawort.simulator.portfolio import Portfolio
from jawort.simulator.rates import Rates
from jawort.simulator.sender import Sender
from jawort.simulator.settings import Settings
from jawort.simulator.templates import Template, Templates
from jawort.simulator.users import Bubble, Chat, Directory, State, User

UNDELIVERED_S_MAX = 30 * 24 * 3_600  # then the platform drops a message without a word
LOG_MAX = 1_000_000  # accepted sends kept; the oldest go first
SENT_TO_MAX = 10_000  # of them, per person
INBOUND_MAX = 200_000  # message ids of customers that can be marked read or answered


@dataclass(slots=True)
class Send:
    """What a valid call asks for. One of `to` (digits) and `bsuid` is set; `given` is what the call wrote.

    `content` is what stands under the type's own key, as it was written and found valid; `text` the words of a text.
    """

    given: str
    to: str | None
    bsuid: str | None
    type: str
    content: Any
    text: str
    opaque: str | None
    reply_to: str | None
    #: What the business takes the recipient's identity for; another one fails.
    identity_hash: str | None = None
    #: The template, and what the customer reads: `header`, `body`, `footer`, `buttons`, `cards`, parameters filled.
    template: Template | None = None
    filled: dict[str, Any] | None = None
    #: Ids of the files that were fetched from links, by link.
    fetched: dict[str, str] | None = None
    #: Sent by the Marketing Messages API.
    marketing_api: bool = False

    @property
    def category(self) -> str:
        """What it is billed as."""
        if self.template is None:
            return "service"
        return "marketing_lite" if self.marketing_api else self.template.category.lower()

    @property
    def lives_s(self) -> int:
        """For how long a phone that is away is waited for."""
        return self.template.lives_s if self.template is not None else UNDELIVERED_S_MAX

    @property
    def voice(self) -> bool:
        """Whether it is a voice message."""
        return self.type == "audio" and self.content.get("voice") is True


@dataclass(slots=True)
class Entry:
    """An accepted send of `number`. `chat` is None where no control call created the recipient."""

    seq: int
    at: datetime
    wamid: str
    send: Send
    number: Number
    chat: Chat | None
    state: State = "accepted"
    #: The customer looked at the chat before the message arrived.
    read_on_arrival: bool = False
    #: Sent while the customer blocked the business: it never arrives.
    lost: bool = False
    #: It is on the phone.
    arrived: bool = False
    #: It writes to somebody outside the window, and counts towards the messaging limit.
    opens: bool = False
    #: Held back until the platform has judged its template, or the messaging limit lets it go.
    held: bool = False
    conversation: str = ""
    pricing: dict[str, Any] = field(default_factory=dict)
    #: The code with which it failed.
    error: int | None = None
    #: Its states and when they came, in Unix seconds.
    events: list[tuple[State, int]] = field(default_factory=list)

    @property
    def user(self) -> User | None:
        """Who gets it."""
        return self.chat.user if self.chat is not None else None

    @property
    def key(self) -> str:
        """Names the recipient for the order of statuses."""
        return self.user.key if self.user is not None else self.send.to or self.send.bsuid or ""

    def view(self) -> dict[str, Any]:
        """As GET log shows it."""
        phone = self.user.digits if self.user is not None else self.send.to
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "wamid": self.wamid,
            "number": self.number.id,
            "to": self.send.given if self.send.to is not None else None,
            "recipient": self.send.bsuid,
            "phone": f"+{phone}" if phone else None,
            "type": self.send.type,
            "text": self.send.text,
            "content": self.send.content,
            **({"filled": self.send.filled} if self.send.filled is not None else {}),
            "reply_to": self.send.reply_to,
            "biz_opaque_callback_data": self.send.opaque,
            "state": self.state,
            "error": self.error,
        }


class Fetched(NamedTuple):
    """A file from a link, and when it was fetched (Unix seconds)."""

    file: File
    at: float


class World:
    """The state. Lives on one event loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.random = random.Random(settings.seed)  # noqa: S311 - delays and ids of a fake, nothing secret
        self.hub = Hub()
        self.directory = Directory(settings)
        self.callbacks = Callbacks(settings)
        self.chaos = Chaos(settings.seed, USUAL if settings.chaos else {})
        self.sender = Sender(settings, self.callbacks, self.hub, self.chaos)
        self.faults = Faults()
        self.media = Media(settings.media_bytes_max)
        self.templates = Templates(settings.templates_max)
        self._begin()
        #: What waits until the platform lets it go.
        self.held: list[Entry] = []
        #: How many messages of a template that nobody has judged yet leave before the rest is held; None for all.
        self.pacing: int | None = None
        #: Files that were fetched from links, by link.
        self.fetched: dict[str, Fetched] = {}
        #: Resumable uploads, and how many bytes have come.
        self.uploads: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        #: How often a message that arrives in an open chat is told as `read` alone.
        self.skip_delivered_when_open = settings.skip_delivered_when_open
        self.log: deque[Entry] = deque(maxlen=LOG_MAX)
        #: Sends into each chat of a person that a control call created.
        self.sent_to: defaultdict[Chat, deque[Entry]] = defaultdict(lambda: deque(maxlen=SENT_TO_MAX))
        self.inbound: dict[str, Chat] = {}
        self.sends = 0
        #: Counts resets, so that what was under way before one does nothing after it.
        self.generation = 0

    async def reset(self) -> None:
        """Forget people, messages, webhooks and faults. Numbering goes on, and the clock stays where it is."""
        self.generation += 1
        self.chaos.start(self.settings.seed, USUAL if self.settings.chaos else {})
        await self.stop_work()
        await self.sender.forget()
        self.directory.clear()
        self.callbacks.reset()
        self.faults.add([])
        self.media.clear()
        self.templates.reset()
        self._begin()
        self.held.clear()
        self.pacing = None
        self.skip_delivered_when_open = self.settings.skip_delivered_when_open
        self.fetched.clear()
        self.uploads.clear()
        self.log.clear()
        self.sent_to.clear()
        self.inbound.clear()
        self.hub.tell("reset", dict)

    def work(self, job: Coroutine[Any, Any, None]) -> None:
        """Do something beside everything else, until it is done or everything is forgotten."""
        task = asyncio.create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop_work(self) -> None:
        """End what is being done."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def add_number(self, digits: str, display: str, name: str) -> Number:
        """Another number of the account, not proven and not registered yet."""
        number_id = str(self.random.randrange(10**14, 10**15))
        number = self._number(Business(self.settings.waba_id, number_id, digits), display, name)
        number.verified = number.registered = False
        self.sender.several = True
        self.hub.tell("resync", dict)
        return number

    def number_of(self, digits: str) -> Number | None:
        """The business's number with these digits."""
        return next((one for one in self.numbers.values() if one.digits == digits), None)

    def _begin(self) -> None:
        """The business has its first number only, and nothing has happened yet."""
        settings = self.settings
        self.portfolio = Portfolio(settings.messaging_limit, settings.pricing_regime, settings.auto_upgrade)
        self.portfolio.token_expires_at = settings.token_expires_at
        #: By their ids.
        self.numbers: dict[str, Number] = {}
        self.first = self._number(self.sender.business, settings.display_number, settings.business_name)
        self.first.registered = settings.registered
        self.sender.several = False

    def _number(self, business: Business, display: str, name: str) -> Number:
        settings = self.settings
        rates = Rates(pair=settings.pair_limit, throughput_per_s=settings.throughput_per_s)
        number = Number(business, display, name, Billing(self.portfolio), rates)
        number.let_call(settings.calling)
        self.numbers[number.id] = number
        return number

    def contact(self, chat: Chat, at: float, *, username: bool = True) -> dict[str, Any]:
        """The `contacts[]` entry of a webhook."""
        found = chat.contact(at, contact_book=self.settings.contact_book, username=username)
        return found | ({"identity_key_hash": chat.user.identity_hash} if chat.number.identity_check else {})

    def tell_account(
        self, field: str, variant: str | None, more: dict[str, Any], number: Number | None = None
    ) -> dict[str, Any]:
        """Tell the business something of account, `number` or templates: the webhook's value. Raises NoSuchEvent."""
        at = int(clock.now().timestamp())
        value = account.value(field, variant, (number or self.first).business, at, more)
        self.sender.put("account", Update(field, value, field=field, time=at))
        return value

    def tell_limit(self, number: Number) -> None:
        """Tell the business that its messaging limit is another one, by a webhook about `number`."""
        more = {"max_daily_conversations_per_business": self.portfolio.tier}
        self.tell_account("phone_number_quality_update", "UPGRADE", more, number)

    def remember_inbound(self, wamid: str, chat: Chat) -> None:
        """Keep a customer's message id, so that the business can mark it read."""
        self.inbound[wamid] = chat
        if len(self.inbound) > INBOUND_MAX:
            del self.inbound[next(iter(self.inbound))]

    def tell_user(self, user: User) -> None:
        """Tell the open pages how this phone is now, in every chat."""
        for chat in user.chats.values():
            self.hub.tell("user", partial(chat.view, clock.now().timestamp()))

    def tell_message(self, chat: Chat, bubble: Bubble) -> None:
        """Tell the open pages how a message is now."""
        about = {"phone": f"+{chat.user.digits}", "number": chat.number.id}
        self.hub.tell("message", lambda: {**about, **bubble.view()})

    def clock_view(self) -> dict[str, Any]:
        """The clock of product and simulator, and how far it was moved."""
        return {"now": clock.now().isoformat(), "shift_s": clock.shift()}

"""What becomes of an accepted send: its way to the customer's phone, told to the business by statuses."""

import asyncio
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from jawort.core import clock
from jawort.simulator import identity, links
from jawort.simulator.arrival import arrive
from jawort.simulator.errors import later
from jawort.simulator.number import Number
from jawort.simulator.outcome import Failure, failure
from jawort.simulator.payload import Update
from jawort.simulator.status import status
from jawort.simulator.users import Chat, State, User
from jawort.simulator.world import Entry, Send, World

EARLY_S_MAX, EARLY_LOOKS_S = 3.0, 0.01
#: Categories of templates whose first messages are watched before the rest leaves.
PACED = frozenset({"MARKETING", "UTILITY"})


def accept(world: World, number: Number, send: Send) -> Entry:
    """Take a valid send of `number`: count it, log it, and let it go its way."""
    user = world.directory.by_phone(send.to) if send.to is not None else world.directory.by_bsuid(send.bsuid or "")
    chat = user.chat(number) if user is not None else None
    moment = clock.now()
    at = moment.timestamp()
    world.sends += 1
    entry = Entry(world.sends, moment, _message_id(world, send, chat, at), send, number, chat)
    entry.events.append(("accepted", int(at)))
    if chat is not None:
        if send.to is not None:
            chat.use_number(at)
        world.sent_to[chat].append(entry)
        number.billing.answered(entry.key, at)
    world.log.append(entry)
    world.hub.tell("send", entry.view)
    if fault := world.faults.take_undeliverable(user.digits if user is not None else send.to):
        world.hub.tell("faults", world.faults.view)
        _later(world, entry, partial(_fail, world, entry, Failure(fault.code, "Message undeliverable.")))
    elif (found := failure(world, entry, at)) is not None:
        _later(world, entry, partial(_fail, world, entry, found))
    elif entry.held or _paced(world, entry):
        entry.held = True
        world.held.append(entry)
    else:
        _leave(world, entry)
    if entry.opens and world.portfolio.upgrade(entry.key, number.quality, at):
        world.tell_limit(number)
        let_go(world, None)
    return entry


def let_go(world: World, fate: Failure | None) -> int:
    """Everything that was held goes its way, or is dropped; how many."""
    held, world.held = world.held, []
    for entry in held:
        release(world, entry, fate)
    return len(held)


def release(world: World, entry: Entry, fate: Failure | None) -> None:
    """What was held goes its way, or is dropped."""
    entry.held = False
    if fate is None:
        _leave(world, entry)
    else:
        _later(world, entry, partial(_fail, world, entry, fate))


async def told(world: World, entry: Entry) -> None:
    """Wait until the business has heard a first status, at most for a moment: then it comes before the answer."""
    loop = asyncio.get_running_loop()
    until = loop.time() + EARLY_S_MAX
    while loop.time() < until and (entry.state == "accepted" or world.sender.waiting()):
        await asyncio.sleep(EARLY_LOOKS_S)


def read(world: World, chat: Chat) -> list[str]:
    """The customer opens the chat: everything that has come, or is on its way, becomes read. Ids of the former."""
    known: list[str] = []
    for entry in world.sent_to[chat]:
        if entry.state == "delivered":
            known.append(entry.wamid)
            _advance(world, entry, "read")
        elif entry.state in {"accepted", "sent"} and chat.user.online:
            entry.read_on_arrival = True
    return known


def play(world: World, chat: Chat, wamid: str) -> bool:
    """The customer listens to a voice message for the first time; False if there is none to listen to."""
    entry = next((one for one in world.sent_to[chat] if one.wamid == wamid), None)
    if entry is None or entry.state not in {"delivered", "read"} or not entry.send.voice:
        return False
    if entry.state == "delivered":
        _advance(world, entry, "read")
    _advance(world, entry, "played")
    return True


def came_online(world: World, user: User) -> None:
    """What waited for the phone arrives now, unless its time is over: then it is dropped without a word."""
    moment = clock.now().timestamp()
    for entry in [one for chat in user.chats.values() for one in world.sent_to[chat]]:
        if entry.state == "sent" and not entry.arrived and moment - entry.at.timestamp() < entry.send.lives_s:
            _after(world, (0, 0), user, partial(_arrive, world, entry))


def _paced(world: World, entry: Entry) -> bool:
    """Whether this is one too many of a template that nobody has judged yet."""
    template, first = entry.send.template, world.pacing
    if template is None or first is None or template.category not in PACED or template.quality == "GREEN":
        return False
    template.sent += 1
    return template.sent > first


def _leave(world: World, entry: Entry) -> None:
    """On its way, after its linked files were fetched."""
    if entry.send.type in links.TYPES and links.linked(entry.send):
        world.work(_fetch(world, entry))
    else:
        _later(world, entry, partial(_sent, world, entry))


async def _fetch(world: World, entry: Entry) -> None:
    try:
        await links.fetch_all(world, entry.send)
    except links.Unfetchable as problem:
        _later(world, entry, partial(_fail, world, entry, Failure(131053, str(problem))))
    else:
        _later(world, entry, partial(_sent, world, entry))


def _later(world: World, entry: Entry, act: Callable[[], None]) -> None:
    _after(world, world.settings.pace.sent_ms, entry.user, act)


def _after(world: World, delay_ms: tuple[int, int], user: User | None, act: Callable[[], None]) -> None:
    """Do something a little later, after all that waits for the same phone, unless everything was reset meanwhile."""
    generation = world.generation
    loop = asyncio.get_running_loop()
    due = loop.time() + world.random.uniform(*delay_ms) * world.settings.tempo / 1_000
    if user is not None:
        due = user.due = max(due, user.due + 1e-6)
    loop.call_at(due, lambda: act() if world.generation == generation else None)


def _message_id(world: World, send: Send, chat: Chat | None, at: float) -> str:
    """The id of an accepted send; it contains the number unless the business may not see it."""
    book = world.settings.contact_book
    digits = send.to
    if digits is None and chat is not None and chat.number_visible(at, contact_book=book):
        digits = chat.user.digits
    if digits is None:
        digits = str(world.random.randrange(10**12, 10**13))
    return identity.wamid(digits, secrets.token_bytes(16), outbound=True)


def _sent(world: World, entry: Entry) -> None:
    """The message has left; what it costs is known. The phone may be away, and a reaction says no more."""
    moment = clock.now()
    at, chat, billing = moment.timestamp(), entry.chat, entry.number.billing
    window_open = chat is not None and chat.window_open(at)
    entry_free = billing.free_until(entry.key, at) is not None
    month = f"{moment.year}-{moment.month:02}"
    pricing = billing.price(entry.send.category, month, entry_free=entry_free, window_open=window_open)
    if pricing is None:
        _fail(world, entry, Failure(131042, "There is no payment method for messages that are not free."))
        return
    entry.pricing = pricing
    _advance(world, entry, "sent", at)
    entry.lost = chat is not None and chat.blocked
    if chat is None or (chat.user.online and not chat.blocked):
        _after(world, world.settings.pace.delivered_ms, entry.user, partial(_arrive, world, entry))


def _arrive(world: World, entry: Entry) -> None:
    """The message is on the phone. It may have gone offline or blocked the business on the way."""
    chat = entry.chat
    silent = entry.send.type == "reaction"
    if entry.state != "sent" or entry.lost or entry.arrived:
        return
    if chat is None:
        if not silent:
            _advance(world, entry, "delivered")
        return
    if chat.blocked or not chat.user.online:
        entry.lost = chat.blocked
        return
    open_now = chat.open and chat.user.read_receipts
    bubble = arrive(chat, entry)
    entry.arrived = True
    if not silent:
        _tell_arrival(world, entry, open_now=open_now)
    if bubble is not None:
        world.tell_message(chat, bubble)
    world.tell_user(chat.user)
    if entry.read_on_arrival and not open_now and not silent:
        _advance(world, entry, "read")


def _tell_arrival(world: World, entry: Entry, *, open_now: bool) -> None:
    """Where the chat is open, `delivered` is left out, or comes just before `read`."""
    if not open_now or world.random.random() >= world.skip_delivered_when_open:
        _advance(world, entry, "delivered")
    if open_now:
        _advance(world, entry, "read")


def _fail(world: World, entry: Entry, why: Failure) -> None:
    entry.error = why.code
    _advance(world, entry, "failed", errors=[later(why.code, why.details)])


def _advance(
    world: World,
    entry: Entry,
    state: State,
    at: float | None = None,
    errors: list[dict[str, Any]] | None = None,
) -> None:
    """Move an entry on and tell the business, unless the customer has read receipts off."""
    at = clock.now().timestamp() if at is None else at
    first_arrival = state in {"delivered", "read"} and entry.state not in {"delivered", "read"}
    entry.state = state
    entry.events.append((state, int(at)))
    world.hub.tell("send", entry.view)
    chat = entry.chat
    if chat is not None and state in {"read", "played"}:
        _show_read(world, chat, entry.wamid)
        if not chat.user.read_receipts:
            return
    item, contact = status(world, entry, state, at, errors, priced=state == "sent" or first_arrival)
    world.sender.put(entry.key, Update("statuses", item, contact, business=entry.number.business))


def _show_read(world: World, chat: Chat, wamid: str) -> None:
    """The phone itself knows that the customer has seen this message."""
    bubble = chat.bubble(wamid)
    if bubble is not None:
        bubble.state = "read"
        world.tell_message(chat, bubble)
        world.tell_user(chat.user)

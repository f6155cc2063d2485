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
from jawort.simulator.outcome import Failure, failure
from jawort.simulator.payload import Update
from jawort.simulator.status import status
from jawort.simulator.users import State, User
from jawort.simulator.world import Entry, Send, World

EARLY_S_MAX, EARLY_LOOKS_S = 3.0, 0.01
#: Categories of templates whose first messages are watched before the rest leaves.
PACED = frozenset({"MARKETING", "UTILITY"})


def accept(world: World, send: Send) -> Entry:
    """Take a valid send: number it, log it, and let it go its way."""
    user = world.directory.by_phone(send.to) if send.to is not None else world.directory.by_bsuid(send.bsuid or "")
    moment = clock.now()
    at = moment.timestamp()
    world.sends += 1
    entry = Entry(world.sends, moment, _message_id(world, send, user, at), send, user)
    entry.events.append(("accepted", int(at)))
    if user is not None:
        if send.to is not None:
            user.number_used_at = at
        world.sent_to[user.key].append(entry)
        world.billing.answered(user.key, at)
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
    return entry


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


def read(world: World, user: User) -> list[str]:
    """The customer opens the chat: everything that has come, or is on its way, becomes read. Ids of the former."""
    known: list[str] = []
    for entry in world.sent_to[user.key]:
        if entry.state == "delivered":
            known.append(entry.wamid)
            _advance(world, entry, "read")
        elif entry.state in {"accepted", "sent"} and user.online:
            entry.read_on_arrival = True
    return known


def play(world: World, user: User, wamid: str) -> bool:
    """The customer listens to a voice message for the first time; False if there is none to listen to."""
    entry = next((one for one in world.sent_to[user.key] if one.wamid == wamid), None)
    if entry is None or entry.state not in {"delivered", "read"} or not entry.send.voice:
        return False
    if entry.state == "delivered":
        _advance(world, entry, "read")
    _advance(world, entry, "played")
    return True


def came_online(world: World, user: User) -> None:
    """What waited for the phone arrives now, unless its time is over: then it is dropped without a word."""
    moment = clock.now().timestamp()
    for entry in world.sent_to[user.key]:
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


def _message_id(world: World, send: Send, user: User | None, at: float) -> str:
    """The id of an accepted send; it contains the number unless the business may not see it."""
    book = world.settings.contact_book
    digits = send.to
    if digits is None and user is not None and user.number_visible(at, contact_book=book):
        digits = user.digits
    if digits is None:
        digits = str(world.random.randrange(10**12, 10**13))
    return identity.wamid(digits, secrets.token_bytes(16), outbound=True)


def _sent(world: World, entry: Entry) -> None:
    """The message has left; what it costs is known. The phone may be away, and a reaction says no more."""
    moment = clock.now()
    at, user = moment.timestamp(), entry.user
    window_open = user is not None and user.window_open(at)
    entry_free = world.billing.free_until(entry.key, at) is not None
    month = f"{moment.year}-{moment.month:02}"
    pricing = world.billing.price(entry.send.category, month, entry_free=entry_free, window_open=window_open)
    if pricing is None:
        _fail(world, entry, Failure(131042, "There is no payment method for messages that are not free."))
        return
    entry.pricing = pricing
    _advance(world, entry, "sent", at)
    entry.lost = user is not None and user.blocked
    if user is None or (user.online and not user.blocked):
        _after(world, world.settings.pace.delivered_ms, user, partial(_arrive, world, entry))


def _arrive(world: World, entry: Entry) -> None:
    """The message is on the phone. It may have gone offline or blocked the business on the way."""
    user = entry.user
    silent = entry.send.type == "reaction"
    if entry.state != "sent" or entry.lost or entry.arrived:
        return
    if user is None:
        if not silent:
            _advance(world, entry, "delivered")
        return
    if user.blocked or not user.online:
        entry.lost = user.blocked
        return
    open_now = user.chat_open and user.read_receipts
    bubble = arrive(user, entry)
    entry.arrived = True
    if not silent:
        _advance(world, entry, "read" if open_now else "delivered")
    if bubble is not None:
        world.hub.tell("message", lambda: {"phone": f"+{user.digits}", **bubble.view()})
    world.tell_user(user)
    if entry.read_on_arrival and not open_now and not silent:
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
    user = entry.user
    if user is not None and state in {"read", "played"}:
        _show_read(world, user, entry.wamid)
        if not user.read_receipts:
            return
    item, contact = status(world, entry, state, at, errors, priced=state == "sent" or first_arrival)
    world.sender.put(entry.key, Update("statuses", item, contact))


def _show_read(world: World, user: User, wamid: str) -> None:
    """The phone itself knows that the customer has seen this message."""
    bubble = user.bubble(wamid)
    if bubble is not None:
        bubble.state = "read"
        world.hub.tell("message", lambda: {"phone": f"+{user.digits}", **bubble.view()})
        world.tell_user(user)

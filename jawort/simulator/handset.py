"""What becomes of an accepted send: its way to the customer's phone, told to the business by statuses."""

import asyncio
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from jawort.core import clock
from jawort.simulator import identity
from jawort.simulator.arrival import arrive
from jawort.simulator.errors import later
from jawort.simulator.payload import Update
from jawort.simulator.users import State, User
from jawort.simulator.world import Entry, Send, World

FREE_SERVICE_MESSAGES = 1_000  # per number and month, since October 2026
UNDELIVERED_S_MAX = 30 * 24 * 3_600  # then the platform drops a message without a word
EARLY_S_MAX, EARLY_LOOKS_S = 3.0, 0.01
WINDOW_CLOSED = 131047
WINDOW_CLOSED_DETAILS = (
    "Message failed to send because more than 24 hours have passed since the customer last replied to this number."
)


def accept(world: World, send: Send) -> Entry:
    """Take a valid send: number it, log it, and let it go its way."""
    user = world.directory.by_phone(send.to) if send.to is not None else world.directory.by_bsuid(send.bsuid or "")
    moment = clock.now()
    world.sends += 1
    entry = Entry(world.sends, moment, _message_id(world, send, user, moment.timestamp()), send, user)
    entry.pricing = _pricing(world, moment.strftime("%Y-%m"))
    if user is not None:
        if send.to is not None:
            user.number_used_at = moment.timestamp()
        world.sent_to[user.key].append(entry)
    world.log.append(entry)
    world.hub.tell("send", entry.view)
    if fault := world.faults.take_undeliverable(user.digits if user is not None else send.to):
        world.hub.tell("faults", world.faults.view)
        act = partial(_fail, world, entry, fault.code, "Message undeliverable.")
    elif user is not None and send.template is None and not user.window_open(moment.timestamp()):
        act = partial(_fail, world, entry, WINDOW_CLOSED, WINDOW_CLOSED_DETAILS)
    else:
        act = partial(_sent, world, entry)
    _after(world, world.settings.pace.sent_ms, user, act)
    return entry


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


def came_online(world: World, user: User) -> None:
    """What waited for the phone arrives now, unless it is too old."""
    moment = clock.now().timestamp()
    for entry in world.sent_to[user.key]:
        if entry.state == "sent" and moment - entry.at.timestamp() < UNDELIVERED_S_MAX:
            _after(world, (0, 0), user, partial(_arrive, world, entry))


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


def _pricing(world: World, month: str) -> dict[str, Any]:
    """Service messages are charged since October 2026, a thousand a month are free."""
    count = world.service_messages.get(month, 0) + 1
    world.service_messages[month] = count
    free = count <= FREE_SERVICE_MESSAGES
    return {
        "billable": not free,
        "pricing_model": "PMP",
        "type": "free_customer_service" if free else "regular",
        "category": "service",
    }


def _sent(world: World, entry: Entry) -> None:
    _advance(world, entry, "sent")
    user = entry.user
    entry.lost = user is not None and user.blocked
    if user is None or (user.online and not user.blocked):
        _after(world, world.settings.pace.delivered_ms, user, partial(_arrive, world, entry))


def _arrive(world: World, entry: Entry) -> None:
    """The message is on the phone. It may have gone offline or blocked the business on the way."""
    user = entry.user
    if entry.state != "sent" or entry.lost:
        return
    if user is None:
        _advance(world, entry, "delivered")
        return
    if user.blocked or not user.online:
        entry.lost = user.blocked
        return
    open_now = user.chat_open and user.read_receipts
    bubble = arrive(user, entry)
    _advance(world, entry, "read" if open_now else "delivered")
    if bubble is not None:
        world.hub.tell("message", lambda: {"phone": f"+{user.digits}", **bubble.view()})
    world.tell_user(user)
    if entry.read_on_arrival and not open_now:
        _advance(world, entry, "read")


def _fail(world: World, entry: Entry, code: int, details: str) -> None:
    entry.error = code
    _advance(world, entry, "failed", errors=[later(code, details)])


def _advance(world: World, entry: Entry, state: State, errors: list[dict[str, Any]] | None = None) -> None:
    """Move an entry on and tell the business, unless the customer has read receipts off."""
    first_arrival = state in {"delivered", "read"} and entry.state != "delivered"
    entry.state = state
    world.hub.tell("send", entry.view)
    user = entry.user
    if user is not None and state == "read":
        _show_read(world, user, entry.wamid)
        if not user.read_receipts:
            return
    item, contact = _status(world, entry, state)
    if errors is not None:
        item["errors"] = errors
    elif state == "sent" or first_arrival:
        item["pricing"] = entry.pricing
    world.sender.put(entry.key, Update("statuses", item, contact))


def _show_read(world: World, user: User, wamid: str) -> None:
    """The phone itself knows that the customer has seen this message."""
    bubble = next((one for one in user.thread if one.id == wamid), None)
    if bubble is not None:
        bubble.state = "read"
        world.hub.tell("message", lambda: {"phone": f"+{user.digits}", **bubble.view()})
        world.tell_user(user)


def _status(world: World, entry: Entry, state: State) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """A status and the contact beside it. Who is described, and by what, follows the rules for withheld numbers."""
    at = clock.now().timestamp()
    book = world.settings.contact_book
    user, send = entry.user, entry.send
    item: dict[str, Any] = {"id": entry.wamid, "status": state, "timestamp": str(int(at))}
    if send.opaque is not None:
        item["biz_opaque_callback_data"] = send.opaque
    if user is None:
        # No id is made up for somebody whom this simulator does not know: the business may know another one.
        return item | ({"recipient_id": send.to} if send.to is not None else {"recipient_user_id": send.bsuid}), None
    if user.number_visible(at, contact_book=book):
        item["recipient_id"] = user.digits
    if user.parent_bsuid and state != "failed":
        item["recipient_parent_user_id"] = user.parent_bsuid
    if state == "failed":
        return item | ({} if send.to is not None else {"recipient_user_id": user.bsuid}), None
    contact = user.contact(at, contact_book=book, username=state != "sent")
    return item | {"recipient_user_id": user.bsuid}, contact

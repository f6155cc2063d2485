"""Why an accepted send fails later: what the platform finds out only when it tries to deliver."""

from typing import NamedTuple

from jawort.simulator.users import Chat, User
from jawort.simulator.world import Entry, World

DAY_S = 24 * 3_600
REACTION_S_MAX = 30 * DAY_S
WINDOW_CLOSED = 131047
WINDOW_CLOSED_DETAILS = (
    "Message failed to send because more than 24 hours have passed since the customer last replied to this number."
)
BLOCKED = 130403
BLOCKED_DETAILS = "You have blocked this user; unblock them to send messages."
_EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
#: Where marketing is not capped per person.
UNCAPPED = frozenset([*_EEA.split(" "), "GB", "JP", "KR"])


class Failure(NamedTuple):
    """The code and details of a `failed` status."""

    code: int
    details: str


def failure(world: World, entry: Entry, at: float) -> Failure | None:
    """What lets this send fail, or None. Counts it towards the messaging limit if nothing else does.

    `entry.opens` tells that it was counted: somebody is written to outside the window.
    """
    chat, send = entry.chat, entry.send
    if entry.key in entry.number.blocked:
        return Failure(BLOCKED, BLOCKED_DETAILS)
    if send.to is not None and world.number_of(send.to) is not None:
        return Failure(131026, "Message undeliverable: a number on this platform cannot be written to.")
    if chat is not None and (found := _of_person(world, entry, chat, at)) is not None:
        return found
    if send.type == "reaction" and not _can_be_reacted_to(world, entry, at):
        return Failure(131009, "Message with this ID cannot be reacted to: it is unknown, too old, or a reaction.")
    window_open = chat is not None and chat.window_open(at)
    entry.opens = send.template is not None and not window_open
    if entry.opens and world.portfolio.over_limit(entry.key, at):
        entry.opens = False
        if world.portfolio.limited == "held":
            entry.held = True
            return None
        return Failure(131048, "The messaging limit is reached: too many people outside their window in 24 hours.")
    return None


def _of_person(world: World, entry: Entry, chat: Chat, at: float) -> Failure | None:
    send, user = entry.send, chat.user
    if not user.whatsapp:
        return Failure(131026, "Message undeliverable.")
    if send.identity_hash is not None and send.identity_hash != user.identity_hash:
        return Failure(137000, "The recipient's identity key hash is another one: the phone may have changed hands.")
    if send.template is None:
        return None if chat.window_open(at) else Failure(WINDOW_CLOSED, WINDOW_CLOSED_DETAILS)
    if send.template.category != "MARKETING":
        return None
    if not chat.marketing:
        return Failure(131050, "The user has stopped receiving marketing messages from this business.")
    if _capped(world, user, at):
        return Failure(
            131049, "This message was not delivered to maintain healthy ecosystem engagement; try again later."
        )
    return None


def _capped(world: World, user: User, at: float) -> bool:
    """Whether this person has had enough marketing for a day. Numbers of the USA get none at all."""
    country = user.country
    if country == "US":
        return True
    most = world.settings.marketing_per_day
    if not most or country in UNCAPPED:
        return False
    recent = 0
    for chat in user.chats.values():
        for one in reversed(world.sent_to[chat]):
            if at - one.at.timestamp() >= DAY_S:
                break
            marketing = one.send.template is not None and one.send.template.category == "MARKETING"
            recent += marketing and one.error is None
    return recent > most  # the one that is asked about stands there already


def _can_be_reacted_to(world: World, entry: Entry, at: float) -> bool:
    """Whether the thread has a message with this id, of the last 30 days, that is no reaction itself."""
    target, chat = str(entry.send.content["message_id"]), entry.chat
    if chat is None:
        return True
    for one in world.sent_to[chat]:
        if one.wamid == target:
            return one.send.type != "reaction" and at - one.at.timestamp() < REACTION_S_MAX
    bubble = chat.bubble(target)
    return bubble is not None and at - bubble.at.timestamp() < REACTION_S_MAX

"""What an accepted send becomes on the customer's phone: a message, or a reaction on one."""

from jawort.core import clock
from jawort.simulator import kinds, links
from jawort.simulator.users import Bubble, Chat
from jawort.simulator.world import Entry


def arrive(chat: Chat, entry: Entry) -> Bubble | None:
    """The message that is new or has changed on the phone; None for a reaction to what is not there any more."""
    send = entry.send
    if send.type == "reaction" and isinstance(send.content, dict):
        target = chat.bubble(str(send.content.get("message_id")))
        if target is not None:
            target.their_mood = str(send.content.get("emoji") or "")
        return target
    content = send.content if send.filled is None else send.filled
    text = send.text or kinds.line(send.type, content)
    bubble = Bubble(entry.wamid, False, send.type, text, clock.now(), "delivered", send.reply_to)
    if send.type != "text":
        bubble.content = links.with_ids(content, send.fetched) if send.fetched else content
    chat.thread.append(bubble)
    chat.typing_until = 0.0
    return bubble

"""Whoever is answered for the first time is told in the same message where the privacy notice stands (Art. 13 GDPR).

It goes below the text of an answer and is sealed with it, so that the message itself shows what was read. Where it has
no room, or the answer has no text, it goes with the next one that has.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db import connection

from jawort.channels.whatsapp.limits import BODY_MAX, TEXT_MAX
from jawort.legal.queries import links
from jawort.messaging.models import Message, PrivacyNotice
from jawort.messaging.rules import State
from jawort.people.models import Contact

#: Kinds below whose text there is room, and how much in all; what has none of these says nothing to read.
ROOM: Final[Mapping[str, int]] = {
    "text": TEXT_MAX,
    **dict.fromkeys(("image", "video", "document", "buttons", "options", "link", "ask"), BODY_MAX),
}
#: In the person's language; short in both where it is not known.
_SAYS: Final = {"de": "Wie wir mit Ihren Daten umgehen: {}", "en": "How we handle your data: {}"}
_SAYS_BOTH: Final = "Datenschutz / Privacy: {}"

# What was undone is no message any more; what was refused or failed nobody has read.
_TOLD: Final = """
SELECT n.contact_id FROM messaging_privacy_notice n JOIN messaging_message m ON m.id = n.message
 WHERE n.contact_id = ANY(%b::uuid[]) AND m.state <> ALL(%b) AND (m.state = %s OR n.claimed)
"""
_UNREAD: Final = [str(State.REFUSED), str(State.FAILED)]


def below(text: str, notice: str) -> str:
    """What leaves: the text, and the notice below it."""
    return "\n\n".join(filter(None, (text, notice)))


def notices(answers: Sequence[tuple[Message, str]]) -> dict[UUID, str]:
    """The notice that goes with each of these answers and their texts, by message; empty where the text names it.

    One query where everybody knows it, two where the company has not said where it stands.
    """
    unsaid = {message.contact_id for message, _ in answers if message.state == State.QUEUED}
    unsaid -= _told(unsaid)
    known = links() if unsaid else None
    if known is None:
        return {}
    languages = dict(Contact.objects.filter(pk__in=unsaid).values_list("pk", "language"))
    found: dict[UUID, str] = {}
    for message, text in answers:
        if message.contact_id in unsaid and message.state == State.QUEUED:
            said = "" if known.privacy in text else notice_in(languages[message.contact_id], known.privacy)
            if len(below(text, said)) <= ROOM.get(message.kind, 0):
                found[message.pk] = said
                unsaid.discard(message.contact_id)
    return found


def notice_in(language: str, address: str) -> str:
    """The line itself."""
    return _SAYS.get(language[:2], _SAYS_BOTH).format(address)


def note_given(messages: Collection[Message]) -> None:
    """These messages bring it. In the transaction that stores them."""
    if messages:
        PrivacyNotice.objects.bulk_create(PrivacyNotice(message=one.pk, contact_id=one.contact_id) for one in messages)


def note_claimed(messages: Collection[UUID]) -> None:
    """These messages, which bring it, are about to leave."""
    if messages:
        PrivacyNotice.objects.filter(message__in=messages).update(claimed=True)


def _told(contacts: Collection[UUID]) -> set[UUID]:
    if not contacts:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [list(contacts), _UNREAD, str(State.QUEUED)])
        return {contact for (contact,) in cursor.fetchall()}

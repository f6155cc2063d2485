"""Which data a message to a customer carries. Pure; bodies.py makes the message of the same parts."""

from jawort.channels.destinations import Datum
from jawort.channels.parts import Cards, Framed, Media, Part, Position, Reaction, Template
from jawort.channels.types import Outgoing
from jawort.channels.whatsapp.bodies import goes_to_id


def carries(outgoing: Outgoing) -> list[Datum]:
    """Each category once or more."""
    found = [Datum.OWN_ID, Datum.BSUID if goes_to_id(outgoing) else Datum.NUMBER]
    if outgoing.reply_to:
        found.append(Datum.REFERENCE)
    if outgoing.text and not isinstance(outgoing.part, Template):
        found.append(Datum.TEXT)
    return [*found, *_of_part(outgoing.part)]


def _of_part(part: Part | None) -> list[Datum]:
    match part:
        case Media():
            return [Datum.FILE_NAMED]
        case Position():
            return [Datum.PLACE]
        case Cards():
            return [Datum.CARD]
        case Reaction():
            return [Datum.REACTION]
        case Template(header=header):
            return [Datum.TEMPLATE, *(_of_part(header) if isinstance(header, Media | Position) else ())]
        case Framed(header_file=Media()):
            return [Datum.TEXT, Datum.FILE_NAMED]
        case None:
            return []
        case _:
            return [Datum.TEXT]  # buttons, lists, links and what is asked for: words on a screen

"""The lane kinds of this package."""

from jawort.lanes.outcome import Handler
from jawort.messaging.acknowledge import ACKNOWLEDGE, answer_words
from jawort.messaging.ask_followers import ASK, ask_followers
from jawort.messaging.block import BLOCK, Blocker, BlockList
from jawort.messaging.carrier import Carrier, Teller
from jawort.messaging.confirm_typed import CONFIRM, confirm_typed
from jawort.messaging.contact_book import DELETE, Book, ContactBook
from jawort.messaging.deliver import Deliver
from jawort.messaging.send import DELIVER
from jawort.messaging.snooze import WAKE, come_back
from jawort.messaging.tell import TELL, Tell
from jawort.messaging.templates import LIST, Lister, ListTemplates
from jawort.messaging.yes_first.ask import PROMPT, ask_newcomers


def handlers(carrier: Carrier) -> dict[str, Handler]:
    """Handler by kind."""
    return {DELIVER: Deliver(carrier)}


def tellers(teller: Teller) -> dict[str, Handler]:
    """Handler by kind, of what customers learn of being read."""
    return {TELL: Tell(teller)}


def wakers() -> dict[str, Handler]:
    """Handler by kind, of what comes due here: what comes back into sight, whoever is answered or asked by itself."""
    return {
        WAKE: come_back,
        ACKNOWLEDGE: answer_words,
        ASK: ask_followers,
        CONFIRM: confirm_typed,
        PROMPT: ask_newcomers,
    }


def forgetters(book: Book) -> dict[str, Handler]:
    """Handler by kind, of what the platform is to forget."""
    return {DELETE: ContactBook(book)}


def blockers(known: BlockList) -> dict[str, Handler]:
    """Handler by kind, of whom the platform is to block."""
    return {BLOCK: Blocker(known)}


def listers(lister: Lister) -> dict[str, Handler]:
    """Handler by kind, of what the platform has of ours."""
    return {LIST: ListTemplates(lister)}

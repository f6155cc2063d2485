"""Messages with words as a language has them, and the search process's memory without its socket."""

import itertools
import os
import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from jawort.core.clock import now
from jawort.core.ids import uuid7
from jawort.lines.models import Line
from jawort.messaging.content import Content, Facts, What, Who, key_name, period, seal_content
from jawort.messaging.contents import contents_of
from jawort.messaging.models import Conversation, Message
from jawort.messaging.search.ask import Away, Begin, Look, State, ask
from jawort.messaging.search.recent import BATCH, Recent
from jawort.messaging.search.said import NEEDED, searched
from jawort.messaging.search.scan import Scans
from jawort.people.book import sealed_value
from jawort.people.models import Contact
from jawort.vault.keys import keks
from jawort.vault.seal import Klass

#: Ranks of a vocabulary that is never used up: with more messages come new words.
WORDS = 400_000
SYLLABLES = [a + b + c for a in "bdfghklmnprstvwz" for b in ("a", "e", "i", "o", "u", "ä", "ü") for c in ("", "n", "r")]
AT_ONCE = 2_000
ORIGINAL_BYTES = 400  # of a text message's own JSON
DAYS, BYTES_MAX = 90, 2_000_000_000


def word(rank: int) -> str:
    """The word of a rank, the same for ever: frequent ones are short."""
    text = ""
    while rank or not text:
        rank, at = divmod(rank, len(SYLLABLES))
        text += SYLLABLES[at]
    return text


def texts(seed: int) -> Iterator[str]:
    """Messages of 3 to 21 words; every tenth has a number of its own."""
    dice = random.Random(seed)  # noqa: S311 - the same every time
    ranks = range(WORDS)
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in ranks))
    for count in itertools.count():
        said = [word(rank) for rank in dice.choices(ranks, cum_weights=weights, k=dice.randint(3, 21))]
        yield " ".join([*said, *([str(10**7 + count)] if count % 10 == 0 else [])])


def seed(messages: int, customers: int) -> None:
    """Customers with a name and a conversation each, and messages that they take turns in writing."""
    line, at, said = Line.objects.get(), now(), texts(7)
    homes = [(uuid7(), uuid7()) for _ in range(customers)]
    refs = [
        ref for contact, _ in homes for ref in (key_name(contact, period(at)), (contact, Klass.IDENTITY, period(at)))
    ]
    held = keks(refs, create=True)
    contacts = []
    for number, (contact, _) in enumerate(homes):
        name = sealed_value(held[contact, Klass.IDENTITY, period(at)], contact, f"{word(number)} {word(number + 999)}")
        one = Contact(id=contact, created_at=at, month=period(at))
        one.name_wrapped, one.name_ciphertext = name.wrapped, name.ciphertext
        contacts.append(one)
    Contact.objects.bulk_create(contacts)
    Conversation.objects.bulk_create(
        Conversation(id=home, contact_id=contact, line=line, opened_at=at, last_message_at=at)
        for contact, home in homes
    )
    for begin in range(0, messages, AT_ONCE):
        Message.objects.bulk_create(
            _message(*homes[n % customers], line.pk, held, next(said)) for n in range(begin, begin + AT_ONCE)
        )


def _message(contact: UUID, home: UUID, line: UUID, held: dict[tuple[UUID, Klass, int], bytes], text: str) -> Message:
    at = now()
    one = Message(id=uuid7(), conversation_id=home, contact_id=contact, line_id=line, direction="in", kind="text")
    one.state, one.created_at, one.month = "received", at, period(at)
    content = Content(Who("4917604069000", name="Kunde"), What("text", text), os.urandom(ORIGINAL_BYTES))
    sealed = seal_content(held[key_name(contact, period(at))], one.pk, content, Facts.of(one)).sealed
    one.wrapped, one.ciphertext = sealed.wrapped, sealed.ciphertext
    return one


def read() -> tuple[float, float, float, float, list[tuple[float, float]]]:
    """Messages read a second, and only opened; bytes each as the system counts and as estimated; seconds of finds.

    A find's seconds are by the clock, and of the processor.
    """
    whole = Recent("", DAYS, BYTES_MAX)
    before, began = _resident(), time.perf_counter()
    while whole.filling:
        whole.step()
    rate = len(whole) / (time.perf_counter() - began)
    grown = (_resident() - before) / len(whole)
    began = time.perf_counter()
    opened = sum(len(contents_of(part)) for part in _parts())
    opening = opened / (time.perf_counter() - began)
    return rate, opening, grown, whole.bytes / len(whole), [_took(whole, text) for text in asked()]


def scan() -> float:
    """Messages a second that are looked through for a word that none has, by the process's own thread."""
    scans, stop, person = Scans(lambda: now() + timedelta(days=1)), threading.Event(), uuid7()
    told, began = scans.begin(Begin(person, "xyxyxy")), time.perf_counter()
    thread = threading.Thread(target=scans.run, args=(stop,))
    thread.start()
    while told.state is State.RUNS:
        time.sleep(0.05)
        told = scans.look(Look(person, told.scan or person))
    took = time.perf_counter() - began
    stop.set()
    thread.join()
    assert told.state is State.DONE, told.state
    return told.looked / took


def asked() -> list[str]:
    """What people type, letter by letter: a frequent word and a rare one, two words, and a number."""
    dice = random.Random(11)  # noqa: S311
    found = []
    for _ in range(100):
        one, two = word(dice.randint(0, 300)), word(dice.randint(300, 20_000))
        found += [one[:n] for n in range(2, len(one) + 1)] + [two[:n] for n in range(2, len(two) + 1)]
        found += [f"{one} {two}", f"{two[:3]} {one[:2]}", str(10**7 + 10 * dice.randint(0, 10_000))]
    return found


def is_filled(data_dir: str) -> bool:
    """Whether the installation's own search process has read everything."""
    try:
        said = ask("x", Path(data_dir, "search.sock"))
    except Away:
        return False
    return not said.filling


def _parts() -> Iterator[list[Message]]:
    last = UUID(int=(1 << 128) - 1)
    while part := list(searched().filter(pk__lt=last).order_by("-pk").only(*NEEDED)[:BATCH]):
        yield part
        last = part[-1].pk


def _took(whole: Recent, text: str) -> tuple[float, float]:
    began, worked = time.perf_counter(), time.thread_time()
    whole.find(text)
    return time.perf_counter() - began, time.thread_time() - worked


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")

"""Everything that customers do at once: 60 % text, 10 % pictures, 25 % receipts, 5 % of the rest."""

import io
import json
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image

from bench import screen
from bench.bodies import Writer, http
from bench.inbound import items, waiting
from bench.load import send
from bench.outbound import answer
from bench.place import Place, until
from bench.report import Goal, Measured

CUSTOMERS: Final = 2_000
RATE: Final = 1_000.0
#: Of twenty updates: 12 texts, 2 pictures, 5 receipts, 1 of the rest.
TURNS: Final = ("text", "text", "text", "receipt") * 4 + ("image", "rest", "image", "receipt")
PICTURES: Final = 4
SIZE: Final = (1_280, 960)  # what a phone makes of a photo before WhatsApp sends it, about

LAG = Goal("last update of a mix visible after its webhook, 1,000 updates/s", "s", 1, "less")
SHOWN = Goal("webhook to screen, texts of a mix of 320 updates/s, open streams of 200 agents, p99", "s", 1, "less")
FILES = Goal("pictures of the mix fetched, sealed and drawn anew, from first webhook to last picture", "1/s", 0, "more")


def measure(place: Place, seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """Offered 1,000 a second for `seconds`.

    Each update has its effect once: every message is there, every answer is read, every file arrives.
    """
    updates = int(RATE * seconds)
    mixed = _begin(place, updates)
    began = time.perf_counter()
    _offer(place, [mixed.request(n, int(time.time())) for n in range(updates)], RATE)
    offered = time.perf_counter()
    until(lambda: waiting(place) == 0, 600)
    yield LAG, Measured(time.perf_counter() - offered)
    files = updates * TURNS.count("image") // len(TURNS)
    until(lambda: place.number("SELECT count(*) FROM messaging_file WHERE state <> 'waiting'") == files, 3_600)
    yield FILES, Measured(files / (time.perf_counter() - began))
    assert place.number("SELECT count(*) FROM messaging_file WHERE state = 'stored'") == files, "a picture is missing"
    assert _told(place, "read") == receipts(updates), "an answer is not read"
    arrived = place.number("SELECT count(*) FROM messaging_message WHERE direction = 'in'")
    assert arrived == CUSTOMERS + updates - receipts(updates), f"{arrived} messages came in"


def measure_screen(place: Place, seconds: float) -> Iterator[tuple[Goal, Measured]]:
    """As `screen` does, of the texts among all that comes: pictures are fetched and drawn meanwhile."""
    updates = int(screen.RATE * seconds)
    mixed = _begin(place, updates)
    requests = [mixed.request(n, int(time.time())) for n in range(updates)]
    texts = {mixed.number(n): n for n in range(updates) if TURNS[n % len(TURNS)] == "text"}
    yield SHOWN, screen.shown(place, requests, texts)


def receipts(updates: int) -> int:
    """How many of so many updates, a multiple of their turns, are receipts."""
    return updates * TURNS.count("receipt") // len(TURNS)


def _begin(place: Place, updates: int) -> "Mixed":
    """Everybody has written once, and has answers to be read."""
    writer = Writer(place.told, CUSTOMERS)
    _offer(place, writer.requests(CUSTOMERS, int(time.time())), CUSTOMERS)
    until(lambda: waiting(place) == 0, 600)
    chats = [chat["id"] for chat in items(place, "/conversations")]
    place.sql("UPDATE lanes_pace SET rate = 4000, burst = 1000 WHERE name <> 'files'")
    count = receipts(updates)
    answer(place, [chats[n % CUSTOMERS] for n in range(count)])
    until(lambda: _told(place, "delivered") == count, 600)
    return Mixed(writer, iter(_answers(place, chats)), [_put(place, n) for n in range(PICTURES)])


@dataclass(slots=True)
class Mixed:
    """Makes requests of all kinds, in turns. `answers` are (provider's id, ours), each read once."""

    writer: Writer
    answers: Iterator[tuple[str, str]]
    pictures: Sequence[Mapping[str, Any]]

    @staticmethod
    def number(update: int) -> int:
        """What the message that comes with `update` calls itself: everybody has written one before."""
        return CUSTOMERS + update

    def request(self, number: int, moment: int) -> bytes:
        """The HTTP request that brings update `number`."""
        told, turn = self.writer.told, TURNS[number % len(TURNS)]
        body = json.loads(self.writer.body(self.number(number), moment))
        value = body["entry"][0]["changes"][0]["value"]
        message = value["messages"][0]
        if turn == "receipt":
            provider_id, own_id = next(self.answers)
            status = {"id": provider_id, "status": "read", "timestamp": str(moment), "biz_opaque_callback_data": own_id}
            del value["messages"]
            value["statuses"] = [status | {"recipient_user_id": message["from_user_id"]}]
        elif turn != "text":
            del message["text"]
            message |= self._picture(number) if turn == "image" else self._rest(number)
        return http(told, json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode("ascii"))

    def _picture(self, number: int) -> dict[str, Any]:
        return {"type": "image", "image": {**self.pictures[number % len(self.pictures)], "caption": "Ein Bild"}}

    def _rest(self, number: int) -> dict[str, Any]:
        """A reaction to the customer's first message, a place, a contact card, or what nobody can show."""
        first = self.writer.id_of(number % CUSTOMERS)
        return (
            {"type": "reaction", "reaction": {"message_id": first, "emoji": "👍"}},
            {"type": "location", "location": {"latitude": 52.52, "longitude": 13.405}},
            {"type": "contacts", "contacts": [{"name": {"formatted_name": "Kunde"}, "phones": []}]},
            {"type": "unsupported", "errors": [{"code": 131051, "title": "Message type unknown"}]},
        )[number // len(TURNS) % 4]


def _offer(place: Place, requests: Sequence[bytes], rate: float) -> None:
    load = send(place.told["webhook_url"], requests, connections=32, seconds=len(requests) / rate, rate=rate)
    assert len(load.accepted) == len(requests), load.statuses  # else less than that was offered


def _told(place: Place, state: str) -> int:
    reached = {"delivered": "'delivered', 'read'", "read": "'read'"}[state]
    return place.number(f"SELECT count(*) FROM messaging_message WHERE state IN ({reached})")  # noqa: S608


def _answers(place: Place, chats: Sequence[str]) -> list[tuple[str, str]]:
    sent = (m for chat in chats for m in items(place, f"/conversations/{chat}/messages") if m["direction"] == "out")
    return [(message["provider_message_id"], message["id"]) for message in sent]


def _put(place: Place, number: int) -> dict[str, Any]:
    """A picture that the simulator holds as a customer's; what a webhook says of it."""
    out = io.BytesIO()
    Image.effect_noise(SIZE, 40 + 10 * number).convert("RGB").save(out, "JPEG", quality=80)
    url = f"{place.told['simulator_control_url']}/files"
    ask = urllib.request.Request(url, out.getvalue(), {"Content-Type": "image/jpeg"})  # noqa: S310 - our own simulator
    with urllib.request.urlopen(ask) as given:  # noqa: S310
        told: dict[str, Any] = json.loads(given.read())
    return told

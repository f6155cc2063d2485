"""Files as they lie in the store after they were fetched, without fetching them."""

from jawort.messaging.content import period
from jawort.messaging.files.content import WHOLE, Claims, Stream
from jawort.messaging.files.judge import judged
from jawort.messaging.files.keep import keep
from jawort.messaging.files.models import File
from jawort.messaging.files.store import FILE_BYTES_MAX, begin, describe, write
from jawort.messaging.models import Message
from jawort.vault.chunks import CHUNK_BYTES
from tests.fixtures.scene import Scene

PDF = b"%PDF-1.7\n" + bytes(i % 253 for i in range(5 * CHUNK_BYTES + 17))
CLAIMS = Claims("Angebot für Kim.pdf", "application/pdf")


def a_waiting_file(scene: Scene, message: Message) -> File:
    """A file of `message` that nobody has fetched yet."""
    at = scene.clock.at
    return File.objects.create(
        message=message,
        contact=message.contact,
        direction="in",
        month=period(at),
        asked_at=at,
        created_at=at,
        actor=f"customer:{message.contact_id}",
    )


def fetched(scene: Scene, waiting: File, content: bytes = PDF, claims: Claims = CLAIMS) -> File:
    """The same file, its bytes written and kept."""
    file = begin(waiting.pk)
    assert file is not None
    keep(file, judged(file, claims, write(file, [content], limit=FILE_BYTES_MAX)), scene.clock.at)
    return File.objects.get(pk=file.pk)


def stream_of(file: File) -> Stream:
    """Where its bytes lie."""
    stream = describe([file])[file.pk].stream(WHOLE)
    assert stream is not None
    return stream

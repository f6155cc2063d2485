"""Where files come from: the platform, block by block, into the thread that stores them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from jawort.channels.whatsapp.media import DOWNLOAD_S as DOWNLOAD_S
from jawort.channels.whatsapp.media import Download, MediaClient, NotFetched
from jawort.messaging.carrier import BrokenOff, GraphCarrier, reach_of
from jawort.messaging.files.store import FILE_BYTES_MAX

#: The process is about to end; whoever comes next goes on.
ENDING: Final = "worker_ended"


class Bytes(Protocol):
    """A file under way. `sha256` is what the platform says it hashes to, or empty; blocks are pulled, never pushed."""

    sha256: bytes

    def __iter__(self) -> Iterator[bytes]:
        """Its blocks. Raises NotFetched."""


class Source(Protocol):
    """Gives out files by the platform's ids."""

    def open(self, line: UUID, provider_id: str) -> AbstractContextManager[Bytes]:
        """The file of a line of ours, hung up at the end. Raises NotFetched."""


@dataclass
class _Pulled:
    """A download that runs in the carrier's loop, pulled from another thread."""

    carrier: GraphCarrier
    download: Download

    def __post_init__(self) -> None:
        self.sha256 = self.download.sha256

    def __iter__(self) -> Iterator[bytes]:
        try:
            while block := self.carrier.run(self.download.block()):
                yield block
        except BrokenOff:
            raise NotFetched(ENDING, passing=True) from None


class GraphSource:
    """Fetches over the Graph API, in the loop of the carrier."""

    def __init__(self, carrier: GraphCarrier, client: MediaClient | None = None) -> None:
        self.carrier = carrier
        self.client = client or MediaClient(carrier.graph_url, egress=carrier.egress)
        carrier.closes.append(self.client.close)

    @contextmanager
    def open(self, line: UUID, provider_id: str) -> Iterator[Bytes]:
        """See Source."""
        to = reach_of(line)
        if to is None:
            raise NotFetched("token", passing=True)
        try:
            download = self.carrier.run(self.client.download(to.token, to.phone_number_id, provider_id))
        except BrokenOff:
            raise NotFetched(ENDING, passing=True) from None
        try:
            if (download.announced or 0) > FILE_BYTES_MAX:
                raise NotFetched("too_large", passing=False)
            yield _Pulled(self.carrier, download)
        finally:
            self.carrier.loop.call_soon_threadsafe(download.close)

"""Seals much, in threads and in children forked after a session began: `python -m tests.vault.sealing COUNT FOLDER`.

What must never come twice goes into files, 12 bytes each: `wrapped` and `secret` nonces under one key, `content` the
tag of an empty content (a nonce that is always zero: the same tag means the same key), `transit` key and nonce of a
body, `session` its key.
"""

import os
import sys
from collections.abc import Mapping
from datetime import date
from hashlib import blake2b
from pathlib import Path
from threading import Thread
from typing import BinaryIO
from uuid import UUID

from jawort.vault.seal import NONCE_BYTES, Klass, aad, kek, seal
from jawort.vault.secret import seal_secret
from jawort.vault.transit_seal import DAY_END, HEADER_BYTES, Session

WIDTH = 12
KINDS = ("wrapped", "content", "transit", "session", "secret")
CHILDREN = 3
THREADS = 2
RENEWALS = 8
DAY = date(2026, 6, 8)
#: The day's public key; the base point is one.
PUBLIC = bytes([9]) + bytes(31)
KEY = kek(b"s" * 32, b"p" * 32, Klass.OPEN, 202606)
BOUND = aad(Klass.OPEN, UUID("0190a1b2-0000-7000-8000-000000000001"))


def short(value: bytes) -> bytes:
    """Twelve bytes that stand for more."""
    return blake2b(value, digest_size=WIDTH).digest()


def seals(count: int, session: Session, out: Mapping[str, BinaryIO]) -> None:
    """Of five seals two are contents, two bodies, one a token; now and then the session is renewed."""
    for number in range(count // 5):
        for _ in range(2):
            sealed = seal(KEY, b"", b"", BOUND)
            out["wrapped"].write(sealed.wrapped[:NONCE_BYTES])
            out["content"].write(sealed.ciphertext[:WIDTH])
            body = session.seal(b"{}")
            out["transit"].write(short(body[DAY_END : HEADER_BYTES + NONCE_BYTES]))
        out["secret"].write(seal_secret("lines/1/token", b"token", KEY)[:NONCE_BYTES])
        if number % (count // 5 // RENEWALS) == 0 and number:
            session = Session(PUBLIC, DAY)
            out["session"].write(short(session.seal(b"")[DAY_END:HEADER_BYTES]))


def work(count: int, session: Session, folder: Path) -> None:
    """Seal in threads; a file for each and kind."""

    def one(thread: int) -> None:
        out = {kind: (folder / f"{kind}-{os.getpid()}-{thread}").open("wb") for kind in KINDS}
        seals(count, session, out)
        for file in out.values():
            file.close()

    threads = [Thread(target=one, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main(count: int, folder: Path) -> int:
    """Begin a session, fork, and go on with it on all sides; 0 if no child failed."""
    session = Session(PUBLIC, DAY)
    each = count // ((CHILDREN + 1) * THREADS)
    children = []
    for _ in range(CHILDREN):
        pid = os.fork()
        if pid == 0:
            work(each, session, folder)
            os._exit(0)
        children.append(pid)
    work(each, session, folder)
    return max(os.waitpid(pid, 0)[1] for pid in children)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2])))

"""Audit a log over HTTP: `python -m jawort.ledger.tlog URL VKEY [--state FILE]`.

URL is the log's prefix (…/ledger), VKEY the verifier key that the auditor got from the operator on another way. With
`--state` the checkpoint is kept in FILE, and the next audit finds out if the log was rewritten since. Exit code 0 if
all holds, 1 if something does not, 2 if the audit could not run. A proxy and a CA bundle are taken from the
environment (https_proxy, SSL_CERT_FILE).
"""

import argparse
import sys
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from jawort.ledger.tlog.auditor import Problem, Report, audit
from jawort.ledger.tlog.checkpoint import Checkpoint, open_checkpoint
from jawort.ledger.tlog.merkle import EMPTY_ROOT
from jawort.ledger.tlog.note import NoteError, Verifier
from jawort.ledger.tlog.tiles import ENTRY_BYTES_MAX, TILE_WIDTH, AbsentError

ANSWER_BYTES_MAX = TILE_WIDTH * (2 + ENTRY_BYTES_MAX)  # the largest bundle
ANSWER_SECONDS_MAX = 30


class CannotRunError(Exception):
    """The audit could not be made. The text is one sentence."""


def reader(url: str) -> Callable[[str], bytes]:
    """Reads paths below `url`. Raises AbsentError for what is not there, CannotRunError for what cannot be asked."""
    if not url.startswith(("http://", "https://")):
        raise CannotRunError(f"{url!r} is no address that begins with http:// or https://.")
    prefix = url.rstrip("/")

    def read(path: str) -> bytes:
        request = Request(f"{prefix}/{path}", headers={"User-Agent": "jawort-auditor"})  # noqa: S310 - http(s) only, above
        try:
            with urlopen(request, timeout=ANSWER_SECONDS_MAX) as answer:  # noqa: S310
                data: bytes = answer.read(ANSWER_BYTES_MAX + 1)
        except HTTPError as error:
            error.close()
            if error.code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
                raise AbsentError(path) from None
            raise CannotRunError(f"{prefix}/{path} answers {error.code}.") from None
        except (URLError, OSError) as error:
            raise CannotRunError(f"{prefix}/{path} cannot be read: {error}.") from None
        if len(data) > ANSWER_BYTES_MAX:
            raise CannotRunError(f"{prefix}/{path} is longer than any tile or bundle.")
        return data

    return read


def run(url: str, vkey: str, state: Path | None) -> Report:
    """Audit the log at `url`, and keep its checkpoint in `state` if all holds. Raises CannotRunError."""
    try:
        log = Verifier.parse(vkey)
        known = kept(state, log)
        read = reader(url)
        head = read("checkpoint")
    except NoteError as error:
        raise CannotRunError(str(error)) from None
    except AbsentError:
        raise CannotRunError(f"There is no checkpoint at {url}.") from None
    try:
        # One checkpoint for the whole audit: the log may grow meanwhile.
        report = audit(lambda path: head if path == "checkpoint" else read(path), log, known)
    except NoteError as error:
        unsigned = Problem("checkpoint.signature", f"The checkpoint is none that this key has signed. {error}")
        return Report(log.name, 0, EMPTY_ROOT, [unsigned])
    if not report.problems:
        keep(state, head)
    return report


def kept(state: Path | None, log: Verifier) -> list[Checkpoint]:
    """The checkpoint of an earlier audit. Raises NoteError if it is not of this log."""
    return [open_checkpoint(state.read_bytes(), log)[0]] if state is not None and state.exists() else []


def keep(state: Path | None, checkpoint: bytes) -> None:
    """Keep a checkpoint for the next audit: the log must then still begin with what it says. Raises CannotRunError."""
    if state is not None:
        draft = state.with_name(state.name + ".new")
        try:
            draft.write_bytes(checkpoint)
            draft.replace(state)
        except OSError as error:
            raise CannotRunError(f"{state} cannot be written ({error.strerror}): name another file.") from None


def main(arguments: list[str]) -> int:
    """Run as a command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m jawort.ledger.tlog", description="Audit a log over HTTP.")
    parser.add_argument("url", help="the log's prefix, such as https://desk.example/ledger")
    parser.add_argument("vkey", help="the log's verifier key, got from the operator on another way")
    parser.add_argument("--state", type=Path, help="file that keeps the last checkpoint between audits")
    given = parser.parse_args(arguments)
    try:
        report = run(given.url, given.vkey, given.state)
    except CannotRunError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for problem in report.problems:
        sys.stdout.write(f"{problem.code}: {problem.text}\n")
    verdict = "All holds" if not report.problems else "This log does not hold"
    sys.stdout.write(f"{verdict}: {report.origin}, {report.size} entries, root {report.root.hex()}.\n")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

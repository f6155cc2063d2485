"""`jawort verify`: prove that the log is whole, and that every record still is what was committed to."""

from argparse import Namespace

from jawort.cli.snapshot import snapshot
from jawort.cli.verdict import Verdict, tell
from jawort.core.config import Config, ConfigError
from jawort.ledger.checks import Marked
from jawort.ledger.read import checkpoint, vkey
from jawort.ledger.tlog.__main__ import CannotRunError, keep, kept
from jawort.ledger.tlog.checkpoint import Checkpoint
from jawort.ledger.tlog.note import NoteError, Verifier
from jawort.ledger.verify import verify_log
from jawort.messaging.proof import prove


def run(options: Namespace, config: Config) -> int:
    """Verify the installation's own log and records; 0 if all holds, else 1. Raises ConfigError for a foreign state.

    `--state` keeps the last checkpoint: only what is kept outside shows that the end of a log was cut off.
    """
    marked = Marked.read(config.ledger_mark)  # before the log is read: it goes on, and its mark with it
    with snapshot():
        records = prove()
    log = verify_log(options.vkey, _known(options))
    problems = [*marked.findings(), *log.problems, *records.problems]
    signed = checkpoint()
    if not problems and signed is not None:
        try:
            keep(options.state, signed)
        except CannotRunError as error:
            raise ConfigError(str(error)) from None
    return tell(Verdict(log.size, log.root, records.checked, problems, log.waiting), options)


def _known(options: Namespace) -> list[Checkpoint]:
    public = options.vkey or vkey()
    if public is None:
        return []
    try:
        return kept(options.state, Verifier.parse(public))
    except NoteError as error:
        raise ConfigError(f"The checkpoint in {options.state} is not of this log: {error}") from None

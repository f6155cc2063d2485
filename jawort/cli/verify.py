"""`jawort verify`: prove that the log is whole, and that every record still is what was committed to."""

from argparse import Namespace

from jawort.cli.snapshot import snapshot
from jawort.cli.verdict import Verdict, tell
from jawort.core.config import Config
from jawort.ledger.verify import verify_log
from jawort.messaging.proof import prove


def run(options: Namespace, _config: Config) -> int:
    """Verify the installation's own log and records; 0 if all holds, else 1."""
    with snapshot():
        records = prove()
    log = verify_log(options.vkey)
    return tell(Verdict(log.size, log.root, records.checked, [*log.problems, *records.problems]), options)

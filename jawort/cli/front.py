"""`jawort front`: the desk, the API, the live stream and the ledger's pages; and who looks whether a worker runs."""

import threading
from argparse import Namespace
from typing import Final

from jawort.alarms.watchman import Watchman
from jawort.core import clock
from jawort.core.config import Config
from jawort.egress.scribe import Scribe
from jawort.front.serve import serve_front

#: For what was counted last to be written down.
END_S: Final = 1.0


def run(_options: Namespace, config: Config) -> int:
    """Listen until SIGINT or SIGTERM. Raises ConfigError."""
    stop = threading.Event()
    threading.Thread(target=Watchman(config, clock.now()).run, args=(stop,), name="watchman", daemon=True).start()
    scribe = threading.Thread(target=Scribe().run, args=(stop,), name="scribe", daemon=True)
    scribe.start()
    try:
        serve_front(config)
    finally:
        stop.set()
        scribe.join(END_S)
    return 0

"""`jawort front`: the desk, the API, the live stream and the ledger's pages; and who looks whether a worker runs."""

import threading
from argparse import Namespace

from jawort.alarms.watchman import Watchman
from jawort.core import clock
from jawort.core.config import Config
from jawort.front.serve import serve_front


def run(_options: Namespace, config: Config) -> int:
    """Listen until SIGINT or SIGTERM. Raises ConfigError."""
    stop = threading.Event()
    threading.Thread(target=Watchman(config, clock.now()).run, args=(stop,), name="watchman", daemon=True).start()
    try:
        serve_front(config)
    finally:
        stop.set()
    return 0

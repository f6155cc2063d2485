"""`jawort front`: the desk, the API, the live stream and the ledger's pages."""

from argparse import Namespace

from jawort.core.config import Config
from jawort.front.serve import serve_front


def run(_options: Namespace, config: Config) -> int:
    """Listen until SIGINT or SIGTERM. Raises ConfigError."""
    serve_front(config)
    return 0

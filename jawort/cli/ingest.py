"""`jawort front --only ingest`: the webhook listener, a process of its own without Django."""

import dataclasses
from argparse import Namespace

from jawort.cli import ready
from jawort.core.config import Config
from jawort.front.ingest import serve_ingest


def run(_options: Namespace, config: Config) -> int:
    """Listen until SIGINT or SIGTERM. Raises ConfigError."""
    serve_ingest(dataclasses.replace(config, database_url=ready.standing_database(config)))
    return 0

"""A step of `jawort serve`: as long as nobody can administer, print the link that lets somebody begin."""

from argparse import Namespace

from jawort.core import clock
from jawort.core.config import Config
from jawort.staff.first import offer


def run(_options: Namespace, config: Config) -> int:
    """Print the link if it is needed; the one that was printed before opens nothing any more."""
    token = offer(clock.now())
    if token is not None:
        print("Nobody can administer yet. This link opens the first account, for a day, once:", flush=True)
        print(f"{config.public_url}/first/{token}", flush=True)
    return 0

"""Whether a port can be listened on, asked before anything is started that would find out late."""

import socket
from contextlib import suppress

LOOPBACK = "127.0.0.1"


def free(host: str, port: int) -> bool:
    """Whether `host` and `port` can be bound now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the listeners do: TIME_WAIT is free
        with suppress(OSError, OverflowError):
            one.bind((host, port))
            return True
    return False

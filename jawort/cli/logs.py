"""Structured logs: one JSON object a line on standard error, and nothing personal in it.

What a line may carry is decided by who wrote it. Our own loggers (`jawort.…`) write words and ids, and are taken at
their word. Of everybody else's only the fixed text is taken: a library quotes addresses, statements and bodies. Of an
exception the line carries the class and the places in our code, never its text, for the same reason.
"""

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

FRAMES_MAX = 12
#: Libraries that fill nothing in before they log.
SPEAKS_FIXED = {"uvicorn"}
#: What `extra=` may add to a line, so that a careless `extra` does not print what it carries.
FACTS = ("who", "code", "seconds", "bodies", "failure", "kind", "source")


class JsonLines(logging.Formatter):
    """Makes the line."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.role = role

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON: at, level, role, logger, event, facts, error, frames."""
        author = record.name.split(".")[0]
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "role": self.role,
            "logger": record.name,
            "event": record.getMessage() if author == "jawort" else fixed_text(record, author),
        }
        line |= {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line |= told(record.exc_info[0], record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def fixed_text(record: logging.LogRecord, author: str) -> str:
    """What a library's source says, without what it filled in. A line without arguments may be filled in already."""
    fixed = isinstance(record.msg, str) and (record.args or author in SPEAKS_FIXED)
    return str(record.msg)[:200] if fixed else "(a text that may quote)"


def told(kind: type[BaseException], trace: TracebackType | None) -> dict[str, Any]:
    """What may be said of an exception: its class, and where."""
    frames = traceback.extract_tb(trace)[-FRAMES_MAX:]
    return {
        "error": f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins."),
        "frames": [f"{frame.filename.rsplit('site-packages/', 1)[-1]}:{frame.lineno}" for frame in frames],
    }


def configure(role: str, level: int = logging.INFO) -> None:
    """Send every logger, and every exception that nobody caught, through `JsonLines` to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(role))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)
    log = logging.getLogger("jawort.cli")

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("ended by an exception", exc_info=(kind, error, trace))

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            log.critical("a thread ended by an exception", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            log.error("an exception was lost", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, uncaught_in_thread, unraisable

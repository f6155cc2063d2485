"""The commands: what can be called, and which module does it.

A command's module is imported only when it is called, and after Django is ready where it needs Django: the webhook
listener must not carry Django, and models cannot be imported before it. Each module has
`run(options: Namespace, config: Config) -> int`.

Exit codes: 0 fine, 1 findings, 2 could not run.
"""

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Protocol, cast

from jawort import __version__
from jawort.cli import logs, ready
from jawort.cli.postgres import ServerError
from jawort.core.config import Config, ConfigError, load
from jawort.staff.permissions import Role

COULD_NOT_RUN = 2
FAILED = 1

log = logging.getLogger(__name__)


class Needs(Enum):
    """What has to be there before a command's module can be imported."""

    NOTHING = auto()
    #: A database that stays, with Django.
    STANDING = auto()
    #: A database for as long as the command takes, with Django; one that exists.
    EXISTING = auto()
    #: The same; made at the first start, and the root key with it.
    MADE = auto()


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its module in this package, what it needs, what it is for (empty: a step of another, not shown)."""

    module: str
    needs: Needs
    help: str


class Module(Protocol):
    """What a command's module offers."""

    def run(self, options: argparse.Namespace, config: Config) -> int: ...


COMMANDS = {
    "serve": Command("serve", Needs.NOTHING, "run everything on this machine: database, desk, webhooks, work"),
    "front": Command("front", Needs.STANDING, "run the desk, the API and the ledger's pages"),
    "ingest": Command("ingest", Needs.NOTHING, ""),  # `front --only ingest`
    "work": Command("work", Needs.STANDING, "run intake, lanes and the ledger's sequencer"),
    "search": Command("search", Needs.STANDING, "hold recent messages in memory, so that the desk can search them"),
    "simulator": Command("simulator", Needs.NOTHING, "run a WhatsApp Cloud API of our own, for trying out and tests"),
    "migrate": Command("migrate", Needs.MADE, "bring the database's tables up to date"),
    "demo": Command("demo", Needs.NOTHING, "everything with a simulated WhatsApp and fictional people"),
    "demo-setup": Command("demo_setup", Needs.MADE, ""),  # a step of `demo`
    "first-link": Command("first_link", Needs.STANDING, ""),  # a step of `serve`
    "lines": Command("lines", Needs.EXISTING, "list the lines; connect one, replace secrets, let one send again"),
    "staff": Command("staff", Needs.EXISTING, "list accounts and tokens; hire somebody, give or revoke a token"),
    "doctor": Command("doctor", Needs.EXISTING, "check everything that must hold at rest"),
    "verify": Command("verify", Needs.EXISTING, "prove that the ledger and its records are whole"),
    "egress": Command("egress", Needs.NOTHING, "print what a firewall must let pass"),
    "verify-remote": Command("verify_remote", Needs.NOTHING, ""),  # `verify --url`
}


def run(argv: Sequence[str]) -> int:
    """Run a command; its exit code. What can be set right is said in one sentence, without a traceback."""
    options = parser().parse_args(argv)
    name = _name(options)
    command = COMMANDS[name]
    ready.no_core_dumps()
    logs.configure(name)
    if options.data_dir is not None:
        os.environ["JAWORT_DATA_DIR"] = str(options.data_dir)
    try:
        with ExitStack() as stack:
            config = _prepare(command.needs, load(), stack)
            module = cast(Module, importlib.import_module(f"jawort.cli.{command.module}"))
            return module.run(options, config)
    except (ConfigError, ServerError) as error:
        sys.stderr.write(f"{error}\n")
        return COULD_NOT_RUN
    except Exception:
        log.critical("ended by an exception", exc_info=True)
        # A role that broke down may be started again (1); a command that looked at something found nothing out.
        return FAILED if command.needs in {Needs.NOTHING, Needs.STANDING} else COULD_NOT_RUN


def _name(options: argparse.Namespace) -> str:
    """The command in COMMANDS: options can choose another one than the word."""
    if options.command == "front" and options.only == "ingest":
        return "ingest"
    return "verify-remote" if options.command == "verify" and options.url else str(options.command)


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(prog="jawort", description="Talk to customers through one connector, in one inbox.")
    top.add_argument("--version", action="version", version=f"jawort {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    made = {}
    for name, command in COMMANDS.items():
        if name in {"ingest", "verify-remote"}:
            continue
        one = commands.add_parser(name, help=command.help) if command.help else commands.add_parser(name)
        one.add_argument("--data-dir", type=Path, metavar="D", help="where root key and own database live")
        made[name] = one
    made["front"].add_argument("--only", choices=["ingest"], help="run the webhook listener and nothing else")
    for name in ("demo", "doctor", "egress", "verify"):
        made[name].add_argument("--json", action="store_true", help="print one line of JSON")
    made["demo"].add_argument("--port", type=_port, metavar="N", help="first of three consecutive ports")
    made["demo"].add_argument("--empty", action="store_true", help="without demo data")
    made["demo"].add_argument("--profile", choices=["demo", "bench"], default="demo", help="how the simulator behaves")
    _lines_options(made["lines"])
    _staff_options(made["staff"])
    made["verify"].add_argument("--url", metavar="URL", help="verify the log served there instead of a database")
    made["verify"].add_argument("--state", type=Path, metavar="F", help="keeps the last checkpoint between two runs")
    made["verify"].add_argument("--vkey", metavar="KEY", help="the log's verifier key, got on a separate way")
    return top


def _lines_options(lines: argparse.ArgumentParser) -> None:
    lines.add_argument("--connect", metavar="ID", help="connect the number with this phone number id")
    lines.add_argument("--name", metavar="N", help="what the line is called here")
    lines.add_argument("--app", metavar="A", help="what its platform app is called here; a known one needs no secrets")
    lines.add_argument("--waba-id", metavar="ID", help="its WhatsApp business account")
    lines.add_argument("--portfolio", metavar="ID", help="its business portfolio, on which customers' ids hang")
    lines.add_argument("--number", metavar="P", help="the number itself, in international form")
    lines.add_argument("--rate", type=int, default=80, metavar="N", help="messages a second that it may send (80)")
    lines.add_argument("--imprint", metavar="URL", help="where customers find the imprint, before the first number")
    lines.add_argument("--privacy", metavar="URL", help="where they find the privacy notice, before the first number")
    lines.add_argument("--receipts", nargs=2, metavar=("ID", "WHAT"), help="what customers learn: never, read, typing")
    lines.add_argument("--templates", action="store_true", help="have WhatsApp list our templates now")
    lines.add_argument("--resume", metavar="ID", help="phone number id of the line that may send again")
    lines.add_argument("--add-secret", metavar="A", help="accept a second secret of this app, while it is replaced")
    lines.add_argument("--drop-secret", metavar="A", help="accept only the newest secret of this app")
    for what in ("token", "secret", "verify-token"):
        lines.add_argument(f"--{what}-file", type=Path, metavar="F", help=f"file that holds the {what}")


def _staff_options(staff: argparse.ArgumentParser) -> None:
    staff.add_argument("--hire", metavar="E", help="open an account with this e-mail address")
    staff.add_argument("--name", metavar="N", help="the person's name, or what a token is for")
    staff.add_argument("--role", choices=[role.value for role in Role], help="what the person is in the company")
    staff.add_argument("--password-file", type=Path, metavar="F", help="file that holds the password, else one is made")
    staff.add_argument("--token", metavar="E", help="give a program a token that acts with this account's rights")
    staff.add_argument("--revoke", metavar="ID", help="end this token")
    lost = "let this account in with its password alone: phone and codes are lost"
    staff.add_argument("--remove-second-factor", metavar="E", help=lost)


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 65_533:
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 1 to 65533")
    return int(text)


def _prepare(needs: Needs, config: Config, stack: ExitStack) -> Config:
    """See that what the command needs is there, until `stack` closes; the configuration with the database in it."""
    match needs:
        case Needs.NOTHING:
            return config
        case Needs.STANDING:
            ready.django(config, ready.standing_database(config), make_key=True)
        case Needs.EXISTING:
            ready.django(config, stack.enter_context(ready.database(config)), make_key=False)
        case Needs.MADE:
            ready.open_vault(config, make=True)  # before the database: beside one that is there no key is made
            ready.django(config, stack.enter_context(ready.database(config, make=True)), make_key=True)
    return load()

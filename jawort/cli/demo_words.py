"""What a demo says to the person at the terminal, in their language."""

import os
import sys
from collections.abc import Callable
from typing import Protocol

from jawort.cli.demo_notes import SignIn

_PROGRESS = {
    "database": ("PostgreSQL startet …", "Starting PostgreSQL …"),
    "tables": ("Tabellen und Personal werden angelegt …", "Creating tables and staff …"),
    "processes": ("Prozesse starten …", "Starting processes …"),
    "data": ("Erfundene Kundschaft schreibt …", "Fictional customers are writing …"),
}
_ROLES = {
    "agent": ("Bearbeitung", "agent"),
    "supervisor": ("Leitung", "supervisor"),
    "data_protection_officer": ("Datenschutz", "data protection officer"),
    "administrator": ("Administration", "administrator"),
}
_WELCOME = (
    """
Jawort läuft. Alles hier ist erfunden, und nichts verlässt diesen Rechner.

  Im Browser       {url}
  Telefone         {simulator}
  Daten            {data_dir}

Anmelden mit:
{people}

Beenden mit Strg+C. Die Daten bleiben liegen; der nächste Start macht dort weiter.
""",
    """
Jawort is running. Everything here is made up, and nothing leaves this machine.

  In the browser   {url}
  Phones           {simulator}
  Data             {data_dir}

Sign in as:
{people}

Stop with Ctrl+C. The data stay where they are; the next start goes on from there.
""",
)


class Told(Protocol):
    """What there is to tell of a demo."""

    @property
    def url(self) -> str: ...
    @property
    def simulator_url(self) -> str: ...
    @property
    def data_dir(self) -> object: ...
    @property
    def people(self) -> list[SignIn]: ...


def german() -> bool:
    """Whether this terminal is a German one (POSIX: the first of these that is set)."""
    chosen = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((one for one in chosen if one), "").startswith("de")


def progress(*, quiet: bool) -> Callable[[str], None]:
    """Says what is being done, on standard error; nothing when `quiet`."""

    def say(step: str) -> None:
        if not quiet:
            sys.stderr.write(_chosen(_PROGRESS[step]) + "\n")
            sys.stderr.flush()

    return say


def welcome(demo: Told) -> str:
    """Where to go and how to sign in."""
    people = "\n".join(f"  {_chosen(_ROLES[one.role]):<24} {one.email:<40} {one.password}" for one in demo.people)
    text = _chosen(_WELCOME)
    return text.format(url=demo.url, simulator=f"{demo.simulator_url}/phone", data_dir=demo.data_dir, people=people)


def _chosen(pair: tuple[str, str]) -> str:
    return pair[0] if german() else pair[1]

"""`jawort lines`: the lines and how they are, and an operator's hand for one that stands still."""

from argparse import Namespace
from pathlib import Path

from jawort.channels.whatsapp.errors import meaning
from jawort.core import clock
from jawort.core.config import Config, ConfigError
from jawort.lines.health import set_health
from jawort.lines.models import Line, State
from jawort.lines.rotate import replace_access_token

ACTOR = "system"


def run(options: Namespace, _config: Config) -> int:
    """Say how each line is; with --resume let one send again, with a new token if one is given. Raises ConfigError."""
    if options.resume is not None:
        line = Line.objects.filter(phone_number_id=options.resume).first()
        if line is None:
            raise ConfigError(f"There is no line with the phone number id {options.resume}: “jawort lines” lists them.")
        if options.token_file is not None:
            replace_access_token(line.pk, _token(options.token_file), actor=ACTOR, at=clock.now())
        set_health(line.pk, State.LIVE, "", actor=ACTOR, at=clock.now())
    for line in Line.objects.order_by("name", "pk"):
        print(f"{line.phone_number_id}  {line.name}  {line.state}  {_trouble(line.health)}".rstrip())
    return 0


def _token(file: Path) -> str:
    """The token in a file: on a command line everybody on the machine could read it."""
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"--token-file names {file}, which cannot be read.") from None
    if not token:
        raise ConfigError(f"--token-file names {file}, which is empty.")
    return token


def _trouble(health: str) -> str:
    code = health.removeprefix("whatsapp.")
    return f"{health}: {meaning(int(code)).en}" if code.lstrip("-").isdigit() else health

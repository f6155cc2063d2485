"""`jawort simulator`: a WhatsApp Cloud API of our own, as a process of its own.

Its settings come from the environment as SIMULATOR_<NAME>, each field of `jawort.simulator.settings.Settings`: it is a
separate program, and a token on the command line could be read by every user of the machine.
"""

import dataclasses
import os
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from jawort.core.config import Config, ConfigError
from jawort.simulator.serve import serve
from jawort.simulator.settings import Settings, SettingsError

PREFIX = "SIMULATOR_"


def run(_options: Namespace, _config: Config) -> int:
    """Serve until SIGINT or SIGTERM. Raises ConfigError."""
    settings = from_environment(os.environ)
    try:
        serve(settings)
    except OSError as error:
        raise ConfigError(
            f"The simulator cannot listen on {settings.host}:{settings.port} ({error.strerror}): take another port."
        ) from None
    return 0


def from_environment(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` gives. Raises ConfigError for what is unknown, missing or of the wrong kind."""
    fields = {field.name: field for field in dataclasses.fields(Settings)}
    given: dict[str, Any] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in fields:
            raise ConfigError(f"The simulator has no setting “{name}” ({variable}): remove or correct it.")
        given[name] = _typed(variable, text, str(fields[name].type))
    missing = [n for n, f in fields.items() if f.default is dataclasses.MISSING and n not in given]
    if missing:
        names = ", ".join(PREFIX + name.upper() for name in missing)
        raise ConfigError(f"The simulator needs {names} in the environment: set them (docs/operating.md).")
    try:
        return Settings(**given)
    except SettingsError as error:
        raise ConfigError(str(error)) from None


def _typed(variable: str, text: str, kind: str) -> Any:
    try:
        if "bool" in kind:
            return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
        if "int" in kind:
            return int(text)
        if "float" in kind:
            return float(text)
    except (KeyError, ValueError):
        raise ConfigError(f"{variable} cannot be {text!r}: give it as {kind.removeprefix('<class ')}.") from None
    return tuple(part for part in text.split(",") if part) if "tuple" in kind else text

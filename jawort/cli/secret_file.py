"""Secrets come from files: on a command line everybody on the machine could read them."""

from pathlib import Path

from jawort.core.config import ConfigError


def secret_in(option: str, file: Path | None) -> str:
    """The secret in the file that `option` names, without the line's end. Raises ConfigError."""
    if file is None:
        raise ConfigError(f"{option} is missing: name a file with the secret in it.")
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{option} names {file}, which cannot be read.") from None
    if not secret:
        raise ConfigError(f"{option} names {file}, which is empty.")
    return secret

"""`jawort verify --url … --vkey …`: audit the log of another installation over HTTP.

It uses the part of the ledger that needs nothing else. Records cannot be looked at from there.
"""

from argparse import Namespace

from jawort.cli.verdict import Verdict, tell
from jawort.core.config import Config, ConfigError
from jawort.ledger.tlog import __main__ as tlog


def run(options: Namespace, _config: Config) -> int:
    """Audit; 0 if all holds, else 1. Raises ConfigError when the audit could not be made."""
    if not options.vkey:
        raise ConfigError(
            "“verify --url” needs --vkey, the verifier key as the operator gave it to you: "
            "a key fetched from the log itself would prove nothing."
        )
    try:
        report = tlog.run(options.url, options.vkey, options.state)
    except tlog.CannotRunError as error:
        raise ConfigError(str(error)) from None
    return tell(Verdict(report.size, report.root, 0, report.problems), options)

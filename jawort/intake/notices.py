"""Which account and which line of ours a notice of the platform is about."""

from collections.abc import Iterable, Mapping, Sequence

from jawort.channels.types import Notice, Update
from jawort.core.phone import parse
from jawort.lines.models import Line
from jawort.lines.queries import of_accounts
from jawort.lines.tell import Arrived

Accounts = Mapping[str, Sequence[Line]]


def accounts_of(updates: Iterable[Update]) -> Accounts:
    """The lines of the accounts that notices among `updates` name. No query where there is no notice."""
    return of_accounts({u.account_ref for u in updates if isinstance(u, Notice)})


def placed(notice: Notice, lines: Mapping[str, Line], accounts: Accounts) -> Arrived:
    """The notice with its line: the one that it names by id, else by the number as people read it, else none."""
    line = lines.get(notice.line_ref)
    if line is not None:
        return Arrived(notice, line.waba_id, line)
    siblings = accounts.get(notice.account_ref, ())
    named = [one for one in siblings if notice.number and _digits(one) == notice.number]
    return Arrived(notice, notice.account_ref, named[0] if named else None)


def _digits(line: Line) -> str:
    number = parse(line.display_number)
    return number.digits if number is not None else ""

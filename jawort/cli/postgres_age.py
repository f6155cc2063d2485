"""How old a PostgreSQL is, without asking anybody.

The project releases minor versions for all living majors on the second Thursday of February, May, August and November,
and more in between when it must (https://www.postgresql.org/developer/roadmap/). Counted from a major's first release,
that gives the lowest number that a current server can have: it never accuses a current server.
"""

from datetime import date, timedelta

from jawort.core.finding import Finding

#: First release and end of life of each major (https://www.postgresql.org/support/versioning/).
LIVES = {
    15: (date(2022, 10, 13), date(2027, 11, 11)),
    16: (date(2023, 9, 14), date(2028, 11, 9)),
    17: (date(2024, 9, 26), date(2029, 11, 8)),
    18: (date(2025, 9, 25), date(2030, 11, 14)),
}
_THURSDAY = 3


def age(version: int, today: date) -> list[Finding]:
    """Notes about a server of `version` as PostgreSQL numbers it (180006 is 18.6)."""
    major, minor = divmod(version, 10_000)
    if major not in LIVES:
        return []
    first, end = LIVES[major]
    if today > end:
        return [Finding("postgresql.end_of_life", f"PostgreSQL {major} gets no more corrections: move to a newer one.")]
    least = minor_at_least(first, today)
    if minor >= least:
        return []
    return [
        Finding(
            "postgresql.old",
            f"PostgreSQL is {major}.{minor}, and at least {major}.{least} is out: update it for its security fixes.",
        )
    ]


def minor_at_least(first: date, today: date) -> int:
    """How many scheduled minor releases there were after `first`, up to `today`."""
    months = ((year, month) for year in range(first.year, today.year + 1) for month in (2, 5, 8, 11))
    return sum(first < second_thursday(year, month) <= today for year, month in months)


def second_thursday(year: int, month: int) -> date:
    """The day of a scheduled release."""
    begin = date(year, month, 1)
    return begin + timedelta(days=(_THURSDAY - begin.weekday()) % 7 + 7)

"""How a number is at the platform: asked when somebody wants to know, and kept with the time of asking."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from django.db import transaction

from jawort.channels.egress import Way
from jawort.channels.types import Refused, Uncertain
from jawort.channels.whatsapp import business_profile, numbers
from jawort.channels.whatsapp.business_profile import Profile
from jawort.channels.whatsapp.numbers import Numbers, State, wait_for
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.lines.models import Line, Reading
from jawort.lines.queries import Reach, reach

T = TypeVar("T")


class NotRead(Exception):
    """The platform did not tell, or did not do it; `code` is its own. `uncertain` if it may have done it."""

    def __init__(self, code: int, *, uncertain: bool = False) -> None:
        super().__init__(str(code))
        self.code, self.uncertain = code, uncertain


@dataclass(frozen=True, slots=True)
class Standing:
    """What the platform said of a number. `region` is the country in which contents rest, empty for anywhere."""

    state: State
    region: str
    token_valid: bool
    token_ends_at: datetime | None
    lacks: list[str]
    profile: Profile


@dataclass(frozen=True, slots=True)
class Read:
    """What was said, and when."""

    standing: Standing
    at: datetime


def last_reading(line_id: UUID) -> Read | None:
    """What was said last; None if nothing was, or not as this version reads it."""
    row = Reading.objects.filter(line_id=line_id).first()
    return _read(row) if row is not None else None


def _read(row: Reading) -> Read | None:
    try:
        return Read(msgspec.convert(row.told, Standing), row.read_at)
    except msgspec.ValidationError:
        return None


def ending_tokens(until: datetime) -> list[tuple[Line, datetime]]:
    """The lines whose access token ends before `until`, by what was said last, with when it ends."""
    rows = Reading.objects.select_related("line").order_by("line__name", "line_id")
    found = [(row.line, read.standing.token_ends_at) for row in rows if (read := _read(row)) is not None]
    return [(line, ends) for line, ends in found if ends is not None and ends < until]


def read_anew(line_id: UUID, graph: Way, *, at: datetime) -> None:
    """Ask the platform, and keep what it says. Raises NotRead, Line.DoesNotExist."""
    to = _reach(line_id)
    _keep(line_id, wait_for(_asked(to, graph)), at)


def change_profile(line_id: UUID, wanted: Profile, graph: Way, *, actor: str, at: datetime) -> bool:
    """Have the company's profile be as `wanted`; True if that changed anything. Raises NotRead, Line.DoesNotExist."""
    to = _reach(line_id)

    async def changed(client: Numbers) -> list[str]:
        names = _known(await business_profile.profile(client, to.phone_number_id)).differs(wanted)
        if names:
            _known(await business_profile.change_profile(client, to.phone_number_id, wanted, names))
        return names

    names = wait_for(changed(Numbers(graph, to.token)))
    if names:
        _enter(line_id, names, actor, at)
        read_anew(line_id, graph, at=at)
    return bool(names)


async def _asked(to: Reach, graph: Way) -> Standing:
    client, ref = Numbers(graph, to.token), to.phone_number_id
    token, state, region, profile = await asyncio.gather(
        numbers.token(client, to.token),
        numbers.state(client, ref),
        numbers.region(client, ref),
        business_profile.profile(client, ref),
    )
    known = _known(token)
    return Standing(
        state=_known(state),
        region=_known(region),
        token_valid=known.valid,
        token_ends_at=known.ends_at,
        lacks=known.lacks,
        profile=_known(profile),
    )


def _known(found: T | Refused | Uncertain) -> T:
    if isinstance(found, Uncertain):
        raise NotRead(0, uncertain=True)
    if isinstance(found, Refused):
        raise NotRead(found.code)
    return found


def _reach(line_id: UUID) -> Reach:
    found = reach([line_id]).get(line_id)
    if found is None:
        raise Line.DoesNotExist
    return found


def _keep(line_id: UUID, standing: Standing, at: datetime) -> None:
    row = Reading(line_id=line_id, told=msgspec.to_builtins(standing), read_at=at)
    Reading.objects.bulk_create([row], update_conflicts=True, unique_fields=["line"], update_fields=["told", "read_at"])


@transaction.atomic
def _enter(line_id: UUID, names: list[str], actor: str, at: datetime) -> None:
    facts: dict[str, JSON] = {"change": "profile", "fields": list(names)}
    record([Entry(Kind.LINE_CHANGED, actor, line_id, facts)], at)

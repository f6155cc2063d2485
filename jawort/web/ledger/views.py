"""The ledger for people: how far it has come, who signed it, and the proof on demand."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from jawort.core import clock
from jawort.ledger.queries import checkpoint_age, lag, size
from jawort.ledger.read import checkpoint, vkey
from jawort.ledger.tlog import note
from jawort.ledger.tlog.checkpoint import parse
from jawort.ledger.verify import verify_log
from jawort.messaging.proof import prove
from jawort.staff.access import requires
from jawort.staff.permissions import Permission
from jawort.web.ledger.words import Problem, problem

PROBLEMS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found."""

    size: int
    records: int
    problems: list[Problem]
    more: int


@require_GET
@requires(Permission.LEDGER_READ)
def index(request: HttpRequest) -> HttpResponse:
    """The state of the ledger."""
    return _page(request, None)


@require_POST
@requires(Permission.LEDGER_READ)
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute the whole log and every record now, and say what does not fit."""
    log, records = verify_log(), prove()
    problems = [*log.problems, *records.problems]
    shown = [problem(found) for found in problems[:PROBLEMS_SHOWN]]
    verdict = Verdict(log.size, records.checked, shown, max(0, len(problems) - PROBLEMS_SHOWN))
    return _page(request, verdict)


def _page(request: HttpRequest, verdict: Verdict | None) -> HttpResponse:
    at = clock.now()
    latest, age = checkpoint(), checkpoint_age(at)
    signed, entries = parse(note.parse(latest).text) if latest else None, size()
    given = {
        "screen": "ledger",
        "size": entries,
        "signed": signed,
        "unsigned": max(0, entries - (signed.size if signed else 0)),
        "note": latest.decode() if latest else "",
        "age": age,
        "signed_at": None if age is None else at - timedelta(seconds=age),
        "lag": lag(at),
        "vkey": vkey(),
        "verdict": verdict,
    }
    return render(request, "ledger/index.html", given)

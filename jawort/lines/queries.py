"""Reading lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from jawort.lines.models import App, Line, State
from jawort.lines.secrets import open_access_token, open_verify_token
from jawort.vault.state import vault


def by_ref(refs: Iterable[str]) -> dict[str, Line]:
    """The lines that webhooks name by these `phone_number_id`s, whatever their state; unknown ones are left out.

    A paused line still hears: what customers write is taken in, and only the gate says no.
    """
    lines = Line.objects.filter(phone_number_id__in=set(refs)).defer("token_sealed")
    return {line.phone_number_id: line for line in lines}


def by_id(ids: Iterable[UUID]) -> dict[UUID, Line]:
    """Lines by id; unknown ones are left out."""
    return {line.id: line for line in Line.objects.filter(id__in=set(ids)).defer("token_sealed")}


def of_accounts(refs: Iterable[str]) -> dict[str, list[Line]]:
    """The lines of these business accounts of the platform, whatever their state; accounts that are not ours have none.

    Asks nothing where nothing is wanted.
    """
    wanted = set(refs) - {""}
    found: dict[str, list[Line]] = {}
    if wanted:
        for line in Line.objects.filter(waba_id__in=wanted).defer("token_sealed").order_by("pk"):
            found.setdefault(line.waba_id, []).append(line)
    return found


def every() -> list[Line]:
    """All lines, whatever their state, by name, each with its app."""
    return list(Line.objects.defer("token_sealed").select_related("app").order_by("name", "id"))


def apps() -> list[App]:
    """The apps whose webhooks are accepted, by name."""
    return list(App.objects.order_by("name"))


def live() -> list[Line]:
    """The lines that may send, by name."""
    return list(Line.objects.filter(state=State.LIVE).defer("token_sealed").order_by("name", "id"))


@dataclass(frozen=True, slots=True)
class Reach:
    """How a line is reached at the platform. The token is opened: for the call and for nothing else."""

    phone_number_id: str
    token: str

    def __repr__(self) -> str:
        return f"Reach({self.phone_number_id!r})"  # never the token, wherever this is printed


def reach(ids: Iterable[UUID]) -> dict[UUID, Reach]:
    """How these lines are reached; unknown ones are left out. Raises vault.seal.Unreadable."""
    rows = Line.objects.filter(id__in=set(ids)).values_list("id", "phone_number_id", "token_sealed")
    key = vault().secret_key
    return {id_: Reach(ref, open_access_token(id_, bytes(sealed), key)) for id_, ref, sealed in rows}


def verify_token(line: UUID) -> str:
    """What the platform shows to the callback of this line's app. Raises Line.DoesNotExist, vault.seal.Unreadable."""
    app = Line.objects.select_related("app").only("app__verify_token_sealed").get(pk=line).app
    return open_verify_token(app.pk, bytes(app.verify_token_sealed), vault().ingest_key)

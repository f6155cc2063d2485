"""Lines: connected, rotated, numbered, watched."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from jawort.core.clock import now
from jawort.ledger.models import Entry
from jawort.lines import checks, health, number, queries, rotate
from jawort.lines.connect import NewApp, connect
from jawort.lines.models import App, Direction, Line, Sequence, State
from jawort.lines.secrets import open_app_secrets, open_verify_token, seal_app_secrets
from jawort.vault.seal import Unreadable
from jawort.vault.state import Vault, unlock_with

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADA = "staff:0193"
APP = NewApp("demo", "app secret 1", "verify me")


def a_line(phone_number_id: str = "106540352242922", app: App | NewApp = APP, portfolio: str = "900") -> Line:
    return connect(
        app=app,
        name=f"Service {phone_number_id}",
        phone_number_id=phone_number_id,
        waba_id="102290129340398",
        portfolio=portfolio,
        display_number="+49 155 5078 3881",
        token="access token 1",
        actor=ADA,
        at=AT,
    )


def changes() -> list[str]:
    entries = Entry.objects.filter(kind="line.changed").order_by("id")
    return [str(entry.facts["change"]) for entry in entries]


@pytest.mark.django_db
def test_a_connected_line_is_live_and_its_secrets_are_sealed(vault: Vault) -> None:
    line = a_line()
    assert (line.state, line.rate_per_s, line.channel) == (State.LIVE, 80, "whatsapp")
    assert queries.reach([line.id])[line.id].token == "access token 1"
    assert open_app_secrets(line.app.id, bytes(line.app.secrets_sealed), vault.ingest_key) == ["app secret 1"]
    assert open_verify_token(line.app.id, bytes(line.app.verify_token_sealed), vault.ingest_key) == "verify me"
    stored = bytes(line.token_sealed) + bytes(line.app.secrets_sealed) + bytes(line.app.verify_token_sealed)
    for secret in (b"access token 1", b"app secret 1", b"verify me"):
        assert secret not in stored
    assert changes() == ["app_added", "connected"]
    assert "secret" not in repr(APP).replace("app_secret", "")


@pytest.mark.django_db
def test_the_listeners_key_does_not_open_the_access_token(vault: Vault) -> None:
    line = a_line()
    with pytest.raises(Unreadable):
        open_app_secrets(line.app.id, bytes(line.token_sealed), vault.ingest_key)


@pytest.mark.django_db
def test_secrets_of_one_app_do_not_open_as_anothers(vault: Vault) -> None:
    line = a_line()
    with pytest.raises(Unreadable):
        open_app_secrets(uuid4(), bytes(line.app.secrets_sealed), vault.ingest_key)


@pytest.mark.django_db
def test_a_number_is_connected_once_and_an_app_serves_several() -> None:
    line = a_line()
    second = a_line("106540352242923", app=line.app)
    assert second.app == line.app
    with pytest.raises(IntegrityError), transaction.atomic():
        a_line(app=line.app)


@pytest.mark.django_db
@pytest.mark.parametrize("secrets", [[], [""], ["a", "b", "c"]])
def test_an_app_has_one_secret_or_two(secrets: list[str], vault: Vault) -> None:
    with pytest.raises(ValueError, match="secret"):
        seal_app_secrets(uuid4(), secrets, vault.ingest_key)


@pytest.mark.django_db
def test_a_secret_is_replaced_in_two_steps(vault: Vault) -> None:
    app_id = a_line().app.id

    def secrets() -> list[str]:
        return open_app_secrets(app_id, bytes(App.objects.get(pk=app_id).secrets_sealed), vault.ingest_key)

    with pytest.raises(rotate.RotationError):
        rotate.finish(app_id, actor=ADA, at=AT)
    with pytest.raises(rotate.RotationError):
        rotate.begin(app_id, "app secret 1", actor=ADA, at=AT)
    rotate.begin(app_id, "app secret 2", actor=ADA, at=AT)
    assert secrets() == ["app secret 2", "app secret 1"]
    assert App.objects.get(pk=app_id).rotating_since == AT
    with pytest.raises(rotate.RotationError):
        rotate.begin(app_id, "app secret 3", actor=ADA, at=AT)
    rotate.finish(app_id, actor=ADA, at=AT)
    assert secrets() == ["app secret 2"]
    assert App.objects.get(pk=app_id).rotating_since is None
    assert changes() == ["app_added", "connected", "secret_added", "secret_dropped"]


@pytest.mark.django_db
def test_tokens_are_replaced(vault: Vault) -> None:
    line = a_line()
    rotate.replace_access_token(line.id, "access token 2", actor=ADA, at=AT)
    rotate.replace_verify_token(line.app.id, "verify me too", actor=ADA, at=AT)
    assert queries.reach([line.id])[line.id].token == "access token 2"
    app = App.objects.get(pk=line.app.id)
    assert open_verify_token(app.id, bytes(app.verify_token_sealed), vault.ingest_key) == "verify me too"
    assert changes()[2:] == ["access_token_replaced", "verify_token_replaced"]
    with pytest.raises(ValueError, match="empty"):
        rotate.replace_access_token(line.id, "", actor=ADA, at=AT)


@pytest.mark.django_db
def test_lines_are_found_by_the_platforms_id_whatever_their_state() -> None:
    line = a_line()
    health.set_health(line.id, State.PAUSED, "", actor=ADA, at=AT)
    assert set(queries.by_ref(["106540352242922", "none", "none"])) == {"106540352242922"}
    assert queries.by_id([line.id, uuid4()]) == {line.id: line}
    assert queries.live() == []


@pytest.mark.django_db
def test_user_ids_are_scoped_by_portfolio_else_by_account() -> None:
    line = a_line()
    assert line.scope == "900"
    assert a_line("2", app=line.app, portfolio="").scope == "102290129340398"


@pytest.mark.django_db
def test_a_change_of_health_is_recorded_once() -> None:
    line = a_line()
    assert health.set_health(line.id, State.PAUSED, "whatsapp.190", actor="system", at=AT)
    assert not health.set_health(line.id, State.PAUSED, "whatsapp.190", actor="system", at=AT + timedelta(hours=1))
    line.refresh_from_db()
    assert (line.state, line.health, line.health_at) == (State.PAUSED, "whatsapp.190", AT)
    assert changes() == ["app_added", "connected", "health"]
    with pytest.raises(Line.DoesNotExist):
        health.set_health(uuid4(), State.LIVE, "", actor="system", at=AT)


@pytest.mark.django_db
def test_numbers_have_no_gaps_and_directions_count_alone() -> None:
    line = a_line()
    assert number.take(line.id, Direction.IN, 3) == 1
    assert number.take(line.id, Direction.IN, 1) == 4
    assert number.take(line.id, Direction.OUT, 1) == 1
    with transaction.atomic():
        assert number.take(line.id, Direction.IN, 5) == 5
        transaction.set_rollback(True)
    assert number.take(line.id, Direction.IN, 1) == 5, "what was rolled back is given again"
    with pytest.raises(ValueError, match="one"):
        number.take(line.id, Direction.IN, 0)


@pytest.mark.django_db(transaction=True)
def test_numbers_are_taken_in_a_transaction_only() -> None:
    line = a_line()
    with pytest.raises(RuntimeError, match="transaction"):
        number.take(line.id, Direction.IN, 1)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_get_the_same_number() -> None:
    line = a_line()
    taken: list[int] = []

    def work() -> None:
        try:
            for _ in range(20):
                with transaction.atomic():
                    first = number.take(line.id, Direction.OUT, 3)
                    taken.extend(range(first, first + 3))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 4 * 20 * 3 + 1))
    assert Sequence.objects.get(line=line, direction="out").next == 241


@pytest.mark.django_db
def test_all_is_well_with_a_new_line() -> None:
    a_line()
    assert checks.findings() == []


def paused() -> None:
    health.set_health(Line.objects.get().id, State.PAUSED, "whatsapp.190", actor="system", at=AT)


def long_rotation() -> None:
    rotate.begin(App.objects.get().id, "app secret 2", actor=ADA, at=now() - timedelta(days=9))


def other_root() -> None:
    unlock_with(b"x" * 32)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        (paused, ["lines.state"]),
        (long_rotation, ["lines.rotation"]),
        (other_root, ["lines.secret", "lines.token"]),
    ],
)
def test_what_is_wrong_is_found(spoil: Callable[[], None], codes: list[str]) -> None:
    a_line()
    spoil()
    found = checks.findings()
    assert [finding.code for finding in found] == codes
    assert "secret 1" not in json.dumps([finding.text for finding in found])


@pytest.mark.django_db
def test_the_database_refuses_what_cannot_be() -> None:
    line = a_line()
    for wrong in ({"state": "asleep"}, {"rate_per_s": 0}, {"channel": "fax"}, {"phone_number_id": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Line.objects.filter(pk=line.pk).update(**wrong)

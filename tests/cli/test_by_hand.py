"""What an administrator does by hand: connect a number, replace a secret, hire somebody, give a token and take it."""

from pathlib import Path

import pytest
from django.test import Client

from jawort.cli import lines, staff
from jawort.cli.commands import parser
from jawort.core import clock
from jawort.core.config import Config, ConfigError
from jawort.ledger.models import Entry
from jawort.legal.queries import links
from jawort.lines.models import App, Line
from jawort.lines.queries import reach
from jawort.lines.secrets import open_app_secrets
from jawort.lines.templates import due, take_templates
from jawort.staff.first import opens
from jawort.staff.models import Agent
from jawort.staff.permissions import Role
from jawort.staff.second_factor import factor_of, set_up
from jawort.staff.tokens import bearer
from jawort.vault.state import Vault
from tests.fixtures.cast import a_hire

pytestmark = pytest.mark.django_db


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, str]:
    """Files with a secret each, by the option that names them."""
    files = {}
    for name in ("token", "secret", "verify-token", "password"):
        file = tmp_path / name
        file.write_text(f"the {name} of a test\n", encoding="utf-8")
        files[f"--{name}-file"] = str(file)
    return files


def do(*words: str) -> int:
    """Run a command as if typed."""
    options = parser().parse_args(words)
    return {"lines": lines.run, "staff": staff.run}[options.command](options, Config())


def connect(secrets: dict[str, str], number_id: str = "106540352242922", **more: str) -> int:
    given = {
        "--connect": number_id,
        "--name": "Service",
        "--app": "App",
        "--waba-id": "1",
        "--number": "+49 30 23125000",
        "--imprint": "https://firma.example/impressum",
        "--privacy": "https://firma.example/datenschutz",
    }
    given |= {name: secrets[name] for name in ("--token-file", "--secret-file", "--verify-token-file")} | more
    return do("lines", *(word for pair in given.items() for word in pair))


def test_a_number_is_connected_and_listed(
    vault: Vault, secrets: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert connect(secrets) == 0
    line = Line.objects.select_related("app").get()
    found = reach([line.pk])[line.pk]
    assert (found.phone_number_id, found.token) == ("106540352242922", "the token of a test")
    assert (line.state, line.app.name, line.rate_per_s) == ("live", "App", 80)
    said = capsys.readouterr().out
    assert "106540352242922  Service  App  live" in said
    assert "of a test" not in said


def test_no_number_is_connected_before_customers_find_imprint_and_privacy_notice(
    vault: Vault, secrets: dict[str, str]
) -> None:
    words = ["--name", "Service", "--app", "App", "--waba-id", "1", "--number", "+49 30 23125000"]
    for name in ("--token-file", "--secret-file", "--verify-token-file"):
        words += [name, secrets[name]]
    for legal, sentence in (
        ([], "give --imprint and --privacy"),
        (["--imprint", "https://firma.example/impressum"], "give --imprint and --privacy"),
        (["--imprint", "http://firma.example/i", "--privacy", "https://firma.example/d"], "begin with https://"),
    ):
        with pytest.raises(ConfigError, match=sentence):
            do("lines", "--connect", "106540352242922", *words, *legal)
    assert (Line.objects.count(), links()) == (0, None)


def test_a_second_number_of_the_same_app_needs_no_secrets(vault: Vault, secrets: dict[str, str]) -> None:
    connect(secrets)
    words = ("--name", "Verkauf", "--app", "App", "--waba-id", "1", "--number", "+49 30 23125001")
    do("lines", "--connect", "106540352242923", *words, "--token-file", secrets["--token-file"])
    assert (Line.objects.count(), App.objects.count()) == (2, 1)


def test_the_templates_are_listed_now(vault: Vault, secrets: dict[str, str]) -> None:
    connect(secrets)
    at = clock.now()
    (of,) = due(at)
    take_templates(of, [], at)
    assert due(at) == []
    do("lines", "--templates")
    assert [one.account for one in due(clock.now())] == [of.account]


def test_an_apps_secret_is_replaced_in_two_steps(vault: Vault, secrets: dict[str, str]) -> None:
    connect(secrets)
    Path(secrets["--secret-file"]).write_text("the new one", encoding="utf-8")
    do("lines", "--add-secret", "App", "--secret-file", secrets["--secret-file"])
    app = App.objects.get()
    assert open_app_secrets(app.pk, bytes(app.secrets_sealed), vault.ingest_key) == [
        "the new one",
        "the secret of a test",
    ]
    do("lines", "--drop-secret", "App")
    app.refresh_from_db()
    assert open_app_secrets(app.pk, bytes(app.secrets_sealed), vault.ingest_key) == ["the new one"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["lines", "--connect", "1"], "--name, --app, --waba-id, --number must be given"),
        (["lines", "--add-secret", "Nobody"], "--secret-file is missing"),
        (["lines", "--drop-secret", "Nobody"], "no app “Nobody”"),
        (["lines", "--resume", "1"], "no line with the phone number id 1"),
        (["staff", "--hire", "nobody"], "takes an e-mail address"),
        (["staff", "--hire", "eva@firma.example"], "--name and --role must be given"),
        (["staff", "--token", "eva@firma.example"], "no open account"),
        (["staff", "--revoke", "nonsense"], "no living token"),
    ],
)
def test_what_is_missing_is_said(vault: Vault, words: list[str], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        do(*words)


def test_a_number_is_connected_once_and_in_international_form(vault: Vault, secrets: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="international form"):
        connect(secrets, **{"--number": "030 23125000"})
    connect(secrets)
    with pytest.raises(ConfigError, match="connected already"):
        connect(secrets)


def test_who_was_hired_can_sign_in(secrets: dict[str, str], vault: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("staff", "--hire", "Eva@Firma.example", "--name", "Eva Adam", "--role", "administrator")
    do(*words, "--password-file", secrets["--password-file"])
    assert "of a test" not in capsys.readouterr().out
    browser = Client()
    browser.post("/accounts/login/", {"login": "eva@firma.example", "password": "the password of a test"})
    assert browser.get("/settings/me").status_code == 200
    with pytest.raises(ConfigError, match="already"):
        do(*words)


def test_a_made_password_is_shown_once(vault: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    do("staff", "--hire", "eva@firma.example", "--name", "Eva Adam", "--role", "agent")
    shown = capsys.readouterr().out.splitlines()[0].rpartition(" ")[2]
    assert Agent.objects.get().check_password(shown)


def test_a_token_lets_in_until_it_is_revoked(alice: Agent, vault: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    do("staff", "--token", alice.email, "--name", "CRM")
    first, *_, last = capsys.readouterr().out.splitlines()
    token = first.rpartition(" ")[2]
    living = bearer(token, clock.now())
    assert living is not None
    assert living.agent == alice
    assert f"token {living.pk}  CRM" in last
    do("staff", "--revoke", str(living.pk))
    assert bearer(token, clock.now()) is None
    assert Entry.objects.filter(kind="token.revoked", object=living.pk).count() == 1
    with pytest.raises(ConfigError, match="no living token"):
        do("staff", "--revoke", str(living.pk))


def test_a_password_that_everybody_knows_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("1qaz2wsx3edc\n", encoding="utf-8")
    words = ("--name", "Ada", "--role", "administrator", "--password-file", str(file))
    with pytest.raises(ConfigError, match="too common"):
        do("staff", "--hire", "ada@firma.example", *words)
    assert not Agent.objects.exists()


def test_the_only_administrator_who_lost_phone_and_paper_is_helped(vault: Vault, ada: Agent) -> None:
    set_up(ada, "JBSWY3DPEHPK3PXP", 0, at=clock.now())
    do("staff", "--remove-second-factor", ada.email)
    assert factor_of(ada.pk) is None
    last = Entry.objects.order_by("pk").last()
    assert last is not None
    assert (last.kind, last.actor) == ("agent.second_factor_removed", "system")


def test_a_link_for_the_first_account_is_printed_until_somebody_can_administer(
    vault: Vault, capsys: pytest.CaptureFixture[str]
) -> None:
    do("staff")
    link = capsys.readouterr().out.splitlines()[-1]
    assert opens(link.rpartition("/first/")[2], clock.now())
    a_hire("Ada", Role.ADMINISTRATOR)
    do("staff")
    assert "/first/" not in capsys.readouterr().out

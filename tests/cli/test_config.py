"""Settings: each is documented, wrong ones are refused with one sentence that says what to do."""

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jawort.cli.ready import environment
from jawort.core.config import Config, ConfigError, load

DOCS = Path(__file__).parents[2] / "docs" / "configuration.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \|", re.MULTILINE)

REGISTERED = {"JAWORT_OIDC_CLIENT_ID": "jawort", "JAWORT_OIDC_CLIENT_SECRET": "s"}
SECRET = "whsec_" + "A" * 43 + "="
WRONG = [
    ({"JAWORT_PROT": "80"}, "There is no setting “prot”"),
    ({"JAWORT_PORT": "eighty"}, "takes a port"),
    ({"JAWORT_PORT": "70000"}, "takes a port"),
    ({"JAWORT_PORT": ""}, "takes a port"),
    ({"JAWORT_PORT": "8471"}, "need a port each"),
    ({"JAWORT_WORK_PORT": "8470"}, "need a port each"),
    ({"JAWORT_INGEST_PORT": "0"}, "takes a port from 1"),
    ({"JAWORT_SEARCH_DAYS": "0"}, "takes days from 1"),
    ({"JAWORT_SEARCH_MEGABYTES": "much"}, "takes megabytes from 16"),
    ({"JAWORT_METRICS_TOKEN": "prometheus"}, "openssl rand"),
    ({"JAWORT_METRICS_TOKEN": "two words and some more"}, "openssl rand"),
    ({"JAWORT_PUBLIC_URL": "desk.example.org"}, "begins with http"),
    ({"JAWORT_GRAPH_URL": ""}, "begins with http"),
    ({"JAWORT_SIMULATOR_URL": "http://127.0.0.1:1"}, "set “demo” too"),
    ({"JAWORT_OIDC_CLIENT_ID": "jawort"}, "need “oidc_issuer”"),
    ({"JAWORT_OIDC_ONLY": "true"}, "need “oidc_issuer”"),
    ({"JAWORT_OIDC_ISSUER": "https://login.firma.example"}, "the service gives out both"),
    ({"JAWORT_OIDC_ISSUER": "http://login.firma.example", **REGISTERED}, "takes an https address"),
    ({"JAWORT_OIDC_ISSUER": "https://login.firma.example?x=1", **REGISTERED}, "takes an https address"),
    ({"JAWORT_OIDC_ISSUER": "login.firma.example", **REGISTERED}, "begins with http"),
    ({"JAWORT_DEMO": "maybe"}, "takes true or false"),
    ({"JAWORT_DATA_DIR": ""}, "takes a path"),
    ({"JAWORT_LANGUAGE": "fr"}, "takes de or en"),
    ({"JAWORT_TIME_ZONE": "Berlin"}, "like Europe/Berlin"),
    ({"JAWORT_TIME_ZONE": "../etc/passwd"}, "like Europe/Berlin"),
    ({"JAWORT_LEDGER_READERS": "192.0.2.0/24, somewhere"}, "takes addresses like"),
    ({"DATABASE_URL": "mysql://host/name"}, "PostgreSQL 15"),
    ({"DATABASE_URL": "postgresql:///a", "JAWORT_DATABASE_URL": "postgresql:///b"}, "keep one of them"),
    ({"DATABASE_URL_FILE": "/nowhere/at/all"}, "cannot be read"),
    ({"JAWORT_CONFIG": "/nowhere/at/all.toml"}, "does not exist"),
    ({"JAWORT_HTTPS_PROXY": "proxy:3128"}, "takes an address like http://proxy"),
    ({"JAWORT_CA_BUNDLE": "/nowhere/at/all.pem"}, "is not there"),
    ({"JAWORT_CA_BUNDLE": __file__}, "no certificates in PEM form"),
    ({"JAWORT_WEBHOOK_URL": "hooks.example.org"}, "begins with http"),
    ({"JAWORT_WEBHOOK_URL": "http://hooks.example.org/webhooks"}, "takes an https address, as WhatsApp does"),
    ({"JAWORT_MAIL_HOST": "mail.example.org"}, "needs “mail_from” and “mail_to”"),
    ({"JAWORT_MAIL_TLS": "ssl"}, "takes starttls, tls, none"),
    ({"JAWORT_MAIL_HOST": "mail.example.org", "JAWORT_MAIL_TLS": "none"}, "on this machine: take starttls or tls"),
    ({"JAWORT_MAIL_USER": "jawort"}, "set both or neither"),
    ({"JAWORT_MAIL_TO": "it@example.org, the chef"}, "take addresses like it@example.org"),
    ({"JAWORT_MAIL_FROM": "it@example.org\r\nBcc: x@example.org"}, "take addresses like it@"),
    ({"JAWORT_ALARM_WEBHOOK_URL": "https://example.org"}, "set both or neither"),
    (
        {"JAWORT_ALARM_WEBHOOK_URL": "http://example.org", "JAWORT_ALARM_WEBHOOK_SECRET": SECRET},
        "takes an https address",
    ),
    ({"JAWORT_ALARM_WEBHOOK_URL": "https://example.org", "JAWORT_ALARM_WEBHOOK_SECRET": "short"}, "openssl rand"),
]


@pytest.mark.parametrize(("environ", "words"), WRONG, ids=[words for _, words in WRONG])
def test_a_wrong_setting_is_one_sentence(environ: dict[str, str], words: str) -> None:
    """What is wrong and what to do, on one line."""
    with pytest.raises(ConfigError) as caught:
        load(environ)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_every_setting_is_documented() -> None:
    """The page names exactly the settings that exist, with the defaults they have."""
    documented = dict(ROW.findall(DOCS.read_text(encoding="utf-8")))
    fields = {field.name: field.default for field in dataclasses.fields(Config)}
    assert documented.keys() == fields.keys()
    for name, default in fields.items():
        if name != "public_url":
            written = {"": "empty", "False": "`false`"}.get(str(default), f"`{default}`")
            assert documented[name] == written, name


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """One file for an installation, a variable for the exception; secrets from files of their own."""
    file = tmp_path / "jawort.toml"
    file.write_text('port = 9000\nlanguage = "en"\n', encoding="utf-8")
    secret = tmp_path / "dsn"
    secret.write_text("postgresql://jawort@db/jawort\n", encoding="utf-8")
    config = load({"JAWORT_CONFIG": str(file), "JAWORT_PORT": "9001", "DATABASE_URL_FILE": str(secret)})
    assert (config.port, config.language) == (9001, "en")
    assert config.database_url == "postgresql://jawort@db/jawort"
    assert config.public_url == "http://127.0.0.1:9001"


@pytest.mark.parametrize(
    "line", ["prot = 80", "port = true", "port = 84.5", "language = 3", "port = ", 'data_dir = ""']
)
def test_a_wrong_line_in_the_file_is_one_sentence(tmp_path: Path, line: str) -> None:
    """The file is held to the same as the environment."""
    file = tmp_path / "jawort.toml"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(ConfigError):
        load({"JAWORT_CONFIG": str(file)})


def test_a_sign_in_service_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"JAWORT_OIDC_ISSUER": "https://login.firma.example", **REGISTERED}
    assert load(given).oidc_issuer == "https://login.firma.example"
    monkeypatch.setattr("jawort.core.config.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"pip install 'jawort\[oidc\]'"):
        load(given)


@pytest.mark.parametrize("command", ["serve", "demo", "doctor", "work", "front"])
def test_commands_say_the_sentence_and_end_with_two(command: str) -> None:
    """No traceback: the sentence on standard error, nothing on standard output."""
    said = subprocess.run(
        [sys.executable, "-m", "jawort", command],
        env={**os.environ, "JAWORT_PORT": "eighty"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 2
    assert said.stderr == "“port” takes a port from 1 to 65535, not 'eighty'.\n"
    assert said.stdout == ""


@pytest.mark.parametrize("command", ["doctor", "verify", "work", "front", "search"])
def test_commands_that_need_a_database_make_none(command: str, tmp_path: Path) -> None:
    """Looking at an empty place leaves it empty: no cluster and, above all, no new root key."""
    said = subprocess.run(
        [sys.executable, "-m", "jawort", command, "--data-dir", tmp_path / "data"],
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 2
    assert "There is no database" in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_URL_FILE", "JAWORT_DATABASE_URL"])
def test_a_child_finds_the_same_installation(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the database was named: a child is told once, and never in two ways that would be refused."""
    url = "postgresql://jawort:p%40ss@db.example:5432/jawort"
    (tmp_path / "url").write_text(url + "\n", encoding="utf-8")
    (tmp_path / "place").write_text(str(tmp_path), encoding="utf-8")
    for given in ("DATABASE_URL", "JAWORT_DATA_DIR"):
        monkeypatch.delenv(given, raising=False)
    monkeypatch.setenv("JAWORT_DATA_DIR_FILE", str(tmp_path / "place"))
    monkeypatch.setenv(name, str(tmp_path / "url") if name.endswith("_FILE") else url)
    config = load()
    child = environment(config, config.database_url)
    assert load(child) == config
    assert (child["DATABASE_URL"], child["JAWORT_DATA_DIR"]) == (url, str(tmp_path))

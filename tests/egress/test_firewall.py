"""The list for the firewall: all that is configured and leaves this machine, and nothing else."""

import json
from collections.abc import Mapping

import pytest

from jawort.channels.destinations import Destination
from jawort.cli.commands import run
from jawort.core.config import ConfigError, load
from jawort.core.place import Located, located
from jawort.egress.firewall import configured, openings
from jawort.egress.words import DATA, OPENINGS, WORDS

PLAIN = {"JAWORT_PUBLIC_URL": "https://desk.example.org"}
ALL = PLAIN | {
    "JAWORT_MAIL_HOST": "mail.example.org",
    "JAWORT_MAIL_FROM": "jawort@example.org",
    "JAWORT_MAIL_TO": "it@example.org",
    "JAWORT_ALARM_WEBHOOK_URL": "https://hooks.example.org:8443/alarms",
    "JAWORT_ALARM_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "JAWORT_OIDC_ISSUER": "https://id.example.org/realms/a",
    "JAWORT_OIDC_CLIENT_ID": "jawort",
    "JAWORT_OIDC_CLIENT_SECRET": "secret",
    "DATABASE_URL": "postgresql://jawort@db.example.org/jawort",
    "JAWORT_HOST": "0.0.0.0",
}
META = ["out graph.facebook.com:443", "out *.fbsbx.com:443", "out *.whatsapp.net:443", "out desk.example.org:443"]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def listed(environ: Mapping[str, str]) -> list[str]:
    return [f"{'out' if o.outward else 'in'} {o.host}:{o.port}" for o in openings(load(environ))]


def test_without_more_whatsapp_alone() -> None:
    assert listed(PLAIN) == META


def test_all_that_is_configured() -> None:
    assert listed(ALL) == [
        *META,
        "out mail.example.org:587",
        "out hooks.example.org:8443",
        "out id.example.org:443",
        "out db.example.org:5432",
        "in 0.0.0.0:8470",
    ]


def test_what_stays_on_this_machine_is_not_listed() -> None:
    here = {"JAWORT_GRAPH_URL": "http://127.0.0.1:8472/v26.0", "DATABASE_URL": "postgresql://x@%2Frun%2Fpg/jawort"}
    assert listed(here) == []
    assert configured(load(here)) == {Destination.GRAPH, Destination.CALLBACK}


def test_a_proxy_takes_all_but_mail_and_the_database() -> None:
    found = openings(load(ALL | {"JAWORT_HTTPS_PROXY": "http://user:word@proxy.example.org:3128"}))
    assert (found[0].what, found[0].host, found[0].port) == ("proxy", "proxy.example.org", 3128)
    direct = {each.what for each in found if each.outward and not each.through}
    assert direct == {"proxy", "database", Destination.MAIL}
    assert all("word" not in f"{each}" for each in found)


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PLAIN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("JAWORT_GRAPH_URL", raising=False)
    assert run(["egress"]) == 0
    assert "out  graph.facebook.com:443/tcp  work, front  To deliver" in capsys.readouterr().out
    assert run(["egress", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["openings"]
    assert found[0]["host"] == "graph.facebook.com"
    assert {each["direction"] for each in found} == {"out"}


def test_everything_has_its_words() -> None:
    assert list(WORDS) == list(Destination)
    assert len(DATA) == len(set(DATA.values()))
    assert {each.what for each in openings(load(ALL))} <= set(OPENINGS)


@pytest.mark.parametrize("said", ["Beispiel GmbH", "a; b", "a; b; c; d", "a;; c"])
def test_a_place_has_three_parts(said: str) -> None:
    with pytest.raises(ConfigError, match="operator; place; country"):
        load({"JAWORT_STORED_AT": said})
    assert located("Beispiel GmbH; Frankfurt am Main; Deutschland").country == "Deutschland"
    assert located("") == Located()

"""The processes of `serve`: each tells how it is, each comes back when it is killed, and the log says so."""

import os
import signal
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from jawort.cli.supervise import pause
from tests.cli.conftest import a_home
from tests.cli.served import Served, served, until

#: What an operator is told to look at, by the process that tells it.
EXPECTED = {
    "front": {"jawort_live_streams", "jawort_desk_request_seconds", "jawort_database_answers", "jawort_lanes_late"},
    "ingest": {"jawort_ingest_requests", "jawort_ingest_queue_bytes", "jawort_ingest_commit_seconds"},
    "work": {
        "jawort_worker_look_age_seconds",
        "jawort_intake_waiting_bodies",
        "jawort_intake_oldest_waiting_seconds",
        "jawort_intake_parked",
        "jawort_intake_taken_bodies",
        "jawort_jobs",
        "jawort_messages_out",
        "jawort_platform_call_seconds",
        "jawort_lanes_parked_jobs",
        "jawort_lines_paused",
        "jawort_ledger_entries",
        "jawort_ledger_refused",
        "jawort_ledger_checkpoint_age_seconds",
    },
}


@pytest.fixture(scope="module")
def here() -> Iterator[Served]:
    with a_home() as home, served(home) as running:
        yield running


def figures(here: Served, process: str) -> dict[str, float]:
    """Series by name and labels, read as Prometheus reads them."""
    status, text = here.says(process, "/metrics")
    assert status == 200
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("process", EXPECTED)
def test_every_process_tells_how_it_is_and_what_it_does(here: Served, process: str) -> None:
    assert here.says(process, "/healthz") == (200, "ok\n")
    assert here.says(process, "/readyz") == (200, "ready\n")
    families = list(text_string_to_metric_families(here.says(process, "/metrics")[1]))
    names = [family.name for family in families]
    assert len(names) == len(set(names))
    common = {"jawort_build_info", "process_resident_memory_bytes", "process_cpu_seconds", "process_start_time_seconds"}
    assert EXPECTED[process] | common | {"process_open_fds"} <= set(names)
    assert all(family.documentation for family in families)
    build = next(family for family in families if family.name == "jawort_build_info")
    assert build.samples[0].labels["process"] == process


def test_a_message_there_and_back_is_counted_everywhere(here: Served) -> None:
    before = {process: figures(here, process) for process in EXPECTED}
    here.simulator("POST", "users", {"phone": "4917604069021", "name": "Kim Hin"})
    here.simulator("POST", "users/4917604069021/messages", {"type": "text", "text": "Hallo"})
    until(lambda: here.api("GET", "/conversations")["items"])
    chat = here.api("GET", "/conversations")["items"][0]["id"]
    here.api("POST", f"/conversations/{chat}/messages", {"text": "Guten Tag"})

    def grown(process: str, name: str) -> float:
        return figures(here, process)[name] - before[process].get(name, 0.0)

    until(lambda: figures(here, "work").get("jawort_messages_out_total accepted"))
    assert grown("work", "jawort_jobs_total deliver done") == 1
    assert grown("work", "jawort_platform_call_seconds_count accepted") == 1
    until(lambda: grown("work", "jawort_intake_taken_bodies_total") >= 2)  # the message, and what became of ours
    assert grown("ingest", "jawort_ingest_requests_total stored") >= 2
    assert grown("ingest", "jawort_ingest_commit_bodies_sum") >= 2
    assert grown("front", "jawort_desk_request_seconds_count 2xx") >= 2
    until(lambda: grown("front", "jawort_ledger_entries") > 0)


@pytest.mark.parametrize("process", ["front", "ingest", "work"])
def test_nobody_knows_a_customer_from_the_figures(here: Served, process: str) -> None:
    text = here.says(process, "/metrics")[1]
    assert not [word for word in ("4917604069021", "Kim", "Hallo", "Guten Tag", "wamid", "bob@") if word in text]


def kill(here: Served, role: str) -> None:
    """End it without a word, and wait until all is well again."""
    dead = here.pids()[role]
    os.kill(dead, signal.SIGKILL)
    until(lambda: here.pids().get(role, dead) != dead and here.ready())


@pytest.mark.parametrize("role", ["front", "ingest", "work", "postgresql"])
def test_who_is_killed_comes_back_later_each_time(here: Served, role: str) -> None:
    """With real processes. The log names who, the signal, and the pause, which grows as long as nobody lives."""
    before = len(here.lines())
    for _ in range(2):
        kill(here, role)
    said = [line for line in here.lines()[before:] if line.get("who") == role]
    deaths = [line for line in said if "seconds" in line]
    assert [line["event"] for line in deaths] == ["a process ended and is started again"] * 2
    assert {line["code"] for line in deaths} == {-signal.SIGKILL}
    first, second = (line["seconds"] for line in deaths)
    assert second == 2 * first
    assert first in {pause(deaths) for deaths in range(1, 5)}
    assert sum(line["event"] == "a process was started again" for line in said) == 2


def test_while_the_database_is_gone_the_living_say_so(here: Served) -> None:
    """Alive and not ready: the supervisor and a load balancer must draw different conclusions."""
    stopped = here.pids()["postgresql"]
    os.kill(stopped, signal.SIGKILL)
    seen: set[tuple[str, str]] = set()

    def back() -> bool:
        for process in EXPECTED:
            assert here.says(process, "/healthz") == (200, "ok\n")
            status, text = here.says(process, "/readyz")
            if status == 503:
                seen.add((process, text.strip()))
        return here.pids().get("postgresql", stopped) != stopped and here.ready()

    until(back)
    assert {(process, "database away") for process in EXPECTED} <= seen

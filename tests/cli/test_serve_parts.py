"""The processes of `serve`: each tells how it is, each comes back when it is killed, and the log says so."""

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bench.place import until
from jawort.cli.supervise import pause
from tests.cli.conftest import a_home
from tests.cli.served import Served, served

OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"
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
    "search": {"jawort_search_messages", "jawort_search_bytes", "jawort_search_filling", "jawort_search_find_seconds"},
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


def whole(here: Served) -> bool:
    """Whether all are ready and tell all they know: what the database did not tell is left out for some seconds."""
    answers = {process: here.says(process, "/metrics") for process in ("front", "work", "work-2")}
    return here.ready() and all(
        status == 200 and "\njawort_ledger_entries " in text for status, text in answers.values()
    )


def looked_after(here: Served) -> bool:
    """Whether every start that a death led to has come to its end. PostgreSQL answers before its own has."""
    told = Counter(line["event"] for line in here.lines())
    ended = told["a process was started again"] + told["a process could not be started"]
    return told["a process ended and is started again"] == ended


@pytest.fixture(autouse=True)
def at_rest(here: Served) -> None:
    """Each test begins where the one before has done no harm any more, and nobody is being started."""
    until(lambda: whole(here) and looked_after(here))


def together(here: Served, process: str) -> dict[str, float]:
    """The same, of two workers that share the work added up."""
    found = figures(here, process)
    if process == "work":
        for name, value in figures(here, "work-2").items():
            found[name] = found.get(name, 0.0) + value
    return found


@pytest.mark.parametrize("process", EXPECTED)
def test_every_process_tells_how_it_is_and_what_it_does(here: Served, process: str) -> None:
    assert here.says(process, "/healthz") == (200, "ok\n")
    until(lambda: here.says(process, "/readyz") == (200, "ready\n"))
    families = list(text_string_to_metric_families(here.says(process, "/metrics")[1]))
    names = [family.name for family in families]
    assert len(names) == len(set(names))
    common = {"jawort_build_info", "process_resident_memory_bytes", "process_cpu_seconds", "process_start_time_seconds"}
    assert EXPECTED[process] | common | {"process_open_fds"} <= set(names)
    assert all(family.documentation for family in families)
    build = next(family for family in families if family.name == "jawort_build_info")
    assert build.samples[0].labels["process"] == process


def test_every_figure_is_explained_to_operators_and_no_other(here: Served) -> None:
    """What the page names is there, its alerts included, and what is there the page names."""
    there = {
        family.name + ("_total" if family.type == "counter" else "")
        for process in EXPECTED
        for family in text_string_to_metric_families(here.says(process, "/metrics")[1])
        if family.name.startswith("jawort_")
    }
    page = OPERATING.read_text(encoding="utf-8")
    told = {re.sub("_count$", "", name) for name in re.findall(r"jawort_[a-z_]+", page)}
    assert told == there


def test_a_message_there_and_back_is_counted_everywhere(here: Served) -> None:
    before = {process: together(here, process) for process in EXPECTED}
    here.simulator("POST", "users", {"phone": "4917604069021", "name": "Kim Hin"})
    here.simulator("POST", "users/4917604069021/messages", {"type": "text", "text": "Hallo"})
    until(lambda: here.api("GET", "/conversations")["items"])
    chat = here.api("GET", "/conversations")["items"][0]["id"]
    here.api("POST", f"/conversations/{chat}/messages", {"text": "Guten Tag"})

    def grown(process: str, name: str) -> float:
        return together(here, process)[name] - before[process].get(name, 0.0)

    until(lambda: together(here, "work").get("jawort_messages_out_total accepted"))
    until(lambda: together(here, "work").get("jawort_jobs_total deliver done"))  # a moment later
    assert grown("work", "jawort_jobs_total deliver done") == 1
    assert grown("work", "jawort_platform_call_seconds_count accepted") == 1
    until(lambda: grown("work", "jawort_intake_taken_bodies_total") >= 2)  # the message, and what became of ours
    assert grown("ingest", "jawort_ingest_requests_total stored") >= 2
    assert grown("ingest", "jawort_ingest_commit_bodies_sum") >= 2
    assert grown("front", "jawort_desk_request_seconds_count 2xx") >= 2
    until(lambda: grown("front", "jawort_ledger_entries") > 0)


@pytest.mark.parametrize("process", ["front", "ingest", "work", "search"])
def test_nobody_knows_a_customer_from_the_figures(here: Served, process: str) -> None:
    text = here.says(process, "/metrics")[1]
    assert not [word for word in ("4917604069021", "Kim", "Hallo", "Guten Tag", "wamid", "bob@") if word in text]


def kill(here: Served, role: str) -> None:
    """End it without a word, and wait until the supervisor has another one running."""
    before = started(here, role)
    os.kill(here.pids()[role], signal.SIGKILL)
    until(lambda: started(here, role) > before and role in here.pids())


def started(here: Served, role: str) -> int:
    """How often the log says that it was started again."""
    event = "a process was started again"
    return sum(line["event"] == event and line["who"] == role for line in here.lines())


@pytest.mark.parametrize(
    "role",
    [
        "postgresql",
        *(pytest.param(role, marks=pytest.mark.long) for role in ("work", "front", "ingest", "work-2", "search")),
    ],
)
def test_who_is_killed_comes_back_later_each_time(here: Served, role: str) -> None:
    """With real processes. The log names who, the signal, and the pause, which grows as long as nobody lives."""
    before = len(here.lines())
    for _ in range(2):
        kill(here, role)  # the second time while it starts: it has not lived yet
    until(here.ready)
    said = [line for line in here.lines()[before:] if line.get("who") == role]
    deaths = [line for line in said if "seconds" in line]
    assert [line["event"] for line in deaths] == ["a process ended and is started again"] * 2
    assert {line["code"] for line in deaths} == {-signal.SIGKILL}
    first, second = (line["seconds"] for line in deaths)
    assert second == 2 * first
    assert first in {pause(deaths) for deaths in range(1, 5)}
    assert sum(line["event"] == "a process was started again" for line in said) == 2


def test_who_waits_for_the_database_is_not_started_again(here: Served) -> None:
    """They say that they live, whatever they cannot do meanwhile, and go on by themselves."""
    before = here.pids()
    kept = {role: pid for role, pid in before.items() if role != "postgresql"}
    answers: set[tuple[int, str]] = set()

    def back() -> bool:
        answers.update(here.says(process, "/healthz") for process in EXPECTED)
        return here.pids().get("postgresql", before["postgresql"]) != before["postgresql"] and here.ready()

    os.kill(before["postgresql"], signal.SIGKILL)
    until(back)
    assert answers == {(200, "ok\n")}
    assert {role: pid for role, pid in here.pids().items() if role != "postgresql"} == kept

"""What people install: the wheel, built here, put into an environment of its own, run far from the checkout."""

import json
import os
import select
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.ports import free_ports
from tests.house.tree import ROOT

BIN = Path(sys.executable).parent
READY_S_MAX = 300  # not a measurement: only so that a demo that hangs fails instead of waiting for ever
INSIDE = {"jawort/py.typed", "jawort/core/clock.py"}


def run(*command: str | Path, cwd: Path) -> str:
    """What a program says; its failure with all it said."""
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=clean(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def clean() -> dict[str, str]:
    """The environment without anything of this checkout or this run."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("JAWORT_", "PYTHON", "DJANGO_"))}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(BIN / "python", "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("jawort-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """An environment with the wheel, the locked versions of what it needs, and nothing else."""
    folder, uv = wheel.parent, BIN / "uv"
    locked = ("--locked", "--no-dev", "--extra", "embedded", "--no-emit-project", "--quiet")
    run(uv, "export", *locked, "--project", ROOT, "--output-file", folder / "locked.txt", cwd=folder)
    run(uv, "venv", "--quiet", "--python", sys.executable, folder / "venv", cwd=folder)
    into = ("--system-certs", "--quiet", "--python", folder / "venv")
    run(uv, "pip", "install", *into, "--require-hashes", "-r", folder / "locked.txt", cwd=folder)
    run(uv, "pip", "install", *into, "--no-deps", wheel, cwd=folder)
    return folder / "venv" / "bin"


def test_the_wheel_holds_the_product_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert names >= INSIDE
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"jawort"}
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "jawort").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == code


def test_it_runs_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    said = run(installed / "jawort", "--help", cwd=tmp_path)
    assert "demo" in said
    assert "verify" in said
    assert str(ROOT) not in run(installed / "python", "-c", "import jawort; print(jawort.__file__)", cwd=tmp_path)


@pytest.fixture
def demo(installed: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`jawort demo` of the installed wheel, on ports of its own."""
    command = [installed / "jawort", "demo", "--json", "--port", free_ports(3), "--data-dir", tmp_path / "data"]
    words = [str(part) for part in command]
    with subprocess.Popen(words, cwd=tmp_path, env=clean(), stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.mark.long
def test_it_starts_the_demo(demo: subprocess.Popen[str]) -> None:
    assert demo.stdout is not None
    ready, _, _ = select.select([demo.stdout], [], [], READY_S_MAX)
    assert ready, "the demo said nothing"
    told = json.loads(demo.stdout.readline())
    assert {"url", "webhook_url", "ledger_vkey", "sign_ins", "processes"} <= told.keys()
    assert {process["role"] for process in told["processes"]}
    assert demo.poll() is None

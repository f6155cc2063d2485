"""`make`: it lists what there is, and says in one sentence what a machine lacks."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import ROOT


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A folder in which nothing was set up."""
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], cwd=folder, env=alone, capture_output=True, text=True, check=False)


def a_python(folder: Path, cannot: str) -> str:
    """A Python that fails at whatever mentions `cannot`."""
    path = folder / "python"
    path.write_text(f'#!/bin/sh\ncase "$*" in *"{cannot}"*) exit 1;; esac\nexec python3 "$@"\n', encoding="ascii")
    path.chmod(0o755)
    return str(path)


def test_alone_it_lists_every_target_with_a_line(fresh: Path) -> None:
    listed = dict(line.split(maxsplit=2)[1:] for line in make(fresh).stdout.splitlines())
    phony = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(listed) == set(phony[0].split())
    assert all(listed.values())


@pytest.mark.parametrize(
    ("cannot", "sentence"),
    [
        ("version_info", "is older than 3.11: name a newer one, as in make PYTHON=python3.12 test"),
        ("ensurepip", "cannot create environments: on Debian, run apt-get install python3-venv"),
    ],
)
def test_what_python_lacks_is_said(fresh: Path, cannot: str, sentence: str) -> None:
    done = make(fresh, "test", f"PYTHON={a_python(fresh, cannot)}")
    assert done.returncode == 2
    assert done.stdout == ""
    assert sentence in done.stderr.splitlines()[0]


def test_a_missing_python_is_said(fresh: Path) -> None:
    done = make(fresh, "demo", "PYTHON=no-such-python")
    assert done.returncode == 2
    assert done.stderr.startswith("Python is missing: on Debian, run apt-get install python3 python3-venv\n")


def test_the_version_of_uv_is_read_from_the_project(fresh: Path) -> None:
    assert re.search(r'pip install .*"uv==\d+\.\d+\.\d+"', make(fresh, "--dry-run", "setup").stdout)

"""Everything that can be set and called is in docs/simulator.md."""

import dataclasses
import re
from pathlib import Path

import pytest

from jawort.simulator import control
from jawort.simulator.faults import fault
from jawort.simulator.graph import paths
from jawort.simulator.settings import Settings

TEXT = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")
EDGES = sorted({path for route in paths.routes() if (path := re.sub(r".*\{object[^/]*\}|\{slash.*", "", route.path))})


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Settings)])
def test_settings(name: str) -> None:
    assert f"`{name}`" in TEXT.partition("## Settings")[2]


@pytest.mark.parametrize("path", sorted({route.path.removeprefix(control.PREFIX) for route in control.routes()}))
def test_control_calls(path: str) -> None:
    assert path in TEXT.partition("## The control API")[2]


@pytest.mark.parametrize("path", [edge for edge in EDGES if edge.startswith("/") and "{" not in edge])
def test_graph_paths(path: str) -> None:
    assert path in TEXT.partition("## The Graph API")[2].partition("## The control API")[0]


@pytest.mark.parametrize("name", sorted(fault({}).view()))
def test_faults(name: str) -> None:
    assert f"`{name}`" in TEXT

"""Whatever `doctor` and `verify` can find, a test has made them find: its code stands in one."""

import ast
import re
from functools import cache

import pytest

from tests.house.tree import File, python

CODE = re.compile(r"[a-z]+\.[a-z_]+")
#: Who makes findings takes them from here.
MAKERS = ("jawort.core.finding", "jawort.ledger.tlog.auditor")


def makes_findings(file: File) -> bool:
    """Whether a file of the product imports what findings are made of, or makes it."""
    path = file.path.removesuffix(".py").replace("/", ".")
    imported = {node.module for node in ast.walk(file.tree) if isinstance(node, ast.ImportFrom)}
    return file.path.startswith("jawort/") and (path in MAKERS or not imported.isdisjoint(MAKERS))


def codes(file: File) -> set[str]:
    """The texts in a file that have the form of a code and are not part of a path."""
    parts = {
        id(side) for node in ast.walk(file.tree) if isinstance(node, ast.BinOp) for side in (node.left, node.right)
    }
    texts = (node for node in ast.walk(file.tree) if isinstance(node, ast.Constant) and id(node) not in parts)
    return {node.value for node in texts if isinstance(node.value, str) and CODE.fullmatch(node.value)}


def unfound(sought: set[str], tests: list[File]) -> set[str]:
    """Those of `sought` that stand in no test."""
    return sought - {code for file in tests for code in codes(file)}


@cache
def found() -> dict[str, str]:
    """Each code that can be found, and the file that says so."""
    return {code: file.path for file in python() if makes_findings(file) for code in codes(file)}


def test_there_are_findings_to_look_for() -> None:
    assert {"ledger.restored", "entry.unsealed", "record.changed", "messaging.gap", "postgresql.old"} <= found().keys()
    assert len(found()) > 60


def test_every_finding_has_been_found_by_a_test() -> None:
    tests = [file for file in python() if file.path.startswith("tests/") and not file.path.startswith("tests/house/")]
    assert {code: found()[code] for code in unfound(set(found()), tests)} == {}


@pytest.mark.parametrize(
    ("test", "missing"),
    [
        ('assert codes() == ["staff.no_administrator"]', set()),
        ('assert codes() == ["staff.nobody"]', {"staff.no_administrator"}),
        ("# staff.no_administrator", {"staff.no_administrator"}),
    ],
)
def test_how_a_finding_without_a_test_is_told(test: str, missing: set[str]) -> None:
    assert unfound({"staff.no_administrator"}, [File("tests/x.py", test)]) == missing

"""The import contracts of pyproject.toml: kept by the tree, complete, and each broken once on purpose.

A contract that nobody has seen fail may check nothing at all (a mistyped module name, a list that lost a package), so
every one is broken here in a copy of the tree, and the report must name each line that broke it.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in CONFIG["contracts"]}
PACKAGES = {path.parent.name for path in (ROOT / "jawort").glob("*/__init__.py")}


@dataclass(frozen=True)
class Breach:
    """One line that a contract must refuse: which contract, the file it goes to, the line."""

    contract: str
    file: str
    line: str

    def __str__(self) -> str:
        return f"{self.contract}: {self.line} in {self.file}"


BREACHES = [
    Breach("downwards", "core/clock.py", "import jawort.ledger"),
    Breach("downwards", "people/__init__.py", "import jawort.staff"),
    Breach("downwards", "messaging/__init__.py", "import jawort.intake"),
    Breach("downwards", "web/__init__.py", "import jawort.api"),
    Breach("downwards", "front/__init__.py", "import jawort.simulator"),
    Breach("rules", "consent/rules.py", "import django.db"),
    Breach("rules", "consent/rules.py", "from jawort.staff import models"),
    Breach("rules", "core/phone.py", "import aiohttp"),
    Breach("channels", "channels/__init__.py", "import django.conf"),
    Breach("channels", "channels/__init__.py", "import jawort.vault"),
    Breach("channels", "channels/__init__.py", "import jawort.legal"),
    Breach("ingest", "front/ingest.py", "import django.conf"),
    Breach("ingest", "front/ingest.py", "import jawort.vault.models"),
    Breach("ingest", "front/ingest.py", "from jawort.lines import queries"),
    Breach("ingest", "front/ingest.py", "from jawort.ledger import kinds"),
    Breach("simulator", "simulator/__init__.py", "import jawort.channels"),
    Breach("simulator", "simulator/__init__.py", "import psycopg"),
    Breach("rules", "vault/seal.py", "import jawort.vault.models"),
    Breach("rules", "ledger/tlog/merkle.py", "import django"),
    Breach("tlog", "ledger/tlog/merkle.py", "import jawort.core"),
    Breach("tlog", "ledger/tlog/__init__.py", "from jawort.ledger import rules"),
    Breach("way-out", "api/__init__.py", "import jawort.channels.whatsapp.client"),
    Breach("told", "messaging/tell.py", "import jawort.channels.mail"),
    Breach("told", "web/__init__.py", "from jawort.channels.signed_post import post"),
    Breach("own-callback", "alarms/tell.py", "import jawort.channels.whatsapp.callback"),
    Breach("calls-out", "lines/__init__.py", "from jawort.channels.whatsapp.calls import Caller"),
    Breach("wire", "alarms/tell.py", "from jawort.channels.wire import session"),
    Breach("channels", "channels/tally.py", "import jawort.egress"),
    Breach("files-in", "web/__init__.py", "from jawort.channels.whatsapp.media import MediaClient"),
    Breach("files-in", "messaging/receive.py", "import jawort.channels.whatsapp.media"),
    Breach("sign-in", "web/account/oidc.py", "from jawort.channels.oidc import client"),
    Breach("way-out", "messaging/send.py", "from jawort.channels.whatsapp.client import Client"),
]


def lint(folder: Path, *only: str) -> subprocess.CompletedProcess[str]:
    """Run lint-imports on the tree in `folder`, all contracts or only those named by id."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    chosen = [part for name in only for part in ("--contract", name)]
    return subprocess.run([*command, *chosen], cwd=folder, capture_output=True, text=True, check=False)


def copy(folder: Path) -> Path:
    """The tree and its contracts, to be spoiled."""
    shutil.copytree(ROOT / "jawort", folder / "jawort", ignore=shutil.ignore_patterns("__pycache__", "static", "*.po"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> dict[Breach, str]:
    """What the report on a tree with all breaches says of each below its contract; empty if nothing."""
    folder = copy(tmp_path_factory.mktemp("breached"))
    named = {}
    for breach in BREACHES:
        file = folder / "jawort" / breach.file
        with file.open("a", encoding="utf-8") as text:
            text.write(f"\n{breach.line}\n")
        module = ".".join(Path("jawort", breach.file).with_suffix("").parts).removesuffix(".__init__")
        place = len(file.read_text(encoding="utf-8").splitlines())
        named[breach] = rf"{re.escape(module)} -> \S+ \(l\.{place}\)"
    report = lint(folder)
    assert report.returncode == 1, report.stdout + report.stderr
    said = report.stdout.partition("Broken contracts")[2]
    sections = dict(zip(*[iter(re.split(r"\n\n(.+)\n-+\n", said)[1:])] * 2, strict=True))
    return {
        breach: " ".join(re.findall(line, sections.get(CONTRACTS[breach.contract]["name"], "")))
        for breach, line in named.items()
    }


def test_the_tree_keeps_every_contract() -> None:
    report = lint(ROOT)
    assert report.returncode == 0, report.stdout + report.stderr
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in report.stdout


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_breach_is_reported(reported: dict[Breach, str], breach: Breach) -> None:
    assert reported[breach], breach


def test_a_package_without_a_place_is_reported(tmp_path: Path) -> None:
    file = copy(tmp_path) / "jawort/payments/__init__.py"
    file.parent.mkdir()
    file.touch()
    report = lint(tmp_path, "downwards")
    assert report.returncode == 1
    assert "payments" in report.stdout + report.stderr


def test_every_contract_is_broken_once() -> None:
    assert {breach.contract for breach in BREACHES} == set(CONTRACTS)


def test_nothing_is_ignored() -> None:
    assert all("ignore_imports" not in contract for contract in CONTRACTS.values())
    assert CONTRACTS["downwards"]["exhaustive_ignores"] == ["settings", "urls", "__main__"]


@pytest.mark.parametrize(
    ("contract", "may_use"),
    [
        ("channels", {"channels", "core"}),
        ("simulator", {"simulator", "core"}),
        ("ingest", {"front", "channels", "lines", "vault", "core"}),
    ],
)
def test_lists_of_forbidden_packages_are_complete(contract: str, may_use: set[str]) -> None:
    named = {name.removeprefix("jawort.") for name in CONTRACTS[contract]["forbidden_modules"] if "jawort." in name}
    assert named - {"settings", "urls"} == PACKAGES - may_use


@pytest.mark.parametrize(
    "module", ["jawort.front.ingest", "jawort.simulator", "jawort.ledger.tlog", "jawort.vault.seal"]
)
def test_what_must_not_load_django_does_not(module: str) -> None:
    """Importing a module runs the `__init__` of each package above it, which the contracts do not follow."""
    program = f"import sys, {module}; print(sorted({{'django', 'allauth', 'jawort.settings'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr

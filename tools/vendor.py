"""Fetch, pin and check what the desk ships of others.

    python -m tools.vendor            fetch every package of vendor.toml, copy its files, note their sums
    python -m tools.vendor --icons    the same for the icons only: after a template named a new one
    python -m tools.vendor --check    compare the files that lie here with the sums; no network

Fetching uses the npm client for the download alone (`npm pack`); neither running nor installing Jawort needs Node.
"""

import argparse
import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from tools.icons import sprite, used_icons

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tools" / "vendor.toml"
TARGET = ROOT / "jawort" / "web" / "static" / "vendor"
NOTICE = ROOT / "THIRD_PARTY.md"
AGAIN = "Run: python -m tools.vendor --icons"
TEMPLATES = ROOT / "jawort"


def packages() -> list[dict[str, Any]]:
    """The list, as written."""
    found: list[dict[str, Any]] = tomllib.loads(LIST.read_text(encoding="utf-8"))["package"]
    return found


def sum_of(content: bytes) -> str:
    """sha512 in hexadecimal."""
    return hashlib.sha512(content).hexdigest()


def fetch(package: dict[str, Any], folder: Path) -> Path:
    """Download and unpack; ValueError if the package is not the pinned one."""
    name = f"{package['name']}@{package['version']}"
    command = ["npm", "pack", "--silent", name]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    archive = folder / done.stdout.strip().splitlines()[-1]
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package["integrity"]:
        raise ValueError(f"{name} is not the pinned one: {found}")
    with tarfile.open(archive) as opened:
        opened.extractall(folder / "unpacked", filter="data")
    return folder / "unpacked" / "package"


def contents(package: dict[str, Any], unpacked: Path) -> dict[str, bytes]:
    """File name here -> its content."""
    if "icons" in package:
        (name,) = package["files"]
        return {name: sprite(unpacked / package["icons"], used_icons(TEMPLATES)).encode()}
    return {name: (unpacked / file["from"]).read_bytes() for name, file in package["files"].items()}


def vendor(only_icons: bool) -> None:
    """Fetch, copy, note the sums, write the notice."""
    text = LIST.read_text(encoding="utf-8")
    notices = dict(_notices())
    for package in packages():
        if only_icons and "icons" not in package:
            continue
        with tempfile.TemporaryDirectory() as folder:
            unpacked = fetch(package, Path(folder))
            for name, content in contents(package, unpacked).items():
                (TARGET / name).write_bytes(content)
                line = re.compile(rf'^("{re.escape(name)}" = \{{.*sha512 = ")[0-9a-f]*(")', re.MULTILINE)
                text = line.sub(rf"\g<1>{sum_of(content)}\g<2>", text)
            notices[package["name"]] = (unpacked / package["notice"]).read_text(encoding="utf-8").strip()
    LIST.write_text(text, encoding="utf-8")
    NOTICE.write_text(_notice(notices), encoding="utf-8")


def _notices() -> list[tuple[str, str]]:
    """Licence texts noted before, by package."""
    if not NOTICE.exists():
        return []
    parts = re.split(r"^## ", NOTICE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [(part.split(" ", 1)[0], part.split("```text\n", 1)[1].split("\n```", 1)[0]) for part in parts]


def _notice(notices: dict[str, str]) -> str:
    head = [
        "# What ships with Jawort and was made by others\n",
        "Written by `tools/vendor.py` from `tools/vendor.toml`. The Python packages Jawort depends on are listed in",
        "`docs/dependencies.md`; they are installed beside it, not shipped with it.\n",
    ]
    for package in packages():
        files = ", ".join(f"`{name}`" for name in package["files"])
        head += [
            f"## {package['name']} {package['version']}\n",
            f"{package['about']}. Licence: {package['licence']}. Files: {files}.\n",
            f"```text\n{notices[package['name']]}\n```\n",
        ]
    return "\n".join(head)


def problems() -> list[str]:
    """One sentence for each thing that is not as pinned."""
    found = []
    pinned = {name: file["sha512"] for package in packages() for name, file in package["files"].items()}
    for name, expected in pinned.items():
        path = TARGET / name
        if not path.exists():
            found.append(f"{name} is missing.")
        elif sum_of(path.read_bytes()) != expected:
            found.append(f"{name} is not the pinned file.")
    found += [f"{path.name} is in no list." for path in TARGET.iterdir() if path.name not in pinned]
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (TARGET / "icons.svg").read_text(encoding="utf-8")))
    used = used_icons(TEMPLATES)
    found += [f"The icon {name} is used and not in the sprite. {AGAIN}" for name in sorted(used - drawn)]
    found += [f"The icon {name} is in the sprite and not used. {AGAIN}" for name in sorted(drawn - used)]
    return found


def main() -> int:
    """0 if all is as pinned."""
    parser = argparse.ArgumentParser(description="Fetch, pin and check what the desk ships of others.")
    parser.add_argument("--check", action="store_true", help="compare only, without network")
    parser.add_argument("--icons", action="store_true", help="fetch the icons only")
    arguments = parser.parse_args()
    if not arguments.check:
        vendor(arguments.icons)
    found = problems()
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())

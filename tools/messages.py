"""Collect the texts of desk, public pages, alarms and egress register into their German catalogues, and compile these.

    python -m tools.messages

Needs GNU gettext (Debian: apt-get install gettext). Prints what still lacks a translation; fill it into the .po file
and run this again. All files are committed, so that neither installing nor running needs gettext.
"""

import subprocess
import sys
from pathlib import Path

import polib

JAWORT = Path(__file__).resolve().parent.parent / "jawort"
PLACES = (JAWORT / "web", JAWORT / "public", JAWORT / "alarms", JAWORT / "egress")
_COLLECT = ["makemessages", "-l", "de", "--no-obsolete", "--no-wrap", "--add-location", "never"]


def main() -> int:
    """0 if every text has its German."""
    open_ones = [text for place in PLACES for text in collect(place)]
    sys.stdout.writelines(f"{text}\n" for text in open_ones)
    return 1 if open_ones else 0


def collect(place: Path) -> list[str]:
    """Bring one package's catalogue up to date; the texts that have no German yet."""
    (place / "locale").mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-m", "django", *_COLLECT], cwd=place, check=True)
    file = place / "locale" / "de" / "LC_MESSAGES" / "django.po"
    catalogue = polib.pofile(str(file), wrapwidth=0)
    catalogue.metadata.pop("POT-Creation-Date", None)  # or every run would be a change
    catalogue.save()
    catalogue.save_as_mofile(str(file.with_suffix(".mo")))
    return [entry.msgid for entry in [*catalogue.untranslated_entries(), *catalogue.fuzzy_entries()]]


if __name__ == "__main__":
    raise SystemExit(main())

"""Collect the desk's texts into the German catalogue and compile it.

    python -m tools.messages

Needs GNU gettext (Debian: apt-get install gettext). Prints what still lacks a translation; fill it into the .po file
and run this again. Both files are committed, so that neither installing nor running needs gettext.
"""

import subprocess
import sys
from pathlib import Path

import polib

WEB = Path(__file__).resolve().parent.parent / "jawort" / "web"
CATALOGUE = WEB / "locale" / "de" / "LC_MESSAGES" / "django.po"
_COLLECT = ["makemessages", "-l", "de", "--no-obsolete", "--no-wrap", "--add-location", "never"]


def main() -> int:
    """0 if every text has its German."""
    subprocess.run([sys.executable, "-m", "django", *_COLLECT], cwd=WEB, check=True)
    catalogue = polib.pofile(str(CATALOGUE), wrapwidth=0)
    catalogue.metadata.pop("POT-Creation-Date", None)  # or every run would be a change
    catalogue.save()
    catalogue.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    open_ones = [*catalogue.untranslated_entries(), *catalogue.fuzzy_entries()]
    sys.stdout.writelines(f"{entry.msgid}\n" for entry in open_ones)
    return 1 if open_ones else 0


if __name__ == "__main__":
    raise SystemExit(main())

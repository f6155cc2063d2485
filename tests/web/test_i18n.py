"""German is complete, compiled, and German."""

import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest

JAWORT = Path(__file__).parents[2] / "jawort"
MESSAGES = Path("locale", "de", "LC_MESSAGES", "django.po")
#: `%(name)s` and the like: lost ones are lost data, new ones an error at run time.
FIELD = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module", params=["web", "public", "alarms"])
def place(request: pytest.FixtureRequest) -> Path:
    """The package whose texts they are."""
    return JAWORT / str(request.param)


@pytest.fixture(scope="module")
def german(place: Path) -> polib.POFile:
    return polib.pofile(str(place / MESSAGES))


def key(entry: polib.POEntry | polib.MOEntry) -> tuple[str | None, str, str, str]:
    return (entry.msgctxt, entry.msgid, entry.msgstr, str(sorted(entry.msgstr_plural.items())))


def test_nothing_is_missing_or_in_doubt(german: polib.POFile) -> None:
    assert german.untranslated_entries() == []
    assert german.fuzzy_entries() == []
    assert german.obsolete_entries() == []


def test_what_is_compiled_is_what_is_written(place: Path, german: polib.POFile) -> None:
    compiled = polib.mofile(str((place / MESSAGES).with_suffix(".mo")))
    assert {key(entry) for entry in compiled} == {key(entry) for entry in german}


def test_fields_are_the_same_in_both(german: polib.POFile) -> None:
    for entry in german:
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                fields = set(FIELD.findall(text))
                assert fields == set(FIELD.findall(entry.msgid_plural or entry.msgid)), entry.msgid


def test_people_are_addressed_formally_and_quotes_are_german(german: polib.POFile) -> None:
    for entry in german:
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert not re.search(r"\b(?:[Dd]u|[Dd]ein\w*|[Dd]ir|[Dd]ich)\b", text), text
            assert '"' not in text, text
            assert "“" not in text or "„" in text, text
            assert "..." not in text, text


def test_every_text_of_the_code_is_in_the_catalogue(place: Path, german: polib.POFile, tmp_path: Path) -> None:
    """Collects the texts anew; without GNU gettext there is nothing to compare with."""
    try:
        subprocess.run(["xgettext", "--version"], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no GNU gettext (Debian: apt-get install gettext)")
    texts = {(entry.msgctxt, entry.msgid) for entry in german}
    assert collected(place, tmp_path) == texts


def collected(place: Path, folder: Path) -> set[tuple[str | None, str]]:
    """Every text of templates and code, by Django's own collector in a copy of the package."""
    (folder / "locale").mkdir()
    for path in place.rglob("*"):
        if path.suffix in {".py", ".html"}:
            copy = folder / path.relative_to(place)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    command = [sys.executable, "-m", "django", "makemessages", "-l", "de", "--no-wrap"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    found = polib.pofile(str(folder / MESSAGES))
    return {(entry.msgctxt, entry.msgid) for entry in found}

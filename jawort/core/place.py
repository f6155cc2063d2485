"""Where something of ours lies, as the settings say it: who runs the place, where it is, and in which country."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Located:
    """A place. All three are empty where the settings say nothing."""

    operator: str = ""
    place: str = ""
    country: str = ""


def located(said: str) -> Located:
    """What a setting says. Raises ValueError unless it has three parts, or none."""
    if not said.strip():
        return Located()
    parts = [part.strip() for part in said.split(";")]
    operator, place, country = parts  # raises ValueError for more and for less
    if not all(parts):
        raise ValueError("a part is empty")
    return Located(operator, place, country)


def misplaced(said: Mapping[str, str]) -> Iterator[str]:
    """What is no place, by the name of its setting: each with what to do."""
    for name, text in said.items():
        try:
            located(text)
        except ValueError:
            yield f"“{name}” takes operator; place; country, as “Beispiel GmbH; Frankfurt am Main; Deutschland”."

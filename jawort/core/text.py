"""What of a text is to be seen."""

from unicodedata import category


def shows(character: str) -> bool:
    """Whether it is more than space: format characters, such as one of no width, show nothing by themselves."""
    return not character.isspace() and category(character) not in {"Cf", "Cc"}


def is_blank(text: str) -> bool:
    """Whether there is nothing to be seen of it."""
    return not any(shows(character) for character in text)


def is_sound(text: str) -> bool:
    """Whether all of it are characters: a NUL cannot be stored, half a surrogate cannot be sent."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)

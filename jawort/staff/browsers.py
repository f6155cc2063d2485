"""Which browser on which system, as far as somebody needs it to know their own sign-ins apart."""

from typing import Final

#: Tokens of the User-Agent header, the more particular first: most of them name Chrome and Safari besides.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """ "Firefox/Linux" of a User-Agent header, whose versions and further words are not kept; a half may be empty."""
    return "/".join(next((word for token, word in known if token in user_agent), "") for known in (_BROWSERS, _SYSTEMS))

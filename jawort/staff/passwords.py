"""What a password must be, wherever one is chosen: the validators of the settings (OWASP ASVS 6.2)."""

from typing import Final

from django.contrib.auth.password_validation import validate_password

from jawort.staff.models import Agent

#: Hashing takes any length; nobody types more, and a body of megabytes would only cost time.
PASSWORD_CHARACTERS_MAX: Final = 256


def check(password: str, *, email: str, name: str) -> None:
    """Raises Django's ValidationError, with a sentence for each thing that is wrong with it for this person."""
    validate_password(password, Agent(email=email, name=name))

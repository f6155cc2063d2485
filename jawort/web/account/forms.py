"""A password is chosen."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from jawort.staff.passwords import PASSWORD_CHARACTERS_MAX, check
from jawort.web.fields import REQUIRED, TOO_LONG


def password_field() -> forms.CharField:
    """Of any characters, blanks at the ends among them."""
    told = {"required": REQUIRED, "max_length": TOO_LONG}
    return forms.CharField(strip=False, max_length=PASSWORD_CHARACTERS_MAX, error_messages=told)


class NewPasswordForm(forms.Form):
    """A new password, twice: who mistypes it could not sign in with it."""

    password = password_field()
    again = password_field()

    def __init__(self, data: Any, *, email: str, name: str) -> None:
        super().__init__(data)
        self._whose = {"email": email, "name": name}

    def clean(self) -> dict[str, Any]:
        """Both are the same, and it is a good one."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in said:
            try:
                check(said["password"], **self._whose)
            except ValidationError as refusal:
                self.add_error("password", refusal)
        if "password" in said and "again" in said and said["password"] != said["again"]:
            self.add_error("again", gettext_lazy("The two are not the same."))
        return said


class ChangeForm(NewPasswordForm):
    """A new password in place of the old one, which the view compares."""

    old = password_field()


class FirstForm(NewPasswordForm):
    """Who the first administrator is."""

    name = forms.CharField(max_length=120, error_messages={"required": REQUIRED})
    email = forms.EmailField(
        error_messages={"required": REQUIRED, "invalid": gettext_lazy("Please enter an e-mail address.")}
    )
    language = forms.ChoiceField(choices=settings.LANGUAGES, error_messages={"required": REQUIRED})

    def __init__(self, data: Any) -> None:
        super().__init__(data, email="", name="")

    def clean(self) -> dict[str, Any]:
        """The password is none that their own name or address gives away."""
        self._whose = {what: self.cleaned_data.get(what, "") for what in ("email", "name")}
        return super().clean()


class JoinForm(NewPasswordForm):
    """Language and password of somebody who was invited."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, error_messages={"required": REQUIRED})

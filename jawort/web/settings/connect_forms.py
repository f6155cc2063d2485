"""What is entered to connect a number. Secrets are never shown again, not even beside an error."""

import re
import secrets
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy

from jawort.channels.whatsapp.numbers import GERMANY, PIN_DIGITS
from jawort.web.fields import REQUIRED, NameField

NAME_CHARS_MAX: Final = 80
SECRET_CHARS_MAX: Final = 1_000
TOKEN_BYTES: Final = 18
_DIGITS: Final = RegexValidator(
    r"\A[0-9]{5,20}\Z", gettext_lazy("This is not an ID: they are digits only, 5 to 20 of them.")
)
_WHOLE: Final = RegexValidator(
    r"\A[!-~]+\Z", gettext_lazy("Please copy it again: there is a blank or another odd character in it.")
)
NOT_A_PIN = gettext_lazy("The PIN has six digits.")


class Secret(forms.CharField):
    """Something that is entered once. Blanks around it are an accident of copying."""

    default_error_messages = {"required": REQUIRED}

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=SECRET_CHARS_MAX, validators=[_WHOLE], **given)


class AccountForm(forms.Form):
    """An account, and the token that reaches it."""

    account = forms.CharField(validators=[_DIGITS], error_messages={"required": REQUIRED})
    token = Secret()


class NewAppForm(AccountForm):
    """The same, with an app that is not known yet."""

    app_ref = forms.CharField(validators=[_DIGITS], error_messages={"required": REQUIRED})
    app_name = NameField(max_length=NAME_CHARS_MAX)
    secret = Secret()
    verify_token = Secret()


class NumberForm(forms.Form):
    """What a number is called here; before it is registered also where contents rest, and its PIN.

    One that is registered can be registered anew, for Germany.
    """

    name = NameField(max_length=NAME_CHARS_MAX)
    region = forms.ChoiceField(choices=[(GERMANY, GERMANY), ("any", "any")], required=False)
    anew = forms.BooleanField(required=False)
    pin = forms.CharField(required=False, error_messages={"required": REQUIRED})

    def __init__(self, *given: Any, registers: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        self.registers = registers
        self.fields["anew"].disabled = registers

    def clean_pin(self) -> str:
        """Six digits, wherever the number is to be registered."""
        pin = re.sub(r"[\s-]", "", self.cleaned_data["pin"])
        if (self.registers or self.cleaned_data["anew"]) and not re.fullmatch(rf"[0-9]{{{PIN_DIGITS}}}", pin):
            raise forms.ValidationError(NOT_A_PIN)
        return pin

    def clean_region(self) -> str:
        """The country, empty for any."""
        chosen = self.cleaned_data["region"]
        if self.registers and not chosen:
            raise forms.ValidationError(gettext_lazy("Please choose where contents rest."))
        return GERMANY if chosen == GERMANY or not self.registers else ""


def a_verify_token() -> str:
    """One that nobody guesses, to be offered."""
    return secrets.token_urlsafe(TOKEN_BYTES)

"""Fields that several forms have."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy

from jawort.consent.models import DeclaredPurpose
from jawort.consent.purpose import Purpose
from jawort.consent.purposes import asked_for
from jawort.core.text import is_blank

REQUIRED = gettext_lazy("Please fill in this field.")
TOO_LONG = gettext_lazy("At most %(limit_value)d characters, please.")


class PurposeField(forms.MultipleChoiceField):
    """For which one purpose people are asked. Who names two is refused: a consent is given to each by itself.

    Source: recital 43 GDPR; EDPB Guidelines 05/2020 on consent, no. 42 to 45.
    """

    default_error_messages = {
        "required": gettext_lazy("Please choose a purpose."),
        "invalid_choice": gettext_lazy("Nobody is asked for a consent to this: please choose another purpose."),
        "several": gettext_lazy("One question asks for one purpose: please choose one, and ask for the others apart."),
    }

    def clean(self, value: Any) -> Any:
        """The key of the purpose."""
        chosen = super().clean(value)
        if len(chosen) != 1:
            raise ValidationError(self.error_messages["several"], code="several")
        return Purpose(chosen[0])


def purpose_name(one: DeclaredPurpose) -> str:
    """What a purpose is called, in the reader's language."""
    return one.name(get_language() or "de")


def purpose_choices() -> list[tuple[str, str]]:
    """The purposes that people can consent to, by their names in the reader's language."""
    return [(key, purpose_name(one)) for key, one in asked_for().items()]


class NameField(forms.CharField):
    """What somebody calls a thing: one space between words, and something to be seen of it."""

    default_error_messages = {"required": REQUIRED}

    def clean(self, value: Any) -> str:
        """The name as it is kept."""
        name = " ".join(str(super().clean(value)).split())
        if is_blank(name):
            raise ValidationError(self.error_messages["required"], code="required")
        return name

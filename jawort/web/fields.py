"""Fields that several forms have."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from jawort.core.text import is_blank

REQUIRED = gettext_lazy("Please fill in this field.")
TOO_LONG = gettext_lazy("At most %(limit_value)d characters, please.")


class NameField(forms.CharField):
    """What somebody calls a thing: one space between words, and something to be seen of it."""

    default_error_messages = {"required": REQUIRED}

    def clean(self, value: Any) -> str:
        """The name as it is kept."""
        name = " ".join(str(super().clean(value)).split())
        if is_blank(name):
            raise ValidationError(self.error_messages["required"], code="required")
        return name

"""What the forms about contacts may say."""

from django import forms
from django.utils.translation import gettext_lazy

from jawort.core.phone import Phone, abroad
from jawort.people.rules import NAME_CHARS_MAX
from jawort.web.contacts.cards import BASES
from jawort.web.inbox.words import LANGUAGES, language_name

NUMBER_UNFIT = gettext_lazy("This is no phone number. Please enter one, for example +49 171 …")
TOO_LONG = gettext_lazy("This name is too long: at most %(limit_value)d characters, please.")


def languages() -> list[tuple[str, str]]:
    """What a contact may speak, by the names of languages in the reader's own; first that nobody knows."""
    named = [(code, language_name(code)) for code in LANGUAGES]
    return [("", str(gettext_lazy("Unknown"))), *sorted(named, key=lambda one: one[1].casefold())]


class DescribeForm(forms.Form):
    """What a contact is called with us, and which language they speak."""

    name = forms.CharField(
        max_length=NAME_CHARS_MAX,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    language = forms.ChoiceField(choices=languages, required=False)


class NumberForm(forms.Form):
    """A number as somebody typed it."""

    number = forms.CharField(
        max_length=40,
        error_messages={
            "required": gettext_lazy("Please enter the number, for example +49 171 …"),
            "max_length": NUMBER_UNFIT,
        },
    )


class CreateForm(NumberForm):
    """A contact by number. The country has to be said: a guess could be somebody else's number."""

    name = forms.CharField(
        max_length=NAME_CHARS_MAX,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )
    basis = forms.ChoiceField(
        choices=[(basis.value, words) for basis, words in BASES.items()],
        error_messages={"required": gettext_lazy("Please say on what basis you have this number.")},
    )

    def clean_number(self) -> Phone:
        """The number in international form."""
        number = abroad(self.cleaned_data["number"])
        if number is None:
            raise forms.ValidationError(
                gettext_lazy("Please write the whole number with its country code, for example +49 171 …")
            )
        return number

"""The second step of signing in: a code beside the password."""

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.utils.translation import gettext_lazy

from jawort.core import clock
from jawort.staff import lockout
from jawort.staff.second_factor import accepted
from jawort.web.fields import REQUIRED

WRONG = gettext_lazy("This code is not right, or it was used already.")


class CodeForm(AuthenticateForm):  # type: ignore[misc] # allauth has no types
    """allauth's, which counts nowhere and takes a code twice; here it is counted and entered as passwords are."""

    code = forms.CharField(max_length=40, error_messages={"required": REQUIRED})

    def clean_code(self) -> str:
        """The code, if it is one of theirs. Counted for itself: the password before it was right."""
        code, at = str(self.cleaned_data["code"]), clock.now()
        place = context.request.META.get("REMOTE_ADDR", "")
        tried = lockout.Tried(f"code of {self.user.email}", place)
        if not lockout.admits(tried, at):
            raise get_adapter().validation_error("too_many_login_attempts")
        self.authenticator = accepted(self.user, code, at=at)
        if self.authenticator is None:
            lockout.failed(lockout.Tried(self.user.email, place), at)
            raise forms.ValidationError(str(WRONG))
        self.authenticator.user = self.user
        lockout.forget(tried)
        return code

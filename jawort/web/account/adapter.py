"""Sign-in as allauth does it, with our lockout and our ledger."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy

from jawort.core import clock
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff import lockout, password_link
from jawort.staff.invite import forget_expired
from jawort.staff.models import Agent
from jawort.staff.permissions import Role
from jawort.staff.sessions import forget_ended


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Closed to newcomers; counts failures in PostgreSQL: every process knows them, a restart forgets none."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy(
            "E-mail address or password is not right. Who has forgotten the password asks an administrator for a link."
        ),
        "too_many_login_attempts": gettext_lazy("Too many attempts. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Administrators hire; nobody registers."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; refuse it while the address or the place it is tried from is locked."""
        if not lockout.admits(self._tried(request, credentials), clock.now()):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Enter it in the ledger; it is counted already."""
        lockout.failed(self._tried(request, credentials), clock.now())

    def pre_login(self, request: HttpRequest, user: Agent, **kwargs: Any) -> HttpResponse | None:
        """After a right password or passkey: where people come by the sign-in service, administrators alone go on."""
        if settings.CONFIG.oidc_only and user.role != Role.ADMINISTRATOR:
            messages.error(request, gettext("Please sign in by the sign-in service of your company."))
            return redirect("account_login")
        refusal: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return refusal

    def login(self, request: HttpRequest, user: Agent) -> None:
        """Let in, and enter it in the ledger."""
        self.let_in(request, user)

    def let_in(self, request: HttpRequest, user: Agent, **facts: str) -> None:
        """Past every further step: whoever calls has seen to them."""
        super().login(request, user)
        forget_ended(clock.now())
        forget_expired(clock.now())
        password_link.forget_expired(clock.now())
        with transaction.atomic():
            lockout.forget(self._tried(request, {"email": user.email}))
            record([Entry(Kind.SIGNED_IN, user.actor, user.pk, facts)], clock.now())

    def logout(self, request: HttpRequest) -> None:
        """Let out, and enter it in the ledger."""
        if isinstance(request.user, Agent):
            with transaction.atomic():
                record([Entry(Kind.SIGNED_OUT, request.user.actor, request.user.pk)], clock.now())
        super().logout(request)

    def respond_user_inactive(self, request: HttpRequest, user: Agent) -> HttpResponse:
        """The page that says so."""
        answer: HttpResponse = super().respond_user_inactive(request, user)
        return answer

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No "signed in as": the page shows it."""

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing was consumed: failures are counted when they happen."""

    def _tried(self, request: HttpRequest, credentials: dict[str, Any]) -> lockout.Tried:
        return lockout.Tried(str(credentials.get("email", "")), request.META.get("REMOTE_ADDR", ""))

"""Signing in and out. The rest of allauth is closed: nobody registers, resets or changes an address here."""

from allauth.account.views import login, logout
from allauth.mfa.base.views import authenticate
from django.urls import path

from jawort.web.account import first, joining, new_password, oidc, passkeys, views

urlpatterns = [
    path("accounts/login/", login, name="account_login"),
    path("accounts/code/", authenticate, name="mfa_authenticate"),
    path("accounts/passkey/begin", passkeys.begin, name="passkey-begin"),
    path("accounts/passkey", passkeys.enter, name="passkey-enter"),
    path("accounts/oidc/", oidc.begin, name="oidc-begin"),
    path("accounts/oidc/back", oidc.enter, name="oidc-enter"),
    path("accounts/oidc/ended", oidc.end, name="oidc-ended"),
    path("accounts/logout/", logout, name="account_logout"),
    path("accounts/inactive/", views.inactive, name="account_inactive"),
    path("join/<str:token>", joining.join, name="join"),
    path("new-password/<str:token>", new_password.new_password, name="new-password"),
    path("first/<str:token>", first.take, name="first"),
    path("language", views.language, name="language"),
    # allauth looks these names up; the addresses answer 404.
    path("accounts/signup/", views.closed, name="account_signup"),
    path("accounts/password/reset/", views.closed, name="account_reset_password"),
    path("accounts/confirm-email/", views.closed, name="account_email_verification_sent"),
    path("accounts/reauthenticate/", views.closed, name="account_reauthenticate"),
]

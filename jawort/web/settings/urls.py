"""Addresses of a person's own settings, and of what the administrator sets for all."""

from django.urls import path

from jawort.web.settings import (
    attributes,
    labels,
    lines,
    notifications,
    passkeys,
    people,
    presence,
    quick_replies,
    second_factor,
    sign_in,
    views,
)

app_name = "settings"
urlpatterns = [
    path("me", views.me, name="me"),
    path("sign-in", sign_in.index, name="sign-in"),
    path("sign-in/password", sign_in.password, name="password"),
    path("sign-in/sessions/end", sign_in.end_others, name="sessions-end"),
    path("sign-in/sessions/<uuid:pk>/end", sign_in.end, name="session-end"),
    path("sign-in/passkeys/new", passkeys.new, name="passkey-new"),
    path("sign-in/passkeys/begin", passkeys.begin, name="passkey-begin"),
    path("sign-in/passkeys/<int:pk>/remove", passkeys.drop, name="passkey-remove"),
    path("sign-in/second-factor", second_factor.index, name="second-factor"),
    path("sign-in/second-factor/begin", second_factor.begin, name="second-factor-begin"),
    path("sign-in/second-factor/codes", second_factor.codes, name="second-factor-codes"),
    path("sign-in/second-factor/remove", second_factor.drop, name="second-factor-remove"),
    path("notifications", notifications.index, name="notifications"),
    path("attributes", attributes.index, name="attributes"),
    path("attributes/<uuid:pk>", attributes.edit, name="attribute"),
    path("attributes/<uuid:pk>/remove", attributes.delete, name="attribute-remove"),
    path("quick-replies", quick_replies.index, name="quick-replies"),
    path("quick-replies/<uuid:pk>", quick_replies.edit, name="quick-reply"),
    path("quick-replies/<uuid:pk>/remove", quick_replies.delete, name="quick-reply-remove"),
    path("labels", labels.index, name="labels"),
    path("labels/<uuid:pk>", labels.edit, name="label"),
    path("labels/<uuid:pk>/retire", labels.retire, name="label-retire"),
    path("labels/<uuid:pk>/restore", labels.restore, name="label-restore"),
    path("people", people.index, name="people"),
    path("people/<uuid:pk>", people.edit, name="person"),
    path("people/<uuid:pk>/close", people.close, name="person-close"),
    path("people/<uuid:pk>/reopen", people.reopen, name="person-reopen"),
    path("people/<uuid:pk>/remove-second-factor", people.drop_factor, name="person-second-factor-remove"),
    path("invitations/<uuid:pk>/take-back", people.take_back, name="invitation-take-back"),
    path("theme", views.theme, name="theme"),
    path("presence", presence.show, name="presence"),
    path("lines", lines.index, name="lines"),
    path("lines/<uuid:pk>/receipts", lines.receipts, name="receipts"),
]

"""What the columns of other people's tables hold: Django's and allauth's, which carry no comment of their own.

The form is that of core/column.py. A test compares this with the tables as they are, so that an update of Django or
allauth that brings a column fails until somebody has said what it holds.
"""

from collections.abc import Mapping

from jawort.core.column import personal, plain

_NUMBER = plain("number of the row")

FOREIGN: Mapping[str, Mapping[str, str]] = {
    "django_migrations": {
        "id": _NUMBER,
        "app": plain("package"),
        "name": plain("migration"),
        "applied": plain("when it ran"),
    },
    "django_content_type": {
        "id": _NUMBER,
        "app_label": plain("package"),
        "model": plain("table's name in code"),
    },
    # Django's own rights are not used (staff/permissions.py is the table of rights); the tables come with it.
    "auth_permission": {
        "id": _NUMBER,
        "name": plain("right, in words"),
        "content_type_id": plain("table it is about"),
        "codename": plain("right, for code"),
    },
    "auth_group": {
        "id": _NUMBER,
        "name": plain("group, not used"),
    },
    "auth_group_permissions": {
        "id": _NUMBER,
        "group_id": plain("group, not used"),
        "permission_id": plain("right, not used"),
    },
    "account_emailaddress": {
        "id": _NUMBER,
        "user_id": personal("whose address", purpose="sign-in", klass="staff", sealed=False),
        "email": personal("staff address", purpose="sign-in", klass="staff", sealed=False),
        "verified": plain("whether the address was confirmed"),
        "primary": plain("whether the person signs in with it"),
    },
    "mfa_authenticator": {
        "id": _NUMBER,
        "user_id": personal("whose second factor", purpose="sign-in", klass="staff", sealed=False),
        "type": plain("app for codes, or codes on paper"),
        "data": personal(
            "second factor: its secret, sealed, and what was used of it", purpose="sign-in", klass="staff", sealed=False
        ),
        "created_at": plain("when it was set up"),
        "last_used_at": personal("last sign-in with it", purpose="sign-in", klass="staff", sealed=False),
    },
    # Nobody registers by mail, so this table stays empty.
    "account_emailconfirmation": {
        "id": _NUMBER,
        "email_address_id": personal("address to confirm", purpose="sign-in", klass="staff", sealed=False),
        "created": plain("when it was asked for"),
        "sent": plain("when the mail left"),
        "key": personal("secret of the mail", purpose="sign-in", klass="staff", sealed=False),
    },
}

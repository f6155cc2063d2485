"""Django's settings, made from the configuration. Nothing is decided here that core/config.py can say."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jawort.core.config import load
from jawort.web.assets import YEAR_SECONDS, digest, immutable

CONFIG = load()
DEMO = CONFIG.demo
_HERE = Path(__file__).parent
_DATABASE = urlsplit(CONFIG.database_url or os.environ.get("JAWORT_TEST_DATABASE", ""))
_QUERY = dict(parse_qsl(_DATABASE.query))  # sslmode and the like go on to the server's client library
_HOST, _PORT = _QUERY.pop("host", ""), _QUERY.pop("port", "")
# One that is stuck must not hold all others: locks are held for 200 ms at most, statements end well below a second.
_TIMEOUTS = "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
_PUBLIC = urlsplit(CONFIG.public_url)

#: Signs nothing that outlives a process group: the supervisor hands every process the same key, made from the root key.
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "") or "unset: only commands that sign nothing run like this"
DEBUG = False
_SIDE_DOOR = urlsplit(CONFIG.side_door_url)
ALLOWED_HOSTS = [_PUBLIC.hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS += [_SIDE_DOOR.hostname] if _SIDE_DOOR.hostname else []
CSRF_TRUSTED_ORIGINS = [f"{_PUBLIC.scheme}://{_PUBLIC.netloc}"]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "jawort.ledger",
    "jawort.lanes",
    "jawort.vault",
    "jawort.people",
    "jawort.people.attributes",
    "jawort.staff",
    "jawort.legal",
    "jawort.egress",
    "jawort.lines",
    "jawort.consent",
    "jawort.messaging",
    "jawort.messaging.files",
    "jawort.messaging.quick_replies",
    "jawort.messaging.labels",
    "jawort.messaging.yes_first",
    "jawort.messaging.saved_views",
    "jawort.messaging.mentions",
    "jawort.messaging.drafts",
    "jawort.messaging.attendance",
    "jawort.messaging.side_door",
    "jawort.messaging.own_page",
    "jawort.intake",
    "jawort.alarms",
    "jawort.web",
    "jawort.public",
]
MIDDLEWARE = [
    "jawort.web.middleware.Shield",
    "jawort.public.middleware.Threshold",
    "django.middleware.security.SecurityMiddleware",
    "jawort.web.static_files.Pack",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jawort.web.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "jawort.web.middleware.WhoAsks",
    "jawort.web.packed_pages.Pack",
    "jawort.web.middleware.Person",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "jawort.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(_DATABASE.path.lstrip("/")) or "jawort",
        "USER": unquote(_DATABASE.username or ""),
        "PASSWORD": unquote(_DATABASE.password or ""),
        "HOST": unquote(_DATABASE.hostname or "") or _HOST,
        "PORT": str(_DATABASE.port or _PORT),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_QUERY,
            "options": f"{_TIMEOUTS} {_QUERY.get('options', '')}",
            # Values travel beside the statement, not quoted into it: bytes stay bytes, and plans are kept.
            "server_side_binding": True,
            "prepare_threshold": 5,
        },
    }
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "web" / "templates"],  # before allauth's own pages
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["jawort.web.templatetags.jawort", "jawort.web.templatetags.still"],
        },
    }
]

AUTH_USER_MODEL = "staff.Agent"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
#: jawort/staff/passwords.py asks them. No rule for kinds of characters: it makes worse passwords (OWASP ASVS 6.2.5).
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "jawort.web.account.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# allauth counts in Django's cache, which a restart empties; staff/lockout.py counts in PostgreSQL.
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "jawort.staff.factor_adapter.Adapter"
MFA_FORMS = {"authenticate": "jawort.web.account.factors.CodeForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Jawort"
MFA_TOTP_TOLERANCE = 1  # half a minute: phones' clocks
SESSION_ENGINE = "jawort.staff.sessions"
SESSION_COOKIE_AGE = 12 * 3_600  # a working day
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.secure
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# The shield says both, where they say something.
SECURE_REFERRER_POLICY = SECURE_CROSS_ORIGIN_OPENER_POLICY = None
# Browsers take the __Host- prefix over TLS only, and Safari refuses Secure cookies on plain loopback.
SESSION_COOKIE_NAME = "__Host-session" if CONFIG.secure else f"jawort-session-{CONFIG.port}"
CSRF_COOKIE_NAME = "__Host-csrf" if CONFIG.secure else f"jawort-csrf-{CONFIG.port}"

USE_TZ = True
TIME_ZONE = CONFIG.time_zone
USE_I18N = True
LANGUAGE_CODE = CONFIG.language
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [_HERE / "web" / "locale"]
FORMAT_MODULE_PATH = ["jawort.web.formats"]
# Every version has addresses of its own (web/assets.py), so a browser may keep each file for a year.
STATIC_URL = f"/static/{digest()}/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = YEAR_SECONDS
WHITENOISE_IMMUTABLE_FILE_TEST = immutable
WHITENOISE_ALLOW_ALL_ORIGINS = False

# What is sent to us stays in memory: a temporary file would hold a customer's words in clear.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
#: Each ticked row of a list is a field: who has ticked too many is told so by the page, not by a bare refusal.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

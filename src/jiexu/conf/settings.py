"""Django's settings. Everything a machine may differ in comes from the environment; ``jiexu up`` sets it.

``JIEXU_OWNER_URL``, ``JIEXU_WORKER_URL``, ``JIEXU_DESK_URL``: connection strings of the three database roles
(aliases ``owner``, ``worker``, ``default`` for the desk). ``JIEXU_SECRET_KEY``: signs cookies and forms.
``JIEXU_HTTPS=1``: people reach the pages by https alone. ``JIEXU_PROXY``: address of the server in front that passes them
on, whose word is taken for where a visitor comes from (``cli/serve.py``). ``JIEXU_OIDC``: providers to sign in with
(``gateways/openid``).
"""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

WEB = Path(__file__).resolve().parent.parent / "web"


def database(url: str) -> dict[str, Any]:
    """One entry of DATABASES from a PostgreSQL connection string; what Django has no name for goes to OPTIONS."""
    parts = conninfo_to_dict(url)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    entry: dict[str, Any] = {key: str(parts.pop(name, "")) for key, name in names.items()}
    return {**entry, "ENGINE": "django.db.backends.postgresql", "OPTIONS": parts, "CONN_HEALTH_CHECKS": True}


DATABASES = {
    # The pages are a desk: nothing of Django's, and no library that only knows "default", gets further than that.
    "default": {**database(os.environ.get("JIEXU_DESK_URL", "")), "CONN_MAX_AGE": 60},
    "worker": database(os.environ.get("JIEXU_WORKER_URL", "")),
    "owner": database(os.environ.get("JIEXU_OWNER_URL", "")),
}
DATABASE_ROUTERS = ["jiexu.conf.routing.Accounts"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "jiexu.store",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jiexu.web.middleware.headers",
    "jiexu.web.middleware.language",
    "jiexu.web.middleware.view",
    "jiexu.web.middleware.bounded",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "jiexu.web.middleware.DatabaseAway",
]
ROOT_URLCONF = "jiexu.conf.urls"
WSGI_APPLICATION = "jiexu.conf.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [WEB / "templates"],
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "jiexu.web.pages.frame"],
            "environment": "jiexu.web.drawing.environment",
        },
    },
]

# Who signs in: wrong passwords are counted first, then Django looks, then a second factor is asked for (0050).
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "jiexu.web.accounts.Accounts"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
    }.items()
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/my/"
ACCOUNT_ADAPTER = "jiexu.web.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
# Wrong passwords are counted by django-axes alone (web/adapter.py), wrong codes of a second factor here: whoever knows
# a password would otherwise try all million codes. The count is in the memory of the one process that serves the pages.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key"}
# More than a flood of addresses fills: what is pushed out is counted anew, and a code that was used is good again. Kept in
# the data folder, so that a restart forgets no wrong code; in memory only where there is none.
DATA = os.environ.get("JIEXU_DATA")
CACHES = {
    "default": {
        "BACKEND": f"django.core.cache.backends.{'filebased.FileBased' if DATA else 'locmem.LocMem'}Cache",
        "LOCATION": str(Path(DATA) / "counted") if DATA else "",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "jiexu"
# Five wrong passwords close the door to that name from that address for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "jiexu.web.doors.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# A working day at most, and never beyond the browser's own end; how long nobody may do anything stands in web/doors.py.
SESSION_ENGINE = "jiexu.web.sessions"
SESSION_COOKIE_AGE = 10 * 3600
# Papers that people send stay in the memory until they are sealed: no copy of them lies in a folder (docs/decisions/0062).
FILE_UPLOAD_MAX_MEMORY_SIZE = 6_000_000
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"

STATIC_URL = "/static/"
STATICFILES_DIRS = [folder for folder in [WEB / "static"] if folder.is_dir()]
# Straight from the package: there is no collecting step that could be forgotten.
WHITENOISE_USE_FINDERS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(message)s"}},
    "handlers": {"doors": {"class": "logging.StreamHandler", "formatter": "line"}},
    # What was refused, in lines that hold nothing of a person (web/refusals.py); with the log of the pages.
    "loggers": {"jiexu.doors": {"handlers": ["doors"], "level": "INFO", "propagate": False}},
}

DEBUG = os.environ.get("JIEXU_DEBUG") == "1"
SECRET_KEY = os.environ.get("JIEXU_SECRET_KEY") or secrets.token_urlsafe(48)
# Off for a node at its own machine (http on loopback); on wherever people come from elsewhere.
HTTPS = os.environ.get("JIEXU_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
ALLOWED_HOSTS = [*os.environ.get("JIEXU_HOSTS", "").split(), "127.0.0.1", "localhost", "[::1]"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "jiexu.web.views.troubles.forged"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
# All days are Beijing days; instants are stored in UTC (design §7).
TIME_ZONE = "Asia/Shanghai"

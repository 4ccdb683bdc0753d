"""Django's settings. Everything a machine may differ in comes from the environment; ``jiexu up`` sets it.

``JIEXU_OWNER_URL``, ``JIEXU_WORKER_URL``, ``JIEXU_DESK_URL``: connection strings of the three database roles
(aliases ``owner``, ``default`` for the worker, ``desk``). ``JIEXU_SECRET_KEY``: signs cookies and forms.
"""

from __future__ import annotations

import os
import secrets
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
    "default": {**database(os.environ.get("JIEXU_WORKER_URL", "")), "CONN_MAX_AGE": 60},
    "desk": {**database(os.environ.get("JIEXU_DESK_URL", "")), "CONN_MAX_AGE": 60},
    "owner": database(os.environ.get("JIEXU_OWNER_URL", "")),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = ["django.contrib.staticfiles", "jiexu.store"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jiexu.web.middleware.headers",
    "jiexu.web.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jiexu.web.middleware.DatabaseAway",
]
ROOT_URLCONF = "jiexu.conf.urls"
WSGI_APPLICATION = "jiexu.conf.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"],
            "builtins": ["jiexu.web.tags", "jiexu.web.pictures", "jiexu.web.lawtags"],
        },
    },
]

STATIC_URL = "/static/"
STATICFILES_DIRS = [folder for folder in [WEB / "static"] if folder.is_dir()]
# Straight from the package: there is no collecting step that could be forgotten.
WHITENOISE_USE_FINDERS = True

DEBUG = os.environ.get("JIEXU_DEBUG") == "1"
SECRET_KEY = os.environ.get("JIEXU_SECRET_KEY") or secrets.token_urlsafe(32)
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

"""The plain page our pages are measured against: one row by its primary key, one template, Django's default middleware.

A Django project in one module, with nothing of jiexu in it.
"""

from __future__ import annotations

import secrets
from typing import Any

import psycopg
from django.conf import settings

ROWS = 1000
TABLE = "plain_thing"
TEMPLATE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{{ thing.name }}</title>
</head>
<body>
  <h1>{{ thing.name }}</h1>
  <p>{{ thing.note }}</p>
  <dl>
    <dt>Number</dt>
    <dd>{{ thing.pk }}</dd>
    <dt>Since</dt>
    <dd>{{ thing.since|date:"Y-m-d" }}</dd>
    {% if thing.amount %}
    <dt>Amount</dt>
    <dd>{{ thing.amount }}</dd>
    {% endif %}
  </dl>
</body>
</html>
"""
MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
"""What ``django-admin startproject`` writes."""
CONTEXT = ("request", "auth", "messages")


def fill(url: str) -> None:
    """Make the one table, as whoever owns the database."""
    with psycopg.connect(url) as connection:
        connection.execute(
            f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, name text NOT NULL, note text NOT NULL, since date NOT NULL, amount bigint NOT NULL)"
        )
        connection.execute(
            f"INSERT INTO {TABLE} SELECT n, 'Thing ' || n, 'What there is to say of it.', date '2026-01-01' + n::integer, n * 100 FROM generate_series(1, {ROWS}) n"
        )
        connection.execute(f"GRANT SELECT ON {TABLE} TO PUBLIC")


def application(database: dict[str, Any]) -> Any:
    """The WSGI application. ``database``: an entry of DATABASES, as jiexu's own pages have it."""
    processors = {"request": "django.template.context_processors.request"}
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": {**database, "CONN_MAX_AGE": 60}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            f"django.contrib.{name}" for name in ("contenttypes", "auth", "sessions", "messages")
        ],
        MIDDLEWARE=list(MIDDLEWARE),
        ROOT_URLCONF=_urls(),
        SECRET_KEY=secrets.token_hex(32),
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.cached.Loader",
                            [("django.template.loaders.locmem.Loader", {"thing.html": TEMPLATE})],
                        )
                    ],
                    "context_processors": [
                        processors.get(name, f"django.contrib.{name}.context_processors.{name}")
                        for name in CONTEXT
                    ],
                },
            }
        ],
    )
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415  only now are there settings

    return get_wsgi_application()


def _urls() -> tuple[Any, ...]:
    """The one address. The model is made when it is asked for first: before that there are no settings."""
    from django.http import HttpRequest, HttpResponse  # noqa: PLC0415
    from django.shortcuts import get_object_or_404, render  # noqa: PLC0415
    from django.urls import path  # noqa: PLC0415

    made: dict[str, Any] = {}

    def thing(request: HttpRequest, number: int) -> HttpResponse:
        model = made.get("model") or made.setdefault("model", _model())
        return render(request, "thing.html", {"thing": get_object_or_404(model, pk=number)})

    return (path("things/<int:number>/", thing),)


def _model() -> Any:
    from django.db import models  # noqa: PLC0415

    class Thing(models.Model):  # type: ignore[misc]  # noqa: DJ008  Django ships no types; nobody prints a thing
        name = models.TextField()
        note = models.TextField()
        since = models.DateField()
        amount = models.BigIntegerField()

        class Meta:
            app_label = "plain"
            db_table = TABLE
            managed = False

    return Thing

"""The web's door to the store: a reader for each thread, under the desk role, opened anew when the database came back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import psycopg
from django.db import connections
from psycopg.conninfo import make_conninfo

from jiexu.store.db import Store, StoreGoneError
from jiexu.usecases.reading import Reader, open_reader

T = TypeVar("T")

GONE = (psycopg.OperationalError, StoreGoneError)
"""What a database that does not answer looks like."""

_own = threading.local()


def ask(question: Callable[[Reader], T]) -> T:
    """Ask this thread's reader. A connection that was lost since the last page is replaced once.

    Raises one of ``GONE`` where the database does not answer.
    """
    try:
        return question(_reader())
    except GONE:
        close()
        return question(_reader())


def write(act: Callable[[Store], T]) -> T:
    """Write under the desk role, on a connection of its own: the readers only read."""
    store = Store(url_of("default"))
    try:
        return act(store)
    finally:
        store.close()


def close() -> None:
    """Let this thread's reader go."""
    reader = getattr(_own, "reader", None)
    _own.reader = None
    if reader is not None:
        reader.close()


def _reader() -> Reader:
    url = url_of("default")
    if getattr(_own, "reader", None) is None or _own.url != url:
        close()
        _own.reader, _own.url = open_reader(url), url
    reader: Reader = _own.reader
    return reader


def url_of(alias: str) -> str:
    """The connection string behind one of Django's aliases."""
    settings = connections[alias].settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    given = {name: str(settings[key]) for key, name in names.items() if settings.get(key)}
    return make_conninfo(**given, **settings.get("OPTIONS", {}))

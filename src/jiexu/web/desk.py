"""The web's door to the store: readers and nodes that a thread keeps between pages, opened anew when the database came back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from time import monotonic
from typing import TypeVar

import psycopg
from django.db import connections
from psycopg.conninfo import make_conninfo

from jiexu.store.db import Store, StoreGoneError
from jiexu.usecases import reading
from jiexu.usecases.node import Node, catch_up, open_node
from jiexu.usecases.reading import Reader, open_reader

T = TypeVar("T")

GONE = (psycopg.OperationalError, StoreGoneError)
"""What a database that does not answer looks like."""

FRESH = 1.0
"""Seconds for which a node that is kept counts as up to date: so long a page may not have heard of a stolen key."""

_own = threading.local()
_invented: dict[str, bool] = {}
"""Of each database, whether its people are invented: a node is not the one today and the other tomorrow."""


def ask(question: Callable[[Reader], T]) -> T:
    """Ask this thread's reader. A connection that was lost since the last page is replaced once.

    Raises one of ``GONE`` where the database does not answer.
    """
    try:
        return question(_reader())
    except GONE:
        close()
        return question(_reader())


@contextmanager
def node(*agencies: str, alias: str = "default") -> Iterator[Node]:
    """A node that sees and writes for these agencies alone, for all of this node where none is named.

    ``alias``: the role, as Django names its connection. Opening a node reads the keys of every agency, so a thread keeps
    the nodes it opened; what was left in the middle of a transaction, or lost its connection, is opened anew.
    """
    whole = _opened(url_of(alias))
    spoken_for = replace(whole)
    if agencies:
        spoken_for.speak_for(*agencies)
    try:
        yield spoken_for
    finally:
        if whole.store.is_idle:
            _kept().append(whole)
        else:
            whole.store.close()


@contextmanager
def together(name: str, agency: str, *, alias: str = "default") -> Iterator[tuple[Node, Reader]]:
    """A node of one agency, and a reader of the same: all that a page asks and notes inside is one transaction ``name``."""
    ask(reading.desk_places)
    with node(agency, alias=alias) as here, here.store.together(name, [agency]):
        yield here, replace(_reader(), store=here.store)


def _opened(url: str) -> Node:
    """The node this thread kept for that connection, as it stands now, or a new one. Raises one of ``GONE``."""
    kept = next((each for each in _kept() if each.store.url == url), None)
    if kept is not None:
        # Whoever asks for another meanwhile does not get the same: each has its own transactions.
        _kept().remove(kept)
        try:
            if monotonic() - kept.read_at > FRESH:
                catch_up(kept)
        except GONE:
            kept.store.close()
        else:
            return kept
    return open_node(url)


def _kept() -> list[Node]:
    if not hasattr(_own, "nodes"):
        _own.nodes = []
    nodes: list[Node] = _own.nodes
    return nodes


def write(act: Callable[[Store], T]) -> T:
    """Write under the desk role: the readers only read."""
    with node() as everywhere:
        return act(everywhere.store)


def is_invented() -> bool:
    """Whether people here are invented, asked once; no where the database does not answer or is none of ours yet."""
    url = url_of("default")
    if url not in _invented:
        try:
            _invented[url] = ask(reading.is_invented)
        except (*GONE, psycopg.Error):
            return False
    return _invented[url]


def close() -> None:
    """Let this thread's reader and nodes go."""
    reader = getattr(_own, "reader", None)
    _own.reader = None
    if reader is not None:
        reader.close()
    for each in _kept():
        each.store.close()
    _kept().clear()


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
    given = {name: str(settings[key]) for key, name in NAMES.items() if settings.get(key)}
    return _conninfo(tuple({**given, **settings.get("OPTIONS", {})}.items()))


NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
"""What Django calls the parts of a connection string."""


@lru_cache(maxsize=16)
def _conninfo(parts: tuple[tuple[str, str], ...]) -> str:
    return make_conninfo(**dict(parts))

"""An application written down at a counter: read and checked like a row of a file, then taken by the path all take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from jiexu.gateways.tables import Context, FaultyRow, Row, applications_of
from jiexu.gateways.tables.applications import COLUMNS, Application
from jiexu.store import atrest, people
from jiexu.usecases.applications import ApplicationIn, Taken, take
from jiexu.usecases.intake import application_in
from jiexu.usecases.node import Node

TITLES = {column.name: column.name for column in COLUMNS}
"""A fault names the field by its column."""


def read(written: Mapping[str, str], context: Context) -> Application | FaultyRow:
    """The application in a form's fields (names as in applications files), or everything that is wrong with them."""
    [found] = applications_of([Row(1, dict(written), TITLES)], context=context)
    return found


def as_taken(application: Application, agency: str, *, today: date) -> ApplicationIn:
    """As the agency at whose counter the person stands takes it: the origin's or the destination's."""
    return replace(application_in(application, today=today), at_origin=application.origin == agency)


def file(node: Node, application: ApplicationIn, *, day: date, by: str) -> Taken:
    """Open its case, or find the one there is; after an identity repair it is another application than the refused one."""
    document = application.document
    with node.store.transaction("counter.repaired", [application.opener]) as cursor:
        row = cursor.execute(
            "SELECT version FROM identity_document WHERE (agency, kind, seek) = (%s, %s, %s)",
            [application.opener, document.kind, atrest.seek(document.kind, document.number)],
        ).fetchone()
    again = f"repair {row['version']}" if row and row["version"] else ""
    return take(node, [replace(application, again=again)], day=day, actor=by)[0]


def is_known(node: Node, application: ApplicationIn) -> bool:
    """Whether the agency finds a person by the document of the application."""
    wanted = (application.opener, application.document.kind, application.document.number)
    with node.store.transaction("counter.find", [application.opener]) as cursor:
        return wanted in people.find(cursor, [wanted])

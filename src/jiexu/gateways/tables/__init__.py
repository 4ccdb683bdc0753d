"""Tables people send: applications, people, events. Read with every fault named, written as they are read."""

from jiexu.gateways.tables.applications import Application, applications_of, read_applications
from jiexu.gateways.tables.cells import Context
from jiexu.gateways.tables.events import EventRow, events_of, read_events
from jiexu.gateways.tables.faults import FaultyRow, RowFault, TableError
from jiexu.gateways.tables.people import PersonAtAgency, PersonRow, gather, people_of, read_people
from jiexu.gateways.tables.reading import Row, read_rows
from jiexu.gateways.tables.vocabulary import EventKind
from jiexu.gateways.tables.writing import table_file, write_rows

__all__ = [
    "Application",
    "Context",
    "EventKind",
    "EventRow",
    "FaultyRow",
    "PersonAtAgency",
    "PersonRow",
    "Row",
    "RowFault",
    "TableError",
    "applications_of",
    "events_of",
    "gather",
    "people_of",
    "read_applications",
    "read_events",
    "read_people",
    "read_rows",
    "table_file",
    "write_rows",
]

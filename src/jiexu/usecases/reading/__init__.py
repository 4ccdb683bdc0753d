"""Read models for people who look: plain dataclasses, read under the desk role, complete before anything is drawn.

One question, one function, one read-only transaction. Nothing here writes, and nothing here speaks a language.
"""

from __future__ import annotations

from jiexu.usecases.reading.case import CasePage, NoSuchCaseError, TrackPage, case, last_four, track
from jiexu.usecases.reading.deskside import (
    BatchPage,
    DeskPage,
    Payment,
    Sieve,
    WorkRow,
    batch_page,
    desk_page,
    desk_places,
    today_of,
)
from jiexu.usecases.reading.figures import service_figures
from jiexu.usecases.reading.front import Figures, Front, Story, front
from jiexu.usecases.reading.listing import Filter, Listing, UnknownPlaceError, listing
from jiexu.usecases.reading.reader import Reader, deadlines, has_clock, is_invented, open_reader
from jiexu.usecases.reading.searching import Hits, search
from jiexu.usecases.reading.shown import CaseRow, Held, Line, MoneyWay, Place

__all__ = [
    "BatchPage",
    "CasePage",
    "CaseRow",
    "DeskPage",
    "Figures",
    "Filter",
    "Front",
    "Held",
    "Hits",
    "Line",
    "Listing",
    "MoneyWay",
    "NoSuchCaseError",
    "Payment",
    "Place",
    "Reader",
    "Sieve",
    "Story",
    "TrackPage",
    "UnknownPlaceError",
    "WorkRow",
    "batch_page",
    "case",
    "deadlines",
    "desk_page",
    "desk_places",
    "front",
    "has_clock",
    "is_invented",
    "last_four",
    "listing",
    "open_reader",
    "search",
    "service_figures",
    "today_of",
    "track",
]

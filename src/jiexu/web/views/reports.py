"""Period reports at the desk: tables, bars, spreadsheets, and the statement beside each number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from jiexu.gateways.tables.writing import Cell, Sheet, csv_bytes, workbook
from jiexu.texts import Lang, say
from jiexu.usecases import reading
from jiexu.usecases.doors import AT_A_DESK, Role
from jiexu.usecases.reading.reports import NAMED, Column, Found, Report, report
from jiexu.values.money import format_yuan
from jiexu.web import desk, doors, office, routes, words
from jiexu.web.doors import Visitor
from jiexu.web.pages import language_of, page, trouble

READERS = AT_A_DESK | {Role.SUPERVISOR}
BARS = 12
"""Bars of a picture at most; the table has every row."""
PERCENT = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``width`` of 300 at most, and what is written beside it. ``leaves``: drawn in the origin's colour."""

    label: str
    width: int
    said: str
    leaves: bool = False


WIDEST = 300
"""Units of the longest bar."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked for. ``agency``: code, empty for all; ``trouble``: what is wrong with the days."""

    since: date
    until: date
    agency: str
    trouble: str = ""

    @property
    def query(self) -> str:
        given = {"from": self.since.isoformat(), "to": self.until.isoformat(), "agency": self.agency}
        return urlencode({name: value for name, value in given.items() if value})


def reports(request: HttpRequest) -> HttpResponse:
    """Every figure of a period as table and picture, each with its meaning and its statement."""
    visitor = _visitor(request)
    asked = _asked(request, visitor)
    if asked is None:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    lang, today = language_of(request), desk.ask(reading.today_of)
    found = _found(asked)
    context: dict[str, Any] = {
        "reports": True,
        "today": today,
        "has_clock": found.has_clock,
        "report": found,
        "asked": asked,
        "figures": [_shown(each, found, lang) for each in found.found],
        "may_choose": Role.SUPERVISOR in visitor.roles,
        "agencies": sorted(desk.ask(reading.desk_places).values(), key=lambda place: place.code)
        if Role.SUPERVISOR in visitor.roles
        else (),
        "periods": [(say(lang, f"reports.p_{name}"), query) for name, query in _periods(today, asked)],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if asked.trouble else HTTPStatus.OK
    return page(request, "reports/report.html", status, **context, **office.frame(request, visitor))


def spreadsheet(request: HttpRequest) -> HttpResponse:
    """All figures as one workbook, with a sheet of what each means and how it was worked out."""
    asked = _asked(request, _visitor(request))
    if asked is None or asked.trouble:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    lang, found = language_of(request), _found(asked)
    sheets = [_sheet(each, found, lang) for each in found.found]
    head = [say(lang, f"reports.{name}") for name in ("th_figure", "th_means", "th_sql")]
    how: list[list[Cell]] = [
        [say(lang, f"reports.{each.figure.name}_h"), say(lang, f"reports.{each.figure.name}_means"), each.statement]
        for each in found.found
    ]  # fmt: skip
    data = workbook([*sheets, Sheet(say(lang, "reports.sql_sheet"), head, how)])
    return _file(data, XLSX, f"report-{asked.since}-{asked.until}.xlsx")


def table(request: HttpRequest, figure: str) -> HttpResponse:
    """One figure as CSV."""
    asked = _asked(request, _visitor(request))
    if asked is None or asked.trouble or figure not in NAMED or (NAMED[figure].for_all and asked.agency):
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    lang, found = language_of(request), _found(asked, figure)
    data = csv_bytes(_sheet(found.found[0], found, lang))
    return _file(data, "text/csv; charset=utf-8", f"{figure}-{asked.since}-{asked.until}.csv")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _visitor(request: HttpRequest) -> Visitor:
    visitor = doors.visitor(request)
    assert visitor is not None  # noqa: S101 - the door
    return visitor


def _asked(request: HttpRequest, visitor: Visitor) -> Asked | None:
    """The period and whose report it is; None for an agency this visitor has no business with.

    A desk sees its own agency. Who supervises sees every agency of the node, or one of them.
    """
    chosen = request.GET.get("agency", "")
    if Role.SUPERVISOR in visitor.roles:
        if chosen and chosen not in desk.ask(reading.desk_places):
            return None
    elif chosen not in {"", visitor.desk}:
        return None
    else:
        chosen = visitor.desk or ""
    today = desk.ask(reading.today_of)
    since, until = request.GET.get("from", ""), request.GET.get("to", "")
    try:
        first = date.fromisoformat(since) if since else today.replace(day=1)
        last = date.fromisoformat(until) if until else today
    except ValueError:
        return _unread(request, today, chosen, "day_unreadable")
    if last < first:
        return _unread(request, today, chosen, "days_reversed")
    return Asked(first, last, chosen)


def _unread(request: HttpRequest, today: date, chosen: str, why: str) -> Asked:
    """The present month, with what was wrong with the days that were written."""
    return Asked(today.replace(day=1), today, chosen, say(language_of(request), f"reports.{why}"))


def _found(asked: Asked, *names: str) -> Report:
    return desk.ask(
        lambda reader: report(reader, since=asked.since, until=asked.until, agency=asked.agency, names=names)
    )


def _periods(today: date, asked: Asked) -> list[tuple[str, str]]:
    """The periods people ask for most, as addresses."""
    this = today.replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    spans = (
        ("this_month", this, today),
        ("last_month", last, this - timedelta(days=1)),
        ("this_year", today.replace(month=1, day=1), today),
    )
    return [(name, Asked(since, until, asked.agency).query) for name, since, until in spans]


def _shown(found: Found, whole: Report, lang: Lang) -> Mapping[str, Any]:
    """A figure as its template needs it: heads, cells as text, bars, the statement."""
    figure = found.figure
    return {
        "name": figure.name,
        "title": say(lang, f"reports.{figure.name}_h"),
        "means": say(lang, f"reports.{figure.name}_means"),
        "heads": [(_head(column, figure.name, lang), column.kind in NUMBERS) for column in figure.columns],
        "rows": [
            [(_text(column, row[column.name], whole, lang), column.kind in NUMBERS) for column in figure.columns]
            for row in found.rows
        ],
        "sums": _sums(found, lang),
        "bars": _bars(found, whole, lang),
        "sql": found.statement,
    }  # fmt: skip


NUMBERS = frozenset({"count", "fen", "share"})
SUMMED = frozenset({"cases", "money", "unmatched", "agencies"})
"""Figures whose columns add up to something."""


def _sums(found: Found, lang: Lang) -> list[str]:
    """The last row: sums of counts and amounts, where they mean something and there is more than one row."""
    figure = found.figure
    if figure.name not in SUMMED or len(found.rows) < 2:
        return []
    named = sum(column.kind not in NUMBERS for column in figure.columns)
    texts = [
        format_yuan(found.total(column.name)) if column.kind == "fen" else f"{found.total(column.name):,}"
        for column in figure.columns[named:]
    ]
    return [say(lang, "reports.sum"), *[""] * (named - 1), *texts]


def _bars(found: Found, whole: Report, lang: Lang) -> list[Bar]:
    """The drawn columns: their sums, or the values of each row by its first column."""
    figure = found.figure
    kinds = {column.name: column for column in figure.columns}
    values: list[tuple[str, int, str, bool]] = []
    if not figure.by:
        values = [
            (_head(kinds[name], figure.name, lang), found.total(name), f"{found.total(name):,}", False)
            for name in figure.drawn
        ]
    for row in found.rows if figure.by else ():
        label = _text(kinds[figure.by], row[figure.by], whole, lang, short=True)
        for name in figure.drawn:
            if row[name] is not None and (row[name] or len(figure.drawn) == 1):
                unit = f" {say(lang, 'web.unit_yuan')}" if kinds[name].kind == "fen" else ""
                more = f" {_head(kinds[name], figure.name, lang)}" if len(figure.drawn) > 1 else unit
                values.append(
                    (label, row[name], _text(kinds[name], row[name], whole, lang) + more, name == "fen_out")
                )
    most = max((value for _, value, _, _ in values), default=0)
    if not most or not found.rows:
        return []
    return [
        Bar(label, WIDEST * max(value, 0) // most, said, leaves)
        for label, value, said, leaves in values[:BARS]
    ]


def _head(column: Column, figure: str, lang: Lang) -> str:
    return words.optional(lang, f"reports.c_{figure}_{column.name}", "") or say(
        lang, f"reports.c_{column.name}"
    )


def _text(column: Column, value: Any, whole: Report, lang: Lang, *, short: bool = False) -> str:  # noqa: PLR0911  one line per kind
    """A value as people read it."""
    if value is None:
        return say(lang, "reports.none")
    match column.kind:
        case "fen":
            return format_yuan(value)
        case "share":
            return f"{value // PERCENT}.{value % PERCENT:02d}%"
        case "day":
            return str(value.isoformat())
        case "place":
            return words.place_name(lang, whole.places[value])
        case "scheme":
            return words.optional(lang, f"web.scheme.{value}", value)
        case "refusal":
            return str(value) if short else f"{value} {words.optional(lang, f'refusals.{value}', '')}".strip()
        case "holder":
            return say(lang, f"states.holder.{value}")
        case "word":
            return say(lang, f"reports.w_{value}")
        case _:
            return f"{value:,}"


def _sheet(found: Found, whole: Report, lang: Lang) -> Sheet:
    """A figure for a spreadsheet: numbers stay numbers, amounts in yuan, shares as parts of one."""
    figure = found.figure
    rows = [[_cell(column, row[column.name], whole, lang) for column in figure.columns] for row in found.rows]
    heads = [_head(column, figure.name, lang) for column in figure.columns]
    return Sheet(say(lang, f"reports.{figure.name}_h"), heads, rows)


def _cell(column: Column, value: Any, whole: Report, lang: Lang) -> Cell:
    if value is None or column.kind in {"count", "day"}:
        return value  # type: ignore[no-any-return]  # a count, a day, or nothing
    if column.kind == "fen":
        return Decimal(value).scaleb(-2)
    if column.kind == "share":
        return Decimal(value).scaleb(-4)
    return _text(column, value, whole, lang)


ROUTES = (
    routes.reading("desk/reports/", reports, "desk_reports", who=READERS),
    routes.reading("desk/reports/report.xlsx", spreadsheet, "desk_reports_xlsx", who=READERS),
    routes.reading("desk/reports/<str:figure>.csv", table, "desk_reports_csv", who=READERS),
)

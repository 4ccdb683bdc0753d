"""The front page: the day's figures, the named stories, and the cases that fall due first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.usecases.demonstration import STORIES
from jiexu.usecases.reading.lines import OPEN_LINES, case_rows
from jiexu.usecases.reading.listing import page_of
from jiexu.usecases.reading.reader import Look, Reader
from jiexu.usecases.reading.shown import CaseRow


@dataclass(frozen=True, slots=True)
class Figures:
    """The day in numbers: cases unless said otherwise. ``tomorrow``: due on the next working day.

    ``ended``: withdrawn, stopped, lapsed or ended by death. ``on_the_way_fen``: left the origins, not yet in an
    account at the destinations. ``months``: now counted at the destinations.
    """

    open: int
    late: int
    today: int
    tomorrow: int
    done: int
    refused: int
    ended: int
    on_the_way_fen: int
    months: int

    @property
    def all(self) -> int:
        return self.open + self.done + self.refused + self.ended


@dataclass(frozen=True, slots=True)
class Story:
    """One named person of the demonstration, with a line in both languages, and the cases of theirs there are."""

    name: str
    line_zh: str
    line_en: str
    cases: tuple[CaseRow, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """``has_clock``: the demonstration keeps its own day. ``more``: there are cases beyond the ones listed."""

    today: date
    next_working_day: date
    has_clock: bool
    figures: Figures
    stories: tuple[Story, ...]
    cases: tuple[CaseRow, ...]
    more: bool


LISTED = 12

COUNT_CASES = f"""
  WITH open_line AS ({OPEN_LINES}),
  head AS (SELECT case_no, min(due_on) AS due_on, bool_or(due_on = %(today)s) AS today, bool_or(due_on = %(tomorrow)s) AS tomorrow
    FROM open_line GROUP BY case_no),
  ending AS (SELECT DISTINCT ON (case_no) case_no, record_state FROM file ORDER BY case_no, side = 'origin')
  SELECT count(h.case_no) AS open, count(*) FILTER (WHERE h.due_on < %(today)s) AS late,
    count(*) FILTER (WHERE h.today) AS today, count(*) FILTER (WHERE h.tomorrow) AS tomorrow,
    count(*) FILTER (WHERE h.case_no IS NULL AND e.record_state = 'in') AS done,
    count(*) FILTER (WHERE h.case_no IS NULL AND e.record_state = 'refused') AS refused,
    count(*) FILTER (WHERE h.case_no IS NULL AND e.record_state NOT IN ('in', 'refused')) AS ended
  FROM ending e LEFT JOIN head h USING (case_no)
"""

SUM_MONEY = """
  SELECT coalesce(sum(CASE
    WHEN reason IN ('paid_out', 'sent_again', 'cleared_out') THEN amount_fen
    WHEN reason = 'bounced' OR reason IN ('credited', 'cleared_in') THEN -amount_fen
    WHEN reason = 'correction' AND credit_kind IN ('receipts', 'clearing') THEN amount_fen
    WHEN reason = 'to_estate' AND debit_kind IN ('receipts', 'clearing') THEN -amount_fen
    ELSE 0 END), 0)::bigint AS fen
  FROM posting WHERE case_no IS NOT NULL
"""

SUM_MONTHS = """
  SELECT coalesce(sum(upper(span) - lower(span)), 0)::bigint AS months
  FROM month_move, unnest(months) AS span WHERE move IN ('in', 'came_back')
"""


def front(reader: Reader) -> Front:
    """Everything on the front page, in one view of the store."""
    with reader.looking("front") as look:
        rows, more = page_of(look, conditions=("h.case_no IS NOT NULL",), values={}, after=None, size=LISTED)
        return Front(
            today=look.today,
            next_working_day=look.next_working_day,
            has_clock=look.has_clock,
            figures=_figures(look),
            stories=_stories(look),
            cases=tuple(rows),
            more=more,
        )


def _figures(look: Look) -> Figures:
    days = {"today": look.today, "tomorrow": look.next_working_day}
    counted = look.cursor.execute(COUNT_CASES, days).fetchall()[0]
    money, months = look.rows(SUM_MONEY)[0], look.rows(SUM_MONTHS)[0]
    return Figures(**counted, on_the_way_fen=money["fen"], months=months["months"])


def _stories(look: Look) -> tuple[Story, ...]:
    told = look.settings.get(STORIES) or []
    numbers = [number for story in told for number in story["case_nos"]]
    rows = {row.case_no: row for row in case_rows(look, numbers)} if numbers else {}
    return tuple(
        Story(
            name=story["name"],
            line_zh=story["line_zh"],
            line_en=story["line_en"],
            cases=tuple(rows[number] for number in story["case_nos"] if number in rows),
        )
        for story in told
    )

"""What the API answers and takes. Amounts are whole fen, months are written 2026-11, days 2026-11-30; names as in the glossary.

What a field means stands in ``texts/api.yaml``, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from jiexu.texts import say
from jiexu.usecases.reading import CaseRow as Row
from jiexu.usecases.reading import Line
from jiexu.usecases.reading import MoneyWay as Way
from jiexu.usecases.reading.case import CasePage, TrackPage
from jiexu.usecases.reading.mine.account import Movement as Posted
from jiexu.usecases.reading.mine.everything import Run as Months
from jiexu.usecases.reading.mine.record import Paper, SchemeMonths
from jiexu.usecases.reading.steps import Entry as Done
from jiexu.usecases.reading.steps import Reason as Why
from jiexu.web import words

SAID = 200
"""Characters of a word that is sent, at most, where nothing else is said."""


def _without_controls(text: str) -> str:
    if any(sign < " " or sign == "\x7f" for sign in text):
        raise ValueError("control characters")
    return text


Words = Annotated[str, Field(max_length=SAID), AfterValidator(_without_controls)]
"""A word or a few, without control characters."""


class Sent(Schema):
    """What is sent in a body: a field nobody knows is a slip and is said."""

    model_config = ConfigDict(extra="forbid")


def lang_in(context: Any) -> Any:
    """The language somebody asked in."""
    return getattr(context["request"], "lang", "zh")


class Wrong(Schema):
    where: str
    detail: str


class Problem(Schema):
    type: str
    title: str
    status: int
    detail: str
    errors: list[Wrong]


class Place(Schema):
    code: str
    name: str
    name_en: str


class Held(Schema):
    role: str
    side: str
    place: Place


class Deadline(Schema):
    on: date
    kind: str
    working_days_left: int
    is_late: bool

    @staticmethod
    def resolve_working_days_left(found: Any) -> int:
        return int(found.left)


class Track(Schema):
    leg: int
    state: str
    said: str
    way: str
    mode: str
    amount_fen: int
    held: Held | None
    due: Deadline | None
    next_event: str
    handing_over: bool

    @staticmethod
    def resolve_said(line: Line, context: Any) -> str:
        return say(lang_in(context), f"states.{line.state_key}")


class CaseRow(Schema):
    case_no: str
    name: str
    origin: Place
    destination: Place
    from_scheme: str
    to_scheme: str
    opened_on: date
    is_open: bool
    is_late: bool
    tracks: list[Track]

    @staticmethod
    def resolve_tracks(row: Row) -> list[Line]:
        return list(row.lines)


class Refusal(Schema):
    code: str
    said: str
    cure: str


def refusals_in(codes: tuple[str, ...], context: Any) -> list[dict[str, str]]:
    """Reasons of the closed list, each with its cure."""
    lang = lang_in(context)
    return [
        {"code": code, "said": say(lang, f"refusals.{code}"), "cure": say(lang, f"refusals.{code}_cure")}
        for code in codes
    ]


class Tracked(Schema):
    today: date
    case_no: str
    origin: Place
    destination: Place
    is_open: bool
    is_late: bool
    tracks: list[Track]
    refusals: list[Refusal]

    @staticmethod
    def resolve_refusals(found: TrackPage, context: Any) -> list[dict[str, str]]:
        return refusals_in(found.refusals, context)

    @staticmethod
    def resolve_tracks(found: TrackPage) -> list[Line]:
        return list(found.row.lines)

    @staticmethod
    def resolve_case_no(found: TrackPage) -> str:
        return found.row.case_no

    @staticmethod
    def resolve_origin(found: TrackPage) -> Any:
        return found.row.origin

    @staticmethod
    def resolve_destination(found: TrackPage) -> Any:
        return found.row.destination

    @staticmethod
    def resolve_is_open(found: TrackPage) -> bool:
        return found.row.is_open

    @staticmethod
    def resolve_is_late(found: TrackPage) -> bool:
        return found.row.is_late


class LegalDate(Schema):
    side: str
    place: Place
    due: Deadline
    is_done: bool


class MoneyWay(Schema):
    leg: int
    whole_fen: int
    left_fen: int
    on_the_way_fen: int
    arrived_fen: int

    @staticmethod
    def resolve_leg(way: Way) -> int:
        return way.line.leg

    @staticmethod
    def resolve_whole_fen(way: Way) -> int:
        return way.whole

    @staticmethod
    def resolve_left_fen(way: Way) -> int:
        return way.left

    @staticmethod
    def resolve_on_the_way_fen(way: Way) -> int:
        return way.on_the_way

    @staticmethod
    def resolve_arrived_fen(way: Way) -> int:
        return way.arrived


class Reason(Schema):
    rule: str
    outcome: str
    said: str
    articles: list[str]
    facts: list[str]
    confidence: str
    basis: str
    refusals: list[str]
    decided_on: date

    @staticmethod
    def resolve_said(reason: Why, context: Any) -> str:
        return words.optional(lang_in(context), f"outcomes.{reason.rule}.{reason.outcome}", "")

    @staticmethod
    def resolve_facts(reason: Why) -> list[str]:
        return [each.id for each in reason.facts]


class Entry(Schema):
    on: date
    side: str
    place: Place
    events: list[str]
    told: list[str]
    reasons: list[Reason]

    @staticmethod
    def resolve_on(entry: Done) -> date:
        return entry.day

    @staticmethod
    def resolve_events(entry: Done) -> list[str]:
        return [each.event for each in entry.happenings]

    @staticmethod
    def resolve_told(entry: Done) -> list[str]:
        return [key for key, _ in entry.told]


class Stuck(Schema):
    held: Held
    due: Deadline


class CaseMonths(Schema):
    counted: int
    at_origin: int


class Case(Schema):
    today: date
    row: CaseRow
    applicant: str
    channel: str
    accepted_on: date | None
    legal: list[LegalDate]
    refusals: list[Refusal]
    money: list[MoneyWay]
    months: CaseMonths
    entries: list[Entry]
    stuck: list[Stuck]

    @staticmethod
    def resolve_refusals(found: CasePage, context: Any) -> list[dict[str, str]]:
        return refusals_in(found.refusals, context)


# ---------------------------------------------------------------- a person's own things


class GrantHeld(Schema):
    grant: str
    role: str
    agency: str | None
    since: date
    until: date | None
    purposes: list[str]


class Me(Schema):
    name: str
    roles: list[str]
    grants: list[GrantHeld]
    desks: list[str]
    desk: str | None
    entered_by: str
    csrf_token: str | None


class OwnCases(Schema):
    today: date
    name: str
    cases: list[CaseRow]


class PaperHanded(Schema):
    case_no: str
    place: Place
    kind: str
    number: int
    code: str
    made_on: date


class OwnCase(Schema):
    case: Case
    papers: list[PaperHanded]
    acts: list[str]


class DocumentShown(Schema):
    kind: str
    last_four: str

    @staticmethod
    def resolve_last_four(paper: Paper) -> str:
        return paper.last


class Known(Schema):
    place: Place
    name: str
    sex: str
    birth: date
    died_on: date | None
    documents: list[DocumentShown]

    @staticmethod
    def resolve_documents(known: Any) -> list[Paper]:
        return list(known.papers)


class Enrolment(Schema):
    place: Place
    scheme: str
    since: date
    status: str
    stopped_on: date | None
    employer: str


class Counted(Schema):
    place: Place
    months: int


class SchemeCount(Schema):
    scheme: str
    months: int
    counted: list[Counted]
    on_the_way: int
    gaps: int

    @staticmethod
    def resolve_months(found: SchemeMonths) -> int:
        return found.strip.total

    @staticmethod
    def resolve_gaps(found: SchemeMonths) -> int:
        return found.strip.gaps

    @staticmethod
    def resolve_counted(found: SchemeMonths) -> list[dict[str, Any]]:
        return [{"place": place, "months": months} for place, months in found.counted]


class MonthRun(Schema):
    place: Place
    earned_at: Place
    scheme: str
    kind: str
    how: str
    first: str
    last: str

    @staticmethod
    def resolve_first(run: Months) -> str:
        return str(run.first)

    @staticmethod
    def resolve_last(run: Months) -> str:
        return str(run.last)


class Record(Schema):
    today: date
    name: str
    known: list[Known]
    enrolments: list[Enrolment]
    schemes: list[SchemeCount]
    months: list[MonthRun]


class Movement(Schema):
    on: date
    reason: str
    case_no: str
    rule: str
    amount_fen: int
    balance_fen: int
    by: list[str]

    @staticmethod
    def resolve_amount_fen(posted: Posted) -> int:
        return posted.fen


class Account(Schema):
    place: Place
    balance_fen: int
    held_fen: int
    opening_fen: int
    in_fen: int
    out_fen: int
    adds_up: bool
    movements: list[Movement]


class Accounts(Schema):
    today: date
    name: str
    whole_fen: int
    accounts: list[Account]


class Looked(Schema):
    at: datetime
    place: Place
    by: str
    roles: list[str]
    what: str
    why: str
    case_no: str


class Looks(Schema):
    today: date
    name: str
    looked: list[Looked]
    more: bool


class Message(Schema):
    id: str
    case_no: str
    key: str
    said: str
    told_on: date
    is_new: bool


class Messages(Schema):
    messages: list[Message]


class Member(Schema):
    name: str
    last_four: str
    since: date
    case_no: str | None
    record_state: str | None


class Members(Schema):
    members: list[Member]
    count: int
    after: int | None


class Application(Sent):
    origin: Words
    from_scheme: Words
    destination: Words
    to_scheme: Words
    wants_cash: bool = False
    account: Words | None = None
    agreed: bool


class Applied(Schema):
    case_no: str
    outcome: str


class OwnAct(Sent):
    act: Words


class ActDone(Schema):
    outcome: str


# ---------------------------------------------------------------- the desk


class WorkRow(Schema):
    case_no: str
    name: str
    last_four: str
    origin: Place
    destination: Place
    leg: int
    amount_fen: int
    holder: str
    next_event: str
    due: Deadline


class Totals(Schema):
    all: int
    late: int
    today: int
    tomorrow: int


class Inbox(Schema):
    today: date
    place: Place
    totals: Totals
    waiting_there: int
    rows: list[WorkRow]
    after: str | None


class Wanted(Sent):
    q: Words
    after: Words = ""


class Hit(Schema):
    case_no: str
    name: str
    last_four: str
    origin: Place
    destination: Place
    opened_on: date
    is_open: bool


class Hits(Schema):
    today: date
    by: str
    rows: list[Hit]
    after: str


class Act(Schema):
    verb: str
    leg: int
    role: str
    words: list[str]
    by_two: bool
    is_yours: bool


class Review(Schema):
    id: str
    case_no: str
    verb: str
    leg: int
    amount_fen: int
    asked_by: str
    asked_on: date
    is_stale: bool


class DeskCase(Schema):
    case: Case
    documents: list[DocumentAtDesk]
    acts: list[Act]
    reviews: list[Review]


class DocumentAtDesk(Schema):
    kind: str
    number: str


class Reviews(Schema):
    reviews: list[Review]


class ReviewAsked(Sent):
    verb: Words
    leg: int = Field(default=1, ge=0, le=100_000)
    word: Words = ""


class Figure(Schema):
    name: str
    columns: list[str]
    rows: list[dict[str, int | str | None]]


class Report(Schema):
    since: date
    until: date
    agency: Place | None
    figures: list[Figure]


class CaseLooks(Schema):
    case_no: str
    looked: list[Looked]


# ---------------------------------------------------------------- open to all


class Area(Schema):
    code: str
    name: str
    province: str


class Areas(Schema):
    areas: list[Area]
    is_certain: bool


class Fact(Schema):
    fact: str
    parameter: str
    name: str
    value: str
    is_known: bool
    place: str
    start: date
    until: date | None
    published: date | None
    recorded: date
    confidence: str
    scope: str
    sources: list[str]
    rivals: list[Rival]


class Rival(Schema):
    value: str
    confidence: str
    why: str
    source: str


class AreaFacts(Schema):
    code: str
    name: str
    on: date
    known_on: date | None
    reconstructed: bool
    policy_digest: str
    facts: list[Fact]


class Rule(Schema):
    rule: str
    name: str
    anchor: str
    basis: str
    confidence: str
    outcomes: dict[str, str]
    articles: list[str]
    parameters: list[str]
    code: str


class Rules(Schema):
    rules: list[Rule]


class RuleHere(Schema):
    rule: Rule
    area: str
    on: date
    facts: list[Fact]


class CalculatorField(Schema):
    name: str
    label: str
    written_as: str
    required: bool
    many: bool
    choices: list[str]


class Calculator(Schema):
    name: str
    title: str
    fields: list[CalculatorField]


class Calculators(Schema):
    calculators: list[Calculator]


class Given(Sent):
    values: dict[Words, Words | list[Words]] = Field(max_length=50)


class Step(Schema):
    said: str
    grounds: list[str]


class Worked(Schema):
    answer: str
    steps: list[Step]
    confidence: str


class Tracking(Sent):
    case_no: Words
    last_four: Annotated[str, Field(min_length=4, max_length=4), AfterValidator(_without_controls)]


class Code(Sent):
    code: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_without_controls)]


class Verdict(Schema):
    kind: str
    agency: str
    case_no: str
    number: int
    made_on: date
    said: list[str]


class Leg(Schema):
    name: str
    n: int
    on_time: int | None
    median: int | None
    most: int | None


class Pair(Schema):
    origin: str
    destination: str
    n: int
    record: int
    money_n: int
    money: int | None


class Figures(Schema):
    on: date
    cases: int
    legs: list[Leg]
    pairs: list[Pair]
    scores: list[int]


class Guide(Schema):
    on: date
    origin: str | None
    destination: str | None
    policy: str
    topics: dict[str, list[Mapping[str, Any]]]
    questions: list[Mapping[str, Any]]

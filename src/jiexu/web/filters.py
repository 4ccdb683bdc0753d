"""What templates may say: words in the reader's language. None of them asks the store anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe
from jinja2.runtime import Context

from jiexu.cases.suggest import Suggestion
from jiexu.rules.decision import Confidence
from jiexu.texts import say as say_text
from jiexu.usecases.reading import CaseRow, Line, MoneyWay, Place, WorkRow
from jiexu.usecases.reading.steps import Entry
from jiexu.values import case_number
from jiexu.values.money import format_yuan
from jiexu.web import words


def word(context: Context, name: str, topic: str) -> str:
    """A word of the catalogue, or the name itself where there is none."""
    return words.optional(context["lang"], f"web.{topic}.{name}", name)


def day(context: Context, on: date) -> str:
    return words.day(context["lang"], on, context.get("today"))


def place(context: Context, where: Place) -> str:
    return words.place_name(context["lang"], where)


def agency(context: Context, where: Place) -> str:
    return words.agency_name(context["lang"], where)


def years(context: Context, months: int) -> str:
    return words.years(context["lang"], months)


def told(context: Context, key: str, data: Mapping[str, Any]) -> str:
    return words.told(context["lang"], key, data, context["place_of"], context["today"])


def line_name(context: Context, line: Line) -> str:
    """记录, 钱, or 第 2 笔钱 where there are several."""
    lang = context["lang"]
    if line.is_record:
        return say_text(lang, "web.record")
    if line.way == "back":
        return say_text(lang, "web.money_back")
    return say_text(lang, "web.money") if line.leg == 1 else say_text(lang, "web.money_n", n=line.leg)


def yuan(fen: int) -> str:
    """320855 → 3,208.55"""
    return format_yuan(fen)


def thousands(n: int) -> str:
    """7359 → 7,359"""
    return f"{n:,}"


def grouped(number: str) -> str:
    """A case number in groups; one that is none stays as it is."""
    return case_number.format(number) if case_number.is_valid(number) else number


def whole_day(context: Context, on: date) -> str:
    """A day with its year, whatever the year is."""
    return words.day(context["lang"], on)


def legal_done(context: Context, on: date) -> str:
    """The day by which the law wanted it, beside what is done."""
    return say_text(context["lang"], "web.legal_done", day=words.day(context["lang"], on, context["today"]))


def step(context: Context, line: Line) -> str:
    """How far a line is, in the few words of a list."""
    return say_text(context["lang"], f"web.step.{line.state_key}")


def state(context: Context, line: Line) -> str:
    """How far a line is, in a sentence."""
    return say_text(context["lang"], f"states.{line.state_key}")


def next_is(context: Context, event: str) -> str:
    lang = context["lang"]
    return say_text(lang, "web.next_is", next=say_text(lang, f"states.next.{event}"))


def next_word(context: Context, line: Line) -> str:
    return say_text(context["lang"], f"states.next.{line.next_event}")


def unit(context: Context, n: int, name: str) -> str:
    lang = context["lang"]
    return say_text(lang, f"web.unit_{name}_1" if n == 1 else f"web.unit_{name}")


def filter_word(context: Context, name: str) -> str:
    return say_text(context["lang"], f"web.filter_{name}")


def refusal(context: Context, code: str) -> str:
    return say_text(context["lang"], f"refusals.{code}")


def cure(context: Context, code: str) -> str:
    return say_text(context["lang"], f"refusals.{code}_cure")


def grade(context: Context, confidence: Confidence) -> str:
    return say_text(context["lang"], f"web.grade_{confidence.value}")


def weakest(context: Context, entry: Entry) -> str:
    lang = context["lang"]
    return say_text(lang, "web.w_weakest", grade=say_text(lang, f"web.grade_{entry.weakest.value}"))


def case_title(context: Context, row: CaseRow) -> str:
    lang = context["lang"]
    origin, destination = words.place_name(lang, row.origin), words.place_name(lang, row.destination)
    return say_text(lang, "web.case_title", origin=origin, destination=destination, name=row.name)


def track_title(context: Context, row: CaseRow) -> str:
    lang = context["lang"]
    origin, destination = words.place_name(lang, row.origin), words.place_name(lang, row.destination)
    return say_text(lang, "web.track_h", origin=origin, destination=destination, name=row.name)


def events(context: Context, entry: Entry) -> str:
    """What an agency did on that day, each thing once."""
    lang = context["lang"]
    did = dict.fromkeys(say_text(lang, f"web.event.{happening.event}") for happening in entry.happenings)
    return ("，" if lang == "zh" else ", ").join(did)


def sent(context: Context, entry: Entry, row: CaseRow) -> str:
    """Which messages went to the other agency."""
    lang = context["lang"]
    other = row.destination if entry.side == "origin" else row.origin
    what = dict.fromkeys(say_text(lang, f"web.message.{kind}") for kind in entry.sent)
    joined = ("、" if lang == "zh" else ", ").join(what)
    return say_text(lang, "web.sent_to", place=words.place_name(lang, other), what=joined)


def sum_of(context: Context, way: MoneyWay) -> str:
    """left + on the way + arrived = whole, written out."""
    return say_text(
        context["lang"],
        "web.sum",
        left=format_yuan(way.left),
        way=format_yuan(way.on_the_way),
        arrived=format_yuan(way.arrived),
        whole=format_yuan(way.whole),
    )


def role(context: Context, name: str) -> str:
    """A role in words."""
    return say_text(context["lang"], f"doors.role_{name}")


def agency_of(context: Context, places: Mapping[str, Place], code: str) -> str:
    """An agency by its code."""
    return words.agency_name(context["lang"], places[code])


def act_name(context: Context, verb: str) -> str:
    """A step of the desk as its button says it."""
    return say_text(context["lang"], f"doors.act_{verb}")


def paper_kind(context: Context, kind: str) -> str:
    """A kind of document in words."""
    return say_text(context["lang"], f"papers.kind.{kind}")


def doc_kind(context: Context, kind: str) -> str:
    """A kind of identity document; the code itself where it is none we know."""
    return words.optional(context["lang"], f"documents.kind_{kind}", kind)


def evidence(context: Context, word: str) -> str:
    """What speaks for somebody being the person, or against it."""
    return say_text(context["lang"], f"identity.e_{word}")


def choice(context: Context, word: str) -> str:
    """What may be chosen with a step."""
    return say_text(context["lang"], f"doors.choice_{word}")


def proposal(context: Context, found: Suggestion) -> str:
    """What is proposed for a receipt, with the reason."""
    told = say_text(context["lang"], f"matching.why_{found.why.value}")
    names = ", ".join(each.name for each in found.amounts[:NAMES_SHOWN])
    return f"{told}: {names}" if names else told


NAMES_SHOWN = 6
"""Names beside a proposal; the receipt's own page has all."""


def search_h(context: Context, by: str) -> str:
    """By what was looked."""
    return say_text(context["lang"], f"doors.search_by_{by}")


def proposal_h(context: Context, found: Suggestion) -> str:
    """Why amounts are proposed for a receipt."""
    return say_text(context["lang"], f"matching.why_{found.why.value}")


def receipt_why(context: Context, why: str) -> str:
    """Why a receipt waits."""
    return say_text(context["lang"], f"reasons.{why or 'not_matched_yet'}")


def match_reason(context: Context, why: str) -> str:
    """By what a receipt was matched."""
    return say_text(context["lang"], f"matching.reason_{why}")


def back_why(context: Context, why: str) -> str:
    """Why a receipt goes back."""
    return say_text(context["lang"], f"matching.back_{why}")


def back_state(context: Context, state: str) -> str:
    """Where a receipt is on its way back."""
    return say_text(context["lang"], f"matching.state_{state}")


def matching_done(context: Context, what: str) -> str:
    """What became of a button."""
    return say_text(context["lang"], f"matching.done_{what}")


def money_state(context: Context, state: str) -> str:
    """The state of an amount."""
    return say_text(context["lang"], f"states.money.{state}")


def next_todo(context: Context, row: WorkRow) -> str:
    """What is to be done about a track."""
    return say_text(context["lang"], f"states.next.{row.next_event.value}")


def holder_word(context: Context, who: str) -> str:
    """The role a track waits for."""
    return say_text(context["lang"], f"states.holder.{who}")


def qr(text: str) -> SafeString:
    """A text as a QR code, drawn in the page."""
    drawn: str = segno.make(text, micro=False).svg_inline(scale=4, border=2)
    return mark_safe(drawn)  # noqa: S308  segno draws paths; the text itself is not in them


WORDS = (
    word,
    day,
    place,
    agency,
    years,
    told,
    line_name,
    whole_day,
    step,
    legal_done,
    state,
    next_is,
    next_word,
    unit,
    filter_word,
    refusal,
    cure,
    grade,
    weakest,
    case_title,
    track_title,
    events,
    sent,
    sum_of,
    role,
    agency_of,
    act_name,
    paper_kind,
    doc_kind,
    evidence,
    choice,
    next_todo,
    proposal,
    proposal_h,
    search_h,
    receipt_why,
    match_reason,
    back_why,
    back_state,
    matching_done,
    money_state,
    holder_word,
)
CHANGES = (yuan, thousands, grouped, qr)

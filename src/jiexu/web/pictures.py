"""The drawn parts of a page: deadlines, holders, reasons, the way of the money, the strip of months."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from jinja2.runtime import Context

from jiexu.rules.decision import Confidence
from jiexu.texts import Lang
from jiexu.texts import say as say_text
from jiexu.usecases.reading import CasePage, CaseRow, Held, MoneyWay
from jiexu.usecases.reading.months import Bar, YearRow
from jiexu.usecases.reading.shown import Deadline, Place
from jiexu.usecases.reading.steps import FactUsed, Reason
from jiexu.web import words

KEPT = 2048
"""Parts of each kind that are kept as they were drawn; what they are kept under is all they are drawn from."""


class Law(NamedTuple):
    """What stands at the head of a decision, and what it says of rule, articles and facts."""

    head: SafeString
    lines: SafeString


class Why(NamedTuple):
    """A decision as it is drawn; ``inputs``: what was looked at, by name and value in words."""

    grade: str
    sentence: str
    law: Law
    inputs: list[tuple[str, str]]


SOON = 3
"""Working days from which a deadline is shown as near."""
GRADES = {Confidence.HIGH: "high", Confidence.MEDIUM: "mid", Confidence.LOW: "low"}


def drawn(template_name: str, **data: object) -> SafeString:
    """One part of a page from its template."""
    return mark_safe(render_to_string(template_name, data))  # noqa: S308  a template escapes what is put into it


def deadline(context: Context, due: Deadline, style: str = "") -> SafeString:
    """A date with what is left and how firm it is. ``style``: ``short`` for lists."""
    return _deadline(context["lang"], due, context["today"], style == "short")


@lru_cache(maxsize=KEPT)
def _deadline(lang: Lang, due: Deadline, today: date, short: bool) -> SafeString:
    urgency = "late" if due.is_late else "today" if due.left == 0 else "soon" if due.left <= SOON else ""
    firmness = "" if due.kind == "legal" else "promise"
    return drawn(
        "part/deadline.html",
        classes=" ".join(f"deadline--{name}" for name in (firmness, urgency) if name),
        icon="alert" if due.left <= 0 else "flag" if due.kind == "promise" else "clock",
        on=due.on,
        left=words.left(lang, due),
        by=words.by(lang, due, today),
        short=short,
        brief=words.brief(lang, due),
    )


def holder(context: Context, held: Held, style: str = "") -> SafeString:
    """Ring or disc, the agency and the role there; a square where the person must act. ``style``: ``short`` for lists."""
    return _holder(context["lang"], held, style == "short")


@lru_cache(maxsize=KEPT)
def _holder(lang: Lang, held: Held, short: bool) -> SafeString:
    person = held.role == "person"
    named = words.place_name(lang, held.place) if short else words.agency_name(lang, held.place)
    return drawn(
        "part/holder.html",
        person=person,
        side="from" if held.side == "origin" else "to",
        name=say_text(lang, "web.proposal_person") if person else named,
        role="" if person or not held.role else say_text(lang, f"states.holder.{held.role}"),
    )


def route(context: Context, origin: Place, destination: Place, style: str = "") -> SafeString:
    """From where to where. ``style``: ``small`` for lists."""
    return _route(context["lang"], origin, destination, style == "small")


@lru_cache(maxsize=KEPT)
def _route(lang: Lang, origin: Place, destination: Place, small: bool) -> SafeString:
    return drawn("part/route.html", lang=lang, origin=origin, destination=destination, small=small)


def why(context: Context, reason: Reason) -> Why:
    """A decision: what it means, how sure it is, and what it rests on when opened.

    What the law says of it is drawn once for all of whom it was decided; what was looked at is each person's own.
    """
    lang, place_of = context["lang"], context["place_of"]
    places = tuple(place_of(used.fact.area) for used in reason.facts if used.fact)
    return Why(
        grade=GRADES[reason.confidence],
        sentence=words.optional(lang, f"outcomes.{reason.rule}.{reason.outcome}", reason.outcome),
        law=_law(lang, reason.rule, reason.articles, reason.facts, places, reason.confidence, reason.basis),
        inputs=[
            (words.input_name(lang, name), words.input_value(lang, name, value, place_of))
            for name, value in reason.inputs
        ],
    )


@lru_cache(maxsize=KEPT)
def _law(
    lang: Lang,
    rule: str,
    articles: tuple[str, ...],
    facts: tuple[FactUsed, ...],
    places: tuple[Place, ...],
    confidence: Confidence,
    basis: str,
) -> Law:
    named = {place.code: place for place in places}
    data: dict[str, object] = {
        "lang": lang,
        "rule": rule,
        "title": words.optional(lang, f"rules.{rule}", ""),
        "articles": [words.cited(lang, article) for article in articles],
        "facts": [words.fact_words(lang, fact, named.__getitem__) for fact in facts],
        "confidence": confidence,
        "grade": GRADES[confidence],
        "basis": basis,
    }
    return Law(drawn("part/whyhead.html", **data), drawn("part/whylaw.html", **data))


def moneyline(context: Context, way: MoneyWay) -> SafeString:
    """The picture of one amount: three stations, the coin where the money is, the sum beneath."""
    ends = {"to_person": "to_person_note", "estate_paid": "to_heirs_note", "estate": "to_heirs_note"}
    stays = way.line.state in {"stayed", "kept"}
    note = "not_moved_note" if stays else ends.get(way.line.state, "at_destination_note")
    return drawn(
        "part/moneyline.html",
        lang=context["lang"],
        row=context["page"].row,
        way=way,
        end_note=f"web.{note}",
    )


# ---------------------------------------------------------------- months

CLASSES = {
    "origin": "o",
    "elsewhere": "o",
    "destination": "d",
    "both": "b",
    "made_up": "m",
    "gap": "g",
    "none": "n",
}
WIDE = 5
"""Months from which a bar has room for the place's name."""


def month_sentence(context: Context, page: CasePage) -> str:
    """Who counts how many months now, and what is double or missing."""
    lang, months, row = context["lang"], page.months, page.row
    origin, destination = words.place_name(lang, row.origin), words.place_name(lang, row.destination)
    said = []
    if months.counted:
        years = words.years(lang, months.counted)
        said.append(say_text(lang, "web.months_counted", place=destination, n=months.counted, years=years))
    if months.at_origin:
        key = "web.months_at_origin" if row.record.is_open else "web.months_stay"
        said.append(say_text(lang, key, place=origin, n=months.at_origin))
    if months.strip.twice:
        said.append(say_text(lang, "web.months_twice", n=months.strip.twice))
    if months.strip.gaps:
        said.append(say_text(lang, "web.months_gaps", n=months.strip.gaps))
    return ("" if lang == "zh" else " ").join(said)


def bar_class(bar: Bar) -> str:
    """A gap and an empty place have no ends: they are openings."""
    runs = bar.kind not in {"gap", "none", "made_up"}
    ends = [name for name, is_so in (("starts", bar.starts), ("ends", bar.ends)) if is_so and runs]
    return " ".join([CLASSES[bar.kind], *ends])


def bar_text(context: Context, bar: Bar, year: YearRow) -> str:
    """As much as there is room for; the whole for those who listen."""
    lang = context["lang"]
    if bar.kind == "none":
        return ""
    if bar.kind in {"gap", "both", "made_up"}:
        whole = say_text(lang, f"web.bar_{bar.kind}", n=bar.months)
    else:
        where = words.place_name(lang, bar.place) if bar.place else ""
        key = "web.bar_years" if year.first != year.last else "web.bar"
        whole = say_text(lang, key, place=where, n=bar.months)
    if bar.months >= WIDE:
        return whole
    short: str = format_html(
        '<span class="sr">{}</span><span aria-hidden="true">{}</span>', whole, bar.months
    )
    return short


def key_class(kind: str) -> str:
    return f"key--{CLASSES[kind]}"


def key_text(context: Context, kind: str, row: CaseRow) -> str:
    lang = context["lang"]
    where = row.destination if kind == "destination" else row.origin
    return say_text(lang, f"web.key_{kind}", place=words.place_name(lang, where))


WORDS = (deadline, holder, route, month_sentence, bar_text, key_text, why, moneyline)
CHANGES = (bar_class, key_class)

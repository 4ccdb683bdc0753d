"""The drawn parts of a page: deadlines, holders, reasons, the way of the money, the strip of months."""

from __future__ import annotations

from django import template
from django.utils.html import format_html

from jiexu.rules.decision import Confidence
from jiexu.texts import say as say_text
from jiexu.usecases.reading import CasePage, CaseRow, Held, MoneyWay
from jiexu.usecases.reading.months import Bar, YearRow
from jiexu.usecases.reading.shown import Deadline
from jiexu.usecases.reading.steps import Reason
from jiexu.web import words

register = template.Library()

SOON = 3
"""Working days from which a deadline is shown as near."""
GRADES = {Confidence.HIGH: "high", Confidence.MEDIUM: "mid", Confidence.LOW: "low"}


def deadline(context: template.Context, due: Deadline, style: str = "") -> dict[str, object]:
    """A date with what is left and how firm it is. ``style``: ``short`` for lists."""
    lang, today = context["lang"], context["today"]
    urgency = "late" if due.is_late else "today" if due.left == 0 else "soon" if due.left <= SOON else ""
    firmness = "" if due.kind == "legal" else "promise"
    icon = "alert" if due.left <= 0 else "flag" if due.kind == "promise" else "clock"
    classes = " ".join(f"deadline--{name}" for name in (firmness, urgency) if name)
    return {
        "classes": classes,
        "icon": icon,
        "on": due.on,
        "left": words.left(lang, due),
        "by": words.by(lang, due, today),
        "short": style == "short",
        "brief": words.brief(lang, due),
    }


def holder(context: template.Context, held: Held, style: str = "") -> dict[str, object]:
    """Ring or disc, the agency and the role there; a square where the person must act. ``style``: ``short`` for lists."""
    lang = context["lang"]
    person = held.role == "person"
    named = words.place_name(lang, held.place) if style == "short" else words.agency_name(lang, held.place)
    return {
        "person": person,
        "side": "from" if held.side == "origin" else "to",
        "name": say_text(lang, "web.proposal_person") if person else named,
        "role": "" if person or not held.role else say_text(lang, f"states.holder.{held.role}"),
    }


def why(context: template.Context, reason: Reason) -> dict[str, object]:
    """A decision: what it means, how sure it is, and what it rests on when opened."""
    lang, place_of = context["lang"], context["place_of"]
    return {
        "lang": lang,
        "today": context["today"],
        "reason": reason,
        "grade": GRADES[reason.confidence],
        "sentence": words.optional(lang, f"outcomes.{reason.rule}.{reason.outcome}", reason.outcome),
        "title": words.optional(lang, f"rules.{reason.rule}", ""),
        "articles": [words.cited(lang, article) for article in reason.articles],
        "facts": [words.fact_words(lang, fact, place_of) for fact in reason.facts],
        "inputs": [
            (words.input_name(lang, name), words.input_value(lang, name, value, place_of))
            for name, value in reason.inputs
        ],
    }


def moneyline(context: template.Context, way: MoneyWay) -> dict[str, object]:
    """The picture of one amount: three stations, the coin where the money is, the sum beneath."""
    ends = {"to_person": "to_person_note", "estate_paid": "to_heirs_note", "estate": "to_heirs_note"}
    stays = way.line.state in {"stayed", "kept"}
    return {
        "lang": context["lang"],
        "row": context["page"].row,
        "way": way,
        "end_note": "web.not_moved_note"
        if stays
        else f"web.{ends.get(way.line.state, 'at_destination_note')}",
    }


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


def month_sentence(context: template.Context, page: CasePage) -> str:
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


def bar_text(context: template.Context, bar: Bar, year: YearRow) -> str:
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


def key_text(context: template.Context, kind: str, row: CaseRow) -> str:
    lang = context["lang"]
    where = row.destination if kind == "destination" else row.origin
    return say_text(lang, f"web.key_{kind}", place=words.place_name(lang, where))


for tag in (month_sentence, bar_text, key_text):
    register.simple_tag(tag, takes_context=True)
for plain in (bar_class, key_class):
    register.simple_tag(plain)
register.inclusion_tag("part/deadline.html", takes_context=True)(deadline)
register.inclusion_tag("part/holder.html", takes_context=True)(holder)
register.inclusion_tag("part/why.html", takes_context=True)(why)
register.inclusion_tag("part/moneyline.html", takes_context=True)(moneyline)

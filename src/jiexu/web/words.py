"""Facts into words: days, amounts, places, and the sentences a notice or a decision is told in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from jiexu.gateways.policyfiles.facts import cite, shipped_sources
from jiexu.rules.policy import NATION
from jiexu.texts import Lang, UnknownTextError, say
from jiexu.usecases.reading import Place
from jiexu.usecases.reading.mine.record import COMING, ENDING, Cover
from jiexu.usecases.reading.shown import Deadline
from jiexu.usecases.reading.steps import FactUsed
from jiexu.values.case_number import CaseNumberError
from jiexu.values.money import format_yuan

PlaceOf = Callable[[str], Place]
PLACES = frozenset({"origin", "destination", "area", "agency", "next_destination"})
SCHEMES = frozenset({"scheme", "from_scheme", "to_scheme"})


@lru_cache(maxsize=4096)
def day(lang: Lang, on: date, today: date | None = None) -> str:
    """``12月8日 周二`` or ``Tue 8 December``; with the year where it is not today's."""
    weekday = say(lang, "web.weekdays").split()[on.weekday()]
    other_year = today is None or on.year != today.year
    if lang == "zh":
        return f"{f'{on.year}年' if other_year else ''}{on.month}月{on.day}日 周{weekday}"
    month = say(lang, "web.month_names").split()[on.month - 1]
    return f"{weekday} {on.day} {month}{f' {on.year}' if other_year else ''}"


def optional(lang: Lang, key: str, otherwise: str) -> str:
    """A text that need not exist, such as the label of an input a later rule invents."""
    try:
        return say(lang, key)
    except UnknownTextError:
        return otherwise


def counted(lang: Lang, key: str, n: int) -> str:
    """A sentence about a number; ``key_1`` is its form for one."""
    return say(lang, f"{key}_1") if n == 1 else say(lang, key, n=n)


def place_name(lang: Lang, place: Place) -> str:
    """The short name: 曲靖, Qujing."""
    return place.short if lang == "zh" else place.name_en


def agency_name(lang: Lang, place: Place) -> str:
    return say(lang, "web.agency", name=place.name if lang == "zh" else place.name_en)


def standing(lang: Lang, cover: Cover) -> str:
    """How an enrolment stands today; one that begins or ends on a coming day says on which."""
    if cover.standing in {COMING, ENDING}:
        on = cover.since if cover.standing == COMING else cover.stopped_on
        assert on is not None  # noqa: S101 - what ends names its day
        return say(lang, f"mine.standing_{cover.standing}", day=day(lang, on))
    return optional(lang, f"web.word.{cover.standing}", cover.standing)


def left(lang: Lang, due: Deadline) -> str:
    """How many working days are left, or how many it is late."""
    if due.left == 0:
        return say(lang, "web.due_today")
    return counted(lang, "web.late_by", -due.left) if due.is_late else counted(lang, "web.left", due.left)


def by(lang: Lang, due: Deadline, today: date) -> str:
    """Until when, and whether law or promise says so."""
    when = day(lang, due.on, today)
    return say(lang, f"web.was_{due.kind}" if due.is_late else f"web.by_{due.kind}", day=when)


def brief(lang: Lang, due: Deadline) -> str:
    """For lists: ``法定 12-08 周二``, ``law Tue 8 Dec``."""
    weekday = say(lang, "web.weekdays").split()[due.on.weekday()]
    month = say(lang, "web.month_names").split()[due.on.month - 1][:3]
    when = f"{due.on:%m-%d} 周{weekday}" if lang == "zh" else f"{weekday} {due.on.day} {month}"
    return say(lang, f"web.brief_{due.kind}", day=when)


def years(lang: Lang, months: int) -> str:
    """``（7 年 3 个月）`` from two years on, nothing below."""
    if months < 2 * 12:
        return ""
    whole, rest = divmod(months, 12)
    return say(lang, "web.years_months", y=whole, m=rest) if rest else say(lang, "web.years_whole", y=whole)


def told(lang: Lang, key: str, data: Mapping[str, Any], place: PlaceOf, today: date) -> str:
    """A stored notice in words."""
    filled = {name: _notice_value(lang, name, value, place, today) for name, value in data.items()}
    if key == "record_in" and not data["already_counted"]:
        key = "record_in_new"
    return say(lang, f"notices.{key}", **filled)


def _notice_value(lang: Lang, name: str, value: Any, place: PlaceOf, today: date) -> str:  # noqa: PLR0911  one line per kind of data
    if name.endswith("_fen"):
        return format_yuan(value)
    if name.endswith("_on") or name == "since":
        return day(lang, date.fromisoformat(value), today)
    if name in {"mode", "why", "how"}:
        return optional(lang, f"states.{name}.{value}", str(value))
    if name == "paper":
        return optional(lang, f"papers.kind.{value}", str(value))
    if name == "waiting_for":
        return say(lang, f"states.next.{value}")
    if name == "refusals":
        return ("" if lang == "zh" else " ").join(say(lang, f"refusals.{code}") for code in value.split())
    if name in PLACES or name == "places":
        return ("、" if lang == "zh" else ", ").join(place_name(lang, place(code)) for code in value.split())
    return optional(lang, f"web.word.{value}", str(value))


@lru_cache(maxsize=1024)
def input_name(lang: Lang, name: str) -> str:
    return optional(lang, f"web.input.{name}", name)


def input_value(lang: Lang, name: str, value: Any, place: PlaceOf) -> str:  # noqa: PLR0911  one line per kind of value
    """What a decision looked at, as people say it."""
    if value is None:
        return say(lang, "web.unknown_value")
    if isinstance(value, bool):
        return say(lang, "web.said_yes" if value else "web.said_no")
    if name.endswith("fen"):
        return f"{format_yuan(value)} {say(lang, 'web.unit_yuan')}"
    if name in PLACES:
        return place_name(lang, place(value))
    if name in SCHEMES:
        return optional(lang, f"web.scheme.{value}", str(value))
    if name == "days":
        return f"{value} {say(lang, 'web.unit.working_day')}"
    return _word(lang, str(value))


@lru_cache(maxsize=4096)
def _word(lang: Lang, text: str) -> str:
    try:
        return day(lang, date.fromisoformat(text))
    except ValueError:
        pass
    known = optional(lang, f"states.mode.{text}", "") or optional(lang, f"web.word.{text}", "")
    return known or optional(lang, f"web.step.record.{text}", text)


def fact_words(lang: Lang, used: FactUsed, place: PlaceOf) -> dict[str, str]:
    """A policy record: its name, place, value, dates and documents."""
    fact = used.fact
    if fact is None:
        return {"name": used.id, "value": say(lang, "web.fact_gone"), "where": "", "when": "", "sources": ""}
    value = _fact_value(lang, fact.value)
    unit = (
        _unit(lang, fact.parameter)
        if isinstance(fact.value, int) and not isinstance(fact.value, bool)
        else ""
    )
    key = "web.fact_until" if fact.until else "web.fact_from"
    titles = [source_name(lang, source) for source in fact.sources]
    return {
        "name": optional(lang, f"web.fact.{fact.parameter}", fact.parameter),
        "value": f"{value} {unit}".strip(),
        "where": say(lang, "web.nation") if fact.area == NATION else place_name(lang, place(fact.area)),
        "when": say(lang, key, **{"from": fact.start.isoformat(), "until": fact.until}),
        "sources": ("；" if lang == "zh" else "; ").join(titles),
    }


def _fact_value(lang: Lang, value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return input_value(lang, "", value, lambda code: Place(code, code, code, code))


def _unit(lang: Lang, parameter: str) -> str:
    return say(lang, "web.unit.working_day") if parameter.endswith("_days") else ""


def source_name(lang: Lang, key: str) -> str:
    """A document's title and number."""
    return cite(lang, key) if key in shipped_sources() else key


@lru_cache(maxsize=2048)
def cited(lang: Lang, reference: str) -> str:
    """An article in words; a reference to a document this version no longer lists stays as it is."""
    return cite(lang, reference) if reference.partition(":")[0] in shipped_sources() else reference


def number_trouble(lang: Lang, error: CaseNumberError) -> str:
    """Why a text is no case number, and the cure."""
    return say(lang, f"errors.{error.code}", **error.data)

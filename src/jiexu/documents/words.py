"""Values in Chinese and English at once: days, months, amounts, places, and the closed words of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from jiexu.texts import LANGS, Lang, UnknownTextError, say
from jiexu.values.areas import Areas
from jiexu.values.capitals import in_capitals
from jiexu.values.money import format_yuan
from jiexu.values.month import Month
from jiexu.values.period import Period

Both = tuple[str, str]
"""Chinese, English."""


def both(key: str, /, **data: Both | str | int) -> Both:
    """A text in both languages; its places are filled with what is said in the same one."""
    return _each(lambda at, lang: say(lang, key, **{name: _at(value, at) for name, value in data.items()}))


def paper(key: str, /, **data: Both | str | int) -> Both:
    """A text of ``texts/papers.yaml``."""
    return both(f"papers.{key}", **data)


def same(text: str) -> Both:
    """What is written alike in every language: names, numbers, codes."""
    return text, text


def coded(key: str, code: str) -> Both:
    """The word for a code under ``key``, or the code itself where it is none we know."""
    try:
        return both(f"{key}{code}")
    except UnknownTextError:
        return same(code)


def joined(parts: Iterable[Both], zh: str = "、", en: str = ", ") -> Both:
    listed = list(parts)
    return zh.join(part[0] for part in listed), en.join(part[1] for part in listed)


def day(on: date) -> Both:
    """2026年11月23日, 23 November 2026."""
    return paper("day", year=on.year, month=_month_name(on.month), day=on.day)


def day_text(written: str | None) -> Both:
    """A day of a content, or that none is recorded."""
    return paper("not_recorded") if written is None else day(date.fromisoformat(written))


def month(one: Month) -> Both:
    return paper("month", year=one.year, month=_month_name(one.month))


def span(first: str, last: str) -> Both:
    """A run of months; a single month stands alone."""
    if first == last:
        return month(Month.parse(first))
    return paper("span", first=month(Month.parse(first)), last=month(Month.parse(last)))


def counted(spans: Iterable[list[str]]) -> int:
    """How many months runs of first and last have together."""
    return sum(Period(Month.parse(first), Month.parse(last)).count for first, last in spans)


def months(count: int) -> Both:
    """``87 个月（7 年 3 个月）`` from a year on."""
    years, rest = divmod(count, 12)
    return (
        paper("months_years", n=count, y=years, m=rest) if years and rest else paper("months", n=str(count))
    )


def figures(fen: int) -> Both:
    """``3,208.55``, for columns that name the unit."""
    return same(format_yuan(fen))


def yuan(fen: int) -> Both:
    """``3,208.55 元``."""
    return _each(lambda _, lang: f"{format_yuan(fen)} {say(lang, 'web.unit_yuan')}")


def capitals(fen: int) -> Both:
    """Capital numerals are Chinese in every language: they are what counts on paper."""
    return same(in_capitals(fen))


def place(areas: Areas, code: str, on: date) -> Both:
    """The name of a pooling area as it was on a day."""
    pool = areas.pool(code, on)
    return pool.name, pool.name_en


def agency(areas: Areas, code: str, on: date) -> Both:
    return both("web.agency", name=place(areas, code, on))


def _month_name(number: int) -> Both:
    name = say("en", "web.month_names").split()[number - 1]
    return str(number), name


def _each(make: Callable[[int, Lang], str]) -> Both:
    zh, en = LANGS
    return make(0, zh), make(1, en)


def _at(value: Both | str | int, at: int) -> str | int:
    return value[at] if isinstance(value, tuple) else value

"""What a calculator asks for, declared once: options of a command and fields of a page are both made from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.records.monthset import MonthSet
from jiexu.rules.pension.stretches import Stretch
from jiexu.rules.working import Worked
from jiexu.texts import Lang, say
from jiexu.values.citizen import compact, validate
from jiexu.values.errors import ValueFault
from jiexu.values.money import parse_yuan
from jiexu.values.month import Month
from jiexu.values.period import Period
from jiexu.wording.finding import NoOnePlaceError, place


class Kind(StrEnum):
    """What is written into a field. The value is what a command shows in its place."""

    DAY = "YYYY-MM-DD"
    HOUR = "'YYYY-MM-DD HH:MM'"
    MONTH = "YYYY-MM"
    MONTHS = "FROM~TO"
    RUN = "MONTHS"
    MONTHS_AT = "PLACE=FROM~TO"
    COUNT_AT = "PLACE=MONTHS"
    WAGES = "MONTHS=WAGE[/RECORDED]"
    YUAN = "YUAN"
    AREA = "PLACE"
    COUNT = "COUNT"
    YEAR = "YEAR"
    CHOICE = "CHOICE"
    YES_NO = "YES_NO"
    TEXT = "TEXT"
    DOCUMENT = "NUMBER"


class Today(StrEnum):
    """Stands for a value that is the moment of asking."""

    DAY = "day"
    HOUR = "hour"


class FieldError(Exception):
    """A value that cannot be read. ``key``: its sentence, which names the cure. ``data``: fills its places."""

    def __init__(self, key: str, /, **data: object) -> None:
        super().__init__(key)
        self.key, self.data = key, data

    def sentence(self, lang: Lang) -> str:
        return say(lang, self.key, **self.data)


class MissingFieldError(Exception):
    """A field that is needed because of what another one says. ``name``: of the field."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked. ``name``: as the calculation calls it. ``option``: as a command does, without dashes;
    for a yes and no with its other name after a stroke. ``help``: key of its label in ``texts/calc.yaml``.

    ``default``: the value where nothing is written. ``many``: may be given several times. ``most``: of a count.
    """

    name: str
    option: str
    kind: Kind
    help: str
    required: bool = False
    default: Any = None
    many: bool = False
    choices: tuple[str, ...] = ()
    most: int | None = None

    def value_when_empty(self, now: datetime) -> Any:
        """What counts where nothing was written. ``now``: of Beijing, without a zone."""
        if self.many:
            return ()
        if self.default is Today.DAY:
            return now.date()
        return now if self.default is Today.HOUR else self.default

    def read(self, text: str, on: date) -> Any:
        """The value of a text as people write it. ``on``: the day whose map of places counts.

        Raises FieldError.
        """
        try:
            return READERS[self.kind](text, self, on)
        except ValueFault as fault:
            raise FieldError(f"errors.{fault.code}", **fault.data) from None


@dataclass(frozen=True, slots=True)
class Calculator:
    """``name``: as commands and addresses call it. ``work``: takes a value for each field by its name."""

    name: str
    help: str
    work: Callable[..., Worked[Any]]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What was written into a form, read. ``faults``: by name of the field; empty where all could be read."""

    values: Mapping[str, Any]
    faults: Mapping[str, FieldError | NoOnePlaceError] = field(default_factory=dict)


def read(fields: Iterable[Field], written: Mapping[str, Sequence[str]], now: datetime) -> Given:
    """Every field of a form. Several values of one field stand on lines of their own. ``now``: of Beijing."""
    values: dict[str, Any] = {}
    faults: dict[str, FieldError | NoOnePlaceError] = {}
    for each in fields:
        texts = [
            line.strip() for text in written.get(each.name, ()) for line in text.splitlines() if line.strip()
        ]
        try:
            values[each.name] = _value(each, texts, now)
        except (FieldError, NoOnePlaceError) as fault:
            faults[each.name] = fault
    return Given(values, faults)


def _value(each: Field, texts: Sequence[str], now: datetime) -> Any:
    if not texts:
        if each.required:
            raise FieldError("calc.needed")
        return each.value_when_empty(now)
    if each.many:
        return tuple(each.read(text, now.date()) for text in texts)
    return each.read(texts[0], now.date())


# ---------------------------------------------------------------- reading


def months_written(text: str) -> MonthSet:
    """A run of months as people write it. Raises PeriodError or MonthError."""
    run = Period.parse(text)
    return MonthSet.between(run.first, run.last)


def _day(text: str, _field: Field, _on: date) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").astimezone().date()
    except ValueError:
        raise FieldError("transfer.not_a_day", value=text) from None


def _hour(text: str, _field: Field, _on: date) -> datetime:
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  an hour of Beijing, as the rules count it
        except ValueError:
            continue
    raise FieldError("calc.bad_hour", given=text)


def _months_at(text: str, _field: Field, on: date) -> tuple[str, MonthSet]:
    where, equals, run = text.partition("=")
    if not equals:
        raise FieldError("calc.bad_stay", given=text)
    return place(shipped_policy(), where.strip(), on), months_written(run)


def _count_at(text: str, _field: Field, on: date) -> tuple[str, int]:
    where, _, months = (part.strip() for part in text.rpartition("="))
    if not where or not months.isdecimal():
        raise FieldError("calc.bad_months_at", given=text)
    return place(shipped_policy(), where, on), int(months)


def _wages(text: str, _field: Field, _on: date) -> Stretch:
    months, equals, money = text.partition("=")
    money, plus, interest = money.partition("+")
    wage, slash, recorded = money.partition("/")
    if not equals:
        raise FieldError("calc.bad_paid", given=text)
    booked = parse_yuan(recorded) if slash else None
    grown = parse_yuan(interest) if plus else 0
    return Stretch(Period.parse(months), parse_yuan(wage), recorded_fen=booked, interest_fen=grown)


def _count(text: str, asked: Field, _on: date) -> int:
    if not text.isdecimal() or len(text) > LONGEST_COUNT:
        raise FieldError("calc.bad_count", given=text)
    if asked.most is not None and int(text) > asked.most:
        raise FieldError("calc.count_too_high", given=text, most=asked.most)
    return int(text)


def _choice(text: str, asked: Field, _on: date) -> str:
    if text not in asked.choices:
        raise FieldError("calc.bad_choice", given=text, choices=", ".join(asked.choices))
    return text


def _yes_no(text: str, _field: Field, _on: date) -> bool:
    if text not in {"yes", "no"}:
        raise FieldError("calc.bad_choice", given=text, choices="yes, no")
    return text == "yes"


def _text(text: str, _field: Field, _on: date) -> str:
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise FieldError("calc.bad_text", most=LONGEST_TEXT)
    return text


def _document(text: str, _field: Field, on: date) -> str:
    """A citizen number with its check character; a number of another document as it is written."""
    plain = compact(text)
    if CITIZEN.fullmatch(plain):
        return validate(plain, today=on, allow_synthetic=True)
    if not OTHER_DOCUMENT.fullmatch(plain):
        raise FieldError("calc.bad_document")
    return plain


LONGEST_TEXT = 60
CITIZEN = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]", re.ASCII)
OTHER_DOCUMENT = re.compile(r"[A-Z0-9]{5,20}", re.ASCII)
LONGEST_COUNT = 6
"""Digits of a count or year; more is a slip."""
READERS: Mapping[Kind, Callable[[str, Field, date], Any]] = {
    Kind.DAY: _day,
    Kind.HOUR: _hour,
    Kind.MONTH: lambda text, _field, _on: Month.parse(text),
    Kind.MONTHS: lambda text, _field, _on: months_written(text),
    Kind.RUN: lambda text, _field, _on: Period.parse(text),
    Kind.MONTHS_AT: _months_at,
    Kind.COUNT_AT: _count_at,
    Kind.WAGES: _wages,
    Kind.YUAN: lambda text, _field, _on: parse_yuan(text),
    Kind.AREA: lambda text, _field, on: place(shipped_policy(), text, on),
    Kind.COUNT: _count,
    Kind.YEAR: _count,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
    Kind.TEXT: _text,
    Kind.DOCUMENT: _document,
}

"""Reads the records of one place into facts and says what is wrong with each: file, line, what, cure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from jiexu.gateways.policyfiles.catalogue import Axis, Known
from jiexu.gateways.policyfiles.marked import Flaw, Marked
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Bound, Fact, FactStatus, Number, Rival, Scope, Span, Text, Value, Wanted
from jiexu.rules.policy import Parameter

KEYS = {
    "value", "unit", "from", "until", "sure_from", "scope", "source", "published", "known_since",
    "confidence", "status", "reach", "note", "rival",
}  # fmt: skip
NEEDED = {"value", "from", "until", "source", "known_since", "confidence"}
RIVAL_KEYS = {"value", "from", "until", "scope", "source", "confidence", "why"}
RIVAL_NEEDED = {"value", "source", "confidence", "why"}
LANGUAGES = {"zh", "en"}
UNKNOWN = "unknown"
WHOLE_PROVINCE = "whole_province"
SHAPES = {
    "month": re.compile(r"\d{4}-(0[1-9]|1[0-2])"),
    "day": re.compile(r"\d{4}-\d\d-\d\d"),
    "time": re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
    "areas": re.compile(r"\d{6}"),
}
LISTS = {"set", "labels", "days", "areas"}
Wrong = list[tuple[str, str]]


def read_record(
    parameter: Parameter, record: Marked, *, area: str, file: str, known: Known
) -> tuple[Fact | None, list[Flaw]]:
    """One record as a fact, or the flaws that keep it from being one."""
    wrong = _flaws(parameter, record, known)
    flaws = [Flaw(file, record.line, f"{parameter.name} {what}", cure) for what, cure in wrong]
    return (None if flaws else _fact(parameter, record, area, known)), flaws


def _flaws(parameter: Parameter, record: Marked, known: Known) -> Wrong:
    missing = sorted(NEEDED - set(record))
    wrong: Wrong = [
        (f"has an unknown key {key}.", "Use the keys of docs/decisions/0006.")
        for key in sorted(set(record) - KEYS)
    ]
    if missing:
        return [*wrong, (f"lacks {', '.join(missing)}.", "Every record says these.")]
    wrong += _value_flaws(parameter, record)
    wrong += _source_flaws(record, known)
    wrong += _word_flaws(record)
    wrong += scope_flaws(parameter, record.get("scope") or {}, known.axes)
    wrong += _day_flaws(parameter, record)
    for rival in record.get("rival") or ():
        wrong += [(f"has a rival that {what}", cure) for what, cure in _rival_flaws(parameter, rival, known)]
    return wrong


def _value_flaws(parameter: Parameter, record: Marked) -> Wrong:
    value = record["value"]
    if value == UNKNOWN:
        return []
    if record.get("unit") != parameter.unit:
        return [(f"is in {record.get('unit')}.", f"Its unit is {parameter.unit}.")]
    return [] if fits(parameter, value) else [(f"cannot be {value!r}.", _cure(parameter, value))]


def _source_flaws(record: Marked, known: Known) -> Wrong:
    wrong = [
        (f"cites {key}, which is not known.", "Add it to sources.yaml.")
        for key in record["source"]
        if key not in known.sources
    ]
    if not record["source"] and record["value"] != UNKNOWN:
        wrong.append(("has no source.", "Cite a document, or write unknown."))
    return wrong


def _word_flaws(record: Marked) -> Wrong:
    wrong: Wrong = []
    if record["confidence"] not in tuple(Confidence):
        wrong.append((f"is {record['confidence']} sure.", "Say high, medium or low."))
    if record.get("reach", WHOLE_PROVINCE) != WHOLE_PROVINCE:
        wrong.append((f"reaches {record['reach']}.", f"Write {WHOLE_PROVINCE} or nothing."))
    if record.get("status", FactStatus.IN_FORCE) not in tuple(FactStatus):
        wrong.append((f"has the status {record['status']}.", f"Choose from {', '.join(FactStatus)}."))
    return wrong


def scope_flaws(parameter: Parameter, scope: Mapping[str, Any], axes: Mapping[str, Axis]) -> Wrong:
    """Axes the parameter does not allow, words outside an axis, ranges that are none."""
    wrong: Wrong = []
    for axis, written in scope.items():
        if axis not in parameter.axes:
            wrong.append((f"has no axis {axis}.", "See parameters.yaml."))
        elif axes[axis].range is None:
            words = written if isinstance(written, list) else [written]
            cure = f"Choose from {', '.join(axes[axis].words)}."
            wrong += [(f"is for {axis} {word}.", cure) for word in words if word not in axes[axis].words]
        elif not _is_range(written, date if axes[axis].range == "day" else int):
            wrong.append((f"has no range of {axis}.", "Write {low: …, high: …} with one end or both."))
    return wrong


def _is_range(written: Any, kind: type) -> bool:
    """One end or two of the axis's kind, the lower one not above the higher."""
    if not isinstance(written, dict) or not written or set(written) - {"low", "high"}:
        return False
    ends = [written[end] for end in ("low", "high") if end in written]
    return all(type(end) is kind for end in ends) and ends == sorted(ends)


def _day_flaws(parameter: Parameter, record: Marked) -> Wrong:
    start, until = record["from"], record["until"]
    days = [("from", start, UNKNOWN), ("until", until, None), ("known_since", record["known_since"], ...)]
    days += [(key, record.get(key), None) for key in ("sure_from", "published")]
    wrong = _no_days(days)
    if wrong:
        return wrong
    if start != UNKNOWN and until is not None and until < start:
        wrong.append((f"ends {until}, before it starts {start}.", "Exchange or correct the dates."))
    if parameter.annual and until is None and record["value"] != UNKNOWN:
        wrong.append(("holds for a year and has no end.", "Write the last day; later years are unknown."))
    return wrong


def _no_days(days: Iterable[tuple[str, Any, Any]]) -> Wrong:
    """What stands where a day belongs and is none; ``...`` as the third says that nothing may stand for it."""
    return [
        (
            f"has no day in {key}: {day!r}.",
            "Write a day as 2026-01-31."
            if none is ...
            else f"Write a day as 2026-01-31, or {none or 'null'}.",
        )
        for key, day, none in days
        if not isinstance(day, date) and day != none
    ]


def _rival_flaws(parameter: Parameter, rival: Marked, known: Known) -> Wrong:
    wrong: Wrong = [
        (f"has an unknown key {key}.", "Use the keys of docs/decisions/0006.")
        for key in sorted(set(rival) - RIVAL_KEYS)
    ]
    missing = sorted(RIVAL_NEEDED - set(rival))
    if missing:
        return [*wrong, (f"lacks {', '.join(missing)}.", "Say what, who and why.")]
    if not in_both_languages(rival["why"]):
        wrong.append(("gives its reason in one language.", "Write why: {zh: …, en: …}."))
    if rival["source"] not in known.sources:
        wrong.append((f"cites {rival['source']}, which is not known.", "Add it to sources.yaml."))
    if rival["value"] != UNKNOWN and not fits(parameter, rival["value"], bounded=False):
        wrong.append((f"cannot be {rival['value']!r}.", _cure(parameter, rival["value"])))
    if rival["confidence"] not in tuple(Confidence):
        wrong.append((f"is {rival['confidence']} sure.", "Say high, medium or low."))
    wrong += _no_days((key, rival.get(key), None) for key in ("from", "until"))
    return wrong + scope_flaws(parameter, rival.get("scope") or {}, known.axes)


def in_both_languages(why: Any) -> bool:
    """Whether a reason is written in Chinese and in English, and in nothing else."""
    return (
        isinstance(why, dict)
        and set(why) == LANGUAGES
        and all(isinstance(each, str) and each for each in why.values())
    )


def _fact(parameter: Parameter, record: Marked, area: str, known: Known) -> Fact:
    start, start_known = _start(record, known)
    confidence = Confidence(record["confidence"])
    scope = _scope(record.get("scope") or {})
    return Fact(
        id="/".join([area, parameter.name, *_scope_words(scope), str(record["from"])]),
        parameter=parameter.name,
        area=area,
        value=_value(parameter, record["value"]),
        start=start,
        until=record["until"],
        known_since=record["known_since"],
        confidence=confidence if start_known else confidence.lowered(),
        sources=tuple(record["source"]),
        scope=scope,
        status=FactStatus(record.get("status", FactStatus.IN_FORCE)),
        sure_from=record.get("sure_from"),
        whole_province=record.get("reach") == WHOLE_PROVINCE,
        published=record.get("published") or _published(record, known),
        start_known=start_known,
        note=str(record.get("note", "")),
        rivals=tuple(_rival(parameter, rival) for rival in record.get("rival") or ()),
    )


def _start(record: Marked, known: Known) -> tuple[date, bool]:
    """An unknown start counts from the document's day, else the day we learnt it, never after the last day."""
    if record["from"] != UNKNOWN:
        return record["from"], True
    start = record.get("published") or _published(record, known) or record["known_since"]
    return min(start, record["until"] or start), False


def _published(record: Marked, known: Known) -> date | None:
    days = [known.sources[key].published for key in record["source"]]
    return next((day for day in days if day is not None), None)


def _rival(parameter: Parameter, rival: Marked) -> Rival:
    start = rival.get("from")
    return Rival(
        value=_value(parameter, rival["value"]),
        source=rival["source"],
        confidence=Confidence(rival["confidence"]),
        why=Text(rival["why"]["zh"], rival["why"]["en"]),
        start=start if isinstance(start, date) else None,
        until=rival.get("until"),
        scope=_scope(rival.get("scope") or {}),
    )


def _scope(written: Mapping[str, Any]) -> Scope:
    return {axis: _wanted(wanted) for axis, wanted in sorted(written.items())}


def _wanted(written: Any) -> Wanted:
    if isinstance(written, dict):
        return Span(written.get("low"), written.get("high"))
    return tuple(sorted(written)) if isinstance(written, list) else str(written)


def _scope_words(scope: Scope) -> list[str]:
    return sorted(
        "+".join(wanted)
        if isinstance(wanted, tuple)
        else f"{axis}{wanted.low or ''}..{wanted.high or ''}"
        if isinstance(wanted, Span)
        else wanted
        for axis, wanted in scope.items()
    )


def _value(parameter: Parameter, written: Any) -> Value | None:
    if written == UNKNOWN:
        return None
    if parameter.kind == "number":
        return _bound(written) if isinstance(written, dict) else _number(written)
    if parameter.kind == "text":
        return Text(written.get("zh"), written.get("en"))
    if parameter.kind in LISTS:
        return tuple(str(word) for word in written)
    return written if isinstance(written, bool) else str(written)


def _bound(written: Mapping[str, Any]) -> Bound:
    low, high = written.get("low", written.get("at_least")), written.get("high", written.get("at_most"))
    return Bound(None if low is None else _number(low), None if high is None else _number(high))


def _number(written: Any) -> Number:
    return written if isinstance(written, int) else Decimal(written)


def fits(parameter: Parameter, value: Any, *, bounded: bool = True) -> bool:
    """Whether a value as written is of the catalogue's kind, among its words and within its bounds."""
    kind = parameter.kind
    if kind == "number":
        return _fits_number(parameter, value, bounded=bounded)
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "text":
        return isinstance(value, dict) and bool(value) and set(value) <= {"zh", "en"} and all(value.values())
    if kind in LISTS:
        return isinstance(value, list) and all(_fits_word(parameter, word) for word in value)
    return _fits_word(parameter, value)


def _fits_word(parameter: Parameter, value: Any) -> bool:
    if parameter.words:
        return value in parameter.words
    shape = SHAPES.get({"days": "day"}.get(parameter.kind, parameter.kind))
    return isinstance(value, str) and bool(value) and (shape is None or bool(shape.fullmatch(value)))


def _fits_number(parameter: Parameter, value: Any, *, bounded: bool) -> bool:
    """Whole numbers are written plainly, fractions in quotes; a float would already have been rounded."""
    if isinstance(value, dict):
        ends = set(value)
        good = bool(ends) and (ends <= {"at_most", "at_least"} or ends == {"low", "high"})
        return good and all(_fits_number(parameter, end, bounded=bounded) for end in value.values())
    if isinstance(value, bool) or not isinstance(value, int | str):
        return False
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    low, high = parameter.bounds or (number, number)
    return number.is_finite() and (not bounded or low <= number <= high)


def _cure(parameter: Parameter, value: Any) -> str:
    if isinstance(value, float):
        return "Write a fraction in quotes, so that no digit is lost."
    if parameter.words:
        return f"Choose from {', '.join(parameter.words)}."
    if parameter.bounds is not None:
        low, high = parameter.bounds
        return f"It lies between {low} and {high}."
    return f"Write a {parameter.kind}."

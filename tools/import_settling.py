"""Lays the drafts of one parameter and area beside each other until at most one answers each question.

Agreeing pages become further sources, doubted values become rivals, an open end closes before the next record
begins, a general record leaves out the groups that have their own, and days between two records nobody explained
are said to be unknown. What cannot be settled by these rules is reported and needs a decision of the errata.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from import_leaves import Draft

ONE_DAY = timedelta(days=1)
KNOWN_SINCE = date(2026, 11, 21)
GENERAL_TABLE = "regions-011"
RANK = {"high": 2, "medium": 1, "low": 0}
FINAL = date.max


@dataclass(frozen=True)
class Rules:
    """What settling asks about the parameter, the axes and the pages."""

    annual: bool
    axes: Mapping[str, list[str]]
    published: Mapping[str, date | None]
    weak: frozenset[str]


@dataclass
class Settled:
    """Records as they will be written, what became of each line, and what nobody decided."""

    records: list[Draft] = field(default_factory=list)
    outcomes: dict[int, str] = field(default_factory=dict)
    open_questions: list[str] = field(default_factory=list)


def settle(drafts: list[Draft], rules: Rules) -> Settled:
    """One parameter of one area."""
    made = Settled()
    held, doubted = _split(drafts, lambda draft: bool(_doubt(draft, rules)))
    for draft in doubted:
        draft.note = _doubt(draft, rules)
        draft.confidence = "low" if set(draft.sources) == {GENERAL_TABLE} else draft.confidence
    held, agreeing = _split(held, lambda draft: draft.relation == "agrees")
    held = _merge(held, made)
    rivals = [
        *(d for d in agreeing if not _joined(d, held, made)),
        *(d for d in doubted if not _repeats(d, held, made)),
    ]
    rivals += _make_room(held, rules, made)
    _leave_out_groups(held, rules)
    for rival in rivals:
        _attach(rival, held, rules, made)
    if rules.annual:
        _end_each_year(held)
    made.records = [*held, *_unexplained(held, rules)]
    for record in held:
        made.outcomes.setdefault(record.line, "record")
        record.confidence = _capped(record, rules)
    made.records.sort(key=lambda record: (_scope_key(record), start_of(record, rules), record.until or FINAL))
    return made


def _doubt(draft: Draft, rules: Rules) -> str:
    """Why a value is not used, in words; empty where it is."""
    if draft.relation == "agrees":
        return ""
    if draft.relation in {"conflict", "partly_contradicted", "rival"}:
        return draft.note or "contradicted by better evidence"
    if draft.relation == "superseded" and draft.until is None:
        return "older; its last day was not found"
    if set(draft.sources) == {GENERAL_TABLE}:
        return "an undated table of general social-insurance bases, not of medical insurance"
    if rules.annual and draft.start is None and draft.until is None:
        return "undated, and the value holds for a year"
    return ""


def _split(drafts: Iterable[Draft], test: Any) -> tuple[list[Draft], list[Draft]]:
    held = list(drafts)
    return [each for each in held if not test(each)], [each for each in held if test(each)]


def _scope_key(draft: Draft) -> str:
    return repr(sorted(draft.scope.items(), key=lambda item: item[0]))


def _meet(one: Draft, other: Draft) -> bool:
    return all(_share(one.scope[axis], other.scope[axis]) for axis in one.scope.keys() & other.scope.keys())


def _share(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return _before(one.get("low"), other.get("high")) and _before(other.get("low"), one.get("high"))
    return bool(set(_list(one)) & set(_list(other)))


def _before(low: Any, high: Any) -> bool:
    return low is None or high is None or bool(low <= high)


def _list(words: Any) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


def start_of(draft: Draft, rules: Rules) -> date:
    """The first day the loader will count: as written, else the page's day, else the day we learnt it."""
    if draft.start is not None:
        return draft.start
    seen = next((day for key in draft.sources if (day := rules.published.get(key))), KNOWN_SINCE)
    return min(seen, draft.until or seen)


def _overlap(one: Draft, other: Draft, rules: Rules) -> bool:
    return start_of(one, rules) <= (other.until or FINAL) and start_of(other, rules) <= (one.until or FINAL)


def _same(one: Draft, other: Draft) -> bool:
    return one.value == other.value and one.scope == other.scope


def _merge(held: list[Draft], made: Settled) -> list[Draft]:
    """The same value twice for the same days is one record with two sources; the dated and surer one stays."""
    kept: list[Draft] = []
    for draft in sorted(held, key=lambda each: (each.start is None, -RANK[each.confidence], each.line)):
        twin = next((each for each in kept if _same(each, draft) and _no_other_days(each, draft)), None)
        if twin is None:
            kept.append(draft)
        else:
            _cite(twin, draft, made)
    return kept


def _no_other_days(held: Draft, draft: Draft) -> bool:
    undated = draft.start is None and draft.until is None
    return undated or (draft.start, draft.until) == (held.start, held.until)


def _cite(record: Draft, draft: Draft, made: Settled) -> None:
    record.sources += [key for key in draft.sources if key not in record.sources]
    made.outcomes[draft.line] = "record"


def _joined(draft: Draft, held: list[Draft], made: Settled) -> bool:
    """A page that agrees only adds a source, whatever days it names (errata row 77)."""
    twin = next((each for each in held if each.value == draft.value and _meet(each, draft)), None)
    if twin is not None:
        _cite(twin, draft, made)
    elif not draft.note:
        draft.note = "said to agree with a value that is not held"
    return twin is not None


def _repeats(draft: Draft, held: list[Draft], made: Settled) -> bool:
    """Marked as a conflict and yet equal in value, group and days: it agrees (errata row 65)."""
    if draft.relation == "rival":
        return False
    twin = next((each for each in held if _same(each, draft) and _no_other_days(each, draft)), None)
    if twin is not None:
        _cite(twin, draft, made)
    return twin is not None


def _make_room(held: list[Draft], rules: Rules, made: Settled) -> list[Draft]:
    """Closes open ends before the next record; an undated value beside a dated one becomes its rival."""
    rivals: list[Draft] = []
    for one, other in combinations(sorted(held, key=lambda each: start_of(each, rules)), 2):
        if (
            any(one is each or other is each for each in rivals)
            or one.scope != other.scope
            or not _overlap(one, other, rules)
        ):
            continue
        undated = next((each for each in (one, other) if each.start is None and each.until is None), None)
        if undated is not None and (one.start or other.start):
            undated.note = undated.note or "undated beside a dated value"
            rivals.append(undated)
        elif one.until is None and one.start and other.start and one.start < other.start:
            one.until = other.start - ONE_DAY
        else:
            made.open_questions.append(
                f"{one.area} {one.parameter}: lines {one.line} ({one.value}) and {other.line} ({other.value}) answer the same question"
            )
    held[:] = [each for each in held if not any(each is rival for rival in rivals)]
    return rivals


def _leave_out_groups(held: list[Draft], rules: Rules) -> None:
    """A general record leaves out the groups that have a record of their own (errata row 74)."""
    for general in held:
        for own in held:
            extra = own.scope.keys() - general.scope.keys()
            if (
                own is general
                or len(extra) != 1
                or not _meet(general, own)
                or not _overlap(general, own, rules)
            ):
                continue
            axis = next(iter(extra))
            if axis in rules.axes and not isinstance(own.scope[axis], dict):
                left = [word for word in rules.axes[axis] if word not in _list(own.scope[axis])]
                general.scope = {**general.scope, axis: left[0] if len(left) == 1 else left}


def _attach(rival: Draft, held: list[Draft], rules: Rules, made: Settled) -> None:
    """To the record of its days and group, else the latest of the group, else to one that says unknown."""
    made.outcomes.setdefault(rival.line, "rival")
    met = [each for each in held if _meet(each, rival)]
    together = [each for each in met if _overlap(each, rival, rules)]
    chosen = max(together or met, key=lambda each: start_of(each, rules), default=None)
    if chosen is None:
        chosen = _unknown(rival, rival.scope, None, None)
        held.append(chosen)
    chosen.rivals.append(
        {
            "value": rival.value,
            "from": rival.start,
            "until": rival.until,
            "scope": rival.scope if rival.scope != chosen.scope else {},
            "source": rival.sources[0],
            "confidence": rival.confidence,
            "why": rival.note or "contradicted",
        }
    )


def _end_each_year(held: list[Draft]) -> None:
    """A value that holds for a year ends with it, also where its page gives no end (errata row 51)."""
    for record in held:
        if record.start is not None and record.value != "unknown":
            last = date(record.start.year + 1, record.start.month, record.start.day) - ONE_DAY
            if record.until is None:
                record.note = "; ".join(filter(None, (record.note, "no end stated: one year is taken")))
            if record.until is None or (record.until > last and "no end stated" in record.note):
                record.until = last


def _unexplained(held: list[Draft], rules: Rules) -> list[Draft]:
    """Days between two records that nobody explains are unknown, for each group a record names."""
    gaps: list[Draft] = []
    groups = {_scope_key(each): each.scope for each in held if each.status != "draft"}
    for scope in sorted(groups.values(), key=lambda scope: (len(scope), repr(scope))):
        cell = [each for each in [*held, *gaps] if each.status != "draft" and _covers(each.scope, scope)]
        cell.sort(key=lambda each: start_of(each, rules))
        reach = cell[0].until
        for each in cell[1:]:
            start = start_of(each, rules)
            if reach is not None and start > reach + ONE_DAY:
                gaps.append(_unknown(each, scope, reach + ONE_DAY, start - ONE_DAY))
            reach = None if reach is None or each.until is None else max(reach, each.until)
    return gaps


def _covers(wider: dict[str, Any], scope: dict[str, Any]) -> bool:
    return all(axis in scope and _within(scope[axis], wanted) for axis, wanted in wider.items())


def _within(inner: Any, outer: Any) -> bool:
    if isinstance(inner, dict) or isinstance(outer, dict):
        return bool(inner == outer)
    return set(_list(inner)) <= set(_list(outer))


def _unknown(like: Draft, scope: dict[str, Any], start: date | None, until: date | None) -> Draft:
    return Draft(like.parameter, like.area, "unknown", scope, start, until, [], "low", note="not found")


def _capped(record: Draft, rules: Rules) -> str:
    """What rests on machine-written pages or memory alone is medium at most (errata rows 9, 10, 50)."""
    weak = bool(record.sources) and set(record.sources) <= rules.weak
    return "medium" if weak and record.confidence == "high" else record.confidence

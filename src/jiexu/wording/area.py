"""What is known of a place, in words: each value with days, certainty, documents and rivals; what is not known; channels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jiexu.gateways.policyfiles.areas import areas
from jiexu.rules.channels import RegisteredChannel, channels_for
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Fact, Rival
from jiexu.rules.overview import Held, holding, last_known, law, local_parameters
from jiexu.rules.policy import NATION, Parameter, Policy, province_of, ways
from jiexu.texts import Lang
from jiexu.values.areas import UnknownAreaError
from jiexu.wording.policy import (
    channel_words,
    days_words,
    group,
    marks,
    parameter_name,
    place_name,
    scope_words,
    source_title,
    text_words,
    value_words,
    word,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of a value: by whom, for whom, since when, how sure. ``why``: why it is not used, or a note."""

    value: str
    whom: str
    days: str
    confidence: Confidence
    sources: tuple[str, ...]
    why: str = ""

    @property
    def why_lang(self) -> str:
        """The language a note is written in: keepers of the data write Chinese or English."""
        return "en" if self.why.isascii() else "zh-CN"


@dataclass(frozen=True, slots=True)
class Known:
    """A record as it answers in a place. ``taken_from``: the place it is taken over from, empty where it is its own.

    ``value``: empty where the record says that the value is not known. ``marks``: what must not be overlooked.
    """

    parameter: str
    name: str
    said: Said
    taken_from: str
    marks: tuple[str, ...]
    recorded: date
    rivals: tuple[Said, ...]
    is_known: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """What nobody recorded for a place. ``last``: the last value known, and until when."""

    parameter: str
    name: str
    last: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A channel in lines: its head, then path and note."""

    head: str
    beneath: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class AreaWords:
    """A place on a day. ``counts``: values that are known, by how sure. ``reconstructed``: our data are younger than asked."""

    code: str
    name: str
    above: str
    groups: tuple[tuple[str, str, tuple[Known, ...]], ...]
    unknown: tuple[Known, ...]
    missing: tuple[Missing, ...]
    ways: tuple[Way, ...]
    ask: tuple[Way, ...]
    counts: Mapping[Confidence, int]
    national: int
    reconstructed: date | None

    @property
    def known(self) -> int:
        return sum(self.counts.values())

    @property
    def high(self) -> int:
        return self.counts[Confidence.HIGH]

    @property
    def medium(self) -> int:
        return self.counts[Confidence.MEDIUM]

    @property
    def low(self) -> int:
        return self.counts[Confidence.LOW]

    @property
    def disputed(self) -> int:
        return sum(bool(each.rivals) for _, _, held in self.groups for each in held)


def area_words(policy: Policy, code: str, lang: Lang, *, on: date, known: date | None) -> AreaWords:
    """Everything recorded of a place, its own and its province's; the nation's only on the nation's own page."""
    found = holding(policy, code, on=on, known_on=known)
    shown = [each for each in found if code == NATION or each.place != NATION]
    ended = {fact.parameter: fact for fact in (() if known else last_known(policy, code, on=on))}
    told = [known_words(policy, each, code, lang) for each in shown]
    groups: dict[str, list[Known]] = defaultdict(list)
    for each in told:
        if each.is_known:
            groups[group(each.parameter)].append(each)
    counts = dict.fromkeys(Confidence, 0)
    for each in told:
        counts[each.said.confidence] += each.is_known
    where = places_above(code)
    return AreaWords(
        code=code,
        name=place_name(code, lang),
        above=province_of(code) if code not in {NATION, province_of(code)} else "",
        groups=tuple((name, word(lang, f"group.{name}"), tuple(held)) for name, held in groups.items()),
        unknown=tuple(each for each in told if not each.is_known),
        missing=_missing(policy, code, lang, {each.parameter for each in told}, ended),
        ways=_ways(policy.channels, where, lang, None),
        ask=_ways(policy.channels, where, lang, "ask"),
        counts=counts,
        national=len(found) - len(shown),
        reconstructed=policy.began if known is not None and known < policy.began else None,
    )


def places_above(code: str) -> list[str]:
    """The place, its province, the nation: where channels that serve it are registered."""
    return [NATION] if code == NATION else list(dict.fromkeys([code, province_of(code), NATION]))


def is_place(policy: Policy, code: str) -> bool:
    """Whether a code is one a page can be made for: the nation, what has records, or a pooling area."""
    if code == NATION or any(area == code for _, area in policy.facts):
        return True
    try:
        areas().pool(code)
    except UnknownAreaError:
        return False
    return True


def known_words(policy: Policy, held: Held, code: str, lang: Lang) -> Known:
    """A record as it answers in a place."""
    parameter, fact = policy.parameters[held.fact.parameter], held.fact
    return Known(
        parameter=parameter.name,
        name=parameter_name(parameter.name, lang),
        said=_said(parameter, fact, held.confidence, lang),
        taken_from="" if held.place == code else place_name(held.place, lang),
        marks=tuple(marks(fact, lang)),
        recorded=fact.known_since,
        rivals=tuple(_rival(parameter, rival, lang) for rival in fact.rivals),
        is_known=fact.value is not None,
    )


def _said(parameter: Parameter, fact: Fact, sure: Confidence, lang: Lang) -> Said:
    titles = tuple(source_title(key, lang) for key in fact.sources)
    whom = scope_words(fact.scope, lang)
    return Said(
        value_words(fact.value, parameter, lang), whom, days_words(fact, lang), sure, titles, fact.note
    )


def _rival(parameter: Parameter, rival: Rival, lang: Lang) -> Said:
    days = ""
    if rival.start is not None and rival.until is not None:
        days = word(lang, "between", start=rival.start, until=rival.until)
    elif rival.start is not None:
        days = word(lang, "since", start=rival.start)
    value, whom = value_words(rival.value, parameter, lang), scope_words(rival.scope, lang)
    source, why = source_title(rival.source, lang), text_words(rival.why, lang)
    return Said(value, whom, days, rival.confidence, (source,), why)


def _missing(
    policy: Policy, code: str, lang: Lang, told: set[str], ended: Mapping[str, Fact]
) -> tuple[Missing, ...]:
    """What other places recorded and this one did not, and the nation does not answer either."""
    if code == NATION:
        return ()
    silent = [each for each in local_parameters(policy) if each.name not in told and _is_local(policy, each)]
    return tuple(
        Missing(each.name, parameter_name(each.name, lang), _last(each, ended.get(each.name), lang))
        for each in silent
    )


def _is_local(policy: Policy, parameter: Parameter) -> bool:
    """Whether the nation records nothing of it, so that a place without a record has no answer."""
    return not policy.facts.get((parameter.name, NATION))


def _last(parameter: Parameter, fact: Fact | None, lang: Lang) -> str:
    if fact is None:
        return ""
    return word(lang, "last_known", value=value_words(fact.value, parameter, lang), until=fact.until)


def _ways(
    channels: Iterable[RegisteredChannel], where: Iterable[str], lang: Lang, purpose: str | None
) -> tuple[Way, ...]:
    found = channels_for(channels, where, purpose)
    said = [(channel_words(one, lang), one.confidence) for one in found]
    return tuple(Way(lines[0], tuple(lines[1:]), sure) for lines, sure in said)


@dataclass(frozen=True, slots=True)
class Record:
    """A record by itself, as a row of a history."""

    said: Said
    place: str
    marks: tuple[str, ...]
    recorded: date
    in_force: bool
    start: date
    start_known: bool
    until: date | None
    rivals: tuple[Said, ...]


def history_words(
    policy: Policy, code: str, parameter: Parameter, lang: Lang, *, on: date
) -> tuple[Record, ...]:
    """Every record of a parameter that can speak for a place: withdrawn, draft and ended ones too."""
    facts = [
        fact
        for where, _, _ in ways(parameter, code)
        for fact in sorted(
            policy.facts.get((parameter.name, where), ()), key=lambda each: (each.start, each.id)
        )
    ]
    return tuple(
        Record(
            said=_said(parameter, fact, fact.confidence_on(on), lang),
            place=place_name(fact.area, lang),
            marks=tuple(marks(fact, lang)),
            recorded=fact.known_since,
            in_force=fact.in_force(on) and fact.withdrawn is None,
            start=fact.start,
            start_known=fact.start_known,
            until=fact.until,
            rivals=tuple(_rival(parameter, rival, lang) for rival in fact.rivals),
        )
        for fact in facts
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """One parameter at two places: what each says, by group; nothing where nothing is recorded."""

    name: str
    here: tuple[Known, ...]
    there: tuple[Known, ...]

    @property
    def sides(self) -> tuple[tuple[Known, ...], tuple[Known, ...]]:
        return self.here, self.there

    @property
    def both_known(self) -> bool:
        return all(any(each.is_known for each in side) for side in self.sides)

    @property
    def differs(self) -> bool:
        """Whether both say something, and not the same; what is not known differs from nothing."""
        told = [{(each.said.whom, each.said.value) for each in side if each.is_known} for side in self.sides]
        return self.both_known and told[0] != told[1]


def compared(
    policy: Policy, here: str, there: str, lang: Lang, *, on: date
) -> tuple[tuple[str, tuple[Compared, ...]], ...]:
    """Two places side by side, by group of parameters: what at least one of them, or its province, recorded."""
    sides: list[dict[str, list[Known]]] = []
    for code in (here, there):
        told: dict[str, list[Known]] = defaultdict(list)
        for held in holding(policy, code, on=on):
            told[held.fact.parameter].append(known_words(policy, held, code, lang))
        sides.append(told)
    local = {
        name
        for code, told in zip((here, there), sides, strict=True)
        for name, held in told.items()
        if any(each.taken_from != place_name(NATION, lang) or code == NATION for each in held)
    }
    groups: dict[str, list[Compared]] = defaultdict(list)
    for parameter in law(policy):
        if parameter.name in local:
            pair = [tuple(told.get(parameter.name, ())) for told in sides]
            groups[group(parameter.name)].append(
                Compared(parameter_name(parameter.name, lang), pair[0], pair[1])
            )
    return tuple((word(lang, f"group.{name}"), tuple(rows)) for name, rows in groups.items())

"""Facts of the law as people read them: values with their units, groups, days, sources, places."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.facts import shipped_sources
from jiexu.rules.channels import RegisteredChannel
from jiexu.rules.facts import Bound, Fact, FactStatus, Number, Rival, Scope, Span, Text, Value, Wanted
from jiexu.rules.overview import PROMISE, Held
from jiexu.rules.policy import NATION, Parameter
from jiexu.texts import Lang, catalogue, say, say_counted
from jiexu.values.areas import Level

GROUPS = {
    "handling": ("handling.", "duplicate.", "scope.", "area."),
    "money": ("pooled_fund.", "pa.", "account.", "misuse."),
    "retire": ("ee.retire.", "retirement."),
    "base": ("ee.base.", "ee.rate.", "ee.flexible.", "large_amount.", "care."),
    "resident": ("resident.",),
    "lapse": ("lapse.", "late_fee.", "arrears."),
    "sharing": ("sharing.", "delegated.", "wallet."),
    "pension": ("pension.", "gov.", "military.", "urban_rural."),
    "unemployment": ("unemployment.",),
}
"""Headings of a list of facts, by how the names of its parameters begin; the rest is ``other``."""
MONEY = ("yuan", "yuan_per_month", "yuan_per_year")
SHARES = ("fraction", "fraction_per_day")


def word(lang: Lang, key: str, /, **data: object) -> str:
    """A text of ``texts/policy.yaml``."""
    return say(lang, f"policy.{key}", **data)


def group(name: str) -> str:
    """The heading a parameter stands under."""
    return next((key for key, heads in GROUPS.items() if name.startswith(heads)), "other")


def parameter_name(name: str, lang: Lang) -> str:
    """The readable name of a parameter, or of a promise of ours."""
    return say(lang, f"rules.{name}" if name.startswith(PROMISE) else f"parameters.{name}")


@cache
def place_name(code: str, lang: Lang) -> str:
    """The name of a province or pooling area, or the nation's."""
    if code == NATION:
        return {"zh": "全国", "en": "nation"}[lang]
    found = next((row for row in areas().divisions() if row.code == code and row.until_year is None), None)
    if found is not None:
        short = found.short_name if found.level is not Level.COUNTY else found.name
        return short if lang == "zh" else found.name_en
    pool = areas().pool(code)
    return pool.name if lang == "zh" else pool.name_en


def value_words(value: Value | None, parameter: Parameter, lang: Lang) -> str:
    """A value as people read it, with its unit."""
    if isinstance(value, Bound | Decimal) or type(value) is int:
        return say_counted(lang, f"policy.unit.{parameter.unit}", value=_amount(value, parameter, lang))
    if value is None or isinstance(value, bool):
        return word(lang, {None: "not_known", True: "said_yes", False: "said_no"}[value])
    if isinstance(value, Text):
        return text_words(value, lang)
    words = value if isinstance(value, tuple) else (str(value),)
    return ("、" if lang == "zh" else ", ").join(_word(each, parameter, lang) for each in words)


def text_words(text: Text, lang: Lang) -> str:
    """Words of a document in the reader's language; as they stand where nobody has put them into it; none where there are none."""
    chosen = (text.zh, text.en) if lang == "zh" else (text.en, text.zh)
    return next((each for each in chosen if each), "")


def _amount(value: Bound | Number, parameter: Parameter, lang: Lang) -> str:
    return _bound(value, parameter, lang) if isinstance(value, Bound) else _number(value, parameter)


def _bound(value: Bound, parameter: Parameter, lang: Lang) -> str:
    low, high = (None if end is None else _number(end, parameter) for end in (value.low, value.high))
    if low is None:
        return word(lang, "at_most", value=high)
    return word(lang, "at_least", value=low) if high is None else word(lang, "from_to", low=low, high=high)


def _number(value: int | Decimal, parameter: Parameter) -> str:
    if parameter.unit in SHARES:
        return f"{(Decimal(value) * 100).normalize():f} %"
    return f"{value:,.2f}" if parameter.unit in MONEY else str(value)


def _word(said: str, parameter: Parameter, lang: Lang) -> str:
    if parameter.kind == "areas":
        return place_name(said, lang)
    return word(lang, f"word.{said}") if f"word.{said}" in catalogue("policy") else said


def scope_words(scope: Scope, lang: Lang) -> str:
    """Whom a record is about; empty for everybody."""
    said = [_wanted(axis, wanted, lang) for axis, wanted in scope.items()]
    return ("，" if lang == "zh" else ", ").join(said)


def _wanted(axis: str, wanted: Wanted, lang: Lang) -> str:
    if isinstance(wanted, Span):
        return word(lang, f"axis.{axis}", range=_range(wanted, lang))
    words = (wanted,) if isinstance(wanted, str) else wanted
    return ("、" if lang == "zh" else ", ").join(_axis_word(axis, each, lang) for each in words)


def _axis_word(axis: str, said: str, lang: Lang) -> str:
    """A word of an axis; some say something else on their axis than as a value."""
    own = f"word.{axis}.{said}"
    return word(lang, own if own in catalogue("policy") else f"word.{said}")


def _range(span: Span, lang: Lang) -> str:
    days = isinstance(span.low, date) or isinstance(span.high, date)
    if span.high is None:
        return word(lang, "range.from" if days else "range.at_least", low=span.low)
    if span.low is None:
        return word(lang, "range.until" if days else "range.at_most", high=span.high)
    return word(lang, "range.both", low=span.low, high=span.high)


def days_words(fact: Fact, lang: Lang) -> str:
    """From when to when a record holds; a start nobody stated is said to be none."""
    if not fact.start_known:
        if fact.until is not None:
            return word(lang, "until_start_not_known", until=fact.until)
        return word(lang, "start_not_known", start=fact.start)
    if fact.until is None:
        return word(lang, "since", start=fact.start)
    return word(lang, "between", start=fact.start, until=fact.until)


def source_words(keys: tuple[str, ...], lang: Lang) -> str:
    """The documents of a record, best first, each with how it was seen."""
    said = [source_title(key, lang) for key in keys]
    return ("；" if lang == "zh" else "; ").join(said) or word(lang, "no_source")


def source_title(key: str, lang: Lang) -> str:
    """A document's title and number, and how its text was seen."""
    source = shipped_sources()[key]
    title = f"{source.titles[lang]} {source.number}" if source.number else source.titles[lang]
    seen = word(lang, f"seen.{source.seen}")
    return f"{title}（{seen}）" if lang == "zh" else f"{title} ({seen})"


def rival_words(rival: Rival, parameter: Parameter, lang: Lang) -> str:
    """A value seen elsewhere and why it is not used."""
    parts = [value_words(rival.value, parameter, lang), scope_words(rival.scope, lang)]
    sure = word(lang, f"confidence.{rival.confidence.value}")
    whom = source_title(rival.source, lang)
    return " · ".join([*(part for part in parts if part), sure, whom, text_words(rival.why, lang)])


def marks(fact: Fact, lang: Lang) -> list[str]:
    """What must not be overlooked: a status beside "in force", and a withdrawal."""
    said = [] if fact.status is FactStatus.IN_FORCE else [word(lang, f"status.{fact.status.value}")]
    return (
        said
        if fact.withdrawn is None
        else [*said, word(lang, "withdrawn", day=fact.withdrawn, why=fact.withdrawn_why)]
    )


def channel_words(channel: RegisteredChannel, lang: Lang) -> list[str]:
    """A channel: its name and kind, what it is for, whom it belongs to, its path and when it was tried."""
    name = channel.name.zh if lang == "zh" else channel.name.en
    purposes = ("、" if lang == "zh" else ", ").join(word(lang, f"purpose.{one}") for one in channel.purposes)
    tried = (
        word(lang, "not_checked")
        if channel.checked_on is None
        else word(lang, "checked_on", day=channel.checked_on)
    )
    path = (channel.path.zh if lang == "zh" else channel.path.en) if channel.path else None
    kind, trust = word(lang, f"kind.{channel.kind.value}"), word(lang, f"trust.{channel.trust.value}")
    head = " · ".join([f"{name}", kind, purposes, trust, tried])
    return [head, *([path] if path else []), *([channel.note] if channel.note else [])]


def held_lines(parameter: Parameter, held: Held, code: str, speaks: Lang) -> list[str]:
    """A record as it answers in a place, with its sources, note and rivals beneath."""
    fact = held.fact
    sure = word(speaks, f"confidence.{held.confidence.value}")
    taken = [] if held.place == code else [word(speaks, "from_place", place=place_name(held.place, speaks))]
    about = [days_words(fact, speaks), sure, *taken, *marks(fact, speaks)]
    return [
        f"  {title_words(parameter, fact, speaks)}{value_words(fact.value, parameter, speaks)} · {' · '.join(about)}",
        *_beneath(parameter, fact, speaks),
    ]


def title_words(parameter: Parameter, fact: Fact, speaks: Lang) -> str:
    """The name of a parameter and whom a record is about, ready for its value."""
    name, whom = parameter_name(parameter.name, speaks), scope_words(fact.scope, speaks)
    if speaks == "zh":
        return f"{name}（{whom}）：" if whom else f"{name}："
    return f"{name} ({whom}): " if whom else f"{name}: "


def _beneath(parameter: Parameter, fact: Fact, speaks: Lang) -> list[str]:
    said = [(word(speaks, "source"), source_words(fact.sources, speaks))] if fact.sources else []
    said += [(word(speaks, "note"), fact.note)] if fact.note else []
    said += [(word(speaks, "rival"), rival_words(rival, parameter, speaks)) for rival in fact.rivals]
    return [f"      {head}{'：' if speaks == 'zh' else ': '}{text}" for head, text in said]


def ended_line(parameter: Parameter, fact: Fact, speaks: Lang) -> str:
    """A value that ran out: shown as last known."""
    value = value_words(fact.value, parameter, speaks)
    return (
        f"  {title_words(parameter, fact, speaks)}{word(speaks, 'last_known', value=value, until=fact.until)}"
    )


def record_lines(parameter: Parameter, fact: Fact, speaks: Lang) -> list[str]:
    """A record by itself: days, group, value, certainty, place, and when we wrote it down."""
    whom = scope_words(fact.scope, speaks)
    parts = [days_words(fact, speaks), *([whom] if whom else []), value_words(fact.value, parameter, speaks)]
    parts += [
        word(speaks, f"confidence.{fact.confidence.value}"),
        place_name(fact.area, speaks),
        *marks(fact, speaks),
    ]
    return [
        f"  {' · '.join([*parts, word(speaks, 'known_from', known=fact.known_since)])}",
        *_beneath(parameter, fact, speaks),
    ]

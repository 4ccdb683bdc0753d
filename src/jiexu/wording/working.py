"""Lines of a calculation as people read them: figures with their units, the articles and facts beneath."""

from __future__ import annotations

from decimal import Decimal

from jiexu.gateways.policyfiles.facts import cite
from jiexu.rules.between import Between
from jiexu.rules.facts import Bound
from jiexu.rules.policy import Policy
from jiexu.rules.working import Figure, Line, Rounding, Shown, Unit
from jiexu.texts import Lang, catalogue, say, say_counted
from jiexu.values.money import format_yuan
from jiexu.wording.policy import days_words, place_name, source_words, title_words, value_words
from jiexu.wording.policy import word as policy_word


def figure_words(figure: Figure, lang: Lang) -> str:
    """A figure with its unit: ``10 working days``, ``0.05 %``, ``between 4 and 5 months``."""
    if figure.unit is Unit.WORD:
        return say(lang, f"working.word.{figure.value}")
    if figure.unit is Unit.AGE:
        years, months = divmod(int(str(figure.value)), 12)
        key = "working.unit.age" if months else "working.unit.age_whole"
        return say_counted(lang, key, years=years, months=months)
    if figure.unit is Unit.AREA:
        return place_name(str(figure.value), lang)
    limits = isinstance(figure.value, Bound | Between)
    said = _limits(figure, lang) if limits else _written(figure.value, figure.unit)
    return say_counted(lang, f"working.unit.{figure.unit.value}", value=said)


def _limits(figure: Figure, lang: Lang) -> str:
    assert isinstance(figure.value, Bound | Between)  # noqa: S101 - asked just before
    low, high = (
        None if end is None else _written(end, figure.unit) for end in (figure.value.low, figure.value.high)
    )
    if low is None:
        return policy_word(lang, "at_most", value=high)
    return (
        policy_word(lang, "at_least", value=low)
        if high is None
        else policy_word(lang, "from_to", low=low, high=high)
    )


def _written(value: Shown, unit: Unit) -> str:
    if unit is Unit.FEN:
        return format_yuan(int(str(value)))
    if unit is Unit.SHARE:
        return f"{(Decimal(str(value)) * 100).normalize():f} %"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def sentence(line: Line, lang: Lang) -> str:
    """The sentence of a line, its places filled; where a rule speaks, its outcome's own sentence."""
    said = {name: figure_words(figure, lang) for name, figure in line.figures.items()}
    topic = "outcomes" if line.key in catalogue("outcomes") else "working"
    return say(lang, f"{topic}.{line.key}", **said)


def grounds(line: Line, policy: Policy, lang: Lang) -> list[str]:
    """What a line rests on: how it was rounded, its articles, and each fact with value, place, days and source."""
    found = (
        []
        if line.rounding is Rounding.EXACT
        else [say(lang, f"working.rounding.{Rounding(line.rounding).value}")]
    )
    found += [cite(lang, article) for article in line.articles]
    return [*found, *(fact_words(policy, fact_id, lang) for fact_id in line.facts)]


def fact_words(policy: Policy, fact_id: str, lang: Lang) -> str:
    """A policy record in one line: what it is, its value, where and since when, how sure, and by which documents."""
    fact = policy.fact(fact_id)
    parameter = policy.parameters[fact.parameter]
    value = value_words(fact.value, parameter, lang)
    about = [
        place_name(fact.area, lang),
        days_words(fact, lang),
        policy_word(lang, f"confidence.{fact.confidence.value}"),
        source_words(fact.sources, lang),
    ]
    return f"{title_words(parameter, fact, lang)}{value} · {' · '.join(about)}"

"""What was measured of the rules: as JSON under names that stay, and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jiexu.bench.machine import here
from jiexu.bench.rules import RulesMeasured, Timed
from jiexu.texts import Lang, say

NAMED = (
    ("decision", "rules_decision"),
    ("openfisca", "rules_openfisca"),
    ("openfisca_traced", "rules_traced"),
    ("guide", "rules_guide"),
)


def rules_json(measured: RulesMeasured) -> dict[str, Any]:
    """The whole measurement; null where OpenFisca is not installed."""
    return {
        "ratio": _rounded(measured.ratio, 1),
        "people": measured.people,
        "seed": measured.seed,
        "policy_load_seconds": round(measured.load_seconds, 3),
        "decision": _timed(measured.decisions),
        "guide": _timed(measured.guides),
        "openfisca": _timed(measured.theirs),
        "openfisca_traced": _timed(measured.traced),
        "openfisca_versions": measured.versions or None,
        "population": measured.population,
        "population_per_second": round(measured.population_per_second),
        "machine": here(),
    }


def rules_lines(measured: RulesMeasured, lang: Lang) -> Iterator[str]:
    """The same for people: the ratio first."""
    told = rules_json(measured)

    def text(key: str, **data: object) -> str:
        return say(lang, f"bench.{key}", **data)

    yield text("rules_head", people=told["people"], seed=told["seed"])
    yield text("rules_machine", **told["machine"])
    if told["ratio"] is None:
        yield text("rules_alone")
    else:
        core, template = told["openfisca_versions"].values()
        yield text("rules_ratio", ratio=told["ratio"], core=core, template=template)
    for name, key in NAMED:
        if told[name]:
            yield text(key, **told[name])
    yield text("rules_population", people=told["population"], per_second=told["population_per_second"])
    yield text("rules_load", seconds=told["policy_load_seconds"])


def _timed(timed: Timed | None) -> dict[str, float] | None:
    if timed is None:
        return None
    return {
        "per_second": round(timed.per_second),
        "p50_us": round(timed.us(50), 1),
        "p99_us": round(timed.us(99), 1),
    }


def _rounded(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)

"""Service figures in words."""

from __future__ import annotations

from jiexu.texts import Lang, say
from jiexu.usecases.figures import Leg, ServiceFigures
from jiexu.wording.policy import place_name


def share(leg: Leg) -> str:
    """Of how many on time: ``93.3 %``."""
    return "–" if not leg.n or leg.on_time is None else f"{100 * leg.on_time / leg.n:.1f} %"


def figure_lines(found: ServiceFigures, lang: Lang) -> list[str]:
    """Every leg and every pair that is told apart, one a line."""

    def word(key: str, **data: object) -> str:
        return say(lang, f"pages_service.{key}", **data)

    lines = [word("as_of", day=found.day, n=found.cases)]
    for leg in found.legs:
        said = [word(f"leg_{leg.name}"), word("n", n=leg.n)]
        if leg.on_time is not None:
            said.append(word("on_time", share=share(leg), on_time=leg.on_time, n=leg.n))
        if leg.median is not None:
            said.append(word("days", median=leg.median, most=leg.most))
        lines.append("  " + " · ".join(said))
    for pair in found.pairs:
        route = f"{place_name(pair.origin, lang)} → {place_name(pair.destination, lang)}"
        lines.append(f"  {route} · {word('n', n=pair.n)} · {word('record_days', n=pair.record)}")
    if found.few:
        lines.append("  " + word("few", n=found.few, pairs=found.few_pairs, smallest=found.smallest))
    return lines

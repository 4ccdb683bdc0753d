"""What became of every fact of an import, in numbers that add up and reasons that can be read."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from import_reading import Heard, meant_by
from import_writing import flow

if TYPE_CHECKING:
    from import_regions import Import

BY_HAND = "by hand"


def report(run: Import) -> str:
    """What became of every fact, in numbers that add up and reasons that can be read."""
    counts = Counter(run.outcomes[heard.line] for heard in run.notes.facts)
    records = sum(len(held) for held in run.written.values())
    rivals = sum(len(record.get("rival", ())) for held in run.written.values() for record in held)
    unknown = sum(record["value"] == "unknown" for held in run.written.values() for record in held)
    head = [
        "# What became of the research notes\n",
        "Written by `tools/import_regions.py`; how it decides stands in [decision 20](decisions/0020-policy-import.md). Lines are those of `regions.yaml`, rows those of its errata.\n",
        f"Facts in: **{len(run.notes.facts)}** = {counts['record']} in records + {counts[BY_HAND]} in records written by hand + {counts['rival']} kept as rivals + {counts['dropped']} dropped.\n",
        f"Out: **{records}** records in {len({area for area, _ in run.written})} files, {unknown} of them saying that a value is unknown, with {rivals} rivals; {len(run.channels)} channels; {len(run.cited)} pages cited.\n",
        "Nothing in the notes is a fact about which places are pooling areas: that map is kept in `policy/areas`. The 41 claims of popular articles are no policy either; where they give a value it is a rival.\n",
    ]
    return "\n".join([*head, *_dropped(run), *_rivals(run), *_rows(run)])


def _dropped(run: Import) -> list[str]:
    groups: dict[str, list[Heard]] = defaultdict(list)
    for heard in run.notes.facts:
        if run.outcomes[heard.line] == "dropped":
            groups[run.reasons[heard.line]].append(heard)
    lines = ["## Dropped, and why\n", "| why | facts | lines |", "|---|---|---|"]
    for why, held in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        lines.append(f"| {why} | {len(held)} | {_lines(held)} |")
    return [*lines, ""]


def _rivals(run: Import) -> list[str]:
    lines = [
        "## Kept as rivals\n",
        "| area | parameter of the notes | line | value | source |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {heard.area} | {heard.leaf} | {heard.line} | {_cell(heard.value)} | {heard.sources[0]} |"
        for heard in run.notes.facts
        if run.outcomes[heard.line] == "rival"
    ]
    return [*lines, ""]


def _rows(run: Import) -> list[str]:
    lines = ["## Errata rows applied\n", "| row | area | lines | decision |", "|---|---|---|---|"]
    areas = {heard.line: heard.area for heard in run.notes.facts}
    for decided in run.decisions:
        meant = meant_by(decided, run.notes)
        where = decided.area or ", ".join(sorted({areas[line] for line in meant})[:8])
        lines.append(f"| {decided.row} | {where} | {', '.join(map(str, meant)) or '–'} | {decided.why} |")
    lines.append(
        "| 28, 54, 60, 65, 67, 69–71, 74–81, 83, 84 | all | – | rules of `tools/import_leaves.py` and `import_settling.py`, each named there |"
    )
    return [*lines, ""]


def _lines(held: list[Heard]) -> str:
    return ", ".join(str(heard.line) for heard in held)


def _cell(value: Any) -> str:
    return flow(value).replace("|", "/")

"""Make ``policy/imported/`` from the research notes on areas, and say what became of each fact.

    python tools/import_regions.py path/to/notes [--policy policy] [--report docs/policy-import.md]

The folder of notes holds ``regions.yaml``. Decisions about its mistakes stand in ``import_errata.yaml`` beside this
file, each with its row of the errata; names of channels in ``import_channels.yaml``. The same input always gives
the same bytes. Files people wrote (``policy/<code>.yaml``) are never touched: where one of them records a
parameter of an area, that parameter is not imported there.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from import_leaves import Draft, Dropped, drafts_of, wordings
from import_pages import sources_of
from import_reading import NATION, Decided, Heard, Notes, changed, meant_by, read_decisions, read_notes
from import_report import BY_HAND, report
from import_settling import KNOWN_SINCE, Rules, settle
from import_writing import area_file, flow, keyed_file

HERE = Path(__file__).parent
SAME_AS_PROVINCE = re.compile(
    r"ee\.(retire|rate|base|flex|large).*|resident\.annual_premium|agency\.online|lapse\..*"
)
Key = tuple[str, str]


@dataclass
class Import:
    """An import on its way: drafts by parameter and area, and what became of each line."""

    notes: Notes
    decisions: list[Decided]
    known: dict[str, Any]
    axes: dict[str, list[str]]
    by_hand: set[Key]
    hand_text: str
    drafts: dict[Key, list[Draft]] = field(default_factory=lambda: defaultdict(list))
    written: dict[Key, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    outcomes: dict[int, str] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    decided: set[int] = field(default_factory=set)
    open_questions: list[str] = field(default_factory=list)

    @property
    def cited(self) -> dict[str, dict[str, Any]]:
        """Only the pages that a record, a rival or a channel names."""
        text = flow([*self.written.values(), *self.channels.values()]) + self.hand_text
        return {key: source for key, source in sources_of(self.notes).items() if key in text}


def main() -> int:
    """Reads, settles, writes, reports."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("notes", type=Path, help="folder that holds regions.yaml")
    asked.add_argument("--policy", type=Path, default=HERE.parent / "policy")
    asked.add_argument("--decisions", type=Path, default=HERE / "import_errata.yaml")
    asked.add_argument("--report", type=Path, default=HERE.parent / "docs" / "policy-import.md")
    given = asked.parse_args()
    run = prepare(given.notes / "regions.yaml", given.policy, given.decisions)
    decide(run)
    draft(run)
    settle_all(run)
    if run.open_questions:
        sys.exit("Not decided:\n" + "\n".join(run.open_questions))
    write(run, given.policy / "imported")
    said = report(run)
    given.report.write_text(said, encoding="utf-8")
    print(said.split("\n## ")[0])
    return 0


def prepare(notes: Path, policy: Path, decisions: Path) -> Import:
    """Everything the import reads."""
    axes = yaml.safe_load((policy / "axes.yaml").read_text(encoding="utf-8"))
    return Import(
        notes=read_notes(notes),
        decisions=read_decisions(decisions),
        known=yaml.safe_load((policy / "parameters.yaml").read_text(encoding="utf-8")),
        axes={name: one["words"] for name, one in axes.items() if "words" in one},
        by_hand=set(_by_hand(policy)),
        hand_text="".join(file.read_text(encoding="utf-8") for file in _hand_files(policy)),
    )


def _by_hand(policy: Path) -> list[Key]:
    """What people recorded as the notes were written, and the channels they wrote down, by their English names.

    What they learnt later succeeds the notes, which stay.
    """
    loaded = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in _hand_files(policy)]
    channels = yaml.safe_load((policy / "channels.yaml").read_text(encoding="utf-8"))
    return [(str(one["area"]), one["name"]["en"]) for one in channels.values()] + [
        (str(one["area"]), parameter)
        for one in loaded
        for parameter, records in (one.get("records") or {}).items()
        if any(record["known_since"] <= KNOWN_SINCE for record in records)
    ]


def _hand_files(policy: Path) -> list[Path]:
    return [file for file in (policy / "nation.yaml", *sorted(policy.glob("[0-9]*.yaml"))) if file.exists()]


def decide(run: Import) -> None:
    """Lays the errata's decisions over the facts; their records wait as drafts beside those of the facts."""
    lines = {heard.line: heard for heard in run.notes.facts}
    for decided in run.decisions:
        for line in meant_by(decided, run.notes):
            if line not in lines:
                sys.exit(f"errata row {decided.row}: line {line} holds no fact")
            run.decided.add(line)
            if decided.change is not None:
                lines[line] = changed(lines[line], decided.change)
            else:
                run.outcomes[line] = _outcome(decided)
                run.reasons[line] = f"row {decided.row}: {decided.why}"
        for parameter, records in (decided.records or {}).items():
            run.drafts[decided.area, parameter] += [
                _decided_draft(decided.area, parameter, one) for one in records
            ]
    run.notes.facts[:] = [lines[heard.line] for heard in run.notes.facts]


def _outcome(decided: Decided) -> str:
    if decided.drop:
        return "dropped"
    return "rival" if decided.rival else BY_HAND if decided.by_hand else "record"


def _decided_draft(area: str, parameter: str, one: dict[str, Any]) -> Draft:
    start = one["from"]
    return Draft(
        parameter=parameter,
        area=area,
        value=one["value"],
        scope=one.get("scope", {}),
        start=None if start == "unknown" else start,
        until=one["until"],
        sources=list(one["source"]),
        confidence=one["confidence"],
        note=one.get("note", ""),
        status=one.get("status", ""),
        reach=one.get("reach", ""),
        rivals=list(one.get("rival", [])),
    )


def draft(run: Import) -> None:
    """Turns each fact no decision spoke for into drafts, or drops it with the reason."""
    provinces = {
        (heard.area, heard.leaf, repr(heard.value), heard.sources[0])
        for heard in run.notes.facts
        if heard.area.endswith("0000") and run.outcomes.get(heard.line) != "dropped"
    }
    for heard in run.notes.facts:
        if heard.line in run.outcomes:
            continue
        if heard.area == NATION and heard.leaf != "agency.online":
            run.open_questions.append(f"line {heard.line}: a national fact needs a decision ({heard.leaf})")
            continue
        try:
            if heard.leaf == "agency.online":
                _draft_channels(run, heard, provinces)
                continue
            if heard.line not in run.decided:
                _refuse_copies(heard, provinces)
            for made in drafts_of(heard):
                run.drafts[made.area, made.parameter].append(made)
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as trouble:
            run.open_questions.append(
                f"line {heard.line}: {heard.leaf} {heard.value!r} is not understood ({trouble!r})"
            )
        except Dropped as reason:
            run.outcomes[heard.line], run.reasons[heard.line] = "dropped", str(reason)


def _refuse_copies(heard: Heard, provinces: set[tuple[str, str, str, str]]) -> None:
    province = heard.area[:2] + "0000"
    if heard.area in {NATION, province} or not SAME_AS_PROVINCE.fullmatch(heard.leaf):
        return
    if (province, heard.leaf, repr(heard.value), heard.sources[0]) in provinces:
        raise Dropped("row 71: the province's figure and source repeated for a city")
    if heard.area in {"460100", "640100"}:
        raise Dropped("row 30: the province is the pooling area, the city is not")


def _draft_channels(run: Import, heard: Heard, provinces: set[tuple[str, str, str, str]]) -> None:
    _refuse_copies(heard, provinces)
    for said in heard.value:
        known = channel_names()[said]
        if (heard.area, known["en"]) in run.by_hand:
            continue
        key = f"{heard.area}-{known['id']}"
        run.channels.setdefault(key, {
            "area": heard.area, "name": {"zh": known["zh"], "en": known["en"]}, "kind": known["kind"],
            "trust": known["trust"], "for": known["for"], "path": known.get("path"), "checked_on": "not checked",
            "source": [], "known_since": KNOWN_SINCE, "confidence": heard.confidence,
        })["source"] += heard.sources  # fmt: skip
    run.outcomes[heard.line] = "record"


@cache
def channel_names() -> dict[str, dict[str, Any]]:
    """How the notes name channels → what each is."""
    names: dict[str, dict[str, Any]] = yaml.safe_load(
        (HERE / "import_channels.yaml").read_text(encoding="utf-8")
    )
    return names


def settle_all(run: Import) -> None:
    """Settles each parameter of each area, but what people recorded themselves."""
    published, weak = {}, set()
    for key, source in sources_of(run.notes).items():
        published[key] = source["published"]
        if source["seen"] in {"farm", "memory", "article"}:
            weak.add(key)
    for (area, parameter), held in sorted(run.drafts.items()):
        if (area, parameter) in run.by_hand:
            for each in held:
                run.outcomes.setdefault(each.line, BY_HAND)
            continue
        rules = Rules("cycle" in run.known[parameter], _axes(run, parameter), published, frozenset(weak))
        settled = settle(held, rules)
        run.open_questions += settled.open_questions
        for line, outcome in settled.outcomes.items():
            if line and run.outcomes.get(line) != "record":
                run.outcomes[line] = outcome
        run.written[area, parameter] += [_record(run, each) for each in settled.records]


def _axes(run: Import, parameter: str) -> dict[str, list[str]]:
    allowed = run.known[parameter].get("scope", [])
    return {name: words for name, words in run.axes.items() if name in allowed}


def _record(run: Import, made: Draft) -> dict[str, Any]:
    unit = run.known[made.parameter].get("unit")
    binding = made.parameter in BINDING.get(made.area, ()) and "joined" not in made.scope
    optional = {
        "scope": made.scope or None,
        "status": made.status or None,
        "reach": made.reach or ("whole_province" if binding or made.value == "whole" else None),
        "note": made.note or None,
        "rival": [_rival(run, made, rival) for rival in made.rivals] or None,
    }
    return {
        "value": made.value,
        **({"unit": unit} if unit and made.value != "unknown" else {}),
        "from": made.start or "unknown",
        "until": made.until,
        **({"scope": optional.pop("scope")} if made.scope else {}),
        "source": made.sources,
        **({"published": made.published} if made.published else {}),
        "known_since": KNOWN_SINCE,
        "confidence": made.confidence,
        **{key: value for key, value in optional.items() if value},
    }


def _rival(run: Import, made: Draft, rival: dict[str, Any]) -> dict[str, Any]:
    """A value not used, its reason put into both languages."""
    why = wordings().get(rival["why"])
    if why is None:
        run.open_questions.append(
            f"{made.area} {made.parameter}: {rival['why']!r} is said in one language; put it into import_texts.yaml"
        )
    return {key: value for key, value in {**rival, "why": why}.items() if value not in ({}, None)}


BASES = ("ee.base.wage", "ee.base.lower", "ee.base.upper")
BINDING: dict[str, tuple[str, ...]] = {
    "320000": ("ee.retire.total_years",),
    "440000": ("ee.retire.total_years", "ee.retire.local_years"),
    "370000": ("ee.retire.total_years",),
    "210000": ("ee.retire.total_years", "ee.retire.local_years"),
    "220000": BASES,
    "450000": BASES,
}
"""Provinces whose documents bind every pool in them, and for what: elsewhere a province speaks for its own fund."""


def write(run: Import, folder: Path) -> None:
    """Writes one file an area; a file whose area has nothing any more is removed."""
    folder.mkdir(exist_ok=True)
    names = area_names(folder.parent)
    by_area: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    order = {name: place for place, name in enumerate(run.known)}
    for area, parameter in sorted(run.written, key=lambda key: (key[0], order[key[1]])):
        by_area[area][parameter] = run.written[area, parameter]
    files = {f"{area}.yaml": area_file(area, names[area], records) for area, records in by_area.items()}
    files["channels.yaml"] = keyed_file(dict(sorted(run.channels.items())))
    files["sources.yaml"] = keyed_file(run.cited)
    for old in folder.glob("*.yaml"):
        if old.name not in files:
            old.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def area_names(policy: Path) -> dict[str, str]:
    """Names of the areas as the table of divisions has them."""
    with (policy / "areas" / "divisions.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {row["code"]: row["name"] for row in csv.DictReader(file) if not row["until_year"]}
    return {**names, NATION: "全国", "419900": "河南省本级", "660000": "新疆生产建设兵团"}


if __name__ == "__main__":
    sys.exit(main())

"""What happened, in the order in which it could happen: the steps of both files woven into one line.

Each agency numbers its own steps; what ties the two together are the messages: a step that received one comes after
the step that sent it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from jiexu.exchange.payloads import MessageType
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Fact
from jiexu.usecases.reading.parts import Answers, Part, Parts, Rows
from jiexu.usecases.reading.reader import Look
from jiexu.usecases.reading.shown import CaseRow, Place

QUIET = frozenset({"Receipted", *(kind.value for kind in MessageType)})
"""Steps that only hear or confirm something; shown where they told, decided or sent something."""


@dataclass(frozen=True, slots=True)
class FactUsed:
    """A policy record a decision rests on; ``fact`` is None where this version of the policy no longer holds it.

    Two are the same where their names are: a record is never edited.
    """

    id: str
    fact: Fact | None = field(compare=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """One decision as it was stored. ``articles``: references such as ``sil:32``; ``inputs``: name and plain value."""

    rule: str
    outcome: str
    articles: tuple[str, ...]
    facts: tuple[FactUsed, ...]
    inputs: tuple[tuple[str, Any], ...]
    confidence: Confidence
    basis: str
    refusals: tuple[str, ...]
    decided_on: date
    digest: str
    engine: str
    same_policy: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """One step: the event, what the person was told, which messages went out."""

    event: str
    told: tuple[tuple[str, Mapping[str, Any]], ...]
    sent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What one agency did on one day without the other in between. ``side``: origin or destination."""

    day: date
    side: str
    place: Place
    happenings: tuple[Happening, ...]
    reasons: tuple[Reason, ...]

    @property
    def told(self) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Every notice of the entry."""
        return tuple(told for happening in self.happenings for told in happening.told)

    @property
    def sent(self) -> tuple[str, ...]:
        """Types of the messages that went out."""
        return tuple(kind for happening in self.happenings for kind in happening.sent)

    @property
    def weakest(self) -> Confidence:
        return min(
            (reason.confidence for reason in self.reasons), key=lambda one: one.rank, default=Confidence.HIGH
        )


@dataclass(slots=True)
class _Step:
    agency: str
    version: int
    event: str
    day: date
    told: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    sent: list[tuple[int, str]] = field(default_factory=list)
    received: list[int] = field(default_factory=list)

    @property
    def is_quiet(self) -> bool:
        return self.event in QUIET and not (self.told or self.reasons or self.sent)


def entries(look: Look, row: CaseRow, answers: Answers) -> tuple[Entry, ...]:
    """The whole way of a case so far, oldest first. ``answers``: to ``STEPS``."""
    lanes = _lanes(answers)
    loud = [step for step in _told_once(_woven(lanes)) if not step.is_quiet]
    grouped = groupby(loud, key=lambda step: (step.day, step.agency))
    done = [_entry(look, row, day, agency, list(steps)) for (day, agency), steps in grouped]
    # What was handed over on a day stands after all that was done on it.
    handed = _handed(look, row, answers["handed"])
    return tuple(sorted([*done, *handed], key=lambda entry: entry.day)) if done else ()


# The agencies are named, because every index begins with them.
_HANGING = "FROM {} WHERE agency = ANY(ARRAY(SELECT agency FROM both_sides)) AND case_no = %(case)s ORDER BY agency, version, {}"
STEPS: Parts = {
    "steps": Part(
        "SELECT agency, version, event, day FROM journal WHERE agency = ANY(ARRAY(SELECT agency FROM both_sides)) AND kind = 'case' AND ref = %(case)s "
        "ORDER BY agency, seq",
        days=("day",),
    ),
    "notices": Part("SELECT agency, version, key, data " + _HANGING.format("notice", "ordinal")),
    "decisions": Part(
        "SELECT agency, version, convert_from(body, 'UTF8')::json AS body, decided_on, policy_digest, engine "
        + _HANGING.format("decision", "ordinal"),
        days=("decided_on",),
    ),
    "messages": Part("SELECT id, agency, version, sender, seq, type " + _HANGING.format("message", "seq")),
    "handed": Part(
        "SELECT agency, kind, number, whom, name, way, handed_on FROM paper_handed WHERE case_no = %(case)s "
        "ORDER BY handed_on, agency, kind, number, id",
        days=("handed_on",),
    ),
}
"""What was done about a case, and what hangs on it. A message that was exchanged stands once at either agency."""


def _handed(look: Look, row: CaseRow, rows: Rows) -> list[Entry]:
    """Documents put into somebody's hands: one entry an agency and day."""
    given = groupby(rows, key=lambda each: (each["handed_on"], each["agency"]))
    return [
        _entry(look, row, day, agency, [_handing(agency, day, list(each))]) for (day, agency), each in given
    ]


def _handing(agency: str, day: date, rows: Iterable[Mapping[str, Any]]) -> _Step:
    told = [
        (
            "paper_handed",
            {"paper": row["kind"], "number": row["number"], "name": row["name"], "whom": row["whom"], "by_way": row["way"]},
        )
        for row in rows
    ]  # fmt: skip
    return _Step(agency, 0, "PaperHanded", day, told=list(told))


def _told_once(steps: Iterable[_Step]) -> Iterable[_Step]:
    """Both agencies tell the person the same things; the first to say a sentence says it."""
    said: set[str] = set()
    for step in steps:
        sentences = [json.dumps(told, sort_keys=True) for told in step.told]
        step.told = [
            told for told, sentence in zip(step.told, sentences, strict=True) if sentence not in said
        ]
        said.update(sentences)
        yield step


def _entry(look: Look, row: CaseRow, day: date, agency: str, steps: list[_Step]) -> Entry:
    return Entry(
        day=day,
        side="origin" if agency == row.origin.code else "destination",
        place=look.place(agency),
        happenings=tuple(
            Happening(step.event, tuple(step.told), tuple(kind for _, kind in step.sent)) for step in steps
        ),
        reasons=tuple(reason for step in steps for reason in step.reasons),
    )


def _lanes(answers: Answers) -> dict[str, list[_Step]]:
    """The steps of each agency's file, in its own order, with everything that hangs on them."""
    steps = {
        (each["agency"], each["version"]): _Step(each["agency"], each["version"], each["event"], each["day"])
        for each in answers["steps"]
    }
    for each in answers["notices"]:
        steps[each["agency"], each["version"]].told.append((each["key"], each["data"]))
    for each in answers["decisions"]:
        steps[each["agency"], each["version"]].reasons.append(_reason(each))
    for message in answers["messages"]:
        step = steps.get((message["agency"], message["version"]))
        if step is not None and message["sender"] == message["agency"]:
            step.sent.append((message["seq"], message["type"]))
        elif step is not None:
            step.received.append(message["seq"])
    lanes = defaultdict(list)
    for step in steps.values():
        lanes[step.agency].append(step)
    return lanes


def _woven(lanes: Mapping[str, list[_Step]]) -> Iterable[_Step]:
    """Both lanes as one: a step waits for the messages it received; otherwise the earlier day, and whoever spoke last."""
    waiting = {agency: list(steps) for agency, steps in lanes.items() if steps}
    said: dict[str, int] = defaultdict(int)
    last = ""
    while waiting:
        heads = [steps[0] for steps in waiting.values()]
        heard = [step for step in heads if _has_heard(step, said, waiting)] or heads
        step = min(heard, key=lambda one: (one.day, one.agency != last, one.agency))
        waiting[step.agency].pop(0)
        if not waiting[step.agency]:
            del waiting[step.agency]
        said[step.agency] = max([said[step.agency], *(seq for seq, _ in step.sent)])
        last = step.agency
        yield step


def _has_heard(step: _Step, said: Mapping[str, int], waiting: Mapping[str, list[_Step]]) -> bool:
    """Whether every message the step received was sent in a step before it (or on another node)."""
    others = [agency for agency in waiting if agency != step.agency]
    return not step.received or not others or all(said[agency] >= max(step.received) for agency in others)


def _reason(row: Mapping[str, Any]) -> Reason:
    body, known = row["body"], _facts()
    return Reason(
        rule=body["rule"],
        outcome=body["outcome"],
        articles=tuple(body["articles"]),
        facts=tuple(FactUsed(name, known.get(name)) for name in dict.fromkeys(body["facts"])),
        inputs=tuple(sorted(body["inputs"].items())),
        confidence=Confidence(body["confidence"]),
        basis=body["basis"],
        refusals=tuple(body["refusals"]),
        decided_on=row["decided_on"],
        digest=row["policy_digest"],
        engine=row["engine"],
        same_policy=row["policy_digest"] == shipped_policy().digest,
    )


@cache
def _facts() -> dict[str, Fact]:
    return {fact.id: fact for facts in shipped_policy().facts.values() for fact in facts}

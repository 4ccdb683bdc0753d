"""A sentence of the guide before it is in any language: what it says, with which data, on what it rests, how sure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Basis, Confidence, Decision, weakest
from jiexu.rules.facts import Number, Text
from jiexu.rules.facts import Value as FactValue
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.values.month import Month


class Fen(int):
    """An amount in fen, shown in yuan."""

    __slots__ = ()


class AreaCode(str):
    """A pooling area, shown by its name."""

    __slots__ = ()


class Key(str):
    """Another text by its key, shown in the language of the sentence."""

    __slots__ = ()


class SourceKey(str):
    """A document of ``policy/sources.yaml``, shown by its title."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Worth:
    """A value of a parameter, shown with its unit. None: not known."""

    parameter: str
    value: FactValue | None


Datum = str | int | Number | date | Month | Text | Worth
Data = Mapping[str, Datum]
NOTHING: Data = {}


class DueKind(StrEnum):
    """Whose word a day is: the law's, an agency's promise, one that may still move, the person's own task, or none:
    the first day without cover."""

    LEGAL = "legal"
    PROMISE = "promise"
    PROVISIONAL = "provisional"
    OWN = "own"
    UNCOVERED = "uncovered"


@dataclass(frozen=True, slots=True)
class Due:
    """A day to keep in mind."""

    on: date
    kind: DueKind


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing the guide says.

    ``key``: of its text, ``topic.name``. ``data``: fills the places of the text. ``rule``: the rule it applies.
    ``articles`` and ``sources``: where it is written; ``facts``: the policy records it rests on. ``on``: the day the
    policy was read for. ``confidence``: the weakest link. ``due``: a day it names that belongs into a calendar.
    """

    key: str
    rule: str
    on: date
    data: Data = field(default_factory=dict)
    articles: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    confidence: Confidence = Confidence.HIGH
    basis: Basis = Basis.LAW
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """Makes sentences out of decisions, citing the documents behind every fact. ``on``: the day asked about."""

    policy: Policy
    on: date

    def tell(
        self,
        decision: Decision,
        key: str | None = None,
        data: Data = NOTHING,
        *,
        due: Due | None = None,
        also: Iterable[Found | Unknown] = (),
    ) -> Sentence:
        """The decision in a sentence of its own, or in the one named. ``also``: further facts it rests on."""
        more = tuple(also)
        facts = decision.facts + tuple(one for answer in more for one in answer.fact_ids)
        return Sentence(
            key=key or f"outcomes.{decision.rule}.{decision.outcome}",
            rule=decision.rule,
            on=self.on,
            data=data,
            articles=decision.articles,
            facts=facts,
            sources=self.sources(facts),
            confidence=weakest((decision.confidence, *(one.confidence for one in more)))
            if more
            else decision.confidence,
            basis=decision.basis,
            due=due,
        )

    def sources(self, facts: Iterable[str]) -> tuple[str, ...]:
        """Keys of the documents behind facts, each once."""
        fact = self.policy.fact
        return tuple(dict.fromkeys(source for one in facts for source in fact(one).sources))

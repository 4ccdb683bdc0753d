"""What a rule answers, and on what it rests.

Every rule of the law is a function that returns a ``Decision``: never a bare value. A decision is data that
can be stored, replayed byte for byte and rendered in any language later; it contains no text for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Plain = str | int | bool | None
"""What the inputs of a decision may hold: canonical JSON scalars. Dates and months are written as text."""


class Confidence(StrEnum):
    """How sure a fact or a rule is. The weakest link decides (design §2, promise 5)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for low, 2 for high."""
        return (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH).index(self)

    def lowered(self) -> Confidence:
        """One step weaker; low stays low."""
        return Confidence.MEDIUM if self is Confidence.HIGH else Confidence.LOW


HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
"""The members by themselves: reading one from its class costs more than comparing it, and every decision does."""


def weakest(links: Iterable[Confidence]) -> Confidence:
    """The weakest of the links; high where there are none."""
    seen = tuple(links)
    if LOW in seen:
        return LOW
    return MEDIUM if MEDIUM in seen else HIGH


class Basis(StrEnum):
    """What kind of ground a rule stands on. Inference and design are shown as such."""

    LAW = "law"
    INFERENCE = "inference"
    DESIGN = "design"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Decision:
    """One applied rule.

    ``rule``: the rule's id, as in R-019. ``outcome``: a word of the closed list of that rule.
    ``articles``: keys of the documents and articles the rule rests on. ``facts``: ids of the policy records
    used. ``inputs``: what was looked at, as canonical scalars. ``confidence``: the weakest link of rule and
    facts. ``refusals``: codes of the closed refusal list, empty unless the outcome refuses.
    """

    rule: str
    outcome: str
    articles: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    confidence: Confidence = Confidence.HIGH
    basis: Basis = Basis.LAW
    inputs: Mapping[str, Plain] = field(default_factory=dict)
    refusals: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The decision as it is stored and signed: ASCII keys, strings, integers, booleans, null."""
        return {
            "articles": list(self.articles),
            "basis": str(self.basis),
            "confidence": str(self.confidence),
            "facts": list(self.facts),
            "inputs": dict(self.inputs),
            "outcome": self.outcome,
            "refusals": list(self.refusals),
            "rule": self.rule,
        }

"""A rule as it is cited: id, articles, ground, how sure it is, the outcomes it can have, the date it asks for.

The rule stands directly above the function that applies it, so that an agency's reviewer can lay article and
code side by side. Articles are keys of ``policy/sources.yaml``, followed by ``:`` and the article's number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from jiexu.rules.decision import LOW, Basis, Confidence, Decision, Plain, weakest
from jiexu.rules.policy import Found, Unknown

NO_INPUTS: Mapping[str, Plain] = {}


class Anchor(StrEnum):
    """The date on which a rule reads the policy.

    ``month``: the first day of the month that is contributed for. ``coverage_year``: the first day of the year a
    resident is insured for. ``return_to_cover``: the day contributions are paid again after a gap.
    """

    APPLICATION = "application"
    ACCEPTANCE = "acceptance"
    EVENT = "event"
    MONTH = "month"
    COVERAGE_YEAR = "coverage_year"
    RETURN_TO_COVER = "return_to_cover"
    RETIREMENT = "retirement"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Rule:
    """One numbered rule.

    ``outcomes``: the closed list of words it may answer with. ``parameters``: every parameter of the policy it reads,
    so that rule and numbers can be shown together; a test holds it to them.
    """

    id: str
    anchored_on: Anchor
    outcomes: tuple[str, ...]
    articles: tuple[str, ...] = ()
    basis: Basis = Basis.LAW
    confidence: Confidence = Confidence.HIGH
    parameters: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The text key of the rule's name for people."""
        return f"rules.{self.id}"

    def decide(
        self,
        outcome: str,
        *,
        facts: Iterable[Found | Unknown] = (),
        inputs: Mapping[str, Plain] = NO_INPUTS,
        refusals: tuple[str, ...] = (),
        links: Iterable[Confidence] = (),
    ) -> Decision:
        """The decision of this rule: as sure as its weakest link, citing every fact looked up.

        A fact looked for and not known makes the decision low, and so does an answer that says so itself, whatever
        the rest is: nobody is sure of what is not known. Raises ValueError for a word outside the list.
        """
        if outcome not in self.outcomes:
            raise ValueError(
                f"{self.id} cannot answer {outcome!r}; its outcomes are {', '.join(self.outcomes)}."
            )
        looked_up = tuple(facts)
        ids = tuple([fact_id for fact in looked_up for fact_id in fact.fact_ids])
        if says_not_known(outcome):
            sure = LOW
        else:
            sure = weakest((self.confidence, *links, *[fact.confidence for fact in looked_up]))
        return Decision(self.id, outcome, self.articles, ids, sure, self.basis, inputs, refusals)


def says_not_known(outcome: str) -> bool:
    """Whether an outcome is a word for "not known", as ``NOT_KNOWN``, ``YEAR_UNKNOWN`` or ``NO_GROUND_KNOWN``."""
    return "KNOWN" in outcome and outcome != "KNOWN"


Entries = tuple[tuple[Rule, Callable[..., object]], ...]
"""What each module of rules contributes to the registry: its rules with the functions that apply them."""

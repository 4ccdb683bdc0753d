"""What the rules would answer to an application, asked before it is sent: every problem at once, and what is not known.

The same functions decide here that decide when the application is there, on the facts both agencies hold that day. It
starts nothing and promises nothing: each agency checks again, on its own facts, when the application has come.
"""

from __future__ import annotations

from dataclasses import dataclass

from jiexu.cases.opening import own_decisions
from jiexu.cases.states import Side
from jiexu.cases.step import Facts
from jiexu.rules.checks import applicant_check, refusal_codes, same_year, year_joined
from jiexu.rules.decision import Confidence, Decision
from jiexu.rules.edges import open_case
from jiexu.rules.inputs import Asked, PersonFacts
from jiexu.rules.money import MoneyDecision, MoneyMode, money_mode
from jiexu.rules.policy import Policy
from jiexu.rules.rule import says_not_known
from jiexu.rules.scope import classify

ASKED_ELSEWHERE = frozenset({"ASK_DESTINATION", "MANUAL", "LOCAL_LIST_TO_CHECK"})
"""Outcomes that leave the answer to somebody there, beside those that say it is not known."""
TOLD = frozenset(
    {
        "ENDS_WITH_TRANSFER",
        "MAY_BE_OFFSET",
        "REST_ONLY",
        "MONEY_WAITS",
        "BY_ANALOGY_MANUAL",
        "AGE_REACHED",
        "AGE_MAY_BE_REACHED",
        "DENIED",
        "NOT_REQUIRED",
        "USABLE_NOT_MOVED_NOT_CASHED",
    }
)
"""Outcomes that stop nothing and that a person should have read beforehand."""


@dataclass(frozen=True, slots=True)
class Beforehand:
    """``decisions``: every rule that was asked. ``problems``: codes that would refuse it, each once; none: it can be sent.

    ``money``: how the account money would travel, None where the origin's facts are not here. ``not_here``: the codes
    of the agencies whose facts are not on this node, so that what they would say is not known.
    """

    decisions: tuple[Decision, ...]
    problems: tuple[str, ...]
    money: MoneyDecision | None
    not_here: tuple[str, ...] = ()

    @property
    def not_known(self) -> tuple[Decision, ...]:
        """What no rule or fact here answers, and every refusal that is in doubt."""
        return tuple(
            each
            for each in self._every
            if says_not_known(each.outcome)
            or each.outcome in ASKED_ELSEWHERE
            or (each.refusals and each.confidence is Confidence.LOW)
        )

    @property
    def told(self) -> tuple[Decision, ...]:
        """What stops nothing and should be known."""
        return tuple(each for each in self._every if each.outcome in TOLD)

    @property
    def needs_account(self) -> bool:
        """Whether a rule pays the money to the person, so that their own account has to be asked for."""
        return self.money is not None and self.money.mode is MoneyMode.TO_PERSON

    @property
    def _every(self) -> tuple[Decision, ...]:
        every = (*self.decisions, *(self.money.decisions if self.money else ()))
        return tuple({(each.rule, each.outcome): each for each in every}.values())


def beforehand(
    asked: Asked, *, origin: Facts | None, destination: Facts | None, policy: Policy
) -> Beforehand:
    """All that would be decided about this application today. A side's ``Facts`` are None where it is not here.

    Where nothing has to move at all, no other reason is told: nobody shall stop cover for it.
    """
    scope, may_apply = classify(asked=asked, policy=policy), applicant_check(asked=asked, policy=policy)
    sides = [(Side.ORIGIN, origin), (Side.DESTINATION, destination)]
    standing = [
        open_case(other_case=facts.rival.case_no)
        for _, facts in sides
        if facts is not None and facts.rival is not None
    ]
    checks = [one for side, facts in sides if facts is not None for one in own_decisions(asked, side, facts)]
    if origin is not None and asked.between_residents:
        joined = None
        if destination is not None:
            joined = year_joined(asked=asked, person=destination.person, today=destination.today)
        checks += same_year(asked=asked, person=origin.person, joined=joined, policy=policy)
    problems = refusal_codes(scope) or refusal_codes([*may_apply, *standing[:1], *checks])
    person = origin.person if origin is not None else None
    return Beforehand(
        decisions=(*scope, *may_apply, *standing[:1], *checks),
        problems=problems,
        money=_money(asked, person, policy) if person is not None else None,
        not_here=tuple(
            code
            for code, facts in ((asked.origin, origin), (asked.destination, destination))
            if facts is None
        ),
    )


def _money(asked: Asked, person: PersonFacts, policy: Policy) -> MoneyDecision:
    return money_mode(asked=asked, person=person, policy=policy, on=asked.received_on)

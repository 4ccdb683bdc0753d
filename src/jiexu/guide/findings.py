"""What the rules find out about one case: each question is put to them once, however many topics speak of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cached_property
from typing import TypeVar, cast

from jiexu.guide.case import Case
from jiexu.guide.deadlines import Clocks, clocks_of
from jiexu.guide.money import Money, money_found
from jiexu.guide.move import arrears_found, destination_found, origin_found
from jiexu.guide.situation import Situation
from jiexu.rules.decision import Decision
from jiexu.rules.edges import R_090
from jiexu.rules.gaps import Lapse
from jiexu.rules.waiting import Cover, Return, cover_reasoned
from jiexu.rules.working import Reasoned

Answer = TypeVar("Answer")


class Findings:
    """The findings on a case, each worked out when it is first asked for and handed on to every topic.

    ``given`` is the same case with something else told. What the rules are asked there in the same words is not asked
    again: both share their answers, which nobody else sees and which end with the answer of the guide.
    """

    def __init__(self, case: Case, answers: dict[Hashable, object] | None = None) -> None:
        self.case = case
        self._answers = {} if answers is None else answers

    def given(self, told: Situation) -> Findings:
        """The findings if that were told."""
        return Findings(replace(self.case, told=told), self._answers)

    @cached_property
    def checks(self) -> tuple[Decision, ...]:
        """What both sides would find today, as far as the person told enough to say."""
        case, asked = self.case, self.case.asked
        if asked is None:
            return ()
        here, there = case.at_origin, case.at_destination
        found = (
            *self._once((asked, here, case.told.cover_year_there), lambda: origin_found(case, asked, here)),
            *self._once((asked, there), lambda: destination_found(case, asked, there)),
            *arrears_found(case),
        )
        # Insured in two places is said only of who is.
        return tuple(one for one in found if one.rule != R_090.id or case.is_joined)

    @cached_property
    def money(self) -> Money | None:
        """How the money travels and why; None while the schemes are not told."""
        case = self.case
        return self._once(("money", case.asked, case.told.balance_fen), lambda: money_found(case))

    @cached_property
    def clocks(self) -> Clocks | None:
        """The legal days; None where no rule or no calendar is known for them."""
        return clocks_of(self.case)

    def cover(self, lapse: Lapse, back: Return) -> Reasoned[Cover]:
        """The cover at the destination after a gap, for who comes back to it so."""
        place, policy = self.case.there.code, self.case.policy
        return self._once(
            (lapse, back), lambda: cover_reasoned(lapse=lapse, back=back, place=place, policy=policy)
        )

    def _once(self, question: Hashable, ask: Callable[[], Answer]) -> Answer:
        if question not in self._answers:
            self._answers[question] = ask()
        return cast("Answer", self._answers[question])

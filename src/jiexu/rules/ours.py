"""Rules of our own design, where no text was found. They carry names instead of numbers and are shown as ours."""

from __future__ import annotations

from jiexu.rules.decision import Basis, Decision
from jiexu.rules.rule import Anchor, Rule

CHECK_ANSWER = Rule("design.check_answer", Anchor.APPLICATION, ("POSITIVE", "NEGATIVE"), (), Basis.DESIGN)
WITHDRAWAL = Rule("design.withdrawal", Anchor.EVENT, ("CONSENTED", "ALREADY_ISSUED"), (), Basis.DESIGN)


def check_answer(*, refusals: tuple[str, ...]) -> Decision:
    """The signed answer of one side's check, as the opening side reads it."""
    return CHECK_ANSWER.decide("NEGATIVE" if refusals else "POSITIVE", refusals=refusals)


def withdrawal(*, granted: bool) -> Decision:
    """A withdrawal needs the other side's consent; an issued form is not taken back by a request that crossed it."""
    return WITHDRAWAL.decide("CONSENTED" if granted else "ALREADY_ISSUED")

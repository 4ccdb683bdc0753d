"""Rules of our own design, where no text was found. They carry names instead of numbers and are shown as ours."""

from __future__ import annotations

from jiexu.rules.decision import Basis, Decision
from jiexu.rules.rule import Anchor, Rule

WITHDRAWAL = Rule("design.withdrawal", Anchor.EVENT, ("CONSENTED", "ALREADY_ISSUED"), (), Basis.DESIGN)


def withdrawal(*, granted: bool) -> Decision:
    """A withdrawal needs the other side's consent; an issued form is not taken back by a request that crossed it."""
    return WITHDRAWAL.decide("CONSENTED" if granted else "ALREADY_ISSUED")

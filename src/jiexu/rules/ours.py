"""Rules of our own design, where no text was found. They carry names instead of numbers and are shown as ours."""

from __future__ import annotations

from jiexu.rules.decision import Basis, Decision
from jiexu.rules.rule import Anchor, Rule

WITHDRAWAL = Rule("design.withdrawal", Anchor.EVENT, ("CONSENTED", "ALREADY_ISSUED"), (), Basis.DESIGN)

DECIDED_MODES = ("REMIT", "STAY", "KEEP", "CREDIT_THEN_CLEAR", "INSTANT", "TO_PERSON")
MODE = Rule("design.mode", Anchor.EVENT, DECIDED_MODES, (), Basis.DESIGN)


def withdrawal(*, granted: bool) -> Decision:
    """A withdrawal needs the other side's consent; an issued form is not taken back by a request that crossed it."""
    return WITHDRAWAL.decide("CONSENTED" if granted else "ALREADY_ISSUED")


def mode_decided(*, mode: str, amount_fen: int, why: str) -> Decision:
    """Where no rule is known the agency decides how an amount travels, and says why (R-101: nobody guesses)."""
    return MODE.decide(mode, inputs={"amount_fen": amount_fen, "why": why})

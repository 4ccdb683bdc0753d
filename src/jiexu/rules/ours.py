"""Rules of our own design, where no text was found. They carry names instead of numbers and are shown as ours."""

from __future__ import annotations

from collections.abc import Sequence

from jiexu.rules.decision import Basis, Decision
from jiexu.rules.rule import Anchor, Rule

WITHDRAWAL = Rule("design.withdrawal", Anchor.EVENT, ("CONSENTED", "ALREADY_ISSUED"), (), Basis.DESIGN)

DECIDED_MODES = ("REMIT", "STAY", "KEEP", "CREDIT_THEN_CLEAR", "INSTANT", "TO_PERSON")
MODE = Rule("design.mode", Anchor.EVENT, DECIDED_MODES, (), Basis.DESIGN)

DEATH_TAKEN_BACK = Rule(
    "design.death_taken_back", Anchor.EVENT, ("TAKEN_BACK", "APPLY_ANEW"), (), Basis.DESIGN
)


def withdrawal(*, granted: bool) -> Decision:
    """A withdrawal needs the other side's consent; an issued form is not taken back by a request that crossed it."""
    return WITHDRAWAL.decide("CONSENTED" if granted else "ALREADY_ISSUED")


def mode_decided(*, mode: str, amount_fen: int, why: str) -> Decision:
    """Where no rule is known the agency decides how an amount travels, and says why (R-101: nobody guesses)."""
    return MODE.decide(mode, inputs={"amount_fen": amount_fen, "why": why})


def death_taken_back(*, record: str, money: Sequence[str]) -> Decision:
    """A death that was told by mistake ends nothing that had not ended: what was stopped goes on.

    ``record``: name of the record track's state, ``money``: that of each amount's. A record that ended stays ended,
    because the other side has ended it too; what the heirs were paid is with them.
    """
    counts = {"for_heirs": 0, "paid_to_heirs": 0, "stopped_by_death": 0}
    places = {
        "estate": "for_heirs",
        "estate_in_doubt": "for_heirs",
        "estate_paid": "paid_to_heirs",
        "stopped_by_death": "stopped_by_death",
    }
    for state in money:
        if state in places:
            counts[places[state]] += 1
    outcome = "APPLY_ANEW" if record == "died" else "TAKEN_BACK"
    return DEATH_TAKEN_BACK.decide(outcome, inputs={"record": record, **counts})

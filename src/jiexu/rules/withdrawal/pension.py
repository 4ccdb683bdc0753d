"""Whether money of the pension account is paid out (WDR-21 … WDR-25)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Confidence, Decision, Plain
from jiexu.rules.policy import Policy
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import yes

WDR_21 = Rule(
    "WDR-21",
    Anchor.EVENT,
    ("NOT_EARLY", "INHERITED_WHOLE", "NOT_KNOWN"),
    ("sil:14", "hrss-2011-13:6"),
    parameters=("pension.account_cashable",),
)
WDR_22 = Rule("WDR-22", Anchor.EVENT, ("KEPT_FOR_LATER",), ("hrss-2011-13:6",))
WDR_23 = Rule("WDR-23", Anchor.EVENT, ("EXPLAIN_FIRST", "LUMP_SUM"), ("hrss-2011-13:6",))
WDR_24 = Rule("WDR-24", Anchor.EVENT, ("FUNERAL_AND_SURVIVORS",), ("sil:17", "handling-2023:19"))
WDR_25 = Rule("WDR-25", Anchor.EVENT, ("HEIRS",), ("shantou-resident-pension",), confidence=Confidence.LOW)


class PensionCase(StrEnum):
    """Why somebody asks for the money of a pension account."""

    EARLY = "early"
    DEATH = "death"
    ABROAD = "abroad"
    NATIONALITY_LOST = "nationality_lost"
    RESIDENT_DEATH = "resident_death"


def pension_payout(
    *,
    case: PensionCase,
    policy: Policy,
    on: date,
    applied_in_writing: bool = False,
    explained_in_writing: bool = False,
    confirmed: bool = False,
) -> tuple[Decision, ...]:
    """What is paid out of a pension account in a case. The last three: of who lost the nationality (WDR-23)."""
    if case is PensionCase.ABROAD:
        return (WDR_22.decide("KEPT_FOR_LATER"),)
    if case is PensionCase.NATIONALITY_LOST:
        done = applied_in_writing and explained_in_writing and confirmed
        inputs: dict[str, Plain] = {
            "applied_in_writing": applied_in_writing,
            "confirmed": confirmed,
            "explained_in_writing": explained_in_writing,
        }
        return (WDR_23.decide("LUMP_SUM" if done else "EXPLAIN_FIRST", inputs=inputs),)
    if case is PensionCase.RESIDENT_DEATH:
        return (WDR_25.decide("HEIRS"),)
    if case is PensionCase.DEATH:
        return (no_early(died=True, policy=policy, on=on), WDR_24.decide("FUNERAL_AND_SURVIVORS"))
    return (no_early(died=False, policy=policy, on=on),)


def no_early(*, died: bool, policy: Policy, on: date) -> Decision:
    """WDR-21: the account is not paid out early, and is inherited in full on death."""
    found = policy.find("pension.account_cashable", on=on)
    outcome = "NOT_KNOWN" if yes(found) is not False else "INHERITED_WHOLE" if died else "NOT_EARLY"
    return WDR_21.decide(outcome, facts=(found,), inputs={"died": died})


ENTRIES: Entries = (
    (WDR_21, no_early),
    (WDR_22, pension_payout),
    (WDR_23, pension_payout),
    (WDR_24, pension_payout),
    (WDR_25, pension_payout),
)

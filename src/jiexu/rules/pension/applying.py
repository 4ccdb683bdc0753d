"""Where a pension transfer is handed in and with which papers, as far as the law and single places say (PEN-32 … PEN-37)."""

from __future__ import annotations

from datetime import date

from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.inputs import Payer
from jiexu.rules.policy import Policy
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import word_of

PEN_32 = Rule("PEN-32", Anchor.APPLICATION, ("PERSON_OR_EMPLOYER", "PERSON_ALONE"), ("guobanfa-2009-66:8",))
PEN_33 = Rule(
    "PEN-33",
    Anchor.APPLICATION,
    ("AT_HOME_PLACE", "ASK_PLACE"),
    ("regions-002",),
    Basis.LOCAL,
    Confidence.LOW,
    parameters=("pension.transfer.without_employer",),
)
PEN_35 = Rule(
    "PEN-35", Anchor.APPLICATION, ("STATEMENT_ATTACHED",), ("regions-002",), Basis.LOCAL, Confidence.LOW
)
PEN_36 = Rule(
    "PEN-36",
    Anchor.APPLICATION,
    ("NOT_NEEDED_ONLINE", "PAPER_ROUTE"),
    ("zhenjiang-pension",),
    Basis.LOCAL,
    Confidence.MEDIUM,
)
PEN_37 = Rule("PEN-37", Anchor.APPLICATION, ("FIELDS_OF_OURS",), (), Basis.DESIGN)


def who_applies(*, payer: Payer) -> Decision:
    """PEN-32: in writing at the new place, by the person or the employer there; who has no employer applies alone."""
    has_employer = payer is Payer.EMPLOYER
    return PEN_32.decide(
        "PERSON_OR_EMPLOYER" if has_employer else "PERSON_ALONE", inputs={"payer": payer.value}
    )


def without_employer(*, destination: str, policy: Policy, on: date) -> Decision:
    """PEN-33: whether the new place sends who has no employer to the household registration; only an article names one."""
    found = policy.find("pension.transfer.without_employer", destination, on=on)
    inputs: dict[str, Plain] = {"destination": destination}
    outcome = "AT_HOME_PLACE" if word_of(found) == "home" else "ASK_PLACE"
    return PEN_33.decide(outcome, facts=(found,), inputs=inputs)


def statement_attached() -> Decision:
    """PEN-35: the old place attaches the statement of the account to its sheet; only an article says so."""
    return PEN_35.decide("STATEMENT_ATTACHED")


def certificate(*, online: bool) -> Decision:
    """PEN-36: who applies online brings no certificate on paper; a page of one place says so. Else the old place issues it."""
    return PEN_36.decide("NOT_NEEDED_ONLINE" if online else "PAPER_ROUTE", inputs={"online": online})


def paper_of(*, kind: str) -> Decision:
    """PEN-37: a paper printed here holds what the steps of the law need; the printed forms of places are not known."""
    return PEN_37.decide("FIELDS_OF_OURS", inputs={"kind": kind})


ENTRIES: Entries = (
    (PEN_32, who_applies),
    (PEN_33, without_employer),
    (PEN_35, statement_attached),
    (PEN_36, certificate),
    (PEN_37, paper_of),
)

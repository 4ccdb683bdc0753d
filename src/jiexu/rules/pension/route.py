"""Whether a pension relation moves at all, and by which rules: the table of cases (PEN-01, PEN-09)."""

from __future__ import annotations

from datetime import date

from jiexu.rules.decision import Decision, Plain
from jiexu.rules.inputs import Sex
from jiexu.rules.pension.civil import Work, crossing
from jiexu.rules.pension.temporary import account_kind
from jiexu.rules.policy import Policy, province_of
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import word_of

PEN_01 = Rule("PEN-01", Anchor.APPLICATION, ("MAY_MOVE", "DRAWING"), ("guobanfa-2009-66:2",))
PEN_09 = Rule(
    "PEN-09",
    Anchor.APPLICATION,
    ("ACROSS_PROVINCES", "REGISTRATION_ONLY", "TRANSFER_INSIDE", "NOT_KNOWN"),
    ("pension-ministry-text",),
    parameters=("pension.transfer.inside_province",),
)


def route(
    *,
    drawing: bool,
    origin: str,
    destination: str,
    from_work: Work,
    to_work: Work,
    registered_in: str,
    sex: Sex,
    birth: date,
    first_on: date,
    policy: Policy,
    on: date,
    general_before: bool = False,
    insured_before: bool = True,
    approved: bool = False,
) -> tuple[Decision, ...]:
    """What happens to the relation of a person who changes places: every rule that decides it, in order.

    Who draws a pension moves nothing (PEN-01). Inside a province only a change between public body and enterprise is
    a transfer (PEN-09, GOV-01). Between provinces the account is general or temporary (PEN-11 … PEN-14).
    """
    first = may_move(drawing=drawing)
    if drawing:
        return (first,)
    kinds = (
        [] if from_work is to_work is Work.ENTERPRISE else [crossing(from_work=from_work, to_work=to_work)]
    )
    place = inside_or_across(
        origin=origin,
        destination=destination,
        between_systems=from_work is not to_work,
        policy=policy,
        on=on,
    )
    if place.outcome != "ACROSS_PROVINCES":
        return (first, *kinds, place)
    account = account_kind(
        sex=sex,
        birth=birth,
        registered_in=registered_in,
        destination=destination,
        first_on=first_on,
        policy=policy,
        on=on,
        general_before=general_before,
        insured_before=insured_before,
        approved=approved,
    )
    return (first, *kinds, place, *account.decisions)


def may_move(*, drawing: bool) -> Decision:
    """PEN-01: all insured employees, rural workers included, until they draw the basic pension."""
    return PEN_01.decide("DRAWING" if drawing else "MAY_MOVE", inputs={"drawing": drawing})


def inside_or_across(
    *, origin: str, destination: str, between_systems: bool, policy: Policy, on: date
) -> Decision:
    """PEN-09: inside a province, from enterprise to enterprise, only the registration changes."""
    inputs: dict[str, Plain] = {
        "between_systems": between_systems,
        "destination": destination,
        "origin": origin,
    }
    if province_of(origin) != province_of(destination):
        return PEN_09.decide("ACROSS_PROVINCES", inputs=inputs)
    if between_systems:
        return PEN_09.decide("TRANSFER_INSIDE", inputs=inputs)
    found = policy.find("pension.transfer.inside_province", on=on)
    outcome = {"registration_only": "REGISTRATION_ONLY", "transfer": "TRANSFER_INSIDE"}
    return PEN_09.decide(outcome.get(word_of(found) or "", "NOT_KNOWN"), facts=(found,), inputs=inputs)


ENTRIES: Entries = ((PEN_01, may_move), (PEN_09, inside_or_across))

"""The temporary account (临时缴费账户) of those who are older than a limit in a province not their own (PEN-11 … PEN-18)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.inputs import Sex
from jiexu.rules.pension.stretches import Kind, Stretch, in_order, of_kind
from jiexu.rules.policy import NATION, Found, Policy, Unknown, province_of
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import full_years, number, share_of, whole, word_of, yes

PEN_11 = Rule("PEN-11", Anchor.APPLICATION, ("GENERAL",), ("guobanfa-2009-66:5",))
PEN_12 = Rule(
    "PEN-12",
    Anchor.APPLICATION,
    ("TEMPORARY", "GENERAL_BELOW_AGE", "GENERAL_APPROVED", "NOT_KNOWN"),
    ("guobanfa-2009-66:5",),
    parameters=("pension.temporary.from_age",),
)
PEN_13 = Rule(
    "PEN-13",
    Anchor.APPLICATION,
    ("GENERAL_STAYS",),
    ("temporary-account-practice",),
    Basis.LOCAL,
    Confidence.MEDIUM,
)
PEN_14 = Rule(
    "PEN-14",
    Anchor.APPLICATION,
    ("TEMPORARY_FROM_START",),
    ("temporary-account-practice",),
    confidence=Confidence.MEDIUM,
)
PEN_15 = Rule(
    "PEN-15",
    Anchor.APPLICATION,
    ("AT_NEXT_MOVE", "AT_BENEFIT", "EITHER_WAY"),
    ("guobanfa-2009-66:5", "temporary-account-practice"),
    confidence=Confidence.MEDIUM,
    parameters=("pension.temporary.collected",),
)
PEN_16 = Rule(
    "PEN-16",
    Anchor.APPLICATION,
    ("ALL_CONTRIBUTIONS", "NOT_KNOWN"),
    ("guobanfa-2009-66:5",),
    parameters=("pension.temporary.unit_rate", "pension.transfer.record_rate"),
)
PEN_18 = Rule(
    "PEN-18",
    Anchor.EVENT,
    ("GENERAL_FROM_NEXT_MONTH", "TOO_LATE", "NOT_REGISTERED_THERE", "NOT_KNOWN"),
    ("temporary-account-practice",),
    confidence=Confidence.LOW,
    parameters=("pension.temporary.general_after_registration",),
)
PEN_31 = Rule(
    "PEN-31", Anchor.ALWAYS, ("NOTICE_NOT_READ",), ("pension-settling-notice",), confidence=Confidence.LOW
)

COLLECTED = {"at_next_move": "AT_NEXT_MOVE", "at_benefit": "AT_BENEFIT"}


@dataclass(frozen=True, slots=True)
class AccountKind:
    """``temporary``: None where the age limit of that time is not known. ``age``: full years on the first day there."""

    temporary: bool | None
    age: int
    decisions: tuple[Decision, ...]


def account_kind(
    *,
    sex: Sex,
    birth: date,
    registered_in: str,
    destination: str,
    first_on: date,
    policy: Policy,
    on: date,
    general_before: bool = False,
    insured_before: bool = True,
    approved: bool = False,
) -> AccountKind:
    """Whether the destination opens a general or a temporary account.

    ``registered_in``: division code of the household registration. ``first_on``: first day of insurance at the
    destination. ``general_before``: a general relation in that province exists already, also with a gap (PEN-13).
    ``insured_before``: anywhere at all (PEN-14). ``approved``: the move was approved by an organisation department or
    human-resources department of a county or above. A move back to the own province is always general (PEN-11).
    """
    age = full_years(birth=birth, on=first_on)
    inputs: dict[str, Plain] = {"age": age, "sex": sex.value}
    if province_of(registered_in) == province_of(destination):
        return AccountKind(False, age, (PEN_11.decide("GENERAL", inputs=inputs),))
    if approved:
        return AccountKind(False, age, (PEN_12.decide("GENERAL_APPROVED", inputs=inputs),))
    limit = policy.find("pension.temporary.from_age", on=on, scope={"sex": sex.value})
    from_age = whole(limit)
    if from_age is None:
        return AccountKind(None, age, (PEN_12.decide("NOT_KNOWN", facts=(limit,), inputs=inputs),))
    if age < from_age:
        return AccountKind(False, age, (PEN_12.decide("GENERAL_BELOW_AGE", facts=(limit,), inputs=inputs),))
    if general_before:
        return AccountKind(False, age, (PEN_13.decide("GENERAL_STAYS", inputs=inputs), notice_not_read()))
    found = [PEN_12.decide("TEMPORARY", facts=(limit,), inputs=inputs)]
    if not insured_before:
        found.append(PEN_14.decide("TEMPORARY_FROM_START", inputs=inputs))
    return AccountKind(True, age, (*found, notice_not_read()))


def notice_not_read() -> Decision:
    """PEN-31: a notice of three ministries on exactly these questions exists; nobody here has read more than its title."""
    return PEN_31.decide("NOTICE_NOT_READ")


def collected(*, policy: Policy, on: date) -> Decision:
    """PEN-15: what happens to a temporary account at another move; text and later practice differ."""
    found = policy.find("pension.temporary.collected", on=on)
    return PEN_15.decide(COLLECTED.get(word_of(found) or "", "EITHER_WAY"), facts=(found,))


@dataclass(frozen=True, slots=True)
class TemporaryContent:
    """What a temporary account holds, in fen: all contributions of employer and person, with interest.

    The two sums are None where the rate of a month is not known.
    """

    unit_fen: int | None
    person_fen: int | None
    interest_fen: int
    decision: Decision

    @property
    def total_fen(self) -> int | None:
        """Everything that is collected."""
        if self.unit_fen is None or self.person_fen is None:
            return None
        return self.unit_fen + self.person_fen + self.interest_fen


def temporary_content(
    *, stretches: Iterable[Stretch], policy: Policy, interest_fen: int = 0, area: str = NATION
) -> TemporaryContent:
    """PEN-16: all that was paid is collected, employer's and person's; the 12 % of a transfer do not apply.

    ``area``: whose employer's rate counts; where it is not recorded the national assumption, low, is used.
    """
    paid = of_kind(in_order(stretches), Kind.PAID)
    sums: list[int | None] = []
    facts: list[Found | Unknown] = []
    for name in ("pension.temporary.unit_rate", "pension.transfer.record_rate"):
        total: int | None = 0
        for stretch in paid:
            for month in stretch.period:
                answer = policy.find(name, area, on=month.first_day())
                rate = number(answer)
                facts += [] if answer in facts else [answer]
                total = None if total is None or rate is None else total + share_of(stretch.wage_fen, rate)
        sums.append(total)
    unit, person = sums
    known = unit is not None and person is not None
    decision = PEN_16.decide(
        "ALL_CONTRIBUTIONS" if known else "NOT_KNOWN",
        facts=facts,
        inputs={"interest_fen": interest_fen, "person_fen": person, "unit_fen": unit},
    )
    return TemporaryContent(unit, person, interest_fen, decision)


def general_after_registration(
    *, registered_in: str, place: str, registered_on: date, reaches_age_on: date, policy: Policy
) -> Decision:
    """PEN-18: whose household registration moves there before the statutory age may ask for a general account.

    ``reaches_age_on``: first day of the month in which the statutory age is reached. It holds from the month after.
    """
    inputs: dict[str, Plain] = {
        "reaches_age": str(reaches_age_on)[:7],
        "registered_on": registered_on.isoformat(),
    }
    if province_of(registered_in) != province_of(place):
        return PEN_18.decide("NOT_REGISTERED_THERE", inputs=inputs)
    if registered_on >= reaches_age_on:
        return PEN_18.decide("TOO_LATE", inputs=inputs)
    found = policy.find("pension.temporary.general_after_registration", on=registered_on)
    return PEN_18.decide(
        "GENERAL_FROM_NEXT_MONTH" if yes(found) else "NOT_KNOWN", facts=(found,), inputs=inputs
    )


ENTRIES: Entries = (
    (PEN_11, account_kind),
    (PEN_12, account_kind),
    (PEN_13, account_kind),
    (PEN_14, account_kind),
    (PEN_15, collected),
    (PEN_16, temporary_content),
    (PEN_18, general_after_registration),
    (PEN_31, notice_not_read),
)

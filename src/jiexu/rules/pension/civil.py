"""Moves between the scheme of public bodies (机关事业单位) and enterprises (GOV-01 … GOV-06)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from jiexu.rules.calendar import Calendar
from jiexu.rules.clocks import Clock, NoClockError, clock
from jiexu.rules.decision import Confidence, Decision, Plain
from jiexu.rules.pension.amount import TransferAmount, money_of, transfer_amount
from jiexu.rules.pension.stretches import Kind, Stretch, in_order, months_of, of_kind
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.values.month import Month

GOV_01 = Rule("GOV-01", Anchor.APPLICATION, ("CARRIED",), ("handling-2023:12",))
GOV_02 = Rule(
    "GOV-02",
    Anchor.APPLICATION,
    ("COMPUTED", "NOT_KNOWN"),
    ("mohrss-2017-1", "mohrss-2017-7"),
    confidence=Confidence.MEDIUM,
    parameters=("gov.transfer.from_month", "gov.transfer.pooled_rate"),
)
GOV_03 = Rule(
    "GOV-03",
    Anchor.EVENT,
    ("TO_ENTERPRISE_PLACE", "TO_HOME", "MAY_WAIT"),
    ("mohrss-2017-1",),
    confidence=Confidence.MEDIUM,
)
GOV_04 = Rule(
    "GOV-04",
    Anchor.APPLICATION,
    ("AS_ENTERPRISE", "PILOT_MONTHS_STAY"),
    ("mohrss-2017-1",),
    confidence=Confidence.MEDIUM,
    parameters=("gov.transfer.from_month",),
)
GOV_05 = Rule(
    "GOV-05",
    Anchor.EVENT,
    ("DUE",),
    ("mohrss-2017-7",),
    confidence=Confidence.MEDIUM,
    parameters=("gov.transfer.stage_days",),
)
GOV_06 = Rule(
    "GOV-06",
    Anchor.APPLICATION,
    ("OWN_LETTER", "NO_ANNUITY"),
    ("mohrss-2017-7", "annuity-letter"),
    confidence=Confidence.MEDIUM,
)


class Work(StrEnum):
    """``public``: insured in the scheme of public bodies. ``enterprise``: in that of enterprises."""

    PUBLIC = "public"
    ENTERPRISE = "enterprise"


class Leaving(StrEnum):
    """How somebody leaves a public body. ``resigned`` stands for dismissal and the like as well."""

    APPROVED_MOVE = "approved_move"
    RESIGNED = "resigned"
    ON_LEAVE = "on_leave"


LEAVING = {
    Leaving.APPROVED_MOVE: "TO_ENTERPRISE_PLACE",
    Leaving.RESIGNED: "TO_HOME",
    Leaving.ON_LEAVE: "MAY_WAIT",
}


def crossing(*, from_work: Work, to_work: Work) -> Decision:
    """GOV-01: the relation moves with whoever changes between public bodies and enterprises."""
    return GOV_01.decide("CARRIED", inputs={"from_work": from_work.value, "to_work": to_work.value})


def out_of_public(
    *, stretches: Iterable[Stretch], policy: Policy, on: date, interest_fen: int = 0
) -> TransferAmount:
    """GOV-02: the whole personal account, and 12 % of the contribution wages since the reform, by months.

    Raises PensionRecordError for a record that cannot be.
    """
    start = policy.find("gov.transfer.from_month", on=on)
    pooled = policy.find("gov.transfer.pooled_rate", on=on)
    amount, rates = money_of(
        record=in_order(stretches), start=start, pooled=pooled, policy=policy, interest_fen=interest_fen
    )
    inputs: dict[str, Plain] = {"total_fen": None if amount is None else amount.total_fen}
    said = GOV_02.decide(
        "NOT_KNOWN" if amount is None else "COMPUTED",
        facts=(start, pooled),
        inputs=inputs,
        links=(each.confidence for each in rates),
    )
    return TransferAmount(amount, (said, *rates))


def into_public(
    *,
    stretches: Iterable[Stretch],
    policy: Policy,
    on: date,
    own_before_fen: int = 0,
    interest_fen: int = 0,
    pilot: Iterable[Stretch] = (),
) -> TransferAmount:
    """GOV-04: from an enterprise the amounts are those of enterprises (PEN-03).

    ``pilot``: contributions to a pilot of public bodies before the reform; they do not move and are not in the sum.
    """
    moved = transfer_amount(
        stretches=stretches, policy=policy, on=on, own_before_fen=own_before_fen, interest_fen=interest_fen
    )
    said = [GOV_04.decide("AS_ENTERPRISE", links=(moved.decisions[0].confidence,))]
    paid = of_kind(in_order(pilot), Kind.PAID)
    if paid:
        reform = policy.find("gov.transfer.from_month", on=on)
        before = _months_before(paid, reform)
        said.append(GOV_04.decide("PILOT_MONTHS_STAY", facts=(reform,), inputs={"months": before}))
    return TransferAmount(moved.amount, (*said, *moved.decisions))


def _months_before(paid: tuple[Stretch, ...], reform: Found | Unknown) -> int | None:
    """Months of a pilot before the reform; None where its month is not known for that day."""
    if isinstance(reform, Unknown):
        return None
    first = Month.parse(str(reform.value))
    return months_of(paid) - sum(month >= first for stretch in paid for month in stretch.period)


def leaving(*, how: Leaving) -> Decision:
    """GOV-03: where the relation of somebody goes who leaves a public body."""
    return GOV_03.decide(LEAVING[how], inputs={"how": how.value})


def public_step_due(*, start: date, applied_on: date, calendar: Calendar, policy: Policy) -> Clock:
    """GOV-05: working days for handing over from the unit's form, and for taking in when sheet and money match.

    Raises NoClockError where no rule of that day is held.
    """
    found = policy.find("gov.transfer.stage_days", on=applied_on)
    if isinstance(found, Unknown):
        raise NoClockError(
            f"No clock for leaving a public body is known on {applied_on.isoformat()}; correct the date, or record "
            "the older rule in policy/nation.yaml."
        )
    return clock(GOV_05, found, start, calendar)


def annuity(*, has_annuity: bool) -> Decision:
    """GOV-06: an occupational annuity (职业年金) moves by a letter of its own into the new annuity account."""
    return GOV_06.decide("OWN_LETTER" if has_annuity else "NO_ANNUITY", inputs={"has_annuity": has_annuity})


ENTRIES: Entries = (
    (GOV_01, crossing),
    (GOV_02, out_of_public),
    (GOV_03, leaving),
    (GOV_04, into_public),
    (GOV_05, public_step_due),
    (GOV_06, annuity),
)

"""The clocks of a transfer, and the systems beside it: pension, unemployment, payouts, the wallet."""

from __future__ import annotations

from datetime import date, datetime

from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.deadlines import Deadlines, transfer_deadlines
from jiexu.rules.family.calculation import wallet_transfer
from jiexu.rules.family.wallet import Plan
from jiexu.rules.pension.amount import TransferAmount
from jiexu.rules.pension.calculation import pension_transfer, place_of_benefit
from jiexu.rules.pension.place import BenefitPlace, Place
from jiexu.rules.pension.stretches import Kind as Paid
from jiexu.rules.pension.stretches import Stretch
from jiexu.rules.unemployment.calculation import unemployment_transfer
from jiexu.rules.unemployment.moving import Claim, Move, Standing, Unemployed
from jiexu.rules.withdrawal.calculation import Payout, medical_withdrawal, pension_withdrawal
from jiexu.rules.withdrawal.medical import Case
from jiexu.rules.withdrawal.pension import PensionCase
from jiexu.rules.working import Worked
from jiexu.usecases.calculators.fields import Calculator, Field, Kind, MissingFieldError, Today
from jiexu.values.month import Month
from jiexu.values.period import Period

ON = Field("on", "on", Kind.DAY, "on", default=Today.DAY)


def _deadline(
    accepted_on: date,
    form_received_on: date | None,
    origin: str | None,
    destination: str | None,
    letter_received_on: date | None,
    balance_received_on: date | None,
) -> Worked[Deadlines]:
    """Both clocks of the law, what the two places promise, and that no law sets a day for the money."""
    return transfer_deadlines(
        accepted_on=accepted_on,
        form_received_on=form_received_on,
        origin=origin,
        destination=destination,
        letter_received_on=letter_received_on,
        balance_received_on=balance_received_on,
        calendar=working_days(),
        policy=shipped_policy(),
    )


DEADLINE = Calculator(
    "deadline",
    "deadline",
    _deadline,
    (
        Field("accepted_on", "accepted", Kind.DAY, "accepted", required=True),
        Field("form_received_on", "form", Kind.DAY, "form"),
        Field("origin", "from", Kind.AREA, "from"),
        Field("destination", "to", Kind.AREA, "to"),
        Field("letter_received_on", "letter", Kind.DAY, "old_letter"),
        Field("balance_received_on", "balance-on", Kind.DAY, "old_balance"),
    ),
)


def _pension_transfer(
    paid: tuple[Stretch, ...],
    owed: tuple[Period, ...],
    deemed: tuple[Period, ...],
    own_before_fen: int,
    interest_fen: int,
    on: date,
    *,
    refuses_to_pay: bool,
) -> Worked[TransferAmount]:
    """The record of the place that sends, period by period, and what of it moves."""
    stretches = [
        *paid,
        *(Stretch(period, kind=Paid.ARREARS) for period in owed),
        *(Stretch(period, kind=Paid.DEEMED) for period in deemed),
    ]
    return pension_transfer(
        stretches=stretches,
        own_before_fen=own_before_fen,
        interest_fen=interest_fen,
        refuses_to_pay=refuses_to_pay,
        policy=shipped_policy(),
        on=on,
    )


PENSION_TRANSFER = Calculator(
    "pension-transfer",
    "pension_transfer",
    _pension_transfer,
    (
        Field("paid", "pay", Kind.WAGES, "pay", many=True),
        Field("owed", "owed", Kind.RUN, "owed", many=True),
        Field("deemed", "deemed", Kind.RUN, "deemed", many=True),
        Field("own_before_fen", "before", Kind.YUAN, "before", default=0),
        Field("interest_fen", "interest", Kind.YUAN, "interest", default=0),
        Field("refuses_to_pay", "refuses-to-pay", Kind.YES_NO, "refuses", default=False),
        ON,
    ),
)


def _benefit_place(
    registered_in: str,
    paid: tuple[tuple[str, int], ...],
    deemed: tuple[tuple[str, int], ...],
    temporary: tuple[tuple[str, int], ...],
    on: date,
) -> Worked[BenefitPlace]:
    """Months at each place, the oldest first, and the province that will pay."""
    places = [
        *(Place(area, months, temporary=True) for area, months in temporary),
        *(Place(area, 0, months) for area, months in deemed),
        *(Place(area, months) for area, months in paid),
    ]
    return place_of_benefit(places=places, registered_in=registered_in, policy=shipped_policy(), on=on)


BENEFIT_PLACE = Calculator(
    "benefit-place",
    "benefit_place",
    _benefit_place,
    (
        Field("registered_in", "home", Kind.AREA, "home", required=True),
        Field("paid", "paid", Kind.COUNT_AT, "paid_at", many=True),
        Field("deemed", "deemed", Kind.COUNT_AT, "deemed_at", many=True),
        Field("temporary", "temporary", Kind.COUNT_AT, "temporary_at", many=True),
        Field("on", "on", Kind.DAY, "on_retirement", default=Today.DAY),
    ),
)


def _unemployment_transfer(
    origin: str,
    destination: str,
    standing: str,
    paid_months: int,
    claims_at: str,
    fixed_months: int | None,
    drawn_months: int,
    monthly_fen: int | None,
    on: date,
    *,
    reemployed: bool,
) -> Worked[Move]:
    """What the person gives, in the words of the rules."""
    person = Unemployed(
        standing=Standing(standing),
        paid_months=paid_months,
        reemployed=reemployed,
        claims_at=Claim(claims_at),
        fixed_months=fixed_months,
        drawn_months=drawn_months,
        monthly_fen=monthly_fen,
    )
    return unemployment_transfer(
        person=person, origin=origin, destination=destination, policy=shipped_policy(), on=on
    )


UNEMPLOYMENT_TRANSFER = Calculator(
    "unemployment-transfer",
    "unemployment_transfer",
    _unemployment_transfer,
    (
        Field("origin", "from", Kind.AREA, "from", required=True),
        Field("destination", "to", Kind.AREA, "to", required=True),
        Field("standing", "standing", Kind.CHOICE, "standing", required=True, choices=tuple(Standing)),
        Field("paid_months", "paid", Kind.COUNT, "paid_months", required=True),
        Field("reemployed", "reemployed", Kind.YES_NO, "reemployed", default=False),
        Field("claims_at", "claim-at", Kind.CHOICE, "claim", default="last_place", choices=tuple(Claim)),
        Field("fixed_months", "fixed", Kind.COUNT, "fixed"),
        Field("drawn_months", "drawn", Kind.COUNT, "drawn", default=0),
        Field("monthly_fen", "monthly", Kind.YUAN, "monthly"),
        ON,
    ),
)

CASES: dict[str, Case | PensionCase] = {
    **{f"medical-{case.value.replace('_', '-')}": case for case in Case},
    **{f"pension-{case.value.replace('_', '-')}": case for case in PensionCase},
}
MOST_HEIRS = 100


def _withdrawal(
    named: str,
    area: str | None,
    balance_fen: int | None,
    first_order: int,
    second_order: int,
    stopped_in: Month | None,
    person: str | None,
    holder: str | None,
    filed: str | None,
    on: date,
    *,
    all_steps_done: bool,
) -> Worked[Payout]:
    """The medical account by the rule of its place, the pension account by the law alone. Raises MissingFieldError."""
    case, policy = CASES[named], shipped_policy()
    if isinstance(case, PensionCase):
        return pension_withdrawal(case=case, policy=policy, on=on, all_steps_done=all_steps_done)
    if area is None:
        raise MissingFieldError("area")
    return medical_withdrawal(
        case=case,
        area=area,
        policy=policy,
        on=on,
        balance_fen=balance_fen,
        first_order=first_order,
        second_order=second_order,
        stopped_in=stopped_in,
        person=person,
        holder=holder,
        filed=None if filed is None else filed == "yes",
    )


WITHDRAWAL = Calculator(
    "withdrawal",
    "withdrawal",
    _withdrawal,
    (
        Field("named", "case", Kind.CHOICE, "case", required=True, choices=tuple(CASES)),
        Field("area", "place", Kind.AREA, "place"),
        Field("balance_fen", "balance", Kind.YUAN, "balance"),
        Field("first_order", "heirs", Kind.COUNT, "heirs", default=0, most=MOST_HEIRS),
        Field("second_order", "further-heirs", Kind.COUNT, "further_heirs", default=0, most=MOST_HEIRS),
        Field("stopped_in", "stopped", Kind.MONTH, "stopped"),
        Field("person", "name", Kind.TEXT, "form_name"),
        Field("holder", "account-name", Kind.TEXT, "account_name"),
        Field("filed", "filed", Kind.CHOICE, "filed", choices=("yes", "no")),
        Field("all_steps_done", "all-steps-done", Kind.YES_NO, "all_steps", default=False),
        ON,
    ),
)


def _wallet(
    amount_fen: int, asked_at: datetime, sent_today: int, sender: str | None, receiver: str | None
) -> Worked[Plan]:
    """When an amount can be sent, and in how many transfers."""
    return wallet_transfer(
        amount_fen=amount_fen,
        asked_at=asked_at,
        sent_today=sent_today,
        sender=sender,
        receiver=receiver,
        policy=shipped_policy(),
    )


WALLET = Calculator(
    "wallet",
    "wallet",
    _wallet,
    (
        Field("amount_fen", "amount", Kind.YUAN, "amount", required=True),
        Field("asked_at", "at", Kind.HOUR, "at", default=Today.HOUR),
        Field("sent_today", "sent", Kind.COUNT, "sent", default=0),
        Field("sender", "from", Kind.AREA, "sender"),
        Field("receiver", "to", Kind.AREA, "receiver"),
    ),
)

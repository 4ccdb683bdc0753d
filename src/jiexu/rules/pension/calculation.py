"""The working of a pension transfer and of the place of benefit, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from jiexu.rules.decision import Decision
from jiexu.rules.pension.amount import Amount, AtRate, TransferAmount, transfer_amount
from jiexu.rules.pension.place import BenefitPlace, Case, Place, benefit_place, paying_city
from jiexu.rules.pension.stretches import Kind, Stretch, months_of, of_kind
from jiexu.rules.policy import Policy
from jiexu.rules.working import Line, Rounding, Worked, area, fen, line, month, months, share, spoken


def pension_transfer(
    *,
    stretches: Iterable[Stretch],
    policy: Policy,
    on: date,
    own_before_fen: int = 0,
    interest_fen: int = 0,
    refuses_to_pay: bool = False,
) -> Worked[TransferAmount]:
    """What moves with a pension relation (PEN-03 … PEN-06, PEN-30). Raises PensionRecordError for what cannot be.

    ``stretches``: the record at the place that sends; amounts in fen.
    """
    record = tuple(stretches)
    moved = transfer_amount(
        stretches=record,
        policy=policy,
        on=on,
        own_before_fen=own_before_fen,
        interest_fen=interest_fen,
        refuses_to_pay=refuses_to_pay,
    )
    why = {decision.rule: decision for decision in moved.decisions}
    owed = months_of(of_kind(record, Kind.ARREARS))
    notes = [
        *(
            [spoken(why["PEN-06"]), line("pension.owed", by=why["PEN-06"], months=months(owed))]
            if owed
            else []
        ),
        spoken(why["PEN-30"]),
    ]
    if moved.amount is None:
        return Worked(moved, moved.decisions, tuple(notes), spoken(why["PEN-03"]))
    lines = (*_interest_lines(record), *_amount_lines(moved.amount, moved), *notes)
    closing = line(
        "pension.closing",
        by=why["PEN-03"],
        months=months(moved.amount.months),
        total=fen(moved.amount.total_fen),
    )
    return Worked(moved, moved.decisions, lines, closing)


def _interest_lines(record: Iterable[Stretch]) -> list[Line]:
    """The interest of each stretch that has its own, before they are joined."""
    return [
        line(
            "pension.interest_of",
            first=month(each.period.first),
            last=month(each.period.last),
            interest=fen(each.interest_fen),
        )
        for each in record
        if each.interest_fen
    ]


def _amount_lines(amount: Amount, moved: TransferAmount) -> list[Line]:
    sums, *others = moved.decisions
    rates = next((each for each in others if each.rule == "PEN-04"), sums)
    lines = []
    if amount.own_before_fen:
        lines.append(line("pension.before", by=sums, own=fen(amount.own_before_fen)))
    lines += [_account_line(part, rates) for part in amount.account]
    if amount.interest_fen:
        lines.append(line("pension.interest", interest=fen(amount.interest_fen)))
    lines.append(
        line(
            "pension.pooled",
            by=sums,
            rounding=Rounding.HALF_UP_TO_FEN,
            wages=fen(amount.pooled_wages_fen),
            rate=share(amount.pooled_rate),
            pooled=fen(amount.pooled_fen),
        )
    )
    if amount.stays_fen:
        lines.append(line("pension.stays", by=rates, stays=fen(amount.stays_fen)))
    if amount.counted_up_fen:
        lines.append(line("pension.counted_up", by=rates, missing=fen(amount.counted_up_fen)))
    without = amount.months - amount.months_with_money
    if without:
        lines.append(line("pension.without_money", by=sums, months=months(without)))
    return lines


def _account_line(part: AtRate, rates: Decision) -> Line:
    """The account of one rate, which rests on the record of that rate alone."""
    said = line(
        "pension.account",
        by=rates,
        rounding=Rounding.HALF_UP_TO_FEN,
        months=months(part.months),
        wages=fen(part.wages_fen),
        rate=share(part.rate),
        account=fen(part.account_fen),
    )
    return replace(said, facts=part.fact_ids)


def place_of_benefit(
    *, places: Sequence[Place], registered_in: str, policy: Policy, on: date
) -> Worked[BenefitPlace]:
    """Where a pension will be drawn (PEN-17, PEN-19 … PEN-22), province by province, the newest first."""
    found = benefit_place(places=places, registered_in=registered_in, policy=policy, on=on)
    decided, *notes = found.decisions
    why = {decision.rule: decision for decision in notes}
    lines = [line("place.home", home=area(str(decided.inputs["home"])))]
    if found.case not in {Case.HOME, Case.NOT_KNOWN} and found.needed is not None:
        lines += [
            line(
                "place.enough" if each.months >= found.needed else "place.too_few",
                by=decided,
                place=area(each.province),
                months=months(each.months),
                needed=months(found.needed),
            )
            for each in found.counted
        ]
    follows = [decided, *([why["PEN-17"]] if "PEN-17" in why else [])]
    if why["PEN-20"].outcome != "NO_DEEMED":
        follows.append(why["PEN-20"])
    lines += [spoken(decision) for decision in follows]
    if found.province is None:
        return Worked(found, tuple(follows), tuple(lines), line("place.closing_open", by=decided))
    _, city = paying_city(province=found.province, policy=policy, on=on)
    lines += [spoken(city), spoken(why["PEN-22"])]
    return Worked(
        found, tuple(follows), tuple(lines), line("place.closing", by=decided, place=area(found.province))
    )

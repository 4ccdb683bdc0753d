"""The working of an unemployment transfer, line by line."""

from __future__ import annotations

from datetime import date

from jiexu.rules.between import Between
from jiexu.rules.policy import Policy
from jiexu.rules.unemployment.money import Money
from jiexu.rules.unemployment.moving import Move, Unemployed, Way, unemployment_move
from jiexu.rules.working import Line, Rounding, Worked, fen, line, months, spoken

CLOSING = {
    Way.NOTHING: "unemployment.closing_nothing",
    Way.REFUSED: "unemployment.closing_refused",
    Way.RELATION: "unemployment.closing_relation",
    Way.RELATION_AND_MONEY: "unemployment.closing_amount_open",
    Way.NOT_KNOWN: "unemployment.closing_open",
}


def unemployment_transfer(
    *, person: Unemployed, origin: str, destination: str, policy: Policy, on: date
) -> Worked[Move]:
    """Whether an unemployment relation moves and with how much money (UNE-01 … UNE-17)."""
    move = unemployment_move(person=person, origin=origin, destination=destination, policy=policy, on=on)
    lines = [spoken(decision) for decision in move.decisions]
    if move.money is None or move.money.least_fen is None or move.money.most_fen is None:
        return Worked(move, move.decisions, tuple(lines), line(CLOSING[move.way]))
    lines += _money_lines(person, move.money)
    total = Between(move.money.least_fen, move.money.most_fen)
    return Worked(move, move.decisions, tuple(lines), line("unemployment.closing_money", total=fen(total)))


def _money_lines(person: Unemployed, money: Money) -> list[Line]:
    items = next(each for each in money.decisions if each.rule == "UNE-05")
    benefit = line(
        "unemployment.benefit",
        months=months(money.months),
        monthly=fen(person.monthly_fen or 0),
        benefit=fen(money.benefit_fen),
    )
    if money.added_of_remaining_fen == money.added_of_total_fen:
        added = line(
            "unemployment.added",
            by=items,
            rounding=Rounding.HALF_UP_TO_FEN,
            added=fen(money.added_of_remaining_fen),
        )
    else:
        added = line(
            "unemployment.added_two_ways",
            by=items,
            rounding=Rounding.HALF_UP_TO_FEN,
            remaining=fen(money.added_of_remaining_fen),
            total=fen(money.added_of_total_fen),
        )
    return [benefit, added]

"""The working of a wallet transfer to a relative, line by line."""

from __future__ import annotations

from datetime import datetime

from jiexu.rules.family.wallet import Plan, both_open, plan, returned, what_it_is
from jiexu.rules.policy import Policy
from jiexu.rules.working import Line, Worked, count, day, fen, line, moment, spoken


def wallet_transfer(
    *,
    amount_fen: int,
    asked_at: datetime,
    policy: Policy,
    sent_today: int = 0,
    sender: str | None = None,
    receiver: str | None = None,
) -> Worked[Plan]:
    """When an amount can be sent by wallet, in how many transfers, and when it would come back (WAL-01 … WAL-08).

    ``asked_at``: Beijing time. ``sender`` and ``receiver``: division codes; given, it is said whether both have it.
    Raises WalletError for an amount below one fen.
    """
    made = plan(amount_fen=amount_fen, asked_at=asked_at, policy=policy, sent_today=sent_today)
    decided = made.decisions[0]
    decisions = [decided]
    lines: list[Line] = []
    if sender is not None and receiver is not None:
        opened = both_open(sender=sender, receiver=receiver, policy=policy, on=asked_at.date())
        decisions.append(opened)
        lines.append(spoken(opened))
    if made.sendings is None or made.per_transfer_fen is None or made.per_day is None:
        return Worked(made, tuple(decisions), tuple(lines), spoken(decided))
    limits = line("wallet.limits", by=decided, most=fen(made.per_transfer_fen), times=count(made.per_day))
    lines += [line("wallet.asked", at=moment(asked_at), amount=fen(amount_fen)), limits]
    lines += [
        line("wallet.step_open", by=decided),
        line("wallet.step_choose", by=decided),
        line("wallet.step_confirm", by=decided),
        line("wallet.step_accept", by=decided),
    ]
    lines += _by_day(made)
    back = returned(sent_at=made.sendings[-1].earliest, policy=policy)
    what = {decision.rule: decision for decision in what_it_is()}
    lines += [spoken(back.decision), spoken(what["WAL-08"])]
    closing = line(
        "wallet.closing",
        by=decided,
        transfers=count(len(made.sendings)),
        first=moment(made.sendings[0].earliest),
        last=day(made.sendings[-1].earliest.date()),
    )
    return Worked(made, tuple(decisions), tuple(lines), closing)


def _by_day(made: Plan) -> list[Line]:
    """One line a day, so that a large amount stays readable."""
    sendings = made.sendings or ()
    days = sorted({each.earliest.date() for each in sendings})
    lines = []
    for on in days:
        fens = [each.fen for each in sendings if each.earliest.date() == on]
        lines.append(line("wallet.day", on=day(on), transfers=count(len(fens)), amount=fen(sum(fens))))
    return lines

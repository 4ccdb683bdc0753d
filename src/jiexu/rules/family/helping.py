"""Which way serves somebody who wants to help a relative: sharing, wallet, acting for them, or none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Decision
from jiexu.rules.family.delegated import acts_only
from jiexu.rules.family.sharing import Relation, Use, may_share, pays, relative, where
from jiexu.rules.family.wallet import both_open, running
from jiexu.rules.policy import Policy, province_of


class Way(StrEnum):
    """The answer of the table of needs."""

    SHARE = "share"
    SHARE_OR_WALLET = "share_or_wallet"
    WALLET = "wallet"
    ACT_FOR = "act_for"
    REFUSED = "refused"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Help:
    """The way, and every rule that led to it."""

    way: Way
    decisions: tuple[Decision, ...]


def help_relative(
    *,
    relation: Relation,
    giver: str,
    receiver: str,
    giver_has_account: bool,
    receiver_insured: bool,
    policy: Policy,
    on: date,
    use: Use = Use.CARE,
    only_act: bool = False,
) -> Help:
    """Which way fits. ``giver`` / ``receiver``: division codes of where each is insured. ``only_act``: no money wanted.

    Across provinces sharing is open since the notice of 2026-01-09 as far as both places follow it; before that, and
    beside it, the wallet, where both places have it.
    """
    near = relative(relation=relation, policy=policy, on=on)
    if near.outcome == "NOT_A_NEAR_RELATIVE":
        return Help(Way.REFUSED, (near,))
    if only_act:
        return Help(Way.ACT_FOR, (near, acts_only()))
    may = may_share(giver_has_account=giver_has_account, receiver_insured=receiver_insured)
    paid = pays(use=use, policy=policy, on=on)
    if may.outcome != "ALLOWED" or paid.outcome == "NOT_PAID" or near.outcome == "NOT_YET_INCLUDED":
        return Help(Way.REFUSED, (near, may, paid))
    place = where(giver=giver, receiver=receiver, policy=policy, on=on)
    said = (near, may, paid, place)
    if province_of(giver) == province_of(receiver):
        return Help(Way.SHARE if place.outcome == "IN_PROVINCE" else Way.ASK, said)
    runs = running(policy=policy, on=on)
    wallet = both_open(sender=giver, receiver=receiver, policy=policy, on=on)
    by_wallet = runs.outcome == "RUNNING" and wallet.outcome in {"BOTH_OPEN", "PARTLY_OPEN"}
    ways = {
        (True, True): Way.SHARE_OR_WALLET,
        (True, False): Way.SHARE,
        (False, True): Way.WALLET,
        (False, False): Way.ASK,
    }
    return Help(ways[place.outcome == "ACROSS_PROVINCES", by_wallet], (*said, runs, wallet))

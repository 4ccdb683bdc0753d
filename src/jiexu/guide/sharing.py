"""Whether the wallet or family sharing is the better answer, and what the move does to them."""

from __future__ import annotations

from jiexu.guide.case import Case, Part
from jiexu.rules.family.sharing import after_move, where
from jiexu.rules.family.wallet import both_open, running, what_it_is
from jiexu.rules.process import sharing, wallet_instead


def sharing_topic(case: Case) -> Part:
    """The wallet is no transfer; open sharing ends with one; what works afterwards between the two places."""
    tell = case.voice.tell
    said = [tell(wallet_instead(on=case.day))]
    if case.told.sharing_open is not False and case.told.from_employee:
        said += [
            tell(sharing(on=case.day, policy=case.policy)),
            tell(after_move(policy=case.policy, on=case.day)),
        ]
    if case.told.to_employee:
        apart = where(giver=case.there.code, receiver=case.here.code, policy=case.policy, on=case.day)
        said += [tell(apart, "guide.share_back"), tell(apart)]
        runs = running(policy=case.policy, on=case.day)
        said.append(tell(runs))
        if runs.outcome == "RUNNING":
            opened = both_open(
                sender=case.there.code, receiver=case.here.code, policy=case.policy, on=case.day
            )
            said += [*(tell(one) for one in what_it_is()), tell(opened)]
    return Part(tuple(said))

"""Whether the wallet or family sharing is the better answer, and what the move does to them."""

from __future__ import annotations

from jiexu.guide.case import Case, Part
from jiexu.rules.process import sharing, wallet_instead


def sharing_topic(case: Case) -> Part:
    """The wallet is no transfer; open sharing ends with one."""
    tell = case.voice.tell
    said = [tell(wallet_instead(on=case.day))]
    if case.told.sharing_open is not False and case.told.from_employee:
        ends = sharing(on=case.day, policy=case.policy)
        said.append(tell(ends))
    return Part(tuple(said))

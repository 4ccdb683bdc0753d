"""From which parts of an account an amount is taken."""

from __future__ import annotations

from collections.abc import Sequence

from jiexu.ledger.accounts import LedgerError

THIS_YEAR = "this_year"
"""The part that is used last; every other part is older money or a supplement."""


def split_by_parts(
    *, parts: Sequence[tuple[str, int, bool]], amount_fen: int | None
) -> tuple[tuple[str, int], ...]:
    """The parts an amount is taken from, as (part, fen), in the order they are used; no part with 0 fen.

    ``parts``: (name, available fen, movable). Only movable parts are used: earlier years first, this year
    last, otherwise in the order given. ``amount_fen``: exactly that much, or None for all there is (which may
    be nothing). Raises LedgerError where a part stands twice or a movable one is negative, where the amount is not above 0,
    or where the movable parts hold less.
    """
    names = [name for name, _, _ in parts]
    if len(set(names)) != len(names):
        raise LedgerError(f"A part stands twice in {', '.join(names)}; add its amounts up first.")
    for name, available_fen, movable in parts:
        if movable and available_fen < 0:
            raise LedgerError(
                f"Part {name} has {available_fen} fen available; clear the negative part first (R-034)."
            )
    usable = sorted(
        ((name, fen) for name, fen, movable in parts if movable), key=lambda part: part[0] == THIS_YEAR
    )
    total = sum(fen for _, fen in usable)
    wanted = total if amount_fen is None else amount_fen
    if amount_fen is not None and amount_fen <= 0:
        raise LedgerError(f"Asked for {amount_fen} fen; ask for more than 0, or for everything with None.")
    if wanted > total:
        raise LedgerError(
            f"Asked for {wanted} fen but the movable parts hold {total}; ask for no more than that."
        )
    taken: list[tuple[str, int]] = []
    for name, fen in usable:
        share = min(fen, wanted)
        wanted -= share
        if share:
            taken.append((name, share))
    return tuple(taken)

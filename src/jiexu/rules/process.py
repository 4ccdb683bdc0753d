"""What happens to money while a case runs, and after (R-043 … R-053)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.policy import Found, Policy
from jiexu.rules.rule import Anchor, Entries, Rule

R_043 = Rule(
    "R-043",
    Anchor.EVENT,
    (
        "ESTATE_AT_ORIGIN",
        "ESTATE_AT_DESTINATION",
        "ESTATE_WHERE_IT_LANDS",
        "ESTATE_WHERE_EACH_LIES",
        "NO_MONEY",
        "REFUSED_BEFORE_ACCEPTANCE",
    ),
    ("handling-2023:8", "handling-2023:25"),
    Basis.INFERENCE,
    Confidence.MEDIUM,
)
LOCAL_CASE = ("PAID_BY_LOCAL_LIST", "NOT_ON_LOCAL_LIST", "NOT_KNOWN")
R_044 = Rule(
    "R-044",
    Anchor.EVENT,
    ("LOCAL_RULE", "NOT_KNOWN"),
    (),
    Basis.LOCAL,
    Confidence.LOW,
    parameters=("pa.no_heir_goes_to",),
)
R_045 = Rule(
    "R-045",
    Anchor.EVENT,
    LOCAL_CASE,
    ("overseas-chinese-2004:23", "guangdong-intra"),
    Basis.LOCAL,
    Confidence.MEDIUM,
    parameters=("pa.payout_cases",),
)
R_046 = Rule(
    "R-046",
    Anchor.EVENT,
    LOCAL_CASE,
    ("guangdong-intra",),
    Basis.LOCAL,
    Confidence.MEDIUM,
    parameters=("pa.payout_cases",),
)
R_047 = Rule("R-047", Anchor.EVENT, ("HOLD_AND_QUERY",), ("nhsa-2021-43:8",))
R_048 = Rule("R-048", Anchor.EVENT, ("EQUAL", "TOO_LITTLE", "TOO_MUCH"), ("nhsa-2021-43:8",))
R_049 = Rule("R-049", Anchor.EVENT, ("NORMAL",), ("nhsa-2021-43:8",))
R_050 = Rule(
    "R-050",
    Anchor.EVENT,
    ("ENDS_WITH_TRANSFER", "NO_GROUND_KNOWN"),
    ("nhsa-2026-sharing",),
    parameters=("sharing.ends_on_transfer",),
)
R_051 = Rule(
    "R-051", Anchor.EVENT, ("RESIDUAL_AT_ORIGIN",), ("nhsa-2026-sharing",), Basis.INFERENCE, Confidence.LOW
)
R_052 = Rule(
    "R-052",
    Anchor.EVENT,
    ("MAY_BE_SPENT", "USABLE_AFTER_STOP", "NOT_USABLE_AFTER_STOP", "NOT_KNOWN"),
    ("guobanfa-2021-14",),
    Basis.INFERENCE,
    Confidence.MEDIUM,
    parameters=("pa.use_after_stop",),
)
R_053 = Rule("R-053", Anchor.EVENT, ("NOT_A_TRANSFER",), ("wallet-news",), Basis.INFERENCE, Confidence.MEDIUM)

# States of a money track by where the amount lies.
PLACES = {
    "at_origin": {
        "due",
        "reviewed",
        "held_back",
        "returned",
        "residual",
        "mode_unknown",
        "stopped_by_death",
        "stayed",
        "kept",
    },
    "on_the_way": {"ordered", "awaited"},
    "at_destination": {"settled", "cleared", "queried", "chasing", "mismatch", "unmatched", "credited"},
    "ended": {"estate", "estate_in_doubt", "estate_paid", "to_person", "given_back", "ended"},
}
ESTATE = {
    "at_origin": "ESTATE_AT_ORIGIN",
    "on_the_way": "ESTATE_WHERE_IT_LANDS",
    "at_destination": "ESTATE_AT_DESTINATION",
}


def died_before_acceptance(*, died_on: date) -> Decision:
    """R-043 before anything moved: there is no member to transfer; heirs claim the account at the origin."""
    return R_043.decide(
        "REFUSED_BEFORE_ACCEPTANCE", inputs={"died_on": died_on.isoformat()}, refusals=("NA-14",)
    )


def death_in_process(*, record: str, money: Sequence[str]) -> Decision:
    """R-043 while a transfer runs: each amount becomes estate where it is; on the way, where it comes to rest.

    ``record``: name of the record track's state; ``money``: the state of each amount's track. An amount that
    already went to its end elsewhere is no longer asked about. Raises ValueError for a state not named here.
    """
    places = [_place(state.lower()) for state in money]
    left = {place for place in places if place != "ended"}
    outcome = ESTATE[left.pop()] if len(left) == 1 else "ESTATE_WHERE_EACH_LIES" if left else "NO_MONEY"
    counts: dict[str, Plain] = {place: places.count(place) for place in ESTATE}
    return R_043.decide(outcome, inputs={"record": record, **counts})


def _place(state: str) -> str:
    for place, states in PLACES.items():
        if state in states:
            return place
    raise ValueError(f"No rule says where the money of a track in state {state!r} is; name it in R-043.")


def no_heir(*, origin: str, policy: Policy, on: date) -> Decision:
    """R-044: neither heir nor will; where the money goes is local."""
    found = policy.find("pa.no_heir_goes_to", origin, on=on)
    return R_044.decide(
        "LOCAL_RULE" if isinstance(found, Found) else "NOT_KNOWN", facts=(found,), inputs={"origin": origin}
    )


def emigration(*, origin: str, policy: Policy, on: date) -> Decision:
    """R-045: settling abroad or in 港澳台; only the place's own list gives a payout."""
    return _local_case(R_045, "emigration", origin, policy, on)


def enlistment(*, origin: str, policy: Policy, on: date) -> Decision:
    """R-046: joining the army; only the place's own list gives a payout."""
    return _local_case(R_046, "enlisted", origin, policy, on)


def _local_case(rule: Rule, case: str, origin: str, policy: Policy, on: date) -> Decision:
    listed = policy.find("pa.payout_cases", origin, on=on)
    inputs = {"case": case, "origin": origin}
    if not isinstance(listed, Found) or not isinstance(listed.value, tuple):
        return rule.decide("NOT_KNOWN", facts=(listed,), inputs=inputs)
    outcome = "PAID_BY_LOCAL_LIST" if case in listed.value else "NOT_ON_LOCAL_LIST"
    return rule.decide(outcome, facts=(listed,), inputs=inputs)


def receipt_unmatched(*, receipt: str, fen: int) -> Decision:
    """R-047: a receipt that belongs to no case is held and the origin asked; nothing is credited."""
    return R_047.decide("HOLD_AND_QUERY", inputs={"fen": fen, "receipt": receipt})


def receipt_differs(*, form_fen: int, received_fen: int) -> Decision:
    """R-048: credited only when amount received and amount on the form agree to the fen (核对无误后)."""
    outcome = "EQUAL"
    if received_fen != form_fen:
        outcome = "TOO_LITTLE" if received_fen < form_fen else "TOO_MUCH"
    return R_048.decide(outcome, inputs={"form_fen": form_fen, "received_fen": received_fen})


def record_first(*, money_state: str) -> Decision:
    """R-049: the record is in and the money is not: the normal state. Cover and years do not wait for it."""
    return R_049.decide("NORMAL", inputs={"money_state": money_state})


def sharing(*, on: date, policy: Policy) -> Decision:
    """R-050: an open family sharing ends with the transfer; what was not used returns to the giver's account."""
    ends = policy.find("sharing.ends_on_transfer", on=on)
    known = isinstance(ends, Found) and ends.value is True
    return R_050.decide(
        "ENDS_WITH_TRANSFER" if known else "NO_GROUND_KNOWN", facts=(ends,), inputs={"on": on.isoformat()}
    )


def residual(*, amount_fen: int, mode: str, why: str) -> Decision:
    """R-051: money that comes into the account after the balance was sent travels on a track of its own."""
    return R_051.decide(
        "RESIDUAL_AT_ORIGIN", inputs={"amount_fen": amount_fen, "mode": str(mode), "why": why}
    )


def spending(*, stopped: bool, origin: str, policy: Policy, on: date) -> Decision:
    """R-052: the account may be used while it is open; after the stop, as the place allows."""
    if not stopped:
        return R_052.decide("MAY_BE_SPENT", inputs={"origin": origin, "stopped": False})
    local = policy.find("pa.use_after_stop", origin, on=on)
    inputs: dict[str, Plain] = {"origin": origin, "stopped": True}
    if not isinstance(local, Found):
        return R_052.decide("NOT_KNOWN", facts=(local,), inputs=inputs)
    outcome = "USABLE_AFTER_STOP" if local.value is True else "NOT_USABLE_AFTER_STOP"
    return R_052.decide(outcome, facts=(local,), inputs=inputs)


def wallet_instead(*, on: date) -> Decision:
    """R-053: a wallet payment (医保钱包) goes to a relative; it does not move one's own record or balance."""
    return R_053.decide("NOT_A_TRANSFER", inputs={"on": on.isoformat()})


ENTRIES: Entries = (
    (R_043, death_in_process),
    (R_044, no_heir),
    (R_045, emigration),
    (R_046, enlistment),
    (R_047, receipt_unmatched),
    (R_048, receipt_differs),
    (R_049, record_first),
    (R_050, sharing),
    (R_051, residual),
    (R_052, spending),
    (R_053, wallet_instead),
)

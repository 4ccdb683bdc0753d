"""What happens to the personal account money: how it travels, if it does (R-032 … R-041).

Only movable, available parts count. Where no rule is known the mode is UNKNOWN, which stops the money track and
nothing else; cash is never promised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Basis, Confidence, Decision
from jiexu.rules.inputs import AccountPart, Asked, PersonFacts, Scheme
from jiexu.rules.policy import Found, Policy, Unknown, province_of
from jiexu.rules.process import death_in_process as death_in_process  # noqa: PLC0414  # offered here as well
from jiexu.rules.process import receipt_differs as receipt_differs  # noqa: PLC0414  # offered here as well
from jiexu.rules.process import receipt_unmatched as receipt_unmatched  # noqa: PLC0414  # offered here as well
from jiexu.rules.process import residual as residual  # noqa: PLC0414  # offered here as well
from jiexu.rules.process import sharing as sharing  # noqa: PLC0414  # offered here as well
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.scope import relation_unclear


class MoneyMode(StrEnum):
    """How the account money of a case travels.

    REMIT agency to agency · STAY usable everywhere in the province, not moved · KEEP left at the origin by local
    rule · CREDIT_THEN_CLEAR credited at once, agencies net later · INSTANT transferred on the spot · NONE nothing
    to move · TO_PERSON and ESTATE by local lists only · UNKNOWN no rule known, a person decides.
    """

    REMIT = "REMIT"
    STAY = "STAY"
    KEEP = "KEEP"
    CREDIT_THEN_CLEAR = "CREDIT_THEN_CLEAR"
    INSTANT = "INSTANT"
    NONE = "NONE"
    TO_PERSON = "TO_PERSON"
    ESTATE = "ESTATE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class MoneyDecision:
    """The mode, the amount in fen and its parts, and why. ``parts`` holds only parts above zero.

    ``rule``: the rule that chose the mode, and stands on every posting of the amount.
    """

    mode: MoneyMode
    rule: str
    amount_fen: int
    parts: tuple[tuple[str, int], ...]
    decisions: tuple[Decision, ...]


R_032 = Rule(
    "R-032",
    Anchor.APPLICATION,
    ("REMIT", "UNKNOWN"),
    ("nhsa-2021-43:7",),
    parameters=(
        "pa.cross_mode",
        "area.unclear_with",
    ),
)
R_033 = Rule(
    "R-033", Anchor.APPLICATION, ("NO_ACCOUNT", "NO_BALANCE", "NOTHING_MOVABLE"), ("nhsa-2021-43:7",)
)
R_034 = Rule("R-034", Anchor.APPLICATION, ("MANUAL",), ("handling-2023:46",), Basis.DESIGN, Confidence.LOW)
R_035 = Rule(
    "R-035",
    Anchor.EVENT,
    ("MAY_BE_OFFSET", "NO_GROUND_KNOWN"),
    ("handling-2023:46",),
    parameters=("account.offset_allowed",),
)
INTRA = ("STAY", "CREDIT_THEN_CLEAR", "INSTANT", "REMIT", "UNKNOWN")
R_036 = Rule(
    "R-036", Anchor.APPLICATION, INTRA, ("nhsa-2021-43:3",), Basis.LOCAL, parameters=("pa.intra_mode",)
)
R_037 = Rule(
    "R-037",
    Anchor.APPLICATION,
    ("USABLE_NOT_MOVED_NOT_CASHED",),
    ("guangdong-intra",),
    Basis.LOCAL,
    parameters=("pa.intra_mode",),
)
R_038 = Rule(
    "R-038",
    Anchor.APPLICATION,
    ("KEEP", "TO_PERSON", "REMIT", "UNKNOWN"),
    ("nhsa-2021-43:7",),
    Basis.LOCAL,
    Confidence.MEDIUM,
    parameters=("pa.er_money",),
)
R_039 = Rule("R-039", Anchor.APPLICATION, ("NONE",), (), Basis.INFERENCE)
R_040 = Rule(
    "R-040",
    Anchor.EVENT,
    ("TO_PERSON", "KEEP", "UNKNOWN"),
    ("guangdong-intra",),
    Basis.LOCAL,
    parameters=("pa.cannot_transfer",),
)
R_041 = Rule(
    "R-041",
    Anchor.APPLICATION,
    ("DENIED", "LOCAL_LIST_TO_CHECK"),
    ("guofa-1998-44",),
    parameters=("pa.payout_cases",),
)
R_042 = Rule(
    "R-042",
    Anchor.EVENT,
    ("HEIRS_CLAIM_AT_ORIGIN",),
    ("guofa-1998-44", "civil-code:1122", "civil-code:1127"),
    confidence=Confidence.MEDIUM,
)

NOT_DENIED = frozenset({MoneyMode.NONE, MoneyMode.TO_PERSON, MoneyMode.ESTATE})
"""Ways in which a wish for cash needs no answer: there is no money, or the person or the heirs are paid anyway."""
ER_MODES = {
    "keep_usable": MoneyMode.KEEP,
    "hold": MoneyMode.KEEP,
    "pay_out": MoneyMode.TO_PERSON,
    "transfer": MoneyMode.REMIT,
}


def money_mode(*, asked: Asked, person: PersonFacts, policy: Policy, on: date) -> MoneyDecision:
    """How the account money of this person travels in this case, on the facts of the origin.

    The first that applies decides: death (R-042), resident origin (R-039, before R-036 as residents have no
    account), no account or nothing movable (R-033), a negative balance (R-034), then the pair of schemes and
    places. What the person owes is shown (R-035); only an agency's own decision reduces an amount.
    """
    parts = movable_parts(person.account)
    mode, why = _mode(asked=asked, person=person, policy=policy, on=on)
    notes = _notes(asked=asked, person=person, policy=policy, on=on, mode=mode)
    if mode is MoneyMode.NONE:
        parts = ()
    return MoneyDecision(
        mode=mode,
        rule=why[-1].rule,
        amount_fen=sum(fen for _, fen in parts),
        parts=parts,
        decisions=(*why, *notes),
    )


def movable_parts(account: tuple[AccountPart, ...]) -> tuple[tuple[str, int], ...]:
    """Movable parts with something available, in fen."""
    return tuple(
        (part.part, part.available_fen) for part in account if part.movable and part.available_fen > 0
    )


Chosen = tuple[MoneyMode, tuple[Decision, ...]]


def _mode(*, asked: Asked, person: PersonFacts, policy: Policy, on: date) -> Chosen:
    return _of_the_person(asked=asked, person=person) or of_the_places(asked=asked, policy=policy, on=on)


def _of_the_person(*, asked: Asked, person: PersonFacts) -> Chosen | None:
    """What the person's own account already decides; None where the places decide."""
    if asked.from_scheme is Scheme.RESIDENT:
        return MoneyMode.NONE, (R_039.decide("NONE", inputs={"from_scheme": asked.from_scheme.value}),)
    nothing = nothing_to_move(person=person)
    if nothing is not None:
        return MoneyMode.NONE, (nothing,)
    if _overdrawn(person):
        lowest = min(part.available_fen for part in person.account)
        return MoneyMode.UNKNOWN, (R_034.decide("MANUAL", inputs={"lowest_fen": lowest}),)
    if person.died_on is not None:
        return MoneyMode.ESTATE, (died_before(died_on=person.died_on),)
    return None


def of_the_places(*, asked: Asked, policy: Policy, on: date) -> Chosen:
    """How account money travels between two places, whatever the account holds (R-032, R-036, R-038)."""
    if asked.to_scheme is Scheme.RESIDENT:
        return to_resident(asked=asked, policy=policy, on=on)
    if province_of(asked.origin) != province_of(asked.destination):
        return across_provinces(asked=asked, policy=policy, on=on)
    return inside_province(asked=asked, policy=policy, on=on)


def announced_rule(*, asked: Asked, mode: MoneyMode) -> str:
    """The rule of an amount as the destination can tell it: from the places and schemes, which both sides know."""
    if asked.to_scheme is Scheme.RESIDENT:
        return R_038.id
    if province_of(asked.origin) != province_of(asked.destination):
        return R_032.id
    return R_037.id if mode is MoneyMode.STAY else R_036.id


def _overdrawn(person: PersonFacts) -> bool:
    return any(part.balance_fen < 0 or part.available_fen < 0 for part in person.account)


def nothing_to_move(*, person: PersonFacts) -> Decision | None:
    """R-033: no account, an empty one, or only parts that do not move. None where something is there."""
    employee = [one for one in person.enrolments if one.scheme is Scheme.EMPLOYEE]
    if not person.account or (employee and not any(one.has_account for one in employee)):
        return R_033.decide("NO_ACCOUNT", inputs={"parts": len(person.account)})
    if _overdrawn(person) or movable_parts(person.account):
        return None
    total = sum(part.balance_fen for part in person.account)
    return R_033.decide("NOTHING_MOVABLE" if total else "NO_BALANCE", inputs={"balance_fen": total})


def across_provinces(*, asked: Asked, policy: Policy, on: date) -> Chosen:
    """R-032: the balance goes agency to agency; the amount is the form's 实际转出资金."""
    found = policy.find("pa.cross_mode", on=on)
    known = isinstance(found, Found) and not relation_unclear(asked=asked, policy=policy)
    mode = MoneyMode.REMIT if known else MoneyMode.UNKNOWN
    inputs = {"destination": asked.destination, "origin": asked.origin}
    return mode, (R_032.decide(mode.value, facts=(found,), inputs=inputs),)


def inside_province(*, asked: Asked, policy: Policy, on: date) -> Chosen:
    """R-036, R-037: the province's own way, where it is known at both places and is the same.

    INSTANT is offered by the place that takes the record in, so it is enough that the destination says so.
    """
    here = policy.find("pa.intra_mode", asked.origin, on=on)
    there = policy.find("pa.intra_mode", asked.destination, on=on)
    mode = _agreed(here, there)
    decision = R_036.decide(
        mode.value,
        facts=(here, there),
        inputs={"at_destination": _word(there), "at_origin": _word(here)},
    )
    if mode is MoneyMode.STAY:
        return mode, (decision, R_037.decide("USABLE_NOT_MOVED_NOT_CASHED", facts=(here,)))
    return mode, (decision,)


def _word(answer: Found | Unknown) -> str | None:
    return str(answer.value) if isinstance(answer, Found) else None


def _agreed(here: Found | Unknown, there: Found | Unknown) -> MoneyMode:
    word = _word(there)
    if word is None or word not in INTRA or word not in {_word(here), MoneyMode.INSTANT}:
        return MoneyMode.UNKNOWN
    return MoneyMode(word)


def to_resident(*, asked: Asked, policy: Policy, on: date) -> Chosen:
    """R-038: residents have no account; the national text is silent, so the origin's own rule decides or none."""
    found = policy.find("pa.er_money", asked.origin, on=on)
    mode = ER_MODES[str(found.value)] if isinstance(found, Found) else MoneyMode.UNKNOWN
    return mode, (R_038.decide(mode.value, facts=(found,), inputs={"origin": asked.origin}),)


def owed(*, owed_fen: int, policy: Policy, on: date) -> Decision:
    """R-035: overpaid benefits may be taken from the balance, by the agency's own decision and shown as such."""
    ground = policy.find("account.offset_allowed", on=on)
    outcome = "MAY_BE_OFFSET" if isinstance(ground, Found) and ground.value is True else "NO_GROUND_KNOWN"
    return R_035.decide(outcome, facts=(ground,), inputs={"owed_fen": owed_fen})


def cannot_credit(*, origin: str, policy: Policy, on: date) -> Decision:
    """R-040: the destination cannot take the money: the rule of the origin decides; cash is never promised."""
    found = policy.find("pa.cannot_transfer", origin, on=on)
    outcome = str(found.value) if isinstance(found, Found) else "UNKNOWN"
    return R_040.decide(outcome, facts=(found,), inputs={"origin": origin})


def cash_asked(*, origin: str, policy: Policy, on: date) -> Decision:
    """R-041: an active mover has no right to cash; a place with a list of cases is to be asked first."""
    listed = policy.find("pa.payout_cases", origin, on=on)
    known = isinstance(listed, Found)
    outcome = "LOCAL_LIST_TO_CHECK" if known else "DENIED"
    return R_041.decide(outcome, facts=(listed,) if known else (), inputs={"origin": origin})


def died_before(*, died_on: date) -> Decision:
    """R-042: the account is inheritable; heirs claim it at the origin."""
    return R_042.decide("HEIRS_CLAIM_AT_ORIGIN", inputs={"died_on": died_on.isoformat()})


def _notes(
    *, asked: Asked, person: PersonFacts, policy: Policy, on: date, mode: MoneyMode
) -> tuple[Decision, ...]:
    notes = []
    if person.owed_fen > 0:
        notes.append(owed(owed_fen=person.owed_fen, policy=policy, on=on))
    if asked.wants_cash and mode not in NOT_DENIED:
        notes.append(cash_asked(origin=asked.origin, policy=policy, on=on))
    return tuple(notes)


ENTRIES: Entries = (
    (R_032, across_provinces),
    (R_033, nothing_to_move),
    (R_034, money_mode),
    (R_035, owed),
    (R_036, inside_province),
    (R_037, inside_province),
    (R_038, to_resident),
    (R_039, money_mode),
    (R_040, cannot_credit),
    (R_041, cash_asked),
    (R_042, died_before),
)

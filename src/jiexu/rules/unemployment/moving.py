"""Whether and how an unemployment-insurance relation moves (UNE-01 … UNE-04, UNE-08, UNE-09, UNE-11, UNE-12, UNE-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jiexu.rules.decision import Basis, Decision, Plain
from jiexu.rules.policy import Policy, province_of
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import word_of, yes
from jiexu.rules.unemployment.entitlement import months_due
from jiexu.rules.unemployment.money import Due, Money, money, money_moves

UNE_01 = Rule("UNE-01", Anchor.APPLICATION, ("FOLLOWS",), ("sil:52", "handling-2023:14"))
UNE_02 = Rule("UNE-02", Anchor.APPLICATION, ("ONE_OF_THE_CASES", "NOT_A_CASE"), ("mohrss-2021-85",))
UNE_03 = Rule(
    "UNE-03",
    Anchor.EVENT,
    ("CHOICE", "LOCKED", "NOT_LOCKED", "NOT_KNOWN"),
    ("mohrss-2021-85", "unemployment-reg-1999:22"),
    parameters=("unemployment.place_locked_while_drawing",),
)
UNE_04 = Rule("UNE-04", Anchor.APPLICATION, ("TRANSFER_FIRST",), ("mohrss-2021-85",))
UNE_08 = Rule(
    "UNE-08",
    Anchor.EVENT,
    ("BENEFIT_GOES_ON", "NOT_KNOWN"),
    ("jiangsu-unemployment-qa",),
    parameters=("unemployment.late_money_stops_benefit",),
)
UNE_09 = Rule("UNE-09", Anchor.APPLICATION, ("ON_PLATFORM", "REFUSED"), ("jiangsu-unemployment-qa",))
UNE_11 = Rule(
    "UNE-11",
    Anchor.APPLICATION,
    ("OLD_RELATION_ONLY", "OLD_WITH_MONEY", "PRESENT_RULE", "NOT_KNOWN"),
    ("cq-unemployment-2011:29", "unemployment-claims-2000"),
    parameters=("unemployment.transfer.employed_with_money",),
)
UNE_12 = Rule(
    "UNE-12",
    Anchor.APPLICATION,
    ("NO_TRANSFER", "RELATION_ONLY", "RELATION_AND_MONEY", "NOT_KNOWN"),
    ("sil:52",),
    Basis.LOCAL,
    parameters=("unemployment.transfer.intra_mode",),
)
UNE_14 = Rule("UNE-14", Anchor.EVENT, ("MOVES_WITH_UNIT",), ("unemployment-reg-1999:22",))


class Standing(StrEnum):
    """Where somebody stands: working, without work and entitled or not, or drawing the benefit."""

    EMPLOYED = "employed"
    ENTITLED = "entitled"
    NOT_ENTITLED = "not_entitled"
    DRAWING = "drawing"


class Claim(StrEnum):
    """Where an entitled person claims."""

    LAST_PLACE = "last_place"
    HOME = "home"


class Way(StrEnum):
    """What happens: ``nothing`` has to move, it is ``refused``, the ``relation`` moves, or ``relation_and_money``."""

    NOTHING = "nothing"
    REFUSED = "refused"
    RELATION = "relation"
    RELATION_AND_MONEY = "relation_and_money"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Unemployed:
    """What decides a transfer.

    ``paid_months``: at the old place. ``reemployed``: works at the new place. ``claims_at``: of who is entitled and
    has no work. ``fixed_months``: benefit the old place fixed, None where it has not; ``drawn_months`` of them drawn.
    ``monthly_fen``: monthly benefit of the old place, None where not known.
    """

    standing: Standing
    paid_months: int
    reemployed: bool = False
    claims_at: Claim = Claim.LAST_PLACE
    fixed_months: int | None = None
    drawn_months: int = 0
    monthly_fen: int | None = None

    @property
    def undrawn(self) -> int:
        """Fixed months that were not drawn."""
        return max(0, (self.fixed_months or 0) - self.drawn_months)


@dataclass(frozen=True, slots=True)
class Move:
    """``money``: None where none moves or its amount cannot be told."""

    way: Way
    money: Money | None
    decisions: tuple[Decision, ...]


def unemployment_move(*, person: Unemployed, origin: str, destination: str, policy: Policy, on: date) -> Move:
    """What happens to the relation of a person who moves from one place to another (decision table D1 … D8).

    Inside a province the province decides (UNE-12); across provinces the notice of 2021, before it the older rule.
    """
    first = follows(months=person.paid_months)
    if province_of(origin) == province_of(destination):
        return _inside(first, person, origin, policy, on)
    if person.standing is Standing.DRAWING and not person.reemployed:
        lock = locked(across_provinces=True, area=origin, policy=policy, on=on)
        way = {"LOCKED": Way.REFUSED, "NOT_LOCKED": Way.RELATION_AND_MONEY}.get(lock.outcome, Way.NOT_KNOWN)
        sums = _sums(person, origin, policy, on) if way is Way.RELATION_AND_MONEY else None
        return Move(way, sums, (first, lock, *_of(sums)))
    if not _a_case(person):
        return Move(Way.NOTHING, None, (first, UNE_02.decide("NOT_A_CASE", inputs=_said(person))))
    notes = [first, UNE_02.decide("ONE_OF_THE_CASES", inputs=_said(person))]
    if person.standing is Standing.ENTITLED and not person.reemployed:
        notes.append(UNE_03.decide("CHOICE", inputs={"claims_at": person.claims_at.value}))
        if person.claims_at is Claim.LAST_PLACE:
            return Move(Way.NOTHING, None, tuple(notes))
        notes.append(UNE_04.decide("TRANSFER_FIRST"))
    return _across(notes, person, origin, policy, on)


def _across(notes: list[Decision], person: Unemployed, origin: str, policy: Policy, on: date) -> Move:
    employed = person.standing is Standing.EMPLOYED or person.reemployed
    old = older_rule(employed=employed, policy=policy, on=on)
    moves = money_moves(paid_months=person.paid_months, fixed_undrawn=person.undrawn, policy=policy, on=on)
    if old.outcome in {"OLD_RELATION_ONLY", "NOT_KNOWN"}:
        way = Way.RELATION if old.outcome == "OLD_RELATION_ONLY" else Way.NOT_KNOWN
        return Move(way, None, (*notes, old))
    rules = [old] if old.outcome == "OLD_WITH_MONEY" else [moves]
    if rules[0] is moves and moves.outcome != "MONEY_MOVES":
        way = Way.RELATION if moves.outcome == "RELATION_ONLY" else Way.NOT_KNOWN
        return Move(way, None, (*notes, moves))
    sums = _sums(person, origin, policy, on)
    late = late_money(policy=policy, on=on)
    return Move(Way.RELATION_AND_MONEY, sums, (*notes, *rules, *_of(sums), late))


def _inside(first: Decision, person: Unemployed, origin: str, policy: Policy, on: date) -> Move:
    rule = inside_province(area=origin, policy=policy, on=on)
    notes = [first, rule]
    if person.standing is Standing.DRAWING and not person.reemployed:
        notes.append(locked(across_provinces=False, area=origin, policy=policy, on=on))
    way = INSIDE[rule.outcome]
    sums = _sums(person, origin, policy, on) if way is Way.RELATION_AND_MONEY else None
    return Move(way, sums, (*notes, *_of(sums)))


INSIDE = {
    "NO_TRANSFER": Way.NOTHING,
    "RELATION_ONLY": Way.RELATION,
    "RELATION_AND_MONEY": Way.RELATION_AND_MONEY,
    "NOT_KNOWN": Way.NOT_KNOWN,
}


def _a_case(person: Unemployed) -> bool:
    """Whether it is one of the five cases of the notice: at work elsewhere, or entitled and without work."""
    return person.standing in {Standing.EMPLOYED, Standing.ENTITLED} or person.reemployed


def _sums(person: Unemployed, origin: str, policy: Policy, on: date) -> Money | None:
    """The money, where the monthly benefit is known; months not fixed yet are counted by the table of the place."""
    if person.monthly_fen is None:
        return None
    least = most = person.fixed_months
    why: tuple[Decision, ...] = ()
    if least is None or most is None:
        due = months_due(paid_months=person.paid_months, area=origin, policy=policy, on=on)
        least, most, why = due.least, due.most, due.decisions
        if least is None or most is None:
            return None
    known = Due(least, most, person.drawn_months, person.monthly_fen)
    found = money(due=known, area=origin, policy=policy, on=on)
    return Money(
        found.least_fen,
        found.most_fen,
        found.months,
        found.benefit_fen,
        found.added_of_remaining_fen,
        found.added_of_total_fen,
        (*found.decisions, *why),
    )


def _of(sums: Money | None) -> tuple[Decision, ...]:
    return () if sums is None else sums.decisions


def _said(person: Unemployed) -> dict[str, Plain]:
    return {
        "paid_months": person.paid_months,
        "reemployed": person.reemployed,
        "standing": person.standing.value,
    }


def follows(*, months: int) -> Decision:
    """UNE-01: the relation follows the worker between areas, and months add up."""
    return UNE_01.decide("FOLLOWS", inputs={"months": months})


def locked(*, across_provinces: bool, area: str, policy: Policy, on: date) -> Decision:
    """UNE-03: whether who draws the benefit may change the place. The notice locks it; the regulation says it moves.

    Both statements stand beside each other in the fact's rivals, and the answer is no surer than that.
    """
    move = "across_provinces" if across_provinces else "inside_province"
    place = None if across_provinces else area
    found = policy.find("unemployment.place_locked_while_drawing", place, on=on, scope={"move": move})
    outcome = {True: "LOCKED", False: "NOT_LOCKED", None: "NOT_KNOWN"}[yes(found)]
    return UNE_03.decide(outcome, facts=(found,), inputs={"area": area, "move": move})


def older_rule(*, employed: bool, policy: Policy, on: date) -> Decision:
    """UNE-11: before the notice of 2021 who had work took the relation along, who had none took money too."""
    found = policy.find("unemployment.transfer.employed_with_money", on=on)
    outcomes = {
        True: "PRESENT_RULE",
        None: "NOT_KNOWN",
        False: "OLD_RELATION_ONLY" if employed else "OLD_WITH_MONEY",
    }
    return UNE_11.decide(outcomes[yes(found)], facts=(found,), inputs={"employed": employed})


def inside_province(*, area: str, policy: Policy, on: date) -> Decision:
    """UNE-12: inside a province the province says whether relation or money move; most have not been found."""
    found = policy.find("unemployment.transfer.intra_mode", area, on=on)
    outcome = (word_of(found) or "NOT_KNOWN").upper()
    return UNE_12.decide(outcome, facts=(found,), inputs={"area": area})


def late_money(*, policy: Policy, on: date) -> Decision:
    """UNE-08: money that is still on the way never stops the benefit at the new place."""
    found = policy.find("unemployment.late_money_stops_benefit", on=on)
    return UNE_08.decide("BENEFIT_GOES_ON" if yes(found) is False else "NOT_KNOWN", facts=(found,))


def platform(*, status_fits: bool, places_fit: bool) -> Decision:
    """UNE-09: asked for on the national platform; a wrong status or a wrong place is refused there."""
    inputs: dict[str, Plain] = {"places_fit": places_fit, "status_fits": status_fits}
    return UNE_09.decide("ON_PLATFORM" if status_fits and places_fit else "REFUSED", inputs=inputs)


def whole_unit(*, people: int) -> Decision:
    """UNE-14: a unit that moves as a whole takes the relations of its people along."""
    return UNE_14.decide("MOVES_WITH_UNIT", inputs={"people": people})


ENTRIES: Entries = (
    (UNE_01, follows),
    (UNE_02, unemployment_move),
    (UNE_03, locked),
    (UNE_04, unemployment_move),
    (UNE_08, late_money),
    (UNE_09, platform),
    (UNE_11, older_rule),
    (UNE_12, inside_province),
    (UNE_14, whole_unit),
)

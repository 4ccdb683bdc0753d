"""Contribution months: what adds up, what is counted once, what stays apart (R-076 … R-085)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiexu.records.record import MonthKind
from jiexu.rules.decision import Basis, Confidence, Decision, Plain
from jiexu.rules.facts import Bound, Number
from jiexu.rules.inputs import Scheme, Sex
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule

YEARS_ASKED = {
    "total": "ee.retire.total_years",
    "paid": "ee.retire.paid_years",
    "local": "ee.retire.local_years",
}
R_076 = Rule("R-076", Anchor.MONTH, ("ADDED", "HANDED_OVER"), ("sil:32", "nhsa-2021-43:12"))
R_077 = Rule(
    "R-077", Anchor.MONTH, ("COUNTED_ONCE", "NO_DUPLICATES"), ("sil:32",), Basis.INFERENCE, Confidence.MEDIUM
)
R_078 = Rule(
    "R-078",
    Anchor.MONTH,
    ("SEPARATE_COUNTER",),
    ("taian-deemed",),
    Basis.LOCAL,
    Confidence.MEDIUM,
    parameters=("ee.retire.deemed_rule",),
)
R_079 = Rule(
    "R-079",
    Anchor.MONTH,
    ("DEEMED", "COUNTED_AS_PAID"),
    ("military-2012:23",),
    parameters=("ee.retire.military_years_count_as",),
)
R_080 = Rule(
    "R-080",
    Anchor.MONTH,
    ("SEPARATE_COUNTER", "CONVERTED_LOCALLY"),
    ("mohrss-2015-80",),
    confidence=Confidence.MEDIUM,
    parameters=("ee.retire.resident_years_per_employee_year",),
)
R_081 = Rule(
    "R-081",
    Anchor.RETIREMENT,
    ("REACHED", "NOT_REACHED", "NOT_KNOWN"),
    ("sil:27", "shanghai-2024:16"),
    parameters=(
        *YEARS_ASKED.values(),
        "ee.retire.province_years",
        "ee.retire.scheme_years",
        "ee.retire.clock",
    ),
)
R_082 = Rule(
    "R-082",
    Anchor.RETIREMENT,
    ("LOCAL_MODES", "NOT_KNOWN"),
    ("sil:27", "zhejiang-2021:21"),
    parameters=("ee.retire.topup.modes",),
)
R_083 = Rule("R-083", Anchor.EVENT, ("CONFLICT_WITH_NATIONAL_RULE",), ("nhsa-2021-43:12",))
R_085 = Rule("R-085", Anchor.ALWAYS, ("BLOCKED",), ("npc-2024-retirement",))

MONTHS = 12
NEVER = Decimal("Infinity")
NO_LIMIT = Bound()


def months_rule(*, scheme: str, kind: MonthKind) -> str:
    """The rule by which months of a scheme and kind are handed over and counted: R-076, R-078 or R-080."""
    if kind is MonthKind.DEEMED:
        return R_078.id
    return R_076.id if scheme == Scheme.EMPLOYEE.value else R_080.id


def added(*, months: int) -> Decision:
    """R-076: employee months of the origin are added to those of the destination."""
    return R_076.decide("ADDED", inputs={"months": months})


def handed_over(*, months: int, scheme: Scheme) -> Decision:
    """R-076 for employees, R-080 for residents: the months the origin hands over on its form."""
    inputs: dict[str, Plain] = {"months": months, "scheme": scheme.value}
    if scheme is Scheme.RESIDENT:
        return R_080.decide("SEPARATE_COUNTER", inputs=inputs)
    return R_076.decide("HANDED_OVER", inputs=inputs)


def counted_once(*, taken: int, duplicates: int) -> Decision:
    """R-077: a calendar month paid in two places counts once. ``taken``: months newly counted."""
    outcome = "COUNTED_ONCE" if duplicates else "NO_DUPLICATES"
    return R_077.decide(outcome, inputs={"duplicates": duplicates, "taken": taken})


def deemed(*, months: int, rules: tuple[Found, ...] = ()) -> Decision:
    """R-078: deemed months (视同缴费) travel in a counter of their own; recognising them is local.

    ``rules``: what the place says about recognising them (``ee.retire.deemed_rule``), where it is asked.
    """
    return R_078.decide("SEPARATE_COUNTER", facts=rules, inputs={"months": months})


def military(*, months: int, area: str, policy: Policy, on: date) -> Decision:
    """R-079: service months are added as deemed, or as paid where the place says so."""
    found = policy.find("ee.retire.military_years_count_as", area, on=on)
    as_paid = isinstance(found, Found) and found.value == "paid"
    return R_079.decide("COUNTED_AS_PAID" if as_paid else "DEEMED", facts=(found,), inputs={"months": months})


def resident(*, months: int, area: str, policy: Policy, on: date) -> Decision:
    """R-080: months as a resident are no employee months; some places convert whole years."""
    found = policy.find("ee.retire.resident_years_per_employee_year", area, on=on)
    known = isinstance(found, Found)
    outcome = "CONVERTED_LOCALLY" if known else "SEPARATE_COUNTER"
    return R_080.decide(outcome, facts=(found,) if known else (), inputs={"months": months})


@dataclass(frozen=True, slots=True)
class MonthsHeld:
    """Months a person can show, in all, actually paid, and paid in the place itself."""

    total: int
    paid: int
    local: int


def retiree_cover(*, held: MonthsHeld, sex: Sex, area: str, policy: Policy, on: date) -> Decision:
    """R-081: cover as a retiree without further contributions, where every condition the place sets is met.

    A condition that is not known stays open: the answer is NOT_KNOWN unless a known one already fails.
    """
    have = {"local": held.local, "paid": held.paid, "total": held.total}
    answers = _years_asked(sex=sex, area=area, policy=policy, on=on)
    outcome = "REACHED"
    for name, answer in answers.items():
        surely_asked, surely_enough = _asked(answer)
        if have[name] < surely_asked:
            outcome = "NOT_REACHED"
            break
        if have[name] < surely_enough:
            outcome = "NOT_KNOWN"
    short = outcome == "NOT_REACHED"
    facts = [answer for answer in answers.values() if isinstance(answer, Found) or not short]
    inputs: dict[str, Plain] = {"area": area, "sex": sex.value, **have}
    return R_081.decide(outcome, facts=facts, inputs=inputs)


def months_asked(*, sex: Sex, area: str, policy: Policy, on: date) -> dict[str, tuple[Number, Number]]:
    """What a place asks for, in months of ``total``, ``paid`` and ``local``: surely asked for, and surely enough."""
    answers = _years_asked(sex=sex, area=area, policy=policy, on=on)
    return {name: _asked(answer) for name, answer in answers.items()}


def _years_asked(*, sex: Sex, area: str, policy: Policy, on: date) -> dict[str, Found | Unknown]:
    scope = {"sex": sex.value}
    return {name: policy.find(parameter, area, on=on, scope=scope) for name, parameter in YEARS_ASKED.items()}


def _asked(answer: Found | Unknown) -> tuple[Number, Number]:
    """The months surely asked for, and the months that surely do; a limit or no answer leaves some between."""
    value = answer.value if isinstance(answer, Found) else NO_LIMIT
    if isinstance(value, Bound):
        return (value.low or 0) * MONTHS, NEVER if value.high is None else value.high * MONTHS
    months = (value if isinstance(value, int) else Decimal(str(value))) * MONTHS
    return months, months


def top_up(*, area: str, policy: Policy, on: date) -> Decision:
    """R-082: who has not enough may pay on to the number, monthly or at once, as the place offers."""
    found = policy.find("ee.retire.topup.modes", area, on=on)
    modes = ", ".join(found.value) if isinstance(found, Found) and isinstance(found.value, tuple) else None
    return R_082.decide(
        "LOCAL_MODES" if modes else "NOT_KNOWN", facts=(found,), inputs={"area": area, "modes": modes}
    )


def pension_elsewhere(*, area: str) -> Decision:
    """R-083: refusing retiree cover because the pension is drawn elsewhere contradicts the national rule."""
    return R_083.decide("CONFLICT_WITH_NATIONAL_RULE", inputs={"area": area})


def pension_minimum(*, years: int) -> Decision:
    """R-085: the minimum of the pension (15 rising to 20 years) is never a number for medical insurance."""
    return R_085.decide("BLOCKED", inputs={"years": years})


ENTRIES: Entries = (
    (R_076, added),
    (R_077, counted_once),
    (R_078, deemed),
    (R_079, military),
    (R_080, resident),
    (R_081, retiree_cover),
    (R_082, top_up),
    (R_083, pension_elsewhere),
    (R_085, pension_minimum),
)

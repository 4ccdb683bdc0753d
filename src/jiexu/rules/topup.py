"""What paying the missing months at retirement costs (R-082), where the numbers of the place are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiexu.rules.decision import Basis, Decision, Plain
from jiexu.rules.inputs import Payer
from jiexu.rules.policy import Found, Policy, Unknown, province_of
from jiexu.rules.rule import Anchor, Entries, Rule
from jiexu.rules.terms import amount_fen, fraction, known, rounded, word_of, words, yes
from jiexu.rules.working import Line, Rounding, Worked, area, fen, line, months, share, word
from jiexu.values.errors import ValueFault

COST = (
    "ee.retire.topup.modes",
    "ee.retire.topup.amount",
    "ee.retire.topup.rate",
    "ee.retire.topup.base",
    "ee.retire.topup.base_amount",
    "ee.retire.topup.base_share",
    "ee.retire.topup.credited",
    "ee.retire.topup.rule",
    "ee.base.wage",
)
LOC_03 = Rule(
    "LOC-03",
    Anchor.RETIREMENT,
    ("COMPUTED", "NOT_KNOWN"),
    ("sil:27",),
    Basis.LOCAL,
    parameters=COST,
)
MODES = ("lump_sum", "monthly")
WAGES = {"city_wage": False, "province_wage": True}


class TopUpError(ValueFault):
    """A number of months that cannot be topped up."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to pay, in fen. ``total_fen``: at today's numbers; who pays monthly pays by each year's own numbers."""

    mode: str
    monthly_fen: int
    total_fen: int
    base_fen: int | None
    rate: Decimal | None
    facts: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class TopUp:
    """``modes``: ways the place offers, empty where not known. ``options``: those whose cost is known.

    ``credited``: whether something of it goes to the personal account; None: not known.
    """

    modes: tuple[str, ...]
    options: tuple[Option, ...]
    credited: bool | None


def top_up_cost(
    *,
    missing: int,
    place: str,
    retires_on: date,
    policy: Policy,
    payer: Payer = Payer.EMPLOYER,
    scheme: str = "account",
    own_base_fen: int | None = None,
) -> Worked[TopUp]:
    """LOC-03: months times a monthly amount, by every way the place offers, on the day of retirement.

    ``own_base_fen``: the last base of one's own, for places that count with it. A part of a fen is rounded half up in
    each month. Raises TopUpError for fewer than one month.
    """
    if missing < 1:
        raise TopUpError(
            "nothing_to_top_up", "{missing} missing months need no top-up; give one or more.", missing=missing
        )
    given: dict[str, str | int | date] = {"payer": payer.value, "scheme": scheme}
    offered = policy.find("ee.retire.topup.modes", place, on=retires_on, scope=given)
    credited = policy.find("ee.retire.topup.credited", place, on=retires_on, scope=given)
    text = policy.find("ee.retire.topup.rule", place, on=retires_on, scope=given)
    looked = [
        (mode, _option(mode, missing, place, retires_on, policy, given, own_base_fen))
        for mode in MODES
        if mode in words(offered) or isinstance(offered, Unknown)
    ]
    options = tuple(one for _, one in looked if isinstance(one, Option))
    lacking = tuple(one for _, one in looked if not isinstance(one, Option))
    answer = TopUp(words(offered), options, yes(credited))
    inputs: dict[str, Plain] = {"missing": missing, "place": place, "retires_on": retires_on.isoformat()}
    facts = (offered, *known(credited, text), *(fact for one in options for fact in one.facts))
    facts += tuple(fact for lack in lacking[:1] for fact in lack if not options)
    decision = LOC_03.decide("COMPUTED" if options else "NOT_KNOWN", facts=facts, inputs=inputs)
    lines = tuple(_lines(answer, missing, place, decision))
    if not options:
        return Worked(answer, (decision,), lines, line("topup.closing_unknown", place=area(place)))
    cheapest = min(one.total_fen for one in options)
    closing = line("topup.closing", missing=months(missing), total=fen(cheapest), place=area(place))
    return Worked(answer, (decision,), lines, closing)


def _option(
    mode: str,
    missing: int,
    place: str,
    on: date,
    policy: Policy,
    given: dict[str, str | int | date],
    own_base_fen: int | None,
) -> Option | tuple[Found | Unknown, ...]:
    """The cost of one way, or what was looked up in vain."""

    def look(name: str, where: str = place) -> Found | Unknown:
        return policy.find(name, where, on=on, scope={**given, "mode": mode})

    amount = look("ee.retire.topup.amount")
    fixed = amount_fen(amount)
    if fixed is not None:
        return Option(mode, fixed, fixed * missing, None, None, known(amount))
    rate, base, part = (look(f"ee.retire.topup.{name}") for name in ("rate", "base", "base_share"))
    stated = look("ee.retire.topup.base_amount")
    base_fen, based = amount_fen(stated), known(stated)
    if base_fen is None and word_of(base) in WAGES:
        wage = look("ee.base.wage", province_of(place) if WAGES[str(word_of(base))] else place)
        base_fen, based = amount_fen(wage), known(base, wage)
    elif base_fen is None and word_of(base) == "own_base":
        base_fen, based = own_base_fen, known(base)
    each = fraction(rate)
    if base_fen is None or each is None:
        return (rate, base)
    whole_share = fraction(part) if not isinstance(stated, Found) else None
    counted = base_fen if whole_share is None else rounded(base_fen * whole_share)
    monthly = rounded(counted * each)
    return Option(mode, monthly, monthly * missing, counted, each, (*based, *known(rate, part)))


def _lines(answer: TopUp, missing: int, place: str, decision: Decision) -> Iterator[Line]:
    yield line("topup.asked", missing=months(missing), place=area(place), by=decision)
    if not answer.modes:
        yield line("topup.modes_unknown", place=area(place))
    for mode in answer.modes:
        yield line("topup.mode", mode=word(mode))
    for one in answer.options:
        if one.base_fen is None or one.rate is None:
            yield line(
                "topup.fixed",
                mode=word(one.mode),
                monthly=fen(one.monthly_fen),
                missing=months(missing),
                total=fen(one.total_fen),
            )
            continue
        yield line(
            "topup.computed",
            rounding=Rounding.HALF_UP_TO_FEN,
            mode=word(one.mode),
            base=fen(one.base_fen),
            rate=share(one.rate),
            monthly=fen(one.monthly_fen),
            missing=months(missing),
            total=fen(one.total_fen),
        )
    if answer.credited is not None:
        yield line("topup.credited" if answer.credited else "topup.not_credited")


ENTRIES: Entries = ((LOC_03, top_up_cost),)

"""What popular articles say that is wrong, old or true of one province only, and the rule that is right instead.

A myth is data: who says it, the rule that contradicts it, and the parameters whose values the right sentence names.
Its two sentences stand in ``texts/myths.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from jiexu.guide.sentence import Datum, Sentence, Voice
from jiexu.rules import checks, clocks, edges, late_fee, money, process, scope, service, waiting, years
from jiexu.rules.facts import Given, Text, Value
from jiexu.rules.pension import amount, route, temporary
from jiexu.rules.policy import Found
from jiexu.rules.rule import Rule
from jiexu.rules.unemployment import moving
from jiexu.rules.withdrawal import medical

GUANGDONG, SHAANXI = "440000", "610000"
TRANSFER: Given = {"situation": "transfer"}
WITHIN: Given = {"situation": "transfer", "gap": "within_grace"}
PLATFORM, ACCOUNT_TODAY, AFTER_LEAVING = "regions-001", "regions-002", "regions-003"
OLD_CARD, BONUS = "regions-004", "regions-005"
"""The five popular articles, by their keys in ``policy/sources.yaml``."""


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter the right sentence rests on, of an ``area`` (None: the nation) and for whom ``scope`` names.

    ``place``: where its value is filled in; empty: not shown.
    """

    parameter: str
    place: str = ""
    area: str | None = None
    scope: Given = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Myth:
    """``said_by``: documents that say it. ``rule`` and ``outcome``: what contradicts it. ``names``: facts of the right
    sentence; where one is not known on the day, the myth is not spoken of.
    """

    name: str
    said_by: tuple[str, ...]
    rule: Rule
    outcome: str
    names: tuple[Named, ...] = ()

    def told(self, voice: Voice) -> tuple[Sentence, ...]:
        """The claim and the right rule; nothing where the right rule was not in force."""
        found = [
            (name, voice.policy.find(name.parameter, name.area, on=voice.on, scope=name.scope))
            for name in self.names
        ]
        known = [(name, answer) for name, answer in found if isinstance(answer, Found)]
        if len(known) < len(found):
            return ()
        facts = tuple(answer for _, answer in known)
        decision = self.rule.decide(self.outcome, facts=facts)
        data = {name.place: _shown(answer.value) for name, answer in known if name.place}
        claim = Sentence(f"myths.{self.name}.claim", self.rule.id, voice.on, sources=self.said_by)
        return (claim, voice.tell(decision, f"myths.{self.name}.right", data))


def _shown(value: Value) -> Datum:
    return value if isinstance(value, int | str | Text) else str(value)


OUT = Named("handling.transfer_out_days", "out")
INTO = Named("handling.transfer_in_days", "into")
MYTHS: tuple[Myth, ...] = (
    Myth("old_days", (ACCOUNT_TODAY, OLD_CARD), clocks.R_024, "DUE", (OUT, INTO)),
    Myth("money_in_days", (PLATFORM, AFTER_LEAVING, BONUS), clocks.R_027, "AFTER_MATCHING", (OUT, INTO)),
    Myth("seen_days", (AFTER_LEAVING, OLD_CARD, BONUS), clocks.R_025, "DUE", (OUT, INTO)),
    Myth("wrong_article", (OLD_CARD,), years.R_076, "ADDED"),
    Myth("one_article", (OLD_CARD,), money.R_032, "REMIT"),
    Myth(
        "pooled_moves",
        (OLD_CARD, ACCOUNT_TODAY),
        scope.R_003,
        "CROSS_PROVINCE",
        (Named("pooled_fund.moves"),),
    ),
    Myth("close_first", (PLATFORM,), checks.R_017, "STOPPED"),
    Myth("cash_at_counter", (OLD_CARD,), money.R_041, "DENIED", (Named("pa.cashable"),)),
    Myth(
        "inside_everywhere",
        (PLATFORM, AFTER_LEAVING, BONUS),
        money.R_036,
        "STAY",
        (Named("pa.intra_mode", "", GUANGDONG),),
    ),
    Myth(
        "special_cases",
        (PLATFORM, AFTER_LEAVING, BONUS),
        money.R_040,
        "TO_PERSON",
        (Named("pa.payout_cases", "", GUANGDONG),),
    ),
    Myth("not_on_platform", (AFTER_LEAVING, BONUS), checks.R_023, "CONTACT_LETTER"),
    Myth("retirees_cash", (PLATFORM, AFTER_LEAVING, BONUS), checks.R_005, "OUT_OF_SCOPE"),
    Myth(
        "paper_pile",
        (PLATFORM, ACCOUNT_TODAY, AFTER_LEAVING, OLD_CARD, BONUS),
        checks.R_016,
        "IDENTITY_ONLY",
        (Named("handling.extra_proof_needs_ground"),),
    ),
    Myth("years_reset", (AFTER_LEAVING, ACCOUNT_TODAY), years.R_076, "ADDED"),
    Myth("only_relation", (ACCOUNT_TODAY,), money.R_036, "REMIT"),
    Myth("years_table", (BONUS,), years.R_081, "NOT_KNOWN"),
    Myth("pay_on_for_ever", (BONUS,), years.R_081, "REACHED"),
    Myth("bank_apps", (BONUS, OLD_CARD), checks.R_015, "ONLINE", (Named("record_query.free"),)),
    Myth("both_agree", (AFTER_LEAVING,), checks.R_019, "ACCEPTED"),
    Myth(
        "sharing_bonus", (BONUS,), process.R_050, "ENDS_WITH_TRANSFER", (Named("sharing.ends_on_transfer"),)
    ),
    Myth(
        "sharing_some_cities",
        (OLD_CARD,),
        process.R_050,
        "ENDS_WITH_TRANSFER",
        (Named("sharing.in_province"),),
    ),
    Myth("hearsay", (), edges.R_102, "HISTORY_ONLY"),
    Myth("letter_from_origin", (OLD_CARD,), checks.R_023, "CONTACT_LETTER"),
    Myth("household", (OLD_CARD,), checks.R_018, "ENROLLED"),
    Myth("in_person", (ACCOUNT_TODAY,), checks.R_012, "ALLOWED"),
    Myth("sealed_account", (OLD_CARD,), process.R_052, "NOT_KNOWN"),
    Myth("no_national_rule", (ACCOUNT_TODAY,), scope.R_003, "CROSS_PROVINCE", (Named("handling.procedure"),)),
    Myth("three_schemes", (PLATFORM, ACCOUNT_TODAY), scope.R_010, "RR"),
    Myth("card_void", (OLD_CARD, BONUS), service.CRD_01, "BOTH_ARE_VALID"),
    Myth(
        "wrong_line",
        (AFTER_LEAVING, BONUS),
        service.HOT_01,
        "MEDICAL_LINE",
        (Named("agency.hotline", "medical"), Named("agency.hotline_hrss", "hrss")),
    ),
    Myth("wrong_bureau", (ACCOUNT_TODAY, AFTER_LEAVING, BONUS, OLD_CARD), medical.WDR_12, "MEDICAL_AGENCY"),
    Myth("fee_on_person", (AFTER_LEAVING,), late_fee.R_071, "EMPLOYER_OWES", (Named("late_fee.rate"),)),
    Myth("arrears_block", (PLATFORM,), late_fee.R_070, "NOT_A_NATIONAL_GROUND"),
    Myth(
        "wait_by_gap",
        (AFTER_LEAVING,),
        waiting.R_056,
        "AT_MOST_THE_CEILING",
        (Named("lapse.wait_ceiling", "ceiling", None, TRANSFER),),
    ),
    Myth(
        "three_months_then_none",
        (OLD_CARD,),
        waiting.R_054,
        "FROM_PAYMENT",
        (Named("lapse.grace_months", "grace", None, TRANSFER),),
    ),
    Myth(
        "from_next_month",
        (AFTER_LEAVING,),
        waiting.R_054,
        "FROM_PAYMENT",
        (Named("lapse.benefit_from_month", "", None, WITHIN),),
    ),
    Myth(
        "gap_always_paid",
        (AFTER_LEAVING,),
        waiting.R_054,
        "FROM_PAYMENT",
        (Named("lapse.gap_paid_back", "", None, WITHIN),),
    ),
    Myth("temporary_account", (ACCOUNT_TODAY,), temporary.PEN_12, "TEMPORARY"),
    Myth("pension_first", (OLD_CARD,), route.PEN_01, "MAY_MOVE"),
    Myth(
        "pension_account_stays",
        (OLD_CARD,),
        amount.PEN_03,
        "COMPUTED",
        (Named("pension.transfer.pooled_rate"),),
    ),
    Myth(
        "no_unemployment_money",
        (ACCOUNT_TODAY,),
        moving.UNE_11,
        "PRESENT_RULE",
        (Named("unemployment.transfer.moves_money_from_months", "months"),),
    ),
    Myth(
        "sixty_days",
        (ACCOUNT_TODAY,),
        moving.UNE_01,
        "FOLLOWS",
        (Named("unemployment.transfer.file_within_days", "days", SHAANXI),),
    ),
)


def myths_about(rules: Iterable[str], voice: Voice) -> Iterator[Sentence]:
    """Both sentences of every myth that one of these rules contradicts."""
    asked = set(rules)
    for myth in MYTHS:
        if myth.rule.id in asked:
            yield from myth.told(voice)


def every_myth(voice: Voice) -> Iterator[Sentence]:
    """Both sentences of every myth."""
    return myths_about([myth.rule.id for myth in MYTHS], voice)

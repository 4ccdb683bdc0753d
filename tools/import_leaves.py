"""What each leaf of the research notes becomes: drafts of records under the names of policy/parameters.yaml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from import_reading import Heard, clean

Scope = dict[str, Any]
SAME_GROUP = {
    "individual_payer": {"payer": "flexible"},
    "flexible": {"payer": "flexible"},
    "employer_payer": {"payer": "employer"},
    "employer": {"payer": "employer"},
    "leaving_employer": {"situation": "leave_employer"},
    "transferred_in": {"situation": "moved_in"},
    "transfer": {"situation": "transfer"},
    "tier1": {"scheme": "tier1"},
    "tier2": {"scheme": "tier2"},
    "with_account": {"scheme": "account"},
    "account_scheme": {"scheme": "account"},
    "without_account": {"scheme": "pool_only"},
    "pool_only": {"scheme": "pool_only"},
    "pool_only_scheme": {"scheme": "pool_only"},
    "account_scheme_without_account": {"scheme": "account_without_account"},
    "enterprise": {"sector": "enterprise"},
    "public": {"sector": "public"},
    "local_household": {"household": "local"},
    "outside_staff": {"household": "outside"},
    "male": {"sex": "male"},
    "female": {"sex": "female"},
    "started_before_2017": {"started_work": {"high": date(2016, 12, 31)}},
    "started_from_2017": {"started_work": {"low": date(2017, 1, 1)}},
    "": {},
}
"""Words of the notes, synonyms folded (errata row 79), as scopes of ours."""
YOUNG = ["child", "minor", "student"]
GROWN = ["adult", "elderly"]
RESIDENTS: dict[str, Scope] = {
    "resident": {},
    "elderly": {"group": "elderly"},
    "student_child": {"group": YOUNG},
    "student_minor": {"group": YOUNG},
    "minor_student": {"group": YOUNG},
    "student_child_univ": {"group": [*YOUNG, "university"]},
    "child": {"group": ["child", "minor"]},
    "infant": {"group": ["child", "newborn"]},
    "school": {"group": ["student"]},
    "student": {"group": ["student"]},
    "student_univ": {"group": ["student", "university"]},
    "univ": {"group": "university"},
    "adult": {"group": "adult"},
    "working_age": {"group": "adult"},
    "non_working": {"group": "adult"},
    "adult_tier1": {"group": "adult", "tier": "high"},
    "adult_tier2": {"group": "adult", "tier": "basic"},
    "adult_basic": {"group": "adult", "tier": "basic"},
    "adult_high": {"group": "adult", "tier": "high"},
    "adult_tier2_child": {"group": ["adult", "child", "minor", "student"], "tier": "basic"},
    "age70plus": {"age": {"low": 70}},
    "age60_69": {"age": {"low": 60, "high": 69}},
    "age19_59": {"age": {"low": 19, "high": 59}},
    "tier1": {"tier": "basic"},
    "tier2": {"tier": "high"},
    "low": {"tier": "basic"},
    "mid": {"tier": "middle"},
    "high": {"tier": "high"},
    "city": {"household": "city"},
    "county": {"household": "county"},
    "subsidised": {"subsidy": "low_income"},
    "without_residence_permit": {"household": "outside"},
    "full_price": {"subsidy": "none", "household": "outside"},
    "late": {"timing": "late"},
}


@dataclass
class Draft:
    """A record on its way: what is known before it is laid beside the others of its parameter and area."""

    parameter: str
    area: str
    value: Any
    scope: Scope
    start: date | None
    until: date | None
    sources: list[str]
    confidence: str
    note: str = ""
    line: int = 0
    relation: str = ""
    status: str = ""
    reach: str = ""
    published: date | None = None
    rivals: list[dict[str, Any]] = field(default_factory=list)


class Dropped(Exception):  # noqa: N818 - said where a leaf is left out, with the reason
    """The fact is not policy, or says what is said better elsewhere. The message is the reason."""


def drafts_of(heard: Heard) -> list[Draft]:
    """The drafts a fact becomes. Raises Dropped with the reason where it becomes none."""
    for pattern, make in LEAVES:
        if re.fullmatch(pattern, heard.leaf):
            made = [_draft(heard, *each) for each in make(heard)]
            if not made:
                raise LookupError("it says nothing that can be recorded")
            return made
    raise LookupError(f"no parameter for {heard.leaf}")


Part = tuple[str, Any, Scope] | tuple[str, Any, Scope, str]
"""Parameter, value as written, scope beside the fact's own; a note, where it is not the fact's."""


def _draft(heard: Heard, parameter: str, value: Any, scope: Scope, note: str | None = None) -> Draft:
    return Draft(
        parameter=parameter,
        area=heard.area,
        value=value,
        scope={**SAME_GROUP.get(heard.group, {}), **scope},
        start=heard.start,
        until=heard.until,
        sources=list(heard.sources),
        confidence=heard.confidence,
        note=heard.note if note is None else note,
        line=heard.line,
        relation=heard.relation,
        status=heard.status,
        published=heard.published,
    )


def money(value: Any) -> str:
    """Yuan with two decimals, never a float (errata row 83)."""
    return f"{Decimal(str(value)):.2f}"


def share(value: Any) -> str:
    """A rate as written, without a float's tail."""
    return str(Decimal(str(value)))


def years(value: Any) -> Any:
    """Whole years as a number, half years as a quoted fraction."""
    return int(value) if float(value).is_integer() else str(Decimal(str(value)))


def _by_group(
    parameter: str, value: Any, write: Callable[[Any], Any], groups: dict[str, Scope] = SAME_GROUP
) -> list[Part]:
    """One part for a plain value, one for each group where the value is a map of groups (errata row 80)."""
    if not isinstance(value, dict):
        return [(parameter, write(value), {})]
    return [(parameter, write(each), groups[key]) for key, each in value.items()]


def _known(heard: Heard) -> Any:
    if heard.value is None:
        raise Dropped("looked for and not found: unknown without a record")
    return heard.value


def _total_years(heard: Heard) -> list[Part]:
    sex = heard.leaf.rpartition("_")[2]
    return [
        (name, value, {"sex": sex} | scope)
        for name, value, scope, *_ in _by_group("ee.retire.total_years", _known(heard), years)
    ]


def _actual_years(heard: Heard) -> list[Part]:
    """Paid years in their three meanings; "any" was a default of the notes, not a finding (errata row 28)."""
    said = heard.value["years"]
    if said is None:
        raise Dropped("looked for and not found: unknown without a record")
    name = {"any": "paid_years", "province": "province_years", "local": "local_years"}[
        heard.value["counted_in"]
    ]
    return _by_group(f"ee.retire.{name}", said, years)


def _topup(heard: Heard) -> Iterator[Part]:
    said = _known(heard)
    words = {"switch_to_resident": "move_to_resident", "individual_monthly": "monthly"}
    modes = [words.get(mode, mode) for mode in said.get("modes", []) if not mode.endswith("?")]
    if modes:
        yield "ee.retire.topup.modes", sorted(set(modes)), {}
    rate = said.get("rate")
    if isinstance(rate, int | float):
        yield "ee.retire.topup.rate", share(rate), {}
    if "monthly_base" in said:
        yield "ee.retire.topup.base_amount", money(said["monthly_base"]), {}
    if "pa_credit" in said:
        yield "ee.retire.topup.credited", said["pa_credit"], {}
    text = (
        said.get("rule") or said.get("note") or (said["base"] if isinstance(said.get("base"), str) else None)
    )
    if text:
        known = wordings()[clean(text)]
        yield "ee.retire.topup.rule", {"zh": known["zh"], "en": known["en"]}, {}
        if "base" in known:
            yield "ee.retire.topup.base", known["base"], {}
        if "share" in known:
            yield "ee.retire.topup.base_share", known["share"], {}


def _base(heard: Heard) -> list[Part]:
    if heard.value is None:
        raise Dropped("looked for and not found: unknown without a record")
    name = {"avg_monthly_wage": "wage"}.get(leaf := heard.leaf.rpartition(".")[2], leaf)
    kind = "pension.base" if heard.group == "pension_base" else "ee.base"
    return [(f"{kind}.{name}", money(heard.value), {})]


def _rate(heard: Heard) -> Iterator[Part]:
    who, said = heard.leaf.rpartition(".")[2], _known(heard)
    name = f"ee.rate.{who}"
    if isinstance(said, list):
        yield name, {"low": share(said[0]), "high": share(said[1])}, {}
    elif isinstance(said, dict):
        yield from _rate_by_group(name, said)
    else:
        yield name, share(said), {}
    if who == "employer":
        yield from _maternity(heard)


def _rate_by_group(name: str, said: dict[str, Any]) -> Iterator[Part]:
    for key, each in said.items():
        if key == "base":
            yield "ee.flexible.base", money(each), {}
        elif key in SAME_GROUP and isinstance(each, dict):
            yield "ee.flexible.base", money(each["base"]), SAME_GROUP[key]
            yield name, share(each["rate"]), SAME_GROUP[key]
        elif key in SAME_GROUP:
            yield name, share(each), SAME_GROUP[key]


APART = re.compile(
    r"(?:plus|and|\+) ?(?:[\d.]+% )?maternity|maternity [\d.]+% apart|less .* maternity", re.IGNORECASE
)
INSIDE = re.compile(
    r"incl\w*\.? .*maternity|includes maternity|= .*maternity|\+ ?[\d.]+% maternity|% maternity merged",
    re.IGNORECASE,
)


def _maternity(heard: Heard) -> Iterator[Part]:
    """Whether maternity is inside the employer's rate; where the source does not say, nobody may add the two (row 48)."""
    note = heard.note
    if re.search(r"^plus maternity|maternity [\d.]+% apart", note):
        yield "ee.rate.employer_includes_maternity", False, {}
    elif INSIDE.search(note):
        yield "ee.rate.employer_includes_maternity", True, {}
    else:
        yield "ee.rate.employer_includes_maternity", "unknown", {}, "the page does not say: never add the two"


def _flexible_amounts(heard: Heard) -> Iterator[Part]:
    said = dict(heard.value)
    name = "ee.flexible.monthly" if said.pop("unit") == "yuan_per_month" else "ee.flexible.yearly"
    others = {
        "base": ("ee.flexible.base", 1),
        "base_per_year": ("ee.flexible.base", 12),
        "large_amount_per_year": ("large_amount.yearly", 1),
        "large_amount_monthly": ("large_amount.monthly", 1),
        "large_amount_retired": ("large_amount.retired", 1),
        "long_term_care": ("care.yearly", 1),
        "monthly_basic": ("ee.flexible.monthly", 1),
    }
    for key, each in said.items():
        if key in others:
            parameter, divided_by = others[key]
            flexible = (
                {"payer": "flexible"}
                if parameter in {"large_amount.yearly", "large_amount.monthly", "care.yearly"}
                else {}
            )
            yield parameter, money(Decimal(str(each)) / divided_by), flexible
        elif key == "low_income_edge":
            yield name, money(each), {"subsidy": "low_income"}
        elif key == "standard" and "low_income_edge" in said:
            yield name, money(each), {"subsidy": "none"}
        else:
            yield name, money(each), SAME_GROUP.get(key, {})


def _premium(heard: Heard) -> Iterator[Part]:
    said = dict(_known(heard))
    if "base_monthly" in said:
        yield "resident.premium.base", money(said["base_monthly"]), {}
        yield "resident.premium.rate", share(said["child_rate"]), {"group": "minor", "paid_by": "person"}
        yield "resident.premium.rate", share(said["adult_rate"]), {"group": "adult", "paid_by": "person"}
        return
    if "of_which_ltc" in said:
        yield "resident.care.amount", money(said.pop("of_which_ltc")), {}
    for key, each in said.items():
        yield "resident.premium.amount", money(each), _group(key, set(said))


BESIDE: list[tuple[set[str], set[str], Scope]] = [
    ({"resident"}, {"late"}, {"timing": "window"}),
    ({"resident"}, {"subsidised"}, {"subsidy": "none"}),
    ({"resident"}, {"without_residence_permit", "full_price"}, {"household": "local"}),
    ({"resident"}, {"student", "student_minor", "student_univ", "student_child_univ"}, {"group": GROWN}),
    ({"low", "mid", "high", "city", "county"}, {"student_child", "univ"}, {"group": GROWN}),
    ({"age70plus", "age60_69", "age19_59"}, {"student_child"}, {"group": GROWN}),
    ({"other"}, {"elderly"}, {"group": ["adult"]}),
    ({"other"}, set(), {"group": GROWN}),
]
"""A word, the words beside it in the same fact, and whom it then means: nobody is meant twice (errata row 74)."""


def _group(key: str, beside: set[str]) -> Scope:
    own = RESIDENTS.get(key, {})
    others = (scope for words, near, scope in BESIDE if key in words and (not near or near & beside))
    return {**next(others, {}), **own}


def _window(heard: Heard) -> list[Part]:
    return [
        ("resident.window_start", heard.value["from"], {}),
        ("resident.window_end", heard.value["to"], {}),
    ]


def _situation(heard: Heard) -> Scope:
    """The notes' values are about stopping and resuming in one place unless marked otherwise (errata row 54)."""
    return {} if heard.group in {"transfer", "leaving_employer"} else {"situation": "resume"}


def _grace(heard: Heard) -> list[Part]:
    return [("lapse.grace_months", heard.value, _situation(heard))]


def _wait(heard: Heard) -> list[Part]:
    """A wait of n months is cover from month n + 1, the month of payment being the first (errata row 60)."""
    if heard.group == "transfer":
        return [("lapse.wait_ceiling", heard.value, {})]
    return [("lapse.benefit_from_month", heard.value + 1, {**_situation(heard), "gap": "over_grace"})]


def _paid_back(heard: Heard) -> list[Part]:
    return [("lapse.gap_paid_back", heard.value, {**_situation(heard), "gap": "within_grace"})]


def _first_entry(heard: Heard) -> list[Part]:
    return [("lapse.benefit_from_month", heard.value + 1, {"situation": "first_entry"})]


def _intra(heard: Heard) -> list[Part]:
    if heard.note.startswith("derived"):
        raise Dropped("row 70: copied down from the province; it is inherited, one step lower")
    modes = {
        "usable_across_cities_no_transfer_no_cash": "STAY",
        "transfers_automatically_pay_first_clear_later": "CREDIT_THEN_CLEAR",
        "transfers_with_relation_via_platform": "REMIT",
        "single_pool": "NO_TRANSFER",
    }
    return [("pa.intra_mode", modes[_known(heard)], {})]


def _cash_out(heard: Heard) -> list[Part]:
    if heard.note.startswith("derived"):
        raise Dropped("row 70: copied down from the province; it is inherited, one step lower")
    cases = ["cannot_transfer", "retiree_settled_elsewhere", "enlisted", "death", "emigration"]
    allowed = heard.value["allowed"]
    if allowed == "exceptions":
        return [("pa.payout_cases", cases, {})]
    if allowed in {"only_when_receiver_cannot_accept", "if_receiver_refuses"}:
        return [("pa.payout_cases", ["receiver_refuses"], {})]
    raise Dropped("says that money is paid out and not in which cases")


def _sharing(heard: Heard) -> list[Part]:
    if heard.note.startswith("derived"):
        raise Dropped("row 70: copied down from the province; it is inherited, one step lower")
    return [("sharing.in_province", True, {})]


def _wallet(heard: Heard) -> list[Part]:
    if heard.note.startswith("derived"):
        raise Dropped(
            "row 70: copied down from the province; a whole province's answer is inherited, another's is unknown"
        )
    words = {"open_whole_province": "whole", "partial_or_none": "partly", None: "unknown"}
    return [("wallet.open", words[heard.value], {})]


def _credit(heard: Heard) -> Iterator[Part]:
    yield "account.credit_rate", share(heard.value["active_rate"]), {}
    if "retired_yuan" in heard.value:
        yield "account.credit_retired", money(heard.value["retired_yuan"]), {}


def _late_fee(heard: Heard) -> list[Part]:
    if heard.value == {"flexible": "none"}:
        return [("late_fee.owed_by", "nobody", {"payer": "flexible"})]
    if "rate_per_day" in heard.value:
        raise Dropped("repeats the national late fee")
    raise Dropped(
        "repeats the national late fee; that flexible payers may not make up is in lapse.grace_months"
    )


def _deemed(heard: Heard) -> list[Part]:
    return [("ee.retire.deemed_rule", dict(wordings()[heard.value]), {})]


@cache
def wordings() -> dict[str, dict[str, str]]:
    """What the notes say in words, in both languages."""
    loaded: dict[str, dict[str, str]] = yaml.safe_load(
        (Path(__file__).parent / "import_texts.yaml").read_text(encoding="utf-8")
    )
    return loaded


def _one(
    parameter: str, write: Callable[[Any], Any] = lambda value: value, scope: Scope | None = None
) -> Callable[[Heard], list[Part]]:
    return lambda heard: [(parameter, write(_known(heard)), scope or {})]


def _not_policy(why: str) -> Callable[[Heard], list[Part]]:
    def drop(_: Heard) -> list[Part]:
        raise Dropped(why)

    return drop


LEAVES: list[tuple[str, Callable[[Heard], Any]]] = [
    (r"agency\.hotline", _one("agency.hotline")),
    (r"ee\.base\.(avg_monthly_wage|lower|upper)", _base),
    (r"ee\.base\.retired_continue_base", _one("ee.base.retired", money)),
    (r"ee\.base\.year_start", _not_policy("when a base changes stands in the days of each record")),
    (r"ee\.flex_fixed_premium", _flexible_amounts),
    (r"ee\.large_amount_monthly", _one("large_amount.monthly", money)),
    (r"ee\.rate\.(employer|individual|flexible)", _rate),
    (r"ee\.retire\.cum_years_(male|female)", _total_years),
    (r"ee\.retire\.actual_years_min", _actual_years),
    (r"ee\.retire\.local_years_min", lambda heard: _by_group("ee.retire.local_years", heard.value, years)),
    (r"ee\.retire\.deemed_rule", _deemed),
    (r"ee\.retire\.shortfall_penalty_per_year", _one("ee.retire.shortfall_cut", share)),
    (r"ee\.retire\.topup_rule", _topup),
    (r"lapse\.grace_months", _grace),
    (r"lapse\.wait_months_after_grace", _wait),
    (r"lapse\.wait_ceiling", lambda heard: [("lapse.wait_ceiling", heard.value, _situation(heard))]),
    (r"lapse\.retroactive_within_grace", _paid_back),
    (r"lapse\.first_entry_wait_months", _first_entry),
    (r"lapse\.exempt", _one("lapse.exempt")),
    (r"lapse\.resident_late_wait_months", _one("resident.wait.fixed_months")),
    (r"lapse\.resident_late_wait_days", _one("resident.wait.fixed_days")),
    (r"lapse\.resident_newborn_days", _one("resident.newborn_window_days")),
    (r"late_fee", _late_fee),
    (r"pa\.cross_province_rule", _one("pa.cross_mode", lambda _: "REMIT")),
    (r"pa\.intra_province_rule", _intra),
    (r"pa\.cash_out_on_leaving", _cash_out),
    (r"pa\.family_pool", _sharing),
    (
        r"pa\.family_pool_premium",
        _not_policy("that shared money pays resident premiums holds everywhere: sharing.pays"),
    ),
    (r"pa\.wallet_cross_province", _wallet),
    (r"pa\.monthly_credit", _credit),
    (r"pa\.usable_in_province", _one("pa.usable_in_province")),
    (r"pa\.cross_province_in", _not_policy("restates the national rule pa.cross_mode")),
    (r"processing\.scope", _not_policy("about pension and work injury; national rules say it")),
    (r"processing\.services", _not_policy("a list of menu entries; the channel register has them")),
    (r"processing\.within_city", _not_policy("that the city is one pool stands in policy/areas/pools.yaml")),
    (r"processing\.transfer_in_working_days", _one("handling.promise_in_days")),
    (r"resident\.annual_premium", _premium),
    (r"resident\.enrol_window", _window),
    (r"unattributed_article_claims", _not_policy("a claim of a popular article without a place")),
    (
        r"late_fee_article_base",
        _not_policy("a formula of a popular article; base and rate are local parameters"),
    ),
]
"""Pattern of the leaf's name → what it becomes. The first that fits is used."""

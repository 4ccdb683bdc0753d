"""A wrong national figure in `policy/` is noticed, because the second opinion has its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import ModuleType

import pytest
from tests.second_opinion import (
    comparing,
    comparing_cover,
    comparing_pension,
    comparing_unemployment,
    comparing_years,
)
from tests.second_opinion.people import person

from jiexu.rules.facts import Fact, Value
from jiexu.rules.policy import NATION, Policy

ENOUGH = 3_000
"""Of so many people one at least must notice."""

WRONG: list[tuple[ModuleType, str, str, dict[str, str], Value]] = [
    (comparing, "retirement", "retirement.step", {"group": "man"}, 3),
    (comparing, "retirement", "retirement.cap", {"group": "woman_50"}, 59),
    (comparing, "retirement", "retirement.first_cohort", {"group": "woman_55"}, "1970-02"),
    (comparing, "retirement", "retirement.old_age", {"group": "man"}, 721),
    (comparing, "due days", "handling.transfer_out_days", {}, 11),
    (comparing, "due days", "handling.transfer_in_days", {}, 4),
    (comparing, "due days", "handling.old_stage_days", {}, 14),
    (comparing, "refusals", "resident.same_year_refused", {}, False),
    (comparing_cover, "cover", "lapse.grace_months", {"situation": "transfer"}, 4),
    (comparing_cover, "cover", "lapse.wait_ceiling", {"situation": "transfer"}, 5),
    (comparing_cover, "cover", "lapse.switch_min_months", {}, 25),
    (comparing_cover, "cover", "lapse.gap_paid_back", {"situation": "transfer", "gap": "within_grace"}, False),
    (comparing_cover, "resident wait", "resident.wait.fixed_months", {}, 4),
    (comparing_cover, "resident wait", "resident.wait.per_missed_year", {}, 2),
    (comparing_cover, "resident wait", "resident.wait.repair_per_year", {}, 0),
    (comparing_cover, "resident wait", "resident.wait.floor_months", {}, 5),
    (comparing_cover, "resident wait", "resident.wait.floor_from_missed_years", {}, 5),
    (comparing_cover, "late fee", "late_fee.rate", {}, Decimal("0.0004")),
    (comparing_cover, "late fee", "late_fee.owed_by", {"payer": "flexible"}, "person"),
    (comparing_pension, "pension amount", "pension.transfer.pooled_rate", {}, Decimal("0.13")),
    (comparing_pension, "pension amount", "pension.transfer.account_from", {}, "1998-02"),
    (comparing_pension, "pension amount", "pension.transfer.record_rate", {}, Decimal("0.09")),
    (comparing_pension, "pension account", "pension.temporary.from_age", {"sex": "female"}, 41),
    (comparing_pension, "pension place", "pension.place.years", {}, 9),
    (comparing_pension, "pension months", "pension.min_months", {}, 181),
    (comparing_unemployment, "unemployment", "unemployment.transfer.added_share", {}, Decimal("0.4")),
    (comparing_unemployment, "unemployment", "unemployment.transfer.moves_money_from_months", {}, 13),
    (comparing_unemployment, "unemployment", "unemployment.place_locked_while_drawing", {"move": "across_provinces"}, False),
    (comparing_unemployment, "unemployment months", "unemployment.max_months", {}, 11),
    (comparing_years, "retirement range", "retirement.early_months", {}, 24),
    (comparing_years, "retirement range", "retirement.late_months", {}, 24),
]  # fmt: skip


def changed(policy: Policy, parameter: str, scope: dict[str, str], value: Value) -> Iterator[Fact]:
    """Later records of the same facts with another value; the newest record answers."""
    for fact in policy.facts[parameter, NATION]:
        if fact.value is not None and scope.items() <= dict(fact.scope).items():
            later = fact.known_since + timedelta(days=1)
            yield replace(fact, id=f"{fact.id}/wrong", value=value, known_since=later)


@pytest.mark.parametrize(
    ("module", "rule", "parameter", "scope", "value"), WRONG, ids=lambda part: str(part)[:60]
)
def test_a_wrong_figure_is_noticed(
    module: ModuleType,
    rule: str,
    parameter: str,
    scope: dict[str, str],
    value: Value,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = list(changed(module.POLICY, parameter, scope, value))
    assert wrong, f"policy/nation.yaml has no {parameter} for {scope}; correct this test."
    monkeypatch.setattr(module, "POLICY", module.POLICY.with_facts(wrong, digest="wrong"))
    for number in range(ENOUGH):
        _, second, engine = module.COMPARED[rule](person(1, number))
        if second != engine:
            return
    pytest.fail(f"{ENOUGH} people, and nobody notices {parameter} = {value}.")

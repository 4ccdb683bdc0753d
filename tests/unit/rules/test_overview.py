"""Policy as a whole: what holds where, what changed, what is old, how sure it is."""

from dataclasses import replace
from datetime import date, timedelta

from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Fact, FactStatus
from jiexu.rules.overview import Cell, Why, changes, coverage, holding, last_known, local_parameters, stale
from jiexu.rules.policy import Inheritance, Parameter, Policy

ON = date(2026, 11, 30)
SOON = timedelta(days=60)
BASE = Parameter("base", "number", Inheritance.NONE, "month", "yuan_per_month", annual=True)
RATE = Parameter("rate", "number", Inheritance.IF_WHOLE_PROVINCE, "month", "fraction", stale_after_months=18)
DAYS = Parameter("days", "number", Inheritance.FROM_PROVINCE, "event", "working_day")
LIMIT = Parameter("limit", "number", Inheritance.FROM_NATION, "event", "working_day")
PROMISE = Parameter("promise.check", "number", Inheritance.FROM_NATION, "event", "working_day")


def fact(parameter: str, area: str, value: int | None = 1, **changes: object) -> Fact:
    made = Fact(
        id=f"{area}/{parameter}",
        parameter=parameter,
        area=area,
        value=value,
        start=date(2026, 1, 1),
        until=None,
        known_since=date(2026, 11, 21),
        confidence=Confidence.HIGH,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # names are those of Fact


def policy(*facts: Fact) -> Policy:
    every = (BASE, RATE, DAYS, LIMIT, PROMISE)
    return Policy(parameters={one.name: one for one in every}, facts={}, digest="d").with_facts(
        facts, digest="d"
    )


def why(*facts: Fact, older_than: int | None = None) -> dict[str, list[str]]:
    found = stale(policy(*facts), on=ON, soon=SOON, older_than=older_than)
    return {reason.value: [each.id for each in held] for reason, held in found.items() if held}


def test_a_place_shows_its_own_the_provinces_and_the_nations_records_and_no_promise_of_ours() -> None:
    held = policy(
        fact("base", "320500", until=date(2026, 12, 31)),
        fact("days", "320000"),
        fact("limit", "nation"),
        fact("promise.check", "nation"),
        fact("base", "320100"),
    )
    shown = [(each.fact.id, each.place, each.confidence) for each in holding(held, "320500", on=ON)]
    assert shown == [
        ("320500/base", "320500", Confidence.HIGH),
        ("320000/days", "320000", Confidence.MEDIUM),
        ("nation/limit", "nation", Confidence.HIGH),
    ]


def test_what_a_citys_own_record_answers_is_not_shown_again_from_above() -> None:
    held = policy(fact("days", "320500", None), fact("days", "320000"))
    assert [each.fact.id for each in holding(held, "320500", on=ON)] == ["320500/days"]


def test_groups_that_have_a_record_each_are_shown_each() -> None:
    men, women = (
        fact("days", "320500", id=sex, scope={"sex": sex}, value=days)
        for sex, days in (("male", 5), ("female", 6))
    )
    assert [each.fact.id for each in holding(policy(men, women), "320500", on=ON)] == ["female", "male"]


def test_what_was_not_known_then_is_not_shown_as_known_then() -> None:
    base = fact("days", "320500", published=date(2026, 8, 21))
    shown = [
        [each.reconstructed for each in holding(policy(base), "320500", on=ON, known_on=known)]
        for known in (date(2026, 8, 20), date(2026, 8, 21), ON)
    ]
    assert shown == [[], [True], [False]]


def test_a_value_that_ran_out_is_last_known_until_another_follows() -> None:
    old = fact("base", "320500", start=date(2025, 1, 1), until=date(2025, 12, 31))
    unknown = fact("base", "320500", None, id="u")
    new = fact("base", "320500", 2, id="n", until=date(2026, 12, 31))
    assert last_known(policy(old), "320500", on=ON) == [old]
    assert last_known(policy(old, unknown), "320500", on=ON) == [old]
    assert last_known(policy(old, new), "320500", on=ON) == []
    assert last_known(policy(old), "320500", on=date(2025, 12, 31)) == []


def test_a_rule_that_ended_is_history_and_not_last_known() -> None:
    old = fact("limit", "nation", start=date(2016, 9, 1), until=date(2021, 11, 30))
    assert last_known(policy(old), "nation", on=ON) == []


def test_a_change_is_a_value_that_differs_between_two_days() -> None:
    old = fact("base", "320500", 1, id="o", start=date(2025, 1, 1), until=date(2025, 12, 31))
    same = fact("base", "320500", 1, id="s", until=date(2026, 6, 30))
    new = fact("base", "320500", 2, id="n", start=date(2026, 7, 1), until=date(2026, 12, 31))
    held = policy(old, same, new)
    assert changes(held, date(2025, 6, 1), date(2026, 2, 1)) == []
    [change] = changes(held, date(2026, 2, 1), ON)
    assert (change.before, change.after) == (same, new)
    assert (change.parameter, change.area, change.scope) == ("base", "320500", {})
    [gone] = changes(held, ON, date(2027, 1, 1))
    assert (gone.before, gone.after) == (new, None)


def test_a_rate_is_old_when_nobody_spoke_of_it_for_longer_than_the_catalogue_says() -> None:
    rate = fact("rate", "320500", start=date(2024, 1, 1))
    assert why(rate) == {"old": ["320500/rate"]}
    assert why(replace(rate, published=date(2025, 6, 1))) == {}
    assert why(replace(rate, published=date(2025, 6, 1)), older_than=12) == {"old": ["320500/rate"]}
    assert why(fact("limit", "nation", start=date(1998, 1, 1)), older_than=1) == {}


def test_what_ran_out_or_soon_will_is_told_unless_something_follows() -> None:
    ended = fact("base", "320500", start=date(2025, 1, 1), until=date(2025, 12, 31))
    ending = fact("base", "320500", until=date(2026, 12, 31))
    after = fact("base", "320500", id="a", start=date(2027, 1, 1), until=date(2027, 12, 31))
    assert why(ended) == {"ended": ["320500/base"]}
    assert why(ending) == {"ending": ["320500/base"]}
    assert why(ending, after) == {}
    assert why(replace(ending, until=date(2027, 6, 30))) == {}


def test_a_draft_is_told_when_its_day_has_come() -> None:
    draft = fact("days", "320500", status=FactStatus.DRAFT)
    assert why(draft) == {"draft": ["320500/days"]}
    assert why(replace(draft, start=ON)) == {"draft": ["320500/days"]}
    assert why(replace(draft, start=date(2035, 1, 1))) == {}


def test_a_citys_record_weaker_than_what_binds_it_is_told() -> None:
    weak = fact("rate", "320500", confidence=Confidence.LOW)
    binding = fact("rate", "320000", whole_province=True)
    assert why(weak, binding) == {Why.WEAK.value: ["320500/rate"]}
    assert why(weak, replace(binding, whole_province=False)) == {}
    assert why(replace(weak, confidence=Confidence.MEDIUM), binding) == {}


def test_coverage_tells_own_from_taken_over_known_from_said_to_be_unknown() -> None:
    held = policy(
        fact("base", "320500", None),
        fact("days", "320000", confidence=Confidence.MEDIUM),
        fact("limit", "nation"),
    )
    assert coverage(held, on=ON) == {
        "320000": {"days": Cell(Confidence.MEDIUM, own=True)},
        "320500": {"base": Cell(None, own=True), "days": Cell(Confidence.LOW, own=False)},
    }


def test_our_promises_never_grow_old_and_no_place_records_them() -> None:
    promise = fact("promise.check", "nation", start=date(1998, 1, 1), until=date(1999, 1, 1))
    assert why(promise) == {}
    assert local_parameters(policy(promise, replace(promise, area="320500"))) == []


def test_what_a_place_recorded_is_a_column_of_its_own_and_what_the_nation_alone_did_is_not() -> None:
    held = policy(fact("days", "320000"), fact("base", "320500", None), fact("limit", "nation"))
    assert local_parameters(held) == [BASE, DAYS]


def test_drafts_and_records_taken_back_change_nothing() -> None:
    draft = fact("days", "320500", status=FactStatus.DRAFT, start=date(2026, 1, 1))
    taken_back = fact("days", "320500", start=date(2026, 1, 1), withdrawn=date(2026, 11, 22))
    before = date(2025, 6, 1)
    assert changes(policy(draft), before, ON) == []
    assert changes(policy(taken_back), before, ON) == []
    [change] = changes(policy(fact("days", "320500")), before, ON)
    assert change.before is None


def test_changes_of_the_nation_come_first_then_by_area_and_parameter() -> None:
    changed = [("rate", "320500"), ("limit", "nation"), ("base", "320500"), ("days", "320000")]
    held = policy(*(fact(name, area) for name, area in changed))
    told = [(each.area, each.parameter) for each in changes(held, date(2025, 6, 1), ON)]
    assert told == [("nation", "limit"), ("320000", "days"), ("320500", "base"), ("320500", "rate")]


def test_of_two_records_for_the_same_days_the_one_learnt_later_is_told() -> None:
    first = fact("base", "320500", 1, id="o")
    corrected = fact("base", "320500", 2, id="n", known_since=date(2026, 11, 22))
    for held in (policy(first, corrected), policy(corrected, first)):
        [change] = changes(held, date(2025, 6, 1), ON)
        assert change.after == corrected


def test_a_groups_value_is_not_last_known_where_it_was_followed() -> None:
    ended = fact(
        "base",
        "320500",
        id="o",
        scope={"payer": "flexible"},
        start=date(2024, 1, 1),
        until=date(2024, 12, 31),
    )
    after = fact(
        "base",
        "320500",
        id="n",
        scope={"payer": "flexible"},
        start=date(2025, 1, 1),
        until=date(2025, 12, 31),
    )
    others = fact(
        "base",
        "320500",
        id="e",
        scope={"payer": "employer"},
        start=date(2025, 1, 1),
        until=date(2025, 12, 31),
    )
    assert last_known(policy(ended, after), "320500", on=ON) == [after]
    assert last_known(policy(ended, others), "320500", on=ON) == [ended, others]

"""What the readable cases of tests/policy/rules.yaml cannot give: other policies, errors, and laws over many inputs."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.records.record import MonthKind
from jiexu.rules import checks, clocks, money, process, retirement, years
from jiexu.rules.calendar import Calendar
from jiexu.rules.decision import Basis, Confidence, Decision
from jiexu.rules.inputs import AccountPart, Asked, Enrolment, PersonFacts, Scheme, Sex, Status
from jiexu.rules.money import MoneyMode
from jiexu.rules.policy import Fact, Inheritance, Parameter, Policy, Value
from jiexu.rules.rule import Anchor, Rule
from jiexu.rules.unemployment import limits

TODAY = date(2026, 11, 23)
NAMES = (
    "area.unclear_with",
    "ee.retire.local_years",
    "ee.retire.military_years_count_as",
    "ee.retire.paid_years",
    "ee.retire.resident_years_per_employee_year",
    "ee.retire.topup.modes",
    "ee.retire.total_years",
    "handling.dest_paid_month_required",
    "handling.old_stage_days",
    "handling.over_age_refused",
    "handling.transfer_in_days",
    "handling.transfer_out_days",
    "pa.cross_mode",
    "pa.er_money",
    "pa.intra_mode",
    "pa.no_heir_goes_to",
    "pa.payout_cases",
    "pa.use_after_stop",
    "promise.nothing",
    "retirement.cap",
    "retirement.first_cohort",
    "retirement.old_age",
    "resident.requires_benefit_start",
    "retirement.step",
)
EMPTY = Policy(
    parameters={name: Parameter(name, "any", Inheritance.NONE, "event") for name in NAMES},
    facts={},
    digest="0",
)
WEEKDAYS = Calendar(years={}, statutory={year: frozenset() for year in range(2010, 2031)}, version="weekdays")
AT_A = Asked(TODAY, "530300", "510100", Scheme.EMPLOYEE, Scheme.EMPLOYEE)
MOVER = PersonFacts(
    birth=date(1990, 5, 17),
    document_kind="01",
    enrolments=(Enrolment(Scheme.EMPLOYEE, Status.STOPPED, date(2018, 3, 1), date(2026, 10, 31)),),
    account=(AccountPart("this_year", 300000),),
)
OLD_AGES = {"man": 720, "woman_55": 660, "woman_50": 600}


def said(**values: Value) -> Policy:
    """A policy that says these things everywhere; double underscores stand for dots."""
    facts = [
        fact(name.replace("__", "."), area, value)
        for name, value in values.items()
        for area in ("nation", "530300", "510100")
    ]
    ages = [fact("retirement.old_age", "nation", age, group=group) for group, age in OLD_AGES.items()]
    caps = [fact("retirement.cap", "nation", 0, group=group) for group in OLD_AGES]
    return EMPTY.with_facts([*facts, *ages, *caps], digest="1")


def fact(parameter: str, area: str, value: Value, **scope: str) -> Fact:
    return Fact(
        id=f"{area}/{parameter}/{'/'.join(scope.values())}",
        parameter=parameter,
        area=area,
        value=value,
        start=date(2000, 1, 1),
        until=None,
        known_since=TODAY,
        confidence=Confidence.HIGH,
        scope=scope,
    )


def test_a_rule_answers_only_with_its_own_words() -> None:
    rule = Rule("R-000", Anchor.ALWAYS, ("YES", "NO"))
    with pytest.raises(ValueError, match="its outcomes are YES, NO"):
        rule.decide("MAYBE")


def test_a_rules_name_for_people_is_found_by_its_id() -> None:
    assert Rule("R-000", Anchor.ALWAYS, ("YES",)).title == "rules.R-000"


def test_no_clock_is_invented_before_the_oldest_rule() -> None:
    with pytest.raises(clocks.NoClockError, match="oldest rule"):
        clocks.origin_due(accepted_on=date(2015, 1, 5), calendar=WEEKDAYS, policy=EMPTY)
    with pytest.raises(clocks.NoClockError, match="oldest rule"):
        clocks.destination_due(form_received_on=date(2015, 1, 5), calendar=WEEKDAYS, policy=EMPTY)


def test_a_promise_without_a_record_is_an_error() -> None:
    with pytest.raises(clocks.NoClockError, match="says nothing"):
        clocks.promise_due(what="nothing", start=TODAY, calendar=WEEKDAYS, policy=EMPTY)


@pytest.mark.parametrize(("stage", "days"), [("letter", 5), ("out", 10), ("in", 5)])
def test_each_stage_of_the_offline_route_has_days_of_its_own(stage: str, days: int) -> None:
    name = f"handling.offline_{stage}_days"
    held = Policy(
        parameters={name: Parameter(name, "number", Inheritance.NONE, "event")}, facts={}, digest="0"
    ).with_facts([fact(name, "320500", days)], digest="1")
    answer = clocks.offline_due(
        stage=clocks.Stage(stage),
        area="320500",
        start=TODAY,
        applied_on=TODAY,
        calendar=WEEKDAYS,
        policy=held,
    )
    assert isinstance(answer, clocks.Clock)
    assert answer.decision.inputs == {
        "area": "320500",
        "stage": stage,
        "days": days,
        "on": answer.on.isoformat(),
        "start": TODAY.isoformat(),
    }


def test_the_retirement_age_needs_its_whole_rule() -> None:
    with pytest.raises(retirement.RetirementRuleMissingError, match=r"retirement\.old_age"):
        retirement.retirement_age(
            birth=date(1970, 1, 1), group=retirement.RetirementGroup.MAN, on=TODAY, policy=EMPTY
        )


def test_no_cross_province_rule_means_no_mode() -> None:
    answer = money.money_mode(asked=AT_A, person=MOVER, policy=EMPTY, on=TODAY)
    assert (answer.mode, answer.amount_fen) == (MoneyMode.UNKNOWN, 300000)


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        ("keep_usable", MoneyMode.KEEP),
        ("hold", MoneyMode.KEEP),
        ("pay_out", MoneyMode.TO_PERSON),
        ("transfer", MoneyMode.REMIT),
    ],
)
def test_each_local_answer_for_a_move_to_resident_insurance_is_a_mode(word: str, mode: MoneyMode) -> None:
    asked = Asked(TODAY, "530300", "510100", Scheme.EMPLOYEE, Scheme.RESIDENT)
    assert money.money_mode(asked=asked, person=MOVER, policy=said(pa__er_money=word), on=TODAY).mode is mode


def test_an_unpaid_month_does_not_matter_where_the_place_says_so() -> None:
    unpaid = Enrolment(Scheme.EMPLOYEE, Status.INSURED, date(2026, 11, 1), first_month_paid=False)
    paid = Enrolment(Scheme.EMPLOYEE, Status.INSURED, date(2026, 11, 1))
    indifferent = said(handling__dest_paid_month_required=False)
    [answer] = checks.first_month(asked=AT_A, enrolled=[unpaid], policy=indifferent)
    assert (answer.rule, answer.outcome) == ("R-091", "NOT_REQUIRED")
    assert checks.first_month(asked=AT_A, enrolled=[paid], policy=indifferent) == []


def test_a_place_may_refuse_people_of_the_age() -> None:
    old = PersonFacts(birth=date(1950, 1, 1), document_kind="01")
    [answer] = checks.over_age(
        asked=AT_A, person=old, today=TODAY, policy=said(handling__over_age_refused=True), destination=True
    )
    assert (answer.outcome, answer.refusals) == ("REFUSED_LOCALLY", ("NA-15",))
    [warned] = checks.over_age(asked=AT_A, person=old, today=TODAY, policy=said(), destination=True)
    assert (warned.outcome, warned.refusals) == ("AGE_REACHED", ())


@pytest.mark.parametrize(
    ("usable", "outcome"), [(True, "USABLE_AFTER_STOP"), (False, "NOT_USABLE_AFTER_STOP")]
)
def test_a_place_says_whether_the_account_can_be_used_after_the_stop(usable: bool, outcome: str) -> None:
    answer = process.spending(stopped=True, origin="530300", policy=said(pa__use_after_stop=usable), on=TODAY)
    assert answer.outcome == outcome


def test_a_local_rule_for_no_heirs_is_used() -> None:
    assert (
        process.no_heir(origin="530300", policy=said(pa__no_heir_goes_to="pooled_fund"), on=TODAY).outcome
        == "LOCAL_RULE"
    )


def test_a_state_of_money_nobody_named_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(ValueError, match="'lost'"):
        process.death_in_process(record="accepted", money=["lost"])


def test_years_are_reached_where_every_condition_is_known_and_met() -> None:
    held = years.MonthsHeld(total=300, paid=180, local=120)
    known = said(ee__retire__total_years=25, ee__retire__paid_years=15, ee__retire__local_years=10)
    assert (
        years.retiree_cover(held=held, sex=Sex.MALE, area="530300", policy=known, on=TODAY).outcome
        == "REACHED"
    )


def test_places_may_count_service_as_paid_and_convert_resident_years() -> None:
    local = said(ee__retire__military_years_count_as="paid", ee__retire__resident_years_per_employee_year=8)
    assert years.military(months=24, area="530300", policy=local, on=TODAY).outcome == "COUNTED_AS_PAID"
    assert years.resident(months=96, area="530300", policy=local, on=TODAY).outcome == "CONVERTED_LOCALLY"


def test_an_acceptance_inherits_the_doubts_of_what_could_have_refused() -> None:
    sure = Decision(rule="R-018", outcome="ENROLLED")
    doubtful = Decision(rule="R-091", outcome="ASK_DESTINATION", confidence=Confidence.LOW)
    note = Decision(
        rule="R-051", outcome="RESIDUAL_AT_ORIGIN", confidence=Confidence.LOW, basis=Basis.INFERENCE
    )
    assert (
        checks.accepted(on=TODAY, origin_check=[note], destination_check=[sure]).confidence is Confidence.HIGH
    )
    assert (
        checks.accepted(on=TODAY, origin_check=[], destination_check=[sure, doubtful]).confidence
        is Confidence.LOW
    )


def test_a_refusal_names_each_code_once_in_order() -> None:
    one = Decision(rule="R-018", outcome="NOT_ENROLLED", refusals=("NA-02", "NA-01"))
    answer = checks.accepted(on=TODAY, origin_check=[one], destination_check=["NA-02", "NA-05"])
    assert answer.refusals == ("NA-01", "NA-02", "NA-05")


PARTS = st.builds(
    AccountPart,
    part=st.sampled_from(["this_year", "earlier", "civil_service"]),
    balance_fen=st.integers(min_value=-500, max_value=10**9),
    held_fen=st.integers(min_value=0, max_value=500),
    movable=st.booleans(),
)


@given(account=st.lists(PARTS, max_size=4))
def test_the_amount_is_the_sum_of_its_parts_and_never_more_than_is_available(
    account: list[AccountPart],
) -> None:
    person = PersonFacts(birth=date(1990, 5, 17), document_kind="01", account=tuple(account))
    answer = money.money_mode(asked=AT_A, person=person, policy=said(pa__cross_mode="REMIT"), on=TODAY)
    assert answer.amount_fen == sum(fen for _, fen in answer.parts) >= 0
    assert answer.amount_fen <= sum(max(part.available_fen, 0) for part in account if part.movable)
    assert (answer.amount_fen == 0) == (answer.mode is MoneyMode.NONE) or answer.mode is MoneyMode.UNKNOWN


@given(
    birth=st.dates(min_value=date(1940, 1, 1), max_value=date(2015, 12, 31)),
    group=st.sampled_from(list(retirement.RetirementGroup)),
)
def test_a_later_birth_never_retires_earlier(birth: date, group: retirement.RetirementGroup) -> None:
    gradual = said().with_facts(
        [
            fact("retirement.cap", "nation", 36, group=group.value),
            fact("retirement.step", "nation", 4, group=group.value),
            fact("retirement.first_cohort", "nation", "1965-01", group=group.value),
        ],
        digest="2",
    )
    newest = {
        key: facts[-1:] if key[0] == "retirement.cap" else facts for key, facts in gradual.facts.items()
    }
    held = Policy(parameters=gradual.parameters, facts=newest, digest="3")
    later = date(birth.year + 1, birth.month, 1)
    ages = [
        retirement.retirement_age(birth=day, group=group, on=TODAY, policy=held) for day in (birth, later)
    ]
    assert ages[0].month <= ages[1].month
    assert 0 <= ages[0].months - OLD_AGES[group.value] <= 36


@pytest.mark.parametrize(
    ("scheme", "kind", "rule"),
    [
        ("310", MonthKind.PAID, "R-076"),
        ("310", MonthKind.MADE_UP, "R-076"),
        ("390", MonthKind.PAID, "R-080"),
        ("310", MonthKind.DEEMED, "R-078"),
        ("390", MonthKind.DEEMED, "R-078"),
    ],
)
def test_months_are_counted_by_the_rule_of_their_scheme_and_kind(
    scheme: str, kind: MonthKind, rule: str
) -> None:
    assert years.months_rule(scheme=scheme, kind=kind) == rule


@pytest.mark.parametrize(
    ("places", "to_scheme", "mode", "rule"),
    [
        (("530300", "510100"), Scheme.EMPLOYEE, MoneyMode.REMIT, "R-032"),
        (("530300", "510100"), Scheme.RESIDENT, MoneyMode.REMIT, "R-038"),
        (("440100", "440300"), Scheme.EMPLOYEE, MoneyMode.STAY, "R-037"),
        (("440100", "440300"), Scheme.RESIDENT, MoneyMode.STAY, "R-038"),
        (("350100", "350500"), Scheme.EMPLOYEE, MoneyMode.INSTANT, "R-036"),
    ],
)
def test_the_destination_names_the_rule_of_an_amount_from_places_and_schemes(
    places: tuple[str, str], to_scheme: Scheme, mode: MoneyMode, rule: str
) -> None:
    asked = Asked(TODAY, *places, Scheme.EMPLOYEE, to_scheme)
    assert money.announced_rule(asked=asked, mode=mode) == rule


def test_the_latest_year_of_residents_cover_that_has_been_joined_is_told() -> None:
    asked = Asked(TODAY, "530300", "510100", Scheme.RESIDENT, Scheme.RESIDENT)

    def joined(*years_of_cover: int | None, status: Status = Status.INSURED) -> int | None:
        enrolments = tuple(
            Enrolment(Scheme.RESIDENT, status, date(2026, 1, 1), cover_year=year) for year in years_of_cover
        )
        person = PersonFacts(birth=date(1990, 5, 17), document_kind="01", enrolments=enrolments)
        return checks.year_joined(asked=asked, person=person, today=TODAY)

    assert joined(2026, 2027, None) == 2027
    assert joined(None) is None
    assert joined() is None
    assert joined(2027, status=Status.STOPPED) is None
    assert checks.year_joined(asked=asked, person=None, today=TODAY) is None
    assert checks.year_joined(asked=AT_A, person=MOVER, today=TODAY) is None


@pytest.mark.parametrize(
    ("needed", "refusals", "outcome"),
    [(True, ("NA-04",), "BENEFITS_NOT_BEGUN"), (False, (), "JOINED_NEXT_YEAR")],
)
def test_a_place_says_whether_next_years_benefits_must_have_begun(
    needed: bool, refusals: tuple[str, ...], outcome: str
) -> None:
    asked = Asked(TODAY, "530300", "510100", Scheme.RESIDENT, Scheme.RESIDENT)
    enrolled = [Enrolment(Scheme.RESIDENT, Status.INSURED, date(2026, 11, 1), cover_year=2027)]
    held = said(resident__requires_benefit_start=needed)
    [decision] = checks.joined_year(asked=asked, enrolled=enrolled, today=TODAY, policy=held)
    assert (decision.outcome, decision.refusals) == (outcome, refusals)


def test_a_limit_of_sixty_days_is_thought_of_on_day_45_and_on_day_60() -> None:
    found = Decision("UNE-13", "FILE_BY", inputs={"days": 60, "on": "2027-01-22"})
    limit = limits.Limit(date(2027, 1, 22), (found,))
    reminded = limits.reminders(limit=limit, certificate_on=TODAY)
    assert reminded == (date(2027, 1, 7), date(2027, 1, 22))
    # 0.75 × 15 = 11.25: day 11
    short = limits.Limit(date(2026, 12, 8), (Decision("UNE-13", "FILE_BY", inputs={"days": 15}),))
    assert limits.reminders(limit=short, certificate_on=TODAY) == (date(2026, 12, 4), date(2026, 12, 8))
    none = limits.Limit(None, (Decision("UNE-13", "NO_NATIONAL_LIMIT"),))
    assert limits.reminders(limit=none, certificate_on=TODAY) == ()
    uncounted = limits.Limit(date(2026, 12, 8), (Decision("UNE-13", "FILE_BY"),))
    assert limits.reminders(limit=uncounted, certificate_on=TODAY) == ()

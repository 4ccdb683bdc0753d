"""Every posting and every move of months names the rule that really made it: all reasons, in all ways money goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from cases_story import BY, CHENGDU, ISSUE, NANJING, PERSON, QUJING, SUZHOU, TAKE_IN, Story

from jiexu.cases.events import (
    CreditReviewed,
    EstatePaid,
    FormDisputed,
    ModeDecided,
    OrderedAgain,
    QueryAnswered,
)
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.ledger.entries import STATEMENT_REASONS, PostingReason
from jiexu.records.monthset import MonthSet
from jiexu.records.record import Line, MonthKind, PersonRecord, Tally
from jiexu.rules.decision import Confidence
from jiexu.rules.inputs import Asked, Scheme
from jiexu.rules.money import MoneyMode, announced_rule, money_mode
from jiexu.rules.policy import Fact
from jiexu.simulation import population
from jiexu.simulation.quiet import come_to_rest
from jiexu.simulation.world import HANDLED
from jiexu.values.month import Month

TO_RESIDENT = (Scheme.EMPLOYEE, Scheme.RESIDENT)
JINAN, QINGDAO, QUANZHOU, XIAMEN = "370100", "370200", "350500", "350200"


def locally(word: str) -> Story:
    """曲靖 has a rule for the money of employees who become residents."""
    fact = Fact(
        "test/er", "pa.er_money", QUJING, word, date(2021, 12, 1), None, date(2026, 11, 21), Confidence.HIGH
    )
    return Story(schemes=TO_RESIDENT, policy=shipped_policy().with_facts([fact], digest="0"))


def decided(mode: MoneyMode) -> Story:
    """No rule is known, and the agency decided."""
    story = Story(schemes=TO_RESIDENT).record_in()
    story.at_origin(ModeDecided(1, mode, "agreed by telephone", *BY))
    story.post()
    return story


def to_the_end(story: Story) -> Story:
    """What the desks and the bank do when nothing is special."""
    if not story.case_no:
        story.apply()
    come_to_rest(story.world)
    return story


def short_then_too_much() -> Story:
    story = Story().settled()
    story.arrives(320_855 + 77)
    story.post()
    story.at_origin(QueryAnswered(1, short=False))
    story.post()
    story.at_destination(CreditReviewed(1, *BY))
    return to_the_end(story)


def bounced(story: Story) -> Story:
    story.ordered()
    story.world.settle(story.world.bank.transfers[-1])
    story.post()
    story.world.bounce(story.world.bank.transfers[-1])
    story.post()
    story.at_origin(OrderedAgain(1, HANDLED))
    return to_the_end(story)


def paid_and_given_back() -> Story:
    """The person's own bank gave it back once."""
    story = decided(MoneyMode.TO_PERSON)
    story.to_bank()
    story.world.settle(story.world.bank.transfers[0])
    story.post()
    story.world.bounce(story.world.bank.transfers[0])
    return story


def late(story: Story) -> Story:
    to_the_end(story)
    population.money_comes_late(story.world, story.origin, PERSON, 45)
    return to_the_end(story)


def late_for_the_heirs(*, known_to_the_record: bool) -> Story:
    story = Story().form_sent()
    population.die(story.world, QUJING if known_to_the_record else CHENGDU, PERSON)
    story.post()
    population.money_comes_late(story.world, QUJING, PERSON, 45)
    return story


def dead_before_the_form() -> Story:
    story = Story().accepted()
    row = story.world.nodes[QUJING].find(population.number_of(PERSON))
    assert row is not None
    population.keep(story.world, replace(row, died_on=story.world.today))
    story.at_origin(ISSUE, EstatePaid(1, *BY))
    return story


def dead_on_the_way() -> Story:
    story = Story().settled()
    population.die(story.world, CHENGDU, PERSON)
    return to_the_end(story)


def dead_and_bounced() -> Story:
    story = Story().settled()
    story.world.bounce(story.world.bank.transfers[0])
    population.die(story.world, QUJING, PERSON)
    return story


def dead_after_clearing() -> Story:
    story = Story(origin=NANJING, destination=SUZHOU).form_sent()
    population.die(story.world, SUZHOU, PERSON)
    return to_the_end(story)


PAID = {("paid_out", "R-032"), ("credited", "R-048")}
TABLE: dict[str, tuple[Callable[[], Story], set[tuple[str, str]]]] = {
    # remitted between provinces, inside one, and to residents where the place has a rule
    "REMIT between provinces": (lambda: to_the_end(Story()), PAID),
    "REMIT inside 山东": (
        lambda: to_the_end(Story(origin=JINAN, destination=QINGDAO)),
        {("paid_out", "R-036"), ("credited", "R-048")},
    ),
    "REMIT to residents": (
        lambda: to_the_end(locally("transfer")),
        {("paid_out", "R-038"), ("credited", "R-048")},
    ),
    "REMIT by the agency": (
        lambda: to_the_end(decided(MoneyMode.REMIT)),
        {("paid_out", "design.mode"), ("credited", "R-048")},
    ),
    # credited first
    "CREDIT_THEN_CLEAR inside 江苏": (
        lambda: to_the_end(Story(origin=NANJING, destination=SUZHOU)),
        {("cleared_out", "R-036"), ("cleared_in", "R-036")},
    ),
    "INSTANT into 泉州": (
        lambda: to_the_end(Story(origin=XIAMEN, destination=QUANZHOU)),
        {("cleared_out", "R-036"), ("cleared_in", "R-036")},
    ),
    "CREDIT_THEN_CLEAR by the agency": (
        lambda: to_the_end(decided(MoneyMode.CREDIT_THEN_CLEAR)),
        {("cleared_out", "design.mode"), ("cleared_in", "design.mode")},
    ),
    # paid to the person
    "TO_PERSON by a local rule": (lambda: to_the_end(locally("pay_out")), {("paid_to_person", "R-038")}),
    "TO_PERSON by the agency": (
        lambda: to_the_end(decided(MoneyMode.TO_PERSON)),
        {("paid_to_person", "design.mode")},
    ),
    "TO_PERSON and given back": (
        paid_and_given_back,
        {("paid_to_person", "design.mode"), ("correction", "design.mode")},
    ),
    # nothing is booked
    "STAY inside 广东": (lambda: to_the_end(Story(origin="440100", destination="440300")), set()),
    "KEEP by a local rule": (lambda: to_the_end(locally("keep_usable")), set()),
    "NONE": (lambda: to_the_end(Story(fen={})), set()),
    "UNKNOWN": (lambda: Story(schemes=TO_RESIDENT).record_in(), set()),
    # too much, back, late
    "too much": (short_then_too_much, {*PAID, ("given_back", "R-048")}),
    "bounced between provinces": (
        lambda: bounced(Story()),
        {*PAID, ("bounced", "R-032"), ("sent_again", "R-032")},
    ),
    "bounced inside 山东": (
        lambda: bounced(Story(origin=JINAN, destination=QINGDAO)),
        {
            ("paid_out", "R-036"),
            ("bounced", "R-036"),
            ("sent_again", "R-036"),
            ("credited", "R-048"),
        },
    ),
    "late": (lambda: late(Story()), {*PAID, ("paid_out", "R-051")}),
    "late inside 江苏": (
        lambda: late(Story(origin=NANJING, destination=SUZHOU)),
        {
            ("cleared_out", "R-036"),
            ("cleared_in", "R-036"),
            ("cleared_out", "R-051"),
            ("cleared_in", "R-051"),
        },
    ),
    # the heirs'
    "ESTATE before the form": (dead_before_the_form, {("to_estate", "R-042"), ("estate_paid", "R-042")}),
    "ESTATE on the way": (
        dead_on_the_way,
        {("paid_out", "R-032"), ("to_estate", "R-043"), ("estate_paid", "R-042")},
    ),
    "ESTATE of what came back": (
        dead_and_bounced,
        {("paid_out", "R-032"), ("bounced", "R-032"), ("to_estate", "R-043")},
    ),
    "ESTATE of what is cleared later": (
        dead_after_clearing,
        {("cleared_out", "R-036"), ("to_estate", "R-043"), ("estate_paid", "R-042")},
    ),
    "ESTATE of late money": (
        lambda: late_for_the_heirs(known_to_the_record=True),
        {("to_estate", "R-043"), ("to_estate", "R-042")},
    ),
    "ESTATE of late money, told by the other side": (
        lambda: late_for_the_heirs(known_to_the_record=False),
        {("to_estate", "R-043")},
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_every_posting_names_the_rule_that_made_it(name: str) -> None:
    make, expected = TABLE[name]
    assert {(reason, rule) for reason, rule, *_ in make().booked()} == expected


def test_the_table_has_every_reason_a_case_can_book_and_every_way_money_goes() -> None:
    reasons = {reason for _, expected in TABLE.values() for reason, _ in expected}
    # Statements are booked by the bank's word; late money before its case hears of it, by R-051.
    elsewhere = STATEMENT_REASONS | {PostingReason.CONTRIBUTION}
    assert reasons == {reason.value for reason in set(PostingReason) - elsewhere}
    assert {name.split()[0] for name in TABLE} >= {mode.value for mode in MoneyMode}


@pytest.mark.parametrize(
    ("origin", "destination"),
    [(QUJING, CHENGDU), (JINAN, QINGDAO), (NANJING, SUZHOU), ("440100", "440300"), (XIAMEN, QUANZHOU)],
)
@pytest.mark.parametrize("to_scheme", list(Scheme))
def test_the_destination_knows_the_rule_without_being_told(
    origin: str, destination: str, to_scheme: Scheme
) -> None:
    story = Story(origin=origin, destination=destination, schemes=(Scheme.EMPLOYEE, to_scheme))
    person = story.world.nodes[origin].find(population.number_of(PERSON))
    assert person is not None
    asked = Asked(story.on, origin, destination, Scheme.EMPLOYEE, to_scheme)
    facts = person.facts(books=story.world.nodes[origin].books, scheme=Scheme.EMPLOYEE)
    chosen = money_mode(asked=asked, person=facts, policy=story.policy, on=story.on)
    assert announced_rule(asked=asked, mode=chosen.mode) == chosen.rule


@pytest.mark.parametrize(("disputed", "state"), [(True, "due"), (False, "credited")])
def test_what_the_agency_decided_stands_in_a_corrected_form(disputed: bool, state: str) -> None:
    story = Story(schemes=TO_RESIDENT).form_sent()
    story.at_origin(ModeDecided(1, MoneyMode.REMIT, "agreed by telephone", *BY))
    story.post()
    if disputed:
        story.at_destination(FormDisputed("wrong-months"))
        story.post()
        story.at_origin(ISSUE)
        story.post()
    else:
        to_the_end(story)
    for track in (story.o.leg(1), story.d.leg(1)):
        assert track is not None
        assert (track.mode, track.rule) == (MoneyMode.REMIT, "design.mode")
    assert story.money()[0] == state


# Months.

DEEMED = Line("310", QUJING, MonthKind.DEEMED)
TWO_YEARS = MonthSet.between(Month.of(2015, 1), Month.of(2016, 12))


def moves(story: Story) -> set[tuple[str, str, str]]:
    return {
        (move.kind.value, move.line.kind.value, move.rule)
        for _, step in story.world.kept
        for move in step.months
    }


def month_rules(story: Story, agency: str) -> list[tuple[str, str]]:
    return [
        (each.rule, each.outcome)
        for at, step in story.world.kept
        for each in step.decisions
        if at == agency and each.rule in {"R-076", "R-077", "R-078", "R-080"}
    ]


def with_service(story: Story) -> Story:
    """Two years are deemed."""
    row = story.world.nodes[QUJING].find(population.number_of(PERSON))
    assert row is not None
    record = PersonRecord(QUJING, {**row.record.lines, DEEMED: Tally(TWO_YEARS)})
    population.keep(story.world, replace(row, record=record))
    return story


def test_paid_and_deemed_months_go_by_rules_of_their_own() -> None:
    story = with_service(Story()).record_in()
    assert moves(story) == {
        ("out", "paid", "R-076"),
        ("out", "deemed", "R-078"),
        ("in", "paid", "R-076"),
        ("in", "deemed", "R-078"),
    }
    assert month_rules(story, QUJING) == [("R-076", "HANDED_OVER"), ("R-078", "SEPARATE_COUNTER")]
    assert month_rules(story, CHENGDU) == [("R-076", "ADDED"), ("R-078", "SEPARATE_COUNTER")]


@pytest.mark.parametrize("to_scheme", list(Scheme))
def test_months_of_residents_stay_in_a_counter_of_their_own(to_scheme: Scheme) -> None:
    story = Story(schemes=(Scheme.RESIDENT, to_scheme), on=date(2027, 1, 12))
    if to_scheme is Scheme.RESIDENT:
        row = story.world.nodes[QUJING].find(population.number_of(PERSON))
        assert row is not None
        last_year = tuple(replace(each, cover_year=2026) for each in row.enrolments)
        population.keep(story.world, replace(row, enrolments=last_year))
    story.record_in()
    assert moves(story) == {("out", "paid", "R-080"), ("in", "paid", "R-080")}
    assert month_rules(story, QUJING) == month_rules(story, CHENGDU) == [("R-080", "SEPARATE_COUNTER")]


def test_a_withdrawn_form_takes_its_months_back_by_the_rule_of_wrong_forms() -> None:
    story = Story().form_sent()
    story.at_destination(FormDisputed("wrong-months"))
    story.post()
    story.at_origin(ISSUE)
    assert ("undone", "paid", "R-093") in moves(story)


def test_months_counted_here_already_and_months_that_came_home_say_so() -> None:
    story = Story().form_sent()
    here = story.world.nodes[CHENGDU].find(population.number_of(PERSON))
    assert here is not None
    twice = MonthSet.between(Month.of(2026, 8), Month.of(2026, 10))
    population.keep(story.world, here.earning(scheme=Scheme.EMPLOYEE, months=twice))
    story.at_destination(TAKE_IN)
    assert ("already_counted", "paid", "R-077") in moves(story)
    assert month_rules(story, CHENGDU) == [("R-076", "ADDED"), ("R-077", "COUNTED_ONCE")]


def test_months_that_come_home_are_added_again() -> None:
    story = Story().record_in()
    story.post()
    come_to_rest(story.world)
    population.stop(story.world, CHENGDU, PERSON)
    population.join(story.world, QUJING, PERSON)
    asked = population.asked(story.world, CHENGDU, QUJING)
    story.case_no, _ = population.apply(story.world, QUJING, PERSON, asked, "00000009")
    come_to_rest(story.world)
    assert ("came_back", "paid", "R-076") in moves(story)

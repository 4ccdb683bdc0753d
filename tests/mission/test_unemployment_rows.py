"""Unemployment insurance: what follows the worker, what money moves, where it is drawn, and by when to file."""

from __future__ import annotations

from datetime import date

from mission_cast import (
    CALENDAR,
    CHENGDU,
    GUANGZHOU,
    KUNMING,
    POLICY,
    QUJING,
    SHENZHEN,
    TODAY,
    answers,
    said,
    sentence,
)

from jiexu.rules.unemployment.entitlement import entitled
from jiexu.rules.unemployment.limits import file_by
from jiexu.rules.unemployment.money import Due
from jiexu.rules.unemployment.money import money as sums
from jiexu.rules.unemployment.moving import (
    Claim,
    Move,
    Standing,
    Unemployed,
    Way,
    follows,
    unemployment_move,
    whole_unit,
)

XIAN, CHONGQING = "610100", "500000"


def move(
    person: Unemployed,
    origin: str = QUJING,
    destination: str = CHENGDU,
    on: date = TODAY,
) -> Move:
    return unemployment_move(person=person, origin=origin, destination=destination, policy=POLICY, on=on)


def test_the_relation_follows_the_worker_and_the_unit() -> None:
    """S001-066 it follows whoever works elsewhere, and all people of a unit that moves as a whole.

    S001-071 months before and after are added.
    """
    employed = move(Unemployed(Standing.EMPLOYED, 36, reemployed=True))
    assert answers(employed.decisions)["UNE-01"] == "FOLLOWS"
    assert dict(follows(months=36).inputs) == {"months": 36}
    assert "add up" in sentence(follows(months=36))
    assert dict(whole_unit(people=120).inputs)["people"] == 120
    assert whole_unit(people=120).outcome == "MOVES_WITH_UNIT"


def test_sixty_days_to_file_are_a_rule_of_some_provinces() -> None:
    """S001-068 sixty calendar days from the certificate, where the province says so: 陕西 does; the nation sets none."""
    shaanxi = file_by(area=XIAN, certificate_on=TODAY, calendar=CALENDAR, policy=POLICY)
    assert shaanxi.on == date(2027, 1, 22)
    assert sentence(shaanxi.decisions[0]) == (
        "This place wants the transfer filed by this day; a local rule, not a national one."
    )
    nowhere = file_by(area=CHENGDU, certificate_on=TODAY, calendar=CALENDAR, policy=POLICY)
    assert (nowhere.on, nowhere.decisions[0].outcome) == (None, "NO_NATIONAL_LIMIT")


def test_an_entitled_person_chooses_and_is_locked_once_drawing() -> None:
    """S001-072 draw at the last place or at home: a choice, and no change while drawing.

    S001-074 home is asked for: who claims there has the relation transferred first.
    """
    stays = move(Unemployed(Standing.ENTITLED, 36, claims_at=Claim.LAST_PLACE))
    goes = move(Unemployed(Standing.ENTITLED, 36, claims_at=Claim.HOME, fixed_months=12, monthly_fen=190_000))
    drawing = move(Unemployed(Standing.DRAWING, 36, fixed_months=12, drawn_months=2, monthly_fen=190_000))
    assert (stays.way, goes.way, drawing.way) == (Way.NOTHING, Way.RELATION_AND_MONEY, Way.REFUSED)
    assert answers(goes.decisions)["UNE-04"] == "TRANSFER_FIRST"
    assert answers(drawing.decisions)["UNE-03"] == "LOCKED"


def test_the_benefit_not_drawn_and_half_of_it_move_across_provinces() -> None:
    """S001-073 across provinces the undrawn benefit and half as much move; inside one the province decides.

    12 months of 1,900 yuan: 22,800, and 11,400 for medical care and training, whichever way the half is read.
    """
    whole = sums(due=Due(12, 12, 0, 190_000), area=QUJING, policy=POLICY, on=TODAY)
    assert (whole.least_fen, whole.most_fen) == (3_420_000, 3_420_000)
    partly = sums(due=Due(12, 12, 4, 190_000), area=QUJING, policy=POLICY, on=TODAY)
    assert (partly.least_fen, partly.most_fen) == (2_280_000, 2_660_000), "both readings of the half"
    assert answers(partly.decisions)["UNE-06"] == "BOTH_READINGS"
    inside = move(Unemployed(Standing.EMPLOYED, 36, reemployed=True), GUANGZHOU, SHENZHEN)
    unknown = move(Unemployed(Standing.EMPLOYED, 36, reemployed=True), QUJING, KUNMING)
    assert (answers(inside.decisions)["UNE-12"], answers(unknown.decisions)["UNE-12"]) == (
        "RELATION_ONLY",
        "NOT_KNOWN",
    )


def test_people_at_work_took_no_money_before_2021() -> None:
    """S001-084 a move between jobs: before the notice of 2021 the relation alone; since then money from a year on."""
    person = Unemployed(Standing.EMPLOYED, 36, reemployed=True, fixed_months=12, monthly_fen=190_000)
    before, after = move(person, on=date(2021, 11, 8)), move(person, on=date(2021, 11, 9))
    assert (before.way, after.way) == (Way.RELATION, Way.RELATION_AND_MONEY)
    short = move(Unemployed(Standing.EMPLOYED, 11, reemployed=True))
    assert (short.way, answers(short.decisions)["UNE-07"]) == (Way.RELATION, "RELATION_ONLY")


def test_benefit_is_for_who_did_not_leave_by_choice() -> None:
    """S002-056 S002-057 a contract that ends, or an end the employer proposed, is not one's own choice; own notice is."""
    ends = entitled(paid_months=24, by_choice=False, registered=True, policy=POLICY, on=TODAY)
    own = entitled(paid_months=24, by_choice=True, registered=True, policy=POLICY, on=TODAY)
    assert (ends.outcome, own.outcome, ends.articles) == ("ENTITLED", "LEFT_BY_CHOICE", ("sil:45",))
    assert (
        entitled(paid_months=11, by_choice=False, registered=True, policy=POLICY, on=TODAY).outcome
        == "TOO_FEW_MONTHS"
    )


def test_unemployment_months_of_all_places_stand_in_one_record() -> None:
    """S001-071 months before and after the move in one record, each once. S001-069 a month missing between is named."""
    text = said(
        "calc", "unemployment-months", "--paid", "曲靖=2020-01~2026-08", "--paid", "成都=2026-11~2026-12"
    )
    assert "From 2026-09 to 2026-10 nothing was paid: 2 months are missing." in text
    assert "Of all places together: 82 months." in text
    joined = said(
        "calc", "unemployment-months", "--paid", "曲靖=2026-01~2026-06", "--paid", "成都=2026-06~2026-12"
    )
    assert "Paid at two places: 1 month, counted once." in joined
    assert "none is missing" not in joined
    assert "Of all places together: 12 months." in joined

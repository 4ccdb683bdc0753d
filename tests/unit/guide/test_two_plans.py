"""The pension's own plan stands beside the medical one, and what nobody can know is left out."""

from datetime import date

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.answer import answer
from jiexu.guide.situation import Situation, Topic
from jiexu.rules.inputs import Payer, Scheme
from jiexu.rules.unemployment.limits import file_by, reminders

TODAY = date(2026, 11, 23)


def keys(on: date = TODAY, **told: object) -> list[str]:
    situation = Situation(
        "曲靖", "成都", from_scheme=Scheme.EMPLOYEE, to_scheme=Scheme.EMPLOYEE, wants=frozenset({Topic.OTHERS}), **told
    )  # fmt: skip  # type: ignore[arg-type]
    guide = answer(situation, policy=shipped_policy(), calendar=working_days(), areas=areas(), on=on)
    return [one.key for one in guide.sentences]


def test_the_pensions_plan_has_three_days_of_its_own() -> None:
    assert [one for one in keys(payer=Payer.FLEXIBLE) if one.startswith("guide.pension_step")] == [
        "guide.pension_step_review",
        "guide.pension_step_out",
        "guide.pension_step_into",
    ]


def test_before_the_measures_of_2010_the_plan_has_no_days() -> None:
    said = keys(on=date(2009, 11, 23))
    assert "guide.pension_plan" in said
    assert not [one for one in said if one.startswith("guide.pension_step")]


def test_there_is_nothing_to_be_reminded_of_where_no_limit_is_known() -> None:
    limit = file_by(area="510100", certificate_on=TODAY, calendar=working_days(), policy=shipped_policy())
    assert reminders(limit=limit, certificate_on=TODAY) == ()

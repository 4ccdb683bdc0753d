"""Forms hold every field that is asked for, refuse what is blank, and name days only where a rule of that day gives them."""

from datetime import date
from typing import Any

import pytest

from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.forms import FORMS, Applicant, Filled, Form, FormError, FormKind, Ground, Shape, fill
from jiexu.texts import LANGS, say
from jiexu.values.month import Month
from jiexu.values.period import Period
from jiexu.wording.guide import Words

TODAY = date(2026, 11, 23)
VALUES: dict[Shape, Any] = {
    Shape.TEXT: "王小明",
    Shape.DOCUMENT: "000000199003071236",
    Shape.DAY: date(2026, 11, 2),
    Shape.MONTH: Month.of(2026, 10),
    Shape.RUNS: (Period.parse("2018-03~2020-12"), Period.parse("2022-01~2026-10")),
    Shape.AREA: "610100",
    Shape.FEN: 3_120_000,
}


def given(form: Form, **more: Any) -> dict[str, Any]:
    """Every field with a value of its shape."""
    values = {
        blank.name: blank.choices[0] if blank.shape is Shape.CHOICE else VALUES[blank.shape]
        for blank in form.blanks
    }
    if "grounds" in values:
        values["grounds"] = tuple(each.value for each in Ground)
    return {**values, **more}


def filled(kind: FormKind, on: date = TODAY, **more: Any) -> Filled:
    return fill(kind, given(FORMS[kind], **more), policy=shipped_policy(), calendar=working_days(), on=on)


@pytest.mark.parametrize("kind", FormKind)
def test_every_field_that_is_asked_stands_on_the_paper_in_both_languages(kind: FormKind) -> None:
    for applicant in Applicant:
        paper = filled(kind, applicant=applicant.value)
        keys = [one.key for one in paper.lines]
        for blank in FORMS[kind].asked({"applicant": applicant.value}):
            assert blank.name == "grounds" or f"forms.field_{blank.name}" in keys
        for lang in LANGS:
            words = Words(lang, shipped_policy().parameters)
            assert all(words.plain(one) for one in paper.lines)


@pytest.mark.parametrize("kind", FormKind)
def test_no_needed_field_may_stay_blank(kind: FormKind) -> None:
    for blank in FORMS[kind].asked({"applicant": Applicant.EMPLOYER.value}):
        for nothing in (None, "", ()):
            with pytest.raises(FormError) as refused:
                filled(kind, **{"applicant": Applicant.EMPLOYER.value, blank.name: nothing})
            assert refused.value.data["field"] == blank.name
            assert str(refused.value) == say("en", "errors.form_blank", field=blank.name)


def test_only_an_employer_is_asked_for_its_name_and_the_authorisation() -> None:
    form = FORMS[FormKind.PENSION_APPLICATION]
    alone = {blank.name for blank in form.asked({"applicant": Applicant.FLEXIBLE.value})}
    whole = {blank.name for blank in form.asked({"applicant": Applicant.EMPLOYER.value})}
    assert whole - alone == {"employer", "authorised_on"}


def test_runs_stand_on_lines_of_their_own() -> None:
    runs = [
        one.data["value"] for one in filled(FormKind.PENSION_SHEET).lines if one.key == "forms.field_months"
    ]
    assert runs == ["2018-03~2020-12", "2022-01~2026-10"]


def test_the_letter_names_its_day_and_none_before_the_rule() -> None:
    assert filled(FormKind.PENSION_LETTER).until == date(2026, 11, 23)
    application = filled(FormKind.PENSION_APPLICATION, on=date(2009, 11, 2))
    assert application.until is None
    assert "forms.answered_by" not in [one.key for one in application.lines]


def test_a_refusal_gives_every_ground_and_the_last_day_where_one_is_known() -> None:
    paper = filled(FormKind.PENSION_REFUSAL, origin="440100", destination="440300")
    rules = [one.data["rule"] for one in paper.lines if one.key == "forms.refusal_rule"]
    assert rules == ["PEN-01", "PEN-09", "PEN-34", "PEN-34", "PEN-06"]
    assert paper.until is not None
    long_ago = filled(FormKind.PENSION_REFUSAL, on=date(1990, 5, 2))
    assert long_ago.until is None


def test_the_unemployment_certificate_reminds_only_where_a_place_sets_a_limit() -> None:
    certificate = filled(FormKind.UNEMPLOYMENT_CERTIFICATE)
    days = [one.data["day"] for one in certificate.lines if one.key == "forms.remind"]
    assert days == [date(2027, 1, 7), date(2027, 1, 22)]
    assert certificate.until == date(2027, 1, 22)
    nowhere = filled(FormKind.UNEMPLOYMENT_CERTIFICATE, destination="510100")
    assert nowhere.until is None

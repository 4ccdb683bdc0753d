"""Forms and papers beside the medical transfer: what stands on each, that none stays blank, and what each is called."""

from __future__ import annotations

import pytest
from mission_cast import refused, said, told

from jiexu.gateways.policyfiles.facts import shipped_sources
from jiexu.gateways.policyfiles.names import find_names, shipped_names
from jiexu.guide.forms import FORMS, FormKind, Shape

NUMBER = "000000199003071236"
WHO = ("--name", "王小明", "--document-number", NUMBER)
WAY = ("--origin", "曲靖", "--destination", "成都")
ON = ("--on", "2026-11-10")
SHEET = (
    "--serial", "3", *WHO, *WAY, "--letter-on", "2026-11-04", "--months", "2018-03~2026-10", "--account", "31200",
    "--pooled", "46800",
)  # fmt: skip
APPLICATION = (
    *WHO,
    *WAY,
    "--phone",
    "13800000000",
    "--last-month",
    "2026-10",
    "--first-month",
    "2026-11",
    *ON,
)


def form(kind: str, *words: str) -> list[str]:
    return said("form", kind, *words).splitlines()


def test_the_pension_application_is_filled_and_no_field_stays_blank() -> None:
    """S001-044 the application form, filled, without a blank that must not be one. S001-100 in writing, signed by who applies.

    S001-099 with the document of identity it is all that is asked for.
    """
    lines = form("pension-application", "--applicant", "person", *APPLICATION)
    assert lines[:2] == [
        "Application to transfer a basic pension relation (jiexu, version 1)",
        "To: the social-insurance agency of Chengdu",
    ]
    assert {"Name: 王小明", f"Document number: {NUMBER}", "Insured before in: Qujing"} <= set(lines)
    assert "No papers beyond identity without a legal ground" in "\n".join(lines)
    assert lines[-1] == "Signature: ______    Date: 10 November 2026"
    missing = [word for word in APPLICATION if word not in {"--name", "王小明"}]
    assert "Missing option '--name'" in refused_by_usage(
        "pension-application", "--applicant", "person", *missing
    )
    one_wrong = [word if word != NUMBER else "000000199003071235" for word in APPLICATION]
    assert "a digit is wrong" in refused_by_usage("pension-application", "--applicant", "person", *one_wrong)


def refused_by_usage(kind: str, *words: str) -> str:
    from click.testing import CliRunner  # noqa: PLC0415

    from jiexu.cli.main import main  # noqa: PLC0415

    result = CliRunner().invoke(main, ["form", kind, *words], env={"LC_ALL": "C.UTF-8"})
    assert result.exit_code == 2, result.output
    return result.output


def test_an_employer_applies_with_the_persons_authorisation() -> None:
    """S001-081 the employer files for an employee, whose authorisation and its day stand on the application."""
    asked = ("pension-application", "--applicant", "employer", *APPLICATION)
    assert "The form needs employer" in refused("form", *asked)
    assert "The form needs authorised_on" in refused("form", *asked, "--employer", "甲公司")
    lines = form(*asked, "--employer", "甲公司", "--authorised-on", "2026-11-05")
    assert "Day on which the person authorised the employer: 5 November 2026" in lines
    assert "The employer acts with the person's written authorisation, which is enclosed." in lines
    assert lines[-1].startswith("Employer's seal: ______    Person's signature: ______")


def test_the_certificate_is_asked_for_and_holds_months_and_account() -> None:
    """S001-038 leaving is asked for in writing at the old place, and the certificate with it.

    S001-017 the pension certificate has fields of its own, and is not needed where the application is made online.
    S001-103 for the way back it is the same certificate.
    S001-059 who needs it asks for it in writing; no law was found that sets its day, and that is said.
    """
    request = form("pension-certificate-request", *WHO, "--phone", "1380", *WAY, *ON)
    assert request[1] == "To: the social-insurance agency of Qujing"
    assert any("issue the certificate" in one for one in request)
    assert any("No time limit for the certificate is known" in one for one in request)
    given = ("--serial", "9", *WHO, "--months", "2018-03~2026-10", "--account", "31200", *ON)
    certificate = form("pension-certificate", *given, "--origin", "曲靖")
    assert {"Serial number: 9", "Months paid: 2018-03~2026-10"} <= set(certificate)
    assert (
        "Who applies online needs no certificate on paper; the agencies check with each other." in certificate
    )
    back = form("pension-certificate", *given, "--origin", "成都")
    assert [one for one in back if "Insured before" not in one] == [
        one for one in certificate if "Insured before" not in one
    ]


def test_each_scheme_has_its_own_letter_and_the_pensions_names_its_last_day() -> None:
    """S001-045 the contact letter of the pension, by the new place. S001-019 it is another letter than the medical one.

    S001-101 the new place agrees with the person's data, and by which day the letter has to go; the agency sends it.
    """
    lines = form("pension-letter", "--serial", "3", *WHO, *WAY, "--applied-on", "2026-11-02", *ON)
    assert lines[:2] == [
        "Contact letter, agreeing to take over a pension relation (jiexu, version 1)",
        "To: the social-insurance agency of Qujing",
    ]
    assert "This letter is to be sent by 23 November 2026." in lines
    assert "After review we agree to take over this person's pension relation; please hand it over." in lines
    assert {one.key for one in find_names("联系函")} == {"pension-letter", "contact-letter"}


def test_the_pensions_sheet_has_fields_of_its_own_and_needs_the_statement() -> None:
    """S001-021 the sheets of both schemes are two papers, each with its version: R-025's form and the pension's sheet."""
    lines = form("pension-sheet", *SHEET, "--statement", "attached", *ON)
    assert lines[0] == "Pension information sheet (jiexu, version 1)"
    assert {"Pooled part: 46,800.00 yuan", "Account statement: attached"} <= set(lines)
    assert "Handing over is due by 25 November 2026." in lines
    assert "Missing option '--statement'" in refused_by_usage("pension-sheet", *SHEET, *ON)
    assert told("form", "pension-sheet", *SHEET, "--statement", "attached", *ON)["version"] == 1


def test_a_refusal_of_the_pension_scheme_names_every_reason_with_its_rule() -> None:
    """S001-102 the refusal in writing: each reason by the rule that gives it, and the way to have it reviewed."""
    given = ("--serial", "7", "--name", "王小明", *WAY, "--applied-on", "2026-11-02", *ON)
    grounds = ("--grounds", "not_stopped", "--grounds", "arrears_refused")
    lines = form("pension-refusal", *given, *grounds)
    assert "First have the relation at the old place suspended." in lines
    assert "Months that will not be paid cannot be moved." in lines
    assert {"Rule: PEN-34.", "Rule: PEN-06."} <= set(lines)
    assert "Reconsideration may be asked for until 11 January 2027." in lines
    assert "Missing option '--grounds'" in refused_by_usage("pension-refusal", *given)


def test_every_reason_for_a_refusal_is_a_rule_of_the_law() -> None:
    given = ("--serial", "7", "--name", "王小明", "--applied-on", "2026-11-02", *ON)
    rules = {
        "drawing": "PEN-01", "registration_only": "PEN-09", "not_joined": "PEN-34", "not_stopped": "PEN-34",
        "arrears_refused": "PEN-06",
    }  # fmt: skip
    for ground, rule in rules.items():
        way = ("--origin", "广州", "--destination", "深圳")
        answer = told("form", "pension-refusal", *given, *way, "--grounds", ground)
        assert rule in [one["rule"] for one in answer["lines"]]


def test_the_unemployment_certificate_has_a_number_and_starts_the_filing_clock() -> None:
    """S001-067 the certificate with serial number and day of issue. S001-068 where a place gives 60 days: day 45 and day 60, and that it is the province's rule."""
    given = ("--serial", "12", *WHO, "--months", "2020-01~2024-12", "--on", "2026-11-23")
    lines = form("unemployment-certificate", *given, "--origin", "成都", "--destination", "西安")
    assert "Serial number: 12" in lines
    assert lines[-1].endswith("Issued on: 23 November 2026")
    # 23 November + 60 days is 22 January, + 45 days 7 January.
    filed = "Xi'an asks for the transfer to be filed by 22 January 2027: a rule of the province, not of the nation."
    assert filed in lines
    assert [one for one in lines if one.startswith("Reminder")] == [
        "Reminder: look on 7 January 2027 whether it is filed.",
        "Reminder: look on 22 January 2027 whether it is filed.",
    ]
    nowhere = form("unemployment-certificate", *given, "--origin", "西安", "--destination", "成都")
    assert not [one for one in nowhere if one.startswith("Reminder")]


def test_a_proof_of_insurance_is_no_certificate() -> None:
    """S003-006 the proof of insurance is another paper than the enrolment certificate, by the new place, and says so."""
    given = ("--serial", "1", *WHO, "--destination", "成都", "--scheme", "310", "--since", "2026-11", *ON)
    lines = form("insurance-proof", *given)
    assert lines[0] == "Proof of medical insurance (jiexu, version 1)"
    assert any("stand on the certificate" in one for one in lines)
    assert [one.key for one in find_names("参保证明")] == ["insurance-proof"]
    assert [one.key for one in find_names("参保凭证")] == ["enrolment-certificate"]


def test_former_forms_are_kept_to_copy_old_papers() -> None:
    """S001-041 the former application of workers moving between provinces, to copy an old paper. S003-046 it is handed in no more."""
    given = ("--name", "王小明", *WAY, "--applied-on", "2011-05-04", *ON)
    lines = form("old-application", *given)
    assert "This is a former form, only to copy an old paper; it is handed in no more." in lines
    copied = told("form", "old-application", *given)
    assert copied["kind"] == "old-application"
    assert "Day the application was taken: 4 May 2011" in [one["text"] for one in copied["lines"]]


@pytest.mark.parametrize("name", ["转入联系函", "接收函", "同意接收函", "联系函"])
def test_all_names_of_the_letter_mean_one_paper(name: str) -> None:
    """S001-123 the four names are one kind of paper. S001-055 接收函 is its old name."""
    assert "pension-letter" in {one.key for one in find_names(name)}
    assert "Pension contact letter (paper, likely)" in said("policy", "name", name)


def test_former_names_of_offices_schemes_and_measures_lead_to_todays() -> None:
    """S001-033 the office of the rural scheme is today's medical-insurance agency.

    S001-118 a misprinted title is recognised, and the measures of 2009 are marked as replaced.
    S003-024 the certificate of the rural scheme is the enrolment certificate, and that scheme is resident insurance.
    """
    [office] = told("policy", "name", "新型农村合作医疗经办机构")
    assert office["today"]["en"] == "Medical-insurance agency"
    misprint = said("policy", "name", "《流动就业人员基本医疗保障关系转接接续暂行办法》")
    assert "Interim Measures on Transfers of Mobile Workers (2009)" in misprint
    assert "in force until 2016-08-31, replaced since" in misprint
    assert [one.key for one in find_names("参保（合）凭证")] == ["enrolment-certificate"]
    assert [one.key for one in find_names("新农合")] == ["resident-insurance"]
    assert "Nobody recorded the name 金卡" in refused("policy", "name", "金卡")


def test_every_name_rests_on_a_document_and_every_form_of_an_agency_is_named() -> None:
    assert {key for one in shipped_names().values() for key in one.sources} <= set(shipped_sources())
    unnamed = {kind.value for kind in FormKind} - set(shipped_names())
    assert unnamed == {"pension-certificate-request", "pension-refusal"}
    assert all(one.shape is not Shape.CHOICE or one.choices for each in FORMS.values() for one in each.blanks)

"""What a clerk gets back for each kind of mistake: one good row, one cell changed, one answer."""

from __future__ import annotations

from datetime import date

import pytest
from stdnum.cn import uscc
from tables_help import (
    APPLICATION,
    BORN,
    DEMONSTRATION,
    EVENT,
    NUMBER,
    OTHER_NUMBER,
    PERSON,
    TODAY,
    codes,
    row,
    rows,
)

from jiexu.gateways.tables import (
    Application,
    Context,
    EventRow,
    FaultyRow,
    PersonRow,
    applications_of,
    events_of,
    gather,
    people_of,
)
from jiexu.gateways.tables.faults import CURE_AFTER, RowFault
from jiexu.records.record import Line, MonthKind
from jiexu.rules.inputs import Applicant, Channel, Scheme, Sex, Status
from jiexu.texts import LANGS, catalogue
from jiexu.values.citizen import make_synthetic

WRONG_CHECK = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
USCC = "91510100MA0000000" + uscc.calc_check_digit("91510100MA0000000")

MISTAKES_IN_AN_APPLICATION = [
    # column, what was written, what is answered
    ("name", "", "cell_empty"),
    ("document_number", "", "cell_empty"),
    ("document_number", WRONG_CHECK, "citizen_check"),
    ("document_number", NUMBER[:17], "citizen_shape"),
    ("document_number", "5.10E+17", "document_scientific"),
    ("document_kind", "身份卡", "word_unknown"),
    ("document_kind", "16", "document_shape"),
    ("origin", "成都府", "area_resembles"),
    ("origin", "没有这个地方", "area_unknown"),
    ("origin", "朝阳", "area_ask"),
    ("destination", "郑州", "area_ask"),
    ("destination", "四川", "area_ask"),
    ("destination", "999999", "area_unknown"),
    ("from_scheme", "新农合", "word_unknown"),
    ("to_scheme", "", "cell_empty"),
    ("applicant", "朋友", "word_unknown"),
    ("applicant", "单位", "employer_missing"),
    ("employer", "123", "credit_code_length"),
    ("authorised", "也许", "word_unknown"),
    ("channel", "微信群", "word_unknown"),
    ("received_on", "11月23日", "day_unreadable"),
    ("received_on", "2026-11-31", "day_none"),
    ("received_on", "2062-11-23", "day_too_late"),
    ("consent", "", "cell_empty"),
    ("consent", "也许", "word_unknown"),
    ("bank_account", "#", "account_shape"),
]


@pytest.mark.parametrize(("column", "written", "answered"), MISTAKES_IN_AN_APPLICATION)
def test_a_mistake_in_an_application_is_named_with_row_and_column(
    column: str, written: str, answered: str
) -> None:
    wrong = {**APPLICATION, column: written}
    where = "employer" if answered == "employer_missing" else column
    where = "document_number" if answered == "document_shape" else where
    results = list(applications_of([row(7, {"employer": "", **wrong})], context=DEMONSTRATION))
    assert codes(results) == [f"7.{where} {answered}"]


def test_every_mistake_of_a_row_is_told_at_once_from_left_to_right() -> None:
    wrong = {**APPLICATION, "consent": "?", "name": "", "origin": "朝阳"}
    assert codes(applications_of([row(2, wrong)], context=DEMONSTRATION)) == [
        "2.name cell_empty",
        "2.origin area_ask",
        "2.consent word_unknown",
    ]


def test_a_bad_row_does_not_stop_the_others() -> None:
    other = {**APPLICATION, "document_number": OTHER_NUMBER}
    results = list(
        applications_of(rows({**APPLICATION, "name": ""}, APPLICATION, other), context=DEMONSTRATION)
    )
    assert [type(result) for result in results] == [FaultyRow, Application, Application]


def test_an_application_reads_as_it_was_meant() -> None:
    (read,) = applications_of(
        [
            row(
                2,
                {
                    **APPLICATION,
                    "applicant": "用人单位",
                    "employer": USCC,
                    "channel": "柜台",
                    "received_on": "2026年11月23日",
                },
            )
        ],
        context=DEMONSTRATION,
    )
    assert isinstance(read, Application)
    asked = read.asked(today=TODAY)
    assert (asked.origin, asked.destination) == ("530300", "510100")
    assert (asked.applicant, asked.channel, asked.employer) == (Applicant.EMPLOYER, Channel.COUNTER, USCC)
    assert read.document.key == ("01", NUMBER)


def test_what_a_person_leaves_out_has_its_usual_meaning() -> None:
    (read,) = applications_of([row(2, APPLICATION)], context=DEMONSTRATION)
    assert isinstance(read, Application)
    assert read.asked(today=TODAY).received_on == TODAY
    assert (read.applicant, read.channel, read.authorised) == (Applicant.MEMBER, Channel.ONLINE, False)


@pytest.mark.parametrize(
    ("channel", "outcome"), [("", "proposal"), ("免申即转", "proposal"), ("窗口", "refused")]
)
def test_without_consent_a_row_proposes_and_does_not_apply(channel: str, outcome: str) -> None:
    (read,) = applications_of(
        [row(2, {**APPLICATION, "consent": "否", "channel": channel})], context=DEMONSTRATION
    )
    if outcome == "refused":
        assert codes([read]) == ["2.consent consent_missing"]
    else:
        assert isinstance(read, Application)
        assert (read.is_proposal, read.channel) == (True, Channel.PROACTIVE)


def test_the_same_application_twice_names_the_first_row() -> None:
    again = {**APPLICATION, "origin": "530300", "document_number": NUMBER.lower()}
    results = list(
        applications_of(
            rows(APPLICATION, APPLICATION, again, {**APPLICATION, "note": "急"}), context=DEMONSTRATION
        )
    )
    assert codes(results) == ["3. application_twice", "4. application_differs", "5. application_differs"]
    assert all(fault.data == {"first": 2} for result in results[1:] for fault in result.faults)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "昆明"},
        {"destination": "重庆"},
        {"to_scheme": "居民"},
        {"document_number": OTHER_NUMBER},
        {"received_on": "2026-11-24"},
    ],
)
def test_another_origin_destination_scheme_person_or_day_is_another_application(
    changed: dict[str, str],
) -> None:
    assert codes(applications_of(rows(APPLICATION, {**APPLICATION, **changed}), context=DEMONSTRATION)) == []


def test_invented_people_are_refused_outside_of_demonstration() -> None:
    real = Context(areas=DEMONSTRATION.areas, today=TODAY)
    assert codes(applications_of([row(2, APPLICATION)], context=real)) == [
        "2.document_number citizen_synthetic"
    ]


def test_a_name_of_the_time_is_read_by_the_day_of_the_application() -> None:
    (read,) = applications_of([row(2, {**APPLICATION, "origin": "襄樊"})], context=DEMONSTRATION)
    assert isinstance(read, Application)
    assert read.origin == "420600"


# ------------------------------------------------------------------ people

MISTAKES_IN_PEOPLE = [
    ("area", "朝阳", "area_ask"),
    ("scheme", "新农合", "word_unknown"),
    ("status", "不明", "word_unknown"),
    ("status", "参保", "stop_without_status"),
    ("stopped_on", "", "stop_missing"),
    ("stopped_on", "2011-01-01", "stop_before_since"),
    ("since", "1980-01-01", "since_before_birth"),
    ("since", "2030-01-01", "day_too_late"),
    ("cover_year", "2026", "cover_year_of_employee"),
    ("cover_year", "26", "year_unreadable"),
    ("birth", "1988-03-06", "birth_differs"),
    ("sex", "男", "sex_differs"),
    ("paid", "2026-12", "months_future"),
    ("paid", "2012-07..2027-01", "months_future"),
    ("paid", "1988-02..2012-01", "months_before_birth"),
    ("paid", "2019-12..2012-07", "period_reversed"),
    ("paid", "2019-13", "month_no_such_month"),
    ("paid", "2012-07..2013-01;2013-01..2014-01", "months_named_twice"),
    ("deemed", "很久", "month_unreadable"),
    ("this_year", "12.345", "amount_decimals"),
    ("this_year", "-12.34", "amount_negative"),
    ("this_year", "1.2E5", "amount_scientific"),
    ("this_year", "三百", "amount_unreadable"),
    ("earlier_years", "999999999999999", "amount_too_large"),
    ("has_account", "否", "account_without"),
    ("owed", "1.234", "amount_decimals"),
    ("arrears", "-1", "count_unreadable"),
    ("other_documents", "E12345678", "document_pair"),
    ("other_documents", "16:12", "document_shape"),
    ("employer", USCC[:-1] + ("0" if USCC[-1] != "0" else "1"), "credit_code_check"),
]


@pytest.mark.parametrize(("column", "written", "answered"), MISTAKES_IN_PEOPLE)
def test_a_mistake_in_people_is_named_with_row_and_column(column: str, written: str, answered: str) -> None:
    where = {"stop_without_status": "stopped_on", "account_without": "this_year"}.get(answered, column)
    results = list(people_of([row(9, {**PERSON, column: written})], context=DEMONSTRATION))
    assert codes(results) == [f"9.{where} {answered}"]


def test_a_person_reads_as_the_agency_holds_them() -> None:
    more = {
        **PERSON,
        "other_documents": "16:E12345678; 90：A1234567B",
        "supplement": "3.00",
        "owed": "10",
        "sharing": "是",
    }
    (read,) = people_of([row(2, more)], context=DEMONSTRATION)
    assert isinstance(read, PersonRow)
    (known,) = gather([read])
    facts = known.facts(scheme=Scheme.EMPLOYEE)
    assert [(part.part, part.balance_fen, part.movable) for part in facts.account] == [
        ("this_year", 120050, True),
        ("earlier_years", 200805, True),
        ("supplement", 300, False),
    ]
    assert (facts.birth, facts.sex, facts.movable_months, facts.owed_fen) == (BORN, Sex.FEMALE, 170, 1000)
    assert [document.kind for document in known.documents] == ["01", "16", "90"]
    assert known.record.counted("310")[Line("310", "530300", MonthKind.PAID)].count == 170


def test_cover_that_begins_before_the_other_place_stopped_is_an_overlap_and_no_mistake() -> None:
    there = {
        **PERSON,
        "area": "510100",
        "status": "参保",
        "since": "2026-06-01",
        "stopped_on": "",
        "paid": "2026-06..2026-11",
    }
    results = list(people_of(rows(PERSON, there), context=DEMONSTRATION))
    assert codes(results) == []
    assert [
        known.area for known in gather(result for result in results if isinstance(result, PersonRow))
    ] == ["530300", "510100"]


def test_an_empty_balance_is_no_part_and_a_zero_is_an_empty_part() -> None:
    (read,) = people_of([row(2, {**PERSON, "this_year": "0", "earlier_years": ""})], context=DEMONSTRATION)
    assert isinstance(read, PersonRow)
    assert [(part.part, part.balance_fen) for part in read.account] == [("this_year", 0)]


def test_cover_of_the_coming_year_can_be_joined_in_this_one() -> None:
    resident = {**PERSON, "scheme": "居民", "status": "参保", "since": "2027-01-01", "stopped_on": "", "cover_year": "2027",
                "this_year": "", "earlier_years": "", "paid": ""}  # fmt: skip
    (read,) = people_of([row(2, resident)], context=DEMONSTRATION)
    assert isinstance(read, PersonRow)
    assert (read.enrolment.status, read.enrolment.has_account) == (Status.INSURED, False)


def test_an_enrolment_and_an_account_stand_once() -> None:
    later = {**PERSON, "since": "2026-11-10", "status": "参保", "stopped_on": "", "paid": ""}
    assert codes(people_of(rows(PERSON, PERSON, later), context=DEMONSTRATION)) == [
        "3. enrolment_twice",
        "3. account_twice",
        "4. account_twice",
    ]


def test_documents_that_do_not_say_the_birth_need_it_beside_them() -> None:
    permit = {**PERSON, "document_kind": "台胞证", "document_number": "12345678"}
    assert codes(people_of([row(2, permit)], context=DEMONSTRATION)) == ["2.出生日期 birth_missing"]
    (read,) = people_of([row(2, {**permit, "birth": "1988/3/5", "sex": "女"})], context=DEMONSTRATION)
    assert isinstance(read, PersonRow)
    assert (read.birth, read.sex) == (BORN, Sex.FEMALE)


# ------------------------------------------------------------------ events

MISTAKES_IN_EVENTS = [
    ("on", "", "on cell_empty"),
    ("event", "下雨", "event word_unknown"),
    ("event", "到账短款", "amount amount_missing"),
    ("amount", "12", "amount amount_unwanted"),
    ("amount", "0", "amount amount_zero"),
    ("case_no", "1234", "case_no case_length"),
    ("destination", "", "destination event_of_whom"),
    ("document_number", "", "document_number event_of_whom"),
]


@pytest.mark.parametrize(("column", "written", "answered"), MISTAKES_IN_EVENTS)
def test_a_mistake_in_an_event_is_named_with_row_and_column(column: str, written: str, answered: str) -> None:
    wrong = {"amount": "", "case_no": "", **EVENT, column: written}
    assert codes(events_of([row(4, wrong)], context=DEMONSTRATION)) == [f"4.{answered}"]


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ({"event": "无主到账", "destination": "成都", "amount": "88.00"}, "a receipt without a case"),
        ({"event": "停保", "document_number": NUMBER, "origin": "曲靖"}, "a record"),
        ({"event": "死亡", "document_number": NUMBER, "origin": "曲靖"}, "a person at one agency"),
        ({"event": "重复到账", "document_number": NUMBER, "origin": "曲靖", "destination": "成都"}, "a case"),
    ],
)
def test_each_event_names_no_more_than_it_concerns(cells: dict[str, str], names: str) -> None:
    (read,) = events_of([row(2, {"on": "2026-11-30", **cells})], context=DEMONSTRATION)
    assert isinstance(read, EventRow), names
    assert read.on == date(2026, 11, 30)


def test_the_same_event_twice_is_said_once() -> None:
    assert codes(events_of(rows(EVENT, EVENT), context=DEMONSTRATION)) == ["3. event_twice"]


# ------------------------------------------------------------------ sentences

SENTENCES = [key for key in catalogue("tables") if not key.startswith(("column_", "row_fault"))]
VALUES = {
    code.split()[-1]
    for _, _, code in (*MISTAKES_IN_AN_APPLICATION, *MISTAKES_IN_PEOPLE, *MISTAKES_IN_EVENTS)
    if code.split()[-1] in catalogue("errors")
}


@pytest.mark.parametrize("key", SENTENCES)
def test_every_sentence_of_a_table_names_its_cure(key: str) -> None:
    assert all(CURE_AFTER[lang] in catalogue("tables")[key][lang] for lang in LANGS)


@pytest.mark.parametrize("code", sorted(VALUES))
def test_every_refused_value_names_its_cure(code: str) -> None:
    assert all(CURE_AFTER[lang] in catalogue("errors")[code][lang] for lang in LANGS)


def test_a_fault_says_row_column_value_what_and_cure_in_both_languages() -> None:
    fault = RowFault(7, "转入地", "成都；府", "word_unknown", {"given": "成都；府", "choices": "a"})
    assert fault.what("zh") == "“成都；府”不在可填的词里"
    assert fault.cure("zh") == "请填写其中一个：a。"
    assert (
        fault.sentence("zh")
        == "第 7 行“转入地”列，值“成都；府”：“成都；府”不在可填的词里；请填写其中一个：a。"
    )
    assert fault.sentence("en").startswith("Row 7, column “转入地”, value “成都；府”: ")
    assert fault.as_json("en")["cure"] == "write one of: a."


def test_an_ambiguous_place_offers_each_pooling_area_with_its_code() -> None:
    (read,) = applications_of([row(2, {**APPLICATION, "origin": "朝阳"})], context=DEMONSTRATION)
    assert isinstance(read, FaultyRow)
    assert "朝阳市 211300" in read.faults[0].cure("zh")
    assert "Chaoyang 211300" in read.faults[0].cure("en")


def test_personal_numbers_are_masked_wherever_a_fault_shows_them() -> None:
    wrong = {
        **APPLICATION,
        "document_number": WRONG_CHECK,
        "name": "",
        "note": "",
        "origin": NUMBER,
        "bank_account": "6222-#",
    }
    (read,) = applications_of([row(2, wrong)], context=DEMONSTRATION)
    assert isinstance(read, FaultyRow)
    shown = [fault.sentence(lang) for fault in read.faults for lang in LANGS]
    assert not any(number in sentence for sentence in shown for number in (WRONG_CHECK, NUMBER, "6222"))


def test_a_synthetic_number_is_made_for_every_test() -> None:
    assert make_synthetic(BORN, 20) == NUMBER

"""Payloads survive the journey, and nothing else does."""

from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

import pytest
from exchange_strategies import any_payload, payloads_of
from hypothesis import given
from hypothesis import strategies as st

from jiexu.exchange.canonical import MalformedError, canonical
from jiexu.exchange.codec import CLASS_OF, SHAPES, decode, encode, read_payload, read_record, write_payload
from jiexu.exchange.payloads import (
    ADDED,
    NEWEST,
    TYPE_OF,
    Check,
    Document,
    Form,
    FormMonths,
    MessageType,
    Notice,
    Part,
    Payload,
    WithdrawAnswer,
)
from jiexu.records.monthset import MonthSet
from jiexu.records.record import MonthKind
from jiexu.rules.inputs import Applicant, Channel, Scheme
from jiexu.rules.money import MoneyMode

FORM = Form(
    issue=1,
    issued_on=date(2026, 12, 7),
    months=(FormMonths("310", "530300", "paid", MonthSet.from_json([["2019-07", "2026-09"]])),),
    mode="REMIT",
    parts=(Part("current_year", 128_050),),
    left_behind=("440100",),
)


@pytest.mark.parametrize("type_", MessageType)
@given(st.data())
def test_every_payload_comes_back_as_it_was(type_: MessageType, data: st.DataObject) -> None:
    payload = data.draw(payloads_of(type_))
    assert TYPE_OF[type(payload)] is type_
    assert decode(type_, encode(payload), NEWEST[type_]) == payload
    assert read_payload(type_, write_payload(payload), NEWEST[type_]) == payload
    assert write_payload(payload) == canonical(encode(payload))


def test_every_message_type_has_one_payload_class() -> None:
    assert set(CLASS_OF) == set(MessageType)
    assert len(CLASS_OF) == len(TYPE_OF)


def test_dates_are_iso_and_months_are_inclusive_pairs() -> None:
    assert encode(FORM) == {
        "issue": 1,
        "issued_on": "2026-12-07",
        "months": [{"scheme": "310", "area": "530300", "kind": "paid", "months": [["2019-07", "2026-09"]]}],
        "mode": "REMIT",
        "parts": [{"part": "current_year", "amount_fen": 128_050}],
        "left_behind": ["440100"],
    }


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    value = encode(FORM)
    change(value)
    return value


Change = Callable[[dict[str, Any]], object]
MISTAKES: list[tuple[str, str, Change]] = [
    ("payload_unknown_key", r"form has the key 'note'", lambda v: v.update(note="x")),
    ("payload_unknown_key", r"form\.parts\[0\] has the key 1,", lambda v: v["parts"][0].update({1: 2})),
    ("payload_missing_key", r"form has no mode", lambda v: v.pop("mode")),
    ("payload_missing_key", r"form\.months\[0\] has no kind", lambda v: v["months"][0].pop("kind")),
    ("payload_wrong_type", r"form\.issue must be an integer, not str", lambda v: v.update(issue="1")),
    ("payload_wrong_type", r"form\.issue must be an integer, not bool", lambda v: v.update(issue=True)),
    ("payload_wrong_type", r"form\.mode must be text, not NoneType", lambda v: v.update(mode=None)),
    ("payload_wrong_type", r"form\.parts must be a list, not dict", lambda v: v.update(parts={})),
    ("payload_wrong_type", r"form\.parts\[0\] must be an object", lambda v: v.update(parts=[1])),
    ("payload_out_of_range", r"form\.issue must lie between 1 and", lambda v: v.update(issue=0)),
    (
        "payload_out_of_range",
        r"form\.parts\[0\]\.amount_fen must lie between 0",
        lambda v: v["parts"][0].update(amount_fen=-1),
    ),
    ("payload_text_shape", r"form\.left_behind\[0\]", lambda v: v.update(left_behind=["4401"])),
    ("payload_text_shape", r"form\.mode", lambda v: v.update(mode="")),
    ("payload_not_a_day", r"form\.issued_on", lambda v: v.update(issued_on="20261207")),
    ("payload_not_a_day", r"form\.issued_on", lambda v: v.update(issued_on="2026-02-30")),
    ("payload_not_a_day", r"form\.issued_on", lambda v: v.update(issued_on="1948-12-31")),
    ("payload_not_a_day", r"form\.issued_on", lambda v: v.update(issued_on=20261207)),
    ("payload_not_months", r"form\.months\[0\]\.months", lambda v: v["months"][0].update(months=[["2019"]])),
    (
        "payload_not_months",
        r"form\.months\[0\]\.months",
        lambda v: v["months"][0].update(months=[["2019-01", "2019-02"], ["2019-03", "2019-04"]]),
    ),
    (
        "payload_list_too_long",
        r"form\.left_behind has 1001",
        lambda v: v.update(left_behind=["440100"] * 1001),
    ),
]


@pytest.mark.parametrize(("code", "place", "change"), MISTAKES)
def test_a_mistake_is_named_by_its_place(code: str, place: str, change: Change) -> None:
    with pytest.raises(MalformedError, match=place) as refused:
        decode(MessageType.FORM, changed(change), 1)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "name", ["x" * 501, "two\nlines", "bell\a"], ids=["too long", "line break", "control"]
)
def test_free_text_is_short_and_printable_and_never_repeated_in_the_error(name: str) -> None:
    value: dict[str, object] = {"what": "case", "granted": True, "reason": name}
    with pytest.raises(
        MalformedError, match=r"withdraw_answer\.reason must be 0 to 500 printable"
    ) as refused:
        decode(MessageType.WITHDRAW_ANSWER, value, 1)
    assert name not in str(refused.value)


def test_a_flag_is_true_or_false_and_nothing_else() -> None:
    with pytest.raises(MalformedError, match=r"check\.positive must be true or false, not int"):
        decode(MessageType.CHECK, {"positive": 1, "refusals": []}, 1)


def test_a_payload_the_receiver_would_refuse_is_not_written() -> None:
    with pytest.raises(MalformedError, match=r"form\.parts\[0\]\.amount_fen"):
        write_payload(replace(FORM, parts=(Part("current_year", -1),)))


@given(any_payload, st.sampled_from(MessageType))
def test_a_payload_is_read_as_its_own_type_only(payload: Payload, type_: MessageType) -> None:
    keys = encode(payload).keys()
    if keys != set(CLASS_OF[type_].__dataclass_fields__):
        with pytest.raises(MalformedError):
            read_payload(type_, write_payload(payload), NEWEST[type_])


OF_THE_FIRST_VERSION = {"positive": True, "refusals": []}


def test_an_older_version_is_read_without_what_came_later() -> None:
    read = decode(MessageType.CHECK, OF_THE_FIRST_VERSION, 1)
    assert read == Check(positive=True, refusals=(), cover_year=None)


def test_a_version_has_exactly_its_own_fields() -> None:
    with pytest.raises(MalformedError, match="check has no cover_year"):
        decode(MessageType.CHECK, OF_THE_FIRST_VERSION, 2)
    with pytest.raises(MalformedError, match="check has the key 'cover_year'"):
        decode(MessageType.CHECK, {**OF_THE_FIRST_VERSION, "cover_year": 2027}, 1)


def test_what_a_later_version_added_has_a_default_and_stands_last() -> None:
    for cls, added in ADDED.items():
        names = [field.name for field in fields(cls)]
        assert names[-len(added) :] == list(added), cls
        assert all(field.default is not MISSING for field in fields(cls) if field.name in added)
        assert sorted(set(added.values())) == list(range(2, NEWEST[TYPE_OF[cls]] + 1))


def test_a_payload_that_is_no_object_is_refused() -> None:
    with pytest.raises(MalformedError, match="notice must be an object, not list"):
        decode(MessageType.NOTICE, [], 1)
    assert decode(MessageType.NOTICE, {"accepted_on": "2026-11-23"}, 1) == Notice(date(2026, 11, 23))


def test_a_reason_may_be_empty_and_a_name_may_not() -> None:
    granted = WithdrawAnswer("case", granted=True, reason="")
    assert decode(MessageType.WITHDRAW_ANSWER, encode(granted), 1) == granted
    with pytest.raises(MalformedError, match=r"documents\[0\]\.number must be 1 to 500"):
        read_record(Document, {"kind": "01", "number": ""}, "documents[0]")


def test_a_kind_of_months_is_one_the_records_know_and_a_kind_of_document_any_word() -> None:
    assert read_record(Document, {"kind": "99", "number": "X"}, "document") == Document("99", "X")
    with pytest.raises(MalformedError, match=r"form\.months\[0\]\.kind does not have the form paid\|"):
        decode(MessageType.FORM, changed(lambda v: v["months"][0].update(kind="gifted")), 1)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("from_scheme", Scheme),
        ("to_scheme", Scheme),
        ("applicant", Applicant),
        ("channel", Channel),
        ("mode", MoneyMode),
        ("FormMonths.kind", MonthKind),
    ],
)
def test_closed_words_are_those_the_rules_know(field: str, words: type[StrEnum]) -> None:
    assert SHAPES[field].pattern.split("|") == [word.value for word in words]

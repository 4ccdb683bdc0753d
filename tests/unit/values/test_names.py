"""Two writings of one name match; two names do not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiexu.values.names import MAX_LENGTH, PersonName, PersonNameError, comparable


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张三", "张 三"),
        ("张三", "张　三\n"),
        ("张三", "张\u200b三"),
        ("买买提·吐尔逊", "买买提•吐尔逊"),
        ("买买提·吐尔逊", "买买提 ・ 吐尔逊"),
        ("买买提·吐尔逊", "买买提.吐尔逊"),
        ("买买提·吐尔逊", "买买提．吐尔逊"),
        ("买买提·吐尔逊", "买买提ㆍ吐尔逊"),
        ("John Smith", "ＪＯＨＮ　 SMITH"),
        ("John·Smith", "John · Smith"),
        ("王㛃(曾用)", "王㛃（曾用）"),
        ("葛\U000e0100某", "葛某"),
    ],
)
def test_writings_of_one_name_match(one: str, other: str) -> None:
    assert PersonName(one).matches(PersonName(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("张三", "张三丰"), ("买买提·吐尔逊", "买买提吐尔逊"), ("John Smith", "JohnSmith"), ("J. Smith", "J Smith"), ("王㛃", "王婕"), ("\ue000某", "某"), ("鍾某", "钟某")],
)  # fmt: skip
def test_different_names_stay_different(one: str, other: str) -> None:
    assert not PersonName(one).matches(PersonName(other))


def test_the_original_is_kept_as_written() -> None:
    assert str(PersonName("买买提．吐尔逊")) == "买买提．吐尔逊"
    assert PersonName("买买提．吐尔逊").key == "买买提·吐尔逊"
    assert PersonName("𠮷某").key == "𠮷某"


@given(st.text(max_size=30))
@settings(max_examples=1000)
def test_the_compared_form_is_stable(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\t\n"])
def test_an_empty_name_is_refused(text: str) -> None:
    with pytest.raises(PersonNameError, match="The name is empty"):
        PersonName(text)


def test_a_very_long_name_is_refused_without_being_shown() -> None:
    assert len(PersonName("某" * MAX_LENGTH).key) == MAX_LENGTH
    with pytest.raises(
        PersonNameError, match="has 101 characters, more than 100; look whether columns slipped"
    ):
        PersonName("某" * (MAX_LENGTH + 1))

"""Which pooling area a text means, on a small table where every case occurs once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.values.area_table import DIVISIONS, KNOWN, WHOLE_QINGHAI_FROM, small_country

from jiexu.values.areas import Ask, Found, Level, NotFound, PoolStatus, UnknownAreaError, make_areas

AREAS = small_country()
TODAY = date(2026, 11, 21)


def found(text: str, on: date | None = TODAY, written_on: date | None = None) -> tuple[str, str | None]:
    answer = AREAS.find(text, on, written_on=written_on)
    assert isinstance(answer, Found), answer
    return answer.pool.code, answer.note


def asked(text: str, on: date | None = TODAY) -> tuple[str, list[str]]:
    answer = AREAS.find(text, on)
    assert isinstance(answer, Ask), answer
    return answer.question_key, [match.pool.code for match in answer.matches]


def missed(text: str, on: date | None = TODAY) -> tuple[str, list[str]]:
    answer = AREAS.find(text, on)
    assert isinstance(answer, NotFound), answer
    return answer.reason, [match.pool.code for match in answer.suggestions]


@pytest.mark.parametrize(
    "text",
    ["530300", "５３０３００", "530302", "曲靖", "曲靖市", "麒麟", "麒麟区", "云南曲靖", "云南省 曲靖市 麒麟区", "qujing", "QuJing",
     "qū jìng", "Qujing Shi", "yunnan qujing"],
)  # fmt: skip
def test_a_place_is_found_however_it_is_written(text: str) -> None:
    assert found(text) == ("530300", None)


def test_a_county_belongs_to_the_pool_of_its_prefecture_and_a_municipality_is_one_pool() -> None:
    assert found("义马") == ("411200", None)
    assert found("北京朝阳") == found("110105") == found("北京") == ("110000", None)


def test_a_province_that_is_one_pool_takes_its_cities_with_it() -> None:
    assert found("海口") == found("海南") == found("460100") == ("460000", None)
    assert "460100" not in [pool.code for pool in AREAS.pools(TODAY)]


def test_a_province_with_several_pools_asks_which_and_offers_funds_from_outside_too() -> None:
    assert asked("云南") == ("which_pool_of_province", ["530300", "533100"])
    assert asked("河南") == ("which_pool_of_province", ["410100", "411200", "419001", "419900"])
    assert asked("新疆") == ("which_pool_of_province", ["650100", "659001", "660000"])


def test_the_prefecture_is_meant_before_the_district_of_the_same_short_name() -> None:
    assert found("西安") == ("610100", "namesakes")
    assert found("西安区") == ("220400", None)


def test_a_short_name_on_the_list_asks_instead_and_its_full_name_decides() -> None:
    assert asked("朝阳") == ("which_place", ["110000", "211300"])
    assert found("朝阳市") == ("211300", None)


def test_an_old_name_is_followed_to_the_place_of_today() -> None:
    assert found("襄樊") == ("420600", "renamed")
    assert found("义马市") == ("411200", None)
    assert found("无为县") == ("340200", "renamed")


def test_a_split_prefecture_asks_for_the_county() -> None:
    assert asked("341400") == ("which_county", ["340100", "340200"])
    assert asked("巢湖") == ("which_county", ["340100", "340200"])


def test_a_dissolved_county_stands_beside_the_one_that_has_its_full_name_today() -> None:
    assert asked("双塔区")[1] == ["211300", "410100", "419900"]
    assert found("双塔") == found("shuangtaqu") == ("211300", None)


def test_a_city_named_with_it_decides_which_heir_of_a_split_prefecture_is_meant() -> None:
    assert found("合肥巢湖") == ("340100", None)


def test_a_split_prefecture_without_counties_of_the_same_year_offers_its_successors() -> None:
    alone = [row for row in DIVISIONS if not row.code.startswith("3414") or row.code == "341400"]
    answer = make_areas(divisions=alone, known=KNOWN).find("341400", TODAY)
    assert isinstance(answer, Ask)
    assert [match.pool.code for match in answer.matches] == ["340100", "340200"]


def test_before_the_split_the_old_prefecture_was_the_pool() -> None:
    assert found("巢湖", date(2009, 5, 1)) == ("341400", None)


def test_the_year_of_a_change_is_marked_because_no_day_is_known() -> None:
    assert found("襄阳", date(2010, 6, 1)) == ("420600", "year_of_change")


def test_a_reused_code_is_read_by_the_day_it_was_written() -> None:
    assert found("419001") == ("419001", None)
    assert found("419001", TODAY, date(1989, 5, 1)) == ("411200", "renamed")


def test_a_code_that_ended_long_ago_is_followed_and_one_without_heir_has_no_pool() -> None:
    assert found("632100") == ("630200", "renamed")
    assert missed("419002") == ("not_yet", [])


def test_a_successor_that_no_row_has_leaves_the_place_without_a_pool() -> None:
    assert missed("寻甸县") == ("not_yet", [])


def test_rows_that_name_each_other_as_successors_end_the_search() -> None:
    assert isinstance(AREAS.find("环市", TODAY), NotFound)


def test_where_two_funds_insure_people_the_name_asks_and_the_code_decides() -> None:
    assert asked("郑州") == ("which_fund", ["410100", "419900"])
    assert asked("410102") == ("which_fund", ["410100", "419900"])
    assert found("410100") == ("410100", "code_decides")
    assert found("419900") == ("419900", None)
    assert found("河南省直医保") == ("419900", None)


def test_a_city_of_the_corps_asks_and_the_corps_itself_is_found() -> None:
    assert asked("石河子") == ("corps_or_city", ["659001", "660000"])
    assert found("兵团") == ("660000", None)
    assert asked("石河子", None)[0] == "corps_or_city"


def test_a_rule_of_several_funds_holds_from_its_day() -> None:
    assert found("石河子", date(1999, 5, 1)) == ("659001", None)


def test_the_map_of_the_day_decides_when_a_province_becomes_one_pool() -> None:
    assert found("西宁", date(2026, 12, 31)) == ("630100", None)
    assert found("西宁", WHOLE_QINGHAI_FROM) == ("630000", None)
    assert found("青海", WHOLE_QINGHAI_FROM) == ("630000", None)
    assert asked("青海", date(2026, 12, 31)) == ("which_pool_of_province", ["630100", "630200"])
    assert AREAS.same_pool("630100", "630200", WHOLE_QINGHAI_FROM) is True
    assert AREAS.same_pool("630100", "630200", TODAY) is False


def test_places_outside_the_schemes_have_no_pool() -> None:
    assert missed("台湾") == missed("710000") == ("no_pool", [])


def test_before_pooling_began_there_is_no_answer() -> None:
    assert missed("曲靖", date(1997, 5, 1)) == ("not_yet", [])


def test_pinyin_that_fits_two_provinces_asks_and_the_usual_english_name_decides() -> None:
    key, codes = asked("shanxi")
    assert key == "which_place"
    assert codes == ["141100", "610100"]
    assert found("Shaanxi") == ("610100", None)
    assert found("urumqi") == ("650100", None)
    assert found("秦") == ("610100", None)


@pytest.mark.parametrize("text", ["lvliang", "luliang", "lyuliang", "lüliang"])
def test_the_letter_u_with_dots_may_be_typed_in_four_ways(text: str) -> None:
    assert found(text) == ("141100", None)


def test_the_short_form_of_an_autonomous_division_is_a_full_name() -> None:
    assert found("德宏州") == ("533100", None)


def test_initials_and_near_misses_only_suggest() -> None:
    assert missed("qj") == ("unknown_name", ["530300"])
    assert missed("曲情")[1][0] == "530300"
    assert missed("qujin")[1][0] == "530300"
    assert missed("云南省曲靖市麒麟区某某街道")[1] == ["530300"]


def test_suggestions_are_few() -> None:
    assert len(missed("市")[1]) <= 8
    assert len(missed("350000")[1]) == 0
    assert len(missed("419999")[1]) <= 8


def test_what_cannot_be_a_place_says_why() -> None:
    assert missed("")[0] == missed(" · ")[0] == "empty"
    assert missed("省" * 61)[0] == "too_long"
    assert missed("12345")[0] == "not_six_digits"
    assert missed("999999")[0] == "unknown_code"
    assert missed("亚特兰蒂斯")[0] == "unknown_name"


def test_an_unknown_code_suggests_the_prefecture_it_begins_with() -> None:
    assert missed("530399") == ("unknown_code", ["530300", "533100"])


def test_the_pool_of_a_code_is_the_one_in_force_else_the_newest() -> None:
    assert AREAS.pool("530300").name_en == "Qujing"
    assert AREAS.pool("341400", TODAY).until == date(2012, 1, 1)
    assert AREAS.pool("530300").status is PoolStatus.ASSUMED
    with pytest.raises(UnknownAreaError, match="No pooling area has the code 530302"):
        AREAS.pool("530302")


def test_a_pool_of_a_young_prefecture_starts_with_it_and_an_older_start_is_unknown() -> None:
    assert AREAS.pool("630200").since == date(2013, 1, 1)
    assert AREAS.pool("530300").since is None
    assert AREAS.pool("419001").since is None
    assert AREAS.pool("420600").since is None


def test_every_pool_names_its_province_except_the_corps() -> None:
    province = AREAS.province_of(AREAS.pool("530300"))
    assert province is not None
    assert province.name == "云南省"
    assert AREAS.province_of(AREAS.pool("660000")) is None


def test_two_codes_are_one_pool_two_pools_or_a_question() -> None:
    assert AREAS.same_pool("530302", "530300", TODAY) is True
    assert AREAS.same_pool("530300", "411281", TODAY) is False
    assert AREAS.same_pool("410102", "410102", TODAY) is None
    assert AREAS.same_pool("341400", "340100", TODAY) is None


def test_a_division_tells_its_english_name_and_initials() -> None:
    names = {row.short_name: (row.name_en, row.initials) for row in AREAS.divisions()}
    assert names["西安"][0] == "Xi'an"
    assert names["吕梁"] == ("Luliang", "ll")
    assert names["乌鲁木齐"][0] == "Urumqi"
    assert len(AREAS.divisions()) == len(DIVISIONS)
    assert Level.COUNTY.rank == 2


@given(st.text(max_size=80), st.none() | st.dates(date(1980, 1, 1), date(2040, 1, 1)))
def test_any_text_gets_an_answer(text: str, on: date | None) -> None:
    assert isinstance(AREAS.find(text, on), Found | Ask | NotFound)


@given(
    st.sampled_from(DIVISIONS),
    st.sampled_from(["code", "name", "short_name", "pinyin"]),
    st.dates(date(1999, 1, 1), date(2040, 1, 1)),
)
def test_an_answer_offers_only_pools_of_the_day_and_at_least_two_where_it_asks(
    row: object, how: str, on: date
) -> None:
    answer = AREAS.find(getattr(row, how), on)
    if isinstance(answer, Found):
        assert answer.pool.in_force(on)
    elif isinstance(answer, Ask):
        assert len({match.pool.code for match in answer.matches}) > 1
        assert all(match.pool.in_force(on) for match in answer.matches)

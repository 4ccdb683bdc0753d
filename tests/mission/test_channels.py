"""Where a person applies, asks and looks up: the register of channels, each with its path, trust and last check."""

from __future__ import annotations

import re
from datetime import date

import pytest
from mission_cast import POLICY, QUJING, TODAY, ZHENGZHOU, refused, said, told, value

from jiexu.rules.channels import ChannelKind, RegisteredChannel, Trust, channels_for
from jiexu.values import citizen
from jiexu.values.errors import ValueFault


def channel(name: str) -> RegisteredChannel:
    return next(one for one in POLICY.channels if one.id == f"channel/{name}")


def shown(area: str) -> dict[str, dict[str, object]]:
    """The channels of a place as the command gives them, by id."""
    return {each["id"]: each for each in told("policy", "show", area, "--on", "2026-11-30")["channels"]}


def test_the_platform_and_the_places_own_apps_are_registered_and_not_checked_is_said() -> None:
    """S000-016 S002-008 S004-010 the national platform and the place's own, with what each does and when it was tried.

    S000-017 S000-032 the way through the menu is data of a place, with its day: not code.
    """
    jiangsu = shown("320100")
    assert {"channel/nation-app", "channel/nation-counter"} <= set(jiangsu)
    own = [each for name, each in jiangsu.items() if name.startswith("channel/320000")]
    assert [each["kind"] for each in own] == ["app"]
    assert all(each["checked_on"] is None for each in jiangsu.values())
    beijing = channel("110000-site")
    assert (beijing.path.zh if beijing.path else "") == "我要查 > 医疗保险转移接续查询"
    said_there = said("policy", "show", "北京", "--on", "2026-11-30")
    assert "Query > Transfer of medical insurance" in said_there
    assert "not checked" in said_there


def test_a_counter_at_either_end_takes_the_application() -> None:
    """S000-015 S002-009 the counter of either place takes the application, not the old place's alone."""
    counter = channel("nation-counter")
    assert (counter.kind, counter.trust) == (ChannelKind.COUNTER, Trust.OFFICIAL)
    assert counter.note == "either end accepts the application"
    assert counter.name.zh == "转入地或转出地医保经办窗口"
    for area in ("510100", QUJING):
        assert [
            one.id
            for one in channels_for(POLICY.channels, (area, "nation"), "transfer")
            if one.id == "channel/nation-counter"
        ]


def test_apps_of_firms_are_a_class_of_their_own_with_a_warning() -> None:
    """S004-032 apps of banks and S002-014 S002-016 of Alipay and WeChat: third parties, look-up only, with a warning.

    S002-017 what an app can do is said of each place.
    """
    third = [one for one in POLICY.channels if one.trust is Trust.THIRD_PARTY]
    assert {"channel/nation-alipay", "channel/nation-wechat", "channel/nation-bank-apps"} <= {
        one.id for one in third
    }
    assert all("transfer" not in one.purposes for one in third)
    for one in third:
        if one.area == "nation":
            assert "password" in one.note, one.id
    purposes = {one.area: one.purposes for one in POLICY.channels if one.area in {"320000", "330200"}}
    assert purposes == {"320000": ("transfer", "query"), "330200": ("pay",)}
    ningbo = said("policy", "show", "宁波", "--on", "2026-11-30")
    assert re.search(r"Alipay.*pay · careful: a firm's, never type a password · not checked", ningbo)
    assert "careful: a firm's, never type a password" in said("policy", "show", QUJING, "--on", "2026-11-30")


def test_each_line_answers_for_its_own_insurance() -> None:
    """S002-020 S002-040 S004-026 12393 is the line of medical insurance, 12333 of pension and unemployment.

    S004-027 12334 is offered nowhere, because no place was found that has it.
    """
    assert (value("agency.hotline"), value("agency.hotline_hrss")) == ("12393", "12333")
    assert value("agency.hotline", QUJING) == "0874-12393"
    hrss = channel("nation-12333")
    assert "not for medical insurance" in hrss.note
    assert (hrss.trust, channel("nation-12393").trust) == (Trust.OTHER_OFFICE, Trust.OFFICIAL)
    lines = {
        str(fact.value)
        for (name, _), facts in POLICY.facts.items()
        if name.startswith("agency.hotline")
        for fact in facts
    }
    assert not [line for line in lines if line.endswith("12334")]
    assert not [one for one in POLICY.channels if "12334" in (one.name.zh or "") + one.note]


def test_pension_and_unemployment_have_a_platform_of_their_own() -> None:
    """S004-030 the social-insurance platform is for pension and unemployment; records are looked up there."""
    platform = channel("nation-si-platform")
    assert platform.purposes == ("transfer", "query")
    assert platform.path is not None
    assert platform.path.en == "Unemployment > Transfer; Pension > Transfer"
    assert platform.note == "pension and unemployment; not for medical insurance"


def test_the_balance_is_looked_up_by_the_channels_of_the_place() -> None:
    """S000-050 where a place's balance can be looked up: its own channels first, then the nation's, official ones marked."""
    beijing = channels_for(POLICY.channels, ("110000", "nation"), "query")
    assert beijing[0].area == "110000"
    assert {one.area for one in beijing} == {"110000", "nation"}
    assert [one.trust for one in beijing if one.id == "channel/nation-app"] == [Trust.OFFICIAL]


def test_city_and_province_employers_are_different_areas() -> None:
    """S000-060 郑州 has a row of its own, apart from the provincial employers: who means which is asked.

    S004-022 moving from the one to the other is a move between two areas; three months is said of it by pages alone.
    """
    asks = refused("policy", "show", "郑州")
    assert "that of the city, and that of the provincial-level employers" in asks
    assert "Zhengzhou 410100, Henan provincial fund 419900" in asks
    credited = POLICY.fact(POLICY.find("pa.credit_rule", ZHENGZHOU, on=TODAY).fact_ids[0])
    assert credited.confidence.value == "low"
    assert "三个月" in str(credited.value) or "3个月" in str(credited.value)
    assert "without an official text" in credited.note


def test_an_identity_number_is_checked_before_any_look_up() -> None:
    """S004-037 S001-089 the number's shape and check digit are looked at first, old and foreign numbers told apart."""
    good = citizen.make_synthetic(date(1990, 1, 1), 1)
    assert citizen.validate(good, today=TODAY, allow_synthetic=True) == good
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    faults = {}
    for number in (wrong, "9" + good[1:], good[:15], "12345"):
        with pytest.raises(ValueFault) as raised:
            citizen.validate(number, today=TODAY, allow_synthetic=True)
        faults[number] = raised.value.code
        assert number not in str(raised.value)
    assert list(faults.values()) == ["citizen_check", "citizen_foreign", "citizen_old_form", "citizen_shape"]

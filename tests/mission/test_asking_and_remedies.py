"""Asking for one's record, cards and lines, data protection, and what to do against agency or employer."""

from __future__ import annotations

from datetime import date

import pytest
from mission_cast import CALENDAR, CHENGDU, POLICY, QUJING, TODAY, answers, said, sentence

from jiexu.rules.channels import ChannelKind, Trust, channels_for
from jiexu.rules.service import (
    Against,
    Subject,
    credentials,
    hotline,
    nothing_more,
    own_start,
    personal_data,
    record_query,
    remedy,
    unverified_line,
)
from jiexu.values.citizen import make_synthetic
from jiexu.values.errors import ValueFault
from jiexu.values.names import PersonName
from jiexu.values.writing import masked
from unit.cases.cases_story import Story


def test_a_record_may_be_seen_free_of_charge() -> None:
    """S004-034 anybody sees the own record at a counter, for nothing, with identity alone."""
    free = record_query(policy=POLICY, on=TODAY)
    assert (free.outcome, free.articles) == ("FREE", ("sil:4", "sil:74", "handling-2023:32"))
    assert sentence(nothing_more(policy=POLICY, on=TODAY)).startswith(
        "No papers beyond identity without a legal ground"
    )
    [counter] = [
        one
        for one in channels_for(POLICY.channels, ("nation",), "query")
        if one.kind is ChannelKind.COUNTER and one.trust is Trust.OFFICIAL
    ]
    assert counter.id == "channel/nation-counter"


def test_card_electronic_card_and_e_credential_are_three_things_and_all_valid() -> None:
    """S000-052 the e-credential is worth as much as the card. S002-015 three different things, each enough alone."""
    valid = credentials()
    assert valid.articles == ("handling-2023:6", "handling-2023:7")
    assert sentence(valid) == "Card, electronic card and medical e-credential are all valid; one is enough."


def test_each_subject_has_its_line_and_an_unverified_number_is_not_given() -> None:
    """S002-020 S002-040 S004-026 the line of medical insurance and that of human resources, with the area's code.

    S004-027 a number nobody verified is not offered.
    """
    medical = hotline(subject=Subject.MEDICAL, policy=POLICY, on=TODAY, area=QUJING)
    pension = hotline(subject=Subject.PENSION, policy=POLICY, on=TODAY, area=QUJING)
    assert (medical.number, pension.number) == ("0874-12393", "12333")
    assert (
        hotline(subject=Subject.UNEMPLOYMENT, policy=POLICY, on=TODAY).decision.outcome
        == "HUMAN_RESOURCES_LINE"
    )
    assert sentence(unverified_line(number="12334")) == "Nobody verified this number, so it is not offered."


def test_against_an_agency_and_against_an_employer_the_ways_differ() -> None:
    """S002-059 S002-061 arbitration is for what an employer owes; against an agency it is reconsideration or a suit."""
    agency = remedy(against=Against.AGENCY, known_on=date(2026, 11, 23), calendar=CALENDAR, policy=POLICY)
    employer = remedy(against=Against.EMPLOYER, known_on=TODAY, calendar=CALENDAR, policy=POLICY)
    assert (agency.until, employer.until) == (date(2027, 1, 22), None)
    assert answers(agency.decisions)["LAW-01"] == "REVIEW_OR_SUIT"
    assert (
        sentence(employer.decisions[0]) == "Against an employer there are mediation, arbitration and a suit."
    )


def test_each_step_counts_from_its_own_beginning() -> None:
    """S001-098 every step has its days from what starts it, not from the last day of the step before."""
    own = own_start(step_began=TODAY)
    assert "guobanfa-2009-66:8" in own.articles


def test_health_and_money_need_a_consent_of_their_own() -> None:
    """S002-064 sensitive data: separate consent, and one may see, copy and delete them. S004-033 numbers are masked."""
    consent = personal_data()
    assert consent.articles == ("pipl:28", "pipl:29", "pipl:45", "pipl:47")
    assert sentence(consent).startswith("Data on health and money need separate consent")
    number = make_synthetic(date(1990, 1, 1), 1)
    assert number not in masked(number)
    assert masked(number).endswith(number[-4:])


def test_names_are_checked_for_their_form() -> None:
    """S004-037 a name's form is looked at with the number, before anything is looked up."""
    assert str(PersonName("欧阳\U00020bb7")) == "欧阳\U00020bb7"
    with pytest.raises(ValueFault):
        PersonName("   ")


def test_terminals_are_a_channel_with_the_key_they_need() -> None:
    """S004-035 S004-036 self-service terminals: a way to look up, with card or number as the key; nobody tried them."""
    terminal = next(one for one in POLICY.channels if one.id == "channel/nation-terminal")
    assert (terminal.kind, terminal.purposes, terminal.checked_on) == (ChannelKind.COUNTER, ("query",), None)
    assert terminal.path is not None
    assert terminal.path.en == "Insert the card, or type the card or identity number"
    assert "Self-service terminal" in said("policy", "show", CHENGDU, "--on", "2026-11-30")


def test_menu_paths_of_firms_apps_are_data() -> None:
    """S002-014 Alipay shows where one is insured, by this path; S002-016 WeChat the progress, in some regions only."""
    alipay, wechat = (
        next(one for one in POLICY.channels if one.id == f"channel/nation-{name}")
        for name in ("alipay", "wechat")
    )
    assert alipay.path is not None
    assert wechat.path is not None
    assert (alipay.path.zh, wechat.path.zh) == ("市民中心 > 社保 > 电子社保卡", "城市服务 > 社保综合")
    assert {alipay.checked_on, wechat.checked_on} == {None}
    assert "only some regions" in wechat.note


def test_default_passwords_are_warned_of() -> None:
    """S004-031 a password that is the birth month or a card number is no secret: whoever uses it is warned."""
    banks = next(one for one in POLICY.channels if one.id == "channel/nation-bank-apps")
    assert "unsafe and outdated" in banks.note


def test_paying_goes_through_the_tax_office_in_many_places() -> None:
    """S002-032 where to pay: a channel of the place, often the tax authority's, marked as another authority's."""
    paying = channels_for(POLICY.channels, ("120000",), "pay")
    assert [(one.id, one.trust) for one in paying] == [("channel/120000-tax-app", Trust.OTHER_OFFICE)]


def test_both_mini_programs_of_the_platform() -> None:
    """S003-028 the platform's mini program is listed with what it does, and that nobody tried it."""
    minis = [one for one in POLICY.channels if one.kind is ChannelKind.MINI_PROGRAM and one.area == "nation"]
    assert [(one.name.zh, one.trust, one.checked_on) for one in minis] == [
        ("国家医保服务平台小程序", Trust.OFFICIAL, None)
    ]
    assert "transfer" in minis[0].purposes


def test_inner_mongolia_is_behind_more() -> None:
    """S000-033 内蒙古's zone of the national app stands behind "more". S000-031 zones are data of the old place."""
    app = next(one for one in POLICY.channels if one.id == "channel/150000-national-app")
    assert app.path is not None
    assert app.path.zh == "地方专区 > 更多 > 内蒙古"


def test_money_is_credited_to_an_account_of_the_person() -> None:
    """S000-039 the destination's account is there before money is credited: without an enrolment nothing is credited."""
    story = Story(joins=False)
    story.apply()
    story.post()
    assert story.d.record.state.value == "refused"
    assert story.world.bank.transfers == []
    known = Story().settled()
    known.arrives(320_855)
    [row] = known.world.nodes[CHENGDU].people.values()
    assert known.world.nodes[CHENGDU].books.balance(row.account("this_year")) == 120_000

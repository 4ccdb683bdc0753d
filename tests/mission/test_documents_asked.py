"""The papers the articles speak of: which exist, who issues them, what stands on them, and which nobody needs."""

from __future__ import annotations

from typing import Any

from mission_cast import (
    BIRTH,
    NANJING,
    POLICY,
    TODAY,
    ZHENGZHOU,
    answers,
    asked,
    person,
    record,
    said,
    sentence,
)

from jiexu.cases.events import FormDisputed
from jiexu.documents import sheets
from jiexu.documents.content import Content
from jiexu.documents.kinds import TERMS, Kind
from jiexu.exchange.payloads import Application, Check, Form, MessageType
from jiexu.gateways.policyfiles.areas import areas
from jiexu.rules.checks import applicant_check, destination_check, refusal_codes
from jiexu.rules.facts import Text
from jiexu.rules.inputs import Applicant, Channel
from jiexu.texts import say
from jiexu.values.citizen import make_synthetic
from jiexu.values.identity import DocumentKind, validate_document
from unit.cases.cases_story import ISSUE, QUJING, TAKE_IN, Story
from unit.documents.paper_cast import CASE, OF_KIND, facts, form, press


def labels(kind: Kind, **changed: Any) -> list[str]:
    """Chinese labels of every field on a document."""
    return [label for label, _ in fields(kind, **changed)]


def fields(kind: Kind, **changed: Any) -> list[tuple[str, Any]]:
    """Chinese label and value of every field on a document."""
    content = Content(kind, {**facts(), **OF_KIND.get(kind, {}), "kind": kind.value, **changed})
    return list(_fields(sheets.body(content, areas())))


def _fields(block: Any) -> Any:
    if isinstance(block, dict):
        if "label" in block and "mark" in block:
            yield block["label"][0], block.get("value")
        for each in block.values():
            yield from _fields(each)
    elif isinstance(block, list | tuple):
        for each in block:
            yield from _fields(each)


def words(kind: Kind, **changed: Any) -> str:
    """Everything a document says, in both languages."""
    content = Content(kind, {**facts(), **OF_KIND.get(kind, {}), "kind": kind.value, **changed})
    return str(sheets.body(content, areas()))


def test_nothing_beyond_identity_is_asked_for() -> None:
    """S000-040 one identity document is enough, and no card is asked for beside it.

    S001-048 S003-045 proof of a change of job, or copies, need a ground in law: none is known, so nothing else is
    asked for.
    """
    [ground] = [one for one in applicant_check(asked=asked(), policy=POLICY) if one.rule == "R-016"]
    assert ground.outcome == "IDENTITY_ONLY"
    assert ground.articles == ("handling-2023:31",)
    assert "nothing else may be asked for" in sentence(ground)
    assert record("handling.extra_proof_needs_ground").start.isoformat() == "2023-12-01"
    for kind, number in (
        (DocumentKind.CITIZEN_CARD, make_synthetic(BIRTH, 1)),
        (DocumentKind.SOCIAL_SECURITY_CARD, "AB1234567"),
    ):
        assert validate_document(kind.value, number, today=TODAY, allow_synthetic=True) == number
    story = Story().form_sent()
    assert len(story.d.documents) == 1, "one document alone led to the form"


def test_the_contact_letter_is_the_destinations() -> None:
    """S001-008 the contact letter is issued by the receiving side, with its fields, and by nobody else.

    S003-036 that it is to be fetched at the old place is wrong: the destination issues it.
    S001-019 each scheme has letters of its own; this one is for medical insurance.
    """
    assert TERMS[Kind.CONTACT_LETTER].issuer.value == "destination"  # type: ignore[union-attr]  # a side
    given = dict(fields(Kind.CONTACT_LETTER, agency="510100"))
    assert {"姓名", "转入地", "转出险种", "开户银行", "户名", "账号", "付款附言须写"} <= set(given)
    assert "基本医疗保险关系转移接续联系函" in say("zh", "papers.title.contact_letter")
    story = Story(channel=Channel.OFFLINE)
    story.apply()
    [opening] = story.sent(Application)
    assert (story.d.opener, opening.channel) == (True, Channel.OFFLINE.value)
    assert sentence(_of(story, "R-023"), "zh") == "走线下渠道，用参保凭证和联系函办理，比网上慢。"


def _of(story: Story, rule: str) -> Any:
    return next(one for _, step in story.world.kept for one in step.decisions if one.rule == rule)


def test_the_message_between_agencies_is_made_without_the_citizen() -> None:
    """S000-013 the agencies ask each other: the message goes by itself, and it shows who must act."""
    story = Story()
    story.apply()
    [opening] = story.sent(Application)
    assert opening.origin == QUJING
    waiting = story.record_at(story.d)
    assert (waiting.holder.value, waiting.next_event.value) == ("clerk", "receipt")
    story.post_messages(QUJING)
    assert [check.positive for check in story.sent(Check)] == [True]
    story.post()
    waiting = story.record_at(story.d)
    assert (waiting.holder.value, waiting.next_event.value, waiting.due.on.isoformat()) == (
        "other_agency",
        "form",
        "2026-12-07",
    )


def test_the_certificate_is_the_origins_and_nobody_has_to_bring_it() -> None:
    """S000-012 S001-004 the certificate holds number, period, months and balance; paper is marked as not needed.

    S001-018 S001-090 one form of it for every scheme. S003-024 the rural scheme is part of resident insurance today.
    S001-039 carried by hand it serves the way on paper, and online nobody needs it.
    """
    assert TERMS[Kind.ENROLMENT_CERTIFICATE].issuer.value == "origin"  # type: ignore[union-attr]  # a side
    assert TERMS[Kind.ENROLMENT_CERTIFICATE].carries == (MessageType.CHECK,)
    certificate = words(Kind.ENROLMENT_CERTIFICATE)
    for label in ("参保日期", "停保日期", "险种", "起止年月", "月数", "金额（元）", "欠费月数"):
        assert label in certificate, label
    for scheme, name in (("310", "职工基本医疗保险"), ("390", "城乡居民基本医疗保险")):
        months = [{"area": "530300", "kind": "paid", "scheme": scheme, "spans": [["2019-07", "2026-09"]]}]
        assert name in words(Kind.ENROLMENT_CERTIFICATE, months=months)
    assert "本凭证供线下转移使用；网上办理不需要提交" in certificate


def test_the_information_form_holds_all_months_and_the_balance() -> None:
    """S000-020 the form is built, sealed, sent, read and compared, with all months and the balance.

    S001-021 a corrected form is a version of its own.
    """
    story = Story().form_sent()
    story.at_destination(FormDisputed("a month is missing"))
    story.post()
    story.at_origin(ISSUE)
    story.post()
    assert [form.issue for form in story.sent(Form)] == [1, 2]
    sent = story.sent(Form)[-1]
    assert sum(line.months.count for line in sent.months) == 87
    assert sum(part.amount_fen for part in sent.parts) == 320_855
    assert story.d.form == sent
    assert story.at_destination(TAKE_IN).outcome.value == "done"
    given = dict(fields(Kind.INFORMATION_FORM))
    assert {"信息表次数", "大写"} <= set(given)
    assert "实际转出资金" in words(Kind.INFORMATION_FORM)
    assert TERMS[Kind.INFORMATION_FORM].carries == (MessageType.FORM,)
    assert story.at_origin(ISSUE).outcome.value != "done", "a second one only as a correction"


def test_an_application_has_its_fields_and_is_checked_before_it_is_sent() -> None:
    """S000-034 the application: name, number, old place, new place, schemes, telephone.

    S002-011 the applicant declares that it is true, signs with the day, and is warned of false documents.
    """
    given = labels(Kind.APPLICATION_FORM)
    assert {"姓名", "证件号码", "转出地", "转入地", "转出险种", "转入险种", "联系电话"} <= set(given)
    form_says = words(Kind.APPLICATION_FORM)
    for part in (
        "所填内容属实",
        "以伪造材料等手段骗取待遇的",
        "依社会保险法退回所得并受罚款",
        "申请人（签名或盖章）",
        "日期",
    ):
        assert part in form_says, part


def test_employers_name_themselves_on_the_application() -> None:
    """S001-047 the application names who asks: an employer with its code, or the person as a flexible worker."""
    by_employer = dict(fields(Kind.APPLICATION_FORM, applicant="employer", employer="Y1510100XN0000006Q"))
    assert "Y1510100XN0000006Q" in str(by_employer["单位统一社会信用代码"])
    assert "单位统一社会信用代码" not in labels(Kind.APPLICATION_FORM)


def test_somebody_else_acts_only_with_a_power_of_attorney() -> None:
    """S003-008 the proxy form: principal, agent, what it covers and until when, both identities; not the money."""
    given = labels(Kind.PROXY_FORM)
    assert given.count("姓名") == 2
    assert given.count("证件号码") == 2
    assert {"与参保人关系", "委托期限至"} <= set(given)
    assert "委托不包括代领个人账户资金" in words(Kind.PROXY_FORM)
    without = applicant_check(asked=asked(applicant=Applicant.AGENT), policy=POLICY)
    assert refusal_codes(without) == ("NA-13",)
    shown = applicant_check(asked=asked(applicant=Applicant.AGENT, authorised=True), policy=POLICY)
    assert answers(shown)["R-014"] == "ALLOWED"


def test_a_refusal_is_a_paper_with_every_reason_and_its_ground() -> None:
    """S001-079 a refusal carries each rule, reason and cure, and where to object."""
    said_there = words(Kind.REFUSAL_NOTICE, refusals=["NA-01", "NA-06"])
    for code in ("NA-01", "NA-06"):
        assert say("zh", f"refusals.{code}") in said_there
        assert say("zh", f"refusals.{code}_cure") in said_there
    assert "12393" in said_there
    assert "国家规定" in said_there
    assert "当地规定" in said_there
    unpaid = destination_check(asked=asked(QUJING, NANJING), person=person(), today=TODAY, policy=POLICY)
    assert refusal_codes(unpaid) == ("NA-02",)


def test_the_completion_notice_tells_months_and_money_together() -> None:
    """S001-026 months counted and money credited stand on one notice.

    S001-116 the receiving agency writes to the person once it has counted the record, and again for the money.
    """
    given = dict(fields(Kind.COMPLETION_NOTICE))
    assert "85" in str(given["新计入月数"])
    assert "3,208.55" in words(Kind.COMPLETION_NOTICE)
    assert TERMS[Kind.COMPLETION_NOTICE].carries == (MessageType.RECORD_IN, MessageType.MONEY_CREDITED)
    story = Story().record_in()
    told = {where: data["taken"] for where, _, data in story.told("record_in")}
    assert told[story.destination] == 87


def test_a_certificate_may_be_printed_in_three_copies() -> None:
    """S001-113 three copies: the origin's, the destination's, the person's."""
    keepers = [say("zh", f"papers.keeper.{each}") for each in ("origin", "destination", "person")]
    assert keepers == ["转出地", "转入地", "本人"]
    content = {**facts(), **OF_KIND[Kind.ENROLMENT_CERTIFICATE], "kind": "enrolment_certificate"}
    sheet = press().sheet(form(content, kind=Kind.ENROLMENT_CERTIFICATE), 3)
    copies = [copy[0] for copy in sheet["copies"]]
    assert copies == [f"第{at}联（共3联）　{keeper}留存" for at, keeper in enumerate(keepers, 1)]
    assert CASE in str(content)


def test_zhengzhou_has_its_conditions_as_a_dated_record() -> None:
    """S001-064 郑州: those who come home and those who work and are insured there, as a record of the place."""
    conditions = record("handling.in_conditions", ZHENGZHOU)
    shown = said("policy", "show", ZHENGZHOU, "--on", "2026-11-30")
    assert conditions.value == Text(
        zh="未达法定退休年龄；异地就业后回本市的本地户籍人员，或在本市就业参保的非本地户籍人员",
        en="Below the statutory retirement age; registered here and back from work elsewhere, or employed and insured here",
    )
    assert (conditions.sources, conditions.confidence.value) == (("regions-002",), "low")
    assert "registered here and back from work elsewhere, or employed and insured here" in shown

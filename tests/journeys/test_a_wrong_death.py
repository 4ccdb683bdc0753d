"""A death told by mistake, by the pages: two people take it back, finance orders again, and everybody reads what happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from jiexu.cases.states import Side
from jiexu.exchange.envelope import BEIJING
from jiexu.exchange.payloads import Document
from jiexu.rules.inputs import Asked, Scheme
from jiexu.store import atrest
from jiexu.texts import say
from jiexu.usecases import bankday, banking, delivery, doors
from jiexu.usecases.applications import ApplicationIn, take
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.doors import Role, Subject
from jiexu.usecases.people import load_people
from jiexu.usecases.verifying import verify
from office_cast import (
    CHENGDU,
    PASSWORD,
    QUJING,
    Office,
    let_money_move,
    lives,
    nothing,
    number_of,
    opened,
    text,
)

TODAY = datetime.now(BEIJING).date()
EARLY = TODAY - timedelta(days=7)
"""No day of a node comes before one that was: what the bank does before the pages are opened is done some days ago."""
WHOLE = 320_855
STOPPED, ESTATE = "钱停付", "钱留存"
CLERK_TAKES_BACK = say("en", "doors.act_take_back_death")


@pytest.fixture(scope="module")
def office(postgres: Any) -> Iterator[Office]:
    with opened(postgres, "lives") as office:
        office.hire("窗口李", (Role.CLERK, CHENGDU))
        office.hire("财务周", (Role.FINANCE, CHENGDU))
        office.hire("复核王", (Role.REVIEWER, CHENGDU))
        office.hire("窗口杨", (Role.CLERK, QUJING))
        office.hire("财务段", (Role.FINANCE, QUJING))
        office.hire("复核陈", (Role.REVIEWER, QUJING))
        yield office


def case_of(office: Office, name: str, n: int, day: date) -> str:
    """A case whose form is issued, of a person who has an account of their own."""
    asked = Asked(day, QUJING, CHENGDU, Scheme.EMPLOYEE, Scheme.EMPLOYEE)
    with office.node() as node:
        load_people(node, lives(name, number_of(n)), day=day, actor="test")
        query = "SELECT person FROM identity_document WHERE (agency, kind, seek) = (%s, '01', %s)"
        (person,) = office.row(query, CHENGDU, atrest.seek("01", number_of(n)))
        subject, account = Subject(CHENGDU, person), office.hire(name)
        doors.grant(node, account, Role.PERSON, subject=subject, since=date(2026, 11, 1), by="test")
        [taken] = take(
            node, [ApplicationIn(1, name, Document("01", number_of(n)), asked)], day=day, actor="test"
        )
        delivery.carry(node, day=day)
    assert does(office, taken.case_no, Verb.ISSUE_FORM, Side.ORIGIN, day) == "done"
    return taken.case_no


def does(office: Office, number: str, verb: Verb, side: Side, day: date) -> str:
    event = DeskEvent(verb.value, day, verb, number, side=side)
    with office.node() as node:
        said = perform(node, "", [event], day=day, by="经办甲", reviewer="复核乙", found=nothing)
        delivery.carry(node, day=day)
    return said[verb.value]


def own_page(office: Office, name: str, number: str) -> str:
    """What the person reads of the case, in their own account."""
    window = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    assert window.post("/sign-in/", {"login": name, "password": PASSWORD}).status_code == 302
    (grant,) = office.row(
        "SELECT g.id FROM role_grant g JOIN auth_user u ON u.id = g.account WHERE u.username = %s", name
    )
    answer = window.get(f"/my/{grant}/cases/{number}/")
    assert answer.status_code == 200
    return text(answer)


def asks_and_agrees(office: Office, number: str, first: str, second: str) -> None:
    """One person asks for the death to be taken back, another looks and agrees."""
    case = f"/desk/cases/{number}/"
    asker, reviewer = office.enter(first), office.enter(second)
    assert asker.post(f"{case}ask/", {"verb": "take_back_death", "leg": "1"}).status_code == 303
    page = text(reviewer.get(case))
    assert CLERK_TAKES_BACK in page
    review, seen = re.findall(
        r"/desk/reviews/([0-9a-f]{32})/agree/.*?name=\"seen\" value=\"(\d+)\"", page, re.DOTALL
    )[-1]
    assert asker.post(f"/desk/reviews/{review}/agree/", {"seen": seen}).status_code == 404, (
        "who asked does not agree"
    )
    answer = reviewer.post(f"/desk/reviews/{review}/agree/", {"seen": seen})
    assert answer.status_code == 303, text(answer)
    with office.node() as node:
        # The pages' own day, which is tomorrow where midnight passed meanwhile.
        delivery.carry(node, day=datetime.now(BEIJING).date())


def totals(office: Office) -> tuple[int, int]:
    """All fen of people and heirs, and nothing for verify to name."""
    with office.node() as node:
        found = verify(node)
    assert found.breaks == ()
    places = ("personal", "estate", "receipts", "returned", "on_the_way")
    months = office.row(
        "SELECT coalesce(sum(upper(r) - lower(r)), 0) FROM month_line, unnest((earned + moved_in) - moved_out) r"
    )
    moving = office.row(
        "SELECT coalesce(sum(CASE move WHEN 'out' THEN 1 ELSE -1 END * (upper(r) - lower(r))), 0) FROM month_move, unnest(months) r"
    )
    return sum(found.counted[f"{place}_fen"] for place in places), int(months[0]) + int(moving[0])


def balance(office: Office, agency: str, name: str) -> int:
    query = "SELECT coalesce(sum(a.balance_fen), 0) FROM account a JOIN person p USING (agency, person) WHERE agency = %s AND p.name = %s"
    return int(office.row(query, agency, name)[0])


def test_money_set_aside_at_the_destination_waits_for_two_people_there(office: Office) -> None:
    number = case_of(office, ESTATE, 2, EARLY)
    before = totals(office)
    with office.node() as node:
        banking.review_and_send(node, day=EARLY, reviewer="复核陈", found=nothing)
        bankday.hand_over(node, day=EARLY)
    assert does(office, number, Verb.DEATH, Side.ORIGIN, EARLY) == "done"
    with office.node() as node:
        let_money_move(node, EARLY + timedelta(days=1), reviewer="复核王")
    assert (balance(office, QUJING, ESTATE), balance(office, CHENGDU, ESTATE)) == (0, 0)
    assert say("en", "states.money.estate") in own_page(office, ESTATE, number)
    assert totals(office) == before
    asks_and_agrees(office, number, "窗口杨", "复核陈")
    assert say("en", "states.money.estate_in_doubt") in own_page(office, ESTATE, number)
    assert totals(office) == before
    desk, finance = f"/desk/cases/{number}/", office.enter("财务周")
    page = text(finance.get(desk))
    assert CLERK_TAKES_BACK in page
    assert say("en", "doors.act_pay_estate") not in page, "it is paid to nobody meanwhile"
    assert finance.post(f"{desk}ask/", {"verb": "pay_estate", "leg": "1"}).status_code == 409
    asks_and_agrees(office, number, "财务周", "复核王")
    page = own_page(office, ESTATE, number)
    assert say("en", "notices.estate_back", amount_fen="3,208.55") in page
    assert say("en", "states.money.credited") in page
    assert (balance(office, QUJING, ESTATE), balance(office, CHENGDU, ESTATE)) == (0, WHOLE)
    assert totals(office) == before


def test_money_held_at_the_origin_is_ordered_again_and_arrives(office: Office) -> None:
    number = case_of(office, STOPPED, 1, TODAY)
    before = totals(office)
    assert does(office, number, Verb.DEATH, Side.DESTINATION, TODAY) == "done"
    desk, theirs = f"/desk/cases/{number}/", office.enter("窗口杨")
    assert CLERK_TAKES_BACK not in text(theirs.get(desk)), "Qujing only heard of it"
    assert theirs.post(f"{desk}ask/", {"verb": "take_back_death", "leg": "1"}).status_code == 409
    assert say("en", "states.money.stopped_by_death") in own_page(office, STOPPED, number)
    assert CLERK_TAKES_BACK in text(office.enter("窗口李").get(desk))
    asks_and_agrees(office, number, "窗口李", "复核王")
    assert CLERK_TAKES_BACK not in text(office.enter("窗口李").get(desk))
    told = say("en", "notices.death_taken_back", died_on="{}").split("{}")
    page = own_page(office, STOPPED, number)
    assert all(part in page for part in told)
    assert say("en", "states.money.held_back") in page
    assert totals(office) == before
    finance = office.enter("财务段")
    assert all(part in text(finance.get(desk)) for part in told), "finance reads the same"
    assert finance.post(f"{desk}ask/", {"verb": "order_again", "leg": "1"}).status_code == 303
    with office.node() as node:
        let_money_move(node, TODAY + timedelta(days=1), reviewer="复核陈")
    assert totals(office) == before
    assert (balance(office, QUJING, STOPPED), balance(office, CHENGDU, STOPPED)) == (0, WHOLE)

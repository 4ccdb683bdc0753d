"""What people do about a case of their own: consent, stop, withdraw, find the money, complain when it is late, rate it."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from jiexu.exchange.envelope import BEIJING
from jiexu.exchange.payloads import Document
from jiexu.rules.inputs import Asked, Channel, Scheme
from jiexu.texts import say
from jiexu.usecases import figures
from jiexu.usecases.applications import ApplicationIn, take
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from own_cast import CHENGDU, QUJING, Town, town

PROPOSED, DECLINED, APPLIED, PAID, LATER, STRANGER = "钱建议", "孙不转", "李撤回", "周在途", "后来人", "外人"
EARLY = date(2026, 11, 2)


@pytest.fixture(scope="module")
def place(postgres: Any) -> Iterator[Town]:
    with town(postgres, "acts") as made:
        made.settle([PROPOSED, DECLINED, APPLIED, PAID, LATER, STRANGER])
        for name in (PROPOSED, DECLINED, APPLIED, PAID, LATER, STRANGER):
            made.person(name)
        yield made


def opened(place: Town, name: str, *, proposal: bool = False, day: date = EARLY) -> str:
    """A case taken at the destination."""
    asked = Asked(
        day,
        QUJING,
        CHENGDU,
        Scheme.EMPLOYEE,
        Scheme.EMPLOYEE,
        channel=Channel.PROACTIVE if proposal else Channel.ONLINE,
    )
    node = place.node()
    application = ApplicationIn(1, name, Document("01", place.numbers[name]), asked, proposal=proposal)
    [taken] = take(node, [application], day=day, actor="test")
    node.store.close()
    return taken.case_no


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def state(place: Town, number: str) -> str:
    [(found,)] = place.rows(
        "SELECT record_state FROM file WHERE case_no = %s AND side = 'destination'", number
    )
    return str(found)


def test_a_proposed_transfer_begins_only_by_consent_and_can_be_stopped_until_a_day_that_is_said(
    place: Town,
) -> None:
    number = opened(place, PROPOSED, proposal=True)
    base, window = f"/my/{place.grants[PROPOSED]}/cases/{number}", place.window(PROPOSED)
    page = text(window.get(f"{base}/consent/"))
    assert say("en", "pages_own.may_stop") in page
    assert state(place, number) == "proposed", "looking starts nothing"
    assert window.post(f"{base}/consent/").url == f"{base}/acts/"
    assert state(place, number) == "window"
    assert window.post(f"{base}/consent/").status_code == 303, "again is harmless"
    assert say("en", "pages_own.stop_now") in text(window.get(f"{base}/stop/"))
    assert state(place, number) == "window", "the page before the act does nothing"
    assert window.post(f"{base}/stop/").status_code == 303
    assert state(place, number) == "stopped"


def test_who_declines_is_asked_how_it_went_once_and_only_scores_are_counted(place: Town) -> None:
    number = opened(place, DECLINED, proposal=True)
    base, window = f"/my/{place.grants[DECLINED]}/cases/{number}", place.window(DECLINED)
    assert window.get(f"{base}/rate/").status_code == 303, "not before it is over"
    window.post(f"{base}/stop/")
    refused = window.post(f"{base}/rate/", {"score": "6", "said": "快"})
    assert refused.status_code == 422
    assert say("en", "errors.rating_score") in text(refused)
    assert "快" in text(refused), "what was written stays"
    assert window.post(f"{base}/rate/", {"score": "4", "said": "快"}).status_code == 303
    assert window.post(f"{base}/rate/", {"score": "1"}).status_code == 303
    assert place.rows("SELECT score, said FROM service_rating WHERE case_no = %s", number) == [(4, "快")]
    assert say("en", "pages_own.rated", score=4) in text(window.get(f"{base}/acts/"))
    node = place.node()
    assert figures.rebuild(node, day=EARLY).scores == (), "one score alone is told of nobody"
    with node.store.transaction("test.ratings", [CHENGDU]) as cursor:
        for at in range(node.limits.figures_smallest - 1):
            cursor.execute(
                "INSERT INTO service_rating VALUES (%s, %s, 5, '', %s)", [CHENGDU, f"X{at}", EARLY]
            )
    assert figures.rebuild(node, day=EARLY).scores == (0, 0, 0, 1, node.limits.figures_smallest - 1)
    node.store.close()
    page = text(window.get("/figures/"))
    assert say("en", "pages_service.rated_h") in page
    assert "快" not in page


def test_a_transfer_is_withdrawn_from_a_page_of_its_own_with_the_other_agencys_answer(place: Town) -> None:
    number = opened(place, APPLIED)
    place.move(EARLY)
    base, window = f"/my/{place.grants[APPLIED]}/cases/{number}", place.window(APPLIED)
    assert state(place, number) == "accepted"
    assert say("en", "pages_own.then_months") in text(window.get(f"{base}/withdraw/"))
    assert window.post(f"{base}/withdraw/").url == f"{base}/acts/"
    assert say("en", "pages_own.asked") in text(window.get(f"{base}/acts/"))
    assert window.post(f"{base}/withdraw/").status_code == 303, "asking again asks nothing new"
    place.move(datetime.now(BEIJING).date())
    assert state(place, number) == "withdrawn"


def test_one_sentence_says_where_every_fen_is_and_what_to_do_when_it_is_late(place: Town) -> None:
    number = opened(place, PAID)
    place.move(EARLY)
    base, window = f"/my/{place.grants[PAID]}/cases/{number}", place.window(PAID)
    assert say("en", "web.money_not_yet") in text(window.get(f"{base}/money/"))
    # The days go on at this agency: somebody else applies.
    opened(place, LATER, day=datetime.now(BEIJING).date())
    page = text(window.get(f"{base}/late/"))
    assert "letter" in page, "the day of the law has passed, and the letter is written"
    assert number[:4] in page
    node = place.node()
    issue = DeskEvent("issue", EARLY, Verb.ISSUE_FORM, number)
    assert perform(node, "", [issue], day=EARLY, reviewer="段志强", found=lambda _: None, by="杨丽华") == {
        "issue": "done"
    }
    node.store.close()
    page = text(window.get(f"{base}/money/"))
    assert "3,208.55 yuan" in page
    assert "Qujing agency" in page
    assert say("en", "pages_own.late_link") in page
    assert window.post(f"{base}/withdraw/").status_code in {303, 409}, "an issued form is not withdrawn"
    assert state(place, number) == "accepted"


def test_a_case_of_somebody_else_is_no_page_for_reading_or_acting(place: Town) -> None:
    [(number,), *_] = place.rows("SELECT case_no FROM file WHERE name = %s", PAID)
    window = place.window(STRANGER)
    for grant in (place.grants[STRANGER], place.grants[PAID]):
        for word in ("acts", "consent", "stop", "withdraw", "money", "late", "rate"):
            assert window.get(f"/my/{grant}/cases/{number}/{word}/").status_code == 404
        for word in ("consent", "stop", "withdraw", "rate"):
            assert window.post(f"/my/{grant}/cases/{number}/{word}/").status_code == 404

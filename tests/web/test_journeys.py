"""The ways people go, in a real browser: each with their own window, disturbed at every step, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from nodes import Served
from playwright.sync_api import expect
from walks import PHONE, Walk
from windows import People

from jiexu.store import atrest
from jiexu.values import case_number

Open = Callable[..., Walk]
MOST_QUESTIONS, MOST_DAYS = 30, 8
CHOICE = "main input:is([type=radio], [type=checkbox])"


def asked_to_the_end(walk: Walk, *, disturbed: bool) -> int:
    """Answers what the guide asks with the first choice there is, or "don't know"; how many questions there were."""
    for number in range(MOST_QUESTIONS):
        if walk.page.url.split("?")[0].endswith("/guide/answer/"):
            return number
        if disturbed:
            walk.disturb()
        answer_one(walk)
    raise AssertionError("the guide never ends")


def move(walk: Walk, here: str = "曲靖", there: str = "成都") -> Walk:
    """From the front page into the guide."""
    walk.go("/").fill("pages_guide.from", here).fill("pages_guide.to", there)
    return walk.press("pages_guide.see")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_guide_leads_from_the_front_page_to_an_answer_and_loses_nothing(window: Open, lang: str) -> None:
    walk = move(window(lang))
    assert asked_to_the_end(walk, disturbed=lang == "zh") >= 3
    walk.disturb()
    expect(walk.page.locator("h1")).to_have_count(1)
    assert "曲靖" in walk.page.content() or "Qujing" in walk.page.content()


def answer_one(walk: Walk) -> None:
    """Answers the question that is asked with the first choice, or "don't know"."""
    if walk.page.locator("button[name=unknown]").count():
        walk.press("pages_guide.dont_know")
    else:
        walk.page.locator(CHOICE).first.check()
        walk.press("pages_guide.next")


def test_answers_outlive_the_server_at_every_step(
    window: Open, node: Served, enter: Open, sign_in: Open, people: People
) -> None:
    """Three who ask the guide, one who applies and a clerk: the server stops and starts before each of their steps."""
    grant = people(lambda town: town.mover("常重启"))
    asking = [move(window()), move(window(java_script_enabled=False, **PHONE)), move(window("en"))]
    asking[1].page.goto(f"{asking[1].page.url}?view=elder")
    person, clerk = sign_in("常重启"), enter("杨丽华")
    person.go(f"/my/{grant}/apply/").follow(person.words("pages_apply.begin"))
    at = clerk.page.url
    for _ in range(MOST_QUESTIONS):
        everybody = [*asking, person]
        before = [each.state() for each in everybody]
        node.restart()
        for each in everybody:
            each.page.reload()
        assert [each.state() for each in everybody] == before, "a restart loses"
        clerk.page.reload()
        assert clerk.page.url == at, "who was signed in still is"
        going = [each for each in asking if "/guide/answer/" not in each.page.url]
        if not going:
            break
        for each in going:
            answer_one(each)
        if not person.page.url.endswith("/check/"):
            person.press("pages_apply.next")
    for each in asking:
        each.disturb().at("/guide/answer/")
    assert asking[1].page.locator("html").get_attribute("data-view") == "elder"
    person.at(f"/my/{grant}/apply/check/").reads("pages_apply.fits")
    clerk.look().reads("doors.inbox_nav")


@pytest.mark.parametrize(
    "options",
    [{"java_script_enabled": False}, PHONE, {"color_scheme": "dark"}, {"reduced_motion": "reduce", "forced_colors": "active"}],
    ids=["no script", "phone", "dark", "high contrast"],
)  # fmt: skip
def test_the_guide_works_however_it_is_looked_at(window: Open, options: dict[str, Any]) -> None:
    walk = move(window(**options))
    asked_to_the_end(walk, disturbed=False)
    sideways = walk.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert sideways <= 0, f"the page scrolls sideways by {sideways} px"
    for address in ("/guide/answer.ics", "/guide/answer.txt"):
        assert walk.page.request.get(walk.address + address).ok


def test_the_guide_is_walked_by_keyboard_alone(window: Open) -> None:
    walk = window()
    walk.go("/")
    press = walk.page.keyboard.press

    def tab_to(selector: str) -> None:
        for _ in range(60):
            press("Tab")
            if walk.page.evaluate("s => document.activeElement.matches(s)", selector):
                shown = walk.page.evaluate(
                    "getComputedStyle(document.activeElement).outlineStyle != 'none' || getComputedStyle(document.activeElement).boxShadow != 'none'"
                )
                assert shown, f"nobody sees that {selector} has the focus"
                return
        raise AssertionError(f"no way to {selector} by the tab key on {walk.page.url}")

    tab_to("#from")
    walk.page.keyboard.type("曲靖")
    tab_to("#to")
    walk.page.keyboard.type("成都")
    with walk.page.expect_navigation():
        press("Enter")
    for _ in range(MOST_QUESTIONS):
        walk.page.wait_for_load_state()
        if walk.page.url.endswith("/guide/answer/"):
            break
        if walk.page.locator("button[name=unknown]").count():
            tab_to("button[name=unknown]")
            with walk.page.expect_navigation():
                press("Enter")
        else:
            tab_to(CHOICE)
            press("Space")
            with walk.page.expect_navigation():
                press("Enter")
    walk.look().at("/guide/answer/")
    walk.go("/")
    press("Tab")
    assert walk.page.evaluate("document.activeElement.className") == "skip", (
        "the first stop leads past the head"
    )


def test_the_elder_view_stays_from_page_to_page_and_is_large(window: Open) -> None:
    walk = window(**PHONE)
    walk.go("/").follow(walk.words("pages_guide.elder"))
    walk = move(walk)
    asked_to_the_end(walk, disturbed=False)
    assert walk.page.locator("html").get_attribute("data-view") == "elder"
    walk.disturb()
    walk.follow(walk.words("pages_guide.standard"))
    assert walk.page.locator("html").get_attribute("data-view") is None


@pytest.mark.parametrize(
    "options", [{}, {"java_script_enabled": False}, PHONE], ids=["wide", "no script", "phone"]
)
def test_a_case_is_followed_by_its_number_and_the_last_four(
    window: Open, node: Served, waiting: str, options: dict[str, Any]
) -> None:
    paper = node.row(
        "SELECT d.agency, d.person, d.kind, d.number FROM identity_document d JOIN file f ON (f.agency, f.person) = (d.agency, d.person) WHERE f.case_no = %s LIMIT 1",
        waiting,
    )
    last = atrest.last_four(dict(zip(("agency", "person", "kind", "number"), paper, strict=True)))
    walk = window(**options).go("/track/")
    walk.fill("web.track_label", case_number.format(waiting)).fill(
        "pages_prove.last_label", "0000" if last != "0000" else "1111"
    )
    walk.press("web.track_button").reads("pages_prove.no_such_pair")
    walk.fill("pages_prove.last_label", last).press("web.track_button")
    assert case_number.format(waiting) in walk.page.content()
    if not options:
        walk.press("pages_prove.other_language")
        walk.lang = "en"
        assert case_number.format(waiting) in walk.page.content()
    assert last not in walk.page.url


def test_from_the_form_to_the_credited_money_each_at_their_own_window(
    enter: Open, window: Open, node: Served, waiting: str
) -> None:
    case = f"/desk/cases/{waiting}/"
    clerk, reviewer, finance = (enter(name) for name in ("杨丽华", "段志强", "李云芳"))
    clerk.go("/desk/").disturb()
    clerk.follow(case_number.format(waiting)).at(case).disturb()
    clerk.press("doors.act_issue_form").at(case).reads("doors.needs_other")
    clerk.disturb(by_address=False)
    assert not clerk.button("doors.agree").count(), "nobody agrees with themselves"
    finance.go(case)
    assert not finance.button("doors.agree").count()
    reviewer.go("/desk/").reads("doors.reviews_h").disturb()
    reviewer.go(case).disturb().press("doors.agree").at(case)
    assert node.row("SELECT record_state FROM file WHERE case_no = %s AND side = 'origin'", waiting) == (
        "form_sent",
    )
    stands = "SELECT count(*) FROM money_track WHERE agency = '530300' AND is_open AND way IN ('out', 'back') AND state = %s"
    (due,) = node.row(stands, "due")
    reviewer.go("/desk/batch/").disturb().press("doors.batch_review", n=due)
    (reviewed,) = node.row(stands, "reviewed")
    finance.go("/desk/batch/").disturb().press("doors.batch_send", n=reviewed)
    state = "SELECT m.state FROM money_track m WHERE case_no = %s AND agency = %s"
    assert node.row(state, waiting, "530300") == ("ordered",)
    credited = (
        "SELECT count(*) FROM money_track WHERE case_no = %s AND agency = '510100' AND state = 'credited'"
    )
    for _ in range(MOST_DAYS):
        if node.row(credited, waiting) == (1,):
            break
        clerk.go("/demonstration/").press("web.next_day")
    assert node.row(credited, waiting) == (1,)
    node.command("verify")
    window("en").go(f"/cases/{waiting}/").disturb()

"""The guide as pages, the way a person goes: from the front page through the questions to the answer, and back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from itertools import pairwise

import django
import pytest
from django.db import connections
from django.test import Client

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.situations import situation_of
from jiexu.guide.answer import Guide, answer
from jiexu.guide.situation import Topic
from jiexu.texts import LANGS, Lang, say
from jiexu.web.guide.questions import QUESTIONS
from jiexu.wording.guide import Words
from page_reader import LARGEST, Page

TODAY = date(2026, 11, 30)
Typed = dict[str, str | list[str]]
TAGS = re.compile(r"<[^>]+>")
TYPED: dict[str, Typed] = {
    "wants": {},
    "from_scheme": {"answer": "employee"},
    "to_scheme": {"answer": "employee"},
    "status": {"answer": "stopped"},
    "joined_on": {"answer": "yes", "year": "2026", "month": "11", "day": "2"},
    "last_paid": {"year": "2026", "month": "9"},
    "first_paid": {"year": "2026", "month": "11"},
    "payer": {"answer": "employer"},
    "history": {
        "area": "曲靖",
        "scheme": "employee",
        "kind": "paid",
        "first_year": "2019",
        "first_month": "7",
        "last_year": "2026",
        "last_month": "9",
        "done": "1",
    },
    "birth": {"year": "1988", "month": "3", "day": "4"},
    "sex": {"answer": "female"},
    "group": {"answer": "woman_55"},
    "base": {"answer": "4588"},
    "insured_months": {"answer": "87"},
    "balance": {"answer": "3208.55"},
}
"""What somebody who moves from Qujing to Chengdu writes under each question."""
TOLD = {
    "from": "曲靖",
    "to": "成都",
    "from_scheme": "employee",
    "to_scheme": "employee",
    "status": "stopped",
    "joined_on": "2026-11-02",
    "last_paid": "2026-09",
    "first_paid": "2026-11",
    "history": [{"area": "曲靖", "scheme": "employee", "months": "2019-07..2026-09", "kind": "paid"}],
    "birth": "1988-03-04",
    "sex": "female",
    "group": "woman_55",
    "balance": "3208.55",
}
"""The same as the guide is told it."""


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A visitor on one day, without any database: no page of the guide asks one."""
    monkeypatch.setenv("JIEXU_TODAY", TODAY.isoformat())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    before = {alias: dict(connections[alias].settings_dict) for alias in connections}
    for alias in before:
        connections[alias].settings_dict.update({"HOST": "127.0.0.1", "PORT": "1"})
    yield Client(SERVER_NAME="localhost")
    for alias, kept in before.items():
        connections[alias].settings_dict.update(kept)


def page(browser: Client, address: str) -> str:
    """A page that is there, whole, small and quiet."""
    response = browser.get(address, follow=True)
    html: str = response.content.decode()
    assert response.status_code == 200, (address, response.status_code)
    read = Page(html)
    assert (read.faults, read.headings, read.unlabelled) == ([], 1, []), address
    assert len(response.content) < LARGEST, (address, len(response.content))
    return html


def words_of(html: str) -> str:
    """What is read on a page."""
    return " ".join(unescape(TAGS.sub("", html)).split())


def interview(browser: Client, **other: Typed) -> list[str]:
    """Answers every question as it comes; the words asked, in order. ``other``: what is typed differently."""
    browser.get("/guide/start/", {"from": "曲靖", "to": "成都"})
    asked = []
    while not (at := browser.get("/guide/").headers["Location"]).endswith("/answer/"):
        word = at.strip("/").rpartition("/")[2]
        assert word not in asked, f"{word} is asked again"
        asked.append(word)
        page(browser, at)
        assert browser.post(at, {**TYPED, **other}[word]).status_code == 303
    return asked


def guide_of(**told: object) -> Guide:
    """The guide's own answer on that day."""
    return answer(
        situation_of({**TOLD, **told}),
        policy=shipped_policy(),
        calendar=working_days(),
        areas=areas(),
        on=TODAY,
    )


# ---------------------------------------------------------------- front


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", ["standard", "elder"])
def test_the_front_page_needs_no_database_and_says_what_it_is_for(
    browser: Client, lang: Lang, view: str
) -> None:
    html = page(browser, f"/?lang={lang}&view={view}")
    assert say(lang, "pages_guide.front_h") in html
    assert ('data-view="elder"' in html) == (view == "elder")
    assert html.count("<form") == 1


def test_the_large_text_is_remembered_until_the_standard_is_chosen(browser: Client) -> None:
    assert 'data-view="elder"' not in page(browser, "/")
    page(browser, "/?view=elder")
    assert 'data-view="elder"' in page(browser, "/")
    page(browser, "/?view=standard")
    assert 'data-view="elder"' not in page(browser, "/")


def test_what_is_often_said_and_wrong_stands_beside_the_right_rule_and_its_article(browser: Client) -> None:
    html = page(browser, "/")
    for name in ("money_in_days", "years_reset", "cash_at_counter"):
        assert say("zh", f"myths.{name}.claim") in html
    assert "医保办发〔2021〕43号" in html


# ---------------------------------------------------------------- the interview


def test_the_questions_are_those_of_the_guide_and_no_others(browser: Client) -> None:
    asked = interview(browser)
    assert asked[0] == "wants"
    assert set(asked[1:]) == set(TOLD) - {"from", "to", "balance"}
    assert guide_of(balance=None).questions == ()


def test_who_asks_about_little_is_asked_little(browser: Client) -> None:
    assert interview(browser, wants={"answer": ["time"]}) == ["wants"]


def test_i_do_not_know_is_an_answer_to_every_question_and_is_not_asked_again(browser: Client) -> None:
    asked = interview(
        browser, **{word: {"answer": "unknown", "unknown": "1"} for word in QUESTIONS if word != "wants"}
    )
    html = page(browser, "/guide/answer/")
    assert say("zh", "pages_guide.more_open") in html
    assert 'href="/guide/from_scheme/"' in html
    assert len(asked) < len(TOLD)


def test_answers_outlive_reload_language_way_back_and_a_new_server(browser: Client) -> None:
    interview(browser)
    first = page(browser, "/guide/answer/?lang=zh")
    assert words_of(page(browser, "/guide/answer/")) == words_of(first)
    assert "Qujing" in page(browser, "/guide/answer/?lang=en")
    assert 'value="employee" checked' in page(browser, "/guide/to_scheme/?lang=zh").replace("  ", " ")
    again = Client(SERVER_NAME="localhost")
    again.cookies["guide"] = browser.cookies["guide"].value
    assert words_of(page(again, "/guide/answer/")) == words_of(first)


def test_a_changed_answer_keeps_the_others(browser: Client) -> None:
    interview(browser)
    browser.post("/guide/status/", {"answer": "insured"})
    html = page(browser, "/guide/answer/")
    assert say("zh", "pages_guide.headline.not_yet") in html
    assert "3,208.55" not in html
    assert "2026-09" in html


def test_each_question_leads_back_to_the_one_before(browser: Client) -> None:
    asked = ["from", "to", *interview(browser)]
    for before, word in pairwise(asked):
        assert f'class="back" href="/guide/{before}/"' in page(browser, f"/guide/{word}/")


@pytest.mark.parametrize(
    ("word", "typed", "says"),
    [
        ("last_paid", {"year": "2026", "month": "13"}, "13"),
        ("last_paid", {"year": "26", "month": "9"}, "2026"),
        ("birth", {"year": "2026", "month": "2", "day": "30"}, "2026-02-30"),
        ("status", {}, "不知道"),
        ("base", {"answer": "四千"}, "四千"),
        ("balance", {"answer": ""}, "跳过"),
        ("history", {"area": "曲靖", "first_year": "2020", "first_month": "x", "add": "1"}, "12"),
        ("accepted_on", {"year": "2999", "month": "1", "day": "5"}, "2999"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field_and_nothing_is_lost(
    browser: Client, word: str, typed: dict[str, str], says: str
) -> None:
    browser.get("/guide/start/", {"from": "曲靖", "to": "成都"})
    answered = browser.post(f"/guide/{word}/", typed)
    assert answered.headers["Location"] == f"/guide/{word}/"
    for _ in ("shown", "reloaded"):
        html = page(browser, f"/guide/{word}/")
        assert 'class="error-summary"' in html
        assert says in words_of(html)
        for name, given in typed.items():
            assert name == "add" or not given or f'value="{given}"' in html
    assert 'class="error-summary"' in page(browser, f"/guide/{word}/?lang=en")


def test_contradictions_are_met_where_they_are_made(browser: Client) -> None:
    browser.get("/guide/start/", {"from": "曲靖", "to": "成都"})
    browser.post("/guide/form_received_on/", {"year": "2026", "month": "11", "day": "3"})
    browser.post("/guide/accepted_on/", {"year": "2026", "month": "11", "day": "20"})
    html = page(browser, "/guide/accepted_on/")
    assert "2026-11-20" in html
    assert 'class="error-summary"' in html


@pytest.mark.parametrize("written", ["qujing", "530300", "曲靖市", "云南曲靖", "宣威"])
def test_a_place_may_be_written_in_any_way(browser: Client, written: str) -> None:
    browser.get("/guide/start/", {"from": written, "to": "成都"})
    assert browser.get("/guide/").headers["Location"] == "/guide/wants/"


def test_a_name_of_several_places_is_asked_and_the_choice_goes_on(browser: Client) -> None:
    started = browser.get("/guide/start/", {"from": "朝阳", "to": "成都"})
    assert started.headers["Location"] == "/guide/from/"
    html = page(browser, "/guide/from/")
    assert 'class="error-summary"' in html
    codes = re.findall(r'type="radio" name="answer" id="a-\d+" value="(\d{6})"', html)
    assert len(codes) > 1
    assert browser.post("/guide/from/", {"answer": codes[0]}).headers["Location"] == "/guide/wants/"


def test_a_place_nobody_knows_is_asked_again_with_a_sentence(browser: Client) -> None:
    browser.get("/guide/start/", {"from": "没有这个地方", "to": "成都"})
    html = page(browser, "/guide/from/")
    assert say("zh", "areas.unknown_name", text="没有这个地方") in html
    assert 'value="没有这个地方"' in html


def test_months_are_told_stretch_by_stretch_and_can_be_taken_out(browser: Client) -> None:
    browser.get("/guide/start/", {"from": "曲靖", "to": "成都"})
    row = {**TYPED["history"], "add": "1"}
    row.pop("done")
    browser.post("/guide/history/", row)
    browser.post("/guide/history/", {**row, "area": "昆明", "first_year": "2015", "last_year": "2018"})
    html = page(browser, "/guide/history/")
    assert html.count('name="out"') == 2
    browser.post("/guide/history/", {"out": "0"})
    html = page(browser, "/guide/history/")
    assert html.count('name="out"') == 1
    assert "昆明" in html


def test_answers_can_be_cleared(browser: Client) -> None:
    interview(browser)
    browser.post("/guide/forget/")
    assert browser.get("/guide/answer/").headers["Location"] == "/guide/from/"


def test_a_cookie_that_is_not_ours_is_no_answer(browser: Client) -> None:
    interview(browser)
    kept = browser.cookies["guide"].value
    for strange in (kept[:-1] + ("A" if kept[-1] != "A" else "B"), "nonsense", ""):
        browser.cookies["guide"] = strange
        assert browser.get("/guide/answer/").headers["Location"] == "/guide/from/"


# ---------------------------------------------------------------- the answer


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", ["standard", "elder"])
def test_the_answer_says_every_sentence_of_the_guide_and_opens_its_article(
    browser: Client, lang: Lang, view: str
) -> None:
    interview(browser)
    browser.post("/guide/balance/", TYPED["balance"])
    read = words_of(page(browser, f"/guide/answer/?lang={lang}&view={view}"))
    words = Words(lang, shipped_policy().parameters)
    guide = guide_of()
    said = [one for topic, some in guide.topics for one in some if topic is not Topic.MYTHS]
    assert len(said) > 50
    for sentence in said:
        assert " ".join(words.plain(sentence).split()) in read, sentence.key
        for line in words.legal(sentence):
            assert " ".join(line.split()) in read, (sentence.key, line)
    myths = words_of(page(browser, f"/guide/answer/myths/?lang={lang}"))
    assert all(words.plain(one) in myths for one in dict(guide.topics)[Topic.MYTHS])


def test_days_by_law_are_solid_promises_dashed_and_what_has_no_day_dotted(browser: Client) -> None:
    interview(browser)
    html = page(browser, "/guide/answer/")
    line = html[html.index('class="timeline line"') :]
    assert '<li class="legal">' in line
    assert '<li class="own">' in line
    assert '<li class="none">' in line
    assert 'deadline--none"' in line


def test_numbers_to_call_can_be_touched(browser: Client) -> None:
    interview(browser)
    assert 'href="tel:12393"' in page(browser, "/guide/answer/").partition('id="where"')[2]


def test_what_is_not_known_stands_in_a_dotted_box_and_rivals_side_by_side(browser: Client) -> None:
    interview(browser)
    html = page(browser, "/guide/answer/")
    assert 'class="unknown unknown--told"' in html
    assert 'class="conflict"' in html
    assert '<li class="used">' in html


def test_the_months_told_are_drawn(browser: Client) -> None:
    interview(browser)
    html = page(browser, "/guide/answer/")
    assert '<table class="months">' in html
    assert "87" in html


def test_a_place_with_itself_needs_no_transfer(browser: Client) -> None:
    browser.get("/guide/start/", {"from": "成都", "to": "成都"})
    browser.post("/guide/wants/", {})
    assert say("zh", "pages_guide.headline.no_need") in page(browser, "/guide/answer/")


def test_the_answer_can_be_taken_along(browser: Client) -> None:
    interview(browser)
    days = browser.get("/guide/answer.ics")
    assert days.headers["Content-Type"].startswith("text/calendar")
    assert days.content.count(b"BEGIN:VEVENT") == sum(one.due is not None for one in guide_of().sentences)
    text = browser.get("/guide/answer.txt").content.decode()
    assert "R-032" in text
    assert " open>" in page(browser, "/guide/answer/?paper=1")


def test_nothing_about_the_person_is_in_any_address(browser: Client) -> None:
    interview(browser)
    browser.post("/guide/balance/", TYPED["balance"])
    personal = ("1988", "3208", "woman", "female", "2019")
    for address in ("/guide/answer/", "/guide/share/?with=first_paid&with=birth", "/guide/birth/"):
        html = page(browser, address)
        for link in re.findall(r'(?:href|action)="([^"]*)"', html):
            assert not any(each in link for each in personal), link
    shared = re.search(r'id="link" value="([^"]*)"', page(browser, "/guide/share/?with=first_paid"))
    assert shared is not None
    link = unescape(shared.group(1))
    assert "first_paid=2026-11" in link
    assert not any(each in link for each in personal)


def test_a_link_answers_by_itself_and_leaves_the_readers_own_answers_alone(browser: Client) -> None:
    interview(browser)
    kept = browser.cookies["guide"].value
    html = page(
        browser,
        "/guide/shared/?from=440300&to=110000&from_scheme=employee&to_scheme=employee&on=2026-11-23",
    )
    assert "深圳" in html
    assert (
        Words("zh", {}).no_decision(guide_of(**{"from": "深圳", "to": "北京"})).replace("30日", "23日")
        in html
    )
    assert browser.cookies["guide"].value == kept
    assert browser.get("/guide/shared/?from=530300&to=510100&on=yesterday").status_code == 404
    assert browser.get("/guide/shared/?from=530300&to=510100&from_scheme=gold").status_code == 400
    assert browser.get("/guide/shared/").status_code == 400


def test_addresses_that_are_no_question_are_refused(browser: Client) -> None:
    assert browser.get("/guide/name/").status_code == 404
    assert browser.get("/guide/answer.ics").status_code == 404
    assert browser.post("/guide/answer/").status_code == 405

"""The law as pages: places, calculators, rules. No page of these asks a database."""

from __future__ import annotations

import os
import re
from html import unescape

import django
import pytest
from django.test import Client

from jiexu.gateways.policyfiles.facts import shipped_policy, shipped_sources
from jiexu.gateways.policyfiles.names import names_of, shipped_names
from jiexu.guide.forms import FormKind
from jiexu.guide.letters import LetterKind
from jiexu.guide.myths import MYTHS
from jiexu.rules.registry import RULES
from jiexu.texts import LANGS, Lang, catalogue, say
from jiexu.usecases.calculators import CALCULATORS
from jiexu.usecases.calculators.fields import Field, Kind
from jiexu.wording.finding import known_places
from page_reader import LARGEST, Page


@pytest.fixture
def browser() -> Client:
    """A visitor who signed in nowhere."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    return Client(SERVER_NAME="localhost")


def get(browser: Client, address: str, lang: Lang = "zh", status: int = 200) -> str:
    """The page at an address, after looking at it as every page is looked at."""
    answer = browser.get(address, headers={"accept-language": lang})
    assert answer.status_code == status, address
    return looked_at(answer.content, address)


def looked_at(content: bytes, address: str) -> str:
    assert len(content) < LARGEST, address
    html = content.decode()
    read = Page(html)
    assert (read.faults, read.headings, read.unlabelled) == ([], 1, []), address
    return unescape(html)


# ---------------------------------------------------------------- places


@pytest.mark.parametrize("lang", LANGS)
def test_every_place_with_records_has_a_whole_page(browser: Client, lang: Lang) -> None:
    for code in sorted({area for _, area in shipped_policy().facts}):
        get(browser, f"/areas/{code}/", lang)
    for address in ("/areas/", "/areas/nation/?group=pension", "/areas/440300/310000/"):
        get(browser, address, lang)


@pytest.mark.parametrize("asked", ["曲靖", "qujing", "Qujing", "530300", "530302", "曲靖市"])
def test_a_place_is_found_by_name_pinyin_and_code(browser: Client, asked: str) -> None:
    answer = browser.get("/areas/", {"q": asked})
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/areas/530300/")


def test_an_old_name_leads_to_the_place_of_today_and_says_so(browser: Client) -> None:
    answer = browser.get("/areas/", {"q": "襄樊"}, follow=True)
    html = looked_at(answer.content, "/areas/?q=襄樊")
    assert answer.redirect_chain[0][0].startswith("/areas/420600/")
    assert say("zh", "pages_law.note_read_as", name="襄阳") in html


def test_a_name_that_several_places_share_is_asked_and_one_nobody_has_is_not_found(browser: Client) -> None:
    html = get(browser, "/areas/?q=朝阳")
    assert 'href="/areas/110000/"' in html
    assert 'href="/areas/211300/"' in html
    html = get(browser, "/areas/?q=亚特兰蒂斯", status=404)
    assert say("zh", "areas.unknown_name", text="亚特兰蒂斯") in html


def test_a_code_nobody_has_is_said_in_a_sentence(browser: Client) -> None:
    assert say("en", "pages_law.no_area", code="999999") in get(browser, "/areas/999999/", "en", 404)
    assert say("en", "pages_law.no_area", code="999999") in get(browser, "/areas/310000/999999/", "en", 404)


def test_rival_values_stand_side_by_side_with_why_one_is_used(browser: Client) -> None:
    rival = next(
        fact
        for facts in shipped_policy().facts.values()
        for fact in facts
        if fact.rivals and fact.area == "110000" and fact.value is not None
    )
    html = get(browser, "/areas/110000/")
    assert say("zh", "pages_law.used") in html
    assert say("zh", "pages_law.not_used") in html
    assert str(rival.rivals[0].why.zh) in html
    english = get(browser, "/areas/110000/", "en")
    assert str(rival.rivals[0].why.en) in english
    assert str(rival.rivals[0].why.zh) not in english


def test_what_is_not_known_is_said_with_whom_to_ask(browser: Client) -> None:
    html = get(browser, "/areas/440300/")
    assert say("zh", "pages_law.missing_h") in html
    assert say("zh", "pages_law.ask_here", name="深圳") in html
    assert 'href="tel:12393"' in html


def test_a_day_before_our_data_began_is_marked_and_a_day_that_is_none_is_said(browser: Client) -> None:
    began = shipped_policy().began
    html = get(browser, "/areas/310000/?known=2020-01-01", "en")
    assert say("en", "policy.reconstructed_head", began=began) in html
    assert say("en", "policy.bad_day", text="2026-13-01") in get(
        browser, "/areas/310000/?on=2026-13-01", "en"
    )


def test_another_day_shows_another_value(browser: Client) -> None:
    """Shenzhen's lower bound changed; the page of each day shows its own."""
    ended = next(
        fact
        for facts in shipped_policy().facts.values()
        for fact in facts
        if fact.area != "nation" and fact.until is not None and fact.withdrawn is None and fact.value is not None
        and f"{fact.until}" < "2026-01-01" and fact.start_known
    )  # fmt: skip
    then = get(browser, f"/areas/{ended.area}/?on={ended.until}", "en")
    now = get(browser, f"/areas/{ended.area}/?on=2026-11-30", "en")
    assert f"{ended.start} to {ended.until}" in then
    assert f"{ended.start} to {ended.until}" not in now
    whole = get(browser, f"/areas/{ended.area}/history/{ended.parameter}/", "en")
    assert f"{ended.start} to {ended.until}" in whole


def test_a_value_without_a_stated_end_says_so_in_its_history(browser: Client) -> None:
    fact = next(
        fact
        for facts in shipped_policy().facts.values()
        for fact in facts
        if fact.area == "310000" and fact.until is None and fact.start_known
    )
    html = get(browser, f"/areas/310000/history/{fact.parameter}/")
    assert say("zh", "pages_law.end_not_stated") in html
    assert say("zh", "pages_law.no_parameter", name="no.such") in get(
        browser, "/areas/310000/history/no.such/", status=404
    )


def test_two_places_are_compared_by_whatever_name_the_other_is_given(browser: Client) -> None:
    answer = browser.get("/areas/310000/compare/", {"with": "深圳"})
    assert answer.headers["Location"] == "/areas/310000/440300/"
    html = get(browser, "/areas/310000/440300/")
    assert say("zh", "pages_law.differs") in html
    assert {"310000", "440300"} <= known_places()


# ---------------------------------------------------------------- calculators

LATE_FEE = {
    "arrears_fen": "1000",
    "first_day": "2026-09-01",
    "last_day": "2026-09-30",
    "payer": "employer",
}


def send(browser: Client, name: str, given: dict[str, str], status: int = 200) -> str:
    address = f"/calc/{name}/"
    answer = browser.post(address, given, headers={"accept-language": "en"})
    assert answer.status_code == status
    return looked_at(answer.content, address)


@pytest.mark.parametrize("lang", LANGS)
def test_every_calculator_has_a_form_with_a_label_for_every_field(browser: Client, lang: Lang) -> None:
    listed = get(browser, "/calc/", lang)
    for name, calculator in CALCULATORS.items():
        assert f'href="/calc/{name}/"' in listed
        html = get(browser, f"/calc/{name}/", lang)
        assert all(f'name="{field.name}"' in html for field in calculator.fields)


def test_a_calculator_shows_the_answer_then_every_line_with_its_article(browser: Client) -> None:
    html = send(browser, "latefee", LATE_FEE)
    closing = "The employer owes a late fee of 15.00 yuan, 1,015.00 yuan with the arrears."
    line = "2026-09-01 to 2026-09-30: 1,000.00 yuan × 0.05 % a day × 30 days = 15.00 yuan."
    assert html.index(closing) < html.index(line) < html.index("article 86")
    assert say("en", "calc.not_official") in html
    assert 'value="1000"' in html, "what was written stands in the form again"


def test_what_is_missing_or_unreadable_is_named_above_and_at_its_field(browser: Client) -> None:
    html = send(browser, "latefee", {**LATE_FEE, "arrears_fen": "many", "last_day": ""}, 422)
    assert html.index('href="#f-arrears_fen"') < html.index('id="f-arrears_fen"')
    assert html.count(say("en", "calc.needed")) == 2
    assert 'value="many"' in html
    assert say("en", "calc.error_h") in html


def test_every_field_of_every_calculator_refuses_what_cannot_be_read(browser: Client) -> None:
    for name, calculator in CALCULATORS.items():
        given = {field.name: "?!" for field in calculator.fields}
        html = send(browser, name, given, 422)
        found = re.findall(r'<a href="#f-(\w+)"', html)
        # A name may be any words.
        read = [each for each in (*_needed(name), *_optional(name)) if each.kind is not Kind.TEXT]
        assert found == [each.name for each in read], name


def _needed(name: str) -> list[Field]:
    return [field for field in CALCULATORS[name].fields if field.required]


def _optional(name: str) -> list[Field]:
    return [field for field in CALCULATORS[name].fields if not field.required]


def test_a_field_that_another_makes_needed_is_asked_for(browser: Client) -> None:
    html = send(browser, "withdrawal", {"named": "medical-death", "all_steps_done": "no"}, 422)
    assert 'href="#f-area"' in html


def test_a_day_no_rule_covers_and_months_given_twice_are_said(browser: Client) -> None:
    html = send(browser, "deadline", {"accepted_on": "1990-01-01"}, 422)
    assert say("en", "calc.outside") in html
    html = send(browser, "pension-transfer", {"paid": "2020-01~2020-02=100\n2020-02~2020-03=100"}, 422)
    assert "2020-02~2020-03" in html


def test_the_answer_can_be_read_in_the_other_language_with_nothing_lost(browser: Client) -> None:
    html = send(browser, "latefee", LATE_FEE)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))
    assert {key: hidden[key] for key in LATE_FEE} == LATE_FEE
    again = browser.post("/calc/latefee/?lang=zh", LATE_FEE).content.decode()
    assert "用人单位要付滞纳金 15.00 元" in again


def test_no_calculator_keeps_or_shows_in_its_address_what_was_written(browser: Client) -> None:
    answer = browser.post("/calc/latefee/", LATE_FEE)
    assert answer.status_code == 200, "no redirect to an address with inputs"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "1000" not in str(answer.cookies)


def test_a_calculator_nobody_knows_is_said_in_a_sentence(browser: Client) -> None:
    assert say("zh", "calc.no_calculator", name="tax") in get(browser, "/calc/tax/", status=404)


# ---------------------------------------------------------------- rules, documents, errors, terms


@pytest.mark.parametrize("lang", LANGS)
def test_every_rule_and_every_document_of_it_has_a_page(browser: Client, lang: Lang) -> None:
    listed = get(browser, "/rules/", lang)
    for rule_id in [*RULES][::20]:
        html = get(browser, f"/rules/{rule_id}/", lang)
        assert say(lang, f"rules.{rule_id}") in listed
        assert all(say(lang, f"outcomes.{rule_id}.{each}") in html for each in RULES[rule_id].rule.outcomes)
        for article in RULES[rule_id].rule.articles:
            get(browser, f"/sources/{article.partition(':')[0]}/", lang)
    assert all(f'href="/rules/{rule_id}/"' in listed for rule_id in RULES)


def test_a_rule_is_opened_by_its_number_however_it_is_written(browser: Client) -> None:
    for written in ("/rules/56/", "/rules/r-56/", "/rules/?q=R56"):
        assert browser.get(written).headers["Location"] == "/rules/R-056/"
    assert "R-056" in get(browser, "/rules/?q=R-05x", "en", 404)


def test_a_rule_shows_the_facts_it_reads_at_a_place(browser: Client) -> None:
    html = get(browser, "/rules/R-056/?area=深圳", "en")
    assert say("en", "pages_law.reads_h", place="Shenzhen", day="").rstrip() in html
    get(browser, "/rules/R-056/?area=亚特兰蒂斯", "en", 404)


@pytest.mark.parametrize("lang", LANGS)
def test_the_lists_of_documents_errors_and_terms_are_whole(browser: Client, lang: Lang) -> None:
    pages = [get(browser, f"/sources/?page={at}", lang) for at in range(1, 7)]
    shown = {key for html in pages for key in re.findall(r'href="/sources/([^/"]+)/"', html)}
    assert shown == set(shipped_sources())
    html = get(browser, "/errors/", lang)
    assert html.count('class="claim"') == len(MYTHS)
    html = get(browser, "/glossary/", lang)
    former = html.count('<div id="name-')
    assert former > 10
    assert html.count("<dt>") == len(catalogue("terms")) + former


def test_a_document_is_found_by_a_word_of_its_title_and_an_unknown_one_is_said(browser: Client) -> None:
    assert 'href="/sources/nhsa-2021-43/"' in get(browser, "/sources/?q=转移接续暂行办法")
    assert say("zh", "pages_law.no_source", key="x") in get(browser, "/sources/x/", status=404)
    assert say("zh", "pages_law.no_sources", asked="zzzz") in get(browser, "/sources/?q=zzzz")
    get(browser, "/sources/?page=%C2%B2")


def test_every_error_names_the_rule_that_is_right(browser: Client) -> None:
    html = get(browser, "/errors/", "en")
    assert all(f'href="/rules/{myth.rule.id}/"' in html for myth in MYTHS)


# ---------------------------------------------------------------- letters and the table of places

LATE = {"origin": "曲靖", "destination": "成都", "accepted_on": "2026-11-24", "on": "2026-12-20"}


@pytest.mark.parametrize("lang", LANGS)
def test_every_letter_has_a_form_and_is_written_from_it(browser: Client, lang: Lang) -> None:
    listed = get(browser, "/letters/", lang)
    for kind in LetterKind:
        assert f'href="/letters/{kind}/"' in listed
        get(browser, f"/letters/{kind}/", lang)
        answer = browser.post(f"/letters/{kind}/", LATE, headers={"accept-language": lang})
        assert answer.status_code == 200
        assert "______" in looked_at(answer.content, f"/letters/{kind}/"), "what is personal is left blank"


def test_a_letter_is_not_written_before_its_day_and_says_when(browser: Client) -> None:
    for given, sentence in (
        ({**LATE, "on": "2026-12-01"}, "2026-12-08"),
        ({**LATE, "accepted_on": ""}, say("en", "calc.needed")),
        ({**LATE, "destination": "朝阳"}, "Chaoyang 211300"),
    ):
        answer = browser.post("/letters/complaint/", given, headers={"accept-language": "en"})
        assert answer.status_code == 422
        assert sentence in looked_at(answer.content, "/letters/complaint/")
    assert say("zh", "pages_letters.no_letter", kind="love") in get(browser, "/letters/love/", status=404)


def test_years_in_several_places_stand_in_one_table(browser: Client) -> None:
    given = {
        "paid": "广州=2004-03~2012-06\n上海=2012-07~2020-12\n曲靖=2021-01~2026-09",
        "origin": "曲靖",
        "destination": "成都",
        "birth": "1970-05-17",
        "group": "man",
        "on": "2026-11-23",
    }
    get(browser, "/plan/", "en")
    answer = browser.post("/plan/", given, headers={"accept-language": "en"})
    html = looked_at(answer.content, "/plan/")
    found = re.findall(r'<th scope="row">([^<]+)</th><td>(\d+)</td>', html)
    assert dict(found) == {"Guangzhou": "100", "Shanghai": "102", "Qujing": "69", "Chengdu": "0"}
    assert browser.post("/plan/", {**given, "paid": ""}).status_code == 422


FORM = {
    "applicant": "person", "name": "王小明", "document_number": "000000199003071236", "phone": "1380", "origin": "曲靖",
    "destination": "成都", "last_month": "2026-10", "first_month": "2026-11", "serial": "7", "months": "2018-03~2026-10",
    "account": "31200", "pooled": "46800", "statement": "attached", "applied_on": "2026-11-02", "letter_on": "2026-11-04",
    "grounds": "drawing", "scheme": "310", "since": "2026-11", "on": "2026-11-10",
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_every_form_is_filled_from_its_page_and_says_by_which_names_it_goes(
    browser: Client, lang: Lang
) -> None:
    listed = get(browser, "/letters/", lang)
    for kind in FormKind:
        assert f'href="/forms/{kind}/"' in listed
        asked = get(browser, f"/forms/{kind}/", lang)
        assert all(name in asked for name in names_of(kind.value))
        answer = browser.post(f"/forms/{kind}/", FORM, headers={"accept-language": lang})
        paper = looked_at(answer.content, f"/forms/{kind}/")
        assert answer.status_code == 200, kind
        assert "王小明" in paper


def test_a_form_with_a_blank_is_not_made_and_names_the_field(browser: Client) -> None:
    for given, sentence in (
        ({**FORM, "applicant": "employer"}, say("en", "calc.needed")),
        ({**FORM, "phone": ""}, say("en", "calc.needed")),
        ({**FORM, "name": "王" * 61}, say("en", "calc.bad_text", most=60)),
        ({**FORM, "document_number": "?"}, say("en", "calc.bad_document")),
    ):
        answer = browser.post("/forms/pension-application/", given, headers={"accept-language": "en"})
        assert answer.status_code == 422
        assert sentence in looked_at(answer.content, "/forms/pension-application/")
    before = {**FORM, "applied_on": "2026-11-11", "on": "2009-11-10"}
    answer = browser.post("/forms/pension-letter/", before, headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert say("zh", "pages_letters.no_letter", kind="love") in get(browser, "/forms/love/", status=404)


def test_former_names_stand_in_the_glossary(browser: Client) -> None:
    html = get(browser, "/glossary/")
    assert all(name in html for one in shipped_names().values() for name in one.also)

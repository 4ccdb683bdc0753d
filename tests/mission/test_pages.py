"""What the public pages say that no command does: what this is not, whom to ask, for what data are used, two places apart."""

from __future__ import annotations

import os
from html import unescape

import django
import pytest
from django.test import Client

from jiexu.texts import LANGS, Lang, say

PUBLIC = (
    "/areas/310000/",
    "/calc/",
    "/letters/",
    "/plan/",
    "/rules/R-056/",
    "/errors/",
    "/terms/",
    "/privacy/",
)


@pytest.fixture
def visitor() -> Client:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    return Client(SERVER_NAME="localhost")


def page(visitor: Client, address: str, lang: Lang) -> str:
    answer = visitor.get(address, headers={"accept-language": lang})
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


@pytest.mark.parametrize("lang", LANGS)
def test_every_page_says_that_it_is_no_decision_and_whom_to_ask(visitor: Client, lang: Lang) -> None:
    """S000-047 no decision of an agency, and the line that reaches the agency of the place."""
    for address in PUBLIC:
        html = page(visitor, address, lang)
        assert say(lang, "web.no_decision") in html, address
        assert 'href="tel:12393"' in html, address
    given = {"amount_fen": "100", "asked_at": "2026-11-23 10:00"}
    answer = visitor.post("/calc/wallet/", given, headers={"accept-language": lang})
    assert say(lang, "calc.not_official") in unescape(answer.content.decode())


@pytest.mark.parametrize("lang", LANGS)
def test_the_terms_say_that_nothing_here_is_medical_advice(visitor: Client, lang: Lang) -> None:
    """S003-020 nothing on what to eat or take, and a word that this is no medical advice."""
    assert say(lang, "pages_service.terms_2") in page(visitor, "/terms/", lang)


@pytest.mark.parametrize("lang", LANGS)
def test_each_purpose_has_a_privacy_notice_and_health_and_money_their_own_consent(
    visitor: Client, lang: Lang
) -> None:
    """S002-064 terms and a notice for each purpose: what, on what ground, how long, who sees it."""
    html = page(visitor, "/privacy/", lang)
    for purpose in ("guide", "track", "verify", "fault", "transfer", "upload", "evidence"):
        for part in ("what", "ground", "kept", "seen"):
            assert say(lang, f"pages_service.privacy_{purpose}_{part}") in html
    assert say(lang, "outcomes.LAW-02.SEPARATE_CONSENT") in html
    assert page(visitor, "/terms/", lang)


def test_two_places_stand_side_by_side_in_years_waiting_and_balance(visitor: Client) -> None:
    """S000-046 required years, waiting and what becomes of the balance, of two places beside each other."""
    html = page(visitor, "/areas/440300/110000/", "en")
    for name in ("ee.retire.total_years", "pa.intra_mode", "lapse.grace_months", "lapse.benefit_from_month"):
        assert say("en", f"parameters.{name}") in html

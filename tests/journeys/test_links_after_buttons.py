"""A page that answered a button says the same in the other language and at the other scale, at an address that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest

from door_cast import OWN, Cast, knocking, signed_in
from jiexu.usecases.doors import Role
from jiexu.web.routes import Route
from office_cast import GUANGZHOU, QUJING
from route_examples import example

ENDS = frozenset({"account_logout"})
LINK = re.compile(r'<a class="switch[^"]*" href="([^"]*)"')
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
ALERT = re.compile(r'role="alert"[^>]*>(.*?)</div>', re.DOTALL)
REFUSED: dict[str, list[dict[str, str]]] = {
    "desk_ask": [{"verb": "credit", "leg": "1"}],
    "desk_number": [{"why": "call", "words": ""}, {"why": "", "words": ""}],
    "review_back": [{"why": " "}],
    "review_agree": [{"seen": "0"}],
    "identity_back": [{"why": " "}],
    "batch_review": [{"seen": "another list"}],
    "batch_send": [{"seen": "another list"}],
    "receipt_ask": [{"receipt": "R1"}],
    "filter_keep": [{"name": "", "due": "late"}],
    "papers_print": [{"kind": "form"}],
    "papers_handed": [{"whom": "person", "way": "counter"}],
    "my_contact_code": [{"code": "000000"}],
    "desk_sit": [{"desk": "110000"}],
    "mine_ask": [{"place": "530300", "scheme": "310", "first": "2020-03", "last": "2020-05", "right": "x", "why": "y"}],
}  # fmt: skip
"""What is sent with some buttons, so that they are refused by more than an empty form."""


@pytest.fixture(scope="module")
def cast(postgres: Any) -> Iterator[Cast]:
    with knocking(postgres, "buttons") as made:
        yield made


@pytest.fixture(scope="module")
def buttons(cast: Cast) -> list[Route]:
    from jiexu.conf.urls import ROUTES  # noqa: PLC0415  asks for Django's settings

    return [route for route in ROUTES if "POST" in route.methods and route.name not in ENDS]


def words(html: str, shape: re.Pattern[str]) -> list[str]:
    """The texts of such elements, without their tags."""
    return [unescape(re.sub(r"<[^>]*>", " ", each)).split() for each in shape.findall(html)]  # type: ignore[misc]


def test_every_page_that_answers_a_button_says_the_same_where_its_links_lead(
    cast: Cast, buttons: list[Route]
) -> None:
    followed, wrong = 0, []
    for route in buttons:
        for who in (each for each in cast.everybody if each.side == OWN):
            assert who.window is not None
            address = example(route.name, route.address, cast.seen_by(who))
            for body in [{}, *REFUSED.get(route.name, [])]:
                answer = who.window.post(address, body)
                if answer.status_code in {301, 302, 303} or "html" not in answer.headers.get(
                    "Content-Type", ""
                ):
                    continue
                html = answer.content.decode()
                assert words(html, HEADING), f"{route.name} has no heading"
                links = [unescape(each) for each in LINK.findall(html)]
                assert links, f"{route.name} has no link to the other language"
                speaks = "zh" if 'lang="zh-CN"' in html.partition(">")[2][:60] else "en"
                for link in links:
                    own = re.sub("lang=(zh|en)", f"lang={speaks}", link)
                    there = who.window.get(urljoin(address, own))
                    followed += 1
                    again = there.content.decode()
                    if there.status_code not in {200, answer.status_code}:
                        wrong.append(f"{who.name} {route.name} {link}: {there.status_code}")
                    elif words(again, HEADING) != words(html, HEADING):
                        wrong.append(f"{who.name} {route.name} {link}: another page")
                    elif "GET" not in route.methods and words(again, ALERT) != words(html, ALERT):
                        wrong.append(f"{who.name} {route.name} {link}: says something else")
                    who.window.cookies["view"] = "standard"
    assert not wrong, "\n".join(wrong)
    assert followed > 500


def test_what_is_refused_at_the_desk_is_said_in_the_language_it_is_read_in(cast: Cast) -> None:
    window = cast.named("clerk own").window
    assert window is not None
    case = cast.objects["@case"]
    refused = window.post(f"/desk/cases/{case}/ask/", {"verb": "credit", "leg": "1"})
    assert refused.status_code == 409
    [link] = LINK.findall(refused.content.decode())
    assert "lang=zh" in link
    assert case not in link.partition("?")[2]
    chinese = window.get(unescape(link)).content.decode()
    assert "这一步现在做不了" in chinese
    # Only there: the case's own page has nothing to say, and another's mark says nothing.
    assert "这一步现在做不了" not in window.get(f"/desk/cases/{case}/?said=00000000").content.decode()
    assert "cannot be done now" not in window.get(f"/desk/cases/{case}/?lang=en").content.decode()
    assert "cannot be done now" in window.get(unescape(link).replace("lang=zh", "lang=en")).content.decode()


def test_what_was_kept_at_one_desk_is_read_at_no_other(cast: Cast) -> None:
    account = cast.office.hire("at two desks", (Role.CLERK, QUJING), (Role.CLERK, GUANGZHOU))
    window, case = signed_in(cast.office, account), cast.objects["@case"]
    assert window.post("/desk/sit/", {"desk": QUJING}).status_code == 303
    assert window.post("/desk/together/", {"pick": f"2026-11-30.{case}.99"}).url == "/desk/done/"
    brought = {
        "name": "只在这里",
        "document_kind": "16",
        "document_number": "E7654321",
        "birth": "1991-04-05",
    }
    assert "只在这里" in window.post("/desk/identity/", brought).content.decode()
    for desk, is_told in ((QUJING, True), (GUANGZHOU, False), (QUJING, True)):
        assert window.post("/desk/sit/", {"desk": desk}).status_code == 303
        assert (case in window.get("/desk/done/", follow=True).content.decode()) is is_told
        again = window.get("/desk/identity/?again=1").content.decode()
        assert ("只在这里" in again) is is_told


def test_sessions_that_are_over_are_removed_when_somebody_signs_in(cast: Cast) -> None:
    from jiexu.web.sessions import SessionStore  # noqa: PLC0415  asks for Django's settings

    over, lasting = SessionStore(), SessionStore()
    for session, seconds in ((over, -1), (lasting, 60)):
        session["kept"] = {"identity": "of somebody"}
        session.set_expiry(seconds)
        session.save()
    signed_in(cast.office, cast.office.hire("comes later"))
    asked = "SELECT count(*) FROM django_session WHERE session_key = %s"
    assert cast.office.row(asked, over.session_key) == (0,)
    assert cast.office.row(asked, lasting.session_key) == (1,)

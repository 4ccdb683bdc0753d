"""What each visitor of "my transfers" may do is what they are offered, and what they read of today holds today."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from jiexu.documents.kinds import Kind
from jiexu.exchange.envelope import BEIJING
from jiexu.exchange.payloads import Document
from jiexu.rules.inputs import Asked, Channel, Enrolment, Scheme, Sex, Status
from jiexu.texts import LANGS, say
from jiexu.usecases import delegating
from jiexu.usecases.applications import ApplicationIn
from jiexu.usecases.doors import Grant, Purpose, Role
from jiexu.usecases.people import PersonAtAgency, load_people
from jiexu.usecases.sending import send
from jiexu.web import words
from own_cast import BORN, CHENGDU, FIRST_DAY, QUJING, Town, town

OWNER, LOOKER, HELPER, SOON = "郑看看", "只看的", "可办的", "将来的"
TODAY = datetime.now(BEIJING).date()
SOON_ON, UNTIL = TODAY + timedelta(days=19), TODAY + timedelta(days=30)
HREF = re.compile(r'(?:href|action)="(/my/[^"?#]+)"')


@pytest.fixture(scope="module")
def place(postgres: Any) -> Iterator[Town]:
    with town(postgres, "own_doors") as made:
        made.settle([OWNER, SOON])
        made.person(OWNER)
        made.person(SOON)
        for name in (LOOKER, HELPER):
            made.grant(name, Role.EMPLOYER, made.subject(OWNER))  # an account, with a role of another kind
        yield made


def asked(place: Town, name: str, *, proposal: bool = False) -> str:
    """A case taken today, and told about."""
    way = Asked(TODAY, QUJING, CHENGDU, Scheme.EMPLOYEE, Scheme.EMPLOYEE, channel=Channel.PROACTIVE if proposal else Channel.ONLINE)  # fmt: skip
    application = ApplicationIn(1, name, Document("01", place.numbers[name]), way, proposal=proposal)
    node = place.node()
    [taken] = send(node, [application], grant=place.grants[name], day=TODAY)
    node.store.close()
    return taken.case_no


def authorised(place: Town, agent: str, *purposes: Purpose) -> int:
    """The number of a grant by which an account acts for the owner."""
    [(account,)] = place.rows("SELECT id FROM auth_user WHERE username = %s", OWNER)
    grant = Grant(place.grants[OWNER], Role.PERSON, None, FIRST_DAY, None, "test", place.subject(OWNER))
    node = place.node()
    number = delegating.give(
        node.store, grant, account, name=agent, purposes=purposes, on=TODAY, until=TODAY + timedelta(days=9)
    )
    node.store.close()
    return number


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def everything_offered(window: Client, start: str) -> dict[str, int]:
    """Every address one comes to from a page by links and forms, with what it answers; forms are only looked up."""
    found: dict[str, int] = {}
    todo = [start]
    while todo:
        address = todo.pop()
        answer = window.get(address)
        found[address] = answer.status_code
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            todo += [
                each for each in set(HREF.findall(text(answer))) if each not in found and each not in todo
            ]
    return found


def test_a_looker_is_offered_nothing_that_answers_not_found_and_reads_why(place: Town) -> None:
    number = asked(place, OWNER, proposal=True)
    grant = authorised(place, LOOKER, Purpose.VIEW)
    window = place.window(LOOKER)
    own = f"/my/{grant}/"
    why = say("en", "authorise.only_view", name=OWNER)
    for address in ("/my/", f"{own}cases/{number}/acts/", f"{own}requests/"):
        assert why in text(window.get(address)), address
    offered = {
        each: status for each, status in everything_offered(window, "/my/").items() if each.startswith(own)
    }
    assert len(offered) > 8
    assert [each for each, status in offered.items() if status == 404] == []
    assert window.get(f"{own}cases/{number}/consent/").status_code == 404, "and the door stands as before"


def test_who_may_apply_is_offered_all_of_it(place: Town) -> None:
    [(number,)] = place.rows("SELECT DISTINCT case_no FROM file")
    grant = authorised(place, HELPER, Purpose.VIEW, Purpose.APPLY)
    window = place.window(HELPER)
    offered = everything_offered(window, "/my/")
    assert offered[f"/my/{grant}/cases/{number}/consent/"] == 200
    assert offered[f"/my/{grant}/apply/"] == 200
    assert offered[f"/my/{grant}/requests/new/months/"] == 200
    assert say("en", "authorise.only_view", name=OWNER) not in text(window.get("/my/"))


def test_cover_that_begins_on_a_coming_day_is_not_cover_of_today(place: Town) -> None:
    coming = Enrolment(Scheme.RESIDENT, Status.INSURED, SOON_ON, cover_year=SOON_ON.year)
    papers = (("01", place.numbers[SOON], None, None),)
    node = place.node()
    load_people(
        node, [PersonAtAgency("440100", SOON, BORN, Sex.FEMALE, papers, (coming,))], day=TODAY, actor="test"
    )
    node.store.close()
    for lang in LANGS:
        window = place.window(SOON, lang=lang)
        said = say(lang, "mine.standing_coming", day=words.day(lang, SOON_ON))
        page = text(window.get(f"/my/{place.grants[SOON]}/record/"))
        assert page.count(said) == 1
        assert page.count(f">{say(lang, 'web.word.insured')}<") == 1, "the one that runs"
        start = text(window.get(f"/my/{place.grants[SOON]}/apply/"))
        assert f"{say(lang, 'pages_apply.insured_from')} {words.day(lang, SOON_ON)}" in start
        assert f"{say(lang, 'pages_apply.insured_since')} {words.day(lang, SOON_ON)}" not in start


def test_how_many_messages_are_new_shows_on_every_page_until_they_are_read(place: Town) -> None:
    window, grant = place.window(OWNER), place.grants[OWNER]
    [(number,)] = place.rows("SELECT DISTINCT case_no FROM file")
    pages = ["", "record/", "account/", "papers/", "looks/", "requests/", "requests/new/months/", "apply/", f"cases/{number}/", f"cases/{number}/acts/", "authorise/", "everything/"]  # fmt: skip
    new = say("en", "pages_messages.unread_1")
    for address in ("/my/", *(f"/my/{grant}/{each}" for each in pages)):
        answer = window.get(address)
        assert (address, answer.status_code, text(answer).count(new)) == (address, 200, 1)
    assert new in text(window.get(f"/my/{grant}/messages/"))
    for address in ("/my/", f"/my/{grant}/record/"):
        assert new not in text(window.get(address))


def test_days_by_law_before_acceptance_say_on_what_they_depend(place: Town) -> None:
    number = asked(place, SOON)
    page = text(place.window(SOON).get(f"/my/{place.grants[SOON]}/apply/sent/{number}/"))
    days = re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)"><small>', page)
    checked, form, _ = map(date.fromisoformat, days)
    for key, on in (("accepted", checked), ("form", form)):
        assert say("en", f"pages_apply.then_if_{key}", day=words.day("en", on)) in page


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_document_has_a_name_in_both_languages(kind: Kind) -> None:
    from django.template import engines  # noqa: PLC0415  asks for Django's settings

    for lang in LANGS:
        names = [say(lang, f"papers.{topic}.{kind}") for topic in ("kind", "title")]
        page = engines["jinja2"].from_string("{{ kind|paper_kind }}|{{ kind|paper_title }}")
        assert page.render({"lang": lang, "kind": kind.value}).split("|") == names
        assert not any("_" in name for name in names)


def test_no_two_filters_share_a_name() -> None:
    from jiexu.web import drawing  # noqa: PLC0415  asks for Django's settings

    names = [each.__name__ for each in (*drawing.SAY_IN_THE_READERS_LANGUAGE, *drawing.CHANGE)]
    assert sorted(names) == sorted(set(names))

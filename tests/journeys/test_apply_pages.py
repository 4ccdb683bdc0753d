"""Applying by the pages: what is known is filled in, rules are asked beforehand, and the same application is the same case."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from door_cast import signed_in
from jiexu.exchange.envelope import BEIJING
from jiexu.rules.inputs import Scheme
from jiexu.texts import say
from jiexu.usecases import access, banking, doors, reading, sending
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.doors import Role
from jiexu.usecases.looks import AUTHORISED
from own_cast import CHENGDU, QUANZHOU, QUJING, Town, town

CLEAN, RUNNING, BACK_HOME, AGENTS, TWICE, PAID, ELSEWHERE = (
    "林一清",
    "周还保",
    "吴回乡",
    "郑托人",
    "王两次",
    "许本人",
    "何改账",
)
UNTIL = date(2099, 12, 31)


@pytest.fixture(scope="module")
def place(postgres: Any) -> Iterator[Town]:
    with town(postgres, "apply") as made:
        made.settle([CLEAN, AGENTS, TWICE])
        made.settle([RUNNING], stopped=False)
        made.settle([BACK_HOME], to=Scheme.RESIDENT)
        made.settle([PAID, ELSEWHERE], to=Scheme.RESIDENT, origin=QUANZHOU)
        for name in (CLEAN, RUNNING, BACK_HOME, TWICE, PAID, ELSEWHERE):
            made.person(name)
        made.grants["韦代办"] = made.grant("韦代办", Role.AGENT, made.subject(AGENTS), until=UNTIL)
        yield made


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def to_the_check(window: Client, grant: int) -> str:
    """Both places as agencies know them; the page on which all is checked."""
    base = f"/my/{grant}/apply/"
    first = text(window.get(f"{base}origin/"))
    assert re.search(rf'value="{QUJING}.310" checked', first), "what agencies know is marked"
    assert window.post(f"{base}origin/", {"answer": f"{QUJING}.310"}).url == f"{base}destination/"
    there = re.search(rf'value="({CHENGDU}.3[19]0)" checked', text(window.get(f"{base}destination/")))
    assert there is not None
    found = window.post(f"{base}destination/", {"answer": there.group(1)})
    assert found.status_code == 303
    return str(found.url)


def token_on(page: str) -> str:
    found = re.search(r'name="draft" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def test_who_moved_applies_in_three_pages_and_hears_number_holder_and_date(place: Town) -> None:
    grant, window = place.grants[CLEAN], place.window(CLEAN)
    start = text(window.get(f"/my/{grant}/apply/"))
    assert "Qujing" in start
    assert "3,208.55" in start
    checked = to_the_check(window, grant)
    assert checked == f"/my/{grant}/apply/check/"
    page = text(window.get(checked))
    assert say("en", "pages_apply.fits") in page
    assert say("en", "pages_apply.ending_in", last=place.numbers[CLEAN][-4:]) in page
    assert place.numbers[CLEAN] not in page, "nobody reads a whole number here"
    # Another language and another device width lose nothing; without the tick nothing is sent.
    assert say("zh", "pages_apply.check_h") in text(window.get(f"{checked}?lang=zh"))
    window.get(f"{checked}?lang=en")
    token = token_on(page)
    refused = window.post(f"/my/{grant}/apply/send/", {"draft": token})
    assert refused.status_code == 303
    assert say("en", "pages_apply.error_agree") in text(window.get(refused.url))
    assert place.rows("SELECT count(*) FROM file") == [(0,)]
    answer = window.post(f"/my/{grant}/apply/send/", {"draft": token, "agree": "yes"})
    assert answer.status_code == 303
    sent = text(window.get(answer.url))
    [(number, asked, by)] = place.rows(
        "SELECT f.case_no, f.asked, b.grant_id FROM file f JOIN application_by b USING (agency, case_no)"
    )
    assert number in str(answer.url)
    assert (asked["applicant"], asked["channel"], by) == ("member", "online", grant)
    assert say("en", "pages_apply.then_check") in sent
    # Pressed again, from the page that still stands in the browser: the same case.
    again = window.post(f"/my/{grant}/apply/send/", {"draft": token, "agree": "yes"})
    assert number in str(again.url)
    assert place.rows("SELECT count(*) FROM case_number") == [(1,)]
    # Asked beforehand once more, the rules say that it is under way.
    page = text(window.get(to_the_check(window, grant)))
    assert say("en", "refusals.NA-11") in page
    assert number in page


def test_two_presses_at_once_are_one_case(place: Town) -> None:
    from jiexu.web import desk  # noqa: PLC0415

    grant, window = place.grants[TWICE], place.window(TWICE)
    token = token_on(text(window.get(to_the_check(window, grant))))

    def press(_: int) -> str:
        other = Client(SERVER_NAME="localhost")
        other.cookies = window.cookies
        try:
            return str(other.post(f"/my/{grant}/apply/send/", {"draft": token, "agree": "yes"}).url)
        finally:
            desk.close()
            connections.close_all()

    with ThreadPoolExecutor(2) as presses:
        sent = {each.partition("?")[0] for each in presses.map(press, range(2))}
    assert len(sent) == 1


def test_what_would_refuse_it_is_said_with_its_cure_and_a_formal_answer_can_be_had(place: Town) -> None:
    grant, window = place.grants[RUNNING], place.window(RUNNING)
    page = text(window.get(to_the_check(window, grant)))
    assert say("en", "refusals.NA-01") in page
    assert say("en", "refusals.NA-01_cure") in page
    assert say("en", "pages_apply.send_anyway") in page
    answer = window.post(f"/my/{grant}/apply/send/", {"draft": token_on(page), "agree": "yes"})
    assert answer.status_code == 303
    place.move(datetime.now(BEIJING).date())
    number = str(answer.url).rstrip("/").rpartition("/")[2]
    found = place.rows("SELECT DISTINCT record_state, refusals FROM file WHERE case_no = %s", number)
    assert found == [("refused", ["NA-01"])], "what was said beforehand is what is answered"
    assert say("en", "refusals.NA-01_cure") in text(window.get(answer.url))


def test_a_place_that_agencies_do_not_know_can_be_written_and_is_read_as_people_write(place: Town) -> None:
    grant, window = place.grants[CLEAN], place.window(CLEAN)
    base = f"/my/{grant}/apply/"
    wrong = window.post(f"{base}origin/", {"answer": "other", "other": "nowhere at all"})
    assert wrong.url == f"{base}origin/", "the page shows itself again"
    page = text(window.get(wrong.url))
    assert "nowhere at all" in page, "what was typed stays"
    assert 'role="alert"' in page
    right = window.post(f"{base}origin/", {"answer": "other", "other": "Kunming"})
    assert right.url == f"{base}from_scheme/", "the scheme nobody knows is asked"
    assert window.post(f"{base}from_scheme/", {"answer": "310"}).url == f"{base}destination/"
    window.post(f"{base}destination/", {"answer": f"{CHENGDU}.310"})
    page = text(window.get(f"{base}check/"))
    assert say("en", "refusals.NA-10") in page, "the origin knows nothing of it"
    window.post(f"{base}forget/")
    assert window.get(f"{base}check/").status_code == 302


def test_an_account_is_asked_for_only_where_a_rule_pays_the_person(place: Town) -> None:
    grant, window = place.grants[BACK_HOME], place.window(BACK_HOME)
    page = text(window.get(to_the_check(window, grant)))
    assert say("en", "pages_apply.a_account") not in page
    assert say("en", "outcomes.R-038.UNKNOWN") in page, "what is not known is said"
    grant, window = place.grants[PAID], place.window(PAID)
    base = f"/my/{grant}/apply/"
    window.post(f"{base}origin/", {"answer": f"{QUANZHOU}.310"})
    asked = window.post(f"{base}destination/", {"answer": f"{CHENGDU}.390"})
    assert asked.url == f"{base}account/"
    assert window.post(f"{base}account/", {"answer": "12"}).url == f"{base}account/"
    assert "12, 2 characters" not in text(window.get(asked.url)), (
        "an account is never shown whole in an error"
    )
    assert window.post(f"{base}account/", {"answer": "6217 0000 0000 4321"}).url == f"{base}check/"
    page = text(window.get(f"{base}check/"))
    assert say("en", "pages_apply.ending_in", last="4321") in page
    assert "62170000" not in page
    answer = window.post(f"{base}send/", {"draft": token_on(page), "agree": "yes"})
    number = str(answer.url).rstrip("/").rpartition("/")[2]
    [(agency, last, sealed)] = place.rows(
        "SELECT agency, last_four, sealed FROM payee_account WHERE case_no = %s", number
    )
    assert (agency, last) == (QUANZHOU, "4321")
    assert b"62170000" not in bytes(sealed)
    node = place.node()
    kept = sending.account(node, QUANZHOU, number)
    node.store.close()
    assert kept is not None
    assert kept.number == "6217000000004321"
    list_of_finance_says(place, number)
    once_reviewed_it_goes_nowhere_else(place, number)


TODAY = datetime.now(BEIJING).date()


def list_of_finance_says(place: Town, number: str) -> None:
    """Finance at the origin checks the list against the last four; where none was named, it is told so."""
    from jiexu.web.staff import make_account  # noqa: PLC0415  asks for Django's settings

    place.move(TODAY)
    node = place.node()
    issue = DeskEvent("issue", TODAY, Verb.ISSUE_FORM, number)
    done = perform(node, "", [issue], day=TODAY, by="经办", reviewer="复核", found=lambda _: None)
    account, _ = make_account("泉州财务", "a sentence only I know")
    doors.grant(node, account.pk, Role.FINANCE, desk=QUANZHOU, since=TODAY, by="test")
    node.store.close()
    assert done["issue"] == "done"
    page = text(signed_in(place, account.pk).get("/desk/batch/"))
    assert say("en", "doors.to_person", last="4321") in page
    assert "62170000" not in page


def once_reviewed_it_goes_nowhere_else(place: Town, number: str) -> None:
    """A list that was read does not stand for another account with the same last four; after a review none takes its place."""
    node = place.node()
    reader = reading.open_reader(place.roles.desk)
    listed = reading.batch_page(reader, agency=QUANZHOU).due_seen
    sending.keep_account(node, QUANZHOU, number, "6217000000014321", by=PAID, on=TODAY)
    assert reading.batch_page(reader, agency=QUANZHOU).due_seen not in {"", listed}
    assert banking.review(node, day=TODAY, reviewer="另一人", found=lambda _: None, agency=QUANZHOU) == 1
    with pytest.raises(sending.AccountFixedError):
        sending.keep_account(node, QUANZHOU, number, "6217000000009876", by=PAID, on=TODAY)
    kept = sending.account(node, QUANZHOU, number)
    reader.store.close()
    node.store.close()
    assert kept is not None
    assert kept.number == "6217000000014321"


def test_where_the_money_of_a_case_goes_changes_for_who_has_just_shown_who_they_are_and_for_no_key(
    place: Town,
) -> None:
    from django.contrib.auth.models import User  # noqa: PLC0415  asks for Django's settings

    user, grant = User.objects.get(username=ELSEWHERE), place.grants[ELSEWHERE]
    node = place.node()
    key = access.make(
        node.store, user.pk, name="a program", days=1, only_reads=False, proof=user.get_session_auth_hash(),
        at=datetime.now(BEIJING), longest=90,
    )  # fmt: skip
    node.store.close()

    def by_key(account: str, once: str) -> Any:
        told = {
            "origin": QUANZHOU,
            "from_scheme": "310",
            "destination": CHENGDU,
            "to_scheme": "390",
            "account": account,
            "agreed": True,
        }
        headers = {"authorization": f"Bearer {key}", "idempotency-key": once}
        return Client(SERVER_NAME="localhost").post(
            f"/api/v1/my/{grant}/applications", json.dumps(told), "application/json", headers=headers
        )

    def by_page(window: Client, account: str) -> str:
        base = f"/my/{grant}/apply/"
        window.post(f"{base}origin/", {"answer": f"{QUANZHOU}.310"})
        window.post(f"{base}destination/", {"answer": f"{CHENGDU}.390"})
        window.post(f"{base}account/", {"answer": account})
        draft = token_on(text(window.get(f"{base}check/")))
        return str(window.post(f"{base}send/", {"draft": draft, "agree": "yes"}).url)

    def paid_to() -> list[Any]:
        query = "SELECT last_four FROM payee_account WHERE case_no = %s ORDER BY number"
        return [last for (last,) in place.rows(query, number)]

    number = by_key("6217 0000 0000 4321", "first").json()["case_no"]
    assert by_key("6217 0000 0000 4321", "again").json()["case_no"] == number
    refused = by_key("6217 0000 0000 9876", "another")
    assert (refused.status_code, refused.json()["type"].partition("#")[2]) == (403, "key_not_enough")
    assert by_page(signed_in(place, user.pk, minutes_ago=6), "6217 0000 0000 9876").startswith(
        "/sign-in/again/?next="
    )
    assert paid_to() == ["4321"]
    assert number in by_page(signed_in(place, user.pk), "6217 0000 0000 9876")
    assert paid_to() == ["4321", "9876"]


def test_an_agent_applies_under_the_authorisation_and_the_look_is_kept(place: Town) -> None:
    grant, window = place.grants["韦代办"], place.window("韦代办")
    page = text(window.get(to_the_check(window, grant)))
    assert say("en", "pages_apply.agree_agent") in page
    answer = window.post(f"/my/{grant}/apply/send/", {"draft": token_on(page), "agree": "yes"})
    number = str(answer.url).rstrip("/").rpartition("/")[2]
    [(asked,)] = place.rows("SELECT asked FROM file WHERE case_no = %s", number)
    assert (asked["applicant"], asked["authorised"]) == ("agent", True)
    looked = place.rows("SELECT DISTINCT agency, role, why FROM look WHERE looked_by = '韦代办' ORDER BY 1")
    assert looked == [(CHENGDU, "agent", AUTHORISED), (QUJING, "agent", AUTHORISED)]


def test_nobody_applies_under_anothers_grant_or_reads_anothers_case(place: Town) -> None:
    window, theirs = place.window(RUNNING), place.grants[CLEAN]
    for address in ("", "origin/", "check/"):
        assert window.get(f"/my/{theirs}/apply/{address}").status_code == 404
    assert window.post(f"/my/{theirs}/apply/send/", {"agree": "yes"}).status_code == 404
    [(number,), *_] = place.rows(
        "SELECT case_no FROM application_by WHERE grant_id = %s", place.grants[CLEAN]
    )
    assert window.get(f"/my/{place.grants[RUNNING]}/apply/sent/{number}/").status_code == 404
    owner = place.window(CLEAN)
    assert owner.get(f"/my/{theirs}/apply/sent/{number}/").status_code == 200
    assert Client(SERVER_NAME="localhost").get(f"/my/{theirs}/apply/").status_code == 303


def test_the_cookie_of_one_is_nothing_to_another(place: Town) -> None:
    window = place.window(CLEAN)
    base = f"/my/{place.grants[CLEAN]}/apply/"
    window.post(f"{base}origin/", {"answer": f"{QUJING}.310"})
    kept = window.cookies["apply"].value
    assert QUJING not in kept
    other = place.window(BACK_HOME)
    other.cookies["apply"] = kept
    page = text(other.get(f"/my/{place.grants[BACK_HOME]}/apply/"))
    assert say("en", "pages_apply.begin") in page

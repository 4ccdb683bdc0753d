"""The agency desk by its pages: signing in with two factors, the inbox, and steps that take two people at two windows."""

from __future__ import annotations

import hmac
import json
import os
import re
import struct
import time
from base64 import b32decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from html import unescape
from typing import Any

import django
import psycopg
import pytest
from django.db import connections
from django.test import Client
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from jiexu.conf import settings
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.postgres.roles import OWNER, Connections, create_database
from jiexu.texts import say
from jiexu.usecases import demonstration, doors, reviews
from jiexu.usecases.deskwork import Verb
from jiexu.usecases.doors import GrantError, Role
from jiexu.usecases.node import found_agencies, open_node
from jiexu.usecases.reviews import ReviewError
from jiexu.usecases.verifying import verify
from soft_key import SoftKey
from waiting_cast import one_that_waits

QUJING, CHENGDU, GUANGZHOU = "530300", "510100", "440100"
FIRST_DAY = date(2026, 11, 1)
PASSWORD = "a sentence only I know"  # noqa: S105  an account of this test


@dataclass(slots=True)
class Office:
    """A node with one case that waits for Qujing's form, and people who work at desks."""

    roles: Connections
    case_no: str
    secrets: dict[str, str] = field(default_factory=dict)
    windows: dict[str, Client] = field(default_factory=dict)

    def hire(self, name: str, *held: tuple[Role, str]) -> int:
        """An account with roles, each at a desk where it has one."""
        from jiexu.web.staff import make_account  # noqa: PLC0415  asks for Django's settings

        account, _ = make_account(name, PASSWORD)
        node = open_node(self.roles.worker)
        for role, desk in held:
            doors.grant(node, account.pk, role, desk=desk, since=FIRST_DAY, by="test")
        node.store.close()
        return int(account.pk)

    def row(self, query: str, *values: object) -> tuple[Any, ...]:
        with psycopg.connect(self.roles.owner) as connection:
            connection.execute("SELECT set_config('jiexu.agencies', %s, true)", [f"{QUJING},{CHENGDU}"])
            found = connection.execute(query, values).fetchone()
        assert found is not None
        return tuple(found)


@pytest.fixture(scope="module")
def office(postgres: Any) -> Iterator[Office]:
    name, template = f"desk_{os.getpid()}", str(conninfo_to_dict(postgres.template.owner)["dbname"])
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        create_database(connection=admin, name=name, owner=OWNER, template=template)
    roles = postgres.template.to(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    before = {alias: dict(connections[alias].settings_dict) for alias in ("worker", "default")}
    for alias, url in {"worker": roles.worker, "default": roles.desk}.items():
        connections[alias].close()
        connections[alias].settings_dict.update(settings.database(url))
    node = open_node(roles.worker)
    found_agencies(node, on=FIRST_DAY)
    made = Office(roles, one_that_waits(node))
    node.store.close()
    made.hire("杨丽华", (Role.CLERK, QUJING))
    made.hire("段志强", (Role.REVIEWER, QUJING))
    made.hire("一人两职", (Role.CLERK, QUJING), (Role.REVIEWER, QUJING))
    made.hire("李云芳", (Role.FINANCE, QUJING))
    made.hire("广州经办", (Role.CLERK, GUANGZHOU))
    made.hire("吴审计", (Role.AUDITOR, ""))
    made.hire("无角色")
    yield made
    from jiexu.web import desk  # noqa: PLC0415

    desk.close()
    connections["default"].close()
    for alias, kept in before.items():
        connections[alias].settings_dict.update(kept)
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def code_of(secret: str) -> str:
    """The six digits an authenticator shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(b32decode(secret + "=" * (-len(secret) % 8)), counter, "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def secret_on(page: str) -> str:
    """The secret a page offers to an authenticator."""
    found = re.search(r'class="code">([A-Z2-7]{16,})<', page)
    assert found is not None
    return found.group(1)


def listed(window: Client) -> dict[str, str]:
    """What the button under the list of payments sends: which list was seen."""
    found = re.search(r'name="seen" value="([0-9a-f]*)"', window.get("/desk/batch/").content.decode())
    return {"seen": found.group(1) if found else ""}


@pytest.fixture
def enter(office: Office) -> Callable[[str], Client]:
    """The window in which somebody has signed in and set up a second factor; one a person, because a code is good once."""

    def entered(name: str) -> Client:
        if name in office.windows:
            return office.windows[name]
        window = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
        assert window.post("/sign-in/", {"login": name, "password": PASSWORD}).status_code == 302
        # Setting a second factor up asks for the password again: whoever took over a window cannot make it theirs.
        assert window.get("/my/second-factor/").url.startswith("/sign-in/again/")
        window.post("/sign-in/again/", {"password": PASSWORD})
        office.secrets[name] = secret_on(window.get("/my/second-factor/").content.decode())
        answer = window.post("/my/second-factor/", {"code": code_of(office.secrets[name])})
        assert answer.status_code == 302, "the code was not taken"
        office.windows[name] = window
        return window

    return entered


def test_nobody_reaches_a_desk_without_signing_in_and_a_second_factor(office: Office) -> None:
    window = Client(SERVER_NAME="localhost")
    for address in ("/desk/", f"/desk/cases/{office.case_no}/", "/desk/batch/", "/my/"):
        answer = window.get(address)
        assert (answer.status_code, answer.url.partition("?")[0]) == (303, "/sign-in/")
    window.post("/sign-in/", {"login": "杨丽华", "password": PASSWORD})
    answer = window.get("/desk/")
    assert (answer.status_code, answer.url.partition("?")[0]) == (303, "/my/second-factor/")


def test_a_node_without_a_demonstration_shows_no_cases_and_lets_nobody_in_by_a_button(office: Office) -> None:
    window = Client(SERVER_NAME="localhost")
    for address in ("/cases/", f"/cases/{office.case_no}/", "/demonstration/sign-in/"):
        assert window.get(address).status_code == 404
    assert window.post("/demonstration/sign-in/", {"name": "杨丽华"}).status_code == 404
    assert window.get("/my/").status_code == 303


def test_five_wrong_passwords_close_the_door_even_to_the_right_one(office: Office) -> None:
    office.hire("猜密码", (Role.CLERK, QUJING))
    window = Client(SERVER_NAME="localhost")
    for _ in range(4):
        assert window.post("/sign-in/", {"login": "猜密码", "password": "wrong"}).status_code == 200
    assert window.post("/sign-in/", {"login": "猜密码", "password": "wrong"}).status_code == 429
    assert window.post("/sign-in/", {"login": "猜密码", "password": PASSWORD}).status_code == 429


def test_a_desk_finds_its_own_cases_and_none_of_another_agency(
    office: Office, enter: Callable[[str], Client]
) -> None:
    own = enter("杨丽华").get("/desk/")
    assert own.status_code == 200
    assert office.case_no in own.content.decode()
    elsewhere = enter("广州经办")
    assert office.case_no not in elsewhere.get("/desk/").content.decode()
    assert elsewhere.get(f"/desk/cases/{office.case_no}/").status_code == 404
    asked = elsewhere.post(f"/desk/cases/{office.case_no}/ask/", {"verb": "issue_form", "leg": "1"})
    assert asked.status_code == 404


def test_whoever_holds_no_role_at_a_desk_finds_no_desk(
    office: Office, enter: Callable[[str], Client]
) -> None:
    for name in ("吴审计", "无角色"):
        window = enter(name)
        assert window.get("/desk/").status_code == 404
        assert window.get(f"/desk/cases/{office.case_no}/").status_code == 404
        assert window.get("/my/").status_code == 200


def test_the_form_is_issued_only_when_a_second_person_has_agreed(
    office: Office, enter: Callable[[str], Client]
) -> None:
    case = f"/desk/cases/{office.case_no}/"
    state = "SELECT record_state, version FROM file WHERE case_no = %s AND side = 'origin'"
    before = office.row(state, office.case_no)
    both = enter("一人两职")
    assert both.post(f"{case}ask/", {"verb": "issue_form", "leg": "1"}).status_code == 303
    assert office.row(state, office.case_no) == before, "asking does nothing yet"
    today = datetime.now(BEIJING).date()
    assert office.row("SELECT asked_on >= %s FROM review", today) == (True,), (
        "what is done today is dated today"
    )
    (review,) = office.row("SELECT id FROM review WHERE case_no = %s", office.case_no)
    seen = {"seen": str(before[1])}
    # The handler has the reviewer's role too, and still cannot agree with themselves.
    refused = both.post(f"/desk/reviews/{review}/agree/", seen)
    assert refused.status_code == 409
    told = say("en", "errors.reviewer_handles", name="一人两职")
    assert told in unescape(refused.content.decode())
    # Another clerk who is no reviewer finds no such button; asking again makes no second review.
    clerk = enter("杨丽华")
    assert clerk.post(f"/desk/reviews/{review}/agree/", seen).status_code == 404
    assert clerk.post(f"{case}ask/", {"verb": "issue_form", "leg": "1"}).status_code == 303
    assert office.row("SELECT count(*) FROM review") == (1,)
    node = open_node(office.roles.worker)
    with pytest.raises(ReviewError, match="another choice"):
        reviews.ask(node, QUJING, office.case_no, Verb.ISSUE_FORM, by="杨丽华", on=today, word="otherwise")
    node.store.close()
    # What waits is not offered once more, to nobody: the page says who asked, since when, and where it is agreed to.
    for window, withdraws in ((both, True), (clerk, False)):
        page = unescape(window.get(case).content.decode())
        assert 'name="verb" value="issue_form"' not in page
        assert say("en", "doors.asked_since", name="一人两职") in page
        assert say("en", "doors.waits_there") in page
        assert "Waiting for a second person” in the inbox" in page
        assert (f"/desk/reviews/{review}/withdraw/" in page) == withdraws, "only who asked takes it back"
    # Taken back, it can be asked for anew.
    assert both.post(f"/desk/reviews/{review}/withdraw/").status_code == 303
    assert 'name="verb" value="issue_form"' in clerk.get(case).content.decode()
    assert both.post(f"{case}ask/", {"verb": "issue_form", "leg": "1"}).status_code == 303
    (review,) = office.row(
        "SELECT id FROM review r WHERE NOT EXISTS (SELECT 1 FROM review_end e WHERE e.id = r.id)"
    )
    reviewer = enter("段志强")
    page = reviewer.get(case).content.decode()
    assert say("en", "doors.agree") in page
    assert "一人两职" in page
    # Who looked at an older state is told to look again.
    assert reviewer.post(f"/desk/reviews/{review}/agree/", {"seen": "0"}).status_code == 409
    assert office.row(state, office.case_no) == before
    assert reviewer.post(f"/desk/reviews/{review}/agree/", seen).status_code == 303
    assert office.row(state, office.case_no)[0] == "form_sent"
    assert reviewer.post(f"/desk/reviews/{review}/agree/", seen).status_code == 404, "it is answered"
    amount = "SELECT handled_by, reviewed_by, state FROM money_track WHERE case_no = %s AND agency = %s"
    assert office.row(amount, office.case_no, QUJING) == ("一人两职", "", "due")
    (agreed,) = office.row("SELECT ended_by FROM review_end WHERE id = %s", review)
    assert agreed == "段志强"
    # The bank batch is looked at by a reviewer who did not handle it, and sent by finance.
    assert both.post("/desk/batch/review/", listed(both)).status_code == 303
    assert office.row(amount, office.case_no, QUJING)[2] == "due", "what I handled I do not review"
    finance = enter("李云芳")
    assert finance.post("/desk/batch/review/").status_code == 404
    assert reviewer.post("/desk/batch/review/", {"seen": "another list"}).status_code == 409
    assert office.row(amount, office.case_no, QUJING)[2] == "due", "nobody reviews what they did not see"
    assert reviewer.post("/desk/batch/review/", listed(reviewer)).status_code == 303
    assert office.row(amount, office.case_no, QUJING)[2] == "reviewed"
    assert finance.post("/desk/batch/send/", {"seen": "another list"}).status_code == 409
    assert office.row(amount, office.case_no, QUJING)[2] == "reviewed", "nobody sends what they did not see"
    assert finance.post("/desk/batch/send/", listed(finance)).status_code == 303
    assert office.row(amount, office.case_no, QUJING)[2] == "ordered"
    node = open_node(office.roles.worker)
    assert not verify(node).breaks
    node.store.close()


def test_money_asks_for_the_password_once_more_after_some_minutes(
    office: Office, enter: Callable[[str], Client]
) -> None:
    office.hire("等久的人", (Role.REVIEWER, QUJING))
    window = enter("等久的人")
    session = window.session
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - 3600} for record in session["account_authentication_methods"]
    ]
    session.save()
    answer = window.post("/desk/batch/review/", {"back": "/desk/batch/"})
    assert (answer.status_code, answer.url) == (303, "/sign-in/again/?next=%2Fdesk%2Fbatch%2F")
    assert window.post("/sign-in/again/", {"password": PASSWORD, "next": "/desk/batch/"}).status_code == 302
    assert window.post("/desk/batch/review/", listed(window)).url == "/desk/batch/"


def test_who_comes_back_is_asked_for_a_code_and_no_other_will_do(
    office: Office, enter: Callable[[str], Client]
) -> None:
    office.hire("回来的人", (Role.CLERK, QUJING))
    enter("回来的人")
    again = Client(SERVER_NAME="localhost")
    answer = again.post("/sign-in/", {"login": "回来的人", "password": PASSWORD})
    assert answer.url == "/sign-in/second/"
    assert again.get("/desk/").url.startswith("/sign-in/"), "the password alone opens nothing"
    wrong = f"{(int(code_of(office.secrets['回来的人'])) + 1) % 10**6:06d}"
    assert again.post("/sign-in/second/", {"code": wrong}).status_code == 200
    assert again.get("/desk/").url.startswith("/sign-in/")


def test_five_wrong_codes_close_the_door_to_who_knows_the_password(
    office: Office, enter: Callable[[str], Client]
) -> None:
    office.hire("猜验证码", (Role.CLERK, QUJING))
    enter("猜验证码")
    again = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    again.post("/sign-in/", {"login": "猜验证码", "password": PASSWORD})
    right = code_of(office.secrets["猜验证码"])
    told = []
    for more in range(1, 7):
        wrong = f"{(int(right) + more * 1000) % 10**6:06d}"
        told.append(again.post("/sign-in/second/", {"code": wrong}).content.decode())
    assert ["Too many" in each for each in told] == [False] * 5 + [True]


def asked_of_a_key(page: str) -> dict[str, Any]:
    """What a page asks of the browser's keys."""
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found.group(1))
    return next(iter(told.values()))  # type: ignore[no-any-return]


def test_a_key_stands_for_a_code_and_answers_no_false_address(
    office: Office, enter: Callable[[str], Client]
) -> None:
    office.hire("带钥匙的人", (Role.CLERK, QUJING))
    key = SoftKey()
    window = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    window.post("/sign-in/", {"login": "带钥匙的人", "password": PASSWORD})
    assert window.get("/my/keys/add/").url.startswith("/sign-in/again/"), "adding a key asks for the password"
    window.post("/sign-in/again/", {"password": PASSWORD})
    page = window.get("/my/keys/add/")
    assert page.headers["Content-Security-Policy"].endswith("script-src 'self'")
    made = key.register(asked_of_a_key(page.content.decode()))
    answer = window.post("/my/keys/add/", {"name": "办公室", "credential": made})
    assert (answer.status_code, answer.url) == (302, "/my/second-factor/codes/")
    assert window.get("/desk/").status_code == 200, "who sets a key up has shown it"
    assert "办公室" in window.get("/my/keys/").content.decode()
    again = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    again.post("/sign-in/", {"login": "带钥匙的人", "password": PASSWORD})
    assert again.get("/desk/").url.startswith("/sign-in/"), "the password alone opens nothing"
    asked = asked_of_a_key(again.get("/sign-in/second/").content.decode())
    false = key.authenticate(asked, origin="http://locaIhost.example")
    assert again.post("/sign-in/second/", {"credential": false}).status_code == 200
    strange = SoftKey().authenticate(asked_of_a_key(again.get("/sign-in/second/").content.decode()))
    assert again.post("/sign-in/second/", {"credential": strange}).status_code == 200
    assert again.get("/desk/").url.startswith("/sign-in/")
    right = key.authenticate(asked_of_a_key(again.get("/sign-in/second/").content.decode()))
    assert again.post("/sign-in/second/", {"credential": right}).status_code == 302
    assert again.get("/desk/").status_code == 200
    assert "script-src" not in again.get("/desk/").headers["Content-Security-Policy"]
    (number,) = office.row("SELECT id FROM mfa_authenticator WHERE type = 'webauthn'")
    other = enter("无角色")
    other.post("/sign-in/again/", {"password": PASSWORD})
    assert other.post(f"/my/keys/{number}/end/").status_code == 404, "another's key"
    assert again.post(f"/my/keys/{number}/end/").url.startswith("/sign-in/again/")
    again.post("/sign-in/again/", {"password": PASSWORD})
    assert again.post(f"/my/keys/{number}/end/").url == "/my/keys/"
    assert again.get("/desk/").url.startswith("/my/second-factor/"), "without the key a factor is set up anew"


def test_a_session_ends_after_a_working_day_however_busy(
    office: Office, enter: Callable[[str], Client]
) -> None:
    office.hire("从不歇的人", (Role.CLERK, QUJING))
    window = enter("从不歇的人")
    assert window.get("/desk/").status_code == 200
    session = window.session
    session["began"] -= 10 * 3600 + 1
    session.save()
    assert window.get("/desk/").url.startswith("/sign-in/")


def test_the_demonstrations_page_names_no_real_person(office: Office) -> None:
    assert Client(SERVER_NAME="localhost").get("/demonstration/").status_code == 404
    assert office.row("SELECT count(*) > 0 FROM file") == (True,)


def test_no_demonstration_is_begun_where_people_are_real(office: Office) -> None:
    node = open_node(office.roles.worker)
    assert demonstration.has_others(node)
    node.store.close()


def test_nobody_grants_themselves_a_role(office: Office) -> None:
    account = office.hire("Li Na")
    node = open_node(office.roles.worker)
    with pytest.raises(GrantError, match="somebody else"):
        doors.grant(node, account, Role.SUPERVISOR, since=FIRST_DAY, by=" li ｎａ")
    node.store.close()


def test_a_session_left_alone_for_half_an_hour_has_ended(
    office: Office, enter: Callable[[str], Client]
) -> None:
    office.hire("走开的人", (Role.CLERK, QUJING))
    window = enter("走开的人")
    assert window.get("/desk/").status_code == 200
    session = window.session
    session["seen"] -= 31 * 60
    session.save()
    assert window.get("/desk/").url.startswith("/sign-in/")


def test_a_role_that_is_ended_lets_nobody_in_any_more(office: Office, enter: Callable[[str], Client]) -> None:
    account = office.hire("要走的人", (Role.CLERK, QUJING))
    window = enter("要走的人")
    assert window.get("/desk/").status_code == 200
    node = open_node(office.roles.worker)
    (number,) = office.row("SELECT id FROM role_grant WHERE account = %s", account)
    doors.end(node, number, on=date(2026, 11, 30), by="郑安全")
    with pytest.raises(GrantError, match="No grant"):
        doors.end(node, number, on=date(2026, 11, 30), by="郑安全")
    node.store.close()
    assert window.get("/desk/").status_code == 404


def test_the_pages_grant_no_role_and_open_no_account_whatever_they_are_made_to_say(office: Office) -> None:
    for forbidden in (
        "INSERT INTO role_grant (account, role, since, granted_by) SELECT min(id), 'supervisor', current_date, 'x' FROM auth_user",
        "UPDATE role_grant SET ended_on = current_date, ended_by = 'x'",
        "UPDATE auth_user SET is_superuser = true",
        "UPDATE auth_user SET username = 'x'",
        "INSERT INTO auth_user (username) VALUES ('x')",
        "DELETE FROM auth_user",
    ):
        with psycopg.connect(office.roles.desk) as pages, pytest.raises(psycopg.errors.InsufficientPrivilege):
            pages.execute(forbidden)


def test_a_password_is_changed_by_who_knows_it(office: Office, enter: Callable[[str], Client]) -> None:
    office.hire("换密码的人", (Role.CLERK, QUJING))
    window = enter("换密码的人")
    new = "another sentence only I know"
    given = {"oldpassword": "wrong", "password1": new, "password2": new}
    assert window.post("/my/password/", given).status_code == 200
    assert window.post("/my/password/", {**given, "oldpassword": PASSWORD}).status_code == 302
    again = Client(SERVER_NAME="localhost")
    assert again.post("/sign-in/", {"login": "换密码的人", "password": PASSWORD}).status_code == 200
    assert again.post("/sign-in/", {"login": "换密码的人", "password": new}).url == "/sign-in/second/"


def test_who_ends_their_second_factor_works_at_no_desk(
    office: Office, enter: Callable[[str], Client]
) -> None:
    office.hire("不要验证的人", (Role.CLERK, QUJING))
    window = enter("不要验证的人")
    assert window.get("/desk/").status_code == 200
    assert window.post("/my/second-factor/end/").status_code == 302
    assert window.get("/desk/").url.startswith("/my/second-factor/")


def test_nobody_agrees_to_what_somebody_asked_who_has_left(
    office: Office, enter: Callable[[str], Client]
) -> None:
    account = office.hire("走了的经办", (Role.CLERK, QUJING))
    node = open_node(office.roles.worker)
    number = reviews.ask(
        node, QUJING, office.case_no, Verb.DECIDE_MODE, by="走了的经办", on=FIRST_DAY, word="keep"
    )
    (grant,) = office.row("SELECT id FROM role_grant WHERE account = %s", account)
    doors.end(node, grant, on=date(2026, 11, 30), by="郑安全")
    node.store.close()
    (version,) = office.row("SELECT version FROM file WHERE case_no = %s AND side = 'origin'", office.case_no)
    answer = enter("段志强").post(f"/desk/reviews/{number}/agree/", {"seen": str(version)})
    assert answer.status_code == 409
    assert say("en", "errors.review_asker_left", name="走了的经办") in answer.content.decode()
    assert enter("段志强").post(f"/desk/reviews/{number}/back/", {"why": "gone"}).status_code == 303


@pytest.mark.parametrize("more", [Role.CLERK, Role.SECURITY, Role.SUPERVISOR])
def test_an_administrator_has_no_other_role(office: Office, more: Role) -> None:
    node = open_node(office.roles.worker)
    (auditor,) = office.row("SELECT account FROM role_grant WHERE role = 'auditor'")
    (clerk,) = office.row("SELECT min(account) FROM role_grant WHERE role = 'clerk'")
    with pytest.raises(GrantError, match="three people"):
        doors.grant(
            node, auditor, more, desk=QUJING if more is Role.CLERK else "", since=FIRST_DAY, by="test"
        )
    with pytest.raises(GrantError, match="three people"):
        doors.grant(node, clerk, Role.SYSTEM, since=FIRST_DAY, by="test")
    node.store.close()

"""What the API lets through and what not: keys, sessions, other people's things, masked numbers, applications sent twice."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from api_cast import ROOT, Programs, get, post
from django.test import Client

from door_cast import signed_in
from jiexu.usecases.doors import Role
from jiexu.web import tries
from office_cast import PASSWORD

APPLICATION = {
    "origin": "曲靖", "from_scheme": "310", "destination": "510100", "to_scheme": "310", "agreed": True,
}  # fmt: skip
LONG_NUMBER = re.compile(r"[0-9]{15,}[0-9X]")


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    for each in (tries.opening, tries.tracking, tries.proving):
        each.forget()


def kind(answer: Any) -> str:
    """Which problem was answered."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == answer.status_code
    assert said["title"]
    assert said["detail"]
    return str(said["type"]).partition("#")[2]


def test_a_key_opens_what_its_account_may_see_and_nothing_else(office: Programs) -> None:
    person, clerk = office.key("person own"), office.key("clerk own")
    grant = office.grant(office.cast.named("person own"))
    assert get("me", person).json()["roles"] == ["person"]
    assert get(f"my/{grant}/cases", person).json()["cases"][0]["case_no"] == office.case
    assert get("desk/inbox", clerk).json()["place"]["code"] == "530300"
    assert (get("desk/inbox", person).status_code, kind(get("desk/inbox", person))) == (404, "not_here")
    assert kind(get(f"my/{grant}/cases", clerk)) == "not_here"


def test_what_is_wrong_with_a_key_is_said_and_no_more(office: Programs) -> None:
    key = office.key("person own")
    old = office.key("person own", made=timedelta(days=31), days=30)
    for given in ("", "jx_nothing", f"{key}x", old):
        answer = get("me", given)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="jiexu"')
        assert given not in answer.content.decode() or not given
    assert kind(get("me", "")) == "no_key"
    assert kind(get("me", old)) == "wrong_key"


def test_a_key_that_is_ended_opens_nothing_from_then_on(office: Programs) -> None:
    key = office.key("person own")
    assert get("me", key).status_code == 200
    [number] = office.cast.office.row(
        "SELECT k.id FROM access_key k JOIN auth_user u ON u.id = k.account WHERE u.username = 'person own' "
        "ORDER BY used_at DESC NULLS LAST LIMIT 1"
    )
    window = office.cast.named("person own").window
    assert window is not None
    assert window.post(f"/my/access/{number}/end/").status_code == 303
    assert get("me", key).status_code == 401
    assert window.post(f"/my/access/{number}/end/").status_code == 404


def test_nobody_ends_a_key_of_another(office: Programs) -> None:
    key = office.key("person own")
    [number] = office.cast.office.row("SELECT id FROM access_key ORDER BY made_at DESC LIMIT 1")
    other = office.cast.named("person other").window
    assert other is not None
    assert other.post(f"/my/access/{number}/end/").status_code == 404
    assert get("me", key).status_code == 200


def test_another_password_ends_every_key(office: Programs) -> None:
    from django.contrib.auth.models import User  # noqa: PLC0415  asks for Django's settings

    key = office.key("no role")
    assert get("me", key).status_code == 200
    user = User.objects.get(username="no role")
    user.set_password("another sentence only I know")
    user.save(update_fields=["password"])
    assert get("me", key).status_code == 401


def test_a_key_ends_with_the_second_factor_it_was_made_under(office: Programs) -> None:
    office.cast.office.hire("gives it up")
    window = office.cast.office.enter("gives it up")
    key, others = office.key("gives it up"), office.key("person own")
    assert get("me", key).status_code == 200
    window.post("/sign-in/again/", {"password": PASSWORD})
    assert window.post("/my/second-factor/end/").status_code == 302
    assert get("me", key).status_code == 401
    assert get("me", others).status_code == 200


def test_wrong_keys_have_to_wait_and_right_ones_never(office: Programs) -> None:
    key = office.key("person own")
    statuses = [get("me", "jx_wrong").status_code for _ in range(tries.opening.most + 1)]
    assert statuses == [401] * tries.opening.most + [429]
    assert int(get("me", "jx_wrong").headers["Retry-After"]) > 0
    assert get("me", key).status_code == 200


def test_a_key_is_made_at_the_page_by_who_has_just_shown_who_they_are_and_shown_once(
    office: Programs,
) -> None:
    window = office.cast.named("finance own").window
    assert window is not None
    form = {"name": "book-keeping", "days": "7", "may": "reads"}
    page = window.post("/my/access/", form).content.decode()
    [key] = re.findall(r"jx_[\w-]{43}", page)
    assert get("me", key).json()["entered_by"] == "key"
    assert key not in window.get("/my/access/").content.decode()
    [kept] = office.cast.office.row("SELECT digest FROM access_key WHERE name = 'book-keeping'")
    assert key not in kept
    [account] = office.cast.office.row("SELECT id FROM auth_user WHERE username = 'finance own'")
    for late in (
        signed_in(office.cast.office, account, second=False),
        signed_in(office.cast.office, account, minutes_ago=6),
    ):
        assert late.post("/my/access/", form).status_code == 303
    for wrong in ({"name": ""}, {"days": "0"}, {"days": "91"}, {"days": "x"}, {"may": "everything"}):
        assert window.post("/my/access/", {**form, **wrong}).status_code == 422


def test_a_key_that_only_reads_changes_nothing_and_none_moves_money(office: Programs) -> None:
    grant, case = office.grant(office.cast.named("person own")), office.case
    only = office.key("person own", only_reads=True)
    assert kind(post(f"my/{grant}/cases/{case}/acts", {"act": "withdraw"}, only)) == "key_only_reads"
    clerk = office.key("clerk own")
    step = {"verb": "issue_form"}
    assert kind(post(f"desk/cases/{case}/reviews", step, clerk)) == "key_not_enough"


def test_a_session_acts_with_the_token_of_our_own_pages_and_not_without(office: Programs) -> None:
    [account] = office.cast.office.row("SELECT id FROM auth_user WHERE username = 'clerk own'")
    window = signed_in(office.cast.office, account)
    window.handler.enforce_csrf_checks = True
    address, step = f"{ROOT}desk/cases/{office.case}/reviews", json.dumps({"verb": "issue_form"})
    assert kind(window.post(address, step, "application/json")) == "forged"
    token = window.get(f"{ROOT}me").json()["csrf_token"]
    answer = window.post(address, step, "application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 200
    assert {each["verb"] for each in answer.json()["reviews"]} == {"issue_form"}
    late = signed_in(office.cast.office, account, minutes_ago=6)
    assert kind(late.post(address, step, "application/json")) == "show_again"


def test_another_agency_and_another_person_are_told_that_there_is_none_such(office: Programs) -> None:
    mine, case = office.grant(office.cast.named("person own")), office.case
    clerk, person, agent = (office.key(f"{role} other") for role in ("clerk", "person", "agent"))
    assert get(f"desk/cases/{case}", clerk).status_code == 404
    assert post("desk/search", {"q": case}, clerk).json()["rows"] == []
    assert get("desk/inbox?desk=530300", clerk).status_code == 404
    assert get("reports?agency=530300", clerk).status_code == 404
    for what in ("cases", f"cases/{case}", "record", "account", "looks", "messages"):
        for key in (person, agent):
            assert get(f"my/{mine}/{what}", key).status_code == 404, what
    assert post(f"my/{mine}/applications", APPLICATION, person, Idempotency_Key="a").status_code == 404
    own = office.grant(office.cast.named("person other"))
    assert get(f"my/{own}/cases/{case}", person).status_code == 404


def test_numbers_are_masked_wherever_they_stand(office: Programs) -> None:
    person, clerk = office.key("person own"), office.key("clerk own")
    grant = office.grant(office.cast.named("person own"))
    said = [
        get(f"my/{grant}/{what}", person).content.decode()
        for what in ("cases", f"cases/{office.case}", "record", "account", "messages")
    ]
    said += [
        get(f"desk/cases/{office.case}", clerk).content.decode(),
        get("desk/inbox", clerk).content.decode(),
    ]
    said.append(post("desk/search", {"q": office.case}, clerk).content.decode())
    for each in said:
        assert not LONG_NUMBER.search(each)
    [shown] = get(f"my/{grant}/record", person).json()["known"][0]["documents"]
    assert set(shown) == {"kind", "last_four"}
    assert len(shown["last_four"]) == len("1234")
    [paper] = get(f"desk/cases/{office.case}", clerk).json()["documents"]
    assert "*" in paper["number"]
    assert paper["number"].endswith(shown["last_four"])


def test_an_application_sent_twice_is_one_case_and_sent_otherwise_it_is_refused(office: Programs) -> None:
    key, grant = office.key("person own"), office.grant(office.cast.named("person own"))
    address = f"my/{grant}/applications"
    first = post(address, APPLICATION, key, Idempotency_Key="once")
    again = post(address, APPLICATION, key, Idempotency_Key="once")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["case_no"] == again.json()["case_no"]
    assert again.json()["outcome"] == "already_recorded"
    other = post(address, {**APPLICATION, "wants_cash": True}, key, Idempotency_Key="once")
    assert (other.status_code, kind(other)) == (409, "key_used")
    assert post(address, APPLICATION, key).status_code == 422
    wrong = post(
        address, {**APPLICATION, "origin": "nowhere", "agreed": False}, key, Idempotency_Key="b"
    ).json()
    assert {each["where"] for each in wrong["errors"]} == {"origin", "agreed"}
    kept = office.cast.office.row("SELECT count(*), count(DISTINCT case_no) FROM sent_once")
    assert kept == (1, 1)


def test_looks_through_the_api_are_kept_as_those_on_the_pages(office: Programs) -> None:
    person, clerk, agent = office.key("person own"), office.key("clerk own"), office.key("agent own")
    own = office.grant(office.cast.named("person own"))
    mine = office.grant(office.cast.named("agent own"))

    def looked() -> list[tuple[str, str]]:
        return [(each["by"], each["what"]) for each in get(f"my/{own}/looks", person).json()["looked"]]

    before = len(looked())
    get(f"desk/cases/{office.case}", clerk)
    get(f"my/{mine}/record", agent)
    get(f"my/{mine}/account", agent)
    get(f"audit/cases/{office.case}/looks", office.key("auditor own"))
    # At each agency that knows the person.
    assert sorted(set(looked()[: len(looked()) - before])) == [
        ("agent own", "account"), ("agent own", "record"), ("auditor own", "looks"), ("clerk own", "case"),
    ]  # fmt: skip


def test_problems_are_said_in_the_language_that_is_asked_for(office: Programs) -> None:
    english, chinese = get("areas/999999"), get("areas/999999", lang="zh")
    assert english.json()["title"] == "There is none such here"
    assert chinese.json()["title"] == "没有这个"
    assert kind(get("no/such/address")) == "not_here"
    assert Client(SERVER_NAME="localhost").delete(f"{ROOT}me").headers["Allow"] == "GET, HEAD"
    assert Client(SERVER_NAME="localhost").post(f"{ROOT}tracking", {"a": 1}).status_code == 415
    broken = Client(SERVER_NAME="localhost").post(f"{ROOT}tracking", "{", "application/json")
    assert (broken.status_code, kind(broken)) == (400, "unreadable")


def test_following_a_case_has_the_limit_the_page_has(office: Programs) -> None:
    wrong = {"case_no": office.case, "last_four": "0000"}
    statuses = [post("tracking", wrong).status_code for _ in range(tries.tracking.most + 1)]
    assert statuses == [404] * tries.tracking.most + [429]


def test_the_guide_names_no_file_of_the_server(office: Programs) -> None:
    told = {"from": "曲靖", "to": "成都", "history": "/etc/passwd"}
    answer = post("guide", told)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "history")


@pytest.mark.usefixtures("office")
def test_a_session_that_no_table_can_hold_is_nobodys() -> None:
    for strange in ('"abcdefgh\\000abcdefgh"', "x" * 5000, "ÿ" * 32):
        window = Client(SERVER_NAME="localhost")
        assert window.get(f"{ROOT}me", headers={"cookie": f"sessionid={strange}"}).status_code == 401


def test_staff_without_a_second_factor_and_every_role_see_their_own(office: Programs) -> None:
    for role in Role:
        said = get("me", office.key(f"{role} own")).json()
        assert said["roles"] == [role.value]
        assert said["csrf_token"] is None

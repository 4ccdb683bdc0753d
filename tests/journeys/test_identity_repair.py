"""Identity repair: whom a document may mean, the evidence for each, two people who agree, and never a silent merge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import psycopg
import pytest
from django.test import Client

from jiexu.exchange.envelope import BEIJING
from jiexu.exchange.payloads import Document
from jiexu.store import atrest
from jiexu.texts import say
from jiexu.usecases import delivery, identity
from jiexu.usecases.doors import Role
from jiexu.usecases.identity import Brought, birth_in, near_numbers
from jiexu.usecases.people import load_people
from jiexu.usecases.verifying import verify
from jiexu.values import citizen
from office_cast import BORN, CHENGDU, GUANGZHOU, QUJING, Office, lives, opened, text
from office_cast import number_of as serial

TODAY = datetime.now(BEIJING).date()
PASSPORT = "G12345678"


def number_of(n: int) -> str:
    """A woman's number, far from every other one here."""
    return serial(1002 * n)


def old_form(number: str) -> str:
    """The number of 15 digits a citizen number had before."""
    return number[:6] + number[8:17]


def slipped(number: str) -> str:
    """A number in which somebody wrote one digit of the serial wrongly, and left the check character."""
    return number[:16] + str((int(number[16]) + 2) % 10) + number[17]


@pytest.fixture(scope="module")
def office(postgres: Any) -> Iterator[Office]:
    """Chengdu recorded these people under another number than they bring; Qujing knows them by what they bring."""
    with opened(postgres, "identity") as office:
        office.hire("何文静", (Role.CLERK, CHENGDU), (Role.REVIEWER, CHENGDU))
        office.hire("罗建平", (Role.REVIEWER, CHENGDU))
        office.hire("广州经办", (Role.CLERK, GUANGZHOU), (Role.REVIEWER, GUANGZHOU))
        recorded = {
            "旧号人": (1, "01", old_form(number_of(1))),
            "错号人": (2, "01", slipped(number_of(2))),
            "护照人": (3, "16", PASSPORT),
            "别的名": (4, "01", slipped(number_of(4))),
            "同名人": (5, "16", "G50000001"),
            "换号人": (7, "01", number_of(777)),
        }
        with office.node() as node:
            for name, (n, kind, number) in recorded.items():
                brought, recorded_there = lives(name, number_of(n))
                papers = ((kind, number, None, None),)
                load_people(
                    node, [brought, replace(recorded_there, documents=papers)], day=TODAY, actor="test"
                )
            again = replace(lives("同名人", number_of(6))[1], documents=(("16", "G50000002", None, None),))
            load_people(node, [again], day=TODAY, actor="test")
        yield office


def brought(name: str, n: int) -> dict[str, str]:
    """What the clerk writes down from the card at hand."""
    return {"name": name, "document_kind": "01", "document_number": number_of(n), "birth": "", "step": "find"}


def application(name: str, n: int) -> dict[str, str]:
    return {
        "name": name, "document_kind": "01", "document_number": number_of(n), "direction": "in", "other": "曲靖市",
        "from_scheme": "310", "to_scheme": "310", "applicant": "member", "authorised": "no", "employer": "",
        "channel": "counter", "wants_cash": "no", "step": "file", "agree": "yes",
    }  # fmt: skip


def chosen(page: str) -> str:
    """Whom the button of the first candidate proposes."""
    found = re.search(r'name="person" value="(P[0-9a-f]+)"', page)
    assert found is not None
    return found.group(1)


def propose(office: Office, name: str, n: int) -> str:
    """The first person proposes the first candidate; the address of what waits."""
    clerk = office.enter("何文静")
    page = text(clerk.post("/desk/identity/", brought(name, n)))
    answer = clerk.post("/desk/identity/propose/", {**brought(name, n), "person": chosen(page)})
    assert answer.status_code == 303
    return str(answer.url)


def test_an_old_number_is_found_agreed_to_by_another_and_the_refused_case_is_filed_again(
    office: Office,
) -> None:
    clerk, reviewer = office.enter("何文静"), office.enter("罗建平")
    check = text(clerk.post("/desk/counter/", {**application("旧号人", 1), "step": "check"}))
    assert say("en", "counter.not_known") in check
    refused = clerk.post("/desk/counter/", application("旧号人", 1)).url
    with office.node() as node:
        for side in ("destination", "origin", "destination", "origin"):
            delivery.one_round(node, side, day=TODAY, found=lambda _: None)
    assert say("en", "counter.refused_h") in text(clerk.get(refused))
    people = office.row("SELECT count(*) FROM person")
    page = text(clerk.post("/desk/identity/", brought("旧号人", 1)))
    for word in ("same_name", "same_birth", "same_sex", "old_number"):
        assert say("en", f"identity.e_{word}") in page
    shown = re.sub(r'<input type="hidden"[^>]*>', "", page)
    assert number_of(1) not in shown, "numbers are masked"
    assert old_form(number_of(1)) not in shown
    waits = propose(office, "旧号人", 1)
    assert propose(office, "旧号人", 1) == waits, "the same proposal waits once"
    # The first person is a reviewer too, and still cannot agree with themselves.
    alone = clerk.post(f"{waits}agree/")
    assert alone.status_code == 409
    assert say("en", "errors.reviewer_handles", name="何文静") in text(alone)
    elsewhere = office.enter("广州经办")
    assert elsewhere.get(waits).status_code == elsewhere.post(f"{waits}agree/").status_code == 404
    assert office.row("SELECT count(*) FROM identity_document WHERE seek = %s", seek_of(1)) == (1,), (
        "Qujing's"
    )
    assert say("en", "identity.agree") in text(reviewer.get(waits))
    assert reviewer.post(f"{waits}agree/").status_code == 303
    assert reviewer.post(f"{waits}agree/").status_code == 404, "it is answered"
    added = office.row(
        "SELECT d.person, d.valid_from, c.event FROM identity_document d JOIN person_change c USING (agency, person, version) "
        "WHERE d.agency = %s AND d.seek = %s", CHENGDU, seek_of(1),
    )  # fmt: skip
    assert added[1:] == (TODAY, "DocumentAdded")
    assert office.row("SELECT count(*) FROM person") == people, "nobody was merged and nobody was made"
    (content,) = office.row("SELECT content::text FROM person_change WHERE event = 'DocumentAdded'")
    assert number_of(1) not in content
    # The same application on the same day is another case now, and goes on.
    answer = clerk.post("/desk/counter/", application("旧号人", 1))
    assert answer.url != refused
    assert clerk.post("/desk/counter/", application("旧号人", 1)).url.partition("?")[0] == answer.url
    with office.node() as node:
        for side in ("destination", "origin", "destination"):
            delivery.one_round(node, side, day=TODAY, found=lambda _: None)
        assert not verify(node).breaks
    case_no = answer.url.split("/")[-3]
    state = "SELECT record_state, person = %s FROM file WHERE case_no = %s AND side = 'destination'"
    assert office.row(state, added[0], case_no) == ("accepted", True)


@pytest.mark.parametrize(("name", "n", "why"), [("错号人", 2, "one_digit"), ("护照人", 3, "other_kind")])
def test_a_slip_and_a_changed_document_are_evidence(office: Office, name: str, n: int, why: str) -> None:
    page = text(office.enter("何文静").post("/desk/identity/", brought(name, n)))
    assert say("en", f"identity.e_{why}") in page
    assert say("en", "identity.propose") in page


@pytest.mark.parametrize(
    ("name", "n", "why"),
    [("错号的名", 4, "other_name"), ("同名人", 5, "several_alike"), ("换号人", 7, "other_number")],
)
def test_people_whose_evidence_disagrees_are_shown_and_not_proposed(
    office: Office, name: str, n: int, why: str
) -> None:
    clerk = office.enter("何文静")
    page = text(clerk.post("/desk/identity/", brought(name, n)))
    assert say("en", f"identity.e_{why}") in page
    assert say("en", "identity.propose") not in page
    (person,) = office.row(
        "SELECT min(d.person) FROM identity_document d JOIN person p USING (agency, person) WHERE d.agency = %s AND p.name = %s",
        CHENGDU, {"错号的名": "别的名"}.get(name, name),
    )  # fmt: skip
    forced = clerk.post("/desk/identity/propose/", {**brought(name, n), "person": person})
    assert forced.status_code == 409
    assert say("en", "errors.identity_disagrees") in text(forced)
    assert office.row("SELECT count(*) FROM identity_repair WHERE person = %s", person) == (0,)


def test_what_waits_can_go_back_with_a_reason_or_be_taken_back_by_who_asked(office: Office) -> None:
    reviewer = office.enter("罗建平")
    waits = propose(office, "错号人", 2)
    assert reviewer.post(f"{waits}back/", {"why": " "}).status_code == 409
    assert reviewer.post(f"{waits}withdraw/").status_code == 404, "clerks take back"
    assert reviewer.post(f"{waits}back/", {"why": "the photo differs"}).status_code == 303
    again = propose(office, "错号人", 2)
    assert again != waits
    assert office.enter("何文静").post(f"{again}withdraw/").status_code == 303
    assert office.row("SELECT count(*) FROM identity_document WHERE version IS NOT NULL AND seek = %s", seek_of(2)) == (0,)  # fmt: skip


def test_who_looked_at_a_candidate_is_kept_for_the_person(office: Office) -> None:
    office.enter("何文静").post("/desk/identity/", brought("护照人", 3))
    found = office.row(
        "SELECT count(*) > 0, min(looked_by) FROM look WHERE why = 'identity' AND what = 'record'"
    )
    assert found == (True, "何文静")


def test_the_form_tells_what_is_missing_at_its_field(office: Office) -> None:
    clerk = office.enter("何文静")
    assert Client(SERVER_NAME="localhost").get("/desk/identity/").status_code == 303
    wrong = clerk.post("/desk/identity/", {"name": "", "document_kind": "16", "document_number": "E1234567", "step": "find"})  # fmt: skip
    assert wrong.status_code == 422
    for name in ("name", "birth"):
        assert f'id="e-{name}"' in text(wrong)
    known = clerk.post("/desk/identity/", {**brought("护照人", 3), "document_kind": "16", "document_number": PASSPORT, "birth": BORN.isoformat()})  # fmt: skip
    assert say("en", "identity.known") in text(known)


def test_the_pages_role_adds_no_document_that_nobody_proposed(office: Office) -> None:
    person = office.row("SELECT person FROM person WHERE agency = %s AND name = '换号人'", CHENGDU)[0]
    for version in (None, 2):
        with psycopg.connect(office.roles.desk) as desk:
            desk.execute("SELECT set_config('jiexu.agencies', %s, true)", [CHENGDU])
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation)):
                desk.execute(
                    "INSERT INTO identity_document (agency, kind, number, seek, seek_end, person, version) VALUES (%s, '01', 'X', 'X', 'X', %s, %s)",
                    [CHENGDU, person, version],
                )


def test_a_document_that_was_changed_behind_the_desk_is_found_by_verify(
    office: Office, postgres: Any
) -> None:
    waits = propose(office, "护照人", 3)
    assert office.enter("罗建平").post(f"{waits}agree/").status_code == 303
    name = office.roles.owner
    with office.node() as node:
        assert not verify(node).breaks
    with psycopg.connect(
        postgres.admin, autocommit=True, dbname=re.search(r"dbname=(\S+)", name).group(1)
    ) as admin:  # type: ignore[union-attr]
        person = (
            "SELECT person, number, seek, seek_end FROM identity_document WHERE agency = %s AND seek = %s"
        )
        row = admin.execute(person, [CHENGDU, seek_of(3)]).fetchone()
        assert row is not None
        change = "UPDATE identity_document SET number = %s, seek = %s, seek_end = %s WHERE seek = %s AND agency = %s"
        another = atrest.sealed_number(CHENGDU, row[0], "01", number_of(333))
        admin.execute(change, [*another, seek_of(3), CHENGDU])
        with office.node() as node:
            assert {each.kind for each in verify(node).breaks} == {"person_differs"}
        admin.execute(change, [*row[1:], seek_of(333), CHENGDU])


def seek_of(n: int) -> str:
    return atrest.seek("01", number_of(n))


def test_near_numbers_hold_the_old_form_and_every_slip_and_not_the_number_itself() -> None:
    number = number_of(1)
    near = dict(near_numbers(Document("01", number)))
    assert near[old_form(number)] == "old_number"
    assert near[slipped(number)] == "one_digit"
    assert number not in near
    assert citizen.convert_15(old_form(number)) == number
    assert not dict(near_numbers(Document("16", PASSPORT)))
    assert birth_in(Document("01", number)) == BORN
    assert birth_in(Document("16", PASSPORT)) is None


def test_somebody_who_died_is_nobodys_candidate(office: Office) -> None:
    with office.node() as node:
        node.speak_for(QUJING)
        who = Brought("错号人", Document("16", "E7654321"), BORN)
        [found] = identity.candidates(node, QUJING, who)
        assert found.may_be_proposed
        with node.store.transaction("test.death", [QUJING]) as cursor:
            cursor.execute(
                "UPDATE person SET died_on = %s WHERE person = %s", [date(2026, 11, 1), found.person]
            )
            cursor.connection.execute("SAVEPOINT s")
            assert identity._candidates(cursor, QUJING, who)[0].against == ("died",)
            cursor.execute("UPDATE person SET died_on = NULL WHERE person = %s", [found.person])

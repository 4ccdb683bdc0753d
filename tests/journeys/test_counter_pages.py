"""At the counter: a person is there, an application is filed for them, papers are printed, handed over and taken in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.test import Client
from pypdf import PdfReader

from jiexu.exchange.envelope import BEIJING
from jiexu.exchange.payloads import Document
from jiexu.rules.inputs import Asked, Channel, Scheme
from jiexu.texts import say
from jiexu.usecases import delivery, letters
from jiexu.usecases.applications import ApplicationIn, take
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.doors import Role
from jiexu.usecases.people import load_people
from jiexu.usecases.verifying import verify
from office_cast import CHENGDU, GUANGZHOU, QUJING, Office, lives, number_of, opened, text

TODAY = datetime.now(BEIJING).date()


def written(name: str, number: str, **more: str) -> dict[str, str]:
    """The form as a clerk at Chengdu fills it in."""
    return {
        "name": name, "document_kind": "01", "document_number": number, "direction": "in", "other": "曲靖市",
        "from_scheme": "310", "to_scheme": "310", "applicant": "member", "authorised": "no", "employer": "",
        "channel": "counter", "wants_cash": "no", **more,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counters:
    """The office, and one case of the route on paper whose form Qujing has issued."""

    office: Office
    by_letter: str
    certificate: tuple[str, ...]


@pytest.fixture(scope="module")
def counters(postgres: Any) -> Iterator[Counters]:
    with opened(postgres, "counter") as office:
        office.hire("何文静", (Role.CLERK, CHENGDU))
        office.hire("杨丽华", (Role.CLERK, QUJING))
        office.hire("段志强", (Role.REVIEWER, QUJING))
        office.hire("广州经办", (Role.CLERK, GUANGZHOU))
        with office.node() as node:
            for at, name in enumerate(("到场人", "改错人", "线下人", "交付人"), start=1):
                load_people(node, lives(name, number_of(at)), day=TODAY, actor="test")
            asked = Asked(TODAY, QUJING, CHENGDU, Scheme.EMPLOYEE, Scheme.EMPLOYEE, channel=Channel.OFFLINE)
            application = ApplicationIn(1, "线下人", Document("01", number_of(3)), asked)
            [taken] = take(node, [application], day=TODAY, actor="test")
            by_letter = taken.case_no
            letter = letters.write(node, agency=CHENGDU, case_no=by_letter, day=TODAY)
            assert letter is not None
            letters.take_in(node, letter, day=TODAY)
        yield Counters(office, by_letter, ())


def test_the_counter_is_for_clerks(counters: Counters) -> None:
    reviewer = counters.office.enter("段志强")
    for address in ("/desk/counter/", "/desk/counter/paper/"):
        assert Client(SERVER_NAME="localhost").get(address).status_code == 303
        assert reviewer.get(address).status_code == 404
        assert reviewer.post(address, {}).status_code == 404
        page = counters.office.enter("何文静").get(address)
        assert page.status_code == 200
        assert text(page).count("<h1") == 1


def test_what_is_written_wrongly_is_told_at_its_field_and_nothing_is_lost(counters: Counters) -> None:
    clerk = counters.office.enter("何文静")
    wrong = written("改错人", number_of(2)[:-1] + "0", other="没有这个地方", applicant="employer")
    answer = clerk.post("/desk/counter/", {**wrong, "step": "check"})
    page = text(answer)
    assert answer.status_code == 422
    for name in ("document_number", "other", "employer"):
        assert f'id="e-{name}"' in page
        assert f'href="#f-{name}"' in page
    assert 'value="改错人"' in page
    assert counters.office.row("SELECT count(*) FROM file WHERE name = '改错人'") == (0,)


def test_an_application_is_checked_consented_to_and_filed_once(counters: Counters) -> None:
    office, clerk = counters.office, counters.office.enter("何文静")
    sent = written("到场人", number_of(1))
    page = text(clerk.post("/desk/counter/", {**sent, "step": "check"}))
    assert say("en", "counter.known") in page
    shown = re.search(r'<dl class="answers">(.*?)</dl>', page, re.DOTALL)
    assert shown is not None
    assert number_of(1) not in shown.group(1), "what is shown is masked"
    assert number_of(1)[-4:] in shown.group(1)
    assert office.row("SELECT count(*) FROM file WHERE name = '到场人'") == (0,), "checking files nothing"
    unsaid = clerk.post("/desk/counter/", {**sent, "step": "file"})
    assert unsaid.status_code == 422
    assert say("en", "counter.agree_missing") in text(unsaid)
    answer = clerk.post("/desk/counter/", {**sent, "step": "file", "agree": "yes"})
    assert answer.status_code == 303
    assert number_of(1) not in answer.url
    (case_no,) = office.row("SELECT case_no FROM file WHERE name = '到场人'")
    filed = text(clerk.get(answer.url))
    assert f"{case_no[:4]}" in filed
    assert say("en", "counter.filed_h") in filed
    assert say("en", "counter.next_h") in filed
    assert "Qujing" in filed
    again = clerk.post("/desk/counter/", {**sent, "step": "file", "agree": "yes"})
    assert f"/{case_no}/" in again.url
    assert say("en", "counter.there_h") in text(clerk.get(again.url))
    assert office.row("SELECT count(*), min(record_state) FROM file WHERE name = '到场人'") == (1, "checking")
    assert office.row("SELECT actor FROM journal WHERE ref = %s AND event = 'Applied'", case_no) == (
        "何文静",
    )
    assert office.enter("广州经办").get(f"/desk/counter/{case_no}/filed/").status_code == 404


def test_whoever_is_not_found_is_told_so_before_anything_is_filed(counters: Counters) -> None:
    clerk = counters.office.enter("何文静")
    page = clerk.post(
        "/desk/counter/", {**written("查无人", number_of(99)), "step": "check"}
    ).content.decode()
    assert say("en", "counter.not_known") in page


def test_an_application_is_taken_at_the_place_that_is_left_too(counters: Counters) -> None:
    office, clerk = counters.office, counters.office.enter("杨丽华")
    sent = written("改错人", number_of(2), direction="out", other="成都市")
    answer = clerk.post("/desk/counter/", {**sent, "step": "file", "agree": "yes"})
    assert answer.status_code == 303
    found = office.row("SELECT side, opener, agency FROM file WHERE name = '改错人'")
    assert found == ("origin", True, QUJING)


def test_papers_are_printed_in_three_copies_and_their_delivery_is_kept_for_ever(counters: Counters) -> None:
    office, clerk, case_no = counters.office, counters.office.enter("何文静"), counters.by_letter
    papers = f"/desk/cases/{case_no}/papers/"
    page = text(clerk.get(papers))
    assert "contact_letter" in page
    assert say("en", "counter.three_note") in page
    printed = clerk.post(f"{papers}print/", {"kind": "contact_letter", "copies": "3", "language": "both"})
    assert printed.headers["Content-Type"] == "application/pdf"
    assert printed.headers["Content-Disposition"] == 'attachment; filename="contact_letter-1.pdf"'
    pages = PdfReader(io.BytesIO(printed.content)).pages
    assert len(pages) >= 3
    receipt = clerk.post(f"{papers}print/", {"kind": "application_receipt", "copies": "1", "language": "en"})
    on_paper = PdfReader(io.BytesIO(receipt.content)).pages[0].extract_text()
    (code,) = office.row("SELECT short_code FROM document WHERE kind = 'application_receipt'")
    assert code in on_paper.replace("-", "").replace("\n", "")
    too_early = clerk.post(f"{papers}print/", {"kind": "completion_notice"})
    assert too_early.status_code == 409
    other = clerk.post(f"{papers}print/", {"kind": "enrolment_certificate"})
    assert other.status_code == 409, "the origin's alone"
    handed = {"kind": "application_receipt", "number": "1", "whom": "member", "name": "线下人", "way": "counter", "on": TODAY.isoformat()}  # fmt: skip
    for _ in range(2):
        assert clerk.post(f"{papers}handed/", handed).status_code == 303
    assert office.row("SELECT count(*), min(handed_by) FROM paper_handed") == (1, "何文静")
    ahead = clerk.post(f"{papers}handed/", {**handed, "on": "2999-01-01"})
    assert ahead.status_code == 422
    assert "2999-01-01" in text(ahead)
    assert clerk.post(f"{papers}handed/", {**handed, "kind": "proxy_form"}).status_code == 422
    assert say("en", "web.event.PaperHanded") in text(clerk.get(f"/desk/cases/{case_no}/"))
    with psycopg.connect(office.roles.worker) as worker:
        worker.execute("SELECT set_config('jiexu.agencies', %s, true)", [CHENGDU])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            worker.execute("UPDATE paper_handed SET name = 'x'")
    elsewhere = office.enter("广州经办")
    assert elsewhere.get(papers).status_code == 404
    for what in ("print", "handed"):
        assert elsewhere.post(f"{papers}{what}/", handed).status_code == 404
    with office.node() as node:
        assert not verify(node).breaks


def test_a_paper_is_taken_in_by_its_code_and_the_wire_copy_changes_nothing(counters: Counters) -> None:
    """S001-115: the certificate is printed in three copies, and the one for the person is noted with day and way."""
    office, case_no = counters.office, counters.by_letter
    origin, destination = office.enter("杨丽华"), office.enter("何文静")
    papers = f"/desk/cases/{case_no}/papers/"
    assert origin.post(f"{papers}print/", {"kind": "enrolment_certificate", "copies": "3"}).status_code == 200
    (code,) = office.row("SELECT short_code FROM document WHERE kind = 'enrolment_certificate'")
    third = {"kind": "enrolment_certificate", "number": "1", "whom": "member", "name": "线下人", "way": "counter", "on": TODAY.isoformat()}  # fmt: skip
    assert origin.post(f"{papers}handed/", third).status_code == 303
    noted = "SELECT whom, way, handed_on FROM paper_handed WHERE kind = 'enrolment_certificate'"
    assert office.row(noted) == ("member", "counter", TODAY)
    state = "SELECT record_state FROM file WHERE case_no = %s AND side = 'destination'"
    assert office.row(state, case_no) == ("checking",)
    wrong = destination.post("/desk/counter/paper/", {"codes": code[:-1] + ("0" if code[-1] != "0" else "1")})
    assert wrong.status_code == 422
    assert destination.post("/desk/counter/paper/", {"codes": " \n"}).status_code == 422
    elsewhere = office.enter("广州经办").post("/desk/counter/paper/", {"codes": code})
    assert elsewhere.status_code == 422, "the paper is for Chengdu"
    taken = destination.post("/desk/counter/paper/", {"codes": code})
    page = text(taken)
    assert taken.status_code == 200
    assert say("en", "counter.taken_h") in page
    assert say("en", "exchange.outcome_recorded") in page
    assert office.row(state, case_no) == ("accepted",)
    again = text(destination.post("/desk/counter/paper/", {"codes": code}))
    before = office.row("SELECT version FROM file WHERE case_no = %s AND side = 'destination'", case_no)
    receipt = destination.post("/desk/counter/paper/", {"codes": code, "receipt": "1"})
    assert receipt.headers["Content-Type"] == "application/json"
    with office.node() as node:
        for side in ("origin", "destination", "origin", "destination"):
            delivery.one_round(node, side, day=TODAY, found=lambda _: None)
    (version,) = office.row("SELECT version FROM file WHERE case_no = %s AND side = 'destination'", case_no)
    assert office.row("SELECT count(*) FROM message WHERE case_no = %s AND agency = %s AND type = 'check'", case_no, CHENGDU) == (1,)  # fmt: skip
    assert version >= before[0]
    assert say("en", "counter.taken_h") in again or say("en", "counter.taken_again_h") in again
    with office.node() as node:
        assert not verify(node).breaks


def test_a_form_by_paper_brings_record_and_money_like_the_wire(counters: Counters) -> None:
    office, case_no = counters.office, counters.by_letter
    origin, destination = office.enter("杨丽华"), office.enter("何文静")
    notice = destination.post(f"/desk/cases/{case_no}/papers/print/", {"kind": "transfer_notice"})
    assert notice.status_code == 200
    (code,) = office.row("SELECT short_code FROM document WHERE kind = 'transfer_notice'")
    assert origin.post("/desk/counter/paper/", {"codes": code}).status_code == 200
    with office.node() as node:
        node.speak_for(QUJING)
        event = DeskEvent("form", TODAY, Verb.ISSUE_FORM, case_no)
        done = perform(node, "", [event], day=TODAY, by="杨丽华", reviewer="段志强", found=lambda _: None)
        assert done["form"] == "done"
    print_it = origin.post(
        f"/desk/cases/{case_no}/papers/print/", {"kind": "information_form", "copies": "3"}
    )
    assert print_it.status_code == 200
    (code,) = office.row("SELECT short_code FROM document WHERE kind = 'information_form'")
    page = text(destination.post("/desk/counter/paper/", {"codes": code}))
    assert say("en", "exchange.type_form") in page
    state = office.row("SELECT record_state FROM file WHERE case_no = %s AND side = 'destination'", case_no)
    assert state == ("form_received",)

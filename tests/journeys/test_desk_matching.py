"""The two desks of the demonstration: work for every role, money matched by hand, and what is looked for and done at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import django
import psycopg
import pytest
from django.db import connections
from django.test import Client
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from jiexu.cases.states import Side
from jiexu.conf import settings
from jiexu.gateways.postgres.roles import OWNER, Connections, create_database
from jiexu.simulation.demonstration import demonstration as demonstration_of
from jiexu.store import atrest
from jiexu.usecases import bankday, banking, demonstration, reading, returning, reviews
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.usecases.reading import searching as search
from jiexu.usecases.returning import ReturnError
from jiexu.usecases.reviewers import ReviewerError
from jiexu.usecases.reviews import ReviewError
from jiexu.usecases.seals import reader
from jiexu.usecases.verifying import verify
from jiexu.values import case_number

QUJING, CHENGDU = "530300", "510100"
DESKS = {CHENGDU: ("何文静", "罗建平", "马晓燕"), QUJING: ("杨丽华", "段志强", "李云芳")}
"""Clerk, reviewer and finance of each desk, as the demonstration's buttons name them."""


@dataclass(slots=True)
class Desks:
    """A node with the demonstration, and whoever has signed in by one of its buttons."""

    roles: Connections
    seals: Path
    windows: dict[str, Client] = field(default_factory=dict)

    def enter(self, name: str) -> Client:
        """The window of one of the demonstration's people. Signed in anew each time: before money that must be lately."""
        window = self.windows.setdefault(
            name, Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
        )
        answer = window.post("/demonstration/sign-in/", {"name": name})
        assert answer.status_code in {302, 303}
        return window

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.roles.owner) as connection:
            connection.execute("SELECT set_config('jiexu.agencies', %s, true)", [f"{QUJING},{CHENGDU}"])
            return connection.execute(query, values).fetchall()

    def node(self) -> Node:
        return open_node(self.roles.worker)

    def is_sound(self) -> None:
        """Nothing in the whole database disagrees."""
        node = self.node()
        assert not verify(node, reader(self.seals)).breaks
        node.store.close()


@pytest.fixture(scope="module")
def desks(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    name, template = f"matching_{os.getpid()}", str(conninfo_to_dict(postgres.template.owner)["dbname"])
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        create_database(connection=admin, name=name, owner=OWNER, template=template)
    roles = postgres.template.to(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    before = {alias: dict(connections[alias].settings_dict) for alias in ("worker", "default")}
    for alias, url in {"worker": roles.worker, "default": roles.desk}.items():
        connections[alias].close()
        connections[alias].settings_dict.update(settings.database(url))
    from jiexu.web import desk, staff  # noqa: PLC0415  asks for Django's settings

    node = open_node(roles.worker)
    found_agencies(node, on=date(2026, 11, 1))
    data = tmp_path_factory.mktemp("matching")
    demonstration.begin(node, demonstration_of(drawn=0), data=data, tell=lambda *_: None)
    staff.make_invented(node, on=date(2026, 11, 1))
    node.store.close()
    yield Desks(roles, data / "seals.jsonl")
    desk.close()
    connections["default"].close()
    connections["worker"].close()
    for alias, kept in before.items():
        connections[alias].settings_dict.update(kept)
    with psycopg.connect(postgres.admin, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def text_of(window: Client, address: str) -> str:
    answer = window.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def offered(page: str, name: str) -> str:
    """The value a page puts into a hidden field of that name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found.group(1)


# ---------------------------------------------------------------- something to do for everybody


@pytest.mark.parametrize("agency", sorted(DESKS))
def test_whoever_enters_by_a_button_of_the_demonstration_has_something_to_do(
    desks: Desks, agency: str
) -> None:
    clerk, reviewer, finance = DESKS[agency]
    for name in DESKS[agency]:
        page = text_of(desks.enter(name), "/desk/")
        assert page.count("/desk/cases/") >= 2, f"{name} has nothing to do"
    assert "Waiting for a second person" in text_of(desks.enter(reviewer), "/desk/")
    batch = text_of(desks.enter(reviewer), "/desk/batch/")
    assert 'name="seen"' in batch
    assert 'name="seen"' in text_of(desks.enter(finance), "/desk/batch/")
    [(unmatched,)] = desks.rows("SELECT count(*) FROM receipt_waiting WHERE agency = %s", agency)
    assert unmatched >= 2
    del clerk


def test_nothing_waits_that_the_machine_would_have_done_and_nothing_disagrees(desks: Desks) -> None:
    left = desks.rows("SELECT agency, case_no FROM by_hand")
    assert len(left) == 12
    elsewhere = desks.rows(
        "SELECT 1 FROM file f WHERE record_open AND record_state IN ('accepted', 'form_received') AND record_holder = 'clerk' "
        "AND NOT EXISTS (SELECT 1 FROM by_hand h WHERE (h.agency, h.case_no) = (f.agency, f.case_no)) "
        "AND NOT EXISTS (SELECT 1 FROM by_hand h WHERE h.case_no = f.case_no)"
    )
    assert not elsewhere
    desks.is_sound()


# ---------------------------------------------------------------- what was seen is what is done


def test_a_reviewed_step_happens_to_the_file_that_was_seen_and_to_no_other(desks: Desks) -> None:
    """The version is compared in the step's own transaction: whatever came between the look and the step counts."""
    [(case_no, version)] = desks.rows(
        "SELECT f.case_no, f.version FROM file f JOIN by_hand h USING (agency, case_no) WHERE f.agency = %s AND f.record_state = 'accepted' "
        "AND f.side = 'origin' ORDER BY record_due_on, case_no LIMIT 1",
        CHENGDU,
    )
    node = desks.node()
    node.speak_for(CHENGDU)
    event = DeskEvent(
        "look", date(2026, 11, 25), Verb.ISSUE_FORM, case_no, side=Side.ORIGIN, seen=version - 1
    )
    told = perform(node, "seen", [event], day=event.on, by="何文静", reviewer="罗建平", found=lambda _: None)
    assert told == {"look": "moved"}
    assert desks.rows("SELECT version FROM file WHERE (agency, case_no) = (%s, %s)", CHENGDU, case_no) == [
        (version,)
    ]
    number = reviews.ask(node, CHENGDU, case_no, Verb.ISSUE_FORM, by="何文静", on=event.on)
    with pytest.raises(ReviewError, match="moved on"):
        reviews.agree(node, CHENGDU, number, by="罗建平", on=event.on, seen=version - 1)
    # What was refused as moved is not counted as done: the very same review is agreed to by who looks again.
    assert reviews.agree(node, CHENGDU, number, by="罗建平", on=event.on, seen=version) == "done"
    node.store.close()


def test_only_the_list_that_was_seen_is_sent(desks: Desks) -> None:
    finance = desks.enter(DESKS[CHENGDU][2])
    page = text_of(finance, "/desk/batch/")
    seen = offered(page, "seen")
    assert finance.post("/desk/batch/send/", {"seen": seen[::-1]}).status_code == 409
    assert finance.post("/desk/batch/send/", {"seen": seen}).status_code == 303
    [(orders,)] = desks.rows(
        "SELECT count(*) FROM bank_order o JOIN bank_batch b USING (agency, batch) WHERE b.handled_by = %s",
        DESKS[CHENGDU][2],
    )
    assert orders == 1


# ---------------------------------------------------------------- money by hand


def queue(desks: Desks, agency: str) -> dict[str, int]:
    return dict(
        desks.rows(
            "SELECT receipt, amount_fen FROM receipt_waiting JOIN bank_receipt USING (agency, receipt) WHERE agency = %s",
            agency,
        )
    )


def receipts_of(desks: Desks, agency: str, fen: int) -> list[str]:
    return sorted(name for name, amount in queue(desks, agency).items() if amount == fen)


def asked_for(desks: Desks, agency: str, receipt: str) -> list[tuple[str, str, int]]:
    """Reviews that wait about a receipt or its parts: id, case, and the version of its file."""
    return desks.rows(
        "SELECT r.id, r.case_no, f.version FROM review r JOIN file f USING (agency, case_no) WHERE r.agency = %s AND split_part(r.word, ':', 2) LIKE %s "
        "AND NOT EXISTS (SELECT 1 FROM review_end e WHERE (e.agency, e.id) = (r.agency, r.id)) ORDER BY r.word",
        agency,
        f"{receipt}%",
    )


def test_two_of_one_name_and_amount_without_a_reference_stay_unmatched_and_neither_is_proposed(
    desks: Desks,
) -> None:
    both = receipts_of(desks, CHENGDU, 150000)
    assert len(both) == 2
    page = text_of(desks.enter("马晓燕"), f"/desk/receipts/one/?receipt={both[0].replace('#', '%23')}")
    assert "More than one fits alike; none is proposed" in page
    assert page.count("李娜") == 2
    assert not re.search(r'name="amount"[^>]*checked', page)


def test_a_receipt_is_matched_by_hand_when_a_second_person_agrees(desks: Desks) -> None:
    finance, reviewer = desks.enter("马晓燕"), desks.enter("罗建平")
    [receipt] = receipts_of(desks, CHENGDU, 421863)
    page = text_of(finance, f"/desk/receipts/one/?receipt={receipt.replace('#', '%23')}")
    assert "The paying agency owes exactly one amount of this size" in page
    [chosen] = re.findall(r'name="amount" value="([^"]+)" checked', page)
    assert reviewer.post("/desk/receipts/ask/", {"receipt": receipt, "amount": chosen}).status_code == 404
    assert finance.post("/desk/receipts/ask/", {"receipt": receipt}).status_code == 409, "nothing was chosen"
    wrong = finance.post("/desk/receipts/ask/", {"receipt": receipt, "case": "2YYYY-YYYYYY-Y"})
    assert (wrong.status_code, "is no case number" in wrong.content.decode()) == (409, True)
    assert finance.post("/desk/receipts/ask/", {"receipt": receipt, "amount": chosen}).status_code == 303
    assert receipt in queue(desks, CHENGDU), "asking matches nothing yet"
    again = finance.post("/desk/receipts/ask/", {"receipt": receipt, "amount": chosen})
    assert again.status_code == 409
    [(review, case_no, version)] = asked_for(desks, CHENGDU, receipt)
    agreed = {"seen": str(version)}
    assert finance.post(f"/desk/reviews/{review}/agree/", agreed).status_code == 404, "finance is no reviewer"
    assert receipt in text_of(reviewer, "/desk/receipts/")
    assert reviewer.post(f"/desk/reviews/{review}/agree/", agreed).status_code == 303
    assert receipt not in queue(desks, CHENGDU)
    amount = (
        "SELECT state, handled_by, reviewed_by FROM money_track WHERE (agency, case_no, leg) = (%s, %s, 1)"
    )
    assert desks.rows(amount, CHENGDU, case_no) == [("credited", "马晓燕", "罗建平")]
    assert "Checked by two people" in text_of(finance, "/desk/receipts/")
    desks.is_sound()


def test_one_receipt_over_two_people_is_split_exactly_and_each_part_is_agreed_to_by_itself(
    desks: Desks,
) -> None:
    """The two of one name: together they make a receipt the paying agency sent for both."""
    first, _ = receipts_of(desks, CHENGDU, 150000)
    node = desks.node()
    day = date(2026, 11, 25)
    [(payer,)] = desks.rows("SELECT payer_account FROM bank_receipt WHERE receipt = %s", first)
    with node.store.transaction("test.receipt", [CHENGDU]) as cursor:
        came = (CHENGDU, "TOGETHER", 310001, "two people", QUJING, atrest.account_of(payer))
        banking.book_receipts(node, cursor, [came], day=day)
    node.store.close()
    finance, reviewer = desks.enter("马晓燕"), desks.enter("罗建平")
    cases = [
        row[0]
        for row in desks.rows(
            "SELECT case_no FROM file WHERE agency = %s AND name = '李娜' ORDER BY 1", CHENGDU
        )
    ]
    amounts = [f"{case_no}.1" for case_no in cases]
    small = finance.post("/desk/receipts/ask/", {"receipt": first, "amount": amounts})
    assert (small.status_code, "choose fewer" in small.content.decode()) == (409, True)
    assert finance.post("/desk/receipts/ask/", {"receipt": "TOGETHER", "amount": amounts}).status_code == 303
    waits = queue(desks, CHENGDU)
    parts = {name: fen for name, fen in waits.items() if name.startswith("TOGETHER")}
    assert parts == {"TOGETHER+1": 150000, "TOGETHER+2": 150000, "TOGETHER+3": 10001}, (
        "the rest waits as a part of its own"
    )
    one, other = asked_for(desks, CHENGDU, "TOGETHER")
    assert reviewer.post(f"/desk/reviews/{one[0]}/agree/", {"seen": str(one[2])}).status_code == 303
    back = {"why": "the other is not hers"}
    assert reviewer.post(f"/desk/reviews/{other[0]}/back/", back).status_code == 303
    states = desks.rows(
        "SELECT case_no, state FROM money_track WHERE agency = %s AND case_no = ANY(%s)", CHENGDU, cases
    )
    assert dict(states)[one[1]] == "credited"
    assert dict(states)[other[1]] != "credited"
    assert {"TOGETHER+2", "TOGETHER+3"} <= set(queue(desks, CHENGDU))
    desks.is_sound()


def test_money_that_belongs_to_no_case_goes_back_by_two_people_and_nothing_is_lost(desks: Desks) -> None:
    finance, reviewer = desks.enter("李云芳"), desks.enter("段志强")
    [receipt] = receipts_of(desks, QUJING, 86000)
    held = "SELECT coalesce(sum(CASE WHEN credit_kind = 'receipts' THEN amount_fen ELSE -amount_fen END), 0) FROM posting WHERE agency = %s AND 'receipts' IN (debit_kind, credit_kind)"
    before = int(desks.rows(held, QUJING)[0][0])
    assert finance.post("/desk/receipts/back/", {"receipt": receipt, "why": "whim"}).status_code == 409
    assert finance.post("/desk/receipts/back/", {"receipt": receipt, "why": "no_case"}).status_code == 303
    named = {"receipt": receipt, "attempt": "1"}
    assert finance.post("/desk/receipts/back/agree/", named).status_code == 404
    assert reviewer.post("/desk/receipts/back/refuse/", {**named, "why": " "}).status_code == 409
    assert reviewer.post("/desk/receipts/back/refuse/", {**named, "why": "look again"}).status_code == 303
    assert receipt in queue(desks, QUJING)
    assert finance.post("/desk/receipts/back/", {"receipt": receipt, "why": "no_case"}).status_code == 303
    assert reviewer.post("/desk/receipts/back/agree/", named).status_code == 409, "that was answered"
    assert reviewer.post("/desk/receipts/back/agree/", {**named, "attempt": "2"}).status_code == 303
    assert receipt not in queue(desks, QUJING)
    assert int(desks.rows(held, QUJING)[0][0]) == before, "ordered is not gone"
    desks.is_sound()
    node = desks.node()
    bankday.hand_over(node, day=date(2026, 11, 25))
    bankday.statements(node, day=date(2026, 11, 26))
    node.store.close()
    came = "SELECT coalesce(sum(amount_fen), 0) FROM posting WHERE agency = %s AND reason = 'received' AND booked_on = %s"
    also = int(desks.rows(came, QUJING, date(2026, 11, 26))[0][0])
    assert int(desks.rows(held, QUJING)[0][0]) == before - 86000 + also
    [posting] = desks.rows(
        "SELECT amount_fen, case_no, handled_by, reviewed_by FROM posting WHERE agency = %s AND reason = 'given_back' AND case_no IS NULL",
        QUJING,
    )
    assert posting == (86000, None, "李云芳", "段志强")
    assert "Gone back" in text_of(finance, "/desk/receipts/")
    desks.is_sound()


def test_what_an_agency_paid_for_nobody_arrives_there_again_and_a_refused_return_waits_once_more(
    desks: Desks,
) -> None:
    node, day = desks.node(), date(2026, 11, 26)
    [receipt] = [name for name in queue(desks, CHENGDU) if name == "TOGETHER+3"]
    asked = returning.ask(node, CHENGDU, receipt, why="twice", by="马晓燕", on=day)
    assert returning.ask(node, CHENGDU, receipt, why="twice", by="马晓燕", on=day) == asked
    with pytest.raises(ReviewerError):
        returning.agree(node, CHENGDU, receipt, attempt=1, by=" 马晓燕", on=day)
    returning.agree(node, CHENGDU, receipt, attempt=1, by="罗建平", on=day)
    with pytest.raises(ReturnError):
        returning.ask(node, CHENGDU, receipt, why="twice", by="马晓燕", on=day)
    with node.store.transaction("test.refused", [CHENGDU]) as cursor:
        refused = [(CHENGDU, receipt, 1, "rejected")]
        assert returning.take_answers(node, cursor, refused, day=day) == 1
        assert returning.take_answers(node, cursor, refused, day=day) == 0
    assert receipt in queue(desks, CHENGDU)
    returning.ask(node, CHENGDU, receipt, why="twice", by="马晓燕", on=day)
    returning.agree(node, CHENGDU, receipt, attempt=2, by="罗建平", on=day)
    bankday.hand_over(node, day=day)
    bankday.statements(node, day=date(2026, 11, 27))
    node.store.close()
    assert receipt not in queue(desks, CHENGDU)
    assert 10001 in queue(desks, QUJING).values()
    desks.is_sound()


def test_neither_page_nor_loop_writes_these_tables_by_itself(desks: Desks) -> None:
    given = f"SELECT set_config('jiexu.agencies', '{CHENGDU}', false)"
    [receipt] = [name for name in queue(desks, CHENGDU) if name == "TOGETHER+2"]
    for forbidden in (
        f"INSERT INTO receipt_split (agency, receipt, part, part_receipt, amount_fen, split_by, split_on) VALUES ('{CHENGDU}', '{receipt}', 1, '{receipt}+1', 9, 'x', current_date)",
        f"INSERT INTO receipt_return (agency, receipt, attempt, amount_fen, payee_account, why, asked_by, asked_on) VALUES ('{CHENGDU}', '{receipt}', 1, 150000, 's1.x.999', 'twice', 'x', current_date)",
        f"INSERT INTO receipt_return_answer (agency, receipt, attempt, answer, answered_on) VALUES ('{CHENGDU}', '{receipt}', 1, 'confirmed', current_date)",
        f"INSERT INTO bank_receipt (agency, receipt, amount_fen, remark, payer, payer_account, received_on) VALUES ('{CHENGDU}', 'forged', 1, '', '', '', current_date)",
        "UPDATE receipt_split SET amount_fen = 1",
    ):
        with psycopg.connect(desks.roles.desk) as pages:
            pages.execute(given)
            with pytest.raises(psycopg.Error):
                pages.execute(forbidden)


# ---------------------------------------------------------------- looked for, filtered, done together


def test_a_case_is_found_by_number_name_or_document_and_what_is_written_stands_in_no_address(
    desks: Desks,
) -> None:
    clerk, other = desks.enter("杨丽华"), desks.enter("何文静")
    [(case_no, *paper)] = desks.rows(
        "SELECT f.case_no, d.agency, d.person, d.kind, d.number FROM file f JOIN identity_document d USING (agency, person) WHERE f.agency = %s AND f.name = '唐晓芸'",
        QUJING,
    )
    number = atrest.number_of(dict(zip(("agency", "person", "kind", "number"), paper, strict=True)))
    at_once = clerk.post("/desk/search/", {"q": case_number.format(case_no).lower()})
    assert (at_once.status_code, at_once.url) == (303, f"/desk/cases/{case_no}/")
    for written in ("唐", "唐晓", number, f"{number[:6]} {number[6:]}", number[-4:], f"唐 {number[-4:]}"):
        found = clerk.post("/desk/search/", {"q": written}).content.decode()
        assert f"/desk/cases/{case_no}/" in found, written
        assert number not in found.replace(f'value="{written}"', ""), "a whole number is shown to nobody"
    for written in ("晓芸", f"李 {number[-4:]}", "000000190001010000", "%", "_", "'"):
        assert f"/desk/cases/{case_no}/" not in clerk.post("/desk/search/", {"q": written}).content.decode()
    # A case of two other places is nobody's here, by whatever it is looked for.
    [(elsewhere,)] = desks.rows("SELECT case_no FROM file WHERE agency = %s AND name = '唐晓芸'", CHENGDU)
    assert elsewhere == case_no
    stranger = "顾秋霞"
    assert (
        "/desk/cases/"
        not in other.post("/desk/search/", {"q": stranger}).content.decode().partition("<h1")[2]
    )
    looks = desks.rows(
        "SELECT count(*) FROM look WHERE agency = %s AND what = 'list' AND looked_by = '杨丽华'", QUJING
    )
    assert looks[0][0] >= 4


def test_pages_of_a_search_go_on_where_the_last_one_ended(desks: Desks) -> None:
    reader = reading.open_reader(desks.roles.desk)
    before, search.PAGE = search.PAGE, 1  # type: ignore[misc]  # one row a page, so that three rows are three pages
    try:
        seen: list[str] = []
        after = ""
        while True:
            found = reading.search(reader, agency=CHENGDU, text="李", after=after)
            seen += [row.case_no for row in found.rows]
            after = found.after
            if not after:
                break
    finally:
        search.PAGE = before  # type: ignore[misc]
        reader.close()
    named = desks.rows("SELECT case_no FROM file WHERE agency = %s AND name LIKE '李%%'", CHENGDU)
    assert len(seen) == len(set(seen)) >= 2
    assert sorted(seen) == sorted(case_no for (case_no,) in named)


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("2YYYYYYYYYYYY", "file_pkey|file_case"),
        ("人7", "person_name_prefix"),
        ("000000199004120028", "identity_document_pkey"),
        ("0028", "identity_document_last_four"),
        ("人7 0028", "identity_document_last_four"),
    ],
)
@pytest.mark.parametrize("page", ["first", "later"])
def test_however_many_people_an_agency_has_a_search_asks_an_index(
    desks: Desks, text: str, index: str, page: str
) -> None:
    """The planner's own word, beside twenty thousand more cases; they are rolled back."""
    question = search.meant(text)
    if question.by is search.By.DOCUMENT and text.startswith("2"):
        question = search.Question(search.By.NUMBER, number=text)
    after = "" if page == "first" else "人75|T750|T750"
    with psycopg.connect(desks.roles.owner) as owner:
        owner.execute("SELECT set_config('jiexu.agencies', %s, true)", [CHENGDU])
        owner.execute(MANY, {"agency": CHENGDU})
        owner.execute("ANALYZE person, identity_document, file")
        plan = planned_once(
            owner, search.QUERIES[question.by], search.given(question, agency=CHENGDU, after=after)
        )
        owner.rollback()
    assert re.search(index, plan), plan
    assert "Seq Scan on person" not in plan
    assert "Seq Scan on identity_document" not in plan
    assert "Seq Scan on file" not in plan, plan


def planned_once(connection: psycopg.Connection[Any], query: str, values: Mapping[str, object]) -> str:
    """The plan that serves all values, which is the one pages use."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", query)))
    numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", query)
    connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    connection.execute(f"PREPARE asked AS {numbered.replace('%%', '%')}")
    given = sql.SQL(", ").join(sql.Literal(values[name]) for name in names)
    rows = connection.execute(sql.SQL("EXPLAIN EXECUTE asked ({})").format(given)).fetchall()
    return "\n".join(row[0] for row in rows)


MANY = """
WITH made AS (
  INSERT INTO person (agency, person, name, name_key, birth)
  SELECT %(agency)s, 'T' || i, '人' || i, '人' || i, '1990-01-01' FROM generate_series(1, 20000) i RETURNING person),
papers AS (
  INSERT INTO identity_document (agency, kind, number, seek, seek_end, person)
  SELECT %(agency)s, '01', 'sealed', md5(i::text), md5((i %% 5000)::text), 'T' || i FROM generate_series(1, 20000) i RETURNING 1)
INSERT INTO file SELECT (jsonb_populate_record(f, jsonb_build_object('case_no', 'T' || i, 'person', 'T' || i, 'name', '人' || i, 'stands', false))).*
FROM (SELECT f FROM file f WHERE f.agency = %(agency)s ORDER BY f.case_no LIMIT 1) one(f), generate_series(1, 20000) i
"""


def test_a_filter_of_the_inbox_is_kept_under_a_name_and_shows_only_what_it_says(desks: Desks) -> None:
    clerk = desks.enter("杨丽华")
    late = text_of(clerk, "/desk/?due=late")
    assert "唐晓芸" in late
    assert "曾雨桐" not in late, "due tomorrow"
    assert "唐晓芸" not in text_of(clerk, "/desk/?side=destination")
    assert "蒋文博" in text_of(clerk, "/desk/?side=destination")
    assert "唐晓芸" in text_of(clerk, "/desk/?other=成都")
    assert "唐晓芸" not in text_of(clerk, "/desk/?other=昆明")
    assert "唐晓芸" not in text_of(clerk, "/desk/?other=nowhere")
    assert "唐晓芸" not in text_of(clerk, "/desk/?scheme=390")
    assert "方丽" in text_of(clerk, "/desk/?turn=desk"), "finance's turn"
    assert "方丽" not in text_of(clerk, "/desk/")
    assert clerk.post("/desk/filters/", {"name": "", "due": "late"}).status_code == 409
    assert clerk.post("/desk/filters/", {"name": "all"}).status_code == 409
    kept = clerk.post("/desk/filters/", {"name": "late ones", "due": "late", "turn": "'; --"})
    assert (kept.status_code, kept.url) == (303, "/desk/?due=late")
    assert "late ones" in text_of(clerk, "/desk/")
    assert "late ones" not in text_of(desks.enter("段志强"), "/desk/"), "each account keeps its own"
    assert clerk.post("/desk/filters/drop/", {"name": "late ones"}).status_code == 303
    assert "late ones" not in text_of(clerk, "/desk/")


def test_several_cases_take_their_next_step_by_one_button_and_each_says_what_became_of_it(
    desks: Desks,
) -> None:
    clerk, reviewer = desks.enter("杨丽华"), desks.enter("段志强")
    page = text_of(clerk, "/desk/")
    picks = re.findall(r'name="pick" value="([^"]+)"', page)
    assert len(picks) >= 4
    assert not re.findall(r'name="pick"', text_of(desks.enter("李云芳"), "/desk/"))
    pressed = clerk.post("/desk/together/", {"pick": [*picks[:3], "2026-11-25.2YYYYYYYYYYYY.0", "rubbish"]})
    assert (pressed.status_code, pressed.url) == (303, "/desk/done/"), "going back presses nothing again"
    told = clerk.get(pressed.url)
    assert "4 件里办成 3 件" in clerk.get("/desk/done/?lang=zh").content.decode()
    clerk.get("/desk/?lang=en")
    body = told.content.decode()
    assert "3 of 4 went through" in body
    assert body.count("a reviewer has been asked") == 3
    states = (
        "SELECT count(*) FROM file WHERE agency = %s AND record_state = 'form_sent' AND case_no = ANY(%s)"
    )
    numbers = [pick.split(".")[1] for pick in picks[:3]]
    assert desks.rows(states, QUJING, numbers) == [(0,)], "nothing is done before a second person agrees"
    offered = re.findall(r'name="pick" value="([^"]+)"', text_of(clerk, "/desk/"))
    assert set(picks[:3]).isdisjoint(offered), "what a colleague was asked for is not offered once more"
    agreed = re.findall(r'name="pick" value="([0-9a-f]{32}\.\d+)"', text_of(reviewer, "/desk/"))
    assert len(agreed) >= 3
    assert clerk.post("/desk/reviews/agree/", {"pick": agreed}).status_code == 404
    stale = f"{agreed[0].partition('.')[0]}.0"
    told = reviewer.post("/desk/reviews/agree/", {"pick": [stale, *agreed[1:], "0" * 32 + ".1"]}, follow=True)
    body = told.content.decode()
    assert f"{len(agreed) - 1} of {len(agreed) + 1} went through" in body
    assert "moved on" in body, "what was not seen as it is was left"
    again = reviewer.post("/desk/reviews/agree/", {"pick": agreed[:1]}, follow=True).content.decode()
    assert "1 of 1 went through" in again
    assert desks.rows(states, QUJING, numbers) == [(3,)]
    desks.is_sound()

"""A node at work on a database of its own, and one with a finished case in each direction to look at."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
import pytest
from documents_cast import new_roles
from prove_cast import ANOTHER, Children, children_at_hand, copied, database_of
from psycopg import sql
from store_cast import CHENGDU, MONDAY, QUJING, asks, lives, number_of, plan

from jiexu.cases.messages import Channel
from jiexu.documents.kinds import Kind
from jiexu.documents.making import make
from jiexu.exchange.payloads import Document
from jiexu.gateways.demo_bank import NOBODY
from jiexu.gateways.postgres.roles import Connections
from jiexu.rules.inputs import Scheme
from jiexu.usecases import (
    access,
    contacts,
    doors,
    employers,
    handing,
    identity,
    looks,
    matching,
    own_accounts,
    own_acts,
    persons,
    requests,
    returning,
    reviews,
    sending,
    uploads,
)
from jiexu.usecases.applications import take
from jiexu.usecases.banking import book_receipts
from jiexu.usecases.deskwork import Verb
from jiexu.usecases.doors import Grant, Role, Subject
from jiexu.usecases.handing import Handed, Way, Whom
from jiexu.usecases.identity import Brought
from jiexu.usecases.lives import begin_cover
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.usecases.people import load_people
from jiexu.usecases.receiving import Delivery, receive
from jiexu.usecases.running import go
from sent_cast import pdf

if TYPE_CHECKING:
    from tests.conftest import Server


ON_ONE = {"test_documents": "embedded", "test_documents_proven": ANOTHER, "test_halving": ANOTHER}
"""Files that take long and whose claims depend on no server: each runs on one."""


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    kind = ON_ONE.get(metafunc.module.__name__)
    if kind is not None and "postgres" in metafunc.fixturenames:
        mark = pytest.mark.parametrize("postgres", [kind], indirect=True, scope="session")
        metafunc.definition.add_marker(mark)


@pytest.fixture(scope="session")
def founded(postgres: Server) -> Iterator[str]:
    """A database in which every agency has its keys: copied in a tenth of the time it takes to draw them."""
    with new_roles(postgres) as roles:
        opened = open_node(roles.worker)
        found_agencies(opened, on=MONDAY)
        opened.store.close()
        yield database_of(roles)


@pytest.fixture
def database(postgres: Server, founded: str) -> Iterator[Connections]:
    """A database of this test's own in which the agencies stand, as connection strings of the three roles."""
    name = f"{founded}_{secrets.token_hex(3)}"
    yield copied(postgres, name, founded)
    postgres.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def node(database: Connections) -> Iterator[Node]:
    """A node with its agencies, opened as worker on a database of this test's own."""
    opened = open_node(database.worker)
    yield opened
    opened.store.close()


@pytest.fixture(scope="session")
def children() -> Iterator[Children]:
    """The process that forks children, once for all tests that kill them."""
    with children_at_hand() as forking:
        yield forking


def _by_hand(opened: Node, roles: Connections) -> None:
    """What people do about receipts: one in parts, one sent back, and one the bank has not answered about yet."""
    made = "INSERT INTO auth_user (username, password, is_superuser, first_name, last_name, email, is_staff, is_active, date_joined) VALUES ('keeps filters', '', false, '', '', '', false, true, now()) RETURNING id"
    with psycopg.connect(roles.worker) as worker:
        account = worker.execute(made).fetchone()
    assert account is not None
    for agency in (QUJING, CHENGDU):
        with psycopg.connect(roles.desk) as desk:
            desk.execute("SELECT set_config('jiexu.agencies', %s, true)", [agency])
            query = "INSERT INTO desk_filter (account, agency, name, words) VALUES (%s, %s, 'late', '{}')"
            desk.execute(query, [account[0], agency])
    with opened.store.transaction("test.by_hand", [QUJING, CHENGDU]) as cursor:
        came = [
            (agency, f"{name}-{agency}", 300, "", "", NOBODY)
            for agency in (QUJING, CHENGDU)
            for name in ("parts", "back", "going")
        ]
        book_receipts(opened, cursor, came, day=MONDAY)
        rows = [(agency, "X", MONDAY) for agency in (QUJING, CHENGDU)]
        cursor.executemany("INSERT INTO by_hand (agency, case_no, since) VALUES (%s, %s, %s)", rows)
    for agency in (QUJING, CHENGDU):
        matching.split(opened, agency, f"parts-{agency}", [100, 200], by="finance", on=MONDAY)
        for name in ("back", "going"):
            returning.ask(opened, agency, f"{name}-{agency}", why="no_case", by="finance", on=MONDAY)
            returning.agree(opened, agency, f"{name}-{agency}", attempt=1, by="reviewer", on=MONDAY)
        with opened.store.transaction("test.returned", [agency]) as cursor:
            answers = [(agency, f"back-{agency}", 1, "confirmed")]
            assert returning.take_answers(opened, cursor, answers, day=MONDAY) == 1


@pytest.fixture(scope="session")
def stored(postgres: Server) -> Iterator[Connections]:
    """A database in which every table of an agency has rows of both agencies. Tests roll back what they try."""
    with new_roles(postgres) as roles:
        opened = open_node(roles.worker)
        found_agencies(opened, on=MONDAY)
        people = [each for one in (1, 3) for each in (*lives(one), *lives(one + 1, CHENGDU, QUJING))]
        load_people(opened, people, day=MONDAY, actor="test")
        run = replace(plan([asks(1), asks(2, CHENGDU, QUJING)]), seals=lambda seal: None)
        progress = go(opened, run)
        assert not progress.exceptions
        # Two more just applied, so that their messages still wait to be sent.
        take(opened, [asks(3), asks(4, CHENGDU, QUJING)], day=MONDAY, actor="applicant")
        # One review a desk, asked for and taken back.
        for agency in (QUJING, CHENGDU):
            with opened.store.transaction("test.file", [agency]) as cursor:
                found = cursor.execute(
                    "SELECT case_no FROM file WHERE side = 'origin' ORDER BY case_no"
                ).fetchone()
            assert found is not None
            number = reviews.ask(opened, agency, found["case_no"], Verb.ISSUE_FORM, by="clerk", on=MONDAY)
            reviews.take_back(opened, agency, number, by="clerk", on=MONDAY)
            with opened.store.transaction("test.looks", [agency]) as cursor:
                at = datetime(2026, 11, 23, 2, tzinfo=UTC)
                looks.note_case(cursor, agency, found["case_no"], by="clerk", role="clerk", at=at)
        looks.gather(opened, day=MONDAY)
        # Resident cover begins for two who had moved, so that both agencies keep a change of a person.
        for home, one in ((QUJING, 1), (CHENGDU, 2)):
            paper = Document("01", number_of(one))
            begin_cover(opened, agency=home, document=paper, scheme=Scheme.RESIDENT, on=MONDAY, day=MONDAY)
        # A number of which somebody had miscopied a digit, for one person of each agency, agreed to by two.
        for agency in (QUJING, CHENGDU):
            known = lives(1)[0]
            written = f"{number_of(1)[:5]}1{number_of(1)[6:]}"
            who = Brought(known.name, Document("01", written), known.birth)
            candidate = identity.candidates(opened, agency, who)[0]
            repair = identity.propose(opened, agency, candidate.person, who, by="clerk", on=MONDAY)
            identity.agree(opened, agency, repair, by="reviewer", on=MONDAY)
        receive(opened, [Delivery(agency, b"no delivery") for agency in (QUJING, CHENGDU)], day=MONDAY)
        # A case of each agency that stands alone, as no sound case does.
        with opened.store.transaction("test.stuck", [QUJING, CHENGDU]) as cursor:
            for agency in (QUJING, CHENGDU):
                query = "INSERT INTO stuck_case (agency, case_no, step, said, since, due_on) VALUES (%s, 'X', 'test', 'test', %s, %s)"
                cursor.execute(query, [agency, MONDAY, MONDAY])
        # Money without a reference, which waits until somebody finds its amount.
        with opened.store.transaction("test.receipts", [QUJING, CHENGDU]) as cursor:
            strange = [(agency, f"strange-{agency}", 100, "", "", "") for agency in (QUJING, CHENGDU)]
            book_receipts(opened, cursor, strange, day=MONDAY)
        _sent_by_the_pages(opened, roles)
        _opened_at_the_counter(opened, roles)
        _by_hand(opened, roles)
        # The bank took every order of the run; here they wait for it again.
        with psycopg.connect(roles.owner) as owner:
            owner.execute("SELECT set_config('jiexu.agencies', %s, true)", [f"{QUJING},{CHENGDU}"])
            owner.execute(
                "INSERT INTO order_waiting (agency, reference) SELECT agency, reference FROM bank_order"
            )
        for taken in progress.given.taken():
            made = make(opened, taken.case_no, Kind.INFORMATION_FORM, day=MONDAY, by="test").issued
            given = Handed(
                made.content.kind.value, made.number, Whom.OTHER_AGENCY, "test", Way.POST, MONDAY, "clerk"
            )
            handing.note(opened, made.code.agency, taken.case_no, given, today=MONDAY)
        # One request of a person a desk, answered.
        for agency in (QUJING, CHENGDU):
            with opened.store.transaction("test.person", [agency]) as cursor:
                row = cursor.execute("SELECT person FROM person ORDER BY person LIMIT 1").fetchone()
            assert row is not None
            said = requests.Said("another name", "it stands on my card")
            asked = requests.ask(
                opened,
                (agency, row["person"]),
                requests.Kind.NAME,
                said,
                by=requests.Asker("somebody", "person", MONDAY),
            )
            given = requests.Answer(requests.Outcome.ACCEPTED, "mended", "clerk", MONDAY)
            requests.answer(opened, agency, asked, given)
            _papers(opened, agency)
        opened.store.close()
        yield roles


def _papers(node: Node, agency: str) -> None:
    """Two papers of a person at a desk: one was used and stays, one was not needed."""
    with node.store.transaction("test.paper", [agency]) as cursor:
        row = cursor.execute("SELECT case_no, person FROM file WHERE record_open ORDER BY case_no").fetchone()
    assert row is not None
    about = uploads.about_case(node, [(agency, row["person"])], row["case_no"])
    assert about is not None
    by = requests.Asker("somebody", "person", MONDAY)
    used, not_needed = (
        uploads.send(node, about, agency, uploads.looked_at(pdf(text), "", "months_paid", about), by=by)
        for text in ("used", "not needed")
    )
    uploads.use(node, agency, used, "looked up", by="clerk", on=MONDAY)
    uploads.not_needed(node, agency, not_needed, by="clerk", on=MONDAY)


def _sent_by_the_pages(node: Node, roles: Connections) -> None:
    """An account that speaks for a person at each agency, applied for them and said where they are paid."""
    made = (
        "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined) "
        "VALUES ('!', false, 'own', '', '', '', false, true, now()) RETURNING id"
    )
    with psycopg.connect(roles.owner) as owner:
        (account,) = owner.execute(made).fetchone() or (0,)
    for agency, number in ((CHENGDU, 3), (QUJING, 4)):
        with node.store.transaction("test.subject", [agency]) as cursor:
            subject = persons.by_document(cursor, agency, "01", number_of(number))
        grant = doors.grant(node, account, Role.PERSON, subject=subject, since=MONDAY, by="test")
        way = (QUJING, CHENGDU) if agency == CHENGDU else (CHENGDU, QUJING)
        [taken] = sending.send(node, [asks(number, *way)], grant=grant, day=MONDAY)
        with node.store.transaction("test.by_hand", [agency]) as cursor:
            cursor.execute("INSERT INTO by_hand VALUES (%s, %s, %s)", [agency, taken.case_no, MONDAY])
        _spreadsheet(node, Grant(grant, Role.EMPLOYER, None, MONDAY, None, "test", Subject(agency, "one")))
        _contact(node, Grant(grant, Role.PERSON, None, MONDAY, None, "test", subject))
        own_acts.rate(node, agency, taken.case_no, "5", "", on=MONDAY)
        sending.keep_account(node, agency, taken.case_no, "62170000000001", by="own", on=MONDAY)
        access.note_sent(node.store, agency, grant, "0" * 64, said="1" * 64, case_no=taken.case_no, on=MONDAY)


def _spreadsheet(node: Node, grant: Grant) -> None:
    """An employer's spreadsheet of one row, sent off and ended."""
    assert grant.subject is not None
    agency, said = grant.subject.agency, {"zh": [""], "en": [""]}
    seen = employers.Seen(2, employers.Found.PROBLEM, said, "somebody", "0000", QUJING, CHENGDU)
    number = employers.keep(node, grant, [seen], {}, by="own", on=MONDAY)
    employers.order(node, grant, number, by="own", on=MONDAY)
    with node.store.transaction("test.row_end", [agency]) as cursor:
        cursor.execute("INSERT INTO employer_row_end VALUES (%s, %s, 2, 'exception', 'X')", [agency, number])


def _contact(node: Node, grant: Grant) -> None:
    """Somebody chose e-mail, confirmed the address, and has seen a message."""
    assert grant.subject is not None
    chosen = contacts.choose(
        node, grant, channels=[Channel.EMAIL], lang="en", elder=False, email="a@example.org", phone="", webhook="", on=MONDAY
    )  # fmt: skip
    code = contacts.code_of(node, chosen.agency, grant.id, chosen.number, "a@example.org")
    contacts.confirm(node, grant, code, on=MONDAY)
    with node.store.transaction("test.seen", [chosen.agency]) as cursor:
        cursor.execute("INSERT INTO message_seen VALUES (%s, %s, %s)", [chosen.agency, grant.id, "0" * 32])


def _opened_at_the_counter(node: Node, roles: Connections) -> None:
    """An account each agency's clerk opened for a person, and one try of its code."""
    made = (
        "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined) "
        "VALUES ('!', false, 'counter clerk', '', '', '', false, true, now()) RETURNING id"
    )
    at = datetime(2026, 11, 23, 2, tzinfo=UTC)
    with psycopg.connect(roles.owner) as owner:
        (clerk,) = owner.execute(made).fetchone() or (0,)
    for agency, number in ((CHENGDU, 3), (QUJING, 4)):
        doors.grant(node, clerk, Role.CLERK, desk=agency, since=MONDAY, by="test")
        with node.store.transaction("test.person", [agency]) as cursor:
            subject = persons.by_document(cursor, agency, "01", number_of(number))
            assert subject is not None
            row = cursor.execute(
                "SELECT name FROM person WHERE (agency, person) = (%s, %s)", [agency, subject.reference]
            ).fetchone()
        assert row is not None
        opened = own_accounts.open_account(
            node, agency, kind="01", number=number_of(number), name=row["name"], by=clerk, on=MONDAY, at=at,
            hashed=lambda code: code.ljust(60, "-"),
        )  # fmt: skip
        own_accounts.use_code(
            node.store,
            [agency],
            name=opened.name,
            code=opened.code,
            at=at,
            fits=lambda code, kept: kept.startswith(code),
        )

"""Papers that people sent: sealed in the tables, opened by whom they are for, erased on their day, and proven by ``verify``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiexu.exchange.atrest import AtRestError, Ring
from jiexu.gateways.papers.checking import Checked, Kind
from jiexu.gateways.policyfiles.uploads import shipped_uploads
from jiexu.gateways.postgres.roles import Connections
from jiexu.jobs import erasing
from jiexu.store import atrest
from jiexu.usecases import looks, requests, resealing, uploads
from jiexu.usecases.node import Node, open_node
from jiexu.usecases.requests import Asker
from jiexu.usecases.uploads import About, Rule, Upload, UploadError
from jiexu.usecases.verifying import verify
from sent_cast import pdf, picture
from waiting_cast import one_that_waits

QUJING, DAY = "530300", date(2026, 11, 24)
DAYS = shipped_uploads().purposes["months_paid"].days
LAST = DAY + timedelta(days=DAYS)
PERSON, CLERK = Asker("等候", "person", DAY), "何文静"
AT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


@pytest.fixture
def node(database: Connections) -> Iterator[Node]:
    opened = open_node(database.worker)
    yield opened
    opened.store.close()


@pytest.fixture
def case(node: Node) -> About:
    """A case that waits, as the person may send papers to it."""
    case_no = one_that_waits(node)
    with node.store.transaction("test.person", [QUJING]) as cursor:
        row = cursor.execute("SELECT person FROM file WHERE case_no = %s", [case_no]).fetchone()
    assert row is not None
    found = uploads.about_case(node, [(QUJING, row["person"])], case_no)
    assert found is not None
    return found


def send(
    node: Node, case: About, data: bytes = b"", note: str = "second page", *, by: Asker = PERSON
) -> Upload:
    paper = uploads.looked_at(data or pdf(), note, "months_paid", case)
    return uploads.find(node, QUJING, uploads.send(node, case, QUJING, paper, by=by))


def owner_of(database: Connections) -> psycopg.Connection[tuple[object, ...]]:
    owner = psycopg.connect(database.owner)
    owner.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
    return owner


def at_the_desk(database: Connections, statement: str, values: Sequence[object] = ()) -> None:
    """One statement under the role of the pages, to its commit, which may be what is refused."""
    with closing(psycopg.connect(database.desk)) as desk, desk.transaction():
        desk.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
        desk.execute(statement.encode(), values)


def test_a_paper_stands_sealed_and_opens_for_its_own_row_alone(
    node: Node, case: About, database: Connections
) -> None:
    first, second = send(node, case, picture()), send(node, case, pdf("another"), "third page")
    with owner_of(database) as owner:
        rows = dict(owner.execute("SELECT id, paper FROM upload_content").fetchall())
        [(every,)] = owner.execute(
            "SELECT string_agg(c::text || u::text, '') FROM upload_content c JOIN upload u USING (agency, id)"
        )
    assert all(bytes(each).startswith(f"s1.{atrest.ring().current}.".encode()) for each in rows.values())
    for clear in ("second page", b"IHDR".hex(), b"%PDF".hex()):
        assert clear not in str(every)
    assert uploads.open_paper(node, first, on=DAY, seen=None) == picture()
    assert uploads.note_of(node, second, on=DAY) == "third page"
    with pytest.raises(AtRestError, match="does not open"):
        atrest.unwrapped(rows[second.id], *atrest.SENT, QUJING, first.id)
    assert (first.kind, first.size, first.erase_on, first.days) == (Kind.PNG, len(picture()), LAST, DAYS)
    assert verify(node).breaks == ()
    assert verify(node).counted["uploads"] == 2


@given(content=st.binary(min_size=1, max_size=2000), note=st.text(max_size=200).map(str.strip))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_sealed_opens_to_the_same_bytes_and_once_erased_to_nothing(
    node: Node, case: About, content: bytes, note: str
) -> None:
    purpose = shipped_uploads().purposes["months_paid"]
    sent = Checked(Kind.PDF, content), note.replace("\x00", ""), purpose
    upload = uploads.find(node, QUJING, uploads.send(node, case, QUJING, sent, by=PERSON))
    assert uploads.open_paper(node, upload, on=DAY, seen=None) == content
    assert uploads.note_of(node, upload, on=DAY) == sent[1]
    uploads.take_back(node, QUJING, upload.id, by=PERSON.name, on=DAY)
    for known in (upload, uploads.find(node, QUJING, upload.id)):
        with pytest.raises(UploadError):
            uploads.open_paper(node, known, on=DAY, seen=None)
        assert uploads.note_of(node, known, on=DAY) == ""


def test_on_its_day_a_paper_is_erased_and_what_was_there_is_still_told(
    node: Node, case: About, database: Connections
) -> None:
    upload = send(node, case)
    uploads.use(node, QUJING, upload.id, "March 2009 was added", by=CLERK, on=DAY)
    assert erasing.one_round(node, today=LAST - timedelta(days=1)) == 0
    assert uploads.open_paper(node, upload, on=LAST - timedelta(days=1), seen=None) == pdf()
    with pytest.raises(UploadError):
        uploads.open_paper(node, upload, on=LAST, seen=None)
    assert (erasing.one_round(node, today=LAST), erasing.one_round(node, today=LAST)) == (1, 0)
    found = uploads.find(node, QUJING, upload.id)
    assert found.erased is not None
    assert (found.erased.rule, found.erased.on, found.erased.by) == (Rule.DATE, LAST, "system")
    assert found.used is not None
    assert found.used.text == "March 2009 was added"
    with owner_of(database) as owner:
        assert owner.execute("SELECT count(*) FROM upload_content").fetchone() == (0,)
        lines = owner.execute(
            "SELECT version, event, actor, day FROM journal WHERE kind = 'upload' ORDER BY seq"
        )
        assert lines.fetchall() == [
            (1, "months_paid", "等候", DAY),
            (2, "used", CLERK, DAY),
            (3, "date", "system", LAST),
        ]
    assert verify(node).breaks == ()


def test_a_paper_is_taken_back_until_somebody_used_it_and_not_needed_erases_it_now(
    node: Node, case: About
) -> None:
    """S000-035 deletable by who sent it and by who does not need it."""
    back, used, not_needed = (send(node, case, pdf(text)) for text in ("a", "b", "c"))
    uploads.take_back(node, QUJING, back.id, by=PERSON.name, on=DAY)
    uploads.use(node, QUJING, used.id, "looked up", by=CLERK, on=DAY)
    uploads.not_needed(node, QUJING, not_needed.id, by=CLERK, on=DAY)
    for act, code in (
        (lambda: uploads.take_back(node, QUJING, used.id, by=PERSON.name, on=DAY), "upload_was_used"),
        (lambda: uploads.take_back(node, QUJING, back.id, by=PERSON.name, on=DAY), "upload_ended"),
        (lambda: uploads.use(node, QUJING, not_needed.id, "x", by=CLERK, on=DAY), "upload_ended"),
        (lambda: uploads.use(node, QUJING, used.id, "x", by=CLERK, on=DAY), "upload_used"),
        (lambda: uploads.use(node, "510100", used.id, "x", by=CLERK, on=DAY), "upload_gone"),
        (lambda: uploads.find(node, "510100", used.id), "upload_gone"),
    ):
        with pytest.raises(UploadError) as refused:
            act()
        assert refused.value.code == code
    found = {each.id: each for each in uploads.of_case(node, case.case_no, agency=QUJING)}
    rules = [found[each.id].erased for each in (back, used, not_needed)]
    assert [each and each.rule for each in rules] == [Rule.TAKEN_BACK, None, Rule.NOT_NEEDED]
    assert uploads.of_case(node, case.case_no, agency="510100") == []
    # What was used can still turn out not to be needed any more.
    uploads.not_needed(node, QUJING, used.id, by=CLERK, on=DAY)
    assert verify(node).breaks == ()


def test_nobody_decides_about_a_paper_they_sent_themselves(
    node: Node, case: About, database: Connections
) -> None:
    upload = send(node, case)
    with pytest.raises(UploadError, match="yourself"):
        uploads.use(node, QUJING, upload.id, "x", by=" 等候 ", on=DAY)
    with pytest.raises(UploadError, match="yourself"):
        uploads.not_needed(node, QUJING, upload.id, by="等候", on=DAY)
    with pytest.raises(psycopg.errors.CheckViolation, match="somebody else"):
        at_the_desk(
            database, "INSERT INTO upload_used VALUES (%s, %s, '', '等候', '2026-11-24')", [QUJING, upload.id]
        )


def test_the_same_paper_sent_twice_is_one_and_after_it_was_erased_a_new_one(node: Node, case: About) -> None:
    first = send(node, case)
    assert send(node, case).id == first.id
    assert send(node, case, note="other words").id != first.id
    uploads.take_back(node, QUJING, first.id, by=PERSON.name, on=DAY)
    again = send(node, case)
    assert again.id != first.id
    assert again.is_there(DAY)


def test_no_more_papers_are_kept_than_the_settings_say(node: Node, case: About) -> None:
    most = shipped_uploads().at_a_time
    for one in range(most):
        send(node, case, pdf(f"page {one}"))
    with pytest.raises(UploadError, match=str(most)):
        send(node, case, pdf("one too many"))
    uploads.not_needed(node, QUJING, uploads.of_case(node, case.case_no)[0].id, by=CLERK, on=DAY)
    send(node, case, pdf("one too many"))


def test_a_paper_belongs_to_an_open_case_or_an_open_request_of_the_person(node: Node, case: About) -> None:
    [key] = case.to
    said = requests.Said("six months more", "payslip", "2009-03", "2009-08", "310")
    number = requests.ask(node, key, requests.Kind.MONTHS, said, by=PERSON)
    asked = uploads.about_request(node, [key], number)
    assert asked is not None
    assert {each.name for each in asked.purposes} == {"months_paid", "old_booklet", "employment"}
    paper = uploads.looked_at(pdf(), "", "old_booklet", asked)
    sent = uploads.send(node, asked, QUJING, paper, by=PERSON)
    assert [each.id for each in uploads.of_request(node, QUJING, number)] == [sent]
    with pytest.raises(UploadError) as refused:
        uploads.looked_at(pdf(), "", "certificate", asked)
    assert refused.value.code == "upload_purpose"
    with pytest.raises(UploadError) as refused:
        uploads.send(node, asked, "510100", paper, by=PERSON)
    assert refused.value.code == "upload_agency"
    for keys in ([], [(QUJING, "somebody-else")], [("510100", key[1])]):
        assert uploads.about_request(node, keys, number) is None
        assert uploads.about_case(node, keys, case.case_no) is None
    requests.answer(node, QUJING, number, requests.Answer(requests.Outcome.ACCEPTED, "added", CLERK, DAY))
    assert uploads.about_request(node, [key], number) is None
    assert verify(node).breaks == ()


def test_a_look_is_kept_in_the_transaction_that_opens(node: Node, case: About) -> None:
    upload = send(node, case)
    look = uploads.look_at(upload, by=CLERK, role="clerk", at=AT)
    uploads.open_paper(node, upload, on=DAY, seen=look)
    with pytest.raises(UploadError):
        uploads.open_paper(node, upload, on=LAST, seen=look)
    with node.store.transaction("test.looks", [QUJING]) as cursor:
        found = looks.of_people(cursor, [(QUJING, upload.person)])
    told = [(row["what"], row["why"], row["looked_by"], row["case_no"]) for row in found]
    assert told == [("upload", "paper", CLERK, case.case_no)]


# ---------------------------------------------------------------- the tables by themselves


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("DELETE FROM upload_content", "there or erased"),
        (
            "INSERT INTO upload_erased SELECT agency, id, 'not_needed', 'x', '2026-11-24' FROM upload",
            "there or erased",
        ),
        (
            "INSERT INTO upload_erased SELECT agency, id, 'date', 'x', '2026-11-24' FROM upload",
            "has not come",
        ),
    ],
)
def test_the_tables_hold_a_paper_or_its_erasure_and_never_both_or_neither(
    node: Node, case: About, database: Connections, statement: str, named: str
) -> None:
    send(node, case)
    with pytest.raises(psycopg.errors.CheckViolation, match=named):
        at_the_desk(database, statement)


def test_what_was_erased_never_comes_back_and_what_was_used_is_not_taken_back(
    node: Node, case: About, database: Connections
) -> None:
    erased, used = send(node, case, pdf("a")), send(node, case, pdf("b"))
    with owner_of(database) as owner:
        copy = owner.execute("SELECT * FROM upload_content WHERE id = %s", [erased.id]).fetchone()
    assert copy is not None
    uploads.not_needed(node, QUJING, erased.id, by=CLERK, on=DAY)
    uploads.use(node, QUJING, used.id, "looked up", by=CLERK, on=DAY)
    attempts: tuple[tuple[str, list[object], str], ...] = (
        ("INSERT INTO upload_content VALUES (%s, %s, %s, %s)", list(copy), "there or erased"),
        ("INSERT INTO upload_used VALUES (%s, %s, '', 'x', '2026-11-24')", [QUJING, erased.id], "is erased"),
        (
            "INSERT INTO upload_erased VALUES (%s, %s, 'taken_back', 'x', '2026-11-24')",
            [QUJING, used.id],
            "was used",
        ),
    )
    for statement, values, named in attempts:
        with pytest.raises(psycopg.errors.CheckViolation, match=named):
            at_the_desk(database, statement, values)


@pytest.mark.parametrize(
    ("table", "statement", "named"),
    [
        ("upload_content", "DELETE FROM upload_content", "upload_there_or_erased"),
        ("upload_content", "UPDATE upload_content SET paper = 's1.k1.AAAA'", "upload_does_not_open"),
        ("upload", "UPDATE upload SET digest = repeat('0', 64)", "upload_differs"),
        ("upload", "UPDATE upload SET sent_on = sent_on + 1, erase_on = erase_on + 1", "journal_rows_differ"),
        ("upload_used", "DELETE FROM upload_used", "journal_rows_missing"),
        ("journal", "DELETE FROM journal WHERE kind = 'upload' AND version = 2", "row_without_line"),
    ],
)
def test_the_owner_who_changes_what_was_sent_is_found_out(
    node: Node, case: About, database: Connections, table: str, statement: str, named: str
) -> None:
    upload = send(node, case)
    uploads.use(node, QUJING, upload.id, "looked up", by=CLERK, on=DAY)
    assert verify(node).breaks == ()
    with owner_of(database) as owner:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        assert owner.execute(statement.encode()).rowcount == 1
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
    assert named in {each.kind for each in verify(node).breaks}


def test_a_new_node_key_seals_papers_anew_and_the_old_one_opens_none_of_them(
    node: Node, case: About, database: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [send(node, case, pdf(f"page {one}")) for one in range(3)]
    before = atrest.ring()
    monkeypatch.setenv("JIEXU_NODE_KEYS", before.with_new(b"9" * 32).text())
    told: list[str] = []
    resealing.reseal(database.owner, tell=lambda what, done, total: told.append(what))
    assert resealing.UPLOADS in told
    with owner_of(database) as owner:
        rows = owner.execute("SELECT id, paper, note FROM upload_content").fetchall()
    assert len(rows) == 3
    for ident, *both in rows:
        for sealed, place in zip(both, (atrest.SENT, atrest.SENT_WORDS), strict=True):
            text = bytes(sealed).decode()  # type: ignore[call-overload]  # a bytea
            assert atrest.ring().is_current(text)
            with pytest.raises(AtRestError):
                Ring(before.current, before.keys).open(text, *place, QUJING, str(ident))
    for each, one in zip(sent, range(3), strict=True):
        assert uploads.open_paper(node, each, on=DAY, seen=None) == pdf(f"page {one}")
    again = open_node(database.worker)
    assert verify(again).breaks == ()
    again.store.close()
    told.clear()
    resealing.reseal(database.owner, tell=lambda what, done, total: told.append(what))
    assert resealing.UPLOADS not in told

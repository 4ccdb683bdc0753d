"""An evidence file holds what one agency knows of a case, is the same however often it is made, and passes both checkers."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import django
import pytest
from prove_cast import FIRST, as_admin, copied, founded, number, plan, populated
from store_cast import CHENGDU, NAME, QUJING, asks, lives, number_of

import check_evidence
from flip_evidence import changed, package_passes, tool_passes
from jiexu.cases.states import RecordState
from jiexu.exchange.container import unpack
from jiexu.exchange.evidence_check import Checked, check
from jiexu.exchange.payloads import Document
from jiexu.gateways.postgres.roles import Connections
from jiexu.store import atrest
from jiexu.texts import LANGS, say
from jiexu.usecases import banking, delivery
from jiexu.usecases.applications import take
from jiexu.usecases.caseview import sides
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.evidence import NothingToExportError, export
from jiexu.usecases.keys import change
from jiexu.usecases.node import Node, directory_root, open_node, refresh
from jiexu.usecases.people import load_people
from jiexu.usecases.running import go

if TYPE_CHECKING:
    from conftest import Server
    from jiexu.exchange.evidence import Evidence

PEOPLE = (0, 1, 2, 4, 5, 6, 9)
"""Of the cast that goes by itself: ordinary, stays, cleared later, bounced, paid twice, died, refused."""
OPEN, WITHDRAWN, DISPUTED, ERASED = 50, 51, 52, 53
"""People whose cases are led by hand, beside those that go by themselves."""
REVIEWER = "复核王"


@dataclass(frozen=True, slots=True)
class Played:
    """A node with cases of every kind. ``roles``, ``server``: for who looks at it in another way.

    ``erased``: one of whose messages 曲靖 no longer has the contents.
    """

    node: Node
    roles: Connections
    server: Server
    cases: dict[int, str]
    erased: str

    def file(self, case_no: str, agency: str, *, redact: bool = False) -> bytes:
        return export(self.node, case_no=case_no, agency=agency, page=page, redact=redact)

    def of(self, person: int, side: str = "origin") -> tuple[str, str]:
        """Case number and agency of somebody's case."""
        case_no = self.cases[person]
        return case_no, sides(self.node, case_no)[side]


def page(evidence: Evidence) -> bytes:
    """The page as the command makes it, Django being ready."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    from jiexu.web.evidence import page as drawn  # noqa: PLC0415  templates only once Django stands

    return drawn(evidence)


@pytest.fixture(scope="module")
def played(postgres: Server) -> Iterator[Played]:
    base = founded(postgres)
    roles = copied(postgres, f"{base}_evidence", base)
    node = open_node(roles.worker)
    populated(node, PEOPLE)
    assert not go(node, plan(PEOPLE)).exceptions
    load_people(
        node,
        [each for one in (OPEN, WITHDRAWN, DISPUTED, ERASED) for each in lives(one)],
        day=FIRST,
        actor="test",
    )
    taken = take(node, [asks(one) for one in (WITHDRAWN, DISPUTED)], day=FIRST, actor="applicant")
    erased = take(node, [asks(ERASED)], day=FIRST, actor="applicant")[0].case_no
    deliver(node)
    with node.store.transaction("test.erase", [QUJING]) as cursor:
        cursor.execute("UPDATE message SET payload = NULL WHERE case_no = %s", [erased])
    by_hand(node, WITHDRAWN, Verb.WITHDRAW)
    by_hand(node, DISPUTED, Verb.ISSUE_FORM, Verb.DISPUTE_FORM, Verb.ISSUE_FORM, Verb.TAKE_IN)
    taken += take(node, [asks(OPEN)], day=FIRST, actor="applicant")
    cases = {each.application.row - 2: each.case_no for each in taken}
    with node.store.transaction("test.cases", node.hosted) as cursor:
        for person in PEOPLE:
            query = "SELECT f.case_no FROM file f JOIN identity_document d USING (agency, person) WHERE d.seek = %s"
            row = cursor.execute(query, [atrest.seek("01", number(person))]).fetchone()
            assert row is not None
            cases[person] = row["case_no"]
    yield Played(node, roles, postgres, cases, erased)
    node.store.close()


def deliver(node: Node) -> None:
    while sum(delivery.one_round(node, side, day=FIRST) for side in ("origin", "destination")):
        pass


def by_hand(node: Node, person: int, *verbs: Verb) -> None:
    """Desk verbs one after the other, each carried to the other side."""
    for verb in verbs:
        event = DeskEvent(
            verb.value,
            FIRST,
            verb,
            "",
            Document("01", number_of(person)),
            QUJING,
            CHENGDU,
            word="months_differ",
        )
        said = perform(node, "", [event], day=FIRST, reviewer=REVIEWER, found=lambda done: None, by="经办李")
        assert set(said.values()) == {"done"}, said
        deliver(node)


def proven(data: bytes, root: str | None = None) -> Checked:
    """What a file proves to both checkers."""
    check_evidence.Check(data, root)
    return check(data, root=root)


@pytest.mark.parametrize("redact", [False, True])
def test_every_file_passes_both_checkers(played: Played, redact: bool) -> None:
    root = directory_root(played.node)
    for case_no in played.cases.values():
        for side, agency in sides(played.node, case_no).items():
            found = proven(played.file(case_no, agency, redact=redact), root)
            assert found.compared
            assert found.side == side
            assert set(found.contents) == {"withheld" if redact else "here"}


def test_a_file_is_the_same_when_another_process_makes_it_again(played: Played) -> None:
    again = replace(played, node=open_node(played.roles.worker))
    for person in (0, 5, OPEN, DISPUTED):
        for redact in (False, True):
            case = played.of(person, "destination")
            assert played.file(*case, redact=redact) == again.file(*case, redact=redact)
    again.node.store.close()


@pytest.mark.parametrize(
    ("person", "states"),
    [
        (0, {"in"}),
        (6, {"died", "in"}),
        (9, {"refused"}),
        (OPEN, {"checking"}),
        (WITHDRAWN, {"withdrawn"}),
        (DISPUTED, {"in"}),
    ],
    ids=["completed", "died", "refused", "open", "withdrawn", "disputed"],
)
def test_a_case_of_each_kind_tells_where_it_stands(played: Played, person: int, states: set[str]) -> None:
    for agency in sides(played.node, played.cases[person]).values():
        case = json.loads(unpack(played.file(played.cases[person], agency))["case.json"])
        assert case["record"]["state"] in states
        assert RecordState(case["record"]["state"])


def test_a_corrected_form_stands_beside_the_one_that_was_returned(played: Played) -> None:
    entries = unpack(played.file(*played.of(DISPUTED)))
    issues = [
        json.loads(data)["issue"] for name, data in entries.items() if b'"mode"' in data and "payload" in name
    ]
    assert issues == [1, 2]


def test_a_message_without_receipt_is_counted_as_the_exporters_word(played: Played) -> None:
    found = proven(played.file(*played.of(OPEN, "destination")))
    assert [(lane.messages, lane.signed) for lane in found.lanes] == [(1, 0), (0, 0)]
    for lang in LANGS:
        case_no, agency = played.of(OPEN, "destination")
        words = unpack(played.file(case_no, agency))["index.html"].decode()
        assert say(lang, "evidence.page.unsigned", agency={"zh": "成都", "en": "Chengdu"}[lang]) in words


def test_an_agency_shows_nothing_of_the_other_agencys_tables(played: Played) -> None:
    """What only the other side wrote: its internal references, its steps and postings, whatever it decided by itself."""
    case_no, origin = played.of(0)
    destination = sides(played.node, case_no)["destination"]
    held = unpack(played.file(case_no, origin))
    whole = b"".join(held.values())
    with as_admin(played.server, played.roles) as admin:
        theirs = "SELECT {} FROM {} WHERE agency = %s"
        secret = [
            *admin.execute(theirs.format("person", "person"), [destination]),
            *admin.execute(theirs.format("id", "posting"), [destination]),
            (played.node.secrets[destination].salt.hex(),),
            *admin.execute("SELECT person FROM person WHERE agency = %s", [origin]),
        ]
    assert not [each for (each,) in secret if str(each).encode() in whole]
    rules = {each["rule"] for each in json.loads(held["decisions.json"])["decisions"]}
    there = {
        each["rule"]
        for each in json.loads(unpack(played.file(case_no, destination))["decisions.json"])["decisions"]
    }
    assert "R-018" in there - rules, (
        "whether somebody is enrolled at the destination is the destination's decision"
    )


def test_document_numbers_stand_where_messages_carry_them_and_nowhere_else(played: Played) -> None:
    numbered = {
        name for name, data in unpack(played.file(*played.of(0))).items() if number(0).encode() in data
    }
    assert numbered == {"messages/510100-0001.payload.json"}


def test_a_redacted_file_names_nobody_and_proves_the_same(played: Played) -> None:
    case_no, agency = played.of(DISPUTED)
    whole = b"".join(unpack(played.file(case_no, agency, redact=True)).values())
    for told in (number_of(DISPUTED), NAME, REVIEWER, "经办李", "months_differ"):
        assert told.encode() not in whole
    entries = unpack(played.file(case_no, agency, redact=True))
    postings = json.loads(entries["money.json"])["postings"] + json.loads(entries["money.json"])["orders"]
    assert all(each["handled_by"] != each["reviewed_by"] for each in postings)
    open_one, hidden = (proven(played.file(case_no, agency, redact=redact)) for redact in (False, True))
    assert open_one.lanes == hidden.lanes


def test_a_withheld_content_can_be_shown_later_to_whoever_holds_the_redacted_file(played: Played) -> None:
    """The salted hash binds: the content taken from a whole file fits the envelope in the redacted one."""
    import hashlib  # noqa: PLC0415

    case_no, agency = played.of(0)
    whole, hidden = unpack(played.file(case_no, agency)), unpack(played.file(case_no, agency, redact=True))
    for name, data in hidden.items():
        if name.endswith(".envelope.json"):
            salt, payload = (whole[name.replace("envelope.json", each)] for each in ("salt", "payload.json"))
            assert hashlib.sha256(salt + payload).hexdigest() == json.loads(data)["payload_hash"]


def test_erased_contents_are_said_and_everything_else_still_proves(played: Played) -> None:
    data = played.file(played.erased, QUJING)
    found = proven(data)
    assert set(found.contents) == {"erased"}
    assert [lane.signed for lane in found.lanes] == [lane.messages for lane in found.lanes] == [1, 2]
    words = unpack(data)["index.html"].decode()
    for lang in LANGS:
        assert say(lang, "evidence.page.content_erased") in words
    assert set(proven(played.file(played.erased, CHENGDU)).contents) == {"here"}


def test_changed_bytes_of_a_real_file_are_seen_by_both(played: Played) -> None:
    data = played.file(*played.of(4))
    passed = [at for at, other in changed(data, 100, "real") if package_passes(other) or tool_passes(other)]
    assert passed == []


def test_the_page_needs_no_network_no_script_and_tells_both_languages(played: Played) -> None:
    for person in played.cases:
        html = unpack(played.file(*played.of(person, "destination")))["index.html"].decode()
        assert not re.search(
            r"<script|\son\w+=|\sstyle=|https?://|//[a-z]|url\(|@import", html.replace("http-equiv", "")
        )
        for lang in LANGS:
            assert say(lang, "evidence.page.only_reading_h") in html
            assert say(lang, "evidence.page.unknown_h") in html
        # A key of a text or a word of the code where a sentence should stand.
        assert not re.findall(r"(?<![\w/])(?:evidence|states|web|notices|exchange)\.[a-z_.]+", html)


def test_printed_forms_are_listed_and_stay_out_of_a_redacted_file(played: Played) -> None:
    case_no, agency = played.of(0)
    papers = {"information_form-1.pdf": b"%PDF-1.7 whatever is printed"}
    for redact in (False, True):
        data = export(played.node, case_no=case_no, agency=agency, page=page, documents=papers, redact=redact)
        entries = unpack(data)
        assert proven(data).counted["documents"] == (0 if redact else 1)
        assert entries.get("documents/information_form-1.pdf") == (
            None if redact else papers["information_form-1.pdf"]
        )
        assert (b'href="documents/information_form-1.pdf"' in entries["index.html"]) is not redact


def test_a_new_key_changes_no_earlier_file(played: Played) -> None:
    case_no, agency = played.of(2)
    before = played.file(case_no, agency)
    change(played.node, agency, on=FIRST + timedelta(days=400))
    refresh(played.node)
    assert played.file(case_no, agency) == before


def test_what_is_not_here_cannot_be_exported(played: Played) -> None:
    case_no, _ = played.of(0)
    with pytest.raises(NothingToExportError):
        played.file(case_no, "110000")
    desk = open_node(played.roles.desk)
    with pytest.raises(NothingToExportError):  # who may not sign cannot export
        export(desk, case_no=case_no, agency=QUJING, page=page)
    desk.store.close()


def test_a_redacted_file_holds_nothing_a_bank_or_a_clerk_wrote_about_somebody(played: Played) -> None:
    """After all others here: it moves the case of whoever was paid twice on."""
    case_no, destination = played.of(5, "destination")
    with played.node.store.transaction("test.receipt", [destination]) as cursor:
        strange = (destination, "STRANGE", 100, "测试乙的退款", "测试乙", "622000000001")
        banking.book_receipts(played.node, cursor, [strange], day=FIRST)
    matched = banking.match_by_hand(
        played.node, agency=destination, receipt="STRANGE", case_no=case_no, leg=1, day=FIRST, by="经办李", reviewer=REVIEWER, other_payer=True
    )  # fmt: skip
    assert matched is not None
    assert [step.outcome for _, step in matched.steps] == ["done"]
    late = DeskEvent("late", FIRST, Verb.LATE_MONEY, case_no, amount_fen=500, word="测试乙补缴")
    said = perform(
        played.node, "", [late], day=FIRST, reviewer=REVIEWER, found=lambda done: None, by="经办李"
    )
    assert said == {"late": "done"}
    for agency in (destination, played.of(5)[1]):
        for redact in (False, True):
            whole = b"".join(unpack(played.file(case_no, agency, redact=redact)).values())
            assert ("测试乙".encode() in whole) is not redact

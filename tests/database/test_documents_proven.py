"""A document that is brought back: what it proves, every way it can be false, and what taking it in does, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from documents_cast import RARE, accepted_offline, carry, do, ended, new_roles, opened_offline
from store_cast import CHENGDU, MONDAY, QUJING, REVIEWER

from jiexu.cases.states import RecordState
from jiexu.documents import carrying, codes, keys, making, proving, signing, taking
from jiexu.documents.errors import DocumentError
from jiexu.documents.kinds import Kind
from jiexu.documents.making import Made
from jiexu.documents.proving import Case
from jiexu.documents.setting import Press
from jiexu.exchange.bundle import BundleError
from jiexu.exchange.codec import read_payload
from jiexu.exchange.payloads import Form, MoneyCredited, RecordIn
from jiexu.exchange.wire import Message, unpack
from jiexu.gateways.postgres.roles import Connections
from jiexu.store import files
from jiexu.usecases import bankday, banking, letters
from jiexu.usecases import keys as signing_keys
from jiexu.usecases.deskwork import Verb
from jiexu.usecases.node import KEY_DAYS, Node, directory_root, found_agencies, open_node, refresh
from jiexu.usecases.verifying import verify
from jiexu.values.short_code import ShortCodeError

if TYPE_CHECKING:
    from tests.conftest import Server

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
LONG_AFTER = date(2027, 6, 1)
"""After the case of the document ended."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A form of a case that ended, as its PDF."""

    node: Node
    made: Made
    pdf: bytes
    root: str


@pytest.fixture(scope="module")
def brought(postgres: Server) -> Iterator[Brought]:
    with new_roles(postgres) as roles:
        node = open_node(roles.worker)
        found_agencies(node, on=MONDAY)
        made = making.make(node, ended(node), Kind.INFORMATION_FORM, day=MONDAY, by="经办张")
        pdf = making.printed(Press(node.areas), made, ("zh",), at=AT)
        yield Brought(node, made, pdf, directory_root(node) or "")
        node.store.close()


# ---------------------------------------------------------------- what is genuine


def test_a_file_proves_itself_without_a_database_on_the_word_of_a_root(brought: Brought) -> None:
    verdict = proving.of_file(brought.pdf, root=brought.root.upper())
    assert (verdict.kind, verdict.agency, verdict.number) == (Kind.INFORMATION_FORM, QUJING, 1)
    assert (verdict.signed_at, verdict.root, verdict.case) == (AT, brought.root, Case.NOT_ASKED)
    assert verdict.said is not None
    assert verdict.said.facts["person"]["name"] == RARE


def test_file_long_code_and_short_code_lead_to_the_same_document_and_case(brought: Brought) -> None:
    issued = brought.made.issued
    from_file = proving.file_here(brought.node, brought.pdf)
    from_code = proving.code_here(brought.node, issued.code.text().lower())
    from_finger = proving.short_here(brought.node, issued.short_code.replace("0", "o"))
    assert from_code == replace(from_file, signer="", signed_at=None)
    assert from_finger == replace(from_code, root="")
    assert (from_file.case, from_file.newest) == (Case.AGREES, 1)


def test_a_case_that_moved_on_is_told_and_the_document_stays_genuine(
    node: Node, database: Connections
) -> None:
    case_no = ended(node)
    first = making.make(node, case_no, Kind.ENROLMENT_CERTIFICATE, day=MONDAY, by="x")
    with psycopg.connect(database.owner) as owner:
        owner.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
        owner.execute("UPDATE person SET arrears_months = 3")
    making.make(node, case_no, Kind.ENROLMENT_CERTIFICATE, day=TUESDAY, by="x")
    verdict = proving.code_here(node, first.issued.code.text())
    assert (verdict.case, verdict.number, verdict.newest) == (Case.MOVED_ON, 1, 2)


# ---------------------------------------------------------------- what is not


def test_one_changed_byte_anywhere_in_a_file_is_found(brought: Brought) -> None:
    pdf = brought.pdf
    signature = pdf.index(b"/Contents <")
    # Evenly through the file, and closely where the signature stands, which no signature covers.
    places = {*range(5, len(pdf), len(pdf) // 40), *range(signature, signature + 3400, 79)}
    places |= {signature + 11 + at for at in (50, 51, 64, 66, 80, 82)} | {len(pdf) - 1}
    for at in sorted(places):
        changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
        with pytest.raises(DocumentError):
            proving.of_file(changed, root=brought.root)


def test_what_is_added_after_the_signature_is_found(brought: Brought) -> None:
    with pytest.raises(DocumentError):
        proving.of_file(brought.pdf + b"\n% more\n", root=brought.root)


def test_a_file_on_the_word_of_another_directory_is_not_believed(brought: Brought) -> None:
    with pytest.raises(DocumentError, match="rests on another directory"):
        proving.of_file(brought.pdf, root="0" * 64)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "not_a_pdf"), (b"PK\x03\x04", "not_a_pdf"), (b"%PDF-1.7\nnothing", "pdf_unreadable")],
)
def test_what_is_no_document_is_said_to_be_none(brought: Brought, data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as refused:
        proving.file_here(brought.node, data)
    assert refused.value.code == code


def test_a_page_without_a_signature_proves_nothing(brought: Brought) -> None:
    unsigned = Press(brought.node.areas).pdf(brought.made.issued, ("zh",))
    with pytest.raises(DocumentError, match="no agency's signature"):
        proving.file_here(brought.node, unsigned)


def test_a_document_signed_by_another_agency_is_not_believed(brought: Brought) -> None:
    """The root vouches for both, but what one agency says is not for the other to sign."""
    with brought.node.store.transaction("test.key", [CHENGDU]) as cursor:
        key = keys.document_key(cursor, CHENGDU, "成都", MONDAY)
    pdf = Press(brought.node.areas).pdf(brought.made.issued, ("zh",))
    with pytest.raises(DocumentError, match="not of one document"):
        proving.file_here(brought.node, signing.sign(pdf, key, name="成都", at=AT))


def test_a_document_the_agency_signed_and_never_registered_is_not_believed(brought: Brought) -> None:
    issued = brought.made.issued
    facts = {**issued.content.facts, "parts": [["this_year", 999_999_99]]}
    forged = replace(issued.content, facts=facts)
    signer = brought.node.signer(QUJING, issued.made_on)
    code = codes.signed(replace(issued.code, digest=forged.digest), signer.sign)
    pdf = Press(brought.node.areas).pdf(replace(issued, content=forged, code=code), ("zh",))
    signed = signing.sign(pdf, brought.made.key, name="曲靖", at=AT)
    assert proving.of_file(signed, root=brought.root).digest == forged.digest
    with pytest.raises(DocumentError, match="no such document in its register"):
        proving.file_here(brought.node, signed)


def test_whoever_stole_the_key_of_documents_alone_is_not_believed_even_without_a_node(
    brought: Brought,
) -> None:
    """The code inside needs the agency's other key, and the file says by itself whose that is."""
    issued = brought.made.issued
    forged = replace(issued.content, facts={**issued.content.facts, "parts": [["this_year", 999_999_99]]})
    code = replace(issued.code, digest=forged.digest)
    pdf = Press(brought.node.areas).pdf(replace(issued, content=forged, code=code), ("zh",))
    with pytest.raises(DocumentError, match="is not agency 530300's"):
        proving.of_file(signing.sign(pdf, brought.made.key, name="曲靖", at=AT), root=brought.root)


def test_a_key_for_documents_is_renewed_when_it_ends_and_the_old_one_stays_its_days(brought: Brought) -> None:
    later = MONDAY + timedelta(days=KEY_DAYS + 1)
    with brought.node.store.transaction("test.key", [QUJING]) as cursor:
        first, new, again = (
            keys.document_key(cursor, QUJING, "曲靖", day) for day in (MONDAY, later, MONDAY)
        )
    assert first == again == brought.made.key
    assert new.private != first.private
    assert new.root == first.root


def test_every_wrong_character_of_a_long_code_is_refused(brought: Brought) -> None:
    text = brought.made.issued.code.text()
    for at in range(len(codes.PREFIX), len(text)):
        wrong = text[:at] + ("7" if text[at] != "7" else "M") + text[at + 1 :]
        with pytest.raises(DocumentError):
            proving.code_here(brought.node, wrong)


def test_a_wrong_short_code_is_refused_and_an_unknown_one_is_said_to_be_unknown(brought: Brought) -> None:
    code = brought.made.issued.short_code
    with pytest.raises(ShortCodeError, match="a character is wrong"):
        proving.short_here(brought.node, ("0" if code[0] != "0" else "1") + code[1:])
    with pytest.raises(DocumentError, match="No agency of this node issued"):
        proving.short_here(brought.node, "0" * 16)


# ---------------------------------------------------------------- stolen keys


def form_of_an_ended_case(node: Node, day: date = MONDAY) -> Made:
    return making.make(node, ended(node), Kind.INFORMATION_FORM, day=day, by="经办张")


def forged_by(node: Node, made: Made, key_id: str, on: date) -> str:
    """The code of a document nobody registered, signed with a stolen key under the day its thief likes."""
    signer = next(each for each in node.signers[QUJING] if each.key_id == key_id)
    return codes.signed(replace(made.issued.code, digest="0" * 64, on=on), signer.sign).text()


def test_what_was_registered_before_the_agencys_key_was_stolen_stays_genuine_and_nothing_else_does(
    node: Node,
) -> None:
    made = form_of_an_ended_case(node)
    key_id = made.issued.code.key_id
    signing_keys.end_stolen(node, key_id, since=LONG_AFTER, day=LONG_AFTER)
    assert proving.code_here(node, made.issued.code.text()).case is Case.AGREES
    with pytest.raises(DocumentError, match="no such document in its register"):
        proving.code_here(node, forged_by(node, made, key_id, MONDAY))
    late = LONG_AFTER + timedelta(days=1)
    with pytest.raises(DocumentError, match=f"Key {key_id} ended on {LONG_AFTER} because it was stolen"):
        proving.code_here(node, forged_by(node, made, key_id, late))


def test_of_another_nodes_agency_nothing_that_a_stolen_key_signed_is_believed(node: Node) -> None:
    """No register here says what there was before, and the thief writes any day."""
    made = form_of_an_ended_case(node)
    node.speak_for(CHENGDU)
    assert proving.code_here(node, made.issued.code.text()).case is Case.ELSEWHERE
    refresh(node)
    signing_keys.end_stolen(node, made.issued.code.key_id, since=LONG_AFTER, day=LONG_AFTER)
    node.speak_for(CHENGDU)
    with pytest.raises(DocumentError, match="because it was stolen"):
        proving.code_here(node, made.issued.code.text())


def test_a_stolen_key_for_documents_signs_no_more_and_its_files_count_by_the_register(node: Node) -> None:
    press, made = Press(node.areas), form_of_an_ended_case(node)
    before = making.printed(press, made, ("zh",), at=AT)
    key_id = signing.prove(before).key_id
    signing_keys.end_stolen(node, key_id, since=LONG_AFTER, day=LONG_AFTER, document_keys=frozenset({key_id}))
    assert proving.file_here(node, before).case is Case.AGREES
    late = making.printed(press, made, ("zh",), at=datetime(2027, 6, 2, 2, 0, tzinfo=UTC))
    with pytest.raises(DocumentError, match=f"Key {key_id} ended on {LONG_AFTER} because it was stolen"):
        proving.file_here(node, late)
    anew = making.make(
        node, made.issued.content.facts["case_no"], Kind.INFORMATION_FORM, day=LONG_AFTER, by="x"
    )
    again = making.printed(press, anew, ("zh",), at=datetime(2027, 6, 2, 2, 0, tzinfo=UTC))
    assert signing.prove(again).key_id != key_id
    assert proving.file_here(node, again).signer == anew.signer


# ---------------------------------------------------------------- taking in what was printed


def page_of(node: Node, case_no: str, kind: Kind) -> tuple[str, ...]:
    """The codes of a document's machine-readable page, as a scanner would type them in any order."""
    return making.make(node, case_no, kind, day=MONDAY, by="经办张").issued.carrier[::-1]


def received(node: Node, agency: str, case_no: str) -> list[tuple[str, str, bytes]]:
    """What an agency holds of the other side's messages: the evidence."""
    with node.store.transaction("test.look", [agency]) as cursor:
        rows = cursor.execute(
            "SELECT type, outcome, envelope FROM message WHERE case_no = %s AND sender <> %s ORDER BY seq",
            [case_no, agency],
        ).fetchall()
    return [(row["type"], row["outcome"], bytes(row["envelope"])) for row in rows]


def state(node: Node, agency: str, case_no: str) -> RecordState:
    with node.store.transaction("test.look", [agency]) as cursor:
        return files.load(cursor, [(agency, case_no)])[agency, case_no].file.record.state


def test_paper_alone_brings_a_case_to_its_end(node: Node) -> None:
    case_no = opened_offline(node)
    steps = [
        (Kind.CONTACT_LETTER, CHENGDU),
        (Kind.ENROLMENT_CERTIFICATE, QUJING),
        (Kind.TRANSFER_NOTICE, CHENGDU),
    ]
    for kind, sender in steps:
        done = taking.take(node, page_of(node, case_no, kind), day=MONDAY)
        letter = letters.write(node, agency=sender, case_no=case_no, day=MONDAY)
        assert letter is not None
        letters.acknowledge(node, letter, done.receipt, day=MONDAY)
    do(node, case_no, Verb.ISSUE_FORM)
    assert taking.take(node, page_of(node, case_no, Kind.INFORMATION_FORM), day=MONDAY).outcomes == (
        "recorded",
    )
    do(node, case_no, Verb.TAKE_IN)
    taking.take(node, page_of(node, case_no, Kind.COMPLETION_NOTICE), day=MONDAY)
    assert state(node, QUJING, case_no) is state(node, CHENGDU, case_no) is RecordState.IN


def test_paper_first_and_the_wire_later_is_one_form_and_the_same_evidence(node: Node) -> None:
    case_no = accepted_offline(node)
    do(node, case_no, Verb.ISSUE_FORM)
    page = page_of(node, case_no, Kind.INFORMATION_FORM)
    assert taking.take(node, page, day=MONDAY).outcomes == ("recorded",)
    held = received(node, CHENGDU, case_no)
    carry(node, QUJING, case_no)
    assert taking.take(node, page, day=TUESDAY).outcomes == ("recorded",)
    assert received(node, CHENGDU, case_no) == held
    assert state(node, CHENGDU, case_no) is RecordState.FORM_RECEIVED
    assert verify(node).breaks == ()


def test_the_wire_first_and_paper_later_is_one_form_and_the_same_evidence(node: Node) -> None:
    case_no = accepted_offline(node)
    do(node, case_no, Verb.ISSUE_FORM)
    page = page_of(node, case_no, Kind.INFORMATION_FORM)
    carry(node, QUJING, case_no)
    held = received(node, CHENGDU, case_no)
    assert [each[:2] for each in held][-1] == ("form", "recorded")
    assert taking.take(node, page, day=TUESDAY).outcomes == ("recorded",)
    assert received(node, CHENGDU, case_no) == held
    assert verify(node).breaks == ()


def test_a_page_of_which_a_picture_is_missing_or_wrong_is_refused_and_nothing_is_stored(node: Node) -> None:
    case_no = accepted_offline(node)
    do(node, case_no, Verb.ISSUE_FORM)
    page = page_of(node, case_no, Kind.INFORMATION_FORM)
    assert len(page) > 1
    other = page_of(node, case_no, Kind.ENROLMENT_CERTIFICATE)
    for texts, code in (
        (page[1:], "parts_missing"),
        ((*page[1:], other[0]), "parts_of_several"),
        ((page[0][:-20], *page[1:]), "part_unreadable"),
        ((page[0][:40] + "00" + page[0][42:], *page[1:]), "part_unreadable"),
    ):
        with pytest.raises(DocumentError) as refused:
            taking.take(node, texts, day=MONDAY)
        assert refused.value.code == code
    assert state(node, CHENGDU, case_no) is RecordState.ACCEPTED


def test_a_page_whose_message_somebody_changed_is_refused(node: Node) -> None:
    case_no = accepted_offline(node)
    do(node, case_no, Verb.ISSUE_FORM)
    delivery = carrying.joined(page_of(node, case_no, Kind.INFORMATION_FORM))
    with pytest.raises(BundleError):
        taking.take(node, carrying.parts(delivery.replace(b"T02:00:00Z", b"T03:00:00Z", 1)), day=MONDAY)
    assert state(node, CHENGDU, case_no) is RecordState.ACCEPTED


def said(page: Sequence[str]) -> list[object]:
    """What the messages on a machine-readable page say."""
    _, messages = unpack(carrying.joined(page))
    return [
        read_payload(each.envelope.type, each.payload, each.envelope.version)
        for each in messages
        if isinstance(each, Message)
    ]


def test_a_form_printed_again_carries_its_own_message_and_not_the_corrected_one(node: Node) -> None:
    case_no = accepted_offline(node)
    do(node, case_no, Verb.ISSUE_FORM)
    first = making.make(node, case_no, Kind.INFORMATION_FORM, day=MONDAY, by="经办张").issued
    carry(node, QUJING, case_no)
    do(node, case_no, Verb.DISPUTE_FORM)
    carry(node, CHENGDU, case_no)
    do(node, case_no, Verb.ISSUE_FORM)
    second = making.make(node, case_no, Kind.INFORMATION_FORM, day=TUESDAY, by="经办张").issued
    again = making.make(node, case_no, Kind.INFORMATION_FORM, day=TUESDAY, by="x", number=1).issued
    assert again == first
    assert second.number == 2
    for issued, issue in ((again, 1), (second, 2)):
        assert [(type(each), each.issue) for each in said(issued.carrier) if isinstance(each, Form)] == [
            (Form, issue)
        ]


def paid(node: Node, case_no: str) -> None:
    """The money of a case goes out and arrives, and the destination credits it."""
    banking.review_and_send(node, day=MONDAY, reviewer=REVIEWER, found=lambda done: None)
    bankday.hand_over(node, day=MONDAY)
    bankday.statements(node, day=TUESDAY)
    banking.take_answers(node, day=TUESDAY, found=lambda done: None)
    banking.match(node, day=TUESDAY, reviewer=REVIEWER, found=lambda done: None)


def test_a_completion_notice_printed_again_says_no_money_that_came_after_it(node: Node) -> None:
    case_no = accepted_offline(node)
    do(node, case_no, Verb.ISSUE_FORM)
    carry(node, QUJING, case_no)
    do(node, case_no, Verb.TAKE_IN)
    early = making.make(node, case_no, Kind.COMPLETION_NOTICE, day=MONDAY, by="经办张").issued
    paid(node, case_no)
    late = making.make(node, case_no, Kind.COMPLETION_NOTICE, day=TUESDAY, by="经办张").issued
    again = making.make(node, case_no, Kind.COMPLETION_NOTICE, day=TUESDAY, by="x", number=1).issued
    assert again == early
    assert [type(each) for each in said(again.carrier)] == [RecordIn]
    assert [type(each) for each in said(late.carrier)] == [RecordIn, MoneyCredited]


def test_a_case_by_wire_prints_no_machine_readable_page(brought: Brought) -> None:
    assert brought.made.issued.carrier == ()

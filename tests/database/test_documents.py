"""Documents from stored rows: complete, set without loss, signed, registered once, and checked by ``verify``."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import psycopg
import pytest
from documents_cast import (
    EMPLOYER,
    LACKING,
    RARE,
    Seals,
    accepted_offline,
    do,
    ended,
    new_roles,
    opened_offline,
    refused,
)
from prove_cast import unlisted
from pypdf import PdfReader
from store_cast import CHENGDU, MONDAY, QUJING, number_of

from jiexu.documents import making, signing
from jiexu.documents.errors import DocumentError
from jiexu.documents.kinds import TERMS, Kind
from jiexu.documents.making import Made
from jiexu.documents.setting import Press
from jiexu.gateways.postgres.roles import Connections
from jiexu.texts import Lang
from jiexu.usecases.deskwork import Verb
from jiexu.usecases.node import Node, found_agencies, open_node
from jiexu.usecases.verifying import verify
from jiexu.values.capitals import in_capitals
from jiexu.values.writing import masked

if TYPE_CHECKING:
    from tests.conftest import Server

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Cases:
    """One database for all tests that only make documents: a case that ended, one by letter, one refused."""

    node: Node
    ended: str
    by_letter: str
    refused: str
    seals: Seals
    owner: str

    def of(self, kind: Kind) -> str:
        """A case that is far enough for a document of a kind."""
        others = {Kind.REFUSAL_NOTICE: self.refused, Kind.CONTACT_LETTER: self.by_letter}
        return others.get(kind, self.ended)


@pytest.fixture(scope="module")
def cases(postgres: Server) -> Iterator[Cases]:
    with new_roles(postgres) as roles:
        node = open_node(roles.worker)
        found_agencies(node, on=MONDAY)
        seals: Seals = []
        yield Cases(
            node, ended(node, 1, seals=seals), accepted_offline(node, 3), refused(node, 2), seals, roles.owner
        )
        node.store.close()


def make(node: Node, case_no: str, kind: Kind, day: date = MONDAY) -> Made:
    return making.make(node, case_no, kind, day=day, by="经办张")


def printed(node: Node, made: Made, langs: tuple[Lang, ...] = ("zh",), copies: int = 1) -> bytes:
    return making.printed(Press(node.areas), made, langs, at=AT, copies=copies)


def text_of(pdf: bytes) -> str:
    """All text, without the breaks that lines and cells put in."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return "".join("".join(pages).split())


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_set_whole_and_signed_by_its_agency(cases: Cases, kind: Kind) -> None:
    node = cases.node
    made = make(node, cases.of(kind), kind)
    facts = made.issued.content.facts
    assert facts["person"]["name"] == RARE
    pdf = printed(node, made, ("zh", "en"))
    proven = signing.prove(pdf)
    assert (proven.agency, proven.signed_at) == (facts["agency"], AT)
    assert proven.content == made.issued.content.data
    text = text_of(pdf)
    assert RARE in text, "the four-byte character is on the paper and can be taken out again"
    assert made.issued.short_code in text.replace("-", "")
    assert "1876年1月1日※请核对" in text
    assert "1January1876※pleasecheck" in text


@pytest.mark.parametrize("kind", Kind)
def test_a_whole_document_number_stands_on_the_information_form_alone(cases: Cases, kind: Kind) -> None:
    number = number_of({Kind.REFUSAL_NOTICE: 2, Kind.CONTACT_LETTER: 3}.get(kind, 1))
    text = text_of(printed(cases.node, make(cases.node, cases.of(kind), kind), ("zh", "en")))
    assert (number in text) == (kind is Kind.INFORMATION_FORM)
    assert masked(number)[-6:] in text or kind is Kind.INFORMATION_FORM


def test_long_fields_wrap_and_nothing_of_them_is_cut(cases: Cases) -> None:
    for kind in (Kind.INFORMATION_FORM, Kind.ENROLMENT_CERTIFICATE):
        pdf = printed(cases.node, make(cases.node, cases.ended, kind))
        assert EMPLOYER in text_of(pdf)
        assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


def test_amounts_stand_in_figures_and_in_capital_numerals(cases: Cases) -> None:
    text = text_of(printed(cases.node, make(cases.node, cases.ended, Kind.INFORMATION_FORM)))
    assert "3,208.55" in text
    assert in_capitals(320_855) in text


def test_a_refusal_tells_every_reason_with_its_cure(cases: Cases) -> None:
    made = make(cases.node, cases.refused, Kind.REFUSAL_NOTICE)
    assert made.issued.content.facts["refusals"] == ["NA-01"]
    text = text_of(printed(cases.node, made))
    assert "转出地尚未中止参保。" in text
    assert "请原单位办理停保" in text


def test_a_character_the_font_lacks_is_named_on_the_paper_and_kept_in_the_content(node: Node) -> None:
    press = Press(node.areas)
    made = make(node, ended(node, name=LACKING), Kind.TRANSFER_NOTICE)
    pdf = making.printed(press, made, ("zh",), at=AT)
    assert list(press.missing) == [LACKING[-1]]
    assert "欧阳〔U+2A6A5〕" in text_of(pdf)
    assert "请在旁边手写该字" in text_of(pdf)
    assert LACKING.encode() in signing.prove(pdf).content


def test_three_copies_say_who_keeps_each(cases: Cases) -> None:
    made = make(cases.node, cases.ended, Kind.ENROLMENT_CERTIFICATE)
    pdf = printed(cases.node, made, copies=3)
    text = text_of(pdf)
    assert [text.count(f"{keeper}留存") for keeper in ("转出地", "转入地", "本人")] == [1, 1, 1]
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 3
    assert "第1页，共1页" in text


def test_the_same_content_is_one_row_and_one_number_whatever_the_day_or_language(node: Node) -> None:
    case_no = ended(node)
    first = make(node, case_no, Kind.COMPLETION_NOTICE)
    again = make(node, case_no, Kind.COMPLETION_NOTICE, day=TUESDAY)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.issued == first.issued
    assert [row["number"] for row in making.listed(node, case_no)] == [1]


def test_a_document_printed_and_signed_again_is_the_very_same_file(cases: Cases) -> None:
    made = make(cases.node, cases.ended, Kind.COMPLETION_NOTICE)
    assert printed(cases.node, made) == printed(cases.node, made)
    agency, case_no = made.issued.content.facts["agency"], cases.ended
    issued = making.all_issued(cases.node, case_no, agency)
    assert issued == making.all_issued(cases.node, case_no, agency)
    assert signing.prove(issued["completion_notice-1.pdf"]).agency == agency


def test_other_content_gets_the_next_number_and_the_first_can_be_printed_as_issued(
    node: Node, database: Connections
) -> None:
    case_no = ended(node)
    first = make(node, case_no, Kind.ENROLMENT_CERTIFICATE)
    with psycopg.connect(database.owner) as owner:
        owner.execute("SELECT set_config('jiexu.agencies', %s, true)", [QUJING])
        owner.execute("UPDATE person SET arrears_months = 3")
    second = make(node, case_no, Kind.ENROLMENT_CERTIFICATE, day=TUESDAY)
    assert (second.issued.number, second.issued.content.facts["arrears_months"]) == (2, 3)
    assert replace(
        making.make(node, case_no, Kind.ENROLMENT_CERTIFICATE, day=TUESDAY, by="x", number=1)
    ) == replace(first, is_new=False)
    with pytest.raises(DocumentError, match="no enrolment_certificate number 3"):
        making.make(node, case_no, Kind.ENROLMENT_CERTIFICATE, day=TUESDAY, by="x", number=3)


def test_a_document_that_is_too_early_is_refused_with_the_reason(node: Node) -> None:
    case_no = opened_offline(node)
    said = {}
    for kind in Kind:
        try:
            make(node, case_no, kind)
        except DocumentError as error:
            said[kind] = error.code
    assert said == {
        Kind.TRANSFER_NOTICE: "not_accepted",
        Kind.ENROLMENT_CERTIFICATE: "other_agency_issues",
        Kind.INFORMATION_FORM: "other_agency_issues",
        Kind.REFUSAL_NOTICE: "not_refused",
        Kind.COMPLETION_NOTICE: "record_not_in",
    }
    with pytest.raises(DocumentError, match="No agency of this node"):
        make(node, "FJ4M7K2M9TQXN", Kind.TRANSFER_NOTICE)


def test_a_contact_letter_is_for_the_route_on_paper_alone(cases: Cases) -> None:
    with pytest.raises(DocumentError, match="goes by wire"):
        make(cases.node, cases.ended, Kind.CONTACT_LETTER)


def test_a_contact_letter_names_where_the_money_goes_or_leaves_the_place_free(
    cases: Cases, node: Node, database: Connections, postgres: Server
) -> None:
    listed = make(cases.node, cases.by_letter, Kind.CONTACT_LETTER).issued.content.facts["account"]
    assert listed["account"] in text_of(
        printed(cases.node, make(cases.node, cases.by_letter, Kind.CONTACT_LETTER))
    )
    unlisted(postgres, database, CHENGDU)
    free = make(node, opened_offline(node), Kind.CONTACT_LETTER)
    assert free.issued.content.facts["account"] is None
    assert "由转入地财务填写" in text_of(printed(node, free))


def test_a_corrected_form_is_a_document_of_its_own(node: Node) -> None:
    case_no = accepted_offline(node)
    with pytest.raises(DocumentError, match="has not issued the form"):
        make(node, case_no, Kind.INFORMATION_FORM)
    do(node, case_no, Verb.ISSUE_FORM)
    made = make(node, case_no, Kind.INFORMATION_FORM)
    assert (made.issued.number, made.issued.content.facts["issue"]) == (1, 1)


def test_verify_proves_documents_and_the_journal_speaks_of_each(cases: Cases) -> None:
    for kind in Kind:
        make(cases.node, cases.of(kind), kind)
    report = verify(cases.node, cases.seals)
    assert report.breaks == ()
    assert report.counted["documents"] == len(Kind)


CHANGES = {
    "its day": ("made_on = made_on + 1", {"journal_rows_differ"}),
    "its maker": ("made_by = 'somebody'", {"journal_rows_differ"}),
    "its code": ("short_code = reverse(short_code)", {"journal_rows_differ", "document_differs"}),
    "its content": ("content = content || '\\x00'", {"document_unreadable"}),
    "its number": ("number = number + 1", {"journal_rows_missing", "row_without_line"}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_verify_names_a_document_whose_row_the_owner_changed(cases: Cases, what: str) -> None:
    change, breaks = CHANGES[what]
    make(cases.node, cases.ended, Kind.INFORMATION_FORM)
    with psycopg.connect(cases.owner) as owner:
        owner.execute("SELECT set_config('jiexu.agencies', %s, false)", [f"{QUJING},{CHENGDU}"])
        owner.execute("ALTER TABLE document DISABLE TRIGGER USER")
        owner.execute("CREATE TABLE before AS SELECT * FROM document")
        owner.execute(f"UPDATE document SET {change} WHERE kind = 'information_form'")
        owner.commit()
        found = {each.kind for each in verify(cases.node, cases.seals).breaks}
        owner.execute("DELETE FROM document")
        owner.execute("INSERT INTO document SELECT * FROM before")
        owner.execute("DROP TABLE before")
        owner.execute("ALTER TABLE document ENABLE TRIGGER USER")
    assert found == breaks
    assert verify(cases.node, cases.seals).breaks == ()


def test_verify_names_a_document_that_contradicts_its_case(node: Node, database: Connections) -> None:
    make(node, ended(node), Kind.TRANSFER_NOTICE)
    with psycopg.connect(database.owner) as owner:
        owner.execute("SELECT set_config('jiexu.agencies', %s, true)", [CHENGDU])
        owner.execute("UPDATE file SET accepted_on = accepted_on + 1")
    found = [each for each in verify(node).breaks if each.kind == "document_contradicts"]
    assert [each.data["what"] for each in found] == ["accepted_on"]


def test_the_kinds_have_numbers_of_their_own_for_ever() -> None:
    assert [TERMS[kind].number for kind in Kind] == [1, 2, 3, 4, 5, 6, 7, 8, 9]

"""Making documents from what is stored: the content once, its number and codes once, and the PDF as often as asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jiexu.documents import carrying, codes, content, keys, signing, words
from jiexu.documents.content import Content
from jiexu.documents.errors import DocumentError
from jiexu.documents.keys import DocumentKey
from jiexu.documents.kinds import TERMS, Kind
from jiexu.documents.looking import look
from jiexu.documents.setting import Issued, Press
from jiexu.store import documents
from jiexu.store.db import Cursor, Row
from jiexu.store.documents import StoredDocument
from jiexu.texts import LANGS, Lang
from jiexu.usecases.node import Node, instant
from jiexu.values import case_number


@dataclass(frozen=True, slots=True)
class Made:
    """A document ready to be set and signed. ``is_new``: its content had not been issued before."""

    issued: Issued
    key: DocumentKey
    signer: str
    is_new: bool


def make(node: Node, given: str, kind: Kind, *, day: date, by: str, number: int | None = None) -> Made:
    """Make a document of a case, or find the one that says the same; ``number`` asks for one as it was issued.

    Raises DocumentError where the case is not that far or not here, CaseNumberError for what is no case number.
    """
    case_no = case_number.validate(given)
    agency = _issuer(node, case_no, kind)
    with node.store.transaction("document.make", [agency]) as cursor:
        looked = look(cursor, node, agency, case_no, day)
        if looked is None:
            raise DocumentError("no_such_case", case=case_no)
        rows = [row for row in documents.of_case(cursor, case_no) if row["kind"] == kind]
        if number is None:
            said = content.build(kind, looked)
            stored, is_new = _stored(cursor, node, rows, said, day, by)
        else:
            stored, is_new = _as_issued(node, rows, kind, number), False
            said = content.read(stored.content)
        signer = words.agency(node.areas, agency, day)[0]
        key = keys.document_key(cursor, agency, signer, day, node.keyring.stolen)
        issued = _issued(node, cursor, said, stored)
    return Made(issued, key, signer, is_new)


def printed(press: Press, made: Made, langs: tuple[Lang, ...], *, at: datetime, copies: int = 1) -> bytes:
    """The signed PDF. ``at``: the instant of signing."""
    return signing.sign(press.pdf(made.issued, langs, copies=copies), made.key, name=made.signer, at=at)


def listed(node: Node, given: str) -> list[Row]:
    """Every document of a case that this node's agencies made. Raises CaseNumberError."""
    with node.store.transaction("document.list", node.hosted) as cursor:
        return documents.of_case(cursor, case_number.validate(given))


def all_issued(node: Node, case_no: str, agency: str) -> dict[str, bytes]:
    """Every document an agency issued in a case, in both languages and signed as on its day: file name → PDF.

    The same rows give the same bytes.
    """
    press, found = Press(node.areas), {}
    for row in listed(node, case_no):
        if row["agency"] == agency:
            kind, number, day = Kind(row["kind"]), row["number"], row["made_on"]
            made = make(node, case_no, kind, day=day, by=row["made_by"], number=number)
            at = datetime.fromisoformat(instant(day))
            found[f"{kind.value}-{number}.pdf"] = printed(press, made, LANGS, at=at)
    return found


def _issuer(node: Node, case_no: str, kind: Kind) -> str:
    """The agency of this node that issues documents of a kind in a case."""
    query = "SELECT agency, other, side, opener FROM file WHERE case_no = %s ORDER BY opener DESC"
    with node.store.transaction("document.find", node.hosted) as cursor:
        files = cursor.execute(query, [case_no]).fetchall()
    if not files:
        raise DocumentError("no_such_case", case=case_no)
    issuer = TERMS[kind].issuer
    own = [row for row in files if (row["opener"] if issuer == "opener" else row["side"] == issuer)]
    if not own:
        raise DocumentError("other_agency_issues", agency=files[0]["other"])
    agency: str = own[0]["agency"]
    return agency


def _stored(
    cursor: Cursor, node: Node, rows: list[Row], said: Content, day: date, by: str
) -> tuple[StoredDocument, bool]:
    """The row that says this already, else a new one under the next number."""
    agency, case_no = said.facts["agency"], said.facts["case_no"]
    same = next((row for row in rows if row["digest"] == said.digest), None)
    if same is not None:
        return documents.opened(same, node.secrets[agency]), False
    number = max((row["number"] for row in rows), default=0) + 1
    fresh = StoredDocument(agency, case_no, said.kind.value, number, said.digest, day, by, said.data)
    documents.keep(cursor, fresh, node.secrets[agency])
    return fresh, True


def _as_issued(node: Node, rows: list[Row], kind: Kind, number: int) -> StoredDocument:
    row = next((row for row in rows if row["number"] == number), None)
    if row is None:
        raise DocumentError("no_such_number", number=number, kind=kind.value)
    return documents.opened(row, node.secrets[row["agency"]])


def _issued(node: Node, cursor: Cursor, said: Content, stored: StoredDocument) -> Issued:
    # The key of the day it was issued, so that a document printed again carries the very same code.
    signer = node.signer(stored.agency, stored.made_on)
    draft = codes.SignedCode(
        said.kind, signer.key_id, stored.case_no, stored.number, stored.made_on, stored.digest
    )
    vouching = cursor.execute(
        "SELECT body FROM certificate WHERE key_id = %s ORDER BY valid_until", [signer.key_id]
    ).fetchall()
    return Issued(
        said,
        stored.number,
        stored.made_on,
        codes.signed(draft, signer.sign),
        carrying.written(node, cursor, said, day=stored.made_on),
        tuple(row["body"] for row in vouching),
    )


def possible(node: Node, agency: str, case_no: str, day: date) -> dict[Kind, DocumentError | None]:
    """Each kind of document an agency issues in a case: None where it can be made now, else why not yet.

    Kinds that the other agency issues are left out. Empty where the agency has no such case.
    """
    with node.store.transaction("document.possible", [agency]) as cursor:
        looked = look(cursor, node, agency, case_no, day)
    if looked is None:
        return {}
    found: dict[Kind, DocumentError | None] = {}
    for kind in Kind:
        try:
            content.build(kind, looked)
            found[kind] = None
        except DocumentError as error:
            if error.code != "other_agency_issues":
                found[kind] = error
    return found

"""Whether a document that somebody brings is genuine, who signed it and when, what it says, and how the case stands.

From a file alone everything but the case is proven, against a root's fingerprint. From the long code, kind, case, day
and digest, with the directory's certificates. The short code proves nothing by itself and is looked up.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from jiexu.documents import codes, content, signing
from jiexu.documents.content import Content
from jiexu.documents.errors import DocumentError
from jiexu.documents.kinds import Kind
from jiexu.documents.looking import look
from jiexu.exchange.canonical import MalformedError, parse
from jiexu.exchange.envelope import BEIJING
from jiexu.exchange.signing import Keyring, is_too_new
from jiexu.store import documents
from jiexu.store.db import Cursor, Row
from jiexu.usecases.node import Node, directory_root
from jiexu.values import short_code


class Case(StrEnum):
    """How the case stands to a genuine document."""

    AGREES = "agrees"
    MOVED_ON = "moved_on"  # registered, and other facts stand now
    ELSEWHERE = "elsewhere"  # its agency is not on this node
    NOT_ASKED = "not_asked"  # checked without a database


@dataclass(frozen=True, slots=True)
class Verdict:
    """A genuine document. ``said``: what it says, None where only its code was given and its agency is not here.

    ``signer``, ``signed_at``: of the signature in a file. ``root``: on whose word it rests, empty for the register alone.
    ``newest``: number of the newest of its kind and case.
    """

    kind: Kind
    agency: str
    case_no: str
    number: int
    made_on: date
    digest: str
    said: Content | None = field(default=None, repr=False)
    signer: str = ""
    signed_at: datetime | None = None
    root: str = ""
    case: Case = Case.NOT_ASKED
    newest: int = 0

    @property
    def short_code(self) -> str:
        return short_code.make(self.digest)


def of_file(data: bytes, *, root: str) -> Verdict:
    """A PDF by itself, on the word of the directory whose root has this fingerprint. Raises DocumentError."""
    proven = signing.prove(data)
    if proven.root != "".join(root.split()).lower():
        raise DocumentError("other_root", found=proven.root)
    code, said = codes.read(proven.code), content.read(proven.content)
    codes.check(code, _keyring(proven))
    facts = said.facts
    if (code.digest, code.kind, code.case_no) != (said.digest, said.kind, facts.get("case_no")) or not (
        code.agency == facts.get("agency") == proven.agency
    ):
        raise DocumentError("inside_differs")
    return replace(
        _of_code(code), said=said, signer=proven.name, signed_at=proven.signed_at, root=proven.root
    )


def file_here(node: Node, data: bytes) -> Verdict:
    """A PDF, its code and its case, on the word of this node's directory. Raises DocumentError.

    What a key signed that was stolen since counts as far as the register here knows it from before.
    """
    root = directory_root(node)
    if root is None:
        raise DocumentError("no_directory")
    verdict, proven = of_file(data, root=root), signing.prove(data)
    is_here = verdict.agency in node.hosted
    codes.check(codes.read(proven.code), node.keyring, is_kept=is_here)
    since = node.keyring.stolen.get(proven.key_id)
    if is_too_new(since, proven.signed_at.astimezone(BEIJING).date(), None if is_here else date.max):
        raise DocumentError("key_stolen", key_id=proven.key_id, day=str(since))
    return _with_case(node, verdict)


def code_here(node: Node, text: str) -> Verdict:
    """A long code that was scanned, and its case. Raises DocumentError."""
    code = codes.read(text)
    codes.check(code, node.keyring, is_kept=code.agency in node.hosted)
    return _with_case(node, replace(_of_code(code), root=directory_root(node) or ""))


def short_here(node: Node, text: str) -> Verdict:
    """The document a short code names, out of the register of this node's agencies. Raises DocumentError, ShortCodeError."""
    plain = short_code.validate(text)
    with node.store.transaction("document.code", node.hosted) as cursor:
        row = cursor.execute("SELECT * FROM document WHERE short_code = %s", [plain]).fetchone()
    if row is None:
        raise DocumentError("short_unknown", code=short_code.format(plain))
    stored = documents.opened(row, node.secrets[row["agency"]])
    verdict = Verdict(
        Kind(stored.kind), stored.agency, stored.case_no, stored.number, stored.made_on, stored.digest
    )
    return _with_case(node, verdict)


def _keyring(proven: signing.Proven) -> Keyring:
    """The key that signed the code, on the word of the same root as the file."""
    try:
        listed = parse(proven.certificates)
    except MalformedError:
        listed = None
    if not isinstance(listed, list):
        raise DocumentError("inside_differs")
    return Keyring.vouched(listed, root_public_key=proven.root_key)[0]


def _of_code(code: codes.SignedCode) -> Verdict:
    return Verdict(code.kind, code.agency, code.case_no, code.number, code.on, code.digest)


def _with_case(node: Node, verdict: Verdict) -> Verdict:
    """What the register and the case say. Raises DocumentError where the register does not know the document."""
    if verdict.agency not in node.hosted:
        return replace(verdict, case=Case.ELSEWHERE)
    with node.store.transaction("document.case", [verdict.agency]) as cursor:
        rows = [row for row in documents.of_case(cursor, verdict.case_no) if row["kind"] == verdict.kind]
        row = next((row for row in rows if row["digest"] == verdict.digest), None)
        if row is None or (row["number"], row["made_on"]) != (verdict.number, verdict.made_on):
            raise DocumentError("not_registered", agency=verdict.agency)
        said = content.read(documents.opened(row, node.secrets[verdict.agency]).content)
        agrees = _now(cursor, node, verdict) == verdict.digest
    return replace(verdict, said=said, case=Case.AGREES if agrees else Case.MOVED_ON, newest=_newest(rows))


def _now(cursor: Cursor, node: Node, verdict: Verdict) -> str:
    """Digest of what the document would say if it were made now; empty where it could not be."""
    looked = look(cursor, node, verdict.agency, verdict.case_no)
    try:
        return "" if looked is None else content.build(verdict.kind, looked).digest
    except DocumentError:
        return ""


def _newest(rows: list[Row]) -> int:
    return max(int(row["number"]) for row in rows)

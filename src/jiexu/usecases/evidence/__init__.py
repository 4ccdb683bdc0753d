"""The evidence file of a case: what one agency holds of it, read in one view, proven, and signed by that agency.

An agency exports its own file and its own copies of the messages of both lanes, and nothing of the other agency's
tables. Redacted, contents of messages, names and employers stay behind; the envelopes hold salted hashes of what was
said, so order, time and signatures are checked as before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from jiexu.exchange import evidence as form
from jiexu.exchange.evidence import BundleHeld, Evidence
from jiexu.exchange.signing import Certificate, Ed25519Signer, KeyNotValidError, certificate_from_json
from jiexu.store import files
from jiexu.store.db import Cursor
from jiexu.usecases.evidence.messages import bundles, pieces
from jiexu.usecases.evidence.own_words import Told, case, decisions, money
from jiexu.usecases.node import ENGINE, Node

NONE: Mapping[str, bytes] = {}

__all__ = ["NothingToExportError", "export", "held"]


class NothingToExportError(LookupError):
    """The agency has no file of the case here, or something it would have to show or sign with is missing."""


def held(node: Node) -> list[tuple[str, str]]:
    """Every file of a case the agencies here hold, as (case number, agency), in order of both."""
    with node.store.one_view("evidence.held", node.hosted) as cursor:
        rows = cursor.execute("SELECT case_no, agency FROM file").fetchall()
    return sorted((row["case_no"], row["agency"]) for row in rows)


def export(
    node: Node,
    *,
    case_no: str,
    agency: str,
    page: Callable[[Evidence], bytes],
    documents: Mapping[str, bytes] = NONE,
    redact: bool = False,
) -> bytes:
    """The evidence file. ``page``: makes the readable page of it. ``documents``: PDFs of printed forms by name.

    The same state gives the same bytes. Raises NothingToExportError where the agency has no file of the case, or a
    key or certificate is not here.
    """
    if agency not in node.signers:
        raise NothingToExportError(agency)
    with node.store.one_view("evidence.read", [agency]) as cursor:
        evidence, signer = _evidence(cursor, node, (agency, case_no), redact=redact)
    evidence = replace(evidence, documents={} if redact else documents)
    return form.write(evidence, page(evidence), signer)


def _evidence(
    cursor: Cursor, node: Node, key: tuple[str, str], *, redact: bool
) -> tuple[Evidence, Ed25519Signer]:
    """Everything the agency holds of the case, and the key it signed with on the day of the last step."""
    agency, case_no = key
    stored = files.load(cursor, [key]).get(key)
    if stored is None:
        raise NothingToExportError(agency)
    messages = pieces(cursor, key, node.secrets[agency], redact=redact)
    carried = bundles(cursor, agency, [each.envelope for each in messages])
    told = Told(cursor, key, redact=redact)
    last = told.steps[-1]
    signer = _signer(node, agency, last["day"])
    evidence = Evidence(
        case_no=case_no,
        agency=agency,
        other=stored.file.other,
        side=stored.file.side.value,
        as_of=last["day"].isoformat(),
        step=last["version"],
        engine=ENGINE,
        messages=messages,
        bundles=carried,
        certificates=_certificates(cursor, signer.key_id, carried),
        root=_root(cursor),
        case=case(told, stored),
        decisions=decisions(told),
        money=money(told),
    )
    return evidence, signer


def _signer(node: Node, agency: str, day: date) -> Ed25519Signer:
    """The key of that day, so that the same state is signed the same way also when the key has changed since."""
    try:
        return node.signer(agency, day)
    except KeyNotValidError:
        raise NothingToExportError(agency) from None


def _certificates(cursor: Cursor, own_key: str, carried: Iterable[BundleHeld]) -> list[Certificate]:
    """All the directory's words for every key that signed something in the file, a shortened one included."""
    used = {own_key}
    for each in carried:
        used |= {each.bundle.key_id, each.receipt.key_id}
    query = "SELECT body FROM certificate WHERE key_id = ANY(%s) ORDER BY key_id, valid_until"
    found = [certificate_from_json(row["body"]) for row in cursor.execute(query, [sorted(used)]).fetchall()]
    if missing := used - {each.key_id for each in found}:
        raise NothingToExportError(min(missing))
    return found


def _root(cursor: Cursor) -> bytes:
    row = cursor.execute("SELECT value FROM node_setting WHERE name = 'directory_root_key'").fetchone()
    if row is None:
        raise NothingToExportError("directory")
    return bytes.fromhex(row["value"]["public_key"])

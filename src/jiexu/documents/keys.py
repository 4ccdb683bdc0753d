"""The key an agency puts on its documents, and the X.509 certificates that lead from it to the directory's root.

The exchange has certificates of its own, made for machines; readers of PDF know X.509 alone. So each agency has a
second key for its documents, P-256 because readers people have at hand can check it, certified by the same root, whose
fingerprint is the one printed everywhere else. The key is made with the agency's first document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import NameOID

from jiexu.documents.errors import DocumentError
from jiexu.store import atrest
from jiexu.store.db import Cursor, Row
from jiexu.usecases.node import KEY_DAYS, KEYS_FROM

_ROOT_NAME: Final = "jiexu directory of agencies"
_DER = serialization.Encoding.DER
_ROOT_DAYS: Final = 3 * KEY_DAYS
"""The root outlives every key it certifies."""


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """An agency's key with its certificate and the root's, all as DER."""

    private: bytes = field(repr=False)
    certificate: bytes
    root: bytes


def document_key(
    cursor: Cursor, agency: str, name: str, on: date, stolen: Mapping[str, date] = MappingProxyType({})
) -> DocumentKey:
    """The agency's key of a day, made and certified where none stands. Raises DocumentError without a directory here.

    ``stolen``: key id → day from which a key is not used, as the keyring knows it.
    """
    root = _root_key(cursor)
    row = _standing(cursor, agency, on, stolen)
    if row is None:
        until = on + timedelta(days=KEY_DAYS)
        # A key that was stolen on its first day has the place of that day's key.
        until += timedelta(days=sum(on < last for last, _ in of_agency(cursor, agency)))
        private, certificate = _made(agency, name, root, until)
        cursor.execute(
            "INSERT INTO agency_document_key (agency, valid_until, private_key, certificate) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            [agency, until, atrest.wrapped(private, *atrest.PAPER, agency, until.isoformat()), certificate],
        )
        row = _standing(cursor, agency, on, stolen)
    if row is None:
        raise DocumentError("no_document_key", agency=agency)
    private = atrest.unwrapped(row["private_key"], *atrest.PAPER, agency, row["valid_until"].isoformat())
    return DocumentKey(private, bytes(row["certificate"]), root_certificate(root))


def key_id_of(certificate: bytes) -> str:
    """How a key for documents is named: its agency's code, and what its certificate gives."""
    return f"{agency_of(certificate)}-pdf{_hash(certificate).hex()[:16]}"


def of_agency(cursor: Cursor, agency: str) -> list[tuple[date, str]]:
    """An agency's keys for documents, as the last day and the id of each."""
    query = "SELECT valid_until, certificate FROM agency_document_key WHERE agency = %s ORDER BY valid_until"
    rows = cursor.execute(query, [agency]).fetchall()
    return [(row["valid_until"], key_id_of(bytes(row["certificate"]))) for row in rows]


def _standing(cursor: Cursor, agency: str, on: date, stolen: Mapping[str, date]) -> Row | None:
    query = (
        "SELECT valid_until, private_key, certificate FROM agency_document_key WHERE agency = %s AND valid_until >= %s "
        "ORDER BY valid_until"
    )
    rows = cursor.execute(query, [agency, on]).fetchall()
    free = (row for row in rows if on < stolen.get(key_id_of(bytes(row["certificate"])), date.max))
    return next(free, None)


def root_certificate(root: Ed25519PrivateKey) -> bytes:
    """The directory's root as X.509, always the same bytes for the same key."""
    public = root.public_key()
    built = _builder(_ROOT_NAME, "", _ROOT_NAME, KEYS_FROM, KEYS_FROM + timedelta(days=_ROOT_DAYS), public)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return (
        built.add_extension(_usage(signs_certificates=True), critical=True)
        .sign(root, None)
        .public_bytes(_DER)
    )


def root_key(certificate: bytes) -> bytes:
    """The directory's public key in its certificate. Raises DocumentError where the key is of another kind."""
    public = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(public, Ed25519PublicKey):
        raise DocumentError("pdf_certificate")
    return public.public_bytes_raw()


def agency_of(certificate: bytes) -> str:
    """The six-digit code of the agency a document certificate was issued to; empty where it names none."""
    subject = x509.load_der_x509_certificate(certificate).subject
    return next((str(each.value) for each in subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)), "")


def _root_key(cursor: Cursor) -> Ed25519PrivateKey:
    row = cursor.execute("SELECT private_key FROM directory_root").fetchone()
    if row is None:
        raise DocumentError("no_directory")
    return Ed25519PrivateKey.from_private_bytes(atrest.unwrapped(row["private_key"], *atrest.ROOT))


def _made(agency: str, name: str, root: Ed25519PrivateKey, until: date) -> tuple[bytes, bytes]:
    private = ec.generate_private_key(ec.SECP256R1())
    built = _builder(name, agency, _ROOT_NAME, KEYS_FROM, until, private.public_key())
    built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    certificate = built.add_extension(_usage(signs_certificates=False), critical=True).sign(root, None)
    key = private.private_bytes(_DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key, certificate.public_bytes(_DER)


def _builder(
    name: str,
    agency: str,
    issuer: str,
    first: date,
    last: date,
    public: ec.EllipticCurvePublicKey | Ed25519PublicKey,
) -> x509.CertificateBuilder:
    subject = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if agency:
        subject.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, agency))
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(public)
        # Derived, so that the same key has the same number; half of the hash keeps it positive and short.
        .serial_number(int.from_bytes(_hash(identifier.digest)[:16], "big") >> 1 or 1)
        .not_valid_before(_midnight(first))
        .not_valid_after(_midnight(last))
        .add_extension(identifier, critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _hash(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()

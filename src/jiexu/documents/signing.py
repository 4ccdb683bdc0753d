"""An agency's signature in a PDF (PAdES), and what is left of it when somebody brings the file back."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from jiexu.documents.errors import DocumentError
from jiexu.documents.keys import DocumentKey, agency_of, key_id_of, root_key
from jiexu.exchange.signing import fingerprint

FIELD: Final = "agency"
CONTENT, CODE, CERTIFICATES = "content.json", "code.txt", "certificates.json"
_DIGEST: Final = "sha256"
_SHA256: Final = cms.DigestAlgorithms([{"algorithm": "sha256"}]).dump()
LONGEST_PDF: Final = 1 << 25
"""Bytes of a file that is looked at at all."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a signed PDF proves by itself. ``root_key``: public key of the directory whose word it rests on.

    ``signed_at``: as the signer states it. ``content``, ``code``, ``certificates``: what is inside, of which only the
    certificates' own signatures say whether they are the directory's.
    """

    agency: str
    name: str
    signed_at: datetime
    root_key: bytes
    content: bytes
    code: str
    certificates: bytes
    key_id: str

    @property
    def root(self) -> str:
        """Fingerprint of the root's key."""
        return fingerprint(self.root_key)


class _SignerAt(PdfSigner):
    """A signer whose clock is the caller's."""

    at: datetime

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


class _SameSigner(SimpleSigner):
    """Signs the same bytes the same way each time (RFC 6979): no randomness, and nothing to leak if there is none."""

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        if digest_algorithm != _DIGEST:
            raise ValueError(f"Documents are signed over {_DIGEST}, not {digest_algorithm}; mend the caller.")
        key = serialization.load_der_private_key(self.signing_key.dump(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("A document key is a P-256 key; the agency's is of another kind.")
        return key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


class _SameWriter(IncrementalPdfFileWriter):
    """Adds the signature and nothing of the moment: no drawn name, no clock. The signature itself says when."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        first, _ = prev.document_id
        names = first, hashlib.sha256(b"signed" + first).digest()[:16]
        return generic.ArrayObject([generic.ByteStringObject(name) for name in names])

    def _update_meta(self) -> None:
        """What the typesetter wrote about the file stands."""


def sign(pdf: bytes, key: DocumentKey, *, name: str, at: datetime) -> bytes:
    """The PDF with the agency's signature over all of it. ``at``: the instant it is made, which the signature states.

    The same PDF signed with the same key at the same instant gives the same bytes.
    """
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # its constructor takes nothing and has no types
    store.register(asn1_x509.Certificate.load(key.root))
    signer = _SameSigner(
        signing_cert=asn1_x509.Certificate.load(key.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(key.private),
        cert_registry=store,
    )
    meta = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm=_DIGEST, subfilter=SigSeedSubFilter.PADES, name=name
    )
    made = _SignerAt(meta, signer)
    made.at = at
    return bytes(made.sign_pdf(_SameWriter(io.BytesIO(pdf))).getvalue())


def prove(data: bytes) -> Proven:
    """Check a file that was brought. Raises DocumentError that says what is wrong with it.

    Whose root it rests on is for the caller to compare: any directory could have signed for its own agencies.
    """
    if not data.startswith(b"%PDF-") or len(data) > LONGEST_PDF:
        raise DocumentError("not_a_pdf")
    try:
        return _proven(data)
    except DocumentError:
        raise
    except Exception as error:  # a changed byte can stop a reader anywhere, and all of it means the same
        raise DocumentError("pdf_unreadable", error=type(error).__name__) from error


def _proven(data: bytes) -> Proven:
    reader = PdfFileReader(io.BytesIO(data))
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        raise DocumentError("not_signed" if not signatures else "signed_again")
    signature = signatures[0]
    root = _root(signature)
    status = _status(signature, root)
    if not status.intact or not status.valid or not _nothing_beside(data, signature):
        raise DocumentError("pdf_changed")
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        raise DocumentError("pdf_added_to")
    if not status.trusted:
        raise DocumentError("pdf_certificate")
    inside = dict(_attached(reader.root["/Names"]["/EmbeddedFiles"]))
    certificate = signature.signer_cert.dump()
    return Proven(
        agency=agency_of(certificate),
        name=str(signature.signer_cert.subject.native["common_name"]),
        signed_at=signature.self_reported_timestamp,
        root_key=root_key(root),
        content=inside[CONTENT],
        code=inside[CODE].decode("ascii"),
        certificates=inside[CERTIFICATES],
        key_id=key_id_of(certificate),
    )


def _status(signature: EmbeddedPdfSignature, root: bytes) -> PdfSignatureStatus:
    """Whether it is whole and signed, at the instant it names: keys outlive their certificates."""
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(root)],
        allow_fetching=False,
        moment=signature.self_reported_timestamp,
    )
    return validate_pdf_signature(signature, context)


def _root(signature: EmbeddedPdfSignature) -> bytes:
    """The certificate at the end of the chain inside, proven to be its own issuer's."""
    for each in signature.other_embedded_certs:
        root: bytes = each.dump()
        try:
            x509.load_der_x509_certificate(root).verify_directly_issued_by(
                x509.load_der_x509_certificate(root)
            )
        except (InvalidSignature, ValueError, TypeError):
            continue
        return root
    raise DocumentError("pdf_certificate")


def _nothing_beside(data: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Whether the one place the signature cannot cover, its own, holds the signature as we write it and nothing else."""
    signed = signature.signed_data
    versions = signed["version"].native, signature.signer_info["version"].native
    if versions != ("v1", "v1") or signed["digest_algorithms"].dump() != _SHA256:
        return False
    first, last = signature.byte_range[1], signature.byte_range[2]
    held = bytes(signature.pkcs7_content)
    size = len(cms.ContentInfo.load(held).dump(force=True))
    exact = cms.ContentInfo.load(held[:size]).dump(force=True)
    filled = exact + bytes(len(held) - size)
    return data[first:last] in {
        b"<" + filled.hex().encode() + b">",
        b"<" + filled.hex().upper().encode() + b">",
    }


def _attached(node: Any) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file attached, whichever way the tree of names is built."""
    names = node.get("/Names", ())
    for at in range(0, len(names), 2):
        specification = names[at + 1]
        yield str(specification["/F"]), specification["/EF"]["/F"].data
    for kid in node.get("/Kids", ()):
        yield from _attached(kid)

"""The long code on a document, for scanners: what it is and the digest of what it says, signed by its agency.

It says kind, agency, key, case, number, day and digest, and is proven with the agency's public key alone, the very key
its messages are signed with. Crockford base 32, so that a scanner that types gives what a person would copy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from jiexu.documents.errors import DocumentError
from jiexu.documents.kinds import BY_NUMBER, TERMS, Kind
from jiexu.exchange.signing import KeyNotValidError, KeyStolenError, Sign, UnknownKeyError, Verifier
from jiexu.values import base32, case_number

PREFIX: Final = "JX1:"
"""Begins every long code; another form of it gets another number."""
_DOMAIN = b"jiexu/document/1\n"
_SIGNATURE_BYTES = 64
_RANDOM_LENGTH = case_number.LENGTH - 1


@dataclass(frozen=True, slots=True)
class SignedCode:
    """What the long code says. ``number``: counts the contents of one kind in one case. ``digest``: hex of SHA-256."""

    kind: Kind
    key_id: str
    case_no: str
    number: int
    on: date
    digest: str
    signature: bytes = b""

    @property
    def agency(self) -> str:
        return self.key_id.partition("-")[0]

    def signed_bytes(self) -> bytes:
        """What the agency signs: every field, under the code's own prefix."""
        return _DOMAIN + self._fields()

    def _fields(self) -> bytes:
        label = self.key_id.partition("-")[2].encode("ascii")
        return b"".join(
            (
                bytes([TERMS[self.kind].number]),
                int(self.agency).to_bytes(3, "big"),
                bytes([len(label)]) + label,
                _case_bytes(self.case_no),
                self.number.to_bytes(2, "big"),
                self.on.toordinal().to_bytes(3, "big"),
                bytes.fromhex(self.digest),
            )
        )

    def text(self) -> str:
        """As it stands in the picture on the paper."""
        return PREFIX + base32.encode(self._fields() + self.signature)


def signed(draft: SignedCode, sign: Sign) -> SignedCode:
    """The code with its agency's signature."""
    return replace(draft, signature=sign(draft.signed_bytes()))


def is_code(text: str) -> bool:
    """Whether a text begins as long codes do."""
    return text.strip().upper().startswith(PREFIX)


def read(text: str) -> SignedCode:
    """A long code as it was scanned or pasted. Raises DocumentError; nothing is proven by reading."""
    data = base32.decode(base32.compact("".join(text.split()).upper().removeprefix(PREFIX)))
    try:
        code = None if data is None else _of_bytes(data)
    except (ValueError, IndexError, KeyError, OverflowError):
        code = None
    if code is None:
        raise DocumentError("code_unreadable")
    return code


def check(code: SignedCode, verifier: Verifier, *, is_kept: bool = True) -> None:
    """Raises DocumentError unless the agency that the code names signed exactly this with a key of that day.

    ``is_kept``: a register says whether the code was there before its key was stolen; without one nobody knows.
    """
    came = None if is_kept else date.max
    try:
        right = verifier.verify(code.key_id, code.signed_bytes(), code.signature, code.on, came)
    except KeyStolenError as stolen:
        raise DocumentError("key_stolen", key_id=code.key_id, day=stolen.data["day"]) from None
    except KeyNotValidError:
        raise DocumentError("code_key_not_valid", key_id=code.key_id, day=code.on.isoformat()) from None
    except UnknownKeyError:
        raise DocumentError("code_key_unknown", key_id=code.key_id) from None
    if not right:
        raise DocumentError("code_forged", agency=code.agency)


def _case_bytes(number: str) -> bytes:
    """A case number without its check character, which the signature makes superfluous: 60 bits."""
    return base32.encode_number(number[:_RANDOM_LENGTH])


def _of_bytes(data: bytes) -> SignedCode:
    label_end = 5 + data[4]
    key_id = f"{int.from_bytes(data[1:4], 'big'):06d}-{data[5:label_end].decode('ascii')}"
    rest = data[label_end:-_SIGNATURE_BYTES]
    case, numbers, digest = rest[:8], rest[8:13], rest[13:]
    code = SignedCode(
        kind=BY_NUMBER[data[0]],
        key_id=key_id,
        case_no=case_number.validate(base32.with_check(base32.decode_number(case, _RANDOM_LENGTH))),
        number=int.from_bytes(numbers[:2], "big"),
        on=date.fromordinal(int.from_bytes(numbers[2:], "big")),
        digest=digest.hex(),
        signature=data[-_SIGNATURE_BYTES:],
    )
    if len(digest) != 32 or code._fields() + code.signature != data:
        raise ValueError("These are not the bytes this code would write.")
    return code

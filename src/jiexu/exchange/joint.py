"""One signature for all that an agency signs at once: its bundles of a round, to whomever, or its receipts.

Signed is the RFC 9162 Merkle root over all of them. Each carries where it stands and the path to that root, so that
it is proven by itself, wherever the others went; of those it shows nothing but hashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jiexu.exchange import merkle
from jiexu.exchange.canonical import write
from jiexu.exchange.signing import Sign

_JOINT: Final = b"jiexu/joint/1\n"


@dataclass(frozen=True, slots=True)
class Joint:
    """Where something stands among what was signed with it: ``index`` from 0, ``size`` 1 to 512.

    ``path``: the hashes from its sibling up to just below the root, hex.
    """

    index: int
    size: int
    path: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The plain value, as the codec writes it."""
        return {"index": self.index, "size": self.size, "path": list(self.path)}

    def signed_bytes(self, content: bytes, *, agency: str, key_id: str) -> bytes | None:
        """What was signed for this content and the rest; None where the path fits no such place."""
        root = merkle.climb(content, self.index, self.size, [bytes.fromhex(each) for each in self.path])
        return None if root is None else _statement(agency, key_id, self.size, root)


ALONE: Final = Joint(0, 1, ())
"""The place of what is signed by itself."""


def sign_jointly(
    contents: Sequence[bytes], *, agency: str, key_id: str, sign: Sign
) -> tuple[bytes, list[Joint]]:
    """One signature over contents of one agency, and the place of each. At least one content, at most 512."""
    root, proofs = merkle.root_and_proofs(contents)
    places = [
        Joint(at, len(contents), tuple(step.hex() for step in proof)) for at, proof in enumerate(proofs)
    ]
    return sign(_statement(agency, key_id, len(contents), root)), places


def _statement(agency: str, key_id: str, size: int, root: bytes) -> bytes:
    return _JOINT + write({"agency": agency, "key_id": key_id, "root": root.hex(), "size": size})

"""A security key made of software: it answers what pages ask of the browser, as a real one would."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

ORIGIN, RP_ID = "http://localhost", "localhost"
PRESENT, VERIFIED = AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.UV


def coded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftKey:
    """One key. ``signed``: how often it signed, which a server checks never falls."""

    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    signed: int = 0

    def register(self, options: dict[str, Any]) -> str:
        """What the browser sends after ``navigator.credentials.create``."""
        told = self._client_data("webauthn.create", options["publicKey"]["challenge"])
        public = ES256.from_cryptography_key(self.private.public_key())
        attested = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = AuthenticatorData.create(
            sha256(RP_ID.encode()).digest(),
            PRESENT | VERIFIED | AuthenticatorData.FLAG.AT,
            self.signed,
            bytes(attested),
        )
        made = AttestationObject.create("none", data, {})
        return self._answer({"clientDataJSON": coded(told), "attestationObject": coded(bytes(made))})

    def authenticate(self, options: dict[str, Any], *, origin: str = ORIGIN) -> str:
        """What the browser sends after ``navigator.credentials.get``."""
        self.signed += 1
        told = self._client_data("webauthn.get", options["publicKey"]["challenge"], origin)
        data = AuthenticatorData.create(sha256(RP_ID.encode()).digest(), PRESENT | VERIFIED, self.signed)
        signature = self.private.sign(bytes(data) + sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": coded(told),
                "authenticatorData": coded(bytes(data)),
                "signature": coded(signature),
            }
        )

    def _client_data(self, kind: str, challenge: str, origin: str = ORIGIN) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, response: dict[str, str]) -> str:
        own = coded(self.id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response, "clientExtensionResults": {}})  # fmt: skip

"""The authorisation code flow with a provider (OpenID Connect Core 1.0, RFC 7636, RFC 9207), as this node uses it.

Signatures, keys and claims are checked by joserfc; what is asked, and what must come back, stands here. Nothing of a person is
written into an address or a log: errors carry a word, never what was sent.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import quote_plus, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from jiexu.gateways.openid import Provider, may_be_asked

SECONDS: Final = 10
LONGEST: Final = 200_000
"""Bytes of an answer that are read."""
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "ES384", "Ed25519")
"""Signatures that are taken: with a key of the provider's own, never none and never one made with our secret."""
LEEWAY: Final = 60
"""Seconds two clocks may differ."""
KEPT: Final = 3600.0
"""Seconds what a provider says of itself is kept."""
FORGED: Final = 5.0
"""Seconds before keys are asked for anew because of a key nobody knows: whoever sends such tokens floods nobody."""


class ProviderAwayError(RuntimeError):
    """The provider does not answer, or not as one does. ``args``: a word for the log."""


class NotProvenError(RuntimeError):
    """What came back proves nobody. ``args``: a word for the log."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What is kept in the session until the person comes back: none of it is guessable, all of it is good once."""

    state: str
    nonce: str
    verifier: str
    at: int


@dataclass(frozen=True, slots=True)
class Proven:
    """Who the provider says is there: its own word for them. ``amr``, ``acr``: how they showed it; ``auth_time``: when."""

    issuer: str
    subject: str
    acr: str
    amr: frozenset[str]
    auth_time: int | None


@dataclass(slots=True)
class Client:
    """One provider, with what it says of itself. Used by several threads."""

    provider: Provider
    _known: dict[str, Any] | None = None
    _known_at: float = 0.0
    _keys: KeySet | None = None
    _keys_at: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def begin(self, *, back: str, now: int, anew: bool = False) -> tuple[Begun, str]:
        """What to keep, and where to send the person. ``back``: our own address; ``anew``: they show once more who they are.

        Raises ProviderAwayError.
        """
        begun = Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), now)
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": back,
            "scope": "openid",
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": challenge(begun.verifier),
            "code_challenge_method": "S256",
        }
        if anew:
            asked |= {"prompt": "login", "max_age": "0"}
        address = self.known()["authorization_endpoint"]
        return begun, f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def finish(self, sent: Mapping[str, str], begun: Begun, *, back: str, now: int) -> Proven:
        """Who came back. ``sent``: the query of the address they came back to. Raises ProviderAwayError, NotProvenError."""
        if not secrets.compare_digest(sent.get("state", "").encode(), begun.state.encode()):
            raise NotProvenError("state")
        known = self.known()
        issuer = sent.get("iss")
        if issuer != self.provider.issuer and (
            issuer is not None or known.get("authorization_response_iss_parameter_supported") is True
        ):
            raise NotProvenError("iss_of_answer")
        if not sent.get("code"):
            raise NotProvenError("no_code")
        return self._proven(self._token(known, sent["code"], begun, back), begun, now)

    def ended(self, *, back: str) -> str:
        """Where somebody signs out at the provider too; empty where it offers none. Raises ProviderAwayError."""
        address = self.known().get("end_session_endpoint") or ""
        if not address:
            return ""
        asked = {"client_id": self.provider.client_id, "post_logout_redirect_uri": back}
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def known(self) -> dict[str, Any]:
        """What the provider says of itself, under its own address. Raises ProviderAwayError."""
        with self._lock:
            if self._known is None or time.monotonic() - self._known_at > KEPT:
                found = _asked(f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
                if found.get("issuer") != self.provider.issuer:
                    raise ProviderAwayError("issuer_differs")
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    if not isinstance(found.get(name), str) or not may_be_asked(found[name]):
                        raise ProviderAwayError(name)
                self._known, self._known_at = found, time.monotonic()
            return self._known

    def _token(self, known: dict[str, Any], code: str, begun: Begun, back: str) -> str:
        """The id token the code is exchanged for."""
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": begun.verifier,
        }
        headers = {"Accept": "application/json"}
        ways = known.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" in ways:
            both = f"{quote_plus(self.provider.client_id)}:{quote_plus(self.provider.secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
        else:
            sent |= {"client_id": self.provider.client_id, "client_secret": self.provider.secret}
        answer = _asked(known["token_endpoint"], urlencode(sent).encode(), headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotProvenError("no_token")
        return token

    def _proven(self, token: str, begun: Begun, now: int) -> Proven:
        try:
            claims = jwt.decode(token, self._key_set(token), algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError) as error:
            raise NotProvenError(f"signature_{type(error).__name__}") from None
        registry = jwt.JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY,
            iss={"essential": True, "value": self.provider.issuer},
            aud={"essential": True, "value": self.provider.client_id},
            nonce={"essential": True, "value": begun.nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            registry.validate(claims)
        except JoseError as error:
            raise NotProvenError(f"claim_{getattr(error, 'claim', '') or type(error).__name__}") from None
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if claims.get("azp", self.provider.client_id) != self.provider.client_id or (
            len(audience) > 1 and "azp" not in claims
        ):
            raise NotProvenError("claim_azp")
        amr, acr, auth_time = claims.get("amr"), claims.get("acr"), claims.get("auth_time")
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise NotProvenError("claim_sub")
        return Proven(
            self.provider.issuer,
            claims["sub"],
            acr if isinstance(acr, str) else "",
            frozenset(each for each in amr if isinstance(each, str))
            if isinstance(amr, list)
            else frozenset(),
            auth_time if isinstance(auth_time, int) else None,
        )

    def _key_set(self, token: str) -> KeySet:
        """The provider's keys, asked for anew where the token names one we do not know."""
        named = _header(token).get("kid")
        with self._lock:
            age = time.monotonic() - self._keys_at
            known = self._keys is not None and (
                named is None or any(key.kid == named for key in self._keys.keys)
            )
            if self._keys is None or age > KEPT or (not known and age > FORGED):
                assert self._known is not None  # noqa: S101 - it was asked before the token
                try:
                    self._keys = KeySet.import_key_set(_asked(self._known["jwks_uri"]))  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError, TypeError):
                    raise ProviderAwayError("keys") from None
                self._keys_at = time.monotonic()
            return self._keys


def challenge(verifier: str) -> str:
    """What stands for the verifier until it is shown (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _header(token: str) -> dict[str, Any]:
    try:
        part = token.split(".", maxsplit=1)[0]
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        raise NotProvenError("no_token") from None
    if not isinstance(found, dict):
        raise NotProvenError("no_token")
    return found


class _Straight(urllib.request.HTTPRedirectHandler):
    """A provider's own addresses answer themselves: a secret follows nobody elsewhere."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _asked(
    address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """One JSON object of the provider. Raises ProviderAwayError; NotProvenError where it refuses what was sent."""
    request = urllib.request.Request(address, body, dict(headers or {}))  # noqa: S310 - looked at before
    opener = urllib.request.build_opener(
        _Straight(), urllib.request.HTTPSHandler(context=ssl.create_default_context())
    )
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            data = answer.read(LONGEST + 1)
    except HTTPError as error:
        if body is not None and HTTPStatus.BAD_REQUEST <= error.code < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NotProvenError(f"refused_{error.code}") from None
        raise ProviderAwayError(f"status_{error.code}") from None
    except (OSError, ValueError) as error:
        raise ProviderAwayError(type(error).__name__) from None
    if len(data) > LONGEST:
        raise ProviderAwayError("too_long")
    try:
        found = json.loads(data)
    except ValueError:
        raise ProviderAwayError("no_json") from None
    if not isinstance(found, dict):
        raise ProviderAwayError("no_json")
    return found

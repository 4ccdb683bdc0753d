"""A provider of OpenID Connect for tests: real keys, real HTTP on this machine, and every way to answer wrongly."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CLIENT, SECRET = "jiexu-node", "a client's secret: 50 % & more"


@dataclass(slots=True)
class Provider:
    """``person``: who is signed in there, None for nobody who agrees. ``claims``: changes what is signed. ``sign``: how."""

    issuer: str = ""
    person: str | None = "somebody"
    claims: Callable[[dict[str, Any]], None] = lambda _claims: None
    says: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[Provider, dict[str, Any]], str] | None = None
    ways: tuple[str, ...] = ("client_secret_basic",)
    keys: dict[str, RSAKey | ECKey] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Every address that was asked, with its query."""
    alg: str = "RS256"

    def forget(self) -> None:
        """As it was at first, with the same keys."""
        self.person, self.claims, self.says, self.sign = "somebody", lambda _claims: None, {}, None
        self.ways, self.alg = ("client_secret_basic",), "RS256"
        self.codes.clear()
        self.asked.clear()

    def token(self, asked: dict[str, str]) -> str:
        """The id token for what an authorisation asked."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": asked["person"],
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **({"auth_time": now} if "max_age" in asked else {}),
        }
        self.claims(claims)
        return self.sign(self, claims) if self.sign else self.signed(claims)

    def signed(self, claims: dict[str, Any], *, alg: str = "", key: Any = None, kid: str = "") -> str:
        alg = alg or self.alg
        kid = kid or next(
            name for name, each in self.keys.items() if each.key_type == ("EC" if alg == "ES256" else "RSA")
        )
        return jwt.encode({"alg": alg, "kid": kid}, claims, key or self.keys[kid], algorithms=[alg])


def unsigned(_provider: Provider, claims: dict[str, Any]) -> str:
    """A token nobody signed."""
    parts = [json.dumps({"alg": "none"}), json.dumps(claims)]
    return ".".join(base64.urlsafe_b64encode(each.encode()).rstrip(b"=").decode() for each in parts) + "."


def by_our_secret(provider: Provider, claims: dict[str, Any]) -> str:
    """A token that whoever knows our secret could make."""
    key = OctKey.import_key(SECRET)
    return jwt.encode({"alg": "HS256", "kid": next(iter(provider.keys))}, claims, key, algorithms=["HS256"])


def by_a_stranger(provider: Provider, claims: dict[str, Any]) -> str:
    """A token under the name of the provider's key, signed with another."""
    return provider.signed(claims, key=RSAKey.generate_key(2048), kid="first", alg="RS256")


class Answers(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        provider, parts = self.provider, urlsplit(self.path)
        provider.asked.append(self.path)
        sent = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            known = {
                "issuer": provider.issuer,
                "authorization_endpoint": f"{provider.issuer}/authorize",
                "token_endpoint": f"{provider.issuer}/token",
                "jwks_uri": f"{provider.issuer}/keys",
                "end_session_endpoint": f"{provider.issuer}/end",
                "token_endpoint_auth_methods_supported": list(provider.ways),
            }
            self._json({**known, **provider.says})
        elif parts.path == "/keys":
            public = KeySet(list(provider.keys.values())).as_dict(private=False)
            self._json(public)
        elif parts.path == "/authorize":
            code = secrets.token_urlsafe(12)
            back = {"state": sent["state"]}
            if provider.person is None:
                back["error"] = "access_denied"
            else:
                provider.codes[code] = {**sent, "person": provider.person}
                back["code"] = code
            self.send_response(302)
            self.send_header("Location", f"{sent['redirect_uri']}?{urlencode(back)}")
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        provider = self.provider
        provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        asked = provider.codes.pop(sent.get("code", ""), None)
        verified = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        fits = (
            asked is not None
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] == verified.rstrip(b"=").decode()
            and asked["redirect_uri"] == sent.get("redirect_uri")
            and self._is_client(sent)
        )
        if not fits or asked is None:
            self._json({"error": "invalid_grant"}, 400)
        else:
            self._json({"access_token": "x", "token_type": "Bearer", "id_token": provider.token(asked)})

    def _is_client(self, sent: dict[str, str]) -> bool:
        if "client_secret_basic" not in self.provider.ways:
            return (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
        given = self.headers.get("Authorization", "")
        both = urlencode({CLIENT: SECRET}).replace("=", ":", 1)
        return given == f"Basic {base64.b64encode(both.encode()).decode()}"

    def _json(self, said: Any, status: int = 200) -> None:
        data = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing is said about it."""


@contextmanager
def provider() -> Iterator[Provider]:
    """One that runs on this machine until the test is over."""
    made = Provider(
        keys={
            "first": RSAKey.generate_key(2048, {"kid": "first"}),
            "curve": ECKey.generate_key("P-256", {"kid": "curve"}),
        }
    )
    handler = type("Handler", (Answers,), {"provider": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def settings_of(city: Provider, folder: Path, title: str = "City") -> dict[str, str]:
    """What a node is told to let people sign in with it as ``city``."""
    secret = folder / "openid-secret"
    secret.write_text(SECRET + "\n", encoding="utf-8")
    given = {"ISSUER": city.issuer, "CLIENT_ID": CLIENT, "SECRET_FILE": str(secret), "TITLE": title}
    return {"JIEXU_OIDC": "city", **{f"JIEXU_OIDC_CITY_{key}": value for key, value in given.items()}}


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def as_a_browser(address: str) -> str:
    """Where the provider sends a browser on to from an address of its own."""
    try:
        urllib.request.build_opener(_Stay()).open(address, timeout=10)
    except urllib.error.HTTPError as answer:
        return str(answer.headers["Location"])
    raise AssertionError("The provider sends nobody on from here.")

"""Webhooks: a small JSON body to an employer's own server, signed so that it can tell who sent it.

``Jiexu-Signature``: HMAC-SHA256 of ``<time>.<body>`` under the employer's secret; ``Jiexu-Time``: seconds, to refuse what is
old; ``Jiexu-Id``: the same each time a message is tried. Only public addresses are called, and no redirect is followed:
an address an employer writes must not reach into the network this server stands in.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 10
OK = range(200, 300)


class WebhookNotTakenError(RuntimeError):
    """The server did not take the message now, or may not be called."""


def signature(secret: str, at: int, body: bytes) -> str:
    """What the receiver works out as well, and compares."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Caller:
    """``local``: also addresses of this machine, without encryption: for trying it out."""

    local: bool = False

    def hand_over(self, *, ident: str, to: str, body: bytes, secret: str) -> None:
        """One POST. Raises WebhookNotTakenError."""
        parts = urlsplit(to)
        host, encrypted = parts.hostname or "", parts.scheme == "https"
        if not host or not (encrypted or self.local):
            raise WebhookNotTakenError("not_https")
        try:
            port = parts.port or (443 if encrypted else 80)
            address = self._address(host, port)
            at = int(time.time())
            headers = {
                "Host": host if parts.port is None else f"{host}:{port}",
                "Content-Type": "application/json",
                "Jiexu-Id": ident,
                "Jiexu-Time": str(at),
                "Jiexu-Signature": signature(secret, at, body),
            }
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            status = _posted(host, address, port, path, body, headers, encrypted=encrypted)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise WebhookNotTakenError(type(error).__name__) from None
        if status not in OK:
            raise WebhookNotTakenError(f"status_{status}")

    def _address(self, host: str, port: int) -> str:
        """The address that is called is the one that was looked at: a name cannot change in between."""
        found = [each[4][0] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not self.local and not all(ipaddress.ip_address(each).is_global for each in found):
            raise WebhookNotTakenError("not_public")
        return str(found[0])


def _posted(
    host: str, address: str, port: int, path: str, body: bytes, headers: dict[str, str], *, encrypted: bool
) -> int:
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    plain = socket.create_connection((address, port), timeout=SECONDS)
    connection.sock = (
        ssl.create_default_context().wrap_socket(plain, server_hostname=host) if encrypted else plain
    )
    try:
        connection.request("POST", path, body=body, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()

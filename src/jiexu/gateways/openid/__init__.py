"""Providers of OpenID Connect this node lets people sign in with, from its environment: none unless configured.

``JIEXU_OIDC``: short names, such as ``city province``. For each, with its name in capitals: ``JIEXU_OIDC_CITY_ISSUER``,
``…_CLIENT_ID``, ``…_SECRET_FILE`` (a file that holds the client's secret), ``…_TITLE`` (how people call it), and
``…_SECOND_FACTOR``: values of ``acr`` or ``amr`` that count as a second factor of staff; without it none does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class ProviderFaultError(ValueError):
    """The environment names a provider that cannot be used; the sentence names what is missing."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. ``issuer``: exactly as its tokens name it. ``second_factor``: what counts for staff, nothing by default."""

    name: str
    issuer: str
    client_id: str
    secret: str
    title: str
    second_factor: frozenset[str] = frozenset()


def providers(environment: Mapping[str, str]) -> dict[str, Provider]:
    """The providers by their names, in the order named. Raises ProviderFaultError."""
    found = {}
    for name in environment.get("JIEXU_OIDC", "").split():
        if not NAME.fullmatch(name):
            raise ProviderFaultError(
                f"JIEXU_OIDC names {name!r}: write small letters, digits and hyphens, 20 at most."
            )
        found[name] = _provider(environment, name)
    return found


def _provider(environment: Mapping[str, str], name: str) -> Provider:
    prefix = f"JIEXU_OIDC_{name.upper().replace('-', '_')}_"
    given = {key: environment.get(prefix + key, "").strip() for key in ("ISSUER", "CLIENT_ID", "SECRET_FILE")}
    for key, value in given.items():
        if not value:
            raise ProviderFaultError(
                f"{prefix}{key} is missing: name issuer, client id and secret file of each provider."
            )
    if not may_be_asked(given["ISSUER"]):
        raise ProviderFaultError(
            f"{prefix}ISSUER must begin with https:// (http:// only on this machine itself)."
        )
    return Provider(
        name,
        given["ISSUER"],
        given["CLIENT_ID"],
        _secret(given["SECRET_FILE"], prefix),
        environment.get(f"{prefix}TITLE", "").strip() or name,
        frozenset(environment.get(f"{prefix}SECOND_FACTOR", "").split()),
    )


@cache
def _secret(path: str, prefix: str) -> str:
    try:
        secret = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise ProviderFaultError(
            f"{prefix}SECRET_FILE cannot be read ({type(error).__name__}); name a file with the client's secret."
        ) from None
    if not secret:
        raise ProviderFaultError(f"{prefix}SECRET_FILE is empty; write the client's secret into it.")
    return secret


def may_be_asked(address: str) -> bool:
    """Whether an address is one a provider may have: encrypted, or of this very machine."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)

"""A node at work: its store, its law, its calendar, and the agencies it hosts with their keys."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone

from psycopg.types.json import Jsonb

from jiexu import __version__
from jiexu.exchange.envelope import time_text
from jiexu.exchange.signing import Ed25519Signer, Keyring, certificate_from_json, certify, fingerprint
from jiexu.gateways.policyfiles import areas as area_files
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.calendar import Calendar
from jiexu.rules.policy import Policy
from jiexu.store import bulk
from jiexu.store.db import Cursor, Store
from jiexu.store.files import FileCache
from jiexu.store.steps import Moment, Secrets
from jiexu.values.areas import Areas, Pool

BEIJING = timezone(timedelta(hours=8))
KEYS_FROM = date(2010, 1, 1)
KEY_DAYS = 3650
"""How long a demonstration key is certified: ten years, so that a run in the past or future finds it valid."""
ENGINE = f"jiexu {__version__}"


@dataclass(slots=True)
class Node:
    """What every use case needs. ``hosted``: codes of the pooling areas whose agencies live here."""

    store: Store
    areas: Areas
    calendar: Calendar
    policy: Policy
    hosted: tuple[str, ...] = ()
    secrets: dict[str, Secrets] = field(default_factory=dict)
    signers: dict[str, Ed25519Signer] = field(default_factory=dict)
    keyring: Keyring | None = None
    files: FileCache = field(default_factory=FileCache)

    def moment(self, day: date) -> Moment:
        return Moment(day=day, policy_digest=self.policy.digest, engine=ENGINE)


def instant(day: date) -> str:
    """The instant that steps of a given day carry: ten in the morning in Beijing, written in UTC."""
    return time_text(datetime.combine(day, time(10), BEIJING).astimezone(UTC))


def day_of(moment: str) -> date:
    """The Beijing day of an instant as messages and receipts write it."""
    return datetime.fromisoformat(moment).astimezone(BEIJING).date()


def open_node(url: str) -> Node:
    """Connect under the role of ``url`` and read agencies, secrets and (as worker) keys."""
    node = Node(Store(url), area_files.areas(), working_days(), shipped_policy())
    refresh(node)
    return node


def refresh(node: Node) -> None:
    """Read the agencies of this node anew."""
    with node.store.transaction("node.read") as cursor:
        agencies = cursor.execute("SELECT code, certificate FROM agency ORDER BY code").fetchall()
        root = cursor.execute("SELECT value FROM node_setting WHERE name = 'directory_root_key'").fetchone()
    node.hosted = tuple(row["code"] for row in agencies)
    with node.store.transaction("node.secrets", node.hosted) as cursor:
        rows = cursor.execute("SELECT agency, salt_secret, payload_key FROM agency_secret").fetchall()
        node.secrets = {
            row["agency"]: Secrets(bytes(row["salt_secret"]), bytes(row["payload_key"])) for row in rows
        }
        if cursor.execute("SELECT has_table_privilege('agency_signing_key', 'SELECT') AS may").fetchone() == {
            "may": True
        }:
            keys = cursor.execute("SELECT agency, key_id, private_key FROM agency_signing_key").fetchall()
            node.signers = {
                row["agency"]: Ed25519Signer.of(key_id=row["key_id"], private_key=bytes(row["private_key"]))
                for row in keys
            }
    if root is not None:
        certificates = [certificate_from_json(row["certificate"]) for row in agencies]
        key = bytes.fromhex(root["value"]["public_key"])
        node.keyring = Keyring.of(
            certificates, root_public_key=key, on=date.fromisoformat(root["value"]["from"])
        )


def directory_root(node: Node) -> str | None:
    """Fingerprint of the root that certified every agency here: what people compare. None before any was founded."""
    with node.store.transaction("node.root") as cursor:
        row = cursor.execute("SELECT value FROM node_setting WHERE name = 'directory_root_key'").fetchone()
    return None if row is None else str(row["value"]["fingerprint"])


def found_agencies(node: Node, *, on: date, hosts: Collection[str] | None = None) -> int:
    """Give pooling areas their agency, keys and certificate; how many were new.

    ``hosts``: codes of the areas this node is for; every area of the table unless said.
    """
    pools = [pool for pool in node.areas.pools() if hosts is None or pool.code in hosts]
    with node.store.transaction("node.agencies", [pool.code for pool in pools]) as cursor:
        known = {row["code"] for row in cursor.execute("SELECT code FROM agency").fetchall()}
        fresh = [pool for pool in pools if pool.code not in known]
        if fresh:
            _found(cursor, fresh, _directory_root(cursor, on), on)
    refresh(node)
    return len(fresh)


def _found(cursor: Cursor, pools: list[Pool], root: Ed25519Signer, on: date) -> None:
    """Keys are drawn here and nowhere else; the certificate is the directory's word for them."""
    agencies, salts, keys = [], [], []
    for pool in pools:
        private, key_id = secrets.token_bytes(32), f"{pool.code}-{on.year}a"
        public = Ed25519Signer.of(key_id=key_id, private_key=private).public_key
        first, last = KEYS_FROM, on + timedelta(days=KEY_DAYS)
        certificate = certify(
            root_sign=root.sign,
            agency=pool.code,
            key_id=key_id,
            public_key=public,
            valid_from=first,
            valid_until=last,
        )
        agencies.append((pool.code, pool.name, pool.name_en, pool.short_name, Jsonb(certificate.as_json())))
        salts.append((pool.code, secrets.token_bytes(32), secrets.token_bytes(32)))
        keys.append((pool.code, key_id, private))
    bulk.insert(cursor, "agency", ("code", "name", "name_en", "short_name", "certificate"), agencies)
    bulk.insert(cursor, "agency_secret", ("agency", "salt_secret", "payload_key"), salts)
    bulk.insert(cursor, "agency_signing_key", ("agency", "key_id", "private_key"), keys)


def _directory_root(cursor: Cursor, on: date) -> Ed25519Signer:
    row = cursor.execute("SELECT private_key FROM directory_root").fetchone()
    if row is not None:
        return Ed25519Signer.of(key_id="directory-root", private_key=bytes(row["private_key"]))
    private = secrets.token_bytes(32)
    signer = Ed25519Signer.of(key_id="directory-root", private_key=private)
    cursor.execute("INSERT INTO directory_root (private_key) VALUES (%s)", [private])
    value = {
        "public_key": signer.public_key.hex(),
        "fingerprint": fingerprint(signer.public_key),
        "from": on.isoformat(),
    }
    cursor.execute("INSERT INTO node_setting (name, value) VALUES ('directory_root_key', %s)", [Jsonb(value)])
    return signer


def prepare(progress: Callable[[str, int, int], None]) -> None:
    """Bring tables and agencies up to date; quick where they are. Django must be ready on this node's connections."""
    from django.core.management import call_command  # noqa: PLC0415  # Django is ready only now

    call_command("migrate", database="owner", verbosity=0)
    node = open_node(os.environ["JIEXU_WORKER_URL"])
    try:
        if found_agencies(node, on=datetime.now(BEIJING).date()):
            progress(f"{len(node.hosted)} agencies", 1, 1)
    finally:
        node.store.close()

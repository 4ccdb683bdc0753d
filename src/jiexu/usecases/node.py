"""A node at work: its store, its law, its calendar, and the agencies it hosts with their keys."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from time import monotonic

from jiexu import __version__
from jiexu.exchange.envelope import BEIJING, time_text
from jiexu.exchange.signing import Ed25519Signer, Keyring
from jiexu.exchange.stolen import stolen_keys
from jiexu.gateways.policyfiles import areas as area_files
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.policyfiles.limits import Limits, shipped_limits
from jiexu.rules.calendar import Calendar
from jiexu.rules.policy import Policy
from jiexu.store import atrest, bulk
from jiexu.store.db import Cursor, Store
from jiexu.store.files import FileCache
from jiexu.store.steps import Moment, Secrets
from jiexu.usecases import accounts, directory, resealing
from jiexu.values.areas import Areas, Pool
from jiexu.values.errors import ValueFault

KEYS_FROM = date(2010, 1, 1)
KEY_DAYS = 3650
"""How long a demonstration key is certified: ten years, so that a run in the past or future finds it valid."""
ENGINE = f"jiexu {__version__}"


@dataclass(slots=True)
class Node:
    """What every use case needs. ``hosted``: codes of the pooling areas whose agencies live here; at a desk, of its own.

    ``signers``: the keys of each hosted agency, by agency; empty where the role may not sign. ``keyring``: the keys
    of all agencies the directory vouches for, none before it is founded. ``doubtful``: what is wrong with
    certificates that were left out. ``share``: the agencies of this process where several work on one node.
    ``stand``: how many agencies, certificates and words of stolen keys there were when they were read last.
    ``stand``: how many agencies, certificates and words of stolen keys there were when they were read last;
    ``read_at``: when they were looked at, by the process's own clock.
    """

    store: Store
    areas: Areas
    calendar: Calendar
    policy: Policy
    limits: Limits
    hosted: tuple[str, ...] = ()
    secrets: dict[str, Secrets] = field(default_factory=dict)
    signers: dict[str, list[Ed25519Signer]] = field(default_factory=dict)
    keyring: Keyring = field(default_factory=lambda: Keyring({}))
    doubtful: tuple[ValueFault, ...] = ()
    files: FileCache = field(default_factory=FileCache)
    share: tuple[str, ...] | None = None
    stand: tuple[int, ...] = ()
    read_at: float = 0.0

    @property
    def own(self) -> tuple[str, ...]:
        """Agencies whose work this process finds: all that are hosted, where it shares them with no other process."""
        return self.hosted if self.share is None else self.share

    def speak_for(self, *agencies: str) -> None:
        """From here on see nothing and keep no secret of other agencies: a desk belongs to one."""
        self.hosted = agencies
        self.secrets = {code: held for code, held in self.secrets.items() if code in agencies}
        self.signers = {code: keys for code, keys in self.signers.items() if code in agencies}

    def moment(self, day: date) -> Moment:
        return Moment(day=day, policy_digest=self.policy.digest, engine=ENGINE)

    def may_sign(self, agency: str, day: date) -> bool:
        """Whether a key of this agency is here that stands on the day."""
        return any(self.keyring.stands(signer.key_id, day) for signer in self.signers.get(agency, ()))

    def signer(self, agency: str, day: date) -> Ed25519Signer:
        """The agency's newest key that stands on the day. Raises KeyNotValidError where none does."""
        keys = {signer.key_id: signer for signer in self.signers.get(agency, ())}
        return keys[self.keyring.newest(agency, keys, on=day)]


@lru_cache(maxsize=64)
def instant(day: date) -> str:
    """The instant that steps of a given day carry: ten in the morning in Beijing, written in UTC."""
    return time_text(datetime.combine(day, time(10), BEIJING).astimezone(UTC))


def open_node(url: str) -> Node:
    """Connect under the role of ``url`` and read agencies, secrets and (as worker) keys."""
    node = Node(Store(url), area_files.areas(), working_days(), shipped_policy(), shipped_limits())
    refresh(node)
    return node


STAND = (
    "SELECT (SELECT count(*) FROM agency) AS agencies, (SELECT count(*) FROM certificate) AS certificates, "
    "(SELECT count(*) FROM stolen_key) AS stolen"
)
"""An agency comes with a certificate, and so does every change of a key; neither is ever taken away."""


def catch_up(node: Node) -> None:
    """Read the agencies of this node anew where one was founded, or a key changed, ended or stolen, since."""
    with node.store.transaction("node.stand") as cursor:
        stand = _stand(cursor)
    node.read_at = monotonic()
    if stand != node.stand:
        refresh(node)


def _stand(cursor: Cursor) -> tuple[int, ...]:
    row = cursor.execute(STAND).fetchone()
    return tuple(row.values()) if row else ()


def refresh(node: Node) -> None:
    """Read the agencies of this node anew."""
    node.read_at = monotonic()
    with node.store.transaction("node.read") as cursor:
        # First: what is added meanwhile is then read twice rather than never.
        node.stand = _stand(cursor)
        agencies = cursor.execute("SELECT code FROM agency ORDER BY code").fetchall()
        certificates = cursor.execute("SELECT body FROM certificate ORDER BY key_id, valid_until").fetchall()
        words = cursor.execute("SELECT body FROM stolen_key ORDER BY key_id, since").fetchall()
        root = cursor.execute("SELECT value FROM node_setting WHERE name = 'directory_root_key'").fetchone()
    node.hosted = tuple(row["code"] for row in agencies)
    with node.store.transaction("node.secrets", node.hosted) as cursor:
        rows = cursor.execute("SELECT agency, salt_secret, payload_key FROM agency_secret").fetchall()
        node.secrets = {
            row["agency"]: Secrets(
                atrest.unwrapped(row["salt_secret"], *atrest.SALT, row["agency"]),
                atrest.unwrapped(row["payload_key"], *atrest.PAYLOAD, row["agency"]),
            )
            for row in rows
        }
        if cursor.execute("SELECT has_table_privilege('agency_signing_key', 'SELECT') AS may").fetchone() == {
            "may": True
        }:
            keys = cursor.execute("SELECT agency, key_id, private_key FROM agency_signing_key").fetchall()
            node.signers = {}
            for row in keys:
                signer = Ed25519Signer.of(key_id=row["key_id"], private_key=directory.opened(row))
                node.signers.setdefault(row["agency"], []).append(signer)
    if root is not None:
        key = bytes.fromhex(root["value"]["public_key"])
        bodies = [row["body"] for row in certificates]
        keyring, doubtful = Keyring.vouched(bodies, root_public_key=key)
        stolen, unsigned = stolen_keys([row["body"] for row in words], root_public_key=key)
        node.keyring, node.doubtful = replace(keyring, stolen=stolen), doubtful + unsigned


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
            _found(cursor, fresh, directory.root_of(cursor), on)
    refresh(node)
    return len(fresh)


def _found(cursor: Cursor, pools: list[Pool], root: Ed25519Signer, on: date) -> None:
    keys = [
        directory.draw(
            root, pool.code, f"{pool.code}-{on.year}a", first=KEYS_FROM, last=on + timedelta(days=KEY_DAYS)
        )
        for pool in pools
    ]
    agencies = [(pool.code, pool.name, pool.name_en, pool.short_name) for pool in pools]
    bulk.insert(cursor, "agency", ("code", "name", "name_en", "short_name"), agencies)
    salts = [(pool.code, secrets.token_bytes(32), secrets.token_bytes(32)) for pool in pools]
    held = [
        (code, atrest.wrapped(salt, *atrest.SALT, code), atrest.wrapped(key, *atrest.PAYLOAD, code))
        for code, salt, key in salts
    ]
    bulk.insert(cursor, "agency_secret", ("agency", "salt_secret", "payload_key"), held)
    invented = [accounts.invented(pool.code, pool.name) for pool in pools]
    accounts.found(cursor, invented, {code: salt for code, salt, _ in salts}, valid_from=KEYS_FROM, on=on)
    directory.keep(cursor, keys)


def prepare(progress: Callable[[str, int, int], None]) -> None:
    """Bring tables and agencies up to date; quick where they are. Django must be ready on this node's connections."""
    from django.core.management import call_command  # noqa: PLC0415  # Django is ready only now

    call_command("migrate", database="owner", verbosity=0)
    owner = os.environ["JIEXU_OWNER_URL"]
    if resealing.standing(owner) is resealing.Standing.CLEAR:
        resealing.reseal(owner, tell=progress)
    node = open_node(os.environ["JIEXU_WORKER_URL"])
    try:
        if found_agencies(node, on=datetime.now(BEIJING).date()):
            progress(f"{len(node.hosted)} agencies", 1, 1)
    finally:
        node.store.close()

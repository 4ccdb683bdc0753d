"""The node's keys at the start of a command: made for a new node, found for one that was, never silently replaced."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from jiexu.cli.common import lang
from jiexu.exchange.atrest import KEY_BYTES, AtRestError, Ring, word
from jiexu.gateways.postgres.folder import DataFolder, write_private
from jiexu.gateways.postgres.roles import Connections
from jiexu.gateways.postgres.trouble import NodeTroubleError
from jiexu.store import atrest
from jiexu.texts import say
from jiexu.usecases import resealing
from jiexu.usecases.resealing import Standing

FILE = "node_keys"
"""In the folder of secrets, 0600."""


def own_file(folder: DataFolder) -> Path | None:
    """The file of this folder's keys; None where the environment names others, whose keeping is somebody else's."""
    mine = folder.secrets / FILE
    if os.environ.get("JIEXU_NODE_KEYS"):
        return None
    return mine if os.environ.get("JIEXU_NODE_KEYS_FILE") in {None, "", str(mine)} else None


def at_hand(*, folder: DataFolder, connections: Connections, clear: bool, behind: bool) -> None:
    """Make the node's keys this process's. Raises NodeTroubleError where they are gone, others, or half changed.

    ``clear``: rows made before anything was sealed are about to be sealed; ``behind``: a change that was cut short is
    about to be ended.
    """
    mine = own_file(folder)
    if mine is not None:
        os.environ["JIEXU_NODE_KEYS_FILE"] = str(mine)
        if not mine.exists():
            if resealing.anything_sealed(connections.owner):
                raise NodeTroubleError("node_keys_gone", file=mine)
            keep(mine, Ring.read(word("k1", secrets.token_bytes(KEY_BYTES))))
    try:
        standing = resealing.standing(connections.owner)
    except (AtRestError, OSError) as fault:
        said = (
            say(lang(), f"exchange.{fault.code}", **fault.data)
            if isinstance(fault, AtRestError)
            else str(fault)
        )
        raise NodeTroubleError("node_keys_do_not_open", said=said) from None
    if (standing is Standing.BEHIND and not behind) or (standing is Standing.CLEAR and not clear):
        raise NodeTroubleError("node_keys_behind")


def keep(file: Path, ring: Ring) -> None:
    """Write the keys to their file, whole or not at all."""
    write_private(file=file, text=ring.text())
    atrest.forget()

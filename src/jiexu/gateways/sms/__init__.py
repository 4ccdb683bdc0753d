"""Short messages: a port any provider can be written against, and a spool of files for one that collects them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class ShortMessageNotTakenError(RuntimeError):
    """The provider did not take the message now."""


class ShortMessages(Protocol):
    """A provider. ``ident`` is the same each time a message is tried: what was taken under it is not sent again."""

    def hand_over(self, *, ident: str, to: str, body: str) -> None:
        """One message to a mobile number. Raises ShortMessageNotTakenError."""


@dataclass(frozen=True, slots=True)
class Spool:
    """A folder from which a provider's own program takes files; each appears whole, and once for each message."""

    folder: Path

    def hand_over(self, *, ident: str, to: str, body: str) -> None:
        """Write the message as ``<ident>.json``. Raises ShortMessageNotTakenError where the folder takes nothing."""
        part, whole = self.folder / f".{ident}.part", self.folder / f"{ident}.json"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if whole.exists():
                return
            part.write_text(
                json.dumps({"id": ident, "to": to, "body": body}, ensure_ascii=False), encoding="utf-8"
            )
            part.replace(whole)
        except OSError as error:
            raise ShortMessageNotTakenError(error.strerror or type(error).__name__) from None

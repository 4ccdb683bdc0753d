"""Reads the closed list of reasons an application can be refused with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.marked import read
from jiexu.rules.decision import Confidence

Ground = Literal["national", "local", "ours"]
Says = Literal["origin", "destination", "both", "opener"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason. ``says``: the side that can know it. ``sentence`` and ``cure`` are text keys."""

    code: str
    rule: str
    ground: Ground
    says: Says
    confidence: Confidence
    articles: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"refusals.{self.code}"

    @property
    def cure(self) -> str:
        return f"refusals.{self.code}_cure"


@cache
def shipped_refusals() -> Mapping[str, Refusal]:
    """The list of this policy version, by code, in order."""
    return load_refusals(policy_folder())


def load_refusals(folder: Path) -> Mapping[str, Refusal]:
    """The list in a folder. Raises PolicyFileError where the file cannot be read."""
    return {
        code: Refusal(
            code=code,
            rule=one["rule"],
            ground=one["ground"],
            says=one["says"],
            confidence=Confidence(one["confidence"]),
            articles=tuple(one["articles"]),
        )
        for code, one in read(folder / "refusals.yaml").items()
    }

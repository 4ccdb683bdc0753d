"""What keeps a measurement from being made, or from meaning anything, in a sentence."""

from __future__ import annotations

from jiexu.gateways.postgres.trouble import NodeTroubleError
from jiexu.texts import Lang, say


class BenchTroubleError(NodeTroubleError):
    """A measurement cannot be made as asked. ``key`` names the sentence in ``texts/bench.yaml``."""

    def sentence(self, lang: Lang) -> str:
        """What happened, where, and what to do, in a language."""
        return say(lang, f"bench.{self.key}", **self.data)

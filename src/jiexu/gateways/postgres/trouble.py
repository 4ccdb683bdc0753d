"""What can go wrong with folder and server, said in a sentence that names the cure."""

from __future__ import annotations

from jiexu.texts import Lang, say


class NodeTroubleError(Exception):
    """The data folder or its server cannot be used as asked.

    ``key`` names the sentence in ``texts/cli.yaml`` and is what code may look at; ``data`` fills its places.
    """

    def __init__(self, key: str, /, **data: object) -> None:
        self.key = key
        self.data = data
        super().__init__(self.sentence("en"))

    def sentence(self, lang: Lang) -> str:
        """What happened, where, and what to do, in a language."""
        return say(lang, f"cli.{self.key}", **self.data)

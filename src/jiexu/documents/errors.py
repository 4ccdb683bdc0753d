"""Why a document cannot be made, or one that was shown is not what it seems: a key of the texts, and its data."""

from __future__ import annotations

from jiexu.texts import Lang, say


class DocumentError(Exception):
    """``code``: key of the sentence in ``texts/document.yaml``, which names the cure. ``data``: fills its places."""

    def __init__(self, code: str, /, **data: str | int) -> None:
        super().__init__(code)
        self.code, self.data = code, data

    def sentence(self, lang: Lang) -> str:
        return say(lang, f"document.{self.code}", **self.data)

    def __str__(self) -> str:
        return self.sentence("en")

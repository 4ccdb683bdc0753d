"""The one shape of every refusal of a value: a code, a sentence, and the data in it."""

from __future__ import annotations


class ValueFault(ValueError):  # noqa: N818  "fault" is the shared root; every class people catch ends in Error
    """A value was refused.

    ``code``: the key of the translated sentence in ``texts/errors.yaml``; it decides nothing else.
    ``data``: what fills the places of that sentence. Citizen and document numbers stand in it masked only,
    because errors travel into logs. ``str()`` gives the English sentence.
    """

    code: str
    data: dict[str, str | int]

    def __init__(self, code: str, sentence: str, **data: str | int) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.data = data

    def __str__(self) -> str:
        return str(self.args[1]).format_map(self.data)

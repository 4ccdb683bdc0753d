"""From what people write to the place and the parameter they mean; what is not found ends the command with its sentence."""

from __future__ import annotations

from datetime import date

from jiexu.cli.common import Refused, lang
from jiexu.rules.policy import Parameter, Policy
from jiexu.wording import finding


def named(held: Policy, text: str) -> Parameter:
    """The parameter of a name, in code or as people read it. Raises Refused with what is near."""
    try:
        return finding.parameter(held, text)
    except finding.NotNamedError as error:
        raise Refused(finding.no_parameter(lang(), error)) from None


def place(held: Policy, text: str, on: date) -> str:
    """The code of a place with policy, by code, name, old name or pinyin. Raises Refused with the question or cure."""
    try:
        return finding.place(held, text, on)
    except finding.NoOnePlaceError as error:
        raise Refused(error.sentence(lang())) from None

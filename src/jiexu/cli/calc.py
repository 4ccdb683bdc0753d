"""``jiexu calc``: calculators that show their working line by line. Nothing here writes, and no node needs to run."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

import click

from jiexu.cli.common import Refused, lang
from jiexu.cli.lazy import LazyGroup
from jiexu.cli.params import fault_words
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.calendar import YearNotCoveredError
from jiexu.rules.clocks import NoClockError
from jiexu.rules.retirement import RetirementRuleMissingError
from jiexu.rules.working import Line, Worked
from jiexu.texts import LANGS, say
from jiexu.values.errors import ValueFault
from jiexu.wording.working import grounds, sentence

CALCULATORS = {
    "deadline": "jiexu.cli.calc_deadline:deadline",
    "gap": "jiexu.cli.calc_cover:gap",
    "makeup": "jiexu.cli.calc_cover:makeup",
    "resume": "jiexu.cli.calc_cover:resume",
    "resident-wait": "jiexu.cli.calc_cover:resident",
    "premium": "jiexu.cli.calc_cover:premium",
    "latefee": "jiexu.cli.calc_cover:latefee",
    "years": "jiexu.cli.calc_years:years",
    "topup": "jiexu.cli.calc_years:topup",
    "retirement": "jiexu.cli.calc_years:retirement",
    "pension-transfer": "jiexu.cli.calc_pension:pension_transfer_command",
    "benefit-place": "jiexu.cli.calc_pension:benefit_place_command",
    "unemployment-transfer": "jiexu.cli.calc_unemployment:unemployment_transfer_command",
    "withdrawal": "jiexu.cli.calc_withdrawal:withdrawal_command",
    "wallet": "jiexu.cli.calc_wallet:wallet_command",
}
"""Word → ``module:attribute`` of each calculator."""
OUTSIDE = (NoClockError, YearNotCoveredError, RetirementRuleMissingError)
"""What a calculation raises where no rule, or no calendar, of the asked-for time is held."""


def word(key: str, /, **data: object) -> str:
    """A sentence of ``texts/calc.yaml`` in the language of this run."""
    return say(lang(), f"calc.{key}", **data)


@click.group(cls=LazyGroup, places=CALCULATORS, help=word("help"))
def calc() -> None:
    """Calculators."""


def calculator(work: Callable[..., Worked[Any]]) -> Callable[..., None]:
    """A command of a function that works something out: adds ``--json`` and ``--lang``, and shows what it found."""

    @click.option("--json", "as_json", is_flag=True, help=say(lang(), "cli.help_json"))
    @click.option("--lang", type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang"))
    @functools.wraps(work)
    def shown(*, as_json: bool, **given: Any) -> None:
        try:
            worked = work(**given)
        except ValueFault as fault:
            raise Refused(fault_words(fault)) from None
        except OUTSIDE:
            raise Refused(word("outside")) from None
        if as_json:
            click.echo(json.dumps(as_plain(worked), ensure_ascii=False, sort_keys=True))
        else:
            show(worked)

    return shown


def as_plain(worked: Worked[Any]) -> dict[str, Any]:
    """The working as JSON holds it, each line and the closing sentence also in the language of this run."""

    def said(line: Line) -> dict[str, Any]:
        return {**line.as_json(), "text": sentence(line, lang())}

    kept = worked.as_json()
    return {**kept, "lines": [said(line) for line in worked.lines], "closing": said(worked.closing)}


def show(worked: Worked[Any]) -> None:
    """Prints every line with what it rests on, the closing sentence, and how sure it all is."""
    held = shipped_policy()
    for number, line in enumerate(worked.lines, start=1):
        click.echo(f"{number:2}. {sentence(line, lang())}")
        for ground in grounds(line, held, lang()):
            click.echo(f"      {ground}")
    click.echo("\n" + sentence(worked.closing, lang()))
    click.echo(word("sure_within", sure=say(lang(), f"policy.confidence.{worked.confidence.value}")))

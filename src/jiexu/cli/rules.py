"""``jiexu rules``: every numbered rule in words, put together from the code that applies it and the facts it reads."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click

from jiexu.cli.common import Refused, lang
from jiexu.cli.params import AreaName, Day, today
from jiexu.cli.policy import held_as_plain
from jiexu.gateways.policyfiles.facts import cite, shipped_policy
from jiexu.rules.overview import Held, holding
from jiexu.rules.policy import NATION, Policy
from jiexu.rules.registry import RULES, Entry
from jiexu.texts import LANGS, say
from jiexu.wording import finding
from jiexu.wording.policy import held_lines, parameter_name, place_name
from jiexu.wording.rules import code_of, sure_words


def word(key: str, /, **data: object) -> str:
    """A text of ``texts/rules.yaml`` in the language of this run."""
    return say(lang(), f"rules.{key}", **data)


@click.group(help=word("help"))
def rules() -> None:
    """The rules in words."""


AS_JSON = click.option("--json", "as_json", is_flag=True, help=say(lang(), "cli.help_json"))
LANGUAGE = click.option(
    "--lang", type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang")
)


@rules.command("list", help=word("help_list"))
@AS_JSON
@LANGUAGE
def list_(*, as_json: bool) -> None:
    """Every rule with its name, ground and certainty."""
    if as_json:
        click.echo(json.dumps([as_plain(entry) for entry in RULES.values()], ensure_ascii=False))
        return
    for entry in RULES.values():
        click.echo(f"{entry.rule.id:8} {word(entry.rule.id)} · {sure_words(entry, lang())}")


@rules.command(help=word("help_show"))
@click.argument("rule_id")
@click.option("--area", type=AreaName(), default=NATION, help=word("help_area"))
@click.option("--on", "on", type=Day(), default=None, help=word("help_on"))
@AS_JSON
@LANGUAGE
def show(rule_id: str, area: str, on: date | None, *, as_json: bool) -> None:
    """One rule: what it answers, when it looks, by which articles, on which facts of a place and day."""
    entry = _named(rule_id)
    policy, day = shipped_policy(), on or today()
    held = [each for each in holding(policy, area, on=day) if each.fact.parameter in entry.rule.parameters]
    if as_json:
        facts = [held_as_plain(each) for each in held]
        click.echo(
            json.dumps(
                {**as_plain(entry), "area": area, "on": day.isoformat(), "facts": facts}, ensure_ascii=False
            )
        )
        return
    for line in rule_lines(entry, policy, held, area, day):
        click.echo(line)


def _named(written: str) -> Entry:
    """The entry of a rule. Raises Refused with what is near."""
    try:
        return finding.rule(written)
    except finding.NotNamedError as error:
        raise Refused(finding.no_rule(lang(), error)) from None


def as_plain(entry: Entry) -> dict[str, Any]:
    """A rule as JSON holds it."""
    rule = entry.rule
    return {
        "anchor": rule.anchored_on.value,
        "articles": list(rule.articles),
        "basis": rule.basis.value,
        "code": code_of(entry),
        "confidence": rule.confidence.value,
        "name": word(rule.id),
        "outcomes": {outcome: say(lang(), f"outcomes.{rule.id}.{outcome}") for outcome in rule.outcomes},
        "parameters": list(rule.parameters),
        "rule": rule.id,
    }


def rule_lines(entry: Entry, policy: Policy, held: list[Held], area: str, on: date) -> list[str]:
    """The rule in words, with the facts of one place and day beneath what it reads."""
    rule = entry.rule
    lines = [
        f"{rule.id} {word(rule.id)}",
        f"{word('ground')}{sure_words(entry, lang())}",
        f"{word('anchored')}{word(f'anchor.{rule.anchored_on.value}')}",
        f"{word('code')}{code_of(entry)}",
        "",
        word("answers"),
        *(f"  {say(lang(), f'outcomes.{rule.id}.{outcome}')}" for outcome in rule.outcomes),
        "",
        word("articles"),
        *(f"  {cite(lang(), article)}" for article in rule.articles),
    ]
    lines += [] if rule.articles else [f"  {word('no_article')}"]
    if not rule.parameters:
        return [*lines, "", word("no_parameters")]
    lines += ["", word("reads", place=place_name(area, lang()), on=on)]
    for name in rule.parameters:
        own = [each for each in held if each.fact.parameter == name]
        lines += [line for each in own for line in held_lines(policy.parameters[name], each, area, lang())]
        lines += [] if own else [f"  {word('not_recorded', name=parameter_name(name, lang()))}"]
    return lines

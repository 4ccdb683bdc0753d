"""``jiexu policy``: the law as data, looked at. Nothing here writes, and no node needs to run."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from jiexu.cli.common import Refused, lang
from jiexu.cli.policy_find import named, place
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.facts import (
    load_policy,
    load_sources_of,
    plain,
    shipped_policy,
    shipped_sources,
)
from jiexu.gateways.policyfiles.marked import PolicyFileError
from jiexu.gateways.policyfiles.names import find_names
from jiexu.rules.channels import channels_for
from jiexu.rules.facts import Fact
from jiexu.rules.overview import (
    Cell,
    Held,
    Why,
    changes,
    coverage,
    holding,
    last_known,
    law,
    local_parameters,
    stale,
)
from jiexu.rules.policy import NATION, Policy, province_of, ways
from jiexu.texts import LANGS, say
from jiexu.wording.finding import known_places
from jiexu.wording.names import name_lines, named_as_json
from jiexu.wording.policy import (
    channel_words,
    days_words,
    ended_line,
    group,
    held_lines,
    parameter_name,
    place_name,
    record_lines,
    source_title,
    title_words,
    value_words,
    word,
)

SOON = timedelta(days=60)
AGE = re.compile(r"(\d{1,3})([my])")
LETTERS = {"high": "H", "medium": "M", "low": "L"}


def _word(key: str, /, **data: object) -> str:
    return word(lang(), key, **data)


def _day(_ctx: click.Context, _param: click.Parameter, written: str | None) -> date | None:
    """A day as 2026-11-23."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise Refused(_word("bad_day", text=written)) from None


def _today() -> date:
    return datetime.now(BEIJING).date()


def _shipped() -> Policy:
    try:
        return shipped_policy()
    except PolicyFileError as error:
        raise Refused("\n".join([_word("flaws", count=len(error.flaws)), *map(str, error.flaws)])) from None


def shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--json`` and ``--lang`` to a command."""
    as_json = click.option("--json", "as_json", is_flag=True, help=say(lang(), "cli.help_json"))
    language = click.option(
        "--lang", type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang")
    )
    return as_json(language(command))


def dated(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--on`` and ``--known``."""
    on = click.option("--on", callback=_day, default=None, metavar="DATE", help=_word("help_on"))
    known = click.option("--known", callback=_day, default=None, metavar="DATE", help=_word("help_known"))
    return on(known(command))


def _say_json(thing: Any) -> None:
    click.echo(json.dumps(plain(thing), ensure_ascii=False, sort_keys=True))


@click.group(help=_word("help"))
def policy() -> None:
    """The law as data."""


@policy.command(help=_word("help_check"))
@click.option(
    "--folder", type=click.Path(path_type=Path, exists=True, file_okay=False), help=_word("help_folder")
)
@shared
def check(folder: Path | None, *, as_json: bool) -> None:
    """Every flaw with file, line and cure; status 1 where there is one."""
    chosen = folder or policy_folder()
    try:
        held = load_policy(chosen)
    except PolicyFileError as error:
        if as_json:
            _say_json({"flaws": [flaw_as_plain(flaw) for flaw in error.flaws]})
            raise click.exceptions.Exit(1) from None
        raise Refused("\n".join([_word("flaws", count=len(error.flaws)), *map(str, error.flaws)])) from None
    facts = [fact for held_facts in held.facts.values() for fact in held_facts]
    strange = sorted({fact.area for fact in facts} - known_places())
    if strange:
        raise Refused(_word("strange_places", places=", ".join(strange)))
    counts = {
        "records": len(facts),
        "rivals": sum(len(fact.rivals) for fact in facts),
        "areas": len({fact.area for fact in facts}),
        "parameters": len(held.parameters),
        "sources": len(load_sources_of(chosen)),
        "channels": len(held.channels),
    }
    waiting = sum(len(found) for found in stale(held, on=_today(), soon=SOON).values())
    if as_json:
        _say_json({**counts, "digest": held.digest, "flaws": [], "stale": waiting})
        return
    click.echo(_word("checked", **counts))
    click.echo(_word("digest", digest=held.digest))
    if waiting:
        click.echo(_word("warnings", count=waiting))


def flaw_as_plain(flaw: Any) -> dict[str, Any]:
    """A flaw as JSON holds it."""
    return {"file": flaw.file, "line": flaw.line, "what": flaw.what, "cure": flaw.cure}


@policy.command(help=_word("help_show"))
@click.argument("area")
@click.option("--all", "national", is_flag=True, help=_word("help_all"))
@dated
@shared
def show(area: str, on: date | None, known: date | None, *, national: bool, as_json: bool) -> None:
    """What holds in a place on a day, each with days, certainty, sources and what others say."""
    held, day = _shipped(), on or _today()
    code = place(held, area, day)
    found = holding(held, code, on=day, known_on=known)
    shown = [each for each in found if national or code == NATION or each.place != NATION]
    ended = [] if known else last_known(held, code, on=day)
    channels = channels_for(held.channels, _where(code))
    if as_json:
        _say_json({
            "area": code, "on": day, "known_on": known, "holds": [held_as_plain(each) for each in shown],
            "last_known": ended, "channels": channels,
        })  # fmt: skip
        return
    _head(held, code, day, known)
    for title, lines in _grouped(held, shown, ended, code):
        click.echo(f"\n{title}")
        for line in lines:
            click.echo(line)
    if channels:
        click.echo(f"\n{_word('channels_head')}")
        for channel in channels:
            first, *rest = channel_words(channel, lang())
            click.echo(f"  {first}")
            for line in rest:
                click.echo(f"      {line}")
    if len(found) > len(shown):
        click.echo("\n" + _word("national_left", count=len(found) - len(shown)))


def _where(code: str) -> list[str]:
    return [NATION] if code == NATION else list(dict.fromkeys([code, province_of(code), NATION]))


def held_as_plain(held: Held) -> dict[str, Any]:
    """A record as it answers in a place."""
    own = {"confidence_here": held.confidence, "place": held.place, "reconstructed": held.reconstructed}
    return {**plain(held.fact), **own}


def _head(held: Policy, code: str, day: date, known: date | None) -> None:
    click.echo(_word("place_head", name=place_name(code, lang()), code=code, on=day))
    if known is not None:
        before = known < held.began
        click.echo(_word("known_head", known=known))
        if before:
            click.echo(_word("reconstructed_head", began=held.began))


def _grouped(
    held: Policy, shown: Iterable[Held], ended: Iterable[Fact], code: str
) -> list[tuple[str, list[str]]]:
    lines: dict[str, list[str]] = defaultdict(list)
    for each in shown:
        lines[each.fact.parameter] += held_lines(held.parameters[each.fact.parameter], each, code, lang())
    for fact in ended:
        lines[fact.parameter].append(ended_line(held.parameters[fact.parameter], fact, lang()))
    groups: dict[str, list[str]] = defaultdict(list)
    for parameter in law(held):
        if parameter.name in lines:
            groups[group(parameter.name)] += lines[parameter.name]
    return [(_word(f"group.{name}"), said) for name, said in groups.items()]


@policy.command(help=_word("help_history"))
@click.argument("area")
@click.argument("parameter")
@shared
def history(area: str, parameter: str, *, as_json: bool) -> None:
    """Every record of one parameter that can speak for a place: withdrawn, draft and ended ones too."""
    held = _shipped()
    code, chosen = place(held, area, _today()), named(held, parameter)
    facts = [
        fact
        for where, _, _ in ways(chosen, code)
        for fact in sorted(held.facts.get((chosen.name, where), ()), key=lambda each: (each.start, each.id))
    ]
    if as_json:
        _say_json({"area": code, "parameter": chosen.name, "records": facts})
        return
    title = {
        "name": place_name(code, lang()),
        "parameter": parameter_name(chosen.name, lang()),
        "id": chosen.name,
    }
    click.echo(_word("history_head", **title))
    for fact in facts:
        for line in record_lines(chosen, fact, lang()):
            click.echo(line)
    if not facts:
        click.echo(_word("history_none"))


@policy.command(help=_word("help_diff"))
@click.argument("first", callback=_day)
@click.argument("second", callback=_day)
@click.option("--area", default=None, help=_word("help_area"))
@shared
def diff(first: date, second: date, area: str | None, *, as_json: bool) -> None:
    """Every value that answers one group differently on two days."""
    held = _shipped()
    code = place(held, area, second) if area else None
    found = [each for each in changes(held, first, second) if code in {None, each.area}]
    if as_json:
        _say_json({"first": first, "second": second, "changes": found})
        return
    click.echo(
        _word("diff_head", first=first, second=second, count=len(found)) if found else _word("diff_none")
    )
    before = None
    for each in found:
        if each.area != before:
            click.echo(f"\n{place_name(each.area, lang())}")
            before = each.area
        parameter = held.parameters[each.parameter]
        either = each.after or each.before
        assert either is not None  # noqa: S101 - a change has at least one side
        values = [
            value_words(fact.value if fact else None, parameter, lang()) for fact in (each.before, each.after)
        ]
        click.echo(f"  {title_words(parameter, either, lang())}{' → '.join(values)}")


@policy.command(help=_word("help_sources"))
@shared
def sources(*, as_json: bool) -> None:
    """Every document, how it was seen, and how many records rest on it."""
    held = _shipped()
    cited = Counter(key for facts in held.facts.values() for fact in facts for key in fact.sources)
    listed = sorted(shipped_sources().values(), key=lambda one: (-cited[one.id], one.id))
    if as_json:
        _say_json({"sources": [{**plain(one), "records": cited[one.id]} for one in listed]})
        return
    click.echo(_word("sources_head", count=len(listed)))
    for one in listed:
        click.echo(
            f"  {one.id:32} {_word('sources_facts', count=cited[one.id]):12} {source_title(one.id, lang())}"
        )


@policy.command("stale", help=_word("help_stale"))
@click.option("--older-than", default=None, metavar="12m", help=_word("help_older"))
@shared
def stale_(older_than: str | None, *, as_json: bool) -> None:
    """Records to look up again: old, ended, about to end, drafts whose day has come, weaker than the province's."""
    held = _shipped()
    found = stale(held, on=_today(), soon=SOON, older_than=_months(older_than) if older_than else None)
    if as_json:
        _say_json({why.value: facts for why, facts in found.items()})
        return
    if not any(found.values()):
        click.echo(_word("stale_none"))
    for why, facts in found.items():
        if facts:
            click.echo("\n" + _word(f"stale_{Why(why).value}", count=len(facts)))
        for fact in facts:
            parameter = held.parameters[fact.parameter]
            said = value_words(fact.value, parameter, lang())
            where = place_name(fact.area, lang())
            click.echo(
                f"  {where} · {title_words(parameter, fact, lang())}{said} · {days_words(fact, lang())}"
            )


def _months(written: str) -> int:
    found = AGE.fullmatch(written)
    if found is None:
        raise Refused(_word("bad_age", text=written))
    return int(found[1]) * (12 if found[2] == "y" else 1)


@policy.command("coverage", help=_word("help_coverage"))
@click.option("--on", callback=_day, default=None, metavar="DATE", help=_word("help_on"))
@shared
def coverage_(on: date | None, *, as_json: bool) -> None:
    """Area × parameter × how sure, one letter each."""
    held = _shipped()
    cells = coverage(held, on=on or _today())
    if as_json:
        _say_json({"on": on or _today(), "areas": cells})
        return
    columns = local_parameters(held)
    click.echo(_word("coverage_legend") + "\n")
    heads = [group(one.name) for one in columns]
    for code, known in cells.items():
        letters = [_letter(known.get(one.name)) for one in columns]
        click.echo(f"{code} {_spaced(letters, heads)}  {place_name(code, lang())}")
    click.echo("\n" + _word("coverage_columns"))
    for number, one in enumerate(columns, start=1):
        click.echo(f"  {number:3} {parameter_name(one.name, lang())} ({one.name})")
    click.echo("\n" + _totals(cells, len(columns)))


def _letter(cell: Cell | None) -> str:
    if cell is None:
        return "·"
    letter = "?" if cell.confidence is None else LETTERS[cell.confidence.value]
    return letter if cell.own else letter.lower()


def _spaced(letters: list[str], heads: list[str]) -> str:
    """The letters of a row with a space where another group begins."""
    parted = [
        letter if place == 0 or heads[place] == heads[place - 1] else f" {letter}"
        for place, letter in enumerate(letters)
    ]
    return "".join(parted)


def _totals(cells: dict[str, dict[str, Cell]], columns: int) -> str:
    every = [cell for known in cells.values() for cell in known.values()]
    count = Counter("unknown" if cell.confidence is None else cell.confidence.value for cell in every)
    said = {name: count[name] for name in ("high", "medium", "low", "unknown")}
    return _word("coverage_totals", **said, none=len(cells) * columns - len(every))


@policy.command("name", help=_word("help_name"))
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help=say(lang(), "cli.help_json"))
@click.option("--lang", type=click.Choice(LANGS), expose_value=False, help=say(lang(), "cli.help_lang"))
def name_(text: str, *, as_json: bool) -> None:
    """What a paper, office, scheme or measure is called today, from a former name, a variant or a misprint."""
    found = find_names(text)
    if not found:
        raise Refused(_word("name_unknown", text=text))
    if as_json:
        _say_json([named_as_json(one) for one in found])
        return
    for one in found:
        for line in name_lines(one, lang()):
            click.echo(line)

"""Reads the dated facts of the law from ``policy/`` and refuses files that contradict the catalogue or themselves.

Every flaw is named with file, line and cure, and all flaws are reported at once. What passes is a ``Policy``:
immutable, with the digest every decision is stored under. Records stand in ``nation.yaml`` and ``<code>.yaml``;
those a tool wrote stand in files of the same names under ``imported/`` and are read the same way.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any

import orjson

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.between import Placed, between_flaws, distinct
from jiexu.gateways.policyfiles.catalogue import Known, Source, load_axes, load_parameters, load_sources
from jiexu.gateways.policyfiles.marked import Flaw, Marked, PolicyFileError, read
from jiexu.gateways.policyfiles.records import read_record
from jiexu.gateways.policyfiles.register import load_channels
from jiexu.gateways.policyfiles.withdrawals import withdraw
from jiexu.rules.channels import RegisteredChannel
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Fact
from jiexu.rules.policy import NATION, Inheritance, Parameter, Policy
from jiexu.texts import Lang, say

AREA_FILES = "[0-9][0-9][0-9][0-9][0-9][0-9].yaml"
FILE_KEYS = {"area", "name", "records"}
PROMISE_KEYS = {"in_force_from", "known_since", "working_days"}
PROMISE_SOURCE = "ours"


@cache
def shipped_policy() -> Policy:
    """The policy shipped with this version, read and checked once."""
    return load_policy(policy_folder())


@cache
def shipped_sources() -> Mapping[str, Source]:
    """Every document that rules and facts cite."""
    return load_sources_of(policy_folder())


def load_sources_of(folder: Path) -> Mapping[str, Source]:
    """Every document of a folder. Raises PolicyFileError listing every flaw with file, line and cure."""
    sources, flaws = _sources(folder)
    if flaws:
        raise PolicyFileError(flaws)
    return sources


def load_policy(folder: Path) -> Policy:
    """The policy in a folder. Raises PolicyFileError listing every flaw with file, line and cure."""
    known, flaws = load_known(folder)
    placed: list[Placed] = []
    for file in record_files(folder):
        more, wrong = _read_file(file, known)
        placed += more
        flaws += wrong
    placed, wrong = withdraw(distinct(placed), folder / "withdrawals.yaml")
    flaws += wrong
    flaws += [flaw for group in _together(placed).values() for flaw in between_flaws(group)]
    channels, wrong = _channels(folder, known.sources)
    promised, more_wrong = _promises(folder / "promises.yaml")
    flaws += [*wrong, *more_wrong]
    if flaws:
        raise PolicyFileError(flaws)
    return _policy(folder, known, [each.fact for each in placed], promised, channels)


def load_known(folder: Path) -> tuple[Known, list[Flaw]]:
    """Everything a record may name, and what is wrong with the lists themselves."""
    axes, flaws = load_axes(folder / "axes.yaml")
    parameters, wrong = load_parameters(folder / "parameters.yaml", axes)
    sources, more = _sources(folder)
    broken = frozenset(read(folder / "parameters.yaml")) - parameters.keys() if wrong else frozenset()
    return Known(parameters, axes, sources, broken), [*flaws, *wrong, *more]


def record_files(folder: Path) -> Iterator[Path]:
    """Every file of records: the nation, then the areas by code; what people wrote before what a tool imported."""
    for place in (folder, folder / "imported"):
        yield from (file for file in (place / "nation.yaml",) if file.exists())
        yield from sorted(place.glob(AREA_FILES))


def _sources(folder: Path) -> tuple[dict[str, Source], list[Flaw]]:
    sources: dict[str, Source] = {}
    flaws: list[Flaw] = []
    for file in (folder / "sources.yaml", folder / "imported" / "sources.yaml"):
        more, wrong = load_sources(file) if file.exists() or not sources else ({}, [])
        flaws += wrong
        flaws += [
            Flaw(file.name, 1, f"The source {key} stands in two files.", "Keep one of them.")
            for key in sources.keys() & more.keys()
        ]
        sources |= more
    return sources, flaws


def _channels(folder: Path, sources: Mapping[str, Source]) -> tuple[list[RegisteredChannel], list[Flaw]]:
    channels: list[RegisteredChannel] = []
    flaws: list[Flaw] = []
    for file in (folder / "channels.yaml", folder / "imported" / "channels.yaml"):
        try:
            more, wrong = load_channels(file, sources) if file.exists() else ([], [])
        except PolicyFileError as error:
            more, wrong = [], error.flaws
        channels += more
        flaws += wrong
    return channels, flaws


def _read_file(file: Path, known: Known) -> tuple[list[Placed], list[Flaw]]:
    """The facts of one file, and its flaws; a file that is no YAML is one flaw."""
    name = file.name if file.parent.name != "imported" else f"imported/{file.name}"
    try:
        loaded = read(file)
    except PolicyFileError as error:
        return [], [replace(flaw, file=name) for flaw in error.flaws]
    area = str(loaded.get("area"))
    if area != file.stem or set(loaded) != FILE_KEYS or not isinstance(loaded["records"], Marked):
        what = f"The file is for {area} and holds {', '.join(loaded)}."
        cure = f"Write {', '.join(sorted(FILE_KEYS))}; let area and file name agree."
        return [], [Flaw(name, loaded.line, what, cure)]
    placed: list[Placed] = []
    flaws: list[Flaw] = []
    for parameter_name, written in loaded["records"].items():
        line = loaded["records"].lines[parameter_name]
        parameter = known.parameters.get(parameter_name)
        if parameter_name in known.broken:
            continue
        if parameter is None:
            what = f"No parameter is called {parameter_name}."
            flaws.append(Flaw(name, line, what, "Name it in parameters.yaml."))
        elif not isinstance(written, list) or not all(isinstance(each, Marked) for each in written):
            flaws.append(Flaw(name, line, f"{parameter_name} holds no records.", "Write a list of records."))
        else:
            for record in written:
                fact, wrong = read_record(parameter, record, area=area, file=name, known=known)
                flaws += wrong
                placed += [Placed(fact, name, record.line)] if fact else []
    return placed, flaws


def _together(placed: Iterable[Placed]) -> dict[tuple[str, str], list[Placed]]:
    groups: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    for each in placed:
        groups[each.fact.parameter, each.fact.area].append(each)
    return groups


def _policy(
    folder: Path, known: Known, recorded: list[Fact], promised: list[Fact], channels: list[RegisteredChannel]
) -> Policy:
    facts = [*recorded, *promised]
    parameters = {**known.parameters} | {
        fact.parameter: Parameter(fact.parameter, "number", Inheritance.FROM_NATION, "event", "working_day")
        for fact in promised
    }
    extra = (folder / "refusals.yaml").read_text(encoding="utf-8")
    places: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        places[fact.parameter, fact.area].append(fact)
    return Policy(
        parameters=parameters,
        facts={key: tuple(held) for key, held in places.items()},
        digest=digest_of(facts, parameters, channels=channels, extra=extra),
        channels=tuple(channels),
    )


def digest_of(
    facts: Iterable[Fact],
    parameters: Mapping[str, Parameter],
    *,
    channels: Iterable[RegisteredChannel] = (),
    extra: str = "",
) -> str:
    """SHA-256 in hex over the canonical JSON of all records, names and channels, and any further text."""
    body = {
        "channels": sorted(_canonical(channel) for channel in channels),
        "extra": hashlib.sha256(extra.encode()).hexdigest(),
        "facts": sorted(_canonical(fact) for fact in facts),
        "parameters": sorted(_canonical(one) for one in parameters.values()),
    }
    return hashlib.sha256(_canonical(body).encode()).hexdigest()


def _canonical(thing: Any) -> str:
    return orjson.dumps(plain(thing), option=orjson.OPT_SORT_KEYS).decode()


def plain(thing: Any) -> Any:
    """A fact, or any part of it, as JSON holds it: words, days and fractions as text, sets in order."""
    return _plainly(thing.__class__)(thing)


@cache
def _plainly(kind: type) -> Callable[[Any], Any]:
    """How things of one type are made plain, found out once for the type."""
    if kind in {str, int, bool, NoneType}:
        return _itself
    if is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
        return lambda thing: {name: plain(getattr(thing, name)) for name in names}
    for other, made in PLAIN:
        if issubclass(kind, other):
            return made
    return _itself


def _itself(thing: Any) -> Any:
    return thing


PLAIN: tuple[tuple[type | UnionType, Callable[[Any], Any]], ...] = (
    (Mapping, lambda thing: {str(key): plain(value) for key, value in thing.items()}),
    (frozenset, lambda thing: sorted(map(plain, thing))),
    (list | tuple, lambda thing: list(map(plain, thing))),
    (date | Decimal | StrEnum, str),
)


def _promises(file: Path) -> tuple[list[Fact], list[Flaw]]:
    """Product settings as facts: found like any other, cited as ours."""
    loaded = read(file)
    days = loaded.get("working_days")
    if set(loaded) != PROMISE_KEYS or not isinstance(days, Marked) or not all(map(_whole, days.values())):
        cure = f"Write {', '.join(sorted(PROMISE_KEYS))}, and each promise as whole working days."
        return [], [Flaw(file.name, loaded.line, "The promises are not understood.", cure)]
    return [_promise(name, each, loaded) for name, each in days.items()], []


def _whole(days: Any) -> bool:
    return type(days) is int and days > 0


def _promise(name: str, days: int, loaded: Marked) -> Fact:
    return Fact(
        id=f"ours/promise.{name}/{loaded['in_force_from']}",
        parameter=f"promise.{name}",
        area=NATION,
        value=days,
        start=loaded["in_force_from"],
        until=None,
        known_since=loaded["known_since"],
        confidence=Confidence.HIGH,
        sources=(PROMISE_SOURCE,),
    )


def cite(lang: Lang, reference: str) -> str:
    """An article reference such as ``sil:32`` in words; numbers not read are said to be unverified."""
    key, _, article = reference.partition(":")
    source = shipped_sources()[key]
    title, number = source.titles[lang], _bracketed(lang, source.number)
    if not article:
        return say(lang, "rules.citation_whole", title=title, number=number)
    seen = source.articles_seen is None or article in source.articles_seen
    key = "rules.citation" if seen else "rules.citation_unverified"
    return say(lang, key, title=title, number=number, article=article)


def _bracketed(lang: Lang, number: str | None) -> str:
    if number is None:
        return ""
    return f"（{number}）" if lang == "zh" else f" ({number})"

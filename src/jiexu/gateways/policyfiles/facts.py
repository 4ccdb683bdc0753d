"""Reads the dated facts of the law from ``policy/`` and refuses files that contradict the catalogue or themselves.

Every flaw is named with file, line and cure, and all flaws are reported at once. What passes is a ``Policy``:
immutable, with the digest every decision is stored under.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.marked import Flaw, Marked, PolicyFileError, read
from jiexu.rules.decision import Confidence
from jiexu.rules.policy import NATION, Fact, FactStatus, Inheritance, Parameter, Policy, Value
from jiexu.texts import Lang, say

AREA_FILES = "[0-9][0-9][0-9][0-9][0-9][0-9].yaml"
KEYS = {
    "value",
    "unit",
    "from",
    "until",
    "sure_from",
    "scope",
    "source",
    "published",
    "known_since",
    "confidence",
    "status",
    "reach",
    "note",
    "rival",
}
NEEDED = {"value", "from", "until", "source", "known_since", "confidence"}
UNKNOWN = "unknown"
WHOLE_PROVINCE = "whole_province"
PROMISE_SOURCE = "ours"


@dataclass(frozen=True, slots=True)
class Source:
    """One document. ``articles_seen``: numbers that were read; None where the whole text was."""

    id: str
    titles: Mapping[str, str]
    number: str | None
    published: date | None
    seen: str
    articles_seen: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Checked:
    """A catalogue entry with what only the loader asks about."""

    parameter: Parameter
    words: tuple[str, ...]
    bounds: tuple[Decimal, Decimal] | None
    axes: frozenset[str]


@cache
def shipped_policy() -> Policy:
    """The policy shipped with this version, read and checked once."""
    return load_policy(policy_folder())


@cache
def shipped_sources() -> Mapping[str, Source]:
    """Every document that rules and facts cite."""
    return load_sources(policy_folder())


def load_sources(folder: Path) -> Mapping[str, Source]:
    """The documents of ``sources.yaml`` by id."""
    return {
        key: Source(
            id=key,
            titles=dict(one["title"]),
            number=one["number"],
            published=one["published"],
            seen=one["seen"],
            articles_seen=frozenset(one["articles_seen"]) if "articles_seen" in one else None,
        )
        for key, one in read(folder / "sources.yaml").items()
    }


def load_policy(folder: Path) -> Policy:
    """The policy in a folder. Raises PolicyFileError listing every flaw with file, line and cure."""
    sources = load_sources(folder)
    catalogue = _catalogue(read(folder / "parameters.yaml"))
    flaws: list[Flaw] = []
    facts: list[Fact] = []
    for file in [folder / "nation.yaml", *sorted(folder.glob(AREA_FILES))]:
        reader = _AreaFile(file, read(file), catalogue, sources)
        facts += reader.facts()
        flaws += reader.flaws
    if flaws:
        raise PolicyFileError(flaws)
    promised = _promises(read(folder / "promises.yaml"))
    facts += promised
    parameters = {name: one.parameter for name, one in catalogue.items()} | {
        fact.parameter: Parameter(fact.parameter, "number", Inheritance.FROM_NATION, "event", "working_day")
        for fact in promised
    }
    extra = (folder / "refusals.yaml").read_text(encoding="utf-8")
    return Policy(parameters=parameters, facts=_by_place(facts), digest=digest_of(facts, parameters, extra))


def digest_of(facts: Iterable[Fact], parameters: Mapping[str, Parameter], extra: str = "") -> str:
    """SHA-256 in hex over the canonical JSON of all records and names, and any further text."""
    body = {
        "extra": hashlib.sha256(extra.encode()).hexdigest(),
        "facts": sorted(
            (_plain(fact) for fact in facts), key=lambda plain: json.dumps(plain, sort_keys=True)
        ),
        "parameters": [
            [name, one.kind, one.inheritance.value, one.unit] for name, one in sorted(parameters.items())
        ],
    }
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _plain(fact: Fact) -> dict[str, Any]:
    return {
        "confidence": fact.confidence.value,
        "id": fact.id,
        "known_since": fact.known_since.isoformat(),
        "scope": dict(sorted(fact.scope.items())),
        "sources": list(fact.sources),
        "start": fact.start.isoformat(),
        "status": fact.status.value,
        "sure_from": fact.sure_from.isoformat() if fact.sure_from else None,
        "until": fact.until.isoformat() if fact.until else None,
        "whole_province": fact.whole_province,
        "value": list(fact.value) if isinstance(fact.value, tuple) else fact.value,
    }


def _by_place(facts: Iterable[Fact]) -> dict[tuple[str, str], tuple[Fact, ...]]:
    places: dict[tuple[str, str], tuple[Fact, ...]] = {}
    for fact in facts:
        key = (fact.parameter, fact.area)
        places[key] = (*places.get(key, ()), fact)
    return places


def _catalogue(loaded: Marked) -> dict[str, _Checked]:
    return {
        name: _Checked(
            parameter=Parameter(
                name=name,
                kind=one["type"],
                inheritance=Inheritance(one["inherit"]),
                picked_on=one["picked_on"],
                unit=one.get("unit"),
            ),
            words=tuple(one.get("of", ())),
            bounds=(Decimal(str(one["bounds"][0])), Decimal(str(one["bounds"][1])))
            if "bounds" in one
            else None,
            axes=frozenset(one.get("scope", ())),
        )
        for name, one in loaded.items()
    }


def _promises(loaded: Marked) -> list[Fact]:
    """Product settings as facts: found like any other, cited as ours."""
    return [
        Fact(
            id=f"ours/promise.{name}/{loaded['in_force_from']}",
            parameter=f"promise.{name}",
            area=NATION,
            value=int(days),
            start=loaded["in_force_from"],
            until=None,
            known_since=loaded["known_since"],
            confidence=Confidence.HIGH,
            sources=(PROMISE_SOURCE,),
        )
        for name, days in loaded["working_days"].items()
    ]


class _AreaFile:
    """One file of records, read with all its flaws collected."""

    def __init__(
        self, file: Path, loaded: Marked, catalogue: Mapping[str, _Checked], sources: Mapping[str, Source]
    ) -> None:
        self.file, self.loaded, self.catalogue, self.sources = file, loaded, catalogue, sources
        self.area = str(loaded.get("area"))
        self.flaws: list[Flaw] = []

    def facts(self) -> list[Fact]:
        if self.area != self.file.stem:
            self._flaw(self.loaded.line, f"The file is for {self.area}.", "Let area and file name agree.")
        facts: list[Fact] = []
        for name, records in self.loaded.get("records", {}).items():
            entry = self.catalogue.get(name)
            if entry is None:
                self._flaw(self.loaded.line, f"No parameter is called {name}.", "Name it in parameters.yaml.")
                continue
            lines = {record.line: self._fact(entry, record) for record in records}
            good = {line: fact for line, fact in lines.items() if fact is not None}
            self._compare(name, good)
            facts += good.values()
        return facts

    def _flaw(self, line: int, what: str, cure: str) -> None:
        self.flaws.append(Flaw(self.file.name, line, what, cure))

    def _fact(self, entry: _Checked, record: Marked) -> Fact | None:
        name, line = entry.parameter.name, record.line
        for key in sorted(set(record) - KEYS):
            self._flaw(line, f"{name} has an unknown key {key}.", "Use the keys of docs/decisions/0006.")
        missing = sorted(NEEDED - set(record))
        if missing:
            self._flaw(line, f"{name} lacks {', '.join(missing)}.", "Every record says these.")
            return None
        before = len(self.flaws)
        self._check_value(entry, record)
        self._check_sources(name, record)
        self._check_scope(entry, record)
        start, weaker = self._start(record)
        until = record["until"]
        if until is not None and until < start:
            self._flaw(
                line, f"{name} ends {until}, before it starts {start}.", "Exchange or correct the dates."
            )
        return self._build(entry, record, start, weaker=weaker) if len(self.flaws) == before else None

    def _build(self, entry: _Checked, record: Marked, start: date, *, weaker: bool) -> Fact:
        confidence = Confidence(record["confidence"])
        scope = {str(axis): str(word) for axis, word in (record.get("scope") or {}).items()}
        ident = "/".join([self.area, entry.parameter.name, *sorted(scope.values()), str(record["from"])])
        return Fact(
            id=ident,
            parameter=entry.parameter.name,
            area=self.area,
            value=_value(record["value"]),
            start=start,
            until=record["until"],
            known_since=record["known_since"],
            confidence=confidence.lowered() if weaker else confidence,
            sources=tuple(record["source"]),
            scope=scope,
            status=FactStatus(record.get("status", FactStatus.IN_FORCE)),
            sure_from=record.get("sure_from"),
            whole_province=record.get("reach") == WHOLE_PROVINCE,
        )

    def _start(self, record: Marked) -> tuple[date, bool]:
        """An unknown start counts from the document's day, else from the day we learnt it, one step weaker."""
        if record["from"] != UNKNOWN:
            return record["from"], False
        days = [self.sources[key].published for key in record["source"] if key in self.sources]
        return next((day for day in days if day is not None), record["known_since"]), True

    def _check_value(self, entry: _Checked, record: Marked) -> None:
        name, line, value = entry.parameter.name, record.line, record["value"]
        if value == UNKNOWN:
            return
        if record.get("unit") != entry.parameter.unit:
            self._flaw(line, f"{name} is in {record.get('unit')}.", f"Its unit is {entry.parameter.unit}.")
        if not _fits(entry, value):
            self._flaw(line, f"{name} cannot be {value!r}.", _cure(entry))

    def _check_sources(self, name: str, record: Marked) -> None:
        cited = [*record["source"], *(rival.get("source") for rival in record.get("rival") or ())]
        for key in cited:
            if key not in self.sources:
                self._flaw(record.line, f"{name} cites {key}, which is not known.", "Add it to sources.yaml.")
        if not record["source"] and record["value"] != UNKNOWN:
            self._flaw(record.line, f"{name} has no source.", "Cite a document, or write unknown.")
        if record.get("reach", WHOLE_PROVINCE) != WHOLE_PROVINCE:
            self._flaw(
                record.line, f"{name} reaches {record['reach']}.", f"Write {WHOLE_PROVINCE} or nothing."
            )
        if record["confidence"] not in set(Confidence):
            self._flaw(record.line, f"{name} is {record['confidence']} sure.", "Say high, medium or low.")

    def _check_scope(self, entry: _Checked, record: Marked) -> None:
        for axis in sorted(set(record.get("scope") or {}) - entry.axes):
            self._flaw(record.line, f"{entry.parameter.name} has no axis {axis}.", "See parameters.yaml.")

    def _compare(self, name: str, facts: Mapping[int, Fact]) -> None:
        """Two records must not answer the same question; between first and last no day may be silent."""
        for (_, one), (line, other) in itertools.combinations(facts.items(), 2):
            if one.known_since == other.known_since and _meet(one, other) and _overlap(one, other):
                self._flaw(
                    line, f"{name} overlaps with the record of {one.start}.", "End one before the other."
                )
        for line, cell in _cells(facts):
            reach = cell[0].until
            for fact in cell[1:]:
                if reach is not None and fact.start > reach + timedelta(days=1):
                    self._flaw(
                        line, f"{name} is silent from {reach} to {fact.start}.", "Write unknown between."
                    )
                reach = None if reach is None or fact.until is None else max(reach, fact.until)


def _cells(facts: Mapping[int, Fact]) -> Iterator[tuple[int, list[Fact]]]:
    """Records of one scope in order of time, with the line of the first."""
    scopes = {tuple(sorted(fact.scope.items())) for fact in facts.values()}
    for scope in sorted(scopes):
        cell = [(line, fact) for line, fact in facts.items() if tuple(sorted(fact.scope.items())) == scope]
        yield cell[0][0], sorted((fact for _, fact in cell), key=lambda fact: fact.start)


def _meet(one: Fact, other: Fact) -> bool:
    return all(one.scope[axis] == other.scope[axis] for axis in one.scope.keys() & other.scope.keys())


def _overlap(one: Fact, other: Fact) -> bool:
    return one.start <= (other.until or date.max) and other.start <= (one.until or date.max)


def _value(written: Any) -> Value | None:
    if written == UNKNOWN:
        return None
    return tuple(str(word) for word in written) if isinstance(written, list) else written


def _fits(entry: _Checked, value: Any) -> bool:
    """Whether the value is of the catalogue's kind, among its words and within its bounds."""
    kind = entry.parameter.kind
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "set":
        return isinstance(value, list) and set(value) <= set(entry.words)
    if kind == "word":
        return value in entry.words
    if kind == "number":
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and (entry.bounds is None or entry.bounds[0] <= value <= entry.bounds[1])
    return isinstance(value, str)


def _cure(entry: _Checked) -> str:
    if entry.words:
        return f"Choose from {', '.join(entry.words)}."
    if entry.bounds is not None:
        return f"It lies between {entry.bounds[0]} and {entry.bounds[1]}."
    return f"Write a {entry.parameter.kind}."


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

"""Reads what a person tells the guide: a YAML file, or the same words given one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from jiexu.gateways.history_table import read_history
from jiexu.gateways.policyfiles.limits import MEGABYTE, shipped_limits
from jiexu.gateways.tables.cells import count, day, document_kind, months, year
from jiexu.gateways.tables.faults import CellError, TableError, Words, shown, spoken
from jiexu.gateways.tables.vocabulary import SCHEMES, SEXES, STATUSES, YES_NO
from jiexu.guide.situation import Career, Situation, Stretch, Topic
from jiexu.records.record import MonthKind
from jiexu.rules.inputs import Payer
from jiexu.rules.retirement import RetirementGroup
from jiexu.texts import LANGS, Lang, catalogue, say
from jiexu.values.errors import ValueFault
from jiexu.values.money import parse_yuan
from jiexu.values.month import Month

RENAMED = {"from": "origin", "to": "destination", "balance": "balance_fen", "base": "base_fen"}
"""Words of the file that differ from the field they fill."""
STRETCH_WORDS = frozenset({"area", "scheme", "months", "kind"})


class SituationError(ValueError):
    """A situation cannot be read. ``sentence`` says which word, what is wrong and the cure."""

    def __init__(self, code: str, **data: str | int | Words) -> None:
        super().__init__(code, data)
        self.code, self.data = code, data

    def sentence(self, lang: Lang) -> str:
        """In a language."""
        return say(lang, f"guide.{self.code}", **spoken(self.data, lang))


def read_situation(file: Path) -> dict[str, Any]:
    """The words of a file. Raises SituationError where it is too long or no mapping, or cannot be read."""
    most = shipped_limits().told_bytes
    try:
        with file.open("rb") as opened:
            data = opened.read(most + 1)
        if len(data) > most:
            raise SituationError("file_too_long", file=str(file), megabytes=most // MEGABYTE)
        loaded = yaml.safe_load(data.decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SituationError("file_unreadable", file=str(file), why=str(error).splitlines()[0]) from None
    if not isinstance(loaded, dict):
        raise SituationError("file_no_mapping", file=str(file))
    words = {str(key): value for key, value in loaded.items()}
    if isinstance(words.get("history"), str):
        words["history"] = str(file.parent / words["history"])
    return words


def situation_of(words: Mapping[str, Any]) -> Situation:
    """The situation of words and values as people write them. Raises SituationError for the first that is wrong."""
    unknown = [word for word in words if word not in KNOWN]
    if unknown:
        raise SituationError("word_unknown", word=shown(unknown[0]), words=", ".join(sorted(KNOWN)))
    given = {word: value for word, value in words.items() if value is not None}
    for word in ("from", "to"):
        if word not in given:
            raise SituationError("place_missing", word=word)
    if given.get("joined_on") is False:
        given["joined_on"], given["joined"] = None, False
    read = {RENAMED.get(word, word): _read(word, value) for word, value in given.items() if value is not None}
    return Situation(**read)


def _read(word: str, value: Any) -> Any:
    return _said(word, value, READERS.get(word, day if word.endswith("_on") else str))


def _said(word: str, value: Any, reader: Callable[[Any], Any]) -> Any:
    try:
        return reader(value if isinstance(value, list | bool) else str(value))
    except TableError as error:
        what = Words(error.sentence("zh"), error.sentence("en"))
        raise SituationError("word_wrong", word=word, what=what) from None
    except (CellError, ValueFault) as error:
        raise SituationError("word_wrong", word=word, what=_what(error)) from None


def _what(error: CellError | ValueFault) -> Words:
    topic = next(topic for topic in ("tables", "errors") if error.code in catalogue(topic))
    data = {**error.data, **(error.words if isinstance(error, CellError) else {})}
    zh, en = (say(lang, f"{topic}.{error.code}", **spoken(data, lang)) for lang in LANGS)
    return Words(zh, en)


def _yes(value: Any) -> bool:
    return value if isinstance(value, bool) else bool(YES_NO.read(value))


def _one_of(kind: Callable[[str], Any], words: list[str]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if str(value) not in words:
            raise CellError(
                "word_unknown", given=shown(str(value)), words={"choices": Words(*[", ".join(words)] * 2)}
            )
        return kind(str(value))

    return read


def _topics(value: Any) -> frozenset[Topic]:
    one = _one_of(Topic, [topic.value for topic in Topic])
    written = value if isinstance(value, list) else str(value).split(",")
    return frozenset(one(str(each).strip()) for each in written)


def _history(value: Any) -> tuple[Stretch, ...]:
    """The rows of a list, or of the spreadsheet that is named."""
    if isinstance(value, str):
        return read_history(Path(value))
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise SituationError("history_no_list")
    return tuple(stretch for row in value for stretch in _stretches(row))


def _stretches(row: Mapping[str, Any]) -> list[Stretch]:
    strange = [word for word in row if word not in STRETCH_WORDS]
    missing = [word for word in ("area", "scheme", "months") if not row.get(word)]
    if strange or missing:
        raise SituationError("history_row", words=", ".join(sorted(STRETCH_WORDS)), row=shown(str(dict(row))))
    scheme = _said("scheme", row["scheme"], SCHEMES.read)
    kind = _said("kind", row.get("kind", "paid"), _one_of(MonthKind, [one.value for one in MonthKind]))
    held = _said("months", row["months"], months)
    return [
        Stretch(str(row["area"]), scheme, Month.parse(first), Month.parse(last), kind)
        for first, last in held.to_json()
    ]


READERS: Mapping[str, Callable[[Any], Any]] = {
    "from_scheme": SCHEMES.read,
    "to_scheme": SCHEMES.read,
    "status": STATUSES.read,
    "joined": _yes,
    "cover_year_here": year,
    "cover_year_there": year,
    "balance": parse_yuan,
    "history": _history,
    "last_paid": Month.parse,
    "first_paid": Month.parse,
    "insured_months": count,
    "missed_years": count,
    "repaired_years": count,
    "arrears_months": count,
    "made_up": _yes,
    "wants_cash": _yes,
    "sharing_open": _yes,
    "sex": SEXES.read,
    "group": _one_of(RetirementGroup, [one.value for one in RetirementGroup]),
    "payer": _one_of(Payer, [one.value for one in Payer]),
    "base": parse_yuan,
    "birth": day,
    "document_kind": document_kind,
    "career": _one_of(Career, [one.value for one in Career]),
    "wants": _topics,
}
KNOWN = frozenset(
    {{field: word for word, field in RENAMED.items()}.get(one.name, one.name) for one in fields(Situation)}
)

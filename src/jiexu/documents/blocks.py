"""The parts a sheet is put together from, as plain values for the template; every text in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from jiexu.documents import words
from jiexu.documents.content import Facts
from jiexu.documents.words import Both, paper
from jiexu.texts import Lang
from jiexu.values import citizen
from jiexu.values.areas import Areas
from jiexu.values.identity import DocumentKind

OLDEST: Final = 120
"""Years beyond which a date of birth is marked for checking; it is printed as recorded all the same."""

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fields:
    """Makes labelled fields. ``marks``: label → whose field it is, where it is not our own."""

    marks: Mapping[str, str]

    def __call__(
        self, label: str, value: Both | None, *, wide: bool = False, strong: bool = False
    ) -> dict[str, Any]:
        """One field; None leaves the place free for a hand. ``wide``: over the whole line."""
        return {
            "label": paper(f"label.{label}"),
            "mark": self.marks.get(label, ""),
            "value": value or words.same(""),
            "wide": wide,
            "strong": strong,
        }

    def column(self, label: str, share: int = 2, *, right: bool = False) -> dict[str, Any]:
        """The head of a column. ``share``: of the width, against the other columns; numbers take what they need."""
        head = {"label": paper(f"label.{label}"), "mark": self.marks.get(label, "")}
        return head | {"right": right, "share": share}


def grid(section: str, fields: Sequence[dict[str, Any]]) -> Block:
    return {"type": "grid", "title": paper(f"section.{section}"), "fields": list(fields)}


def table(
    section: str,
    columns: Sequence[dict[str, Any]],
    rows: Iterable[Sequence[Both]],
    foot: Sequence[Both] | None = None,
) -> Block:
    """``foot``: the last row, of sums; as many cells as columns."""
    return {
        "type": "table",
        "title": paper(f"section.{section}"),
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "foot": None if foot is None else list(foot),
    }


def text(*sentences: Both) -> Block:
    return {"type": "text", "title": None, "text": list(sentences)}


def statement(section: str, sentence: Both) -> Block:
    """A sentence under a heading of its own, which somebody signs."""
    return {"type": "text", "title": paper(f"section.{section}"), "text": [sentence]}


def reasons(listed: Sequence[dict[str, Any]]) -> Block:
    return {"type": "reasons", "title": paper("section.reasons"), "reasons": list(listed)}


def signatures(*who: str) -> Block:
    """Lines for hands to sign on."""
    return {"type": "sign", "lines": [paper(f"sign.{each}") for each in who]}


def person(facts: Facts, field: Fields) -> Block:
    who = facts["person"]
    return grid(
        "person",
        [
            field("name", words.same(who["name"]), wide=len(who["name"]) > 12, strong=True),
            field("sex", _optional("papers.sex.", who["sex"])),
            field("birth", birth(who, date.fromisoformat(facts["received_on"])), wide=True),
            field("document_kind", _optional("documents.kind_", who["document_kind"])),
            field("document", words.same(who["document"]) if who["document"] else paper("not_recorded")),
        ],
    )


def birth(who: Facts, on: date) -> Both:
    """As recorded; what cannot be right is marked, never mended."""
    if who["birth"] is None:
        return paper("not_recorded")
    born = date.fromisoformat(who["birth"])
    said = words.day(born)
    if born > on:
        return paper("check_birth_ahead", day=said)
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if age > OLDEST:
        return paper("check_birth", day=said, age=str(age))
    other = _birth_in_number(who)
    if other is not None and other != born:
        return paper("check_birth_number", day=said, other=words.day(other))
    return said


def _birth_in_number(who: Facts) -> date | None:
    """The birth that a whole citizen number names; None for masked numbers and other documents."""
    if who["document_kind"] != DocumentKind.CITIZEN_CARD:
        return None
    try:
        return citizen.birth_of(who["document"])
    except citizen.CitizenError:
        return None


def transfer(facts: Facts, field: Fields, areas: Areas, *more: dict[str, Any]) -> Block:
    """From where to where, and in which schemes."""
    on = date.fromisoformat(facts["received_on"])

    def place(side: str) -> Both:
        return paper("place", name=words.place(areas, facts[side], on), code=facts[side])

    return grid(
        "transfer",
        [
            field("origin", place("origin")),
            field("destination", place("destination")),
            field("from_scheme", words.coded("papers.scheme.", facts["from_scheme"])),
            field("to_scheme", words.coded("papers.scheme.", facts["to_scheme"])),
            field("received_on", words.day_text(facts["received_on"])),
            *more,
        ],
    )


def enrolments(facts: Facts, field: Fields) -> Block:
    rows = [
        (
            words.same(each["employer"]) if each["employer"] else paper("not_recorded"),
            words.day_text(each["since"]),
            words.day_text(each["stopped_on"]) if each["stopped_on"] else words.same("—"),
            words.coded("web.word.", each["status"]),
        )
        for each in facts["enrolments"]
    ]
    shares = {"employer": 5, "since": 3, "stopped_on": 3, "status": 2}
    columns = [field.column(*each) for each in shares.items()]
    return table("enrolments", columns, rows)


def months(listed: Sequence[Facts], field: Fields, areas: Areas, on: date) -> Block:
    """One row a run of months; the sum is of rows, because a month may not stand in two."""
    rows = []
    for line in listed:
        for first, last in line["spans"]:
            rows.append(
                (
                    words.coded("papers.scheme.", line["scheme"]),
                    words.place(areas, line["area"], on),
                    words.coded("papers.months_kind.", line["kind"]),
                    words.span(first, last),
                    words.same(str(words.counted([[first, last]]))),
                )
            )
    total = sum(words.counted(line["spans"]) for line in listed)
    shares = {"scheme": 4, "area": 3, "months_kind": 2, "span": 5}
    columns = [*(field.column(*each) for each in shares.items()), field.column("count", right=True)]
    foot = (paper("label.total"), words.same(""), words.same(""), words.months(total), words.same(str(total)))
    return table("months", columns, rows, foot)


def amounts(section: str, listed: Sequence[Sequence[Any]], total: str, field: Fields) -> list[Block]:
    """Parts of an account and their sum, in figures and in capital numerals."""
    whole = sum(fen for _, fen in listed)
    columns = [field.column("part"), field.column("amount", right=True)]
    rows = [(words.coded("papers.part.", part), words.figures(fen)) for part, fen in listed]
    capitals = field("capitals", words.capitals(whole), wide=True, strong=True)
    if not rows:
        return [grid(section, [field(total, words.yuan(whole), wide=True, strong=True), capitals])]
    foot = (marked(field, total), words.figures(whole))
    return [table(section, columns, rows, foot), grid(section, [capitals]) | {"title": None}]


def marked(field: Fields, label: str) -> Both:
    """A label with its mark, where it stands as a value."""
    zh, en = paper(f"label.{label}")
    mark = field.marks.get(label, "")
    return zh + mark, en + mark


def picked(value: Any, langs: Sequence[Lang]) -> Any:
    """A sheet in the languages asked: each text becomes a list, first language first, repeats left out."""
    if isinstance(value, tuple):
        at = {"zh": 0, "en": 1}
        return list(dict.fromkeys(value[at[lang]] for lang in langs))
    if isinstance(value, dict):
        return {name: picked(each, langs) for name, each in value.items()}
    if isinstance(value, list):
        return [picked(each, langs) for each in value]
    return value


def _optional(key: str, code: str | None) -> Both:
    return paper("not_recorded") if code is None else words.coded(key, code)

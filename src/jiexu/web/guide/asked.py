"""One question as its page shows it, and what was answered so far as a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.situations import SituationError
from jiexu.guide.situation import ImpossibleSituationError
from jiexu.texts import Lang, say
from jiexu.values.areas import Found
from jiexu.web.guide import questions
from jiexu.web.guide.answers import Answers, Value
from jiexu.web.guide.questions import DONT_KNOW, QUESTIONS, WrongAnswerError
from jiexu.web.guide.shown import place_names
from jiexu.web.words import optional
from jiexu.wording.policy import place_name

TEXT = "pages_guide"
DATED = {"day", "month", "joined"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio button or box."""

    value: str
    label: str
    hint: str
    on: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One stretch of months told before."""

    label: str
    place: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question ready to be drawn. ``typed``: what stands in each field; ``error``: why what was sent is not taken,
    with the field it is about; ``number`` and ``more``: how far along, and how many questions are known to follow.
    """

    word: str
    kind: str
    title: str
    hint: str
    why: str
    how: str
    unit: str
    choices: tuple[Choice, ...]
    rows: tuple[Row, ...]
    typed: Mapping[str, str]
    places: tuple[str, ...]
    error: str
    error_field: str
    note: str
    back: str | None
    number: int
    more: int
    may_skip: bool
    unknown: bool

    @property
    def whole(self) -> int:
        """How many questions there are, as far as is known."""
        return self.number + self.more

    @property
    def has_days(self) -> bool:
        """Whether a date is asked to the day."""
        return self.kind != "month"

    @property
    def described(self) -> str:
        """The hint and the error beside a field, by id."""
        wrong = bool(self.error or self.note)
        return " ".join(name for name, is_so in (("hint", self.hint), ("error", wrong)) if is_so)

    @property
    def first_field(self) -> str:
        """The field an error leads to, by id."""
        if self.kind in DATED - {"joined"} or self.kind == "history":
            return (
                self.error_field
                if self.error_field not in {"", "answer"}
                else ("area" if self.kind == "history" else "year")
            )
        if self.choices:
            return "a-1"
        return "answer"


def asked(word: str, answers: Answers, lang: Lang, on: date) -> Asked:
    """A question with what was answered or typed before."""
    asks = QUESTIONS[word]
    draft = answers.draft[1] if answers.draft and answers.draft[0] == word else None
    error = _error(word, answers, on)
    left, pool = _left(answers, on)
    typed = {name: given[-1] for name, given in draft.items() if given} if draft else _typed(word, answers)
    in_question = pool.get(word)
    chosen = set(
        draft.get("answer", []) if draft else _chosen(answers.words.get(word), word in answers.words)
    )
    choices = tuple(
        Choice(
            each, _label(lang, word, each), optional(lang, f"{TEXT}.hint.{word}.{each}", ""), each in chosen
        )
        for each in asks.offers
    )
    if in_question:
        choices = tuple(
            Choice(code, f"{place_name(code, lang)} {code}", "", False) for code in in_question.choices
        )
    return Asked(
        word=word,
        kind=asks.kind,
        title=_title(lang, word, answers),
        hint=optional(lang, f"{TEXT}.hint.{word}", ""),
        why=optional(lang, f"{TEXT}.why.{word}", ""),
        how=optional(lang, f"{TEXT}.how.{word}", ""),
        unit=say(lang, f"{TEXT}.unit.{asks.unit}") if asks.unit else "",
        choices=choices,
        rows=_rows(answers, lang) if word == "history" else (),
        typed=typed,
        places=place_names(lang) if asks.kind in {"place", "history"} else (),
        error=error.said[lang] if error else "",
        error_field=error.field if error else "",
        note=say(lang, in_question.key, text=in_question.text) if in_question else "",
        back=questions.before(answers, word),
        number=_number(answers, word),
        more=len([one for one in left if one != word]) + _after(answers, word),
        may_skip=word not in {"from", "to", "wants"},
        unknown=DONT_KNOW in chosen,
    )


def _title(lang: Lang, word: str, answers: Answers) -> str:
    """The question, with the places named where they are known."""
    names = {side: _short(str(answers.words.get(side) or ""), lang) for side in ("from", "to")}
    if all(names.values()):
        return say(lang, f"{TEXT}.q.{word}", here=names["from"], there=names["to"])
    unnamed = {"here": say(lang, f"{TEXT}.old_place"), "there": say(lang, f"{TEXT}.new_place")}
    return say(lang, f"{TEXT}.q.{word}", **unnamed)


def _short(text: str, lang: Lang) -> str:
    """The short name of a place as it was written; as written where it is not known."""
    found = areas().find(text) if text else None
    return place_name(found.pool.code, lang) if isinstance(found, Found) else text


def _label(lang: Lang, word: str, value: str) -> str:
    if word == "wants":
        return say(lang, f"guide.topic.{value}")
    own = optional(lang, f"{TEXT}.choice.{word}.{value}", "")
    return own or say(lang, f"{TEXT}.choice.{value}")


def _error(word: str, answers: Answers, on: date) -> WrongAnswerError | None:
    """Why the draft cannot be read: asked anew each time, so that it is said in the language of the page."""
    if not answers.draft or answers.draft[0] != word:
        return None
    try:
        questions.read(word, answers.draft[1], answers, on)
    except WrongAnswerError as error:
        return error
    return None


def _left(answers: Answers, on: date) -> tuple[list[str], dict[str, Any]]:
    try:
        left = questions.left(answers, on)
        whole = {"from", "to"} <= set(answers.told())
        return left, questions.of_places(questions.found(answers, on)) if whole else {}
    except (ImpossibleSituationError, SituationError):
        return [], {}


def _number(answers: Answers, word: str) -> int:
    words = list(answers.words)
    return (words.index(word) if word in words else len(words)) + 1


def _after(answers: Answers, word: str) -> int:
    """How many questions were answered after this one."""
    words = list(answers.words)
    return len(words) - words.index(word) - 1 if word in words else 0


def _chosen(value: Value | None, told: bool) -> list[str]:
    if value is None:
        return [DONT_KNOW] if told else []
    if isinstance(value, str) and value[:1].isdecimal():
        # A day stands for yes; a place or an amount is no choice.
        return ["yes"]
    return [str(each) for each in value] if isinstance(value, list) else [value]


def _typed(word: str, answers: Answers) -> dict[str, str]:
    """What was answered, as the fields show it."""
    value = answers.words.get(word)
    if not isinstance(value, str):
        return {}
    if QUESTIONS[word].kind in DATED and value[:1].isdecimal():
        return dict(
            zip(("year", "month", "day"), (part.lstrip("0") for part in value.split("-")), strict=False)
        )
    return {"answer": value}


def _rows(answers: Answers, lang: Lang) -> tuple[Row, ...]:
    rows = answers.words.get("history")
    return (
        tuple(Row(_stretch(row, lang), at) for at, row in enumerate(rows)) if isinstance(rows, list) else ()
    )


def _stretch(row: Mapping[str, str], lang: Lang) -> str:
    first, _, last = row["months"].partition("..")
    return say(
        lang,
        f"{TEXT}.stretch",
        place=_short(row["area"], lang),
        scheme=_label(lang, "from_scheme", row["scheme"]),
        kind=say(lang, f"{TEXT}.kind.{row['kind']}"),
        first=first,
        last=last,
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer, to read over and to change."""

    word: str
    title: str
    text: str


def summary(answers: Answers, lang: Lang, but: str = "") -> list[Answered]:
    """Every answer so far, in the order given."""
    return [
        Answered(word, say(lang, f"{TEXT}.about.{word}"), _said(word, value, lang))
        for word, value in answers.words.items()
        if word != but and word in QUESTIONS
    ]


def _said(word: str, value: Value | None, lang: Lang) -> str:  # noqa: PLR0911  one line per kind of answer
    """An answer as it is read over."""
    comma = "、" if lang == "zh" else ", "
    if value is None:
        return say(lang, f"{TEXT}.choice.unknown")
    if isinstance(value, list):
        if word == "history":
            return "；".join(_stretch(row, lang) for row in value) or say(lang, f"{TEXT}.nothing")
        return comma.join(_label(lang, word, str(each)) for each in value) or say(lang, f"{TEXT}.everything")
    kind = QUESTIONS[word].kind
    if kind == "choice" or value in {"yes", "no"}:
        return _label(lang, word, value)
    if kind == "place":
        return _short(value, lang)
    unit = QUESTIONS[word].unit
    if kind == "yuan":
        return f"{value} {say(lang, 'web.unit_yuan')}"
    return f"{value} {say(lang, f'{TEXT}.unit.{unit}')}" if unit else value

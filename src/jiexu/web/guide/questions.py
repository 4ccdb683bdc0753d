"""The questions as pages: what each one offers, and how what was sent is read into the words of the guide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.situations import SituationError, situation_of
from jiexu.gateways.tables.faults import Words as BothLanguages
from jiexu.guide.answer import Guide, answer
from jiexu.guide.question import Question
from jiexu.guide.situation import ImpossibleSituationError, Topic
from jiexu.texts import LANGS, Lang, say
from jiexu.web.guide.answers import Answers, Typed, Value

DONT_KNOW = "unknown"
SCHEMES = ("employee", "resident")
YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Asks:
    """``kind``: how it is answered: choice, topics, place, number, yuan, month, day, joined or history.

    ``offers``: the words of a choice. ``unit``: stands beside the field.
    """

    kind: str
    offers: tuple[str, ...] = ()
    unit: str = ""


QUESTIONS: Mapping[str, Asks] = {
    "from": Asks("place"),
    "to": Asks("place"),
    "wants": Asks(
        "topics", tuple(topic.value for topic in Topic if topic not in {Topic.PLACES, Topic.DOUBTS})
    ),
    "from_scheme": Asks("choice", SCHEMES),
    "to_scheme": Asks("choice", SCHEMES),
    "status": Asks("choice", ("stopped", "insured", "retired")),
    "stopped_on": Asks("day"),
    "joined_on": Asks("joined", YES_NO),
    "cover_year_here": Asks("number"),
    "cover_year_there": Asks("number"),
    "last_paid": Asks("month"),
    "first_paid": Asks("month"),
    "payer": Asks("choice", ("employer", "flexible", "unemployed")),
    "insured_months": Asks("number", unit="months"),
    "made_up": Asks("choice", YES_NO),
    "base": Asks("yuan"),
    "balance": Asks("yuan"),
    "history": Asks("history"),
    "birth": Asks("day"),
    "sex": Asks("choice", ("female", "male")),
    "group": Asks("choice", ("woman_50", "woman_55")),
    "registered_in": Asks("place"),
    "missed_years": Asks("number", unit="years"),
    "repaired_years": Asks("number", unit="years"),
    "arrears_months": Asks("number", unit="months"),
    "accepted_on": Asks("day"),
    "form_received_on": Asks("day"),
    "record_in_on": Asks("day"),
    "wants_cash": Asks("choice", YES_NO),
    "sharing_open": Asks("choice", YES_NO),
}
"""Every question there is a page for. Which are asked, and in which order, the guide says; the others are offered."""
OFFERED = (
    "balance",
    "history",
    "accepted_on",
    "form_received_on",
    "record_in_on",
    "made_up",
    "registered_in",
    "arrears_months",
    "wants_cash",
    "sharing_open",
)
"""What nobody is asked and may tell all the same, to hear more."""
WORD_OF = {"origin": "from", "destination": "to", "balance_fen": "balance", "base_fen": "base"}
"""Fields of a situation that people call otherwise."""
MONTHS_OF = ("employee", "paid")
YEAR_LONG = 4


class WrongAnswerError(ValueError):
    """What was sent cannot be read. ``field``: its part that is wrong; ``said``: why, in every language."""

    def __init__(self, field: str, said: Mapping[Lang, str]) -> None:
        super().__init__(field)
        self.field, self.said = field, said


def wrong(field: str, key: str, **data: object) -> WrongAnswerError:
    """The same, from a text of this page family."""
    return WrongAnswerError(field, {lang: say(lang, f"pages_guide.{key}", **data) for lang in LANGS})


# ---------------------------------------------------------------- what was sent


def read(word: str, typed: Typed, answers: Answers, on: date) -> Value | None:
    """What was sent, as a word of the guide; None for "I don't know". Raises WrongAnswerError."""
    asks = QUESTIONS[word]
    if DONT_KNOW in typed or _one(typed, "answer") == DONT_KNOW:
        return None
    value = READERS[asks.kind](word, typed, answers)
    field = "year" if asks.kind in {"day", "month"} or ("year" in typed and value not in YES_NO) else "answer"
    others = {"from": "-", "to": "-", **answers.answered(word, value).told()}
    try:
        situation_of({"from": "-", "to": "-", **_alone(word, value)})
    except SituationError as error:
        what = error.data.get("what")
        if isinstance(what, BothLanguages):
            raise WrongAnswerError(field, {lang: what[lang] for lang in LANGS}) from None
        raise WrongAnswerError(field, {lang: error.sentence(lang) for lang in LANGS}) from None
    try:
        _answer(others, on)
    except ImpossibleSituationError as error:
        raise WrongAnswerError(
            field, {lang: say(lang, f"errors.{error.code}", **error.data) for lang in LANGS}
        ) from None
    return value


def _alone(word: str, value: Value) -> dict[str, Any]:
    """This one word as the guide is told it."""
    return Answers({word: value}).told()


def _one(typed: Typed, name: str) -> str:
    return (typed.get(name) or [""])[-1].strip()


def _choice(word: str, typed: Typed, _: Answers) -> Value:
    given = _one(typed, "answer")
    if given not in QUESTIONS[word].offers:
        raise wrong("answer", "error_choose")
    return given


def _topics(word: str, typed: Typed, _: Answers) -> Value:
    return [each for each in typed.get("answer", []) if each in QUESTIONS[word].offers]


def _text(_word: str, typed: Typed, _: Answers) -> Value:
    given = _one(typed, "other") or _one(typed, "answer")
    if not given:
        raise wrong("answer", "error_empty")
    return given


def _day(_word: str, typed: Typed, _: Answers) -> Value:
    return "-".join([_part(typed, "year"), _part(typed, "month"), _part(typed, "day")])


def _month(_word: str, typed: Typed, _: Answers) -> Value:
    return "-".join([_part(typed, "year"), _part(typed, "month")])


def _part(typed: Typed, name: str) -> str:
    """Year, month or day as a number of its usual length."""
    given = _one(typed, name)
    part = name.rpartition("_")[2]
    if not given.isdecimal() or (part == "year" and len(given) != YEAR_LONG):
        raise wrong(name, f"error_{part}")
    return str(int(given)).zfill(4 if part == "year" else 2)


def _joined(word: str, typed: Typed, answers: Answers) -> Value:
    given = _one(typed, "answer")
    dated = any(_one(typed, name) for name in ("year", "month", "day"))
    if given not in YES_NO and not dated:
        raise wrong("answer", "error_choose")
    return _day(word, typed, answers) if dated and given != "no" else given


def _history(_word: str, typed: Typed, answers: Answers) -> Value:
    """The rows told before, without the one taken out, with the one added."""
    rows = list(answers.words.get("history") or [])
    out = _one(typed, "out")
    if out.isdecimal():
        return [row for place, row in enumerate(rows) if place != int(out)]
    if not _one(typed, "area"):
        if "add" in typed or not rows:
            raise wrong("area", "error_empty")
        return rows
    scheme, kind = _one(typed, "scheme") or MONTHS_OF[0], _one(typed, "kind") or MONTHS_OF[1]
    first = "-".join(_part(typed, f"first_{part}") for part in ("year", "month"))
    last = "-".join(_part(typed, f"last_{part}") for part in ("year", "month"))
    return [
        *rows,
        {"area": _one(typed, "area"), "scheme": scheme, "months": f"{first}..{last}", "kind": kind},
    ]


READERS = {
    "choice": _choice,
    "topics": _topics,
    "place": _text,
    "number": _text,
    "yuan": _text,
    "month": _month,
    "day": _day,
    "joined": _joined,
    "history": _history,
}


# ---------------------------------------------------------------- what is asked next


def _answer(told: dict[str, Any], on: date) -> Guide:
    return answer(situation_of(told), policy=shipped_policy(), calendar=working_days(), areas=areas(), on=on)


def found(answers: Answers, on: date) -> Guide:
    """The guide's answer to what was told. Raises ImpossibleSituationError where a later day made it impossible."""
    return _answer(answers.told(), on)


def of_places(guide: Guide) -> dict[str, Question]:
    """Questions about places, by word: they come first, whatever was answered."""
    return {WORD_OF.get(one.field, one.field): one for one in guide.questions if one.key.startswith("areas.")}


def left(answers: Answers, on: date) -> list[str]:
    """The questions still to be asked, in order: places, what is wanted, then those of the guide."""
    missing = [word for word in ("from", "to") if not answers.words.get(word)]
    if missing:
        return missing
    guide = found(answers, on)
    places = of_places(guide)
    if places:
        return list(places)
    asked = [WORD_OF.get(one.field, one.field) for one in guide.questions]
    return [word for word in ("wants", *dict.fromkeys(asked)) if word not in answers.words]


def before(answers: Answers, word: str) -> str | None:
    """The question answered before this one; None for the first."""
    words = list(answers.words)
    place = words.index(word) if word in words else len(words)
    return words[place - 1] if place else None

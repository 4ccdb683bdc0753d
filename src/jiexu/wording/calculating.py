"""Forms and workings of calculators in words: labels, hints, choices, and each line with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.decision import Confidence
from jiexu.rules.working import Worked
from jiexu.texts import Lang, catalogue, say
from jiexu.usecases.calculators.fields import Field, Kind
from jiexu.wording.working import grounds, sentence


def label(field: Field, lang: Lang) -> str:
    """What is asked, as the label above a field; where the help of an option lists codes, a label of its own."""
    own = f"label_{field.help}"
    return say(lang, f"calc.{own}" if own in catalogue("calc") else f"calc.help_{field.help}")


def hint(field: Field, lang: Lang) -> str:
    """How to write it, with an example; what counts where nothing is written."""
    said = [
        say(lang, f"calc.{key}")
        for key in (f"hint_{field.help}", f"how_{field.kind.name.lower()}")
        if key in catalogue("calc")
    ]
    if field.many:
        said.append(say(lang, "calc.how_many"))
    if not field.required and field.kind not in {Kind.CHOICE, Kind.YES_NO}:
        said.append(say(lang, "calc.optional"))
    return " ".join(said)


def choice_words(field: Field, value: str, lang: Lang) -> str:
    """A choice as people say it."""
    own = f"choice_{field.help}.{value}"
    return say(lang, f"calc.{own}") if own in catalogue("calc") else say(lang, f"policy.word.{value}")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a working and what it rests on."""

    text: str
    grounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Working:
    """A working in words: the answer first."""

    closing: str
    steps: tuple[Step, ...]
    confidence: Confidence


def working_words(worked: Worked[Any], lang: Lang) -> Working:
    """The closing sentence, every line with its articles and facts, and how sure the whole is."""
    policy = shipped_policy()
    steps = tuple(Step(sentence(line, lang), tuple(grounds(line, policy, lang))) for line in worked.lines)
    return Working(sentence(worked.closing, lang), steps, worked.confidence)

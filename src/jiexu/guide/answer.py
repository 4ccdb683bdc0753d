"""The guide: from one person's situation to a personal answer, in sentences that each name their rule and source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiexu.guide.case import Case, Part
from jiexu.guide.changes import changes_topic
from jiexu.guide.cover import cover_found, cover_topic
from jiexu.guide.deadlines import clocks_of, late_topic, time_topic
from jiexu.guide.doubts import doubts_topic
from jiexu.guide.money import money_found, money_topic
from jiexu.guide.move import checks, move_topic, places_topic, scope, what_topic
from jiexu.guide.myths import myths_about
from jiexu.guide.opening import opened
from jiexu.guide.others import others_topic
from jiexu.guide.question import Question
from jiexu.guide.reach import bring_topic, where_topic
from jiexu.guide.resident_cover import resident_cover_topic
from jiexu.guide.sentence import Sentence
from jiexu.guide.sharing import sharing_topic
from jiexu.guide.situation import Situation, Topic
from jiexu.guide.years import years_topic
from jiexu.rules.calendar import Calendar
from jiexu.rules.inputs import Status
from jiexu.rules.policy import Policy
from jiexu.values.areas import Areas


@dataclass(frozen=True, slots=True)
class Guide:
    """An answer. ``topics``: what is said, in the order it is read. ``questions``: what it would have to know.

    ``origin`` / ``destination``: codes of the pooling areas, None where the place itself is in question.
    ``policy_digest``: the version of the law it was computed with.
    """

    on: date
    origin: str | None
    destination: str | None
    topics: tuple[tuple[Topic, tuple[Sentence, ...]], ...]
    questions: tuple[Question, ...]
    policy_digest: str

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Everything said, in order."""
        return tuple(sentence for _, said in self.topics for sentence in said)


def answer(situation: Situation, *, policy: Policy, calendar: Calendar, areas: Areas, on: date) -> Guide:
    """What a person in this situation should know on a day.

    Raises ImpossibleSituationError where what was told contradicts itself.
    """
    case = opened(situation, policy=policy, calendar=calendar, areas=areas, on=on)
    if not isinstance(case, Case):
        return Guide(on, None, None, (), case, policy.digest)
    parts = _parts(case)
    topics = tuple((topic, part.sentences) for topic, part in parts if part.sentences)
    questions = tuple(dict.fromkeys(one for _, part in parts for one in part.questions))
    return Guide(on, case.here.code, case.there.code, topics, questions, policy.digest)


def _parts(case: Case) -> list[tuple[Topic, Part]]:
    """Each topic that is wanted and applies. What a later topic rests on is computed once, here."""
    between, found = scope(case), checks(case)
    parts = [(Topic.PLACES, places_topic(case)), (Topic.MOVE, move_topic(case, between, found))]
    if between.refusals or case.told.status is Status.RETIRED:
        # Nothing of the procedure applies, whatever is wanted.
        parts.append((Topic.WHERE, where_topic(case)))
        wanted = parts
    else:
        parts += _procedure(case)
        wanted = [(topic, part) for topic, part in parts if case.told.asks_about(topic)]
    if case.is_current and case.told.asks_about(Topic.MYTHS):
        wanted = [*wanted, (Topic.MYTHS, Part(tuple(myths_about(_rules(parts), case.voice))))]
    said = [sentence for _, part in wanted for sentence in part.sentences]
    return [*wanted, (Topic.DOUBTS, doubts_topic(case, said))]


def _rules(parts: list[tuple[Topic, Part]]) -> set[str]:
    return {sentence.rule for _, part in parts for sentence in part.sentences}


def _procedure(case: Case) -> list[tuple[Topic, Part]]:
    money, clocks = money_found(case), clocks_of(case)
    return [
        (Topic.WHAT, what_topic(case)),
        (Topic.MONEY, money_topic(case, money)),
        (Topic.TIME, time_topic(case, clocks)),
        (Topic.COVER, _cover(case)),
        (Topic.CHANGES, changes_topic(case)),
        (Topic.YEARS, years_topic(case)),
        (Topic.BRING, bring_topic(case)),
        (Topic.WHERE, where_topic(case)),
        (Topic.LATE, late_topic(case, clocks)),
        (Topic.SHARING, sharing_topic(case)),
        (Topic.OTHERS, others_topic(case)),
    ]


def _cover(case: Case) -> Part:
    asked = case.asked
    if asked is not None and asked.between_residents:
        return resident_cover_topic(case)
    return cover_topic(case, cover_found(case))

"""The guide: from one person's situation to a personal answer, in sentences that each name their rule and source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from jiexu.guide.break_in_cover import break_in_cover, ways_back
from jiexu.guide.case import Case, Part
from jiexu.guide.changes import changes_topic
from jiexu.guide.cover import cover_found, cover_topic
from jiexu.guide.deadlines import late_topic, time_topic
from jiexu.guide.doubts import doubts_topic
from jiexu.guide.findings import Findings
from jiexu.guide.money import money_topic
from jiexu.guide.move import move_topic, places_topic, scope, what_topic
from jiexu.guide.myths import myths_about
from jiexu.guide.opening import opened
from jiexu.guide.others import others_topic
from jiexu.guide.question import Question
from jiexu.guide.reach import bring_topic, where_topic
from jiexu.guide.resident_cover import resident_cover_topic
from jiexu.guide.sentence import Sentence
from jiexu.guide.sharing import sharing_topic
from jiexu.guide.situation import Situation, Topic
from jiexu.guide.steps import steps_topic
from jiexu.guide.there import pay_topic
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
    """Each topic that is wanted and applies; what nobody wants is not computed.

    What is often said and wrong is told by the rules that say how things stand, not by what a step would change.
    """
    between, found = scope(case), Findings(case)
    parts = [(Topic.PLACES, places_topic(case))]
    if between.refusals or case.told.status is Status.RETIRED or case.nothing_paid:
        # Nothing of the procedure applies, whatever is wanted.
        parts += [(Topic.MOVE, move_topic(case, between, found.checks)), (Topic.WHERE, where_topic(case))]
        others = []
    else:
        parts += [(topic, say(found)) for topic, say in TOPICS if case.told.asks_about(topic)]
        others = [say for topic, say in TOPICS if not case.told.asks_about(topic)]
    if case.is_current and case.told.asks_about(Topic.MYTHS):
        told = [part for topic, part in parts if topic is not Topic.CHANGES]
        told += [say(found) for say in others if say is not changes_topic]
        rules = {sentence.rule for part in told for sentence in part.sentences}
        parts.append((Topic.MYTHS, Part(tuple(myths_about(rules, case.voice)))))
    said = [sentence for _, part in parts for sentence in part.sentences]
    return [*parts, (Topic.DOUBTS, doubts_topic(case, said))]


def _cover(found: Findings) -> Part:
    asked = found.case.asked
    if asked is not None and asked.between_residents:
        return resident_cover_topic(found.case)
    part, answered = cover_topic(found), cover_found(found)
    more = () if answered is None else tuple(break_in_cover(found.case, answered))
    return Part((*part.sentences, *more, *ways_back(found)), part.questions)


TOPICS: tuple[tuple[Topic, Callable[[Findings], Part]], ...] = (
    (Topic.MOVE, lambda found: move_topic(found.case, scope(found.case), found.checks)),
    (Topic.STEPS, lambda found: steps_topic(found.case, found.clocks, cover_found(found))),
    (Topic.WHAT, lambda found: what_topic(found.case)),
    (Topic.MONEY, lambda found: money_topic(found.case, found.money)),
    (Topic.TIME, lambda found: time_topic(found.case, found.clocks)),
    (Topic.COVER, _cover),
    (Topic.CHANGES, changes_topic),
    (Topic.PAY, lambda found: pay_topic(found.case)),
    (Topic.YEARS, lambda found: years_topic(found.case)),
    (Topic.BRING, lambda found: bring_topic(found.case)),
    (Topic.WHERE, lambda found: where_topic(found.case)),
    (Topic.LATE, lambda found: late_topic(found.case, found.clocks)),
    (Topic.SHARING, lambda found: sharing_topic(found.case)),
    (Topic.OTHERS, lambda found: others_topic(found.case)),
)
"""What the guide speaks about where there is something to move, in the order it is read."""

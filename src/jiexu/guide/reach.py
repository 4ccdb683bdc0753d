"""Who may apply, what to bring, and where: channels and lines of both places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jiexu.guide.case import Case, Part
from jiexu.guide.facts import facts_of
from jiexu.guide.sentence import AreaCode, Sentence
from jiexu.rules.channels import RegisteredChannel, Trust, channels_for
from jiexu.rules.checks import R_012, R_013, R_014, R_015, identity_only
from jiexu.rules.decision import Basis, weakest
from jiexu.rules.facts import Text
from jiexu.rules.place_facts import About
from jiexu.rules.policy import NATION, Found, province_of
from jiexu.rules.service import Subject, credentials, hotline, record_query

PURPOSE = "transfer"
OFFICES = (
    ("agency.office", "guide.office"),
    ("agency.office_line", "guide.office_line"),
    ("agency.counters", "guide.counters"),
)


def bring_topic(case: Case) -> Part:
    """Identity and nothing else, unless a ground in law is named; who may apply."""
    tell = case.voice.tell
    if not case.is_current:
        return Part((tell(R_015.decide("COUNTER"), "guide.bring_old", also=(case.procedure,)),))
    said = [tell(identity_only(on=case.day, policy=case.policy)), tell(R_012.decide("ALLOWED"))]
    if case.told.to_employee:
        said.append(tell(R_013.decide("ALLOWED")))
    said.append(tell(R_014.decide("ALLOWED"), "guide.agent_may"))
    return Part(tuple(said))


def where_topic(case: Case) -> Part:
    """Online and counters of both places, then the lines to call."""
    said = [case.voice.tell(R_015.decide("ONLINE"), "guide.apply_where")] if case.is_current else []
    areas = (case.here.code, case.there.code)
    provinces = [province_of(area) for area in areas]
    places = dict.fromkeys((*areas, *provinces, NATION))
    registered = channels_for(case.policy.channels, places, PURPOSE)
    # A hand-written entry and one taken over may be the same way in: told once.
    channels = {(one.area, one.name.zh): one for one in reversed(registered)}.values()
    firms = channels_for(case.policy.channels, (NATION,), "query")
    said += [_channel(one, case) for one in reversed(channels) if one.trust is Trust.OFFICIAL]
    said += [_channel(one, case) for one in firms if one.trust is Trust.THIRD_PARTY]
    for area in dict.fromkeys(areas):
        said += offices(area, case)
    said += facts_of(case, About.HANDLING, case.there.code)
    said += _lines(case)
    return Part(tuple(said))


def _channel(one: RegisteredChannel, case: Case) -> Sentence:
    """A channel with its menu path; whether anybody tried it is said."""
    key = "guide.channel" if one.path is None else "guide.channel_path"
    if one.trust is Trust.THIRD_PARTY:
        key = "guide.channel_third_party"
    path = one.path or Text("", "")
    data = {"name": one.name, "path": path}
    decision = R_015.decide("ONLINE")
    return Sentence(
        key=key,
        rule=decision.rule,
        on=case.day,
        data=data,
        articles=decision.articles,
        sources=one.sources,
        confidence=weakest((decision.confidence, one.confidence)),
        basis=decision.basis,
    )


def offices(area: str, case: Case) -> Iterator[Sentence]:
    """What is recorded of the offices and counters of a place."""
    decision = R_015.decide("COUNTER")
    for parameter, key in OFFICES:
        found = case.policy.find(parameter, area, on=case.day)
        if isinstance(found, Found):
            value = found.value if isinstance(found.value, Text) else str(found.value)
            yield case.voice.tell(decision, key, {"area": AreaCode(area), "value": value}, also=(found,))


def _lines(case: Case) -> Iterator[Sentence]:
    """The medical line of each place, then what is free and which card will do."""
    tell = case.voice.tell
    numbers: list[str] = []
    for area in (case.there.code, case.here.code):
        line = hotline(subject=Subject.MEDICAL, policy=case.policy, on=case.day, area=area)
        if line.number is not None and line.number not in numbers:
            numbers.append(line.number)
            yield tell(line.decision, "guide.line_medical", {"line": line.number, "area": AreaCode(area)})
    free = record_query(policy=case.policy, on=case.day)
    yield tell(free)
    yield replace(tell(free, "guide.no_default_password"), basis=Basis.DESIGN)
    yield tell(credentials())

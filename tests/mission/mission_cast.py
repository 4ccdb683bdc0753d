"""What the tests of the mission's rows share: people, applications, answers of the rules, and the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from click.testing import CliRunner, Result

from jiexu.cli.main import main
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.decision import Decision
from jiexu.rules.facts import Fact
from jiexu.rules.inputs import AccountPart, Asked, Enrolment, PersonFacts, Scheme, Status
from jiexu.rules.money import MoneyDecision, money_mode
from jiexu.rules.policy import Found, Unknown
from jiexu.texts import Lang, say

POLICY, CALENDAR = shipped_policy(), working_days()
TODAY = date(2026, 11, 23)
LOCALES = {"zh": "zh_CN.UTF-8", "en": "C.UTF-8"}
BIRTH = date(1990, 5, 17)
QUJING, KUNMING, CHENGDU = "530300", "530100", "510100"
GUANGZHOU, SHENZHEN = "440100", "440300"
NANJING, SUZHOU, BENGBU = "320100", "320500", "340300"
ZHENGZHOU, HOHHOT, XIAMEN = "410100", "150100", "350200"
LEFT = Enrolment(Scheme.EMPLOYEE, Status.STOPPED, date(2018, 3, 1), date(2026, 10, 31))
JOINED = Enrolment(Scheme.EMPLOYEE, Status.INSURED, date(2026, 11, 1))


def asked(origin: str = QUJING, destination: str = CHENGDU, **more: Any) -> Asked:
    """An application of an employee, as of today unless said otherwise."""
    schemes = {"from_scheme": Scheme.EMPLOYEE, "to_scheme": Scheme.EMPLOYEE}
    return Asked(**{"received_on": TODAY, **schemes, "origin": origin, "destination": destination, **more})


def person(*enrolments: Enrolment, fen: int = 300_000, **more: Any) -> PersonFacts:
    """What an agency knows of somebody who left its employee insurance, or has these enrolments."""
    account = (AccountPart("this_year", fen),)
    facts = {"account": account, "movable_months": 30, "enrolments": enrolments or (LEFT,)}
    return PersonFacts(birth=BIRTH, document_kind="01", **{**facts, **more})


def money(origin: str, destination: str, *, fen: int = 300_000, **more: Any) -> MoneyDecision:
    """How the account money of an employee who moves today travels."""
    return money_mode(
        asked=asked(origin, destination, **more), person=person(fen=fen), policy=POLICY, on=TODAY
    )


def answers(decisions: Iterable[Decision]) -> dict[str, str]:
    """Rule → outcome."""
    return {one.rule: one.outcome for one in decisions}


def sentence(decision: Decision, lang: Lang = "en") -> str:
    """What a decision says to the person."""
    return say(lang, f"outcomes.{decision.rule}.{decision.outcome}")


def answered(parameter: str, area: str = "nation", *, on: date = TODAY, **scope: Any) -> Found | Unknown:
    """What the policy answers in a place on a day for somebody."""
    return POLICY.find(parameter, area, on=on, scope=scope)


def value(parameter: str, area: str = "nation", *, on: date = TODAY, **scope: Any) -> Any:
    """The value the policy answers. Fails where nothing is known."""
    found = answered(parameter, area, on=on, **scope)
    assert isinstance(found, Found), f"{parameter} of {area} is not known"
    return found.value


def record(parameter: str, area: str = "nation", *, on: date = TODAY, **scope: Any) -> Fact:
    """The record an answer rests on, a record that says "unknown" included."""
    [fact_id] = answered(parameter, area, on=on, **scope).fact_ids
    return POLICY.fact(fact_id)


@cache
def said(*words: str, lang: Lang = "en") -> str:
    """What the command line answers; it must end well."""
    result = _answer(words, lang)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str, lang: Lang = "en") -> str:
    """What the command line answers where it must refuse."""
    result = _answer(words, lang)
    assert result.exit_code == 1, result.output
    return result.output


def _answer(words: tuple[str, ...], lang: Lang) -> Result:
    return CliRunner().invoke(main, words, env={"LC_ALL": LOCALES[lang]})


def told(*words: str) -> Any:
    """The same as data."""
    return json.loads(said(*words, "--json"))


MOVER = {
    "--from": "曲靖",
    "--to": "成都",
    "--on": "2026-11-23",
    "--from-scheme": "310",
    "--to-scheme": "310",
    "--status": "stopped",
    "--stopped-on": "2026-09-30",
    "--joined-on": "2026-11-01",
    "--balance": "3208.55",
}
"""An employee who left 曲靖 in September and is insured in 成都 since November."""


def guide(*topics: str, without: tuple[str, ...] = (), **changed: str) -> dict[str, list[dict[str, Any]]]:
    """What the guide answers a mover: topic → sentences as data. ``changed``: options, ``_`` for ``-``."""
    options = {**MOVER, **{f"--{name.replace('_', '-')}": given for name, given in changed.items()}}
    words = [word for name, given in options.items() if name not in without for word in (name, given)]
    wanted = [word for topic in topics for word in ("--want", topic)]
    answer = told("guide", *words, *wanted)
    assert isinstance(answer["topics"], dict)
    return answer["topics"]


def texts(sentences: list[dict[str, Any]]) -> list[str]:
    """What they say."""
    return [one["text"] for one in sentences]

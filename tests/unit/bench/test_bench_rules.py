"""What `jiexu bench rules` times is what it says: distinct people, whole decisions, whole answers."""

import json
from datetime import date

from jiexu.bench.rules import BLOCK, Timed, askers, guide_loop, measure, our_loop, taking_turns
from jiexu.bench.rules_report import rules_json, rules_lines
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.answer import Guide
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.texts import LANGS
from jiexu.wording.guide import Words, as_json

POLICY = shipped_policy()
LOOKED_UP: list[str] = []


class Watched(Policy):
    """The same policy, which remembers what was looked up in it."""

    def find(self, parameter: str, area: str | None = None, **asked: object) -> Found | Unknown:
        LOOKED_UP.append(parameter)
        return super().find(parameter, area, **asked)  # type: ignore[arg-type]  # handed on as it came


def rendered(guide: Guide) -> object:
    return as_json(guide, Words("zh", POLICY.parameters))


def test_no_two_people_ask_the_same() -> None:
    asking = askers(3_000, 1, POLICY)
    assert len({(who.birth, who.area, who.on) for who in asking}) == 3_000
    assert len({who.birth for who in asking}) == 3_000
    assert len({who.area for who in asking}) > 90
    assert asking == askers(3_000, 1, POLICY) != askers(3_000, 2, POLICY)


def test_a_decision_looks_up_five_facts_and_gives_three_reasons_in_words() -> None:
    watched = Watched(POLICY.parameters, POLICY.facts, POLICY.digest, POLICY.channels)
    loop = our_loop(watched)
    for who in askers(BLOCK, 1, POLICY):
        LOOKED_UP.clear()
        told = json.loads(loop(who))
        assert len(LOOKED_UP) >= 5
        assert {reason["rule"] for reason in told["reasons"]} == {"R-079", "R-081", "R-082"}
        assert all(reason["says"] and reason["articles"] for reason in told["reasons"])
        assert date.fromisoformat(told["on"]) == who.on


def test_a_guide_answer_is_the_one_that_is_printed() -> None:
    told = [json.loads(guide_loop(POLICY, rendered)(who)) for who in askers(20, 1, POLICY)]
    said = [sentence for each in told for topic in each["topics"].values() for sentence in topic]
    assert all(sentence["text"] and sentence["rule"] for sentence in said)
    assert len(said) > 10 * len(told)
    assert len({(each["origin"], each["destination"]) for each in told}) > len(told) // 2


def test_every_loop_is_timed_for_every_person() -> None:
    seen: list[int] = []
    timed = taking_turns({"one": lambda who: seen.append(who.number) or b""}, askers(2 * BLOCK, 1, POLICY))
    assert seen == [*range(BLOCK), *range(2 * BLOCK)]  # the first block once more, to warm up
    assert len(timed["one"].each_us) == 2 * BLOCK


def test_rates_and_percentiles_are_plain_ones() -> None:
    timed = Timed("one", (1.0, 2.0, 3.0, 4.0))
    assert (timed.per_second, timed.us(50), timed.us(99)) == (400_000, 2.0, 4.0)


def test_the_report_says_the_same_in_both_languages() -> None:
    measured = measure(people=20, population=10_000, seed=1, render=rendered)
    told = rules_json(measured)
    assert (told["ratio"] is None) == (told["openfisca"] is None) == (told["openfisca_versions"] is None)
    for lang in LANGS:
        said = "\n".join(rules_lines(measured, lang))
        assert str(told["decision"]["p50_us"]) in said
        assert str(told["population_per_second"]) in said

"""The shipped policy: every fact reachable at every time, every citation a known document, every word with a text."""

import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.facts import cite, load_policy, shipped_policy, shipped_sources
from jiexu.gateways.policyfiles.refusals import shipped_refusals
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Fact, FactStatus, somebody
from jiexu.rules.policy import Found
from jiexu.rules.registry import RULES
from jiexu.texts import LANGS, catalogue, say

SMALL = Path(__file__).parent / "small"
POLICY = shipped_policy()
MONTHS = [date(year, month, 1) for year in range(2010, 2031) for month in range(1, 13)]
GROUPS = ("man", "woman_55", "woman_50")


def edges(facts: Iterable[Fact]) -> set[date]:
    """Every first and last day, and the days around them."""
    ends = {end for fact in facts for end in (fact.start, fact.until, fact.known_since) if end is not None}
    return {end + timedelta(days=days) for end in ends for days in (-1, 0, 1)}


def test_no_day_at_the_edge_of_a_record_is_answered_twice_for_anybody() -> None:
    """Nobody's amount is asserted: two records for one question would raise, a hole answers that nothing is known."""
    asked = 0
    for (parameter, area), facts in POLICY.facts.items():
        people = [somebody(fact.scope) for fact in facts]
        for on in edges(facts):
            for given in people:
                POLICY.find(parameter, area, on=on, scope=given)
                asked += 1
    assert asked > 10_000


def test_every_record_answers_whom_it_is_about_on_its_first_and_last_day() -> None:
    for facts in POLICY.facts.values():
        for fact in facts:
            if fact.status is FactStatus.DRAFT or fact.withdrawn:
                continue
            for on in (fact.start, fact.until or fact.start):
                answer = POLICY.find(fact.parameter, fact.area, on=on, scope=somebody(fact.scope))
                assert answer.fact_ids == (fact.id,), f"{fact.id} on {on} is answered by {answer.fact_ids}"


def test_the_legal_clocks_have_no_hole_since_september_2016() -> None:
    for month in MONTHS:
        if month >= date(2016, 9, 1):
            old = POLICY.find("handling.old_stage_days", on=month)
            new = [POLICY.find(f"handling.transfer_{way}_days", on=month) for way in ("out", "in")]
            assert isinstance(old, Found) != isinstance(new[0], Found), month
            assert isinstance(new[0], Found) == isinstance(new[1], Found), month


def test_the_national_limits_are_ten_and_five() -> None:
    answers = [POLICY.find(f"handling.transfer_{way}_days", on=date(2026, 11, 23)) for way in ("out", "in")]
    assert [(one.value, one.confidence) for one in answers if isinstance(one, Found)] == [
        (10, Confidence.HIGH),
        (5, Confidence.HIGH),
    ]


def test_the_retirement_rule_is_whole_since_1978() -> None:
    for month in MONTHS:
        for group in GROUPS:
            for name in ("old_age", "cap"):
                assert isinstance(POLICY.find(f"retirement.{name}", on=month, scope={"group": group}), Found)


def test_every_promise_is_at_least_a_day_and_ours() -> None:
    promises = [facts for (name, _), facts in POLICY.facts.items() if name.startswith("promise.")]
    assert len(promises) >= 16
    for [fact] in promises:
        assert fact.sources == ("ours",)
        assert isinstance(fact.value, int)
        assert fact.value >= 1


def test_a_memory_is_never_high() -> None:
    """What nobody read cannot be sure."""
    weak = {key for key, source in shipped_sources().items() if source.seen in {"memory", "farm"}}
    for facts in POLICY.facts.values():
        for fact in facts:
            assert not (set(fact.sources) <= weak and fact.confidence is Confidence.HIGH), fact.id


def test_every_article_a_rule_or_refusal_cites_stands_in_a_known_document() -> None:
    cited = {article for entry in RULES.values() for article in entry.rule.articles}
    cited |= {article for refusal in shipped_refusals().values() for article in refusal.articles}
    for reference in cited:
        assert reference.partition(":")[0] in shipped_sources(), reference
        assert all(cite(lang, reference) for lang in LANGS)


def test_article_numbers_that_were_not_read_are_said_to_be_unverified() -> None:
    assert "未核对" in cite("zh", "nhsa-2021-43:7")
    assert "未核对" not in cite("zh", "nhsa-2021-43:2")
    assert cite("en", "sil:32") == "Social Insurance Law (主席令第35号（2018年修正）), article 32"


def test_every_rule_and_every_word_it_answers_with_has_a_text() -> None:
    for entry in RULES.values():
        for lang in LANGS:
            assert say(lang, entry.rule.title)  # type: ignore[arg-type]  # LANGS are the languages
            assert all(say(lang, f"rules.O_{word}") for word in entry.rule.outcomes)
    words = {word for entry in RULES.values() for word in entry.rule.outcomes}
    unused = {key for key in catalogue("rules") if key.startswith("O_")} - {f"O_{word}" for word in words}
    assert unused == set()


def test_every_promise_but_the_credit_has_a_name() -> None:
    names = {name for name, _ in POLICY.facts if name.startswith("promise.")} - {"promise.credit"}
    assert names <= set(catalogue("rules"))


def test_every_refusal_says_why_and_what_to_do() -> None:
    for refusal in shipped_refusals().values():
        for lang in LANGS:
            assert say(lang, refusal.sentence)
            assert say(lang, refusal.cure)
    assert len(catalogue("refusals")) == 2 * len(shipped_refusals())


def test_the_digest_names_the_content_of_the_records(tmp_path: Path) -> None:
    assert len(POLICY.digest) == 64
    folder = copytree(SMALL, tmp_path / "policy")
    before = load_policy(folder).digest
    assert load_policy(SMALL).digest == before
    for name, old, new in (
        ("320500.yaml", "value: 5", "value: 6"),
        ("320500.yaml", "confidence: high", "confidence: high, note: told otherwise"),
        ("channels.yaml", "热线", "电话"),
        ("refusals.yaml", "national", "local"),
        ("parameters.yaml", "[STAY, REMIT]", "[REMIT, STAY]"),
    ):
        text = (SMALL / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
        assert load_policy(folder).digest != before, name
        (folder / name).write_text(text, encoding="utf-8")


def test_the_digest_is_the_same_in_every_process() -> None:
    """Sets and dictionaries are ordered before they are hashed: another hash seed gives the same digest."""
    code = "from jiexu.gateways.policyfiles.facts import load_policy; import sys, pathlib; print(load_policy(pathlib.Path(sys.argv[1])).digest)"
    said = subprocess.run(
        [sys.executable, "-c", code, str(policy_folder())],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "1"},
    ).stdout.strip()
    assert said == POLICY.digest

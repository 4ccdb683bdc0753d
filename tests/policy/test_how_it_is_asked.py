"""How the rules ask the policy, over all readable cases: of a place or of the nation, and what they tell of the person.

``asked.yaml`` holds it, a line for each parameter. While a case runs, a question that is asked otherwise fails it
(``policy.given``): a rule that forgets the place would be answered by the nation where a place says something else.
Written by ``python tests/policy/test_how_it_is_asked.py`` from the cases, and read before it is committed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import fields
from datetime import date

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.facts import Given
from jiexu.rules.policy import NOTHING, Found, Policy, Unknown
from policy import test_calculations, test_other_systems, test_rules_yaml
from policy.cases import run
from policy.given import ASKED, asked

HEAD = "# Written by tests/policy/test_how_it_is_asked.py from the cases: whom a parameter is asked of, and at least which axes are told.\n"
OF = {True: "nation", False: "place"}
questions: list[tuple[str, bool, frozenset[str]]] = []
"""What was asked since it was emptied: the parameter, whether of the nation, and the axes told."""


class Heard(Policy):
    """The policy, which remembers what it is asked."""

    def find(
        self,
        parameter: str,
        area: str | None = None,
        *,
        on: date,
        scope: Given = NOTHING,
        known_on: date | None = None,
    ) -> Found | Unknown:
        questions.append((parameter, area is None, frozenset(scope)))
        return super().find(parameter, area, on=on, scope=scope, known_on=known_on)


def as_asked(heard: Iterable[tuple[str, bool, frozenset[str]]]) -> dict[str, dict[str, list[str]]]:
    """By parameter, whom it is asked of, and what is told whenever it is."""
    of: dict[str, set[str]] = {}
    tells: dict[str, frozenset[str]] = {}
    for parameter, nation, told in heard:
        of.setdefault(parameter, set()).add(OF[nation])
        tells[parameter] = tells.get(parameter, told) & told
    return {name: {"of": sorted(of[name]), "tells": sorted(tells[name])} for name in sorted(of)}


def all_cases() -> dict[str, dict[str, list[str]]]:
    questions.clear()
    policy = Heard(**{one.name: getattr(shipped_policy(), one.name) for one in fields(Policy) if one.init})
    for case in test_rules_yaml.CASES:
        test_rules_yaml.run(case, policy)
    for case in test_other_systems.ANSWERED:
        run(case, policy)
    for case in test_calculations.CASES:
        if "refused" not in case:
            test_calculations.work(case, policy)
    return as_asked(questions)


def test_every_parameter_is_asked_for_as_recorded() -> None:
    assert all_cases() == asked()


def test_what_is_recorded_tells_a_forgotten_place_and_a_forgotten_axis() -> None:
    assert as_asked(
        [("limit", False, frozenset({"sex", "payer"})), ("limit", False, frozenset({"sex"}))]
    ) == {"limit": {"of": ["place"], "tells": ["sex"]}}
    assert asked()["ee.retire.total_years"]["of"] == ["place"]
    assert "sex" in asked()["ee.retire.total_years"]["tells"]
    assert asked()["handling.transfer_out_days"]["of"] == ["nation"]


def write() -> None:
    lines = [
        f"{name}: {{of: [{', '.join(how['of'])}], tells: [{', '.join(how['tells'])}]}}\n"
        for name, how in all_cases().items()
    ]
    ASKED.write_text(HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(write())

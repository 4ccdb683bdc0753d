"""No fact lies idle: a rule reads it, the guide tells it, or it is listed with why only the page of its area shows it."""

import ast
from pathlib import Path

import yaml

import jiexu.guide
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.overview import PROMISE
from jiexu.rules.registry import RULES

PARAMETERS = {name for name in shipped_policy().parameters if not name.startswith(PROMISE)}
"""All but our own promises, which the shell reads for deadlines."""
LISTED = yaml.safe_load((Path(__file__).parent / "area_page_only.yaml").read_text(encoding="utf-8"))


def read_by_the_guide() -> set[str]:
    """Parameters the guide asks the policy for by name."""
    [folder] = jiexu.guide.__path__
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in Path(folder).glob("*.py"))
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in PARAMETERS
    }


def test_every_parameter_is_read_by_a_rule_or_told_by_the_guide_or_listed_with_a_reason() -> None:
    told = {name for entry in RULES.values() for name in entry.rule.parameters} | read_by_the_guide()
    assert set(LISTED) == PARAMETERS - told
    assert all(len(why) > 20 for why in LISTED.values())

"""Every text that code asks for by name exists, and is given all the data it names."""

from __future__ import annotations

import ast
from pathlib import Path

from jiexu.texts import catalogue, places, topics
from tidy.tree import ROOT, SOURCE

ASKS_CLI = {"text", "tell", "NodeTroubleError"}
"""In cli and gateways/postgres these take a key of texts/cli.yaml; ``tell`` in cases speaks notices and has its own test."""
SPEAKS_CLI = ("cli", "gateways/postgres")


def asked_for(file: Path) -> list[tuple[ast.Call, ast.expr, str]]:
    """Calls that name a text: the call, the key as written, and the topic that stands before it (or nothing)."""
    inside = file.relative_to(SOURCE).as_posix()
    found = []
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name == "say" and len(call.args) > 1:
            found.append((call, call.args[1], ""))
        elif name in ASKS_CLI and call.args and inside.startswith(SPEAKS_CLI):
            found.append((call, call.args[0], "cli."))
    return found


def keys(node: ast.expr) -> list[str]:
    """The keys an expression can be, as far as they are written out; a key in parts ends in ``*``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*keys(node.body), *keys(node.orelse)]
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        return [f"{node.values[0].value}*"]
    return []


def given(call: ast.Call) -> set[str] | None:
    """Names of the data a call gives, or None where they are passed on unseen."""
    if any(word.arg is None for word in call.keywords):
        return None
    tables = [arg for arg in call.args[1:] if isinstance(arg, ast.Dict)]
    names = {key.value for table in tables for key in table.keys if isinstance(key, ast.Constant)}
    unseen = any(isinstance(arg, ast.Name | ast.Call | ast.Attribute) for arg in call.args[1:]) and not tables
    return None if unseen else {str(name) for name in names} | {str(word.arg) for word in call.keywords}


def trouble(call: ast.Call, key: str) -> str | None:
    """What is wrong with asking for this text, if anything."""
    topic, _, name = key.partition(".")
    if topic.endswith("*"):
        return None
    if topic not in topics():
        return f"there is no catalogue src/jiexu/texts/{topic}.yaml"
    if name.endswith("*"):
        begins = any(text.startswith(name[:-1]) for text in catalogue(topic))
        return None if begins else f"no text of {topic}.yaml begins with {name[:-1]!r}"
    if name not in catalogue(topic):
        return f"{key!r} is not in src/jiexu/texts/{topic}.yaml"
    data = given(call)
    missing = set() if data is None else places(catalogue(topic)[name]["en"]) - data
    return f"{key!r} names {sorted(missing)}, which the call does not give" if missing else None


def test_every_text_asked_for_exists_and_gets_its_data() -> None:
    asked = [(file, *each) for file in sorted(SOURCE.rglob("*.py")) for each in asked_for(file)]
    assert len(asked) > 50, "hardly a text is asked for: this test looks for the wrong words"
    wrong = [
        f"{file.relative_to(ROOT)}:{call.lineno}: {why}"
        for file, call, written, topic in asked
        for key in keys(written)
        if (why := trouble(call, f"{topic}{key}"))
    ]
    assert not wrong, "\n".join(wrong)

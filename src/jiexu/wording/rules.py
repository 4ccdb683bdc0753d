"""A numbered rule as people read it: on what ground it stands, how sure it is, and where the code applies it."""

from __future__ import annotations

from jiexu.rules.registry import Entry
from jiexu.texts import Lang, say


def code_of(entry: Entry) -> str:
    """Where the rule is applied: ``rules/gaps.py employee_gap``."""
    module = entry.apply.__module__.removeprefix("jiexu.").replace(".", "/")
    return f"{module}.py {entry.apply.__name__}"


def sure_words(entry: Entry, lang: Lang) -> str:
    """Law, inference or our own design, and how sure."""
    ground = say(lang, f"web.basis.{entry.rule.basis.value}")
    return f"{ground} · {say(lang, f'policy.confidence.{entry.rule.confidence.value}')}"

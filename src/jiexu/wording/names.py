"""What a paper, office, scheme or measure is called today, and its other names, in words and as data."""

from __future__ import annotations

from typing import Any

from jiexu.gateways.policyfiles.names import Named
from jiexu.texts import Lang, say
from jiexu.wording.policy import source_title


def name_lines(one: Named, lang: Lang) -> list[str]:
    """Its name now with how sure that is, its other names, until when it was in force, and who says so."""
    sure = say(lang, f"policy.confidence.{one.confidence.value}")
    kind = say(lang, f"policy.name_kind.{one.kind}")
    lines = [say(lang, "policy.name_today", name=one.today[lang], kind=kind, sure=sure)]
    lines.append("    " + say(lang, "policy.name_also", names="、".join(one.also)))
    if one.until is not None:
        lines.append("    " + say(lang, "policy.name_until", day=one.until))
    return [*lines, *(f"    {source_title(key, lang)}" for key in one.sources)]


def named_as_json(one: Named) -> dict[str, Any]:
    """The same as data."""
    return {
        "key": one.key,
        "kind": one.kind,
        "today": dict(one.today),
        "also": list(one.also),
        "until": one.until,
        "sources": list(one.sources),
        "confidence": one.confidence.value,
        "note": one.note,
    }

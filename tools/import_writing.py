"""Writes records as policy files hold them, one a line, and the report of an import."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff ()/%+.;>，。、；（）〔〕《》“”-]*")
LOOKS_OTHERWISE = re.compile(r"(?:true|false|yes|no|on|off|null|~|\d.*)", re.IGNORECASE)
MADE = "# Made by tools/import_regions.py from research notes of 2026-11-21; do not edit. How to correct: docs/decisions/0020.\n"


def flow(value: Any) -> str:
    """A value on one line, as YAML."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return _text(value) if isinstance(value, str) else str(value)


def _text(value: str) -> str:
    plain = PLAIN.fullmatch(value) and not LOOKS_OTHERWISE.fullmatch(value) and not value.endswith(" ")
    return value if plain else json.dumps(value, ensure_ascii=False)


def area_file(area: str, name: str, records: Mapping[str, Iterable[Mapping[str, Any]]]) -> str:
    """One file of records."""
    lines = [MADE, f"area: {flow(area)}\n", f"name: {name}\n", "records:\n"]
    for parameter, held in records.items():
        lines.append(f"  {parameter}:\n")
        for record in held:
            rivals = record.get("rival", [])
            rest = {key: value for key, value in record.items() if key != "rival"}
            if not rivals:
                lines.append(f"    - {flow(rest)}\n")
                continue
            lines += [
                f"    - {line}" if n == 0 else f"      {line}"
                for n, line in enumerate(f"{key}: {flow(value)}\n" for key, value in rest.items())
            ]
            lines.append("      rival:\n")
            lines += [f"        - {flow(rival)}\n" for rival in rivals]
    return "".join(lines)


def keyed_file(entries: Mapping[str, Mapping[str, Any]]) -> str:
    """One file of named things, such as sources or channels."""
    parts = [MADE]
    for key, entry in entries.items():
        parts.append(f"{key}:\n" + "".join(f"  {name}: {flow(value)}\n" for name, value in entry.items()))
    return "".join(parts)

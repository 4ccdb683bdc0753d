"""The pages the research notes rest on, as sources in our form."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from import_reading import Notes, source_key

SEEN = {
    "popular": "article", "seo": "farm", "portal": "portal", "media": "news", "repo": "repository",
    "mirror": "mirror", "gov": "official",
}  # fmt: skip
ARTICLES = {
    "article 000": ("云南曲靖医保转移（2025-05-22）", "transfer in Qujing, Yunnan (2025-05-22)"),
    "article 001": ("跨省医疗保险转移流程（2023-04-12）", "how to transfer across provinces (2023-04-12)"),
    "article 002": ("离职后医保里的钱转移指南（2025-06）", "moving the money after leaving a job (2025-06)"),
    "article 003": ("医保转移后原来医保卡里的钱怎么办（2025-04）", "the money on the old card (2025-04)"),
    "article 004": ("2025年医保转移红利（2025）", "benefits of transfer in 2025 (2025)"),
}
"""The popular articles people have read before they ask; named by what they are about."""
UNADDRESSED = "excerpt without address: "
FULL_DAY = re.compile(r"(?<!\d)(20[12]\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?!\d)")


def sources_of(notes: Notes) -> dict[str, dict[str, Any]]:
    """Every page of the notes in our form; the day is the one its address or note carries."""
    return {source_key(old): _source(said) for old, said in sorted(notes.sources.items())}


def _source(said: dict[str, str]) -> dict[str, Any]:
    address = next(iter(re.findall(r"https?://\S+", said["ref"])), None)
    host = re.sub(r"^(?:www|m|wap)\.", "", address.split("/")[2]) if address else ""
    of_host = (
        (f"{host} 网页", f"Page on {host}")
        if host
        else ("无地址的网页或数据", "Page or data without address")
    )
    chinese, english = ARTICLES.get(said["ref"], of_host)
    cited = re.search(r"cit(?:es|ing) (.+)", said["ref"])
    note = said.get("note", "") or (cited.group(0) if cited else "")
    return {
        "title": {"zh": chinese, "en": english},
        "number": None,
        "issuer": None,
        "published": None if said["kind"] == "repo" else _day(f"{chinese} {said['ref']} {note}"),
        "seen": SEEN[said["kind"]],
        "evidence": ["regions.yaml"],
        **({"address": address.rstrip(",")} if address else {}),
        **({"note": note} if note else {}),
    }


def _day(text: str) -> date | None:
    found = FULL_DAY.search(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None

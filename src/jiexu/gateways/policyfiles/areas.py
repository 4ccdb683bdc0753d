"""Reads divisions and pooling areas from ``policy/areas``: divisions.csv and pools.yaml."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jiexu.gateways.policyfiles import policy_folder
from jiexu.gateways.policyfiles.marked import Flaw, Marked, PolicyFileError, read
from jiexu.values.areas import (
    Areas,
    Division,
    Level,
    Pool,
    PoolDefault,
    PoolMap,
    PoolStatus,
    Several,
    make_areas,
)

COLUMNS = (
    "code", "name", "level", "parent_code", "from_year", "until_year", "successors", "successors_basis",
    "pinyin", "initials", "short_name", "english",
)  # fmt: skip
MADE_AGAIN = "Make the file again with tools/make_areas.py."
DATED = ("from", "until", "source", "confidence", "status")
PARTS = ("pooling_began", "sources", "defaults", "pools", "several", "no_pool")
CONFIDENCES = ("high", "medium", "low")


@cache
def areas() -> Areas:
    """The areas shipped with this version, read once."""
    return load_areas(policy_folder() / "areas")


def load_areas(folder: Path) -> Areas:
    """The areas in a folder. Raises PolicyFileError listing every flaw with file, line and cure."""
    divisions, flaws = _divisions(folder / "divisions.csv")
    known, more = _pool_map(folder / "pools.yaml", {row.code: row for row in divisions})
    if flaws or more:
        raise PolicyFileError(flaws + more)
    return make_areas(divisions=divisions, known=known)


def _divisions(file: Path) -> tuple[list[Division], list[Flaw]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PolicyFileError([Flaw(str(file), 0, "The file is missing.", MADE_AGAIN)]) from None
    lines = list(csv.reader(text.splitlines()))
    if not lines or tuple(lines[0]) != COLUMNS:
        raise PolicyFileError([Flaw(str(file), 1, f"The columns are not {','.join(COLUMNS)}.", MADE_AGAIN)])
    rows: list[tuple[int, Division]] = []
    flaws: list[Flaw] = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            rows.append((number, _division(line)))
        except (ValueError, KeyError) as error:
            flaws.append(Flaw(str(file), number, f"The line is not understood ({error}).", MADE_AGAIN))
    return [row for _, row in rows], flaws + _between_rows(file, rows)


def _division(line: list[str]) -> Division:
    cells = dict(zip(COLUMNS, line, strict=True))
    return Division(
        code=cells["code"],
        name=cells["name"],
        short_name=cells["short_name"],
        level=Level(cells["level"]),
        parent=cells["parent_code"],
        from_year=int(cells["from_year"]),
        until_year=int(cells["until_year"]) if cells["until_year"] else None,
        successors=tuple(cells["successors"].split(";")) if cells["successors"] else (),
        pinyin=cells["pinyin"],
        english=cells["english"],
    )


def _between_rows(file: Path, rows: list[tuple[int, Division]]) -> list[Flaw]:
    """Periods of one code must not overlap; parents and successors must exist."""
    flaws = []
    codes = {row.code for _, row in rows}
    periods: defaultdict[str, list[Division]] = defaultdict(list)
    for number, row in rows:
        overlapping = [
            other
            for other in periods[row.code]
            if row.from_year < (other.until_year or row.from_year + 1)
            and other.from_year < (row.until_year or other.from_year + 1)
        ]
        periods[row.code].append(row)
        if overlapping:
            flaws.append(
                Flaw(
                    str(file), number, f"{row.code} stands twice for the same years.", "Keep one of the rows."
                )
            )
        missing = [code for code in (row.parent, *row.successors) if code and code not in codes]
        if missing:
            flaws.append(
                Flaw(
                    str(file), number, f"{row.code} names {', '.join(missing)}, which no row has.", MADE_AGAIN
                )
            )
    return flaws


def _pool_map(file: Path, divisions: dict[str, Division]) -> tuple[PoolMap, list[Flaw]]:
    loaded = read(file)
    missing = [key for key in PARTS if key not in loaded]
    if missing:
        return PoolMap(began=0), [
            Flaw(str(file), 1, f"No {', '.join(missing)}.", "Write it; a list may be empty.")
        ]
    flaws: list[Flaw] = []
    for key in ("defaults", "pools", "several", "no_pool"):
        for record in loaded.get(key, []):
            flaws += _record_flaws(file, record, loaded, divisions)
    if flaws:
        return PoolMap(began=0), flaws
    pools = [(record.line, _pool(record, divisions)) for record in loaded["pools"]]
    known = PoolMap(
        began=loaded["pooling_began"]["year"],
        pools=tuple(pool for _, pool in pools),
        defaults=tuple(
            PoolDefault(
                level=Level(r["level"]),
                source=r["source"],
                confidence=r["confidence"],
                status=PoolStatus(r["status"]),
            )
            for r in loaded["defaults"]
        ),
        several=tuple(_several(record) for record in loaded["several"]),
        no_pool=frozenset(record["division"] for record in loaded["no_pool"]),
        names_that_ask=frozenset(loaded.get("names_that_ask", [])),
        other_names=tuple((r["name"], r["code"]) for r in loaded.get("other_names", [])),
    )
    return known, _between_pools(file, pools, known, divisions)


def _record_flaws(file: Path, record: Marked, loaded: Marked, divisions: dict[str, Division]) -> list[Flaw]:
    """What is wrong with one dated record by itself."""
    wrong: list[tuple[str, str]] = []
    missing = [key for key in DATED if key not in record]
    if missing:
        return [
            Flaw(
                str(file),
                record.line,
                f"The record has no {', '.join(missing)}.",
                "Write it; `unknown` or null is allowed for days.",
            )
        ]
    if record["source"] not in loaded.get("sources", {}):
        wrong.append((f"The source {record['source']!r} is not listed.", "Add it under `sources`."))
    if record["confidence"] not in CONFIDENCES:
        wrong.append(
            (
                f"Confidence {record['confidence']!r} is no word of the scale.",
                f"Write one of {', '.join(CONFIDENCES)}.",
            )
        )
    if record["status"] not in list(PoolStatus):
        wrong.append((f"Status {record['status']!r} is not known.", f"Write one of {', '.join(PoolStatus)}."))
    for key, none in (("from", "unknown"), ("until", None)):
        if record[key] != none and not isinstance(record[key], date):
            wrong.append(
                (f"{key}: {record[key]!r} is no day.", f"Write a day as 2026-01-31, or {none or 'null'}.")
            )
    division = record.get("division", "none")
    if division != "none" and division not in divisions:
        wrong.append(
            (f"No division has the code {division!r}.", "Write a code of divisions.csv in quotes, or none.")
        )
    return [Flaw(str(file), record.line, what, cure) for what, cure in wrong]


def _days(record: Marked) -> dict[str, Any]:
    return {"since": None if record["from"] == "unknown" else record["from"], "until": record["until"]}


def _pool(record: Marked, divisions: dict[str, Division]) -> Pool:
    division = divisions.get(record["division"])
    name = record.get("name") or (division.name if division else record["code"])
    province = division.province if division else record.get("province", "none")
    return Pool(
        code=record["code"],
        division=division.code if division else None,
        province=None if province == "none" else province,
        kind=record.get("kind") or _kind(division),
        name=name,
        short_name=record.get("short_name") or (division.short_name if division else name),
        name_en=record.get("english") or (division.name_en if division else name),
        source=record["source"],
        confidence=record["confidence"],
        status=PoolStatus(record["status"]),
        names=tuple(record.get("names", [])),
        **_days(record),
    )


def _kind(division: Division | None) -> str:
    if division is None:
        return "fund"
    return (
        "municipality"
        if division.level is Level.PROVINCE and division.name.endswith("市")
        else division.level.value
    )


def _several(record: Marked) -> Several:
    return Several(
        pool=record["pool"], also=tuple(record["also"]), question=record["question"], **_days(record)
    )


def _between_pools(
    file: Path, pools: list[tuple[int, Pool]], known: PoolMap, divisions: dict[str, Division]
) -> list[Flaw]:
    """Nobody may stand in two records at once, and every code named must be a pool."""
    flaws = []
    for place, (line, pool) in enumerate(pools):
        for _, other in pools[:place]:
            if _nested(pool, other, divisions) and _overlap(pool, other):
                what = f"{pool.code} {pool.name} and {other.code} {other.name} hold on the same days."
                flaws.append(
                    Flaw(str(file), line, what, "End the older record on the first day of the newer.")
                )
    codes = {pool.code for _, pool in pools}
    for rule in known.several:
        unknown = [code for code in (rule.pool, *rule.also) if code not in codes]
        if unknown:
            what = f"`several` names {', '.join(unknown)}, which `pools` does not list."
            flaws.append(Flaw(str(file), 0, what, "Add a record under `pools`."))
    return flaws


def _nested(a: Pool, b: Pool, divisions: dict[str, Division]) -> bool:
    """Whether one of two pools is the other, or lies inside it."""
    if a.division is None or b.division is None:
        return a.code == b.code
    inside_a, inside_b = divisions[a.division], divisions[b.division]
    return (
        a.code == b.code
        or b.division in {inside_a.parent, inside_a.province}
        or a.division in {inside_b.parent, inside_b.province}
    )


def _overlap(a: Pool, b: Pool) -> bool:
    first, last = date.min, date.max
    return (a.since or first) < (b.until or last) and (b.since or first) < (a.until or last)

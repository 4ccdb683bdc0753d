"""From what people write to the place and the parameter they mean."""

from __future__ import annotations

import difflib
from datetime import date

from jiexu.cli.common import Refused, lang
from jiexu.gateways.policyfiles.areas import areas
from jiexu.rules.overview import law
from jiexu.rules.policy import NATION, Parameter, Policy
from jiexu.texts import LANGS, Lang, say
from jiexu.values.areas import Ask, Found, Level, NotFound
from jiexu.wording.policy import parameter_name, word

NATION_NAMES = {NATION, "全国", "国家", "national"}


def named(held: Policy, text: str) -> Parameter:
    """The parameter of a name, in code or as people read it. Raises Refused with what is near."""
    every = {parameter.name: parameter for parameter in law(held)}
    readable = {parameter_name(name, speaks): name for name in every for speaks in LANGS}
    name = text if text in every else readable.get(text)
    if name is None:
        near = difflib.get_close_matches(text, [*every, *readable], n=5, cutoff=0.4)
        near += [each for each in (*every, *readable) if text in each and each not in near][:5]
        raise Refused(word(lang(), "no_parameter", text=text, near=", ".join(near)))
    return every[name]


def place(held: Policy, text: str, on: date) -> str:
    """The code of a place with policy: the nation, a province, a pooling area, by code, name, old name or pinyin."""
    if text in NATION_NAMES:
        return NATION
    recorded = {area for _, area in held.facts}
    if text in recorded:
        return text
    province = _province(text)
    found = areas().find(text, on)
    if isinstance(found, Found):
        return found.pool.code
    if province is not None:
        return province
    raise Refused(_asked(found, text, lang()))


def known_places() -> set[str]:
    """Every code a policy file may be for: the nation, provinces, and pooling areas of any time."""
    provinces = {row.code for row in areas().divisions() if row.level is Level.PROVINCE}
    return {NATION, *provinces, *(pool.code for pool in areas().pools())}


def _province(text: str) -> str | None:
    key = text.strip().lower().replace(" ", "")
    for row in areas().divisions():
        names = {row.name, row.short_name, row.pinyin.replace(" ", "").lower(), row.name_en.lower()}
        if row.level is Level.PROVINCE and row.until_year is None and key in names:
            return row.code
    return None


def _asked(found: Ask | NotFound, text: str, speaks: Lang) -> str:
    if isinstance(found, Ask):
        question, matches = say(speaks, f"areas.{found.question_key}", text=text), found.matches
    else:
        question, matches = say(speaks, f"areas.{found.reason}", text=text), found.suggestions
    pools = {match.pool.code: match.pool for match in matches}.values()
    offered = ", ".join(f"{pool.name if speaks == 'zh' else pool.name_en} {pool.code}" for pool in pools)
    return " ".join([question, *([say(speaks, "areas.did_you_mean", choices=offered)] if offered else [])])

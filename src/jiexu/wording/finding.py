"""From what people write to the place, the parameter and the rule they mean."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date

from jiexu.gateways.policyfiles.areas import areas
from jiexu.rules.overview import law
from jiexu.rules.policy import NATION, Parameter, Policy
from jiexu.rules.registry import RULES, Entry
from jiexu.texts import LANGS, Lang, say
from jiexu.values.areas import Ask, Division, Found, Level, NotFound, Pool
from jiexu.wording.policy import parameter_name, word

NATION_NAMES = {NATION, "全国", "国家", "national"}


class NoOnePlaceError(LookupError):
    """A text that means no place, or several. ``pools``: those that may be meant."""

    def __init__(self, found: Ask | NotFound, text: str) -> None:
        super().__init__(text)
        self.found, self.text = found, text
        matches = found.matches if isinstance(found, Ask) else found.suggestions
        self.pools: tuple[Pool, ...] = tuple({match.pool.code: match.pool for match in matches}.values())

    def question(self, lang: Lang) -> str:
        """What to decide, or what is wrong."""
        key = self.found.question_key if isinstance(self.found, Ask) else self.found.reason
        return say(lang, f"areas.{key}", text=self.text)

    def sentence(self, lang: Lang) -> str:
        """The question with the places that may be meant."""
        offered = ", ".join(
            f"{pool.name if lang == 'zh' else pool.name_en} {pool.code}" for pool in self.pools
        )
        return " ".join(
            [self.question(lang), *([say(lang, "areas.did_you_mean", choices=offered)] if offered else [])]
        )


class NotNamedError(LookupError):
    """A text that names no parameter, or no rule. ``near``: names that are like it."""

    def __init__(self, text: str, near: Iterable[str]) -> None:
        super().__init__(text)
        self.text, self.near = text, tuple(near)


def place(held: Policy, text: str, on: date) -> str:
    """The code of a place with policy: the nation, a province, a pooling area, by code, name, old name or pinyin.

    Raises NoOnePlaceError.
    """
    if text in NATION_NAMES:
        return NATION
    if any(area == text for _, area in held.facts):
        return text
    found = areas().find(text, on)
    if isinstance(found, Found):
        return found.pool.code
    province = province_named(text)
    if province is not None:
        return province.code
    raise NoOnePlaceError(found, text)


def province_named(text: str) -> Division | None:
    """The province of today a text names, in Chinese, in pinyin or in English."""
    key = text.strip().lower().replace(" ", "")
    for row in areas().divisions():
        names = {row.name, row.short_name, row.pinyin.replace(" ", "").lower(), row.name_en.lower()}
        if row.level is Level.PROVINCE and row.until_year is None and key in names:
            return row
    return None


def known_places() -> set[str]:
    """Every code a policy file may be for: the nation, provinces, and pooling areas of any time."""
    provinces = {row.code for row in areas().divisions() if row.level is Level.PROVINCE}
    return {NATION, *provinces, *(pool.code for pool in areas().pools())}


def parameter(held: Policy, text: str) -> Parameter:
    """The parameter of a name, in code or as people read it. Raises NotNamedError with what is near."""
    every = {each.name: each for each in law(held)}
    readable = {parameter_name(name, speaks): name for name in every for speaks in LANGS}
    name = text if text in every else readable.get(text)
    if name is None:
        near = difflib.get_close_matches(text, [*every, *readable], n=5, cutoff=0.4)
        near += [each for each in (*every, *readable) if text in each and each not in near][:5]
        raise NotNamedError(text, near)
    return every[name]


def rule(written: str) -> Entry:
    """The entry of a rule, also where it is written ``56`` or ``r-56``. Raises NotNamedError with what is near."""
    name = written.strip().upper()
    digits = name.removeprefix("R-").removeprefix("R")
    entry = RULES.get(name) or RULES.get(f"R-{digits:0>3}")
    if entry is None:
        near = difflib.get_close_matches(name, RULES, n=3, cutoff=0.5)
        raise NotNamedError(written, near or list(RULES)[:3])
    return entry


def no_parameter(lang: Lang, error: NotNamedError) -> str:
    """The sentence for a parameter nobody knows."""
    return word(lang, "no_parameter", text=error.text, near=", ".join(error.near))


def no_rule(lang: Lang, error: NotNamedError) -> str:
    """The sentence for a rule nobody knows."""
    return say(lang, "rules.no_rule", text=error.text, near=", ".join(error.near))

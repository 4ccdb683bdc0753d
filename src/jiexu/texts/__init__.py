"""Every sentence people read, in Chinese and English, kept out of logic.

Texts stand in YAML files beside this module, one file a topic: ``key: {zh: ..., en: ...}`` with ``{name}``
places for data. Code names a text as ``topic.key``; text never decides anything.
"""

from __future__ import annotations

import string
from functools import cache
from importlib import resources
from typing import Literal

import yaml

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


class UnknownTextError(KeyError):
    """A text was asked for that no catalogue holds. Add it to ``src/jiexu/texts/<topic>.yaml`` in both languages."""


@cache
def catalogue(topic: str) -> dict[str, dict[str, str]]:
    """All texts of one topic: key → language → sentence."""
    file = resources.files(__name__).joinpath(f"{topic}.yaml")
    if not file.is_file():
        raise UnknownTextError(f"No text catalogue named {topic!r}; expected {topic}.yaml beside {__name__}.")
    loaded = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    return {str(key): {str(lang): str(text) for lang, text in langs.items()} for key, langs in loaded.items()}


def topics() -> list[str]:
    """Names of all catalogues, for the test that both languages say the same."""
    return sorted(
        entry.name.removesuffix(".yaml")
        for entry in resources.files(__name__).iterdir()
        if entry.name.endswith(".yaml")
    )


def say(lang: Lang, key: str, /, **data: object) -> str:
    """The sentence ``topic.key`` in a language, its places filled from ``data``.

    Raises UnknownTextError where the key is missing, KeyError where a place has no data.
    """
    topic, _, name = key.partition(".")
    try:
        text = catalogue(topic)[name][lang]
    except KeyError:
        raise UnknownTextError(
            f"No text {key!r} in language {lang!r}; add it to src/jiexu/texts/{topic}.yaml."
        ) from None
    return text.format_map(data) if data else text


def say_counted(lang: Lang, key: str, /, **data: object) -> str:
    """The sentence as ``say`` gives it, but of one thing where it counts one.

    Where ``topic.key_1`` stands beside it, the numbers counted are the places which that text leaves out; it is taken
    where each of them is 1. Raises as ``say`` does.
    """
    counted = _counted(key)
    if counted and all(str(data[place]) == "1" for place in counted):
        key = f"{key}_1"
    return say(lang, key, **data)


@cache
def _counted(key: str) -> frozenset[str]:
    """The places of a text that its ``_1`` leaves out; none where there is no such text."""
    topic, _, name = key.partition(".")
    texts = catalogue(topic)
    one = texts.get(f"{name}_1")
    return (
        frozenset()
        if one is None or name not in texts
        else frozenset(places(texts[name]["en"]) - places(one["en"]))
    )


def places(text: str) -> set[str]:
    """The names of the places in a text, for comparing languages."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}

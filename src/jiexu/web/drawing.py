"""The engine that draws pages: Jinja2, with all that a template may say (decision 68).

What a template names and nobody gave is empty: a page with a hole serves people better than none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.template.defaultfilters import default_if_none, linebreaksbr
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import json_script
from jinja2 import ChainableUndefined, Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from jiexu.texts import Lang
from jiexu.texts import say as say_text
from jiexu.web import applyfilters, filters, lawfilters, minefilters, openidfilters, pictures, words
from jiexu.web.guide import filters as guidefilters

SAY_IN_THE_READERS_LANGUAGE = (
    *filters.WORDS,
    *pictures.WORDS,
    *guidefilters.WORDS,
    *lawfilters.WORDS,
    *minefilters.WORDS,
    *applyfilters.WORDS,
    *openidfilters.WORDS,
)
"""Filters that know the page they stand on."""
CHANGE = (
    *filters.CHANGES,
    *pictures.CHANGES,
    *minefilters.CHANGES,
    default_if_none,
    json_script,
    linebreaksbr,
)
"""Filters of the value alone."""


@pass_context
def say(context: Context, key: str, **data: Any) -> str:
    """``{{ say("web.left", n=3) }}``: a sentence in the reader's language, its places filled from what is named."""
    lang = context["lang"]
    return say_text(lang, key, **data) if data else _fixed(lang, key)


@pass_context
def counted(context: Context, key: str, n: int) -> str:
    """``{{ counted("web.months", 3) }}``: a sentence about a number, with its own form for one."""
    return words.counted(context["lang"], key, n)


@lru_cache(maxsize=4096)
def url(name: str, *args: object) -> str:
    """``{{ url("desk_case", row.case_no) }}``: the address of a route. Raises NoReverseMatch where there is none."""
    address: str = reverse(name, args=args)
    return address


def environment(**options: Any) -> Environment:
    """What Django asks for to draw with Jinja2."""
    ours = {"autoescape": True, "undefined": ChainableUndefined}
    made = Environment(**(options | ours))  # noqa: S701  it is on: see the line above
    made.globals |= {"say": say, "counted": counted, "url": url, "static": static}
    made.globals |= {each.__name__: each for each in openidfilters.FUNCTIONS}
    made.filters |= {each.__name__: pass_context(each) for each in SAY_IN_THE_READERS_LANGUAGE}
    made.filters |= {each.__name__: each for each in CHANGE}
    return made


@lru_cache(maxsize=8192)
def _fixed(lang: Lang, key: str) -> Markup:
    """A sentence without data, escaped once."""
    return escape(say_text(lang, key))

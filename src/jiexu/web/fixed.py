"""The two tags most pages consist of, ``say`` and ``url``, so that what never changes is worked out once.

They are written as Django's own would be. A sentence without data is looked up and escaped once a language; an address is
put together once for what it leads to.
"""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.defaulttags import url as django_url
from django.urls import reverse
from django.utils.html import conditional_escape

from jiexu.texts import say as say_text

register = template.Library()


class Sentence(template.Node):  # type: ignore[misc]  # Django ships no types
    """``{% say "web.left" n=3 %}``, also ``as name``."""

    def __init__(self, key: FilterExpression, data: dict[str, FilterExpression], name: str) -> None:
        self.key, self.data, self.name = key, data, name
        self.is_fixed = not (data or key.is_var or key.filters)
        self.escaped: dict[str, str] = {}

    def render(self, context: template.Context) -> str:
        lang = context["lang"]
        if self.is_fixed and context.autoescape and not self.name:
            known = self.escaped.get(lang)
            if known is None:
                known = self.escaped[lang] = conditional_escape(say_text(lang, self.key.resolve(context)))
            return known
        data = {name: value.resolve(context) for name, value in self.data.items()}
        text = say_text(lang, self.key.resolve(context), **data)
        if self.name:
            context[self.name] = text
            return ""
        escaped: str = conditional_escape(text) if context.autoescape else text
        return escaped


class Address(template.Node):  # type: ignore[misc]  # Django ships no types
    """``{% url "desk_case" row.case_no %}``"""

    def __init__(self, name: FilterExpression, args: list[FilterExpression]) -> None:
        self.name, self.args = name, args

    def render(self, context: template.Context) -> str:
        address = _address(self.name.resolve(context), *[each.resolve(context) for each in self.args])
        escaped: str = conditional_escape(address) if context.autoescape else address
        return escaped


@lru_cache(maxsize=4096)
def _address(name: str, *args: object) -> str:
    address: str = reverse(name, args=args)
    return address


def say(parser: Parser, token: Token) -> template.Node:
    """A sentence in the reader's language, its places filled from what is named."""
    tag, *bits = token.split_contents()
    name = ""
    if bits[-2:-1] == ["as"]:
        *bits, _, name = bits
    key, *given = bits or [""]
    data = token_kwargs(given, parser)
    if given or not key:
        raise template.TemplateSyntaxError(f"{{% {tag} %}} is given a key, and data as name=value.")
    return Sentence(parser.compile_filter(key), data, name)


def url(parser: Parser, token: Token) -> template.Node:
    """Django's, but for addresses that were asked for before. What is named with ``as`` or by keyword is left to Django."""
    node = django_url(parser, token)
    return node if node.asvar or node.kwargs else Address(node.view_name, node.args)


register.tag("say", say)
register.tag("url", url)

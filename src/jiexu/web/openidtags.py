"""What pages say of providers people may sign in with."""

from __future__ import annotations

from django import template

from jiexu.gateways.openid import Provider
from jiexu.texts import say
from jiexu.web import openid

register = template.Library()


@register.simple_tag  # type: ignore[untyped-decorator]  # Django ships no types
def openid_ways() -> list[Provider]:
    """The providers of this node."""
    return [client.provider for client in openid.clients().values()]


@register.simple_tag(takes_context=True)  # type: ignore[untyped-decorator]  # Django ships no types
def openid_said(context: template.Context, what: str, title: str, part: str = "") -> str:
    """A sentence of these pages, by what happened."""
    key = f"{what}_{part or 'h'}" if what in {"link", "leave"} else what
    return say(context["lang"], f"openid.{key}", title=title)


@register.simple_tag(takes_context=True)  # type: ignore[untyped-decorator]  # Django ships no types
def openid_with(context: template.Context) -> Provider | None:
    """The provider somebody came by; None for none."""
    request = context.get("request")
    name = request.session.get(openid.WITH) if request is not None and hasattr(request, "session") else None
    found = openid.clients().get(name) if name else None
    return found.provider if found else None

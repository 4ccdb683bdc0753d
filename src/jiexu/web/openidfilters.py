"""What pages say of providers people may sign in with."""

from __future__ import annotations

from jinja2 import pass_context
from jinja2.runtime import Context

from jiexu.gateways.openid import Provider
from jiexu.texts import say
from jiexu.web import openid


def openid_ways() -> list[Provider]:
    """The providers of this node."""
    return [client.provider for client in openid.clients().values()]


def openid_said(context: Context, what: str, title: str, part: str = "") -> str:
    """A sentence of these pages, by what happened."""
    key = f"{what}_{part or 'h'}" if what in {"link", "leave"} else what
    return say(context["lang"], f"openid.{key}", title=title)


@pass_context
def openid_with(context: Context) -> Provider | None:
    """The provider somebody came by; None for none."""
    request = context.get("request")
    name = request.session.get(openid.WITH) if request is not None and hasattr(request, "session") else None
    found = openid.clients().get(name) if name else None
    return found.provider if found else None


FUNCTIONS = (openid_ways, openid_with)
WORDS = (openid_said,)

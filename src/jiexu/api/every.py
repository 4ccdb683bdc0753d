"""Every address of the API, each with who may enter."""

from __future__ import annotations

from jiexu.api import core, desks, own, pages, public

RESOURCES = (public, own, desks)
"""Modules that declare resources when they are read."""
ROUTES = (*core.routes(), *pages.ROUTES)

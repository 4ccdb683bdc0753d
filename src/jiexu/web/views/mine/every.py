"""Every address of a person's own things."""

from __future__ import annotations

from jiexu.web.views.mine import cases, landing, record

ROUTES = (*landing.ROUTES, *record.ROUTES, *cases.ROUTES)

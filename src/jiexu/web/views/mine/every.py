"""Every address of a person's own things, and the desk's side of what they ask."""

from __future__ import annotations

from jiexu.web.views import requests, sent
from jiexu.web.views.mine import asked, authorised, cases, landing, opening, record, taken, uploads

ROUTES = (
    *opening.ROUTES,
    *landing.ROUTES,
    *record.ROUTES,
    *asked.ROUTES,
    *authorised.ROUTES,
    *requests.ROUTES,
    *uploads.ROUTES,
    *sent.ROUTES,
    *taken.ROUTES,
    *cases.ROUTES,
)

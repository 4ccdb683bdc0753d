"""Root of all addresses: what each page family brings, each route with who may enter."""

from __future__ import annotations

from jiexu.api.every import ROUTES as API
from jiexu.web.routes import patterns
from jiexu.web.views import (
    access,
    apply,
    areas,
    bulk,
    calculators,
    cases,
    counter,
    demonstration,
    desksearch,
    deskside,
    front,
    guide,
    identity,
    law,
    letters,
    members,
    messages,
    openid,
    ownacts,
    papers,
    proving,
    receipts,
    reports,
    service,
    signin,
    small,
    troubles,
)
from jiexu.web.views.mine import every as mine

ROUTES = (
    *front.ROUTES,
    *guide.ROUTES,
    *cases.ROUTES,
    *areas.ROUTES,
    *calculators.ROUTES,
    *law.ROUTES,
    *letters.ROUTES,
    *proving.ROUTES,
    *service.ROUTES,
    *small.ROUTES,
    *demonstration.ROUTES,
    *signin.ROUTES,
    *openid.ROUTES,
    *access.ROUTES,
    # After what stands under my/ for every account: these begin with the number of a grant.
    *mine.ROUTES,
    *deskside.ROUTES,
    *bulk.ROUTES,
    *desksearch.ROUTES,
    *receipts.ROUTES,
    *counter.ROUTES,
    *papers.ROUTES,
    *identity.ROUTES,
    *reports.ROUTES,
    *apply.ROUTES,
    *ownacts.ROUTES,
    *members.ROUTES,
    *messages.ROUTES,
    *troubles.ROUTES,
    *API,
)
urlpatterns = patterns(ROUTES)
handler400 = troubles.unreadable
handler404 = troubles.not_found
handler500 = troubles.failed

"""Root of all addresses. Pages are read; only the demonstration's clock is pressed."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from jiexu.web import views

urlpatterns = [
    path("", require_safe(views.front), name="front"),
    path("track/", require_safe(views.track), name="track"),
    path("cases/", require_safe(views.cases), name="cases"),
    path("cases/<str:number>/", require_safe(views.case), name="case"),
    path("clock/next/", require_POST(views.next_day), name="next_day"),
    path("healthz", require_safe(views.healthz), name="healthz"),
]
handler404 = views.not_found
handler500 = views.failed

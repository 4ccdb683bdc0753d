"""Root of all addresses."""

from __future__ import annotations

from django.urls import path

from jiexu.web import placeholder

urlpatterns = [
    path("", placeholder.front, name="front"),
]

"""The way a person goes depends on no server: each file goes it on one, by turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.cache import cache

if TYPE_CHECKING:
    from tests.conftest import Server, Servers


@pytest.fixture(scope="module")
def postgres(request: pytest.FixtureRequest, servers: Servers) -> Server:
    return servers.by_turns(request.path)


@pytest.fixture(autouse=True)
def nobody_knocked_before() -> None:
    """All tests sign in from one address: what one counted of it, such as thirty sign-ins a minute, is not the next one's."""
    if settings.configured:
        cache.clear()

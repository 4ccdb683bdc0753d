"""The way a person goes depends on no server: each file goes it on one, by turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Server, Servers


@pytest.fixture(scope="module")
def postgres(request: pytest.FixtureRequest, servers: Servers) -> Server:
    return servers.by_turns(request.path)

"""The API on a node of its own, with everybody who may knock, each with a session and a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from api_cast import Programs, programs

if TYPE_CHECKING:
    from tests.conftest import Server, Servers


@pytest.fixture(scope="module")
def postgres(request: pytest.FixtureRequest, servers: Servers) -> Server:
    return servers.by_turns(request.path)


@pytest.fixture(scope="module")
def office(postgres: Any) -> Iterator[Programs]:
    with programs(postgres) as made:
        yield made

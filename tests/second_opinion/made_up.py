"""Places that say everything that can be said: real ones say little, so both answers would mostly be "not known"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Fact, Scope, Value
from jiexu.rules.policy import Policy

Place = dict[str, Value | None]
EVERYBODY: Scope = {}
NO_SCOPES: Mapping[str, Scope] = {}


def places(prefix: int, count: int, said: Mapping[str, tuple[Value | None, ...]]) -> dict[str, Place]:
    """Code → what the place says of each parameter, None where it says nothing; the same for the same prefix."""
    found = {}
    for number in range(1, count + 1):
        draw = Random(number)  # noqa: S311  # places for a test
        found[f"{prefix}{number:04}"] = {name: draw.choice(values) for name, values in said.items()}
    return found


def policy_of(made_up: Mapping[str, Place], scopes: Mapping[str, Scope] = NO_SCOPES) -> Policy:
    """The shipped policy with these places in it. ``scopes``: whom a parameter is about, where not everybody."""
    return shipped_policy().with_facts(
        [
            Fact(
                id=f"{code}/{parameter}",
                parameter=parameter,
                area=code,
                value=value,
                start=date(2010, 1, 1),
                until=None,
                known_since=date(2026, 11, 21),
                confidence=Confidence.HIGH,
                scope=scopes.get(parameter, EVERYBODY),
            )
            for code, said in made_up.items()
            for parameter, value in said.items()
            if value is not None
        ],
        digest="with places of a test",
    )

"""Ways to reach an agency come in the order of the places asked, and only those for what is wanted."""

from datetime import date

from jiexu.rules.channels import ChannelKind, RegisteredChannel, Trust, channels_for
from jiexu.rules.decision import Confidence
from jiexu.rules.facts import Text


def channel(name: str, area: str, *purposes: str) -> RegisteredChannel:
    return RegisteredChannel(
        id=name,
        area=area,
        name=Text(name, name),
        kind=ChannelKind.APP,
        trust=Trust.OFFICIAL,
        purposes=purposes,
        path=None,
        checked_on=None,
        sources=("page",),
        known_since=date(2026, 11, 21),
        confidence=Confidence.MEDIUM,
    )


REGISTER = [
    channel("nation", "nation", "transfer", "query"),
    channel("city", "530300", "pay"),
    channel("city too", "530300", "transfer"),
    channel("elsewhere", "510100", "transfer"),
]


def names(*areas: str, purpose: str | None = None) -> list[str]:
    return [one.id for one in channels_for(iter(REGISTER), areas, purpose)]


def test_the_own_place_comes_before_the_nation_and_nobody_elses_comes_at_all() -> None:
    assert names("530300", "nation") == ["city", "city too", "nation"]
    assert names("nation", "530300") == ["nation", "city", "city too"]
    assert names("440100") == []


def test_only_those_for_what_is_wanted() -> None:
    assert names("530300", "nation", purpose="transfer") == ["city too", "nation"]
    assert names("530300", purpose="complain") == []

"""Administrative divisions with their past, and the pooling areas (统筹地区) they belong to."""

from jiexu.values.areas.areas import Areas, make_areas
from jiexu.values.areas.records import (
    Ask,
    Division,
    Found,
    Level,
    Lookup,
    Match,
    NotFound,
    Pool,
    PoolDefault,
    PoolMap,
    PoolStatus,
    Several,
    Sureness,
    UnknownAreaError,
)

__all__ = [
    "Areas",
    "Ask",
    "Division",
    "Found",
    "Level",
    "Lookup",
    "Match",
    "NotFound",
    "Pool",
    "PoolDefault",
    "PoolMap",
    "PoolStatus",
    "Several",
    "Sureness",
    "UnknownAreaError",
    "make_areas",
]

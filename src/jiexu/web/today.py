"""Which day it is for a page that asks no database."""

from __future__ import annotations

import os
from datetime import date, datetime

from jiexu.exchange.envelope import BEIJING


def today() -> date:
    """The Beijing day of this machine's clock, or the day ``JIEXU_TODAY`` names, to see what will be said on it."""
    named = os.environ.get("JIEXU_TODAY")
    return date.fromisoformat(named) if named else datetime.now(BEIJING).date()

"""How often a visitor may try: wrong tries are counted by address and by number, in the memory of this process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from jiexu.gateways.policyfiles.limits import shipped_limits

MOST_KEYS = 10_000
"""Keys that are remembered; the longest unused are forgotten first, so that memory has an end."""
MINUTE = 60.0


class Tries:
    """At most ``most`` tries of a key within ``seconds``. ``clock``: seconds that only grow."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.seconds, self.clock = most, seconds, clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, *keys: str) -> int:
        """Whole seconds until every one of these keys may try again; 0 where all may now."""
        now = self.clock()
        with self._lock:
            waits = [self._wait(key, now) for key in keys]
        return max([0, *(int(wait) + 1 for wait in waits if wait > 0)])

    def failed(self, *keys: str) -> None:
        """A wrong try by each of these keys."""
        now = self.clock()
        with self._lock:
            for key in keys:
                times = self._seen.setdefault(key, deque(maxlen=self.most))
                times.append(now)
                self._seen.move_to_end(key)
            while len(self._seen) > MOST_KEYS:
                self._seen.popitem(last=False)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._seen.clear()

    def _wait(self, key: str, now: float) -> float:
        times = self._seen.get(key)
        if times is None or len(times) < self.most:
            return 0.0
        return times[0] + self.seconds - now


def shipped_tries() -> Tries:
    """As the limits of this release say."""
    limits = shipped_limits()
    return Tries(limits.tries, limits.tries_minutes * MINUTE)


tracking = shipped_tries()
"""Case numbers with last four."""
opening = shipped_tries()
"""Access keys that open nothing."""
proving = shipped_tries()
"""Codes and files that are checked."""
reporting = shipped_tries()
"""Faults that are reported."""
confirming = shipped_tries()
"""Codes of an e-mail address that are tried for one grant."""
coding = shipped_tries()
"""Codes that are asked for to be sent, by one account or to one address."""
sending = shipped_tries()
"""Papers that are sent by one account."""

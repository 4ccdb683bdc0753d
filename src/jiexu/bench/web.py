"""``jiexu bench web``: how long people at a desk wait for a page, beside a plain Django page on the same server."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from jiexu.bench import office, plain
from jiexu.bench.ground import ground_of
from jiexu.bench.machine import described
from jiexu.bench.processes import NOT_OURS
from jiexu.bench.server import Server
from jiexu.bench.trouble import BenchTroubleError
from jiexu.bench.visits import Page, Visited, visit
from jiexu.gateways.postgres.roles import Connections

STORED, CLIENTS, SECONDS = 1_000_000, 50, 20
TOKEN = "b" * 32
"""What a form must carry that the browser's cookie carries too; any word will do for somebody who has both."""
P95 = 95

Tell = Callable[[str, dict[str, object]], None]


@dataclass(frozen=True, slots=True)
class WantedWeb:
    """Cases stored, visitors at once, seconds of each round."""

    stored: int = STORED
    clients: int = CLIENTS
    seconds: float = SECONDS
    seed: int = office.SEED

    @property
    def is_trial(self) -> bool:
        return (self.stored, self.clients) != (STORED, CLIENTS) or self.seconds < SECONDS


@dataclass(frozen=True, slots=True)
class Waits:
    """The rounds: the plain page first and last, and each of ours. ``waiting``: records and amounts open at the desk."""

    wanted: WantedWeb
    machine: Mapping[str, str | int | float]
    waiting: int
    plain: tuple[Visited, Visited]
    pages: Mapping[str, Visited]

    @property
    def plain_p95(self) -> float:
        """Of the faster of the two rounds, so that nothing is won by a slow one."""
        return min(each.percentile(P95) for each in self.plain)

    def ratio_of(self, page: str) -> float:
        """The 95th percentile of one of our pages, for each of the plain page."""
        return self.pages[page].percentile(P95) / self.plain_p95

    @property
    def ratio(self) -> float:
        """Of our slowest page."""
        return max(self.ratio_of(page) for page in self.pages)


def measure(server: Server, wanted: WantedWeb, tell: Tell) -> Waits:
    """Make the office if it is not there, then let people visit its desk.

    Raises UnevenGroundError, and BenchTroubleError where a page is not answered.
    """
    ground, machine = ground_of(server), described(server)
    stored = office.office(server, seed=wanted.seed, stored=wanted.stored, tell=tell)
    ground.check_database(stored, when="before the visits")
    thing = server.new("plain")
    plain.fill(thing.owner)
    server.checkpoint()
    first = _plain(thing, wanted, tell)
    pages: dict[str, Visited] = {}
    with serving("ours", stored, office.DESK, wanted.clients) as (port, sessions):
        cookies = [f"sessionid={session}; csrftoken={TOKEN}" for session in sessions]
        for name, next_page in _visits(stored, wanted.seed).items():
            tell("visiting", {"page": name, "clients": wanted.clients, "seconds": wanted.seconds})
            pages[name] = _round(port, cookies, next_page, wanted)
    last = _plain(thing, wanted, tell)
    return Waits(wanted, machine, office.waiting(stored), (first, last), pages)


NextPage = Callable[[int, int], Page]


def _plain(thing: Connections, wanted: WantedWeb, tell: Tell) -> Visited:
    tell("visiting", {"page": "plain", "clients": wanted.clients, "seconds": wanted.seconds})
    draw = random.Random(wanted.seed)  # noqa: S311  which row is no secret
    with serving("plain", thing) as (port, _):
        return _round(
            port,
            [""] * wanted.clients,
            lambda _visitor, _at: Page(f"/things/{draw.randint(1, plain.ROWS)}/"),
            wanted,
        )


def _round(port: int, cookies: list[str], next_page: NextPage, wanted: WantedWeb) -> Visited:
    return visit(port, cookies, next_page, seconds=wanted.seconds)


def _visits(stored: Connections, seed: int) -> Mapping[str, NextPage]:
    """What people ask for: the inbox, a case, and a search by the beginning of a name or by a document, in turns."""
    cases, names, numbers = office.originals(stored)
    draw = random.Random(seed)  # noqa: S311  which case is no secret

    def search(_visitor: int, at: int) -> Page:
        asked = draw.choice(names)[:2] if at % 2 else draw.choice(numbers)
        return Page("/desk/search/", urlencode({"q": asked, "csrfmiddlewaretoken": TOKEN}))

    return {
        "inbox": lambda _visitor, _at: Page("/desk/"),
        "search": search,
        "case": lambda _visitor, _at: Page(f"/desk/cases/{draw.choice(cases)}/"),
    }


@contextmanager
def serving(what: str, database: Connections, *words: object) -> Iterator[tuple[int, list[str]]]:
    """A process that serves pages on this database: its port, and its visitors' sessions.

    Raises BenchTroubleError where it does not come up.
    """
    environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    environment |= {
        **database.environment(),
        "DJANGO_SETTINGS_MODULE": "jiexu.conf.settings",
        "JIEXU_SECRET_KEY": TOKEN,
    }
    command = [sys.executable, "-m", "jiexu.bench.serving", what, *map(str, words)]
    with subprocess.Popen(  # noqa: S603 - ourselves
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None  # noqa: S101 - asked for
        assert child.stdout is not None  # noqa: S101 - asked for
        try:
            said = child.stdout.readline()
            if not said:
                raise BenchTroubleError("not_served", what=what)
            told = json.loads(said)
            yield told["port"], told["sessions"]
        finally:
            child.stdin.close()
            child.wait()

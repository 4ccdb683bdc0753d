"""Visitors in a closed loop: each asks for a page, reads all of it, and asks for the next."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import count

from jiexu.bench.trouble import BenchTroubleError
from jiexu.conf.serving import HOST

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"
FIRST = 3
"""Pages a visitor asks for before any is counted."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page to ask for. ``body``: of a form that is sent, empty for a page that is only read."""

    address: str
    body: str = ""

    def request(self, cookies: str) -> bytes:
        """The request as it goes over the wire."""
        head = [
            f"{'POST' if self.body else 'GET'} {self.address} HTTP/1.1",
            f"Host: {HOST}",
            "Accept-Language: zh",
            *([f"Cookie: {cookies}"] if cookies else []),
        ]
        if self.body:
            head += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(self.body.encode())}",
            ]
        return ("\r\n".join(head) + "\r\n\r\n" + self.body).encode()


@dataclass(frozen=True, slots=True)
class Visited:
    """What a round of visits took: milliseconds of every page that was counted, and the bytes of the last one."""

    milliseconds: tuple[float, ...]
    seconds: float
    page_bytes: int

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds

    def percentile(self, hundredths: int) -> float:
        """The milliseconds within which so many hundredths of the pages were there."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, len(ordered) * hundredths // 100)]


def visit(port: int, cookies: list[str], next_page: Callable[[int, int], Page], *, seconds: float) -> Visited:
    """Let every visitor ask for pages for so many seconds, after the first few, which fill caches and are not counted.

    ``next_page``: of a visitor, by its number and the page's. Raises BenchTroubleError where a page is not answered with
    200, or none in time.
    """
    return asyncio.run(_all(port, cookies, next_page, seconds))


async def _all(
    port: int, cookies: list[str], next_page: Callable[[int, int], Page], seconds: float
) -> Visited:
    ready = asyncio.Barrier(len(cookies))
    visitors = [
        _visitor(port, cookie, partial(next_page, number), ready, seconds)
        for number, cookie in enumerate(cookies)
    ]
    rounds = await asyncio.gather(*visitors)
    took = tuple(each for waits, _ in rounds for each in waits)
    if not took:
        raise BenchTroubleError("no_page_in_time", address=next_page(0, 0).address, seconds=seconds)
    return Visited(took, seconds, max(size for _, size in rounds))


async def _visitor(
    port: int, cookie: str, page: Callable[[int], Page], ready: asyncio.Barrier, seconds: float
) -> tuple[list[float], int]:
    """One visitor, on one connection: the milliseconds of each page, and the bytes of the last."""
    reader, writer = await asyncio.open_connection(HOST, port)
    waits: list[float] = []
    size = 0
    try:
        for at in range(FIRST):
            await _asked(reader, writer, page(at), cookie)
        await ready.wait()
        end = time.perf_counter() + seconds
        for at in count(FIRST):
            asked = time.perf_counter()
            if asked >= end:
                break
            size = await _asked(reader, writer, page(at), cookie)
            now = time.perf_counter()
            waits += [1000 * (now - asked)] if now <= end else []
    finally:
        writer.close()
    return waits, size


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, page: Page, cookie: str) -> int:
    """Ask for a page and read all of it; its bytes. Raises BenchTroubleError for another status than 200."""
    writer.write(page.request(cookie))
    status, size = await _answer(reader)
    if status != HTTPStatus.OK:
        raise BenchTroubleError("page_refused", address=page.address, status=status)
    return size


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    """Status and length of the next answer, all of which is read."""
    head = await reader.readuntil(END_OF_HEAD)
    lines = head.split(b"\r\n")
    length = next((int(line[len(LENGTH) :]) for line in lines if line.lower().startswith(LENGTH)), 0)
    await reader.readexactly(length)
    return int(lines[0].split()[1]), length

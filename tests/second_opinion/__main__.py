"""Asks both about many people: `python -m tests.second_opinion --people 1000000`, from the folder of the project.

Prints how many people agree by rule and the first people on whom they do not; status 1 where there are any. Whoever
interrupts it is told the same of the people asked so far, and `--first` goes on with the next ones.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.second_opinion.comparing import COMPARED
from tests.second_opinion.people import person

CHUNK = 500
SHOWN = 20


def asked(seed: int, first: int, *, until: int) -> tuple[int, Counter[str], list[str]]:
    """How many people were asked from a number on, disagreements by rule, and the first of them in words."""
    numbers = range(first, min(first + CHUNK, until))
    apart: Counter[str] = Counter()
    told = []
    for number in numbers:
        who = person(seed, number)
        for rule, compare in COMPARED.items():
            question, second, engine = compare(who)
            if second != engine:
                apart[rule] += 1
                told.append(f"person {number}, {rule}: second opinion {second}, engine {engine}; {question}")
    return len(numbers), apart, told[:SHOWN]


def main() -> int:
    said = argparse.ArgumentParser(prog="python -m tests.second_opinion", description=__doc__)
    said.add_argument("--people", type=int, default=1_000_000)
    said.add_argument("--first", type=int, default=0, help="number of the first person, to go on with a seed")
    said.add_argument("--seed", type=int, default=20261130)
    said.add_argument("--processes", type=int, default=os.cpu_count())
    given = said.parse_args()
    apart: Counter[str] = Counter()
    told: list[str] = []
    done, began = 0, time.monotonic()
    with ProcessPoolExecutor(given.processes) as pool:
        until = given.first + given.people
        chunks = pool.map(partial(asked, given.seed, until=until), range(given.first, until, CHUNK))
        try:
            for people, differing, words in chunks:
                done += people
                apart += differing
                told += words
                _bar(done, given.people, time.monotonic() - began)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
    for line in told[:SHOWN]:
        print(line)
    for rule in COMPARED:
        print(f"{rule}: {done - apart[rule]} of {done} alike")
    print(
        f"seed {given.seed}, people {given.first} to {given.first + done - 1}, {time.monotonic() - began:.0f} s"
    )
    return 1 if apart else 0


def _bar(done: int, whole: int, seconds: float) -> None:
    """How far it is, and how long it will take, on a terminal."""
    if sys.stderr.isatty():
        left = seconds / done * (whole - done)
        bar = "#" * (20 * done // whole)
        print(f"\r\x1b[K[{bar:20}] {done}/{whole}, {left:.0f} s left", end="", file=sys.stderr, flush=True)
        if done == whole:
            print(file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

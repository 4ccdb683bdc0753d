"""Change single bytes of an evidence file, one at a time, and ask both checkers: ``flip_evidence.py FILE --places 1000``.

Each changed file must be refused by both. Status 1 where one of them let a change pass, or refuses the file itself.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import check_evidence
from jiexu.exchange.evidence_check import check
from jiexu.values.errors import ValueFault


def changed(data: bytes, places: int, seed: str) -> Iterator[tuple[int, bytes]]:
    """Files with one byte changed, and the place; every place at most once, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311  a test's dice
    for at in sorted(draw.sample(range(len(data)), min(places, len(data)))):
        yield at, data[:at] + bytes([data[at] ^ draw.randint(1, 255)]) + data[at + 1 :]


def package_passes(data: bytes) -> bool:
    try:
        check(data)
    except ValueFault:
        return False
    return True


def tool_passes(data: bytes) -> bool:
    try:
        check_evidence.Check(data, None)
    except Exception:  # noqa: BLE001  whatever it raises, it refuses
        return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Change single bytes of an evidence file and ask both checkers."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--places", type=int, default=1000, help="how many bytes to change, one at a time")
    parser.add_argument("--seed", default="1", help="which bytes, and into what")
    given = parser.parse_args()
    data = given.file.read_bytes()
    if not (package_passes(data) and tool_passes(data)):
        print("The file itself is refused; give one that passes.")
        return 1
    let_pass = [
        (at, who)
        for at, other in changed(data, given.places, given.seed)
        for who, passes in (("jiexu", package_passes), ("check_evidence.py", tool_passes))
        if passes(other)
    ]
    for at, who in let_pass:
        print(f"byte {at}: {who} let the change pass")
    print(f"{min(given.places, len(data))} of {len(data)} bytes changed, {len(let_pass)} changes passed.")
    return 1 if let_pass else 0


if __name__ == "__main__":
    sys.exit(main())

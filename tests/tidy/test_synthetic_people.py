"""Nobody's number stands in this repository: every citizen number in it is synthetic and begins with 00."""

from __future__ import annotations

import re
from datetime import date

from tidy.tree import lines

SHAPE = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
SYNTHETIC = "00"


def check_of(body: str) -> str:
    """The check character GB 11643 asks for after 17 digits. Counted here once more, apart from our own validator."""
    return CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11]


def is_citizen_number(text: str) -> bool:
    """Shape, a birth that is a day, and the check character; the region may be any, known to us or not."""
    try:
        born = date.fromisoformat(f"{text[6:10]}-{text[10:12]}-{text[12:14]}")
    except ValueError:
        return False
    return born.year >= 1850 and check_of(text[:17]) == text[17].upper()


def real_looking(line: str) -> list[str]:
    """Citizen numbers in a line that are not synthetic."""
    return [
        text for text in SHAPE.findall(line) if is_citizen_number(text) and not text.startswith(SYNTHETIC)
    ]


def test_every_citizen_number_in_the_tree_is_synthetic() -> None:
    # The number itself is not repeated: a test's log is read by many.
    found = [where for where, line in lines() if real_looking(line)]
    assert not found, (
        f"A citizen number that could be somebody's stands at {', '.join(found)}. Use a synthetic one "
        "(jiexu.values.citizen makes them, they begin with 00), or build it at run time from its parts."
    )


def test_the_search_finds_what_it_is_for() -> None:
    region, birth, serial = "330113", "19870615", "238"
    body = region + birth + serial
    number = body + check_of(body)
    assert real_looking(f"number: {number}, name") == [number]
    assert real_looking(f"身份证{number}。") == [number]
    assert real_looking(f"sha256:{number}ab") == []
    wrong = body + ("0" if check_of(body) != "0" else "1")
    assert real_looking(wrong) == []
    assert real_looking(SYNTHETIC + number[2:]) == []

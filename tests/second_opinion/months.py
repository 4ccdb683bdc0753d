"""Counting months by hand."""

from __future__ import annotations

Month = tuple[int, int]


def after(month: Month, steps: int) -> Month:
    """The month that comes `steps` months later, one step at a time."""
    year, number = month
    for _ in range(steps):
        number += 1
        if number == 13:
            year, number = year + 1, 1
    return (year, number)


def before(month: Month, steps: int) -> Month:
    """The month that came `steps` months earlier, one step at a time."""
    year, number = month
    for _ in range(steps):
        number -= 1
        if number == 0:
            year, number = year - 1, 12
    return (year, number)


def strictly_between(first: Month, last: Month) -> list[Month]:
    """All calendar months that lie after `first` and before `last`."""
    found = []
    month = after(first, 1)
    while month < last:
        found.append(month)
        month = after(month, 1)
    return found

"""Gap, waiting months and benefits paid back (law-medical 2.5, 4.2, R-054 to R-061)."""

from __future__ import annotations

from tests.second_opinion.months import Month, after, strictly_between

ALLOWED_GAP = 3
CONSECUTIVE = 24
CEILING = 6
Answer = tuple[int, int] | None
"""The fewest and the most months of waiting; None where nobody can say."""


def gap_months(last_paid: Month, first_paid: Month, stopped: Month | None, method: str | None) -> set[int]:
    """The months of the gap; several numbers where it is not known how they are counted.

    R-061: `between` takes the months strictly between the last month paid at the origin and
    the first one paid at the destination. `from_stop` is the way seen in Qingdao (section
    2.5, errata row 91): counting begins with the month in which the origin took the person
    off its list, read as that month being the first of the three. Which month that was is
    the last one paid or the one after it where nobody knows.
    """
    counts = set()
    if method in (None, "between"):
        counts.add(len(strictly_between(last_paid, first_paid)))
    if method in (None, "from_stop"):
        for start in [stopped] if stopped else [last_paid, after(last_paid, 1)]:
            every = [month for month in [start, *strictly_between(start, first_paid)] if month < first_paid]
            counts.add(len(every))
    return counts


def waiting(
    kind: str,
    *,
    gap: int,
    made_up: bool,
    consecutive: int | None,
    wait_long: int | None,
    wait_made_up: int | None,
    wait_not_made_up: int | None,
    ceiling: int | None,
) -> tuple[Answer, bool | None]:
    """Months of waiting after a move `EE`, `ER` or `RE`, and whether the gap is paid back.

    The place's own waits are arguments, None where unknown: after a gap above three months,
    after one that was made up, after one that was not; `ceiling` is a lower limit of the place
    for switches (Jiangsu 3, errata row 98).

    R-054, R-060: employee to employee, up to and with three months, made up: no waiting,
    benefits from the month of payment, the gap paid back; without a gap there is nothing to
    make up. A place that wants a wait all the same clashes with the national text: both are
    told (errata row 100). R-055: not made up: the place decides. R-056, R-059: above three the
    place decides, in principle at most six; a longer wait clashes as well (errata row 93: this
    bound is for these moves only). R-057, R-058: a switch is treated alike after 24
    consecutive months only. Section 2.5 says of the longer gap "same", so that its ceiling is
    for these people too; with fewer months, or where nobody knows them, there is neither
    protection nor ceiling.
    """
    protected = kind == "EE" or (consecutive is not None and consecutive >= CONSECUTIVE)
    if gap > ALLOWED_GAP:
        most = CEILING if ceiling is None else ceiling
        if not protected:
            return _alone(wait_long), None
        if wait_long is None:
            return (0, most), None
        return (min(wait_long, most), wait_long), None
    if gap and not made_up:
        return _alone(wait_not_made_up), None
    if not protected:
        return _alone(wait_made_up), None
    return (0, wait_made_up if gap and wait_made_up else 0), True


def _alone(wait: int | None) -> Answer:
    return None if wait is None else (wait, wait)


def first_benefit_months(paid: Month, wait: int, starts: str | None) -> set[Month]:
    """First month with benefits after `wait` months.

    R-054: with no waiting it is the month of payment. With waiting the national text does
    not say whether the month of payment is the first of the waiting months (errata row 60):
    `payment` or `after`, both where nobody knows.
    """
    if wait == 0:
        return {paid}
    found = set()
    if starts in (None, "payment"):
        found.add(after(paid, wait))
    if starts in (None, "after"):
        found.add(after(paid, wait + 1))
    return found

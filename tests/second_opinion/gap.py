"""Gap, waiting months and benefits paid back (law-medical 2.5, 4.2, R-054 to R-061)."""

from __future__ import annotations

from tests.second_opinion.months import Month, after, strictly_between

ALLOWED_GAP = 3
CONSECUTIVE = 24
CEILING = 6


def gap_months(last_paid: Month, first_paid: Month, stopped: Month | None, method: str | None) -> set[int]:
    """The months of the gap; two numbers where the place does not say how they are counted.

    R-061: `between` takes the months strictly between the last month paid at the origin and
    the first one paid at the destination. `from_stop` is the way seen in Qingdao (section
    2.5, errata row 91): counting begins with the month in which the origin took the person
    off its list, read as that month being the first of the three.
    """
    counts = set()
    if method in (None, "between"):
        counts.add(len(strictly_between(last_paid, first_paid)))
    if method in (None, "from_stop"):
        start = stopped or last_paid
        counts.add(len([m for m in [start, *strictly_between(start, first_paid)] if m < first_paid]))
    return counts


def waiting(
    kind: str,
    *,
    gap: int,
    made_up: bool | None,
    consecutive: int | None,
    local_wait_long: int | None,
    local_wait_other: int | None,
) -> dict[str, object]:
    """Months of waiting after a move `EE`, `ER` or `RE`, and whether the gap is paid back.

    `wait` is a number, or None where the place decides and nothing is known of it; `most` is
    then the ceiling where the national text names one; `conflict` says that the place's own
    number lies outside 0 to 6 (R-056, errata row 93: this bound is for these moves only).

    R-054, R-060: employee to employee, up to and with three months, made up: no waiting,
    benefits from the month of payment, the gap paid back. R-055: not made up: the place
    decides. R-056: above three: the place decides, in principle at most six. R-057 to R-059:
    a switch is treated alike only after 24 consecutive months; with fewer the national text
    gives no protection and no ceiling, whatever the gap.
    """
    answer: dict[str, object] = {
        "wait": None,
        "most": None,
        "retroactive": None,
        "conflict": False,
    }
    if kind != "EE" and consecutive is None:
        return answer
    protected = kind == "EE" or (consecutive or 0) >= CONSECUTIVE
    if gap > ALLOWED_GAP:
        answer["wait"] = local_wait_long
        answer["most"] = CEILING
        if local_wait_long is not None and not 0 <= local_wait_long <= CEILING:
            answer["conflict"] = True
        return answer
    if protected and made_up:
        answer.update(wait=0, most=0, retroactive=True)
        return answer
    answer["wait"] = local_wait_other
    return answer


def first_benefit_month(paid: Month, wait: int) -> set[Month]:
    """First month with benefits after `wait` months.

    R-054: with no waiting it is the month of payment. With waiting the national text does
    not say whether the month of payment is the first of the waiting months (errata row 60):
    both answers.
    """
    if wait == 0:
        return {paid}
    return {after(paid, wait), after(paid, wait + 1)}

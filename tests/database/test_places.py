"""Where a run stands: written by each process into its own transactions, and read by whoever starts the run again."""

from __future__ import annotations

from store_cast import MONDAY

from jiexu.usecases.node import Node
from jiexu.usecases.places import LAST_OF_A_DELIVERY, Place, mark, resume

KEY = "run-1"


def stood(node: Node, part: int, name: str, place: Place) -> None:
    """One transaction of a process, which writes down where it stands."""
    with node.store.transaction("test.place") as cursor:
        mark(KEY, place, part, name, cursor)


def test_each_process_goes_on_behind_what_it_reached_itself(node: Node) -> None:
    """Of four in one step: one is done, one is behind a page, one in its first, one changed nothing there yet."""
    at = {"day": MONDAY, "stage": "work", "index": 1, "parts": 4}
    stood(node, 0, LAST_OF_A_DELIVERY, Place(**at, number=8, within=("1", "2", "3")))
    stood(node, 1, "delivery.page", Place(**at, number=8, within=("510100", "530300", "B")))
    stood(node, 2, "delivery.process", Place(**at, number=8))
    stood(node, 3, "straight.work", Place(**at | {"index": 0}, number=7, within=("old", "old", "old")))
    place = resume(node.store, KEY, first=MONDAY, processes=4)
    assert (place.stage, place.index, place.number, place.past) == ("work", 1, 7, frozenset({0}))
    assert {part: tuple(place.begun.get(part, ())) for part in (1, 2, 3)} == {
        1: ("510100", "530300", "B"),
        2: (),
        3: (),
    }


def test_a_step_that_all_had_done_is_followed_by_the_next_from_its_beginning(node: Node) -> None:
    stood(node, 0, LAST_OF_A_DELIVERY, Place(MONDAY, "work", 1, within=("510100", "530300", "B")))
    place = resume(node.store, KEY, first=MONDAY, processes=1)
    assert (place.index, place.begun, tuple(place.within)) == (2, {}, ())


def test_a_place_that_an_older_version_wrote_begins_its_step_anew(node: Node) -> None:
    stood(node, 0, "delivery.process", Place(MONDAY, "work", 1))
    with node.store.transaction("test.older") as cursor:
        cursor.execute("UPDATE run_place SET place = place - 'within'")
    place = resume(node.store, KEY, first=MONDAY, processes=1)
    assert (place.index, tuple(place.begun[0])) == (1, ())

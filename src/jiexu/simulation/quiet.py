"""The end of a story: faults stop, everybody works, days pass, and nothing may stay open without a reason."""

from __future__ import annotations

from jiexu.cases.file import File
from jiexu.cases.states import MoneyState
from jiexu.ledger.accounts import AccountKind
from jiexu.ledger.conserve import in_clearing, on_the_way
from jiexu.rules.money import MoneyMode
from jiexu.simulation import desk
from jiexu.simulation.bank import At
from jiexu.simulation.world import World

ENOUGH_ROUNDS = 60
LONGEST_WAIT = 45
"""Days after which a proposal has lapsed, every window has ended and every reminder is past."""

WAITS_FOR_A_PERSON = frozenset({MoneyState.MODE_UNKNOWN, MoneyState.ESTATE, MoneyState.ESTATE_IN_DOUBT})


def come_to_rest(world: World, *, mode: MoneyMode | None = MoneyMode.REMIT) -> None:
    """Let everything run to its end without faults.

    ``mode``: how unknown money is decided; without one nobody decides, no estate is paid, and files that wait for
    that alone stay open.
    """
    for node in world.nodes.values():
        node.online = True
    for _ in range(LONGEST_WAIT):
        for _ in range(ENOUGH_ROUNDS):
            if not _round(world, mode):
                break
        waiting = mode is None and not restless(world)
        if waiting or not (world.open_files() or world.loose_receipts()):
            return
        world.next_day()


def restless(world: World) -> list[str]:
    """Open files that wait for more than a decision nobody but a person with authority can take."""
    return [
        f"{file.case_no} at {file.agency}: {_shown(file)}."
        for file in world.open_files()
        if file.record.is_open
        or any(track.is_open and track.state not in WAITS_FOR_A_PERSON for track in file.money)
    ]


def _round(world: World, mode: MoneyMode | None) -> bool:
    """One round of everybody's work; whether anything happened."""
    before = world.steps + world.bank.receipts
    world.send_again()
    while world.wire:
        world.deliver(0)
    for node in world.nodes.values():
        for case_no in list(node.files):
            file = node.files[case_no]
            decided = desk.decisions(file, mode) if mode else ()
            for event in [*desk.work(file, world.bank), *decided]:
                world.transact(node.agency, case_no, event)
    for transfer in [each for each in world.bank.transfers if each.open]:
        if transfer.at is At.ORDERED:
            world.settle(transfer)
        if transfer.undelivered_fen:
            world.bring(transfer, transfer.undelivered_fen)
    for agency, receipt in list(world.loose_receipts()):
        world.match(agency, receipt, by_hand=world.truth[receipt.number])
    return world.steps + world.bank.receipts > before


def left_over(world: World) -> list[str]:
    """What is not at its end: open files, money waiting or between, holds, months on the way."""
    rest = [f"{file.case_no} at {file.agency} is still open: {_shown(file)}." for file in world.open_files()]
    rest += [
        f"Receipt {receipt.number} at {agency} belongs to no amount."
        for agency, receipt in world.loose_receipts()
    ]
    postings = [posting for node in world.nodes.values() for posting in node.books.postings()]
    rest += [f"Fen did not arrive: {each}." for each in in_clearing(postings) if each.on_the_way_fen > 0]
    if total := sum(each.on_the_way_fen for each in on_the_way(postings)):
        rest.append(f"{total} fen are on the way and nobody waits for them.")
    for node in world.nodes.values():
        rest += [f"{hold} was never ended." for hold in node.books.open_holds()]
        waiting = (AccountKind.RECEIPTS, AccountKind.RETURNED, AccountKind.ESTATE)
        rest += [
            f"{account} still holds money."
            for account in node.books.accounts()
            if account.kind in waiting and node.books.balance(account)
        ]
    rest += [
        f"Months {some} of {key[0]} were never counted." for key, some in world.months.between.items() if some
    ]
    return rest


def _shown(file: File) -> str:
    money = ", ".join(
        f"{track.leg} {track.way.value} {track.state.value}" for track in file.money if track.is_open
    )
    return f"record {file.record.state.value}, withdrawing {file.withdrawing}, money {money or 'none'}"

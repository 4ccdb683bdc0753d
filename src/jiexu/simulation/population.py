"""People who are insured, move, apply, spend, die: what happens to agencies from outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from jiexu.cases.events import Applied, DeathTakenBack, Died, Event, MoneyCameLate, Proposed
from jiexu.cases.file import File
from jiexu.cases.states import Side
from jiexu.cases.step import Outcome, Step
from jiexu.exchange.payloads import Document, Part
from jiexu.ledger.accounts import Account, AccountKind
from jiexu.ledger.books import Outcome as Booked
from jiexu.ledger.entries import Posting, PostingReason, posting_id
from jiexu.records.monthset import MonthSet
from jiexu.records.record import PersonRecord
from jiexu.rules.inputs import Asked, Channel, Scheme
from jiexu.simulation.people import PARTS, Insured
from jiexu.simulation.world import HANDLED, REVIEWED, World
from jiexu.values import case_number

BIRTH = date(1990, 5, 20)


def number_of(person: int) -> str:
    """The document number of a synthetic person; no citizen number."""
    return f"SIM{person:06d}"


def row_at(world: World, agency: str, person: int) -> Insured:
    """The agency's row of the person, made when it is not there."""
    node = world.nodes[agency]
    row = node.find(number_of(person))
    if row is None:
        row = Insured(
            agency,
            f"{agency}-P{person}",
            f"Person {person}",
            Document("99", number_of(person)),
            BIRTH,
            PersonRecord(agency),
        )
        node.people[row.ref] = row
    return row


def keep(world: World, row: Insured) -> None:
    """Store a changed row; the agency's own work, no step of a case."""
    node = world.nodes[row.agency]
    node.people[row.ref] = row
    node.version += 1


def join(
    world: World,
    agency: str,
    person: int,
    *,
    scheme: Scheme = Scheme.EMPLOYEE,
    months: MonthSet = MonthSet.EMPTY,
) -> None:
    """Cover begins at an agency, with months recorded there."""
    row = row_at(world, agency, person)
    keep(world, row.joined(scheme=scheme, since=world.today).earning(scheme=scheme, months=months))


def stop(world: World, agency: str, person: int, *, scheme: Scheme = Scheme.EMPLOYEE) -> None:
    """Cover at an agency ended yesterday."""
    keep(
        world, row_at(world, agency, person).stopped(scheme=scheme, last_day=world.today - timedelta(days=1))
    )


def pay_in(world: World, agency: str, person: int, fen: dict[str, int], *, late: bool = False) -> None:
    """Money comes into the person's account, as an opening balance or afterwards."""
    node, row = world.nodes[agency], row_at(world, agency, person)
    reason = PostingReason.CONTRIBUTION if late else PostingReason.OPENING
    for part, amount in fen.items():
        if amount:
            posting = Posting(
                id=posting_id("pay-in", agency, row.ref, part, node.version, reason.value),
                debit=Account(agency, AccountKind.BANK),
                credit=row.account(part),
                amount_fen=amount,
                reason=reason,
                rule="R-051",
                handled_by=HANDLED,
                reviewed_by=REVIEWED,
            )
            node.books, booked = node.books.post(posting)
            assert booked is Booked.CREATED, booked  # noqa: S101  a fresh id
            node.version += 1


def spend(world: World, agency: str, person: int, fen: int) -> int:
    """The person pays from the account, as far as money is available; fen really spent.

    The ledger of transfers knows no purchases: spending takes back what was paid in.
    """
    node, row = world.nodes[agency], row_at(world, agency, person)
    spent = 0
    for posting in node.books.postings():
        if (
            spent < fen
            and posting.credit.key == row.ref
            and posting.reason in {PostingReason.OPENING, PostingReason.CONTRIBUTION}
        ):
            take = min(fen - spent, posting.amount_fen, node.books.available(posting.credit))
            correction = _taken(posting, take, node.version) if take > 0 else None
            if correction is not None:
                node.books, booked = node.books.post(correction)
                node.version += 1
                spent += take if booked is Booked.CREATED else 0
    return spent


def _taken(posting: Posting, fen: int, version: int) -> Posting:
    return Posting(
        id=posting_id("spend", posting.id, version),
        debit=posting.credit,
        credit=posting.debit,
        amount_fen=fen,
        reason=PostingReason.CORRECTION,
        rule="R-052",
        handled_by=HANDLED,
        reviewed_by=REVIEWED,
        corrects=posting.id,
    )


def asked(
    world: World,
    origin: str,
    destination: str,
    *,
    schemes: tuple[Scheme, Scheme] = (Scheme.EMPLOYEE, Scheme.EMPLOYEE),
    channel: Channel = Channel.ONLINE,
) -> Asked:
    return Asked(world.today, origin, destination, *schemes, channel=channel)


def apply(
    world: World, at: str, person: int, request: Asked, lot: str, *, proposal: bool = False
) -> tuple[str, Step]:
    """An application, or a proposal of the system, at one of the two agencies. ``lot``: eight random characters."""
    case_no = case_number.make(at, lot)
    row = row_at(world, at, person)
    kind = Proposed if proposal else Applied
    event: Event = kind(case_no, request, row.name, (row.document,))
    return case_no, world.transact(at, case_no, event)


def die(world: World, agency: str, person: int) -> None:
    """A death is reported to one agency, which tells it to every open file of the person."""
    node = world.nodes[agency]
    row = node.find(number_of(person))
    if row is None or row.died_on is not None:
        return
    keep(world, replace(row, died_on=world.today))
    for file in list(node.files.values()):
        if file.person == row.ref:
            world.transact(agency, file.case_no, Died(world.today, HANDLED, REVIEWED))


def take_back_death(world: World, agency: str, person: int) -> None:
    """Two people of an agency say that the death it noted was a mistake; every file of the person hears of it."""
    node = world.nodes[agency]
    row = node.find(number_of(person))
    if row is None or row.died_on is None:
        return
    keep(world, replace(row, died_on=None))
    for file in list(node.files.values()):
        if file.person == row.ref:
            world.transact(agency, file.case_no, DeathTakenBack(HANDLED, REVIEWED))


def money_comes_late(world: World, agency: str, person: int, fen: int) -> None:
    """Money reaches an account that was sent on already; the newest transfer out of here carries it."""
    pay_in(world, agency, person, {"this_year": fen}, late=True)
    row = row_at(world, agency, person)
    files = [file for file in world.nodes[agency].files.values() if _carries(file, row)]
    if files and not row.insured_in(Scheme.EMPLOYEE):
        event = MoneyCameLate((Part("this_year", fen),), "interest", HANDLED, REVIEWED)
        step = world.transact(agency, files[-1].case_no, event)
        assert step.outcome is not Outcome.NOT_POSSIBLE, step.reason  # noqa: S101  the file carried money before


def _carries(file: File, row: Insured) -> bool:
    employee = file.asked.from_scheme is Scheme.EMPLOYEE
    return employee and file.side is Side.ORIGIN and file.person == row.ref and file.form is not None


ACCOUNT_PARTS = tuple(name for name, _ in PARTS)

"""One case between two agencies, told step by step; the promises are checked after each (``jiexu.simulation``)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from jiexu.cases.decide import decide
from jiexu.cases.events import BatchReviewed, BatchSent, Event, FormIssued, Received, TakenIn
from jiexu.cases.file import File, Waiting, money_waiting, record_waiting
from jiexu.cases.step import Facts, Outcome, Step
from jiexu.exchange.payloads import Payload
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.records.monthset import MonthSet
from jiexu.rules.calendar import Calendar
from jiexu.rules.inputs import Asked, Channel, Scheme
from jiexu.rules.policy import Policy
from jiexu.simulation import population
from jiexu.simulation.node import Packet
from jiexu.simulation.world import HANDLED, REVIEWED, World
from jiexu.values.month import Month

QUJING, CHENGDU = "530300", "510100"
GUANGZHOU, SHENZHEN = "440100", "440300"
NANJING, SUZHOU = "320100", "320500"
MONTHS = MonthSet.between(Month.of(2019, 7), Month.of(2026, 9))
PERSON = 1
BY = (HANDLED, REVIEWED)
ISSUE, TAKE_IN = FormIssued(*BY), TakenIn(*BY)


class Witness(World):
    """A world that keeps every step, and knows that whatever was refused leaves the file as it was."""

    def __init__(self, policy: Policy, calendar: Calendar, today: date) -> None:
        World.__init__(self, policy, calendar, today)
        self.kept: list[tuple[str, Step]] = []

    def transact(
        self, agency: str, case_no: str, event: Event, *, sender: str = "", packet: Packet | None = None
    ) -> Step:
        before = self.nodes[agency].files.get(case_no)
        step = World.transact(self, agency, case_no, event, sender=sender, packet=packet)
        if step.outcome is not Outcome.DONE:
            assert step.file is before, f"{event}: {step.reason}"
        self.kept.append((agency, step))
        return step


@dataclass
class Story:
    """A person moved from ``origin`` to ``destination``; nothing is applied for yet."""

    origin: str = QUJING
    destination: str = CHENGDU
    on: date = date(2026, 11, 23)
    fen: dict[str, int] = field(default_factory=lambda: {"this_year": 120_000, "earlier_years": 200_855})
    schemes: tuple[Scheme, Scheme] = (Scheme.EMPLOYEE, Scheme.EMPLOYEE)
    channel: Channel = Channel.ONLINE
    wants_cash: bool = False
    stops: bool = True
    joins: bool = True
    policy: Policy = field(default_factory=shipped_policy)
    case_no: str = ""

    def __post_init__(self) -> None:
        self.world = Witness(self.policy, working_days(), self.on)
        for agency in dict.fromkeys((self.origin, self.destination)):
            self.world.add_agency(agency)
        from_scheme, to_scheme = self.schemes
        population.join(self.world, self.origin, PERSON, scheme=from_scheme, months=MONTHS)
        population.pay_in(self.world, self.origin, PERSON, self.fen)
        if self.stops:
            population.stop(self.world, self.origin, PERSON, scheme=from_scheme)
        if self.joins:
            population.join(self.world, self.destination, PERSON, scheme=to_scheme)

    # -- what happens -------------------------------------------------------------------------------------

    def asked(self) -> Asked:
        asked = population.asked(
            self.world, self.origin, self.destination, schemes=self.schemes, channel=self.channel
        )
        return replace(asked, wants_cash=self.wants_cash)

    def apply(self, at: str = "", lot: str = "00000001", *, proposal: bool = False) -> Step:
        """An application at the destination unless said otherwise; it becomes the case of this story."""
        self.case_no, step = population.apply(
            self.world, at or self.destination, PERSON, self.asked(), lot, proposal=proposal
        )
        return step

    def at_origin(self, *events: Event) -> Step:
        return self._at(self.origin, events)

    def at_destination(self, *events: Event) -> Step:
        return self._at(self.destination, events)

    def _at(self, agency: str, events: tuple[Event, ...]) -> Step:
        steps = [self.world.transact(agency, self.case_no, event) for event in events]
        return steps[-1]

    def post(self) -> None:
        """Everything on the wire arrives, receipts too."""
        while self.world.wire:
            self.world.deliver(0)

    def post_messages(self, to: str) -> None:
        """Only messages to one agency arrive; everything else stays on the wire."""
        for letter in list(self.world.wire):
            if isinstance(letter, Packet) and letter.envelope.receiver == to:
                self.world.deliver(self.world.wire.index(letter))

    def days(self, count: int) -> None:
        for _ in range(count):
            self.world.next_day()

    def hears(self, file: File, message: Payload) -> Step:
        """What a message of the other side would do to this file; nothing is written."""
        step = decide(file, Received(file.case_no, message), self.facts(file))
        if step.outcome is not Outcome.DONE:
            assert step.file is file
        return step

    # -- shortcuts to a state -----------------------------------------------------------------------------

    def accepted(self) -> Story:
        self.apply()
        self.post()
        return self

    def form_sent(self) -> Story:
        self.accepted()
        self.at_origin(ISSUE)
        self.post()
        return self

    def record_in(self) -> Story:
        self.form_sent()
        self.at_destination(TAKE_IN)
        self.post()
        return self

    def ordered(self, leg: int = 1) -> Story:
        """The form is received; the money is at the bank."""
        if not self.case_no:
            self.form_sent()
        self.to_bank(leg)
        return self

    def to_bank(self, leg: int = 1, *, at: str = "") -> None:
        for event in (BatchReviewed(leg, REVIEWED), BatchSent(leg, HANDLED, "B1")):
            self.world.transact(at or self.origin, self.case_no, event)

    def settled(self) -> Story:
        """The sending bank confirmed and the destination was advised; nothing arrived yet."""
        self.ordered()
        self.world.settle(self.world.bank.transfers[-1])
        self.post()
        return self

    def arrives(self, fen: int, *, transfer: int = -1) -> None:
        """A receipt at the destination's bank, matched by its reference."""
        self.world.bring(self.world.bank.transfers[transfer], fen)
        agency, receipt = self.world.loose_receipts()[-1]
        assert self.world.match(agency, receipt)

    # -- what was said and booked -------------------------------------------------------------------------

    def told(self, *keys: str) -> list[tuple[str, str, dict[str, object]]]:
        """Every notice so far, where and with its figures; or those with these keys."""
        every = [
            (agency, each.key, dict(each.data)) for agency, step in self.world.kept for each in step.told
        ]
        return [row for row in every if not keys or row[1] in keys]

    def sent(self, *kinds: type) -> list[Payload]:
        """Every message of these kinds so far."""
        return [each for _, step in self.world.kept for each in said(step) if isinstance(each, kinds)]

    def booked(self) -> list[tuple[str, str, str, str, int]]:
        """Reason, rule, debit, credit and fen of everything the machines booked."""
        return [
            (each.reason.value, each.rule, str(each.debit), str(each.credit), each.amount_fen)
            for _, step in self.world.kept
            for each in step.postings
        ]

    # -- what stands --------------------------------------------------------------------------------------

    @property
    def o(self) -> File:
        return self.world.nodes[self.origin].files[self.case_no]

    @property
    def d(self) -> File:
        return self.world.nodes[self.destination].files[self.case_no]

    def facts(self, file: File) -> Facts:
        """What this file's agency knows today."""
        return self.world.nodes[file.agency]._facts(self.world.today, file, file.case_no, ISSUE)

    @property
    def records(self) -> tuple[str, str]:
        """State of the record at origin and destination."""
        return self.o.record.state.value, self.d.record.state.value

    def money(self, leg: int = 1) -> tuple[str, str]:
        """State of one amount at origin and destination."""
        return tuple(track.state.value if track else "-" for track in (self.o.leg(leg), self.d.leg(leg)))  # type: ignore[return-value]  # two of two

    def record_at(self, file: File) -> Waiting:
        waiting = record_waiting(file)
        assert waiting is not None
        return waiting

    def money_at(self, file: File, leg: int = 1) -> Waiting:
        track = file.leg(leg)
        assert track is not None
        waiting = money_waiting(track)
        assert waiting is not None
        return waiting

    def balance(self, agency: str, part: str = "this_year") -> int:
        node = self.world.nodes[agency]
        row = node.find(population.number_of(PERSON))
        assert row is not None
        return node.books.balance(row.account(part))

    def held(self) -> int:
        return sum(hold.amount_fen for hold in self.world.nodes[self.origin].books.open_holds())

    def estate(self, agency: str) -> int:
        books = self.world.nodes[agency].books
        return sum(books.balance(each) for each in books.accounts() if each.kind.value == "estate")

    def months_at(self, agency: str, scheme: Scheme = Scheme.EMPLOYEE) -> int:
        row = self.world.nodes[agency].find(population.number_of(PERSON))
        return row.record.total(scheme.value) if row else 0


def done(step: Step) -> bool:
    return step.outcome is Outcome.DONE


def refused(step: Step) -> str:
    """Why an event changed nothing, with how harmless that is."""
    assert step.outcome is not Outcome.DONE
    assert (step.messages, step.postings, step.holds, step.months) == ((), (), (), ())
    return f"{step.outcome.value}: {step.reason}"


def said(step: Step) -> list[Payload]:
    return [payload for _, payload in step.messages]

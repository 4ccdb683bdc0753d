"""Two agencies' books against a model that recounts everything from a list: 300 runs of up to 60 steps.

Duplicates, clashes, holds racing spending, captures, releases, corrections, foreign entries, in any order Hypothesis
thinks of. After every step: same balances, same answer, available never below 0, and no fen lost or made.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from ledger_tables import account, hold, posting

from jiexu.ledger.accounts import Account, LedgerError
from jiexu.ledger.books import Books
from jiexu.ledger.conserve import Totals, conservation, flows, position
from jiexu.ledger.entries import Hold, HoldResolution, Posting

AGENCIES = ("530300", "510100")
PEOPLE = ("P1", "P2", "P1.earlier")
ROUTES = (
    "opening bank > {p}",
    "contribution bank > {p}",
    "paid_out {p} > bank",
    "paid_to_person {p} > bank",
    "received bank > receipts",
    "credited receipts > {p}",
    "bounced bank > returned",
    "sent_again returned > bank",
    "cleared_out {p} > clearing@{o}",
    "cleared_in clearing@{o} > {p}",
    "given_back receipts > bank",
    "to_estate {p} > estate@{c}",
    "to_estate receipts > estate@{c}",
    "to_estate returned > estate@{c}",
    "to_estate clearing@{o} > estate@{c}",
    "estate_paid estate@{c} > bank",
)


class Model:
    """What one agency's books should say, the slow and obvious way: lists, and counting them again each time."""

    def __init__(self, agency: str) -> None:
        self.agency = agency
        self.postings: list[Posting] = []
        self.holds: list[Hold] = []
        self.ends: list[HoldResolution] = []

    def balance(self, on: Account) -> int:
        came = sum(each.amount_fen for each in self.postings if each.credit == on)
        went = sum(each.amount_fen for each in self.postings if each.debit == on)
        return went - came if on.kind.value == "bank" else came - went

    def held(self, on: Account) -> int:
        ended = [end.hold_id for end in self.ends]
        return sum(each.amount_fen for each in self.holds if each.account == on and each.id not in ended)

    def free(self, on: Account) -> int:
        return self.balance(on) - self.held(on)

    def post(self, new: Posting) -> str:
        if new.agency != self.agency:
            return "not_this_agency"
        for old in self.postings:
            if old.id == new.id:
                return "already_recorded" if old == new else "recorded_differently"
        if new.corrects and not self.may_correct(new):
            return "corrects_nothing"
        if new.debit.kind.value == "personal" and self.free(new.debit) < new.amount_fen:
            return "insufficient"
        self.postings.append(new)
        return "created"

    def may_correct(self, new: Posting) -> bool:
        for old in self.postings:
            if (
                old.id == new.corrects
                and not old.corrects
                and (old.debit, old.credit) == (new.credit, new.debit)
            ):
                back = sum(each.amount_fen for each in self.postings if each.corrects == old.id)
                return back + new.amount_fen <= old.amount_fen
        return False

    def hold(self, new: Hold) -> str:
        if new.account.agency != self.agency:
            return "not_this_agency"
        for old in self.holds:
            if old.id == new.id:
                return "already_recorded" if old == new else "recorded_differently"
        if self.free(new.account) < new.amount_fen:
            return "insufficient"
        self.holds.append(new)
        return "created"

    def resolve(self, end: HoldResolution, move: Posting | None) -> str:  # noqa: PLR0911  one line for each answer
        if move and move.agency != self.agency:
            return "not_this_agency"
        if end in self.ends and (move is None or move in self.postings):
            return "already_recorded"
        if move and move.id in [each.id for each in self.postings]:
            return "recorded_differently"
        if end.hold_id not in [each.id for each in self.holds]:
            return "unknown_hold"
        if end.hold_id in [each.hold_id for each in self.ends]:
            return "already_resolved"
        one = next(each for each in self.holds if each.id == end.hold_id)
        if move and (move.debit, move.amount_fen) != (one.account, one.amount_fen):
            return "not what is held"
        self.ends.append(end)
        self.postings += [move] if move else []
        return "created"


class TwoAgencies(RuleBasedStateMachine):
    postings = Bundle("postings")
    holds = Bundle("holds")
    ends = Bundle("ends")

    agencies = st.sampled_from(AGENCIES)
    people = st.sampled_from(PEOPLE)
    amounts = st.integers(1, 40)
    cases = st.sampled_from(["C1", "C2"])

    def __init__(self) -> None:
        super().__init__()
        self.books = {agency: Books(agency=agency) for agency in AGENCIES}
        self.model = {agency: Model(agency) for agency in AGENCIES}
        self.made = 0

    @initialize()
    def people_have_money(self) -> None:
        for at in AGENCIES:
            for person in PEOPLE:
                self.post(at, posting(f"opening {self.fresh()} {at}/bank > {at}/{person} 60"))

    def fresh(self) -> str:
        self.made += 1
        return f"n{self.made}"

    def post(self, agency: str, move: Posting) -> None:
        self.books[agency], outcome = self.books[agency].post(move)
        assert outcome == self.model[agency].post(move)

    def take(self, agency: str, one: Hold) -> None:
        self.books[agency], outcome = self.books[agency].hold(one)
        assert outcome == self.model[agency].hold(one)

    def end(self, agency: str, one: HoldResolution, move: Posting | None) -> None:
        expected = self.model[agency].resolve(one, move)
        if expected == "not what is held":
            with pytest.raises(LedgerError):
                self.books[agency].resolve(one, *([move] if move else []))
        else:
            self.books[agency], outcome = self.books[agency].resolve(one, *([move] if move else []))
            assert outcome == expected

    @rule(
        target=postings, at=agencies, person=people, route=st.sampled_from(ROUTES), amount=amounts, case=cases
    )
    def money_moves(self, at: str, person: str, route: str, amount: int, case: str) -> Posting:
        other = AGENCIES[1 - AGENCIES.index(at)]
        reason, debit, _, credit = route.format(p=person, o=other, c=case).split()
        move = posting(f"{reason} {self.fresh()} {at}/{debit} > {at}/{credit} {amount} {case}/1")
        self.post(at, move)
        return move

    @rule(at=agencies, move=postings)
    def a_posting_comes_again_perhaps_to_the_wrong_door(self, at: str, move: Posting) -> None:
        self.post(at, move)

    @rule(move=postings, amount=amounts)
    def a_posting_comes_with_another_amount(self, move: Posting, amount: int) -> None:
        self.post(move.agency, replace(move, amount_fen=amount))

    @rule(target=postings, move=postings, amount=amounts, swapped=st.sampled_from([True, True, True, False]))
    def a_posting_is_taken_back(self, move: Posting, amount: int, swapped: bool) -> Posting:
        way = (move.credit, move.debit) if swapped else (move.debit, move.credit)
        back = posting(f"correction {self.fresh()} bank > P1 1 {move.case_no}/1 of x")
        back = replace(back, debit=way[0], credit=way[1], amount_fen=amount, corrects=move.id)
        self.post(move.agency, back)
        return back

    @rule(target=holds, at=agencies, person=people, amount=amounts, case=cases)
    def an_amount_is_held(self, at: str, person: str, amount: int, case: str) -> Hold:
        one = hold(f"{self.fresh()} {at}/{person} {amount} {case}/1")
        self.take(at, one)
        return one

    @rule(at=agencies, one=holds)
    def a_hold_comes_again_perhaps_to_the_wrong_door(self, at: str, one: Hold) -> None:
        self.take(at, one)

    @rule(one=holds, amount=amounts)
    def a_hold_comes_with_another_amount(self, one: Hold, amount: int) -> None:
        self.take(one.account.agency, replace(one, amount_fen=amount))

    @rule(target=ends, one=holds)
    def a_hold_is_captured(self, one: Hold) -> tuple[str, HoldResolution, Posting | None]:
        agency, case = one.account.agency, one.case_no
        move = posting(f"paid_out {self.fresh()} {agency}/P1 > {agency}/bank {one.amount_fen} {case}/1")
        move = replace(move, debit=one.account)
        end = HoldResolution(one.id, "captured", (move.id,))
        self.end(agency, end, move)
        return agency, end, move

    @rule(target=ends, one=holds)
    def a_hold_is_released(self, one: Hold) -> tuple[str, HoldResolution, Posting | None]:
        end = HoldResolution(one.id, "released")
        self.end(one.account.agency, end, None)
        return one.account.agency, end, None

    @rule(at=agencies, given=ends)
    def an_end_comes_again_perhaps_to_the_wrong_door(
        self, at: str, given: tuple[str, HoldResolution, Posting | None]
    ) -> None:
        self.end(at, given[1], given[2])

    @rule(one=holds, move=postings)
    def a_hold_is_captured_by_a_posting_that_stands_already(self, one: Hold, move: Posting) -> None:
        fits = (move.debit, move.amount_fen, move.case_no) == (one.account, one.amount_fen, one.case_no)
        if fits and not move.corrects:
            self.end(move.agency, HoldResolution(one.id, "captured", (move.id,)), move)

    @rule(at=agencies, data=st.data())
    def the_past_is_what_it_was(self, at: str, data: st.DataObject) -> None:
        books = self.books[at]
        step = data.draw(st.integers(0, len(books.steps)))
        then = replay(books, step)
        for each in books.accounts():
            assert books.balance(each, as_of=step) == then.balance(each)
            assert books.held(each, as_of=step) == then.held(each)
        assert books.accounts(as_of=step) == then.accounts()

    @invariant()
    def books_and_model_agree_and_nothing_is_spent_twice(self) -> None:
        for agency, books in self.books.items():
            model = self.model[agency]
            assert list(books.postings()) == model.postings
            for each in books.accounts():
                assert books.balance(each) == model.balance(each)
                assert books.held(each) == model.held(each)
            for person in PEOPLE:
                one = account(f"{agency}/{person}")
                assert books.balance(one) - books.held(one) == books.available(one) >= 0
                assert books.held(one) >= 0

    @invariant()
    def no_fen_is_lost_or_made(self) -> None:
        moved = flows(each for books in self.books.values() for each in books.postings())
        statement = conservation(before=Totals(), after=position(*self.books.values()), moved=moved)
        assert statement.holds, statement.as_json()


def replay(books: Books, step: int) -> Books:
    """The books written anew up to a step."""
    anew = Books(agency=books.agency)
    for entries in books.steps[:step]:
        match entries:
            case (Posting() as only,):
                anew, outcome = anew.post(only)
            case (Hold() as only,):
                anew, outcome = anew.hold(only)
            case (HoldResolution() as end, *moves):
                anew, outcome = anew.resolve(end, *moves)
        assert outcome == "created"
    return anew


TwoAgencies.TestCase.settings = settings(
    max_examples=300,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
TestTwoAgencies = TwoAgencies.TestCase

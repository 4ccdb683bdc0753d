"""One person's question made ready to be answered: places found, dates chosen, and facts as the rules want them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from jiexu.guide.place import Place
from jiexu.guide.question import Question
from jiexu.guide.sentence import Sentence, Voice
from jiexu.guide.situation import Situation, Stretch
from jiexu.rules.calendar import Calendar
from jiexu.rules.inputs import AccountPart, Asked, Enrolment, PersonFacts, Scheme, Status
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.values.month import Month

TOLD = "told"
"""Name of the one account part a person can tell of."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one topic says, and what it would have to know to say more."""

    sentences: tuple[Sentence, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """``on``: the day of the answer. ``history``: the months told, with their areas found.
    ``home``: area of the household registration, None where it is not told. ``day``: that of the application, told or today; it picks the procedure."""

    told: Situation
    policy: Policy
    calendar: Calendar
    here: Place
    there: Place
    on: date
    history: tuple[Stretch, ...] = ()
    home: str | None = None
    day: date = field(init=False)
    voice: Voice = field(init=False)
    procedure: Found | Unknown = field(init=False)

    def __post_init__(self) -> None:
        """Chooses the day of the application and the procedure that was in force on it."""
        day = self.told.applied_on or self.told.accepted_on or self.on
        object.__setattr__(self, "day", day)
        object.__setattr__(self, "voice", Voice(self.policy, day))
        object.__setattr__(self, "procedure", self.policy.find("handling.procedure", on=day))

    @property
    def is_current(self) -> bool:
        """Whether the procedure of today was in force on the day of the application."""
        return isinstance(self.procedure, Found) and self.procedure.value == "platform"

    @property
    def asked(self) -> Asked | None:
        """The application as the rules read it; None while a scheme is not told."""
        told = self.told
        return None if told.from_scheme is None or told.to_scheme is None else self.between

    @property
    def between(self) -> Asked:
        """The application by its two places alone: a scheme that is not told stands as employee."""
        told = self.told
        return Asked(
            received_on=self.day,
            origin=self.here.code,
            destination=self.there.code,
            from_scheme=told.from_scheme or Scheme.EMPLOYEE,
            to_scheme=told.to_scheme or Scheme.EMPLOYEE,
            wants_cash=told.wants_cash,
        )

    @property
    def at_origin(self) -> PersonFacts | None:
        """What the origin would see; None while the scheme or the state of the enrolment is not told."""
        return None if self.told.status is None else self.holder

    @property
    def holder(self) -> PersonFacts | None:
        """The person at the origin with the account as told; None while the scheme is not told."""
        told = self.told
        if told.from_scheme is None:
            return None
        enrolment = Enrolment(
            scheme=told.from_scheme,
            status=told.status or Status.STOPPED,
            since=self.day,
            stopped_on=told.stopped_on,
            cover_year=told.cover_year_here,
        )
        return self._person(enrolment, self.account)

    @property
    def at_destination(self) -> PersonFacts | None:
        """What the destination would see; None while it is not told whether the person is insured there."""
        told = self.told
        if told.to_scheme is None or (told.joined is None and told.joined_on is None):
            return None
        if not self.is_joined:
            return self._person(None, ())
        paid = told.first_paid is None or told.first_paid <= Month.containing(self.day)
        enrolment = Enrolment(
            scheme=told.to_scheme,
            status=Status.INSURED,
            since=told.joined_on or self.day,
            cover_year=told.cover_year_there,
            first_month_paid=paid,
        )
        return self._person(enrolment, ())

    @property
    def is_joined(self) -> bool:
        """Whether cover at the destination has begun, or is told to have."""
        told = self.told
        if told.joined_on is not None:
            return told.joined_on <= self.day or told.to_scheme is Scheme.RESIDENT
        return told.joined is True

    @property
    def nothing_paid(self) -> bool:
        """Whether it is told that no month was ever paid at the origin."""
        told = self.told
        return told.insured_months == 0 and told.last_paid is None and not self.history

    @property
    def account(self) -> tuple[AccountPart, ...]:
        """The account as told; empty where the person said nothing of it."""
        balance = self.told.balance_fen
        return () if balance is None else (AccountPart(TOLD, balance),)

    def _person(self, enrolment: Enrolment | None, account: tuple[AccountPart, ...]) -> PersonFacts:
        """Who did not tell a birth date is judged as too young to retire: nothing is said about age then."""
        return PersonFacts(
            birth=self.told.birth or self.day,
            document_kind=self.told.document_kind,
            enrolments=() if enrolment is None else (enrolment,),
            account=account,
            sex=self.told.sex,
        )

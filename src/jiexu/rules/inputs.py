"""What the rules look at: facts an agency holds about a person, and what an application says.

Facts come from the agencies, never from the application: an application names person, areas, schemes,
applicant and channel; whether somebody is insured, stopped or retired is read from the agency's own record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Scheme(StrEnum):
    """Schemes whose relationship can move; values are national codes (``nhsa:insutype``)."""

    EMPLOYEE = "310"
    RESIDENT = "390"


class Status(StrEnum):
    """State of an enrolment as its agency records it."""

    INSURED = "insured"
    STOPPED = "stopped"
    RETIRED = "retired"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class Payer(StrEnum):
    """Who pays contributions; words of the axis ``payer``. ``unemployed``: paid by the unemployment fund."""

    EMPLOYER = "employer"
    FLEXIBLE = "flexible"
    UNEMPLOYED = "unemployed"


class Applicant(StrEnum):
    MEMBER = "member"
    EMPLOYER = "employer"
    AGENT = "agent"


class Channel(StrEnum):
    ONLINE = "online"
    COUNTER = "counter"
    PROACTIVE = "proactive"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One person in one scheme at one agency, as recorded there.

    ``since``: first day of cover. ``stopped_on``: last day of cover, None while insured. ``cover_year``: the
    calendar year a resident's enrolment is for (resident cover is yearly), None for employees.
    ``has_account``: a 310 enrolment is not proof of a personal account (standards.md).
    ``first_month_paid``: whether the first month of this enrolment is paid in full (R-022, R-091).
    """

    scheme: Scheme
    status: Status
    since: date
    stopped_on: date | None = None
    cover_year: int | None = None
    employer: str | None = None
    has_account: bool = True
    first_month_paid: bool = True


@dataclass(frozen=True, slots=True)
class AccountPart:
    """One part of a personal account in fen. Only movable parts are ever held or moved."""

    part: str
    balance_fen: int
    held_fen: int = 0
    movable: bool = True

    @property
    def available_fen(self) -> int:
        return self.balance_fen - self.held_fen


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What one agency knows about one person on one day.

    ``enrolments``: every enrolment at this agency. ``account``: parts of the personal account, empty when
    there is none. ``owed_fen``: overpaid benefits the person owes this agency (R-035).
    ``already_moved_out``: months were counted out of here by an earlier transfer (R-087).
    ``movable_months``: months this agency counts now and could hand over in the scheme asked about.
    ``sharing_open``: a family-sharing relation is open (R-050). ``document_kind``: kind of the identity
    document matched, as in ``nhsa:psn_cert_type``. ``birth``: date of birth. ``sex``: None where the record does
    not say it (R-006). ``basic_data_agree``: name and number agree with what the application says (R-095).
    """

    birth: date
    document_kind: str
    enrolments: tuple[Enrolment, ...] = ()
    account: tuple[AccountPart, ...] = ()
    owed_fen: int = 0
    already_moved_out: bool = False
    movable_months: int = 0
    sharing_open: bool = False
    died_on: date | None = None
    arrears_months: int = 0
    posted: bool = False
    sex: Sex | None = None
    basic_data_agree: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application asks, after its areas were resolved.

    ``received_on``: the day the application was received, Beijing date. ``origin`` / ``destination``:
    six-digit codes of pooling areas. ``authorised``: an agent showed an authorisation.
    ``wants_cash``: the person asked for the balance in cash (R-041). ``employer``: unified social credit code of an applying employer.
    """

    received_on: date
    origin: str
    destination: str
    from_scheme: Scheme
    to_scheme: Scheme
    applicant: Applicant = Applicant.MEMBER
    channel: Channel = Channel.ONLINE
    authorised: bool = False
    employer: str | None = None
    wants_cash: bool = False

    @property
    def between_residents(self) -> bool:
        """居民→居民: whether cover is by the year on both sides (R-010, R-021)."""
        return self.from_scheme is self.to_scheme is Scheme.RESIDENT

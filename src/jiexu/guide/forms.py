"""Forms and papers of transfers beside the medical one: what stands on each, filled from what is told (PEN-32, PEN-36).

jiexu moves no pension money and issues no paper of a pension agency: it fills what a person or an agency prints, signs
and hands over. No field that must be filled is left blank. Fields are those the steps of the law need; the printed
forms of single provinces are not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from jiexu.guide.sentence import AreaCode, Data, Due, DueKind, Fen, Key, Sentence, Voice
from jiexu.rules.calendar import Calendar
from jiexu.rules.clocks import Clock, NoClockError
from jiexu.rules.decision import Decision
from jiexu.rules.inputs import Payer
from jiexu.rules.pension.amount import arrears
from jiexu.rules.pension.applying import certificate, paper_of, who_applies
from jiexu.rules.pension.course import Days, course
from jiexu.rules.pension.route import inside_or_across, may_move
from jiexu.rules.pension.steps import Step, step_due
from jiexu.rules.policy import Policy
from jiexu.rules.service import Against, nothing_more, remedy
from jiexu.rules.unemployment.limits import file_by, reminders
from jiexu.values.errors import ValueFault
from jiexu.values.month import Month


class FormKind(StrEnum):
    """What is filled. The comment names who signs it."""

    PENSION_APPLICATION = "pension-application"  # person or employer
    CERTIFICATE_REQUEST = "pension-certificate-request"  # person
    PENSION_CERTIFICATE = "pension-certificate"  # old place
    PENSION_LETTER = "pension-letter"  # new place
    PENSION_SHEET = "pension-sheet"  # old place
    PENSION_REFUSAL = "pension-refusal"  # new place
    UNEMPLOYMENT_CERTIFICATE = "unemployment-certificate"  # old place
    INSURANCE_PROOF = "insurance-proof"  # new place
    OLD_APPLICATION = "old-application"  # person, in former years


class Shape(StrEnum):
    """How a field is written."""

    TEXT = "text"
    DOCUMENT = "document"
    DAY = "day"
    MONTH = "month"
    RUNS = "runs"
    AREA = "area"
    FEN = "fen"
    CHOICE = "choice"


class Applicant(StrEnum):
    """Who hands an application in."""

    PERSON = "person"
    FLEXIBLE = "flexible"
    EMPLOYER = "employer"


class Ground(StrEnum):
    """Why a pension agency does not take an application: the conditions of the law, each with its rule."""

    DRAWING = "drawing"
    REGISTRATION_ONLY = "registration_only"
    NOT_JOINED = "not_joined"
    NOT_STOPPED = "not_stopped"
    ARREARS_REFUSED = "arrears_refused"


@dataclass(frozen=True, slots=True)
class Blank:
    """One field. ``needed``: it may not stay empty. ``only``: needed for these applicants alone, and not asked of others."""

    name: str
    shape: Shape
    needed: bool = True
    only: frozenset[Applicant] | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """``to``: field of the place it goes to, None where it goes to nobody in particular. ``version``: of the form as
    printed here. ``lines``: what stands below the fields. ``former``: kept to copy an old paper, not to be handed in.
    """

    kind: FormKind
    blanks: tuple[Blank, ...]
    lines: Callable[[Filling], Iterator[Sentence]]
    to: str | None = None
    version: int = 1
    former: bool = False

    def asked(self, given: Mapping[str, Any]) -> tuple[Blank, ...]:
        """The fields that are asked of this applicant."""
        applicant = given.get("applicant")
        return tuple(one for one in self.blanks if one.only is None or applicant in one.only)


class FormError(ValueFault):
    """The form cannot be filled: a field that must not be blank is."""


@dataclass(frozen=True, slots=True)
class Filling:
    """A form with what is written into it. ``on``: the day of the paper."""

    form: Form
    given: Mapping[str, Any]
    policy: Policy
    calendar: Calendar
    on: date

    @property
    def voice(self) -> Voice:
        return Voice(self.policy, self.on)

    def tell(
        self, decision: Decision, key: str, data: Data | None = None, due: Due | None = None
    ) -> Sentence:
        """A sentence of the form on the ground of a decision."""
        return self.voice.tell(decision, f"forms.{key}", data or {}, due=due)


@dataclass(frozen=True, slots=True)
class Filled:
    """``lines``: heading first, fields, what follows from them, signature last. ``until``: last day it names."""

    kind: FormKind
    version: int
    lines: tuple[Sentence, ...]
    until: date | None


def fill(kind: FormKind, given: Mapping[str, Any], *, policy: Policy, calendar: Calendar, on: date) -> Filled:
    """The form with every field filled. Raises FormError naming the first field that is missing."""
    form = FORMS[kind]
    missing = [one.name for one in form.asked(given) if one.needed and given.get(one.name) in {None, "", ()}]
    if missing:
        raise FormError(
            "form_blank",
            "The form needs {field}; fill it in, nothing on it may stay blank.",
            field=missing[0],
        )
    lines = tuple(_written(Filling(form, given, policy, calendar, on)))
    until = next((one.due.on for one in lines if one.due is not None), None)
    return Filled(kind, form.version, lines, until)


def _written(filling: Filling) -> Iterator[Sentence]:
    form, given = filling.form, filling.given
    paper = paper_of(kind=form.kind.value)
    yield filling.tell(paper, f"{_key(form.kind)}_title", {"version": form.version})
    if form.to is not None:
        yield filling.tell(paper, "to_agency", {"area": AreaCode(given[form.to])})
    if form.former:
        yield filling.tell(paper, "former")
    for blank in form.asked(given):
        yield from _field(filling, paper, blank)
    yield from form.lines(filling)
    signed = "signed_agency" if _by_agency(form) else "signed_employer" if _by_employer(given) else "signed"
    yield filling.tell(paper, signed, {"on": filling.on})


def _field(filling: Filling, paper: Decision, blank: Blank) -> Iterator[Sentence]:
    """A field with what is written into it; several on lines of their own."""
    value = filling.given.get(blank.name)
    if blank.name == "grounds" or value in {None, "", ()}:
        return
    for one in value if isinstance(value, tuple) else (value,):
        yield filling.tell(paper, f"field_{blank.name}", {"value": SHOWN.get(blank.shape, str)(one)})


SHOWN: Mapping[Shape, Callable[[Any], Any]] = {
    Shape.AREA: AreaCode,
    Shape.FEN: Fen,
    Shape.DAY: lambda day: day,
    Shape.MONTH: lambda month: month,
    Shape.CHOICE: lambda word: Key(f"forms.word_{word}"),
}
"""How a value stands on the paper; everything else as it was written."""


def _key(kind: FormKind) -> str:
    return kind.value.replace("-", "_")


def _by_agency(form: Form) -> bool:
    return form.kind in AGENCIES_PAPERS


def _by_employer(given: Mapping[str, Any]) -> bool:
    return given.get("applicant") == Applicant.EMPLOYER


# ---------------------------------------------------------------- what stands below the fields


def _application(filling: Filling) -> Iterator[Sentence]:
    """The request, that nothing more is asked for, and by when it is answered."""
    employer = _by_employer(filling.given)
    asked = who_applies(payer=Payer.EMPLOYER if employer else Payer.FLEXIBLE)
    yield filling.tell(asked, "request")
    if employer:
        yield filling.tell(asked, "authorised")
    yield filling.voice.tell(nothing_more(policy=filling.policy, on=filling.on))
    yield from _due(filling, Step.REVIEW, filling.on, filling.on, "answered_by")


def _certificate_request(filling: Filling) -> Iterator[Sentence]:
    needed = certificate(online=False)
    yield filling.tell(needed, "certificate_please")
    yield filling.voice.tell(certificate(online=True))
    yield filling.tell(needed, "certificate_no_day")


def _certificate(filling: Filling) -> Iterator[Sentence]:
    yield filling.voice.tell(certificate(online=True))


def _letter(filling: Filling) -> Iterator[Sentence]:
    """That the new place agrees, and by when the letter has to go and the old place to hand over."""
    agreed = course(
        days=Days(applied_on=filling.given["applied_on"]),
        today=max(filling.on, filling.given["applied_on"]),
        calendar=filling.calendar,
        policy=filling.policy,
    )
    yield filling.tell(agreed.decisions[0], "agreed")
    applied = filling.given["applied_on"]
    yield from _due(filling, Step.REVIEW, applied, applied, "letter_by")
    yield filling.tell(agreed.decisions[0], "hand_over")


def _sheet(filling: Filling) -> Iterator[Sentence]:
    paper = paper_of(kind=filling.form.kind.value)
    yield filling.tell(paper, "sheet_complete")
    start = filling.given["letter_on"]
    yield from _due(filling, Step.OUT, start, start, "out_by")


def _refusal(filling: Filling) -> Iterator[Sentence]:
    """Each reason with its rule, and the way to have it reviewed."""
    for ground in filling.given["grounds"]:
        decision = _ground(filling, Ground(ground))
        yield filling.voice.tell(decision)
        yield filling.tell(decision, "refusal_rule", {"rule": decision.rule})
    way = remedy(
        against=Against.AGENCY, known_on=filling.on, calendar=filling.calendar, policy=filling.policy
    )
    yield filling.voice.tell(way.decisions[0])
    if way.until is not None:
        due = Due(way.until, DueKind.LEGAL)
        yield filling.tell(way.decisions[0], "refusal_until", {"until": way.until}, due=due)


def _ground(filling: Filling, ground: Ground) -> Decision:
    given = filling.given
    if ground is Ground.DRAWING:
        return may_move(drawing=True)
    if ground is Ground.REGISTRATION_ONLY:
        return inside_or_across(
            origin=given["origin"],
            destination=given["destination"],
            between_systems=False,
            policy=filling.policy,
            on=filling.on,
        )
    if ground is Ground.ARREARS_REFUSED:
        return arrears(months=1, refuses_to_pay=True)
    joined = Month.containing(filling.on) if ground is Ground.NOT_STOPPED else None
    found = course(
        days=Days(first_month=joined), today=filling.on, calendar=filling.calendar, policy=filling.policy
    )
    return found.decisions[0]


def _unemployment(filling: Filling) -> Iterator[Sentence]:
    """By when the certificate has to be handed in, where a place says so, and when to think of it."""
    given = filling.given
    limit = file_by(
        area=given["destination"],
        certificate_on=filling.on,
        calendar=filling.calendar,
        policy=filling.policy,
    )
    yield filling.voice.tell(limit.decisions[0])
    if limit.on is None:
        return
    days: Data = {"area": AreaCode(given["destination"]), "until": limit.on}
    yield filling.tell(limit.decisions[0], "file_by", days, due=Due(limit.on, DueKind.LEGAL))
    for one in reminders(limit=limit, certificate_on=filling.on):
        yield filling.tell(limit.decisions[0], "remind", {"day": one})


def _proof(filling: Filling) -> Iterator[Sentence]:
    yield filling.tell(paper_of(kind=filling.form.kind.value), "proof_is_not")


def _old(filling: Filling) -> Iterator[Sentence]:
    yield filling.voice.tell(who_applies(payer=Payer.EMPLOYER))


def _due(filling: Filling, step: Step, start: date, applied: date, key: str) -> Iterator[Sentence]:
    """A day of the law (PEN-23); nothing before the rule of 2010."""
    clock = _clock(filling, step, start, applied)
    if clock is not None:
        due = Due(clock.on, DueKind.PROVISIONAL if clock.kind == "provisional" else DueKind.LEGAL)
        yield filling.tell(clock.decision, key, {"due": clock.on}, due=due)


def _clock(filling: Filling, step: Step, start: date, applied: date) -> Clock | None:
    try:
        return step_due(
            step=step, start=start, applied_on=applied, calendar=filling.calendar, policy=filling.policy
        )
    except NoClockError:
        return None


NAME, DOCUMENT = Blank("name", Shape.TEXT), Blank("document_number", Shape.DOCUMENT)
FROM, INTO = Blank("origin", Shape.AREA), Blank("destination", Shape.AREA)
SERIAL = Blank("serial", Shape.TEXT)
RUNS = Blank("months", Shape.RUNS)
PERSON = (NAME, DOCUMENT)
EMPLOYED = frozenset({Applicant.EMPLOYER})
AGENCIES_PAPERS = frozenset(
    {
        FormKind.PENSION_CERTIFICATE,
        FormKind.PENSION_LETTER,
        FormKind.PENSION_SHEET,
        FormKind.PENSION_REFUSAL,
        FormKind.UNEMPLOYMENT_CERTIFICATE,
        FormKind.INSURANCE_PROOF,
    }
)
FORMS: Mapping[FormKind, Form] = {
    form.kind: form
    for form in (
        Form(
            FormKind.PENSION_APPLICATION,
            (
                Blank("applicant", Shape.CHOICE, choices=tuple(each.value for each in Applicant)),
                *PERSON,
                Blank("phone", Shape.TEXT),
                FROM,
                INTO,
                Blank("last_month", Shape.MONTH),
                Blank("first_month", Shape.MONTH),
                Blank("employer", Shape.TEXT, only=EMPLOYED),
                Blank("authorised_on", Shape.DAY, only=EMPLOYED),
            ),
            _application,
            to="destination",
        ),
        Form(
            FormKind.CERTIFICATE_REQUEST,
            (*PERSON, Blank("phone", Shape.TEXT), FROM, INTO),
            _certificate_request,
            to="origin",
        ),
        Form(
            FormKind.PENSION_CERTIFICATE,
            (SERIAL, *PERSON, FROM, RUNS, Blank("account", Shape.FEN)),
            _certificate,
        ),
        Form(
            FormKind.PENSION_LETTER,
            (SERIAL, *PERSON, FROM, INTO, Blank("applied_on", Shape.DAY)),
            _letter,
            to="origin",
        ),
        Form(
            FormKind.PENSION_SHEET,
            (
                SERIAL,
                *PERSON,
                FROM,
                INTO,
                Blank("letter_on", Shape.DAY),
                RUNS,
                Blank("account", Shape.FEN),
                Blank("pooled", Shape.FEN),
                Blank("statement", Shape.CHOICE, choices=("attached",)),
            ),
            _sheet,
            to="destination",
        ),
        Form(
            FormKind.PENSION_REFUSAL,
            (
                SERIAL,
                NAME,
                FROM,
                INTO,
                Blank("applied_on", Shape.DAY),
                Blank("grounds", Shape.CHOICE, choices=tuple(each.value for each in Ground)),
            ),
            _refusal,
        ),
        Form(FormKind.UNEMPLOYMENT_CERTIFICATE, (SERIAL, *PERSON, FROM, INTO, RUNS), _unemployment),
        Form(
            FormKind.INSURANCE_PROOF,
            (
                SERIAL,
                *PERSON,
                INTO,
                Blank("scheme", Shape.CHOICE, choices=("310", "390")),
                Blank("since", Shape.MONTH),
            ),
            _proof,
        ),
        Form(FormKind.OLD_APPLICATION, (NAME, FROM, INTO, Blank("applied_on", Shape.DAY)), _old, former=True),
    )
}

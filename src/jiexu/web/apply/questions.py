"""The questions of an application: what each offers from what agencies know, and how what was sent is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jiexu.gateways.policyfiles.areas import areas
from jiexu.rules.inputs import Applicant, Asked, Scheme
from jiexu.texts import LANGS, Lang, say
from jiexu.usecases.asking import Insured, Whose
from jiexu.usecases.doors import Role
from jiexu.values import bank
from jiexu.values.areas import Found
from jiexu.values.errors import ValueFault
from jiexu.web.apply.draft import Draft
from jiexu.wording.finding import NoOnePlaceError
from jiexu.wording.policy import place_name

OTHER = "other"
SCHEME_OF = {"origin": "from_scheme", "destination": "to_scheme"}
QUESTIONS = ("origin", "from_scheme", "destination", "to_scheme", "cash", "account")
"""Every question there is a page for. ``cash`` is asked of nobody who does not ask; ``account`` where a rule pays the person."""
SCHEMES = tuple(scheme.value for scheme in Scheme)
YES_NO = ("yes", "no")
APPLICANTS = {
    Role.PERSON: Applicant.MEMBER,
    Role.AGENT: Applicant.AGENT,
    Role.EMPLOYER: Applicant.EMPLOYER,
}


@dataclass(frozen=True, slots=True)
class WrongAnswerError(Exception):
    """What was sent cannot be read. ``field``: where; ``said``: why, in every language."""

    field: str
    said: Mapping[Lang, str]


def offered(word: str, whose: Whose) -> tuple[Insured, ...]:
    """Places an agency knows the person at, for the two questions about places."""
    return whose.origins if word == "origin" else whose.destinations


def read(word: str, typed: Mapping[str, str], whose: Whose, *, on: date) -> dict[str, str | None]:
    """Answers in what was sent; a place an agency knows answers its scheme too. Raises WrongAnswerError."""
    given = typed.get("answer", "").strip()
    if word in SCHEME_OF:
        return _place(word, given, typed.get("other", "").strip(), whose, on)
    if word == "account":
        try:
            return {word: bank.validate_account(given)}
        except bank.BankNumberError as error:
            raise _fault("answer", error) from None
    choices = YES_NO if word == "cash" else SCHEMES
    if given not in choices:
        raise _wrong("a-1", "error_choose")
    return {word: given}


def _place(word: str, given: str, other: str, whose: Whose, on: date) -> dict[str, str | None]:
    known = {each.way: each for each in offered(word, whose)}
    if given in known and not other:
        return {word: known[given].place.code, SCHEME_OF[word]: known[given].scheme.value}
    if given and given != OTHER and not other:
        raise _wrong("a-1" if known else "other", "error_choose")
    if not other:
        raise _wrong("other" if given == OTHER or not known else "a-1", "error_place")
    found = areas().find(other, on)
    if not isinstance(found, Found):
        trouble = NoOnePlaceError(found, other)
        raise WrongAnswerError("other", {lang: trouble.sentence(lang) for lang in LANGS})
    return {word: found.pool.code, SCHEME_OF[word]: None}


def _wrong(field: str, key: str) -> WrongAnswerError:
    return WrongAnswerError(field, {lang: say(lang, f"pages_apply.{key}") for lang in LANGS})


def _fault(field: str, error: ValueFault) -> WrongAnswerError:
    return WrongAnswerError(field, {lang: say(lang, f"errors.{error.code}", **error.data) for lang in LANGS})


def place_of(code: str, lang: Lang) -> str:
    """The short name of a place by code; empty for none."""
    return place_name(code, lang) if code else ""


def left(draft: Draft, *, needs_account: bool = False) -> str | None:
    """The next question, None where all are answered."""
    asked = ("origin", "from_scheme", "destination", "to_scheme", *(("account",) if needs_account else ()))
    return next((word for word in asked if word not in draft.words), None)


def before(word: str, draft: Draft) -> str | None:
    """The question before this one that was answered by itself; None for the first."""
    earlier = [
        each for each in QUESTIONS[: QUESTIONS.index(word)] if each in draft.words and each in SCHEME_OF
    ]
    return earlier[-1] if earlier else None


def asked(draft: Draft, role: Role, *, on: date, employer: str | None = None) -> Asked:
    """What the rules look at. An agent's grant is the authorisation: it names the person and a last day."""
    return Asked(
        received_on=on,
        origin=draft.words["origin"],
        destination=draft.words["destination"],
        from_scheme=Scheme(draft.words["from_scheme"]),
        to_scheme=Scheme(draft.words["to_scheme"]),
        applicant=APPLICANTS[role],
        authorised=role is Role.AGENT,
        employer=employer,
        wants_cash=draft.words.get("cash") == "yes",
    )

"""Several cases, one button: each by the one path of its step, and each with its own outcome shown.

Only what is safe: steps that wait for a second person or go into a reviewed batch, and the second person's word on steps of
the ordinary way. Decisions, deaths, money by hand and steps with a choice are made one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.texts import Lang, say
from jiexu.usecases import reading, reviews
from jiexu.usecases.deskwork import Verb
from jiexu.usecases.doors import Role
from jiexu.usecases.node import Node
from jiexu.values import case_number
from jiexu.values.case_number import CaseNumberError
from jiexu.values.errors import ValueFault
from jiexu.web import desk, office, routes
from jiexu.web.doors import Visitor
from jiexu.web.inboxes import AGREED_TOGETHER
from jiexu.web.pages import language_of, page
from jiexu.web.routes import DESK
from jiexu.web.views import deskside
from jiexu.web.views.deskside import TOGETHER

MOST: Final = 50
"""Cases of one button."""
PICK: Final = re.compile(r"[0-9-]{10}\.(?P<case>[0-9A-Z]{1,20})\.(?P<leg>[0-9]{1,9})", re.ASCII)
"""A row of the inbox, by its key."""
RECORD: Final = frozenset({Verb.ISSUE_FORM, Verb.TAKE_IN})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case. ``well``: whether it was done or asked; ``said``: in the reader's words."""

    case_no: str
    name: str
    verb: str
    well: bool
    said: str


def together(request: HttpRequest) -> HttpResponse:
    """The next step of each chosen case, where it is one of those that are safe together."""
    visitor, agency = office.here(request)
    picks = [PICK.fullmatch(each) for each in dict.fromkeys(request.POST.getlist("pick"))][:MOST]
    with office.at_desk(agency) as node:
        outcomes = [
            _step(request, node, visitor, agency, pick["case"], int(pick["leg"]))
            for pick in picks
            if pick is not None
        ]
    return _told(request, visitor, outcomes)


def _step(request: HttpRequest, node: Node, visitor: Visitor, agency: str, number: str, leg: int) -> Outcome:
    lang = language_of(request)
    try:
        plain = case_number.validate(number)
        found = desk.ask(lambda reader: reading.case(reader, case_no=plain, agency=agency))
    except (CaseNumberError, reading.NoSuchCaseError):
        return Outcome(number, "", "", well=False, said=say(lang, "doors.not_now"))
    act = next(
        (
            act
            for act in deskside.acts_of(found, agency)
            if act.verb in TOGETHER
            and act.role in visitor.roles
            and (act.verb in RECORD) == (leg == 0)
            and act.leg == max(leg, 1)
        ),
        None,
    )
    if act is None:
        return Outcome(plain, found.row.name, "", well=False, said=say(lang, "doors.not_now"))
    try:
        told = deskside.take_step(node, visitor, found, agency, act, "")
    except ValueFault as fault:
        return Outcome(
            plain, found.row.name, act.verb.value, well=False, said=office.sentence(request, fault)
        )
    well, said = _words(lang, told)
    return Outcome(plain, found.row.name, act.verb.value, well=well, said=said)


def agree(request: HttpRequest) -> HttpResponse:
    """The second person's word on each chosen step, as they saw it."""
    visitor, agency = office.here(request)
    picks = [each.partition(".") for each in dict.fromkeys(request.POST.getlist("pick"))][:MOST]
    lang, day, outcomes = language_of(request), desk.ask(reading.today_of), []
    with office.at_desk(agency) as node:
        for number, _, seen in picks:
            try:
                review = reviews.find(node, agency, number)
            except reviews.ReviewError as fault:
                outcomes.append(Outcome("", "", "", well=False, said=office.sentence(request, fault)))
                continue
            case_no, name, verb = review.case_no, review.name, review.verb.value
            if review.verb not in AGREED_TOGETHER or not (seen.isascii() and seen.isdigit()):
                outcomes.append(Outcome(case_no, name, verb, well=False, said=say(lang, "doors.one_by_one")))
                continue
            try:
                told = reviews.agree(node, agency, number, by=visitor.name, on=day, seen=int(seen))
            except ValueFault as fault:
                outcomes.append(
                    Outcome(case_no, name, verb, well=False, said=office.sentence(request, fault))
                )
                continue
            well, said = _words(lang, told)
            outcomes.append(Outcome(case_no, name, verb, well=well, said=said))
    return _told(request, visitor, outcomes)


def _words(lang: Lang, told: str) -> tuple[bool, str]:
    """Whether a step went well, and what is said of it."""
    word, _, reason = told.partition(": ")
    if word in {"done", "already_done", "asked"}:
        return True, say(lang, "doors.bulk_asked" if word == "asked" else "doors.bulk_done")
    return False, say(lang, f"reasons.{reason}") if word == "not_possible" else say(lang, "doors.failed")


def _told(request: HttpRequest, visitor: Visitor, outcomes: list[Outcome]) -> HttpResponse:
    if not outcomes:
        return HttpResponseRedirect(reverse("desk"), status=HTTPStatus.SEE_OTHER)
    context: dict[str, Any] = {
        "outcomes": outcomes,
        "well": sum(each.well for each in outcomes),
        "today": desk.ask(reading.today_of),
        "has_clock": desk.ask(reading.has_clock),
    }
    return page(request, "doors/bulk.html", **context, **office.frame(request, visitor))


ROUTES = (
    routes.pressing("desk/together/", together, "desk_together", who=DESK, money=True),
    routes.pressing("desk/reviews/agree/", agree, "reviews_agree", who=Role.REVIEWER, money=True),
)

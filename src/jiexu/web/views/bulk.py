"""Several cases, one button: each by the one path of its step, and each with its own outcome shown.

Only what is safe: steps that wait for a second person or go into a reviewed batch, and the second person's word on steps of
the ordinary way. Decisions, deaths, money by hand and steps with a choice are made one by one.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.texts import LANGS, Lang, say
from jiexu.usecases import reading, reviews
from jiexu.usecases.deskwork import Verb
from jiexu.usecases.doors import Role
from jiexu.usecases.node import Node
from jiexu.values import case_number
from jiexu.values.case_number import CaseNumberError
from jiexu.values.errors import ValueFault
from jiexu.web import desk, kept, office, routes
from jiexu.web.doors import Visitor
from jiexu.web.inboxes import AGREED_TOGETHER
from jiexu.web.kept import Said
from jiexu.web.pages import language_of, page
from jiexu.web.routes import DESK
from jiexu.web.views import deskside
from jiexu.web.views.deskside import TOGETHER

MOST: Final = 50
"""Cases of one button."""
PICK: Final = re.compile(r"[0-9-]{10}\.(?P<case>[0-9A-Z]{1,20})\.(?P<leg>[0-9]{1,9})", re.ASCII)
"""A row of the inbox, by its key."""
BULK: Final = "bulk"
RECORD: Final = frozenset({Verb.ISSUE_FORM, Verb.TAKE_IN})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case. ``well``: whether it was done or asked; ``said``: in words."""

    case_no: str
    name: str
    verb: str
    well: bool
    said: dict[Lang, str]


def together(request: HttpRequest) -> HttpResponse:
    """The next step of each chosen case, where it is one of those that are safe together."""
    visitor, agency = office.here(request)
    picks = [PICK.fullmatch(each) for each in dict.fromkeys(request.POST.getlist("pick"))][:MOST]
    with office.at_desk(agency) as node:
        outcomes = [
            _step(node, visitor, agency, pick["case"], int(pick["leg"])) for pick in picks if pick is not None
        ]
    return _told(request, agency, outcomes)


def _step(node: Node, visitor: Visitor, agency: str, number: str, leg: int) -> Outcome:
    try:
        plain = case_number.validate(number)
        found = desk.ask(lambda reader: reading.case(reader, case_no=plain, agency=agency))
    except (CaseNumberError, reading.NoSuchCaseError):
        return Outcome(number, "", "", well=False, said=_in_words("doors.not_now"))
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
        return Outcome(plain, found.row.name, "", well=False, said=_in_words("doors.not_now"))
    try:
        told = deskside.take_step(node, visitor, found, agency, act, "")
    except ValueFault as fault:
        return Outcome(plain, found.row.name, act.verb.value, well=False, said=_spoken(office.said(fault)))
    well, said = _words(told)
    return Outcome(plain, found.row.name, act.verb.value, well=well, said=said)


def agree(request: HttpRequest) -> HttpResponse:
    """The second person's word on each chosen step, as they saw it."""
    visitor, agency = office.here(request)
    picks = [each.partition(".") for each in dict.fromkeys(request.POST.getlist("pick"))][:MOST]
    day, outcomes = desk.ask(reading.today_of), list[Outcome]()
    with office.at_desk(agency) as node:
        for number, _, seen in picks:
            try:
                review = reviews.find(node, agency, number)
            except reviews.ReviewError as fault:
                outcomes.append(Outcome("", "", "", well=False, said=_spoken(office.said(fault))))
                continue
            case_no, name, verb = review.case_no, review.name, review.verb.value
            if review.verb not in AGREED_TOGETHER or not (seen.isascii() and seen.isdigit()):
                outcomes.append(Outcome(case_no, name, verb, well=False, said=_in_words("doors.one_by_one")))
                continue
            try:
                told = reviews.agree(node, agency, number, by=visitor.name, on=day, seen=int(seen))
            except ValueFault as fault:
                outcomes.append(Outcome(case_no, name, verb, well=False, said=_spoken(office.said(fault))))
                continue
            well, said = _words(told)
            outcomes.append(Outcome(case_no, name, verb, well=well, said=said))
    return _told(request, agency, outcomes)


def _spoken(said: Said) -> dict[Lang, str]:
    return {lang: said(lang) for lang in LANGS}


def _in_words(key: str) -> dict[Lang, str]:
    return _spoken(lambda lang: say(lang, key))


def _words(told: str) -> tuple[bool, dict[Lang, str]]:
    """Whether a step went well, and what is said of it."""
    word, _, reason = told.partition(": ")
    if word in {"done", "already_done", "asked"}:
        return True, _in_words("doors.bulk_asked" if word == "asked" else "doors.bulk_done")
    return False, _in_words(f"reasons.{reason}" if word == "not_possible" else "doors.failed")


def _told(request: HttpRequest, agency: str, outcomes: list[Outcome]) -> HttpResponse:
    """On to the page that says what became of each, so that nothing is pressed again by going back."""
    if not outcomes:
        return HttpResponseRedirect(reverse("desk"), status=HTTPStatus.SEE_OTHER)
    kept.keep(request, _kept_at(agency), [asdict(each) for each in outcomes])
    return HttpResponseRedirect(reverse("desk_done"), status=HTTPStatus.SEE_OTHER)


def _kept_at(agency: str) -> str:
    """Of one desk: whoever works at another now, or at this one no more, reads nothing of it."""
    return f"{BULK} {agency}"


def done(request: HttpRequest) -> HttpResponse:
    """What became of the cases of the last button."""
    visitor, agency = office.here(request)
    outcomes = [
        {**each, "said": each["said"][language_of(request)]}
        for each in kept.read(request, _kept_at(agency)) or ()
    ]
    if not outcomes:
        return HttpResponseRedirect(reverse("desk"), status=HTTPStatus.SEE_OTHER)
    context: dict[str, Any] = {
        "outcomes": outcomes,
        "well": sum(each["well"] for each in outcomes),
        "today": desk.ask(reading.today_of),
        "has_clock": desk.ask(reading.has_clock),
    }
    return page(request, "doors/bulk.html", **context, **office.frame(request, visitor))


ROUTES = (
    routes.pressing("desk/together/", together, "desk_together", who=DESK, money=True),
    routes.pressing("desk/reviews/agree/", agree, "reviews_agree", who=Role.REVIEWER, money=True),
    routes.reading("desk/done/", done, "desk_done", who=DESK),
)

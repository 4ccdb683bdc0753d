"""The agency desk: the inbox by date, one page a case, and steps that take two people at two windows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jiexu.cases.states import Next, Side
from jiexu.texts import Lang, say
from jiexu.usecases import banking, deskfilters, looks, reading, requests, reviews, unmasking, uploads
from jiexu.usecases.deskwork import BY_TWO, DeskEvent, Verb, perform
from jiexu.usecases.doors import Role
from jiexu.usecases.node import Node
from jiexu.usecases.reviews import Review, ReviewError
from jiexu.values import case_number
from jiexu.values.errors import ValueFault
from jiexu.web import desk, doors, inboxes, kept, routes
from jiexu.web.doors import Visitor
from jiexu.web.kept import Said
from jiexu.web.office import NOT_FOUND
from jiexu.web.office import at_desk as _node
from jiexu.web.office import frame as _frame
from jiexu.web.office import here as _here
from jiexu.web.office import noted as _noted
from jiexu.web.office import said as _why
from jiexu.web.pages import language_of, page, trouble
from jiexu.web.routes import DESK
from jiexu.web.views.requests import dated


@dataclass(frozen=True, slots=True)
class Act:
    """A step that can be done now. ``words``: what may be chosen with it; ``by_two``: a second person agrees first."""

    verb: Verb
    leg: int
    role: Role
    words: tuple[str, ...] = ()

    @property
    def by_two(self) -> bool:
        return self.verb in BY_TWO


DISPUTES = ("months_differ",)
"""Reasons for which a form goes back that every agency reads."""
ACTS: dict[Next, tuple[tuple[Verb, Role, tuple[str, ...]], ...]] = {
    Next.ISSUE_FORM: ((Verb.ISSUE_FORM, Role.CLERK, ()),),
    Next.CORRECT_FORM: ((Verb.ISSUE_FORM, Role.CLERK, ()),),
    Next.TAKE_IN: (
        (Verb.TAKE_IN, Role.CLERK, ()),
        (Verb.DISPUTE_FORM, Role.CLERK, DISPUTES),
    ),
    Next.REVIEW_BATCH: ((Verb.HOLD_BACK, Role.REVIEWER, ()),),
    Next.CREDIT: ((Verb.CREDIT, Role.FINANCE, ()),),
    Next.ORDER_AGAIN: ((Verb.ORDER_AGAIN, Role.FINANCE, ()),),
    Next.DECIDE_MODE: ((Verb.DECIDE_MODE, Role.FINANCE, ("remit", "keep", "to_person")),),
    Next.SET_ASIDE: ((Verb.SET_ASIDE, Role.FINANCE, ()),),
    Next.PAY_ESTATE: ((Verb.PAY_ESTATE, Role.FINANCE, ()),),
    Next.BOOK_BACK: ((Verb.TAKE_BACK_DEATH, Role.FINANCE, ()),),
}
"""What a desk can do about the dated next event of a track, and who there."""
TOGETHER = frozenset({Verb.ISSUE_FORM, Verb.TAKE_IN, Verb.CREDIT, Verb.ORDER_AGAIN})
"""Steps that are taken for several cases at once: a second person looks at each after, or at the batch it goes into."""
PICKED = {
    next_: role
    for next_, steps in ACTS.items()
    for verb, role, words in steps
    if verb in TOGETHER and not words
}
"""Whose step is taken together, by the next event of a row."""


def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this person's roles at this desk, earliest date first."""
    return _inbox(request)


def _inbox(request: HttpRequest, status: int = HTTPStatus.OK, said: Said | None = None) -> HttpResponse:
    visitor, agency = _here(request)
    given = request.POST if request.method == "POST" else request.GET
    held = tuple(role.value for role in visitor.roles)
    with desk.together("desk.inbox", agency) as (node, reader):
        found = reading.desk_page(
            reader,
            agency=agency,
            roles=held,
            after=request.GET.get("after", ""),
            sieve=inboxes.sieve_of(given),
        )
        waiting = reviews.waiting(node, agency)
        asked = dated(reader, agency, requests.waiting(node, agency)) if Role.CLERK in visitor.roles else []
        filters = deskfilters.kept(node, agency, visitor.id)
    rows = (*found.late, *found.due_today, *found.tomorrow, *found.later)
    context: dict[str, Any] = {
        "today": found.today,
        "has_clock": found.has_clock,
        "desk": found,
        "reviews": waiting,
        "asked": asked,
        "agreed_together": [each.id for each in waiting if inboxes.may_agree_together(each, visitor)],
        "picks": _picks(rows, visitor, waiting),
        "sieve": inboxes.words_of(given),
        "sieve_fields": inboxes.fields(language_of(request), given),
        "sieve_query": inboxes.query_of(given),
        "kept": [(each, inboxes.query_of(each.words)) for each in filters],
        "said": kept.sentence(request, _filtered(given), said),
    }
    return page(request, "doors/inbox.html", status, **context, **_frame(request, visitor))


def _picks(rows: Iterable[reading.WorkRow], visitor: Visitor, waiting: Iterable[Review]) -> set[str]:
    """Rows whose step can be taken with others by who is here. One that a colleague was asked to look at is taken by them."""
    asked = {(each.case_no, each.verb, each.leg) for each in waiting}
    return {
        row.key
        for row in rows
        if PICKED.get(row.next_event) in visitor.roles
        and not any(
            (row.case_no, verb, max(row.leg, 1)) in asked
            for verb, _, _ in ACTS[row.next_event]
            if verb in TOGETHER
        )
    }


def keep_filter(request: HttpRequest) -> HttpResponse:
    """Keep a filter of the inbox under a name."""
    visitor, agency = _here(request)
    words = inboxes.words_of(request.POST)
    if not (any(words.values()) or request.POST.get("name")):
        return _to("desk")
    with _node(agency) as node:
        try:
            deskfilters.keep(node, agency, visitor.id, request.POST.get("name", ""), words)
        except ValueFault as fault:
            return _inbox(request, HTTPStatus.CONFLICT, _why(fault))
    return HttpResponseRedirect(_filtered(words), status=HTTPStatus.SEE_OTHER)


def _filtered(words: Mapping[str, str]) -> str:
    """The inbox's address with a filter."""
    return f"{reverse('desk')}?{inboxes.query_of(words)}"


def drop_filter(request: HttpRequest) -> HttpResponse:
    """Forget a filter."""
    visitor, agency = _here(request)
    with _node(agency) as node:
        deskfilters.remove(node, agency, visitor.id, request.POST.get("name", ""))
    return _to("desk")


def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case as this agency holds it, and only what can be done now."""
    return _case(request, number)


def _case(
    request: HttpRequest,
    number: str,
    status: int = HTTPStatus.OK,
    said: Said | None = None,
    unmasked: tuple[unmasking.Paper, ...] = (),
) -> HttpResponse:
    visitor, agency = _here(request)
    try:
        plain = case_number.validate(number)
        with desk.together("desk.case", agency) as (node, reader):
            found = reading.case(reader, case_no=plain, agency=agency)
            # Most cases have none of these, and what there is none of is not asked for.
            waiting = reviews.waiting(node, agency, case_no=plain) if "reviews" in found.beside else []
            of_clerk = found.beside if Role.CLERK in visitor.roles else frozenset[str]()
            asked = (
                dated(reader, agency, requests.of_case(node, agency, plain)) if "requests" in of_clerk else []
            )
            sent = uploads.of_case(node, plain, agency=agency) if "uploads" in of_clerk else []
            papers = unmasked or unmasking.shown_masked(node, agency, plain)
            _noted(node, visitor, agency, plain)
    except (case_number.CaseNumberError, reading.NoSuchCaseError):
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    # A step that a colleague was asked for is not offered once more: the page says who asked, and where it is agreed to.
    asked_for = {(each.verb, each.leg) for each in waiting}
    acts = [act for act in acts_of(found, agency) if (act.verb, act.leg) not in asked_for]
    context: dict[str, Any] = {
        "today": found.today,
        "has_clock": found.has_clock,
        "page": found,
        "place_of": found.place,
        "acts": [act for act in acts if act.role in visitor.roles],
        "others": [act for act in acts if act.role not in visitor.roles],
        "waiting": waiting,
        "asked": asked,
        "sent": sent,
        "not_found": bool(NOT_FOUND & set(found.refusals)),
        "said": kept.sentence(request, reverse("desk_case", args=[plain]), said),
        "papers": papers,
        "unmasked": bool(unmasked),
        "may_unmask": bool(unmasking.MAY & visitor.roles),
        "unmask_reasons": looks.TO_UNMASK,
    }
    return page(request, "doors/case.html", status, **context, **_frame(request, visitor))


def show_number(request: HttpRequest, number: str) -> HttpResponse:
    """The case with whole document numbers, once, for who states why; kept for the person to read."""
    visitor, agency = _here(request)
    try:
        plain = case_number.validate(number)
        desk.ask(lambda reader: reading.case(reader, case_no=plain, agency=agency))
    except (case_number.CaseNumberError, reading.NoSuchCaseError):
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    with _node(agency) as node:
        try:
            shown = unmasking.show(
                node,
                agency,
                plain,
                why=request.POST.get("why", ""),
                words=request.POST.get("words", ""),
                by=visitor.name,
                role=visitor.role_at_desk,
                at=datetime.now(UTC),
            )
        except ValueFault as fault:
            return _case(request, plain, HTTPStatus.CONFLICT, _why(fault))
    return _case(request, plain, unmasked=shown)


def acts_of(found: reading.CasePage, agency: str) -> list[Act]:
    """Steps that this agency can do about the open lines of a case, and about a death that it noted."""
    acts = [
        Act(verb, max(line.leg, 1), role, words)
        for line in found.row.lines
        if line.held and line.held.place.code == agency and line.next_event
        for verb, role, words in ACTS.get(Next(line.next_event), ())
    ]
    return [*acts, *([Act(Verb.TAKE_BACK_DEATH, 1, Role.CLERK)] if found.death_noted else [])]


def ask(request: HttpRequest, number: str) -> HttpResponse:
    """The first of two people asks for a step, or a step for which one suffices is done."""
    visitor, agency = _here(request)
    verb, word = verb_of(request.POST.get("verb", "")), request.POST.get("word", "")
    leg = _whole(request.POST.get("leg", "1"))
    try:
        plain = case_number.validate(number)
        found = desk.ask(lambda reader: reading.case(reader, case_no=plain, agency=agency))
    except (case_number.CaseNumberError, reading.NoSuchCaseError):
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    act = next(
        (
            each
            for each in acts_of(found, agency)
            if (each.verb, each.leg) == (verb, leg) and each.role in visitor.roles
        ),
        None,
    )
    if act is None or word not in (act.words or ("",)):
        return _case(request, plain, HTTPStatus.CONFLICT, lambda lang: say(lang, "doors.not_now"))
    with _node(agency) as node:
        try:
            told = take_step(node, visitor, found, agency, act, word)
        except ValueFault as fault:
            return _case(request, plain, HTTPStatus.CONFLICT, _why(fault))
    return _told(request, plain, told)


def take_step(node: Node, visitor: Visitor, found: reading.CasePage, agency: str, act: Act, word: str) -> str:
    """Ask a second person for a step, or do one for which one person suffices: ``asked``, or as ``perform`` says it.

    Raises ValueFault where it cannot be asked for.
    """
    day, number = desk.ask(reading.today_of), found.row.case_no
    if act.by_two:
        reviews.ask(node, agency, number, act.verb, by=visitor.name, on=day, leg=act.leg, word=word)
        return "asked"
    side = Side.ORIGIN if found.row.origin.code == agency else Side.DESTINATION
    event = DeskEvent(f"{act.verb}-{day}", day, act.verb, number, word=word, leg=act.leg, side=side)
    return perform(node, "", [event], day=day, by=visitor.name, found=_nothing)[event.key]


def agree(request: HttpRequest, number: str) -> HttpResponse:
    """The second person agrees; the step is done."""

    def answer(node: Node, agency: str, review: Review, visitor: Visitor, day: date) -> str:
        seen = _whole(request.POST.get("seen", ""))
        return reviews.agree(node, agency, review.id, by=visitor.name, on=day, seen=seen)

    return _answered(request, number, answer)


def send_back(request: HttpRequest, number: str) -> HttpResponse:
    """The second person does not agree, and says why."""

    def answer(node: Node, agency: str, review: Review, visitor: Visitor, day: date) -> str:
        reviews.send_back(node, agency, review.id, by=visitor.name, on=day, why=request.POST.get("why", ""))
        return "done"

    return _answered(request, number, answer)


def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """The first person takes back what still waits."""

    def answer(node: Node, agency: str, review: Review, visitor: Visitor, day: date) -> str:
        reviews.take_back(node, agency, review.id, by=visitor.name, on=day)
        return "done"

    return _answered(request, number, answer)


Answer = Callable[[Node, str, Review, Visitor, date], str]


def _answered(request: HttpRequest, number: str, answer: Answer) -> HttpResponse:
    visitor, agency = _here(request)
    with _node(agency) as node:
        try:
            review = reviews.find(node, agency, number)
        except ReviewError:
            return trouble(request, status=HTTPStatus.NOT_FOUND)
        try:
            outcome = answer(node, agency, review, visitor, desk.ask(reading.today_of))
        except ValueFault as fault:
            return _case(request, review.case_no, HTTPStatus.CONFLICT, _why(fault))
    return _told(request, review.case_no, outcome)


def _told(request: HttpRequest, number: str, outcome: str) -> HttpResponse:
    """Back to the case; with a sentence where the step was not possible."""
    word, _, reason = outcome.partition(": ")
    if word in {"done", "already_done", "asked"}:
        return _to("desk_case", number)
    key = f"reasons.{reason}" if word == "not_possible" else "doors.failed"
    return _case(request, number, HTTPStatus.CONFLICT, lambda lang: say(lang, key))


def sit(request: HttpRequest) -> HttpResponse:
    """Work at another of one's desks."""
    visitor, _ = _here(request)
    chosen = request.POST.get("desk", "")
    if chosen not in visitor.desks:
        return trouble(request, status=HTTPStatus.NOT_FOUND)
    request.session[doors.DESK] = chosen
    return _to("desk")


def batch(request: HttpRequest) -> HttpResponse:
    """What is due for payment and what is reviewed: count, sum and list."""
    visitor, agency = _here(request)
    return _batch(request, visitor, desk.ask(lambda reader: reading.batch_page(reader, agency=agency)))


def _batch(
    request: HttpRequest,
    visitor: Visitor,
    found: reading.BatchPage,
    status: int = HTTPStatus.OK,
    said: Said | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "today": found.today,
        "has_clock": found.has_clock,
        "batch": found,
        "said": kept.sentence(request, reverse("desk_batch"), said),
    }
    return page(request, "doors/batch.html", status, **context, **_frame(request, visitor))


def review_batch(request: HttpRequest) -> HttpResponse:
    """The reviewer has looked at the list: what they did not handle themselves is reviewed, if it is still this list."""
    visitor, agency = _here(request)
    found = desk.ask(lambda reader: reading.batch_page(reader, agency=agency))
    if request.POST.get("seen", "") != found.due_seen:
        return _batch(request, visitor, found, HTTPStatus.CONFLICT, _moved)
    day = desk.ask(reading.today_of)
    with _node(agency) as node:
        banking.review(node, day=day, reviewer=visitor.name, found=_nothing, seen=_looked_at(found.due))
    return _to("desk_batch")


def _moved(lang: Lang) -> str:
    return say(lang, "doors.batch_moved")


def send_batch(request: HttpRequest) -> HttpResponse:
    """Finance gives reviewed payments to the bank: those on the list that was seen, if it is still this list."""
    visitor, agency = _here(request)
    found = desk.ask(lambda reader: reading.batch_page(reader, agency=agency))
    if request.POST.get("seen", "") != found.reviewed_seen:
        return _batch(request, visitor, found, HTTPStatus.CONFLICT, _moved)
    day = desk.ask(reading.today_of)
    with _node(agency) as node:
        banking.send(node, day=day, by=visitor.name, found=_nothing, seen=_looked_at(found.reviewed))
    return _to("desk_batch")


def _looked_at(payments: Iterable[reading.Payment]) -> dict[tuple[str, int], int]:
    return {(each.case_no, each.leg): each.version for each in payments}


def _nothing(_done: object) -> None:
    """Nobody listens."""


def verb_of(text: str) -> Verb | None:
    """The step a word names; None for none."""
    return Verb(text) if text in set(Verb) else None


def _whole(text: str) -> int:
    """A number our own page put into a form; 0, which fits nothing, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _to(name: str, *args: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, args=args), status=HTTPStatus.SEE_OTHER)


ROUTES = (
    routes.reading("desk/", inbox, "desk", who=DESK),
    routes.pressing("desk/filters/", keep_filter, "filter_keep", who=DESK),
    routes.pressing("desk/filters/drop/", drop_filter, "filter_drop", who=DESK),
    routes.pressing("desk/sit/", sit, "desk_sit", who=DESK),
    routes.reading("desk/cases/<str:number>/", case, "desk_case", who=DESK),
    routes.pressing("desk/cases/<str:number>/number/", show_number, "desk_number", who=unmasking.MAY),
    routes.pressing("desk/cases/<str:number>/ask/", ask, "desk_ask", who=DESK, money=True),
    routes.pressing("desk/reviews/<str:number>/agree/", agree, "review_agree", who=Role.REVIEWER, money=True),
    routes.pressing("desk/reviews/<str:number>/back/", send_back, "review_back", who=Role.REVIEWER),
    routes.pressing("desk/reviews/<str:number>/withdraw/", take_back, "review_take_back", who=DESK),
    routes.reading("desk/batch/", batch, "desk_batch", who=DESK),
    routes.pressing("desk/batch/review/", review_batch, "batch_review", who=Role.REVIEWER, money=True),
    routes.pressing("desk/batch/send/", send_batch, "batch_send", who=Role.FINANCE, money=True),
)

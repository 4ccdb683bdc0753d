"""A person's own things, and what they do about them: each address names a grant, and nothing personal."""

from __future__ import annotations

import hashlib
import hmac
import json
from http import HTTPStatus
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.middleware.csrf import get_token
from ninja.params.functions import Header
from pydantic import Field

from jiexu.api import shapes
from jiexu.api.core import SPEAKING, RefusedError, lang_of, pressing, reading
from jiexu.api.door import here, key_of
from jiexu.texts import say
from jiexu.usecases import access, asking, employers, messages, own_acts
from jiexu.usecases import reading as asked
from jiexu.usecases.deskwork import Verb
from jiexu.usecases.doors import Purpose, Role
from jiexu.usecases.looks import What
from jiexu.usecases.reading.mine import account as own_account
from jiexu.usecases.reading.mine import cases as own_cases
from jiexu.usecases.reading.mine import everything as own_everything
from jiexu.usecases.reading.mine import record as own_record
from jiexu.values import case_number
from jiexu.web import desk, factors, grants, words
from jiexu.web.apply import questions
from jiexu.web.apply import sent as applying
from jiexu.web.apply.draft import Draft
from jiexu.web.apply.questions import WrongAnswerError
from jiexu.web.apply.sent import NotSentError
from jiexu.web.grants import FOR_A_PERSON, Here, Mine
from jiexu.web.routes import Who
from jiexu.web.views.members import noted as members_noted

OWN = "own"
ACTS = {"consent": Verb.CONSENT, "stop": Verb.STOP, "withdraw": Verb.WITHDRAW}
"""What is done about a case of one's own, by the word it is asked with."""
ONCE: Any = Header(alias="Idempotency-Key", min_length=1, max_length=200)


@reading("me", who=Who.SIGNED_IN, group=OWN, answers=shapes.Me)
def me(request: HttpRequest) -> dict[str, Any]:
    """Who asks, with which roles, for whom; and what a browser sends with its acts."""
    found, key = here(request), key_of(request)
    return {
        "name": found.name,
        "roles": sorted(role.value for role in found.roles),
        "grants": [
            {
                "grant": str(each.id),
                "role": each.role.value,
                "agency": each.subject.agency if each.subject else each.desk,
                "since": each.since,
                "until": each.until,
                "purposes": sorted(purpose.value for purpose in each.purposes),
            }
            for each in found.grants
        ],
        "desks": list(found.desks),
        "desk": found.desk,
        "entered_by": "session" if key is None else "key",
        "csrf_token": get_token(request) if key is None else None,
    }


def _own(request: HttpRequest, grant: str, purpose: Purpose = Purpose.VIEW) -> Mine:
    """For whom somebody speaks. Raises Http404 where the grant is not theirs, or not for this."""
    found = grants.mine(request, grant)
    if found is None or purpose not in found.grant.purposes:
        raise Http404
    return found


def _entered(request: HttpRequest, grant: str, purpose: Purpose = Purpose.APPLY) -> Here:
    """The same with the person's record, for what is done in their name."""
    return grants.entered(request, _own(request, grant, purpose).grant.id, purpose)


@reading("my/{grant}/cases", who=FOR_A_PERSON, group=OWN, answers=shapes.OwnCases)
def cases(request: HttpRequest, grant: shapes.Words) -> dict[str, Any]:
    """Every case of the person."""
    mine = _own(request, grant)
    grants.noted(mine, What.LIST)
    found = desk.ask(lambda reader: own_cases.cases(reader, mine.subject))
    return {"today": found.today, "name": found.name, "cases": list(found.rows)}


@reading("my/{grant}/cases/{case_no}", who=FOR_A_PERSON, group=OWN, answers=shapes.OwnCase)
def case(request: HttpRequest, grant: shapes.Words, case_no: shapes.Words) -> dict[str, Any]:
    """One case with its tracks, holders and days, everything that happened and why, and what can be done now."""
    mine = _own(request, grant)
    try:
        plain = case_number.validate(case_no)
        papers = desk.ask(lambda reader: own_cases.check_own(reader, mine.subject, plain))
        grants.noted(mine, What.CASE, case_no=plain)
        found = desk.ask(lambda reader: asked.case(reader, case_no=plain))
    except (case_number.CaseNumberError, asked.NoSuchCaseError):
        raise Http404 from None
    may = desk.ask(lambda reader: own_acts.possible(reader, plain))
    acts = [word for word, verb in ACTS.items() if verb in may.verbs and Purpose.APPLY in mine.grant.purposes]
    return {"case": found, "papers": list(papers), "acts": acts}


@reading("my/{grant}/record", who=FOR_A_PERSON, group=OWN, answers=shapes.Record)
def record(request: HttpRequest, grant: shapes.Words) -> dict[str, Any]:
    """What each agency knows, enrolments, and months."""
    mine = _own(request, grant)
    grants.noted(mine, What.RECORD)
    found = desk.ask(lambda reader: own_record.record(reader, mine.subject))
    return {
        "today": found.today,
        "name": found.name,
        "known": list(found.known),
        "enrolments": list(found.covers),
        "schemes": list(found.months),
        "months": list(desk.ask(lambda reader: own_everything.months(reader, mine.subject))),
    }


@reading("my/{grant}/account", who=FOR_A_PERSON, group=OWN, answers=shapes.Accounts)
def account(request: HttpRequest, grant: shapes.Words) -> Any:
    """The personal account at each agency with every movement."""
    mine = _own(request, grant)
    grants.noted(mine, What.ACCOUNT)
    return desk.ask(lambda reader: own_account.accounts(reader, mine.subject))


@reading("my/{grant}/looks", who=FOR_A_PERSON, group=OWN, answers=shapes.Looks)
def looks(request: HttpRequest, grant: shapes.Words) -> Any:
    """Who looked, when and why."""
    mine = _own(request, grant)
    grants.noted(mine, What.LOOKS)
    return desk.ask(lambda reader: own_record.looked(reader, mine.subject))


@reading("my/{grant}/messages", who=SPEAKING, group=OWN, answers=shapes.Messages)
def told(request: HttpRequest, grant: shapes.Words) -> dict[str, Any]:
    """What somebody was told. Reading it here leaves it unread in the pages."""
    mine = grants.mine(request, grant, SPEAKING)
    if mine is None:
        raise Http404
    if mine.is_agent:
        # Who acts for another reads under the same authorisation, and the look is kept.
        _entered(request, grant, Purpose.VIEW)
    lang, today = lang_of(request), desk.ask(asked.today_of)
    found = desk.ask(lambda reader: messages.notices(reader, mine.grant))
    places = desk.ask(asked.desk_places)

    def place_of(code: str) -> asked.Place:
        return places.get(code) or asked.Place(code, code, code, code)

    return {
        "messages": [
            {
                "id": each.id,
                "case_no": each.case_no,
                "key": each.key,
                "said": words.told(lang, each.key, each.data, place_of, today),
                "told_on": each.told_on,
                "is_new": each.is_new,
            }
            for each in found
        ]
    }


@reading("my/{grant}/members", who=Role.EMPLOYER, group=OWN, answers=shapes.Members)
def members(
    request: HttpRequest, grant: shapes.Words, after: Annotated[int, Field(ge=0, le=10_000_000)] = 0
) -> dict[str, Any]:
    """Whom an employer insures now, a page at a time, and where each one's transfer stands."""
    mine = grants.mine(request, grant, frozenset({Role.EMPLOYER}))
    if mine is None:
        raise Http404
    found, count = desk.ask(lambda reader: employers.members(reader, mine.subject, after=after))
    members_noted(mine.visitor, mine.subject, len(found))
    reached = after + len(found)
    return {"members": list(found), "count": count, "after": reached if found and reached < count else None}


# ---------------------------------------------------------------- acts


@pressing("my/{grant}/applications", who=FOR_A_PERSON, group=OWN, answers=shapes.Applied)
def apply(
    request: HttpRequest, grant: shapes.Words, application: shapes.Application, once: str = ONCE
) -> Any:
    """Apply for a transfer. Sent again under the same Idempotency-Key it is the same case."""
    by = _entered(request, grant)
    key, said = _digest(once), _digest(json.dumps(application.model_dump(), sort_keys=True))
    before = desk.write(lambda store: access.sent_before(store, by.subject.agency, by.grant.id, key))
    if before is not None:
        if not hmac.compare_digest(before[0], said):
            raise RefusedError(HTTPStatus.CONFLICT, "key_used")
        return {"case_no": before[1], "outcome": "already_recorded"}
    answers = _answers(request, by, application)
    try:
        taken = applying.send(by, answers, shown=key_of(request) is None and factors.shown_lately(request))
    except NotSentError as error:
        raise _not_sent(request, error) from None
    desk.write(
        lambda store: access.note_sent(
            store, by.subject.agency, by.grant.id, key, said=said, case_no=taken.case_no, on=by.whose.today
        )
    )
    return {"case_no": taken.case_no, "outcome": taken.outcome}


def _digest(text: str) -> str:
    """Stands for what was sent: numbers of accounts may be in it, so only this node can make it."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"jiexu/api/1\n" + text.encode(), hashlib.sha256).hex()


def _not_sent(request: HttpRequest, error: NotSentError) -> RefusedError:
    lang = lang_of(request)
    if error.why == "show_again":
        return RefusedError(
            HTTPStatus.FORBIDDEN, "show_again" if key_of(request) is None else "key_not_enough"
        )
    if error.why == "account":
        said = say(lang, "api.v_account")
        return RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, errors=[("account", said)])
    return RefusedError(HTTPStatus.CONFLICT, detail=say(lang, f"pages_apply.{error.why}"))


def _answers(request: HttpRequest, by: Here, application: shapes.Application) -> Draft:
    """What was sent, read as the pages read it. Raises RefusedError with everything that cannot be read."""
    lang, day = lang_of(request), by.whose.today
    typed = {
        "origin": {"other": application.origin},
        "from_scheme": {"answer": application.from_scheme},
        "destination": {"other": application.destination},
        "to_scheme": {"answer": application.to_scheme},
        "cash": {"answer": "yes" if application.wants_cash else "no"},
        **({"account": {"answer": application.account}} if application.account else {}),
    }
    read: dict[str, str | None] = {}
    errors = [] if application.agreed else [("agreed", say(lang, "api.v_agreed"))]
    for word, given in typed.items():
        try:
            read |= {
                name: value for name, value in questions.read(word, given, by.whose, on=day).items() if value
            }
        except WrongAnswerError as wrong:
            errors.append((word, wrong.said[lang]))
    if errors:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors)
    return Draft().answered(**read)


@pressing("my/{grant}/cases/{case_no}/acts", who=FOR_A_PERSON, group=OWN, answers=shapes.ActDone)
def act(
    request: HttpRequest, grant: shapes.Words, case_no: shapes.Words, given: shapes.OwnAct
) -> dict[str, str]:
    """Consent to a proposed transfer, stop one inside its window, or withdraw one that has begun."""
    by, lang = _entered(request, grant), lang_of(request)
    try:
        plain = case_number.validate(case_no)
        found = desk.ask(lambda reader: asking.own_case(reader, by.grant, plain))
    except (case_number.CaseNumberError, asked.NoSuchCaseError):
        raise Http404 from None
    verb = ACTS.get(given.act)
    if verb is None:
        said = say(lang, "api.v_choice", choices=", ".join(ACTS), most="")
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, errors=[("act", said)])
    may = desk.ask(lambda reader: own_acts.possible(reader, found.row.case_no))
    with desk.node(may.agency) as node:
        outcome, reason = own_acts.act(
            node, may.agency, found.row.case_no, verb, by=by.visitor.name, day=by.whose.today
        )
    if outcome == "not_possible":
        raise RefusedError(HTTPStatus.CONFLICT, detail=say(lang, f"reasons.{reason}"))
    if outcome not in {"done", "already_done"}:
        raise RefusedError(HTTPStatus.CONFLICT)
    return {"outcome": outcome}

"""An application as it is sent, by the page that asked for it question by question and by a program alike."""

from __future__ import annotations

from jiexu.cases.beforehand import Beforehand
from jiexu.usecases import asking, reading, sending
from jiexu.usecases.applications import ApplicationIn, Taken
from jiexu.values import bank
from jiexu.web import desk
from jiexu.web.apply import questions
from jiexu.web.apply.draft import Draft
from jiexu.web.grants import Here


class NotSentError(Exception):
    """Nothing was sent, or it came to nothing. ``why``: ``account``, ``not_hosted`` or ``stuck``; where the case is there with
    another account than the one that is given now, ``show_again``, or ``account_fixed`` where the payment was reviewed.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def beforehand(here: Here, answers: Draft) -> Beforehand:
    """What the rules say to these answers."""
    asked = questions.asked(answers, here.grant.role, on=here.whose.today)
    return desk.ask(
        lambda reader: asking.asked_beforehand(
            reader, asked, document=here.whose.document, name=here.whose.name
        )
    )


def send(here: Here, answers: Draft, *, shown: bool) -> Taken:
    """Send it; sent twice it is the same case. ``shown``: who asks has just shown who they are, without which the account that a
    case has is changed for no other. Raises NotSentError.
    """
    day = here.whose.today
    found, account = beforehand(here, answers), bank_account(answers)
    if found.needs_account and not account:
        raise NotSentError("account")
    asked = questions.asked(answers, here.grant.role, on=day)
    application = ApplicationIn(1, here.whose.name, here.whose.document, asked)
    hosted = desk.ask(reading.desk_places)
    if asked.destination not in hosted:
        raise NotSentError("not_hosted")
    with desk.node(application.opener) as node:
        [taken] = sending.send(node, [application], grant=here.grant.id, day=day)
    if taken.outcome == "exception":
        raise NotSentError("stuck")
    if found.needs_account and asked.origin in hosted:
        with desk.node(asked.origin) as node:
            held = sending.account(node, asked.origin, taken.case_no)
            if held is not None and held.number != account and not shown:
                raise NotSentError("show_again")
            try:
                sending.keep_account(node, asked.origin, taken.case_no, account, by=here.visitor.name, on=day)
            except sending.AccountFixedError:
                raise NotSentError("account_fixed") from None
    return taken


def bank_account(answers: Draft) -> str:
    """The account answered, empty where there is none or it is no account."""
    given = answers.words.get("account", "")
    try:
        return bank.validate_account(given) if given else ""
    except bank.BankNumberError:
        return ""

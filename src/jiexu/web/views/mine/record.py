"""A person's own record: enrolments and months, the account with every movement, and who looked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from jiexu.usecases.looks import What
from jiexu.usecases.reading.mine import account as reading_account
from jiexu.usecases.reading.mine import record as reading_record
from jiexu.web import desk, routes
from jiexu.web.grants import FOR_A_PERSON, Mine, noted, own, shown


@own
def record(request: HttpRequest, me: Mine) -> HttpResponse:
    """What each agency knows of the person, their enrolments, and their months in one strip."""
    noted(me, What.RECORD)
    return shown(
        request, me, "mine/record.html", desk.ask(lambda reader: reading_record.record(reader, me.subject))
    )


@own
def account(request: HttpRequest, me: Mine) -> HttpResponse:
    """Every movement of the account at each agency, to the fen."""
    noted(me, What.ACCOUNT)
    found = desk.ask(lambda reader: reading_account.accounts(reader, me.subject))
    return shown(request, me, "mine/account.html", found)


@own
def looks(request: HttpRequest, me: Mine) -> HttpResponse:
    """Who looked at the person's things, when and why."""
    noted(me, What.LOOKS)
    return shown(
        request, me, "mine/looks.html", desk.ask(lambda reader: reading_record.looked(reader, me.subject))
    )


ROUTES = (
    routes.reading("my/<str:grant>/record/", record, "mine_record", who=FOR_A_PERSON),
    routes.reading("my/<str:grant>/account/", account, "mine_account", who=FOR_A_PERSON),
    routes.reading("my/<str:grant>/looks/", looks, "mine_looks", who=FOR_A_PERSON),
)

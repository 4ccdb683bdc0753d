"""``jiexu staff``: accounts of people who work with the pages, and the roles they hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import click

from jiexu.cli.common import Refused, lang, node_options
from jiexu.cli.working import Day, agency_of, connected, file_faults, opened, reading, today
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.texts import say
from jiexu.usecases import doors
from jiexu.usecases.doors import AT_A_DESK, Role
from jiexu.usecases.node import Node

ROLES = click.Choice([role.value for role in Role if role not in {Role.PERSON, Role.AGENT, Role.EMPLOYER}])


def _word(key: str, /, **data: object) -> str:
    return say(lang(), f"staff.{key}", **data)


@click.group(help=_word("help"))
def staff() -> None:
    """Who works with the pages."""


@contextmanager
def _ready(folder: DataFolder, doing: str) -> Iterator[Node]:
    """The node opened to grant, which no desk may, alone in its folder; Django is ready for its accounts."""
    with connected(folder, doing) as roles, opened(roles.worker) as node, file_faults():
        yield node


@staff.command("add", help=_word("help_add"))
@click.argument("name")
@node_options
def add(*, name: str, folder: DataFolder) -> None:
    """An account with a first password, shown this once."""
    with _ready(folder, "staff-add"):
        from jiexu.web.staff import account_named, make_account  # noqa: PLC0415 - Django is ready only now

        if account_named(name) is not None:
            raise Refused(_word("there_already", name=name))
        _, password = make_account(name)
    click.echo(_word("added", name=name))
    click.echo(password)


@staff.command("grant", help=_word("help_grant"))
@click.argument("name")
@click.option("--role", type=ROLES, required=True, help=_word("help_role"))
@click.option("--agency", help=_word("help_agency"))
@click.option("--until", type=Day(), help=_word("help_until"))
@click.option("--by", required=True, help=_word("help_by"))
@node_options
def grant(
    *, name: str, role: str, agency: str | None, until: date | None, by: str, folder: DataFolder
) -> None:
    """A role, from today on."""
    with _ready(folder, "staff-grant") as node:
        from jiexu.web.staff import account_named  # noqa: PLC0415 - Django is ready only now

        account = account_named(name)
        if account is None:
            raise Refused(_word("not_there", name=name))
        desk = agency_of(node, agency, today()) if agency and Role(role) in AT_A_DESK else agency or ""
        number = doors.grant(node, account.pk, Role(role), desk=desk, since=today(), until=until, by=by)
    click.echo(_word("granted", number=number, name=name, role=say(lang(), f"doors.role_{role}")))


@staff.command("end", help=_word("help_end"))
@click.argument("number", type=click.IntRange(1))
@click.option("--by", required=True, help=_word("help_by"))
@node_options
def end(*, number: int, by: str, folder: DataFolder) -> None:
    """A role ends today; what was done under it stays."""
    with _ready(folder, "staff-end") as node:
        doors.end(node, number, on=today(), by=by)
    click.echo(_word("ended", number=number))


@staff.command("list", help=_word("help_list"))
@node_options
def list_(*, folder: DataFolder) -> None:
    """Every role that stands."""
    with reading(folder) as node:
        rows = doors.every(node)
    for row in rows:
        where = f" {row['desk']}" if row["desk"] else ""
        until = f" – {row['until']}" if row["until"] else ""
        role = say(lang(), f"doors.role_{row['role']}")
        click.echo(
            f"{row['id']:5} {row['name']} · {role}{where} · {row['since']}{until} · {row['granted_by']}"
        )
    if not rows:
        click.echo(_word("nobody"))

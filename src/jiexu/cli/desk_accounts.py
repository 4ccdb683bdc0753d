"""``jiexu desk bank-data`` and ``approve-bank-data``: the account an agency is paid on, entered and approved."""

from __future__ import annotations

from datetime import date

import click

from jiexu.cli import desk_letters  # noqa: F401  # its verbs belong to the same group
from jiexu.cli.common import node_options
from jiexu.cli.desk import desk
from jiexu.cli.working import Day, agency_of, at_desk, file_faults, today, word
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.usecases.accounts import approve, enter
from jiexu.values.bank import AgencyAccount

__all__ = ["desk"]


@desk.command("bank-data", help=word("help_bank_data"))
@click.option("--agency", required=True, help=word("help_agency"))
@click.option("--holder", required=True, help=word("help_holder"))
@click.option("--bank", required=True, help=word("help_bank"))
@click.option("--cnaps", required=True, help=word("help_cnaps"))
@click.option("--account", required=True, help=word("help_account"))
@click.option("--from", "valid_from", type=Day(), help=word("help_account_from"))
@click.option("--by", required=True, help=word("help_by"))
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def bank_data(
    *,
    agency: str,
    holder: str,
    bank: str,
    cnaps: str,
    account: str,
    valid_from: date | None,
    by: str,
    on: date | None,
    folder: DataFolder,
) -> None:
    """Enter it; nothing is paid there before another person approved it."""
    day = on or today()
    with at_desk(folder, "bank-data") as node, file_faults():
        code = agency_of(node, agency, day)
        node.speak_for(code)
        given = AgencyAccount(code, holder, bank, cnaps, account)
        entered = enter(node, given, valid_from=valid_from or day, day=day, by=by)
    click.echo(word("bank_data_entered", agency=code, number=entered.number, day=entered.valid_from, name=by))


@desk.command("approve-bank-data", help=word("help_approve_bank_data"))
@click.option("--agency", required=True, help=word("help_agency"))
@click.option("--number", type=click.IntRange(1), required=True, help=word("help_account_number"))
@click.option("--by", required=True, help=word("help_reviewer"))
@click.option("--on", type=Day(), help=word("help_on"))
@node_options
def approve_bank_data(*, agency: str, number: int, by: str, on: date | None, folder: DataFolder) -> None:
    """Money that waited for it can then be ordered (R-094)."""
    day = on or today()
    with at_desk(folder, "approve-bank-data") as node, file_faults():
        code = agency_of(node, agency, day)
        node.speak_for(code)
        entered = approve(node, code, number, day=day, by=by)
    one = entered.account
    click.echo(
        word(
            "bank_data_approved",
            agency=code,
            holder=one.holder,
            bank=one.bank,
            account=one.account,
            day=max(day, entered.valid_from),
            name=by,
        )
    )

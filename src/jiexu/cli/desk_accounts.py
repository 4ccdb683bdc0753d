"""``jiexu desk bank-data``: the account an agency is paid on, as the directory lists it."""

from __future__ import annotations

import click

from jiexu.cli import desk_letters  # noqa: F401  # its verbs belong to the same group
from jiexu.cli.common import node_options
from jiexu.cli.desk import desk
from jiexu.cli.working import agency_of, file_faults, today, word, working
from jiexu.gateways.postgres.folder import DataFolder
from jiexu.usecases.accounts import complete
from jiexu.values.bank import AgencyAccount

__all__ = ["desk"]


@desk.command("bank-data", help=word("help_bank_data"))
@click.option("--agency", required=True, help=word("help_agency"))
@click.option("--holder", required=True, help=word("help_holder"))
@click.option("--bank", required=True, help=word("help_bank"))
@click.option("--cnaps", required=True, help=word("help_cnaps"))
@click.option("--account", required=True, help=word("help_account"))
@node_options
def bank_data(*, agency: str, holder: str, bank: str, cnaps: str, account: str, folder: DataFolder) -> None:
    """Record or correct it; money that waited for it can then be ordered (R-094)."""
    with working(folder, "bank-data") as node, file_faults():
        code = agency_of(node, agency, today())
        complete(node, AgencyAccount(code, holder, bank, cnaps, account))
    click.echo(word("bank_data_kept", agency=code))

"""``jiexu calc gap | makeup | resume | resident-wait | premium | latefee``: cover after a gap and what it costs."""

from __future__ import annotations

from datetime import date

import click

from jiexu.cli.calc import calculator, word
from jiexu.cli.params import AreaName, Day, MonthName, Months, Yuan
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.records.monthset import MonthSet
from jiexu.rules.gaps import Lapse
from jiexu.rules.inputs import Payer
from jiexu.rules.late_fee import LateFee, late_fee
from jiexu.rules.makeup import Contributor, MakeUp, make_up
from jiexu.rules.premium import Premium, Resident, resident_premium
from jiexu.rules.residents import ResidentReturn, ResidentWait, resident_wait
from jiexu.rules.resuming import Resumed, Start, cover_in_one_place
from jiexu.rules.waiting import Cover, Return, Situation, cover_after_gap
from jiexu.rules.working import Worked
from jiexu.values.month import Month

PAYERS = click.Choice([Payer.EMPLOYER.value, Payer.FLEXIBLE.value])
RESIDENTS = ("adult", "elderly", "minor", "child", "student", "university", "newborn")
SITUATIONS = click.Choice([situation.value for situation in Situation])


@click.command(help=word("help_gap"))
@click.option("--last-paid", type=MonthName(), required=True, help=word("help_last_paid"))
@click.option("--first-paid", type=MonthName(), required=True, help=word("help_first_paid"))
@click.option("--to", "place", type=AreaName(), required=True, help=word("help_to"))
@click.option("--joined", type=MonthName(), help=word("help_joined"))
@click.option("--stopped", type=MonthName(), help=word("help_stopped_month"))
@click.option("--made-up/--not-made-up", default=True, help=word("help_made_up"))
@click.option("--situation", type=SITUATIONS, default="transfer", help=word("help_situation"))
@click.option("--insured-months", type=click.IntRange(0), help=word("help_insured_months"))
@click.option("--payer", type=PAYERS, default="employer", help=word("help_payer"))
@calculator
def gap(
    last_paid: Month,
    first_paid: Month,
    place: str,
    joined: Month | None,
    stopped: Month | None,
    situation: str,
    insured_months: int | None,
    payer: str,
    *,
    made_up: bool,
) -> Worked[Cover]:
    """How long a gap is, whether there is a wait, and from when care is paid."""
    lapse = Lapse(last_paid=last_paid, first_paid=first_paid, joined=joined, stopped=stopped)
    back = Return(Situation(situation), Payer(payer), made_up=made_up, insured_months=insured_months)
    return cover_after_gap(lapse=lapse, back=back, place=place, policy=shipped_policy())


@click.command(help=word("help_makeup"))
@click.option("--months", "missed", type=Months(), multiple=True, required=True, help=word("help_missed"))
@click.option("--paid-in", type=MonthName(), required=True, help=word("help_paid_in"))
@click.option("--to", "place", type=AreaName(), required=True, help=word("help_to"))
@click.option("--payer", type=PAYERS, default="employer", help=word("help_payer"))
@click.option("--base", "base_fen", type=Yuan(), help=word("help_base"))
@click.option("--scheme", default="account", help=word("help_scheme"))
@click.option("--situation", type=SITUATIONS, default="transfer", help=word("help_situation"))
@calculator
def makeup(
    missed: tuple[MonthSet, ...],
    paid_in: Month,
    place: str,
    payer: str,
    base_fen: int | None,
    scheme: str,
    situation: str,
) -> Worked[MakeUp]:
    """What the missed months cost by the destination's base and rate."""
    contributor = Contributor(Payer(payer), base_fen, scheme, situation)
    return make_up(
        missed=MonthSet.union(missed),
        contributor=contributor,
        paid_in=paid_in,
        place=place,
        policy=shipped_policy(),
    )


@click.command(help=word("help_resume"))
@click.option("--gap", "gap_months", type=click.IntRange(0), required=True, help=word("help_gap_months"))
@click.option("--paid-in", type=MonthName(), required=True, help=word("help_paid_again"))
@click.option("--at", "place", type=AreaName(), required=True, help=word("help_insured_at"))
@click.option("--payer", type=PAYERS, default="employer", help=word("help_payer"))
@click.option(
    "--start", type=click.Choice([each.value for each in Start]), default="resume", help=word("help_start")
)
@click.option("--exempt", type=click.Choice(["veterans", "newborn"]), help=word("help_exempt_here"))
@calculator
def resume(
    gap_months: int, paid_in: Month, place: str, payer: str, start: str, exempt: str | None
) -> Worked[Resumed]:
    """The wait of who stops and resumes in one place."""
    return cover_in_one_place(
        gap=gap_months,
        paid_in=paid_in,
        start=Start(start),
        payer=Payer(payer),
        place=place,
        exempt=exempt,
        policy=shipped_policy(),
    )


@click.command(help=word("help_premium"))
@click.option("--year", "cover_year", type=int, required=True, help=word("help_cover_year"))
@click.option("--at", "place", type=AreaName(), required=True, help=word("help_insured_at"))
@click.option("--group", type=click.Choice(RESIDENTS), default="adult", help=word("help_resident_group"))
@click.option("--tier", type=click.Choice(["basic", "middle", "high"]), help=word("help_tier"))
@click.option("--repaired", type=click.IntRange(0), default=0, help=word("help_repaired"))
@calculator
def premium(cover_year: int, place: str, group: str, tier: str | None, repaired: int) -> Worked[Premium]:
    """What a resident pays for a year of cover, and for missed years besides."""
    who = Resident(group=group, tier=tier)
    return resident_premium(
        cover_year=cover_year, who=who, place=place, repaired=repaired, policy=shipped_policy()
    )


@click.command("resident-wait", help=word("help_resident_wait"))
@click.option("--year", "cover_year", type=int, required=True, help=word("help_cover_year"))
@click.option("--paid", "paid_on", type=Day(), required=True, help=word("help_paid_on"))
@click.option("--at", "place", type=AreaName(), required=True, help=word("help_insured_at"))
@click.option("--missed", type=click.IntRange(0), default=0, help=word("help_missed_years"))
@click.option("--repaired", type=click.IntRange(0), default=0, help=word("help_repaired"))
@click.option("--in-window/--late", default=True, help=word("help_window"))
@click.option("--exempt", type=click.Choice(["newborn", "special_groups"]), help=word("help_exempt"))
@calculator
def resident(
    cover_year: int,
    paid_on: date,
    place: str,
    missed: int,
    repaired: int,
    exempt: str | None,
    *,
    in_window: bool,
) -> Worked[ResidentWait]:
    """The wait of a resident who joins late or comes back."""
    back = ResidentReturn(cover_year, paid_on, missed, repaired, in_window=in_window, exempt=exempt)
    return resident_wait(back=back, place=place, policy=shipped_policy())


@click.command(help=word("help_latefee"))
@click.option("--arrears", "arrears_fen", type=Yuan(), required=True, help=word("help_arrears"))
@click.option("--since", "first_day", type=Day(), required=True, help=word("help_since"))
@click.option("--until", "last_day", type=Day(), required=True, help=word("help_until"))
@click.option("--payer", type=PAYERS, default="employer", help=word("help_payer"))
@click.option("--at", "place", type=AreaName(), help=word("help_insured_at"))
@calculator
def latefee(
    arrears_fen: int, first_day: date, last_day: date, payer: str, place: str | None
) -> Worked[LateFee]:
    """The late fee on arrears, and who owes it."""
    return late_fee(
        arrears_fen=arrears_fen,
        first_day=first_day,
        last_day=last_day,
        payer=Payer(payer),
        place=place,
        policy=shipped_policy(),
    )

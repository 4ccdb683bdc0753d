"""`jiexu calc` for pension, unemployment, payouts and the wallet: what is written, and clear words for what cannot be."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from jiexu.cli.main import main


def said(*words: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["calc", *words])
    assert result.exit_code == status, result.output
    return result.output


def data(*words: str) -> Any:
    return json.loads(said(*words, "--json"))


def test_a_pension_transfer_shows_each_rate_and_what_stays() -> None:
    out = said(
        "pension-transfer", "--pay", "1998-01~2005-12=1000/15360", "--pay", "2006-01~2010-02=2400",
        "--before", "1830", "--owed", "2010-03", "--deemed", "1990-01~1994-12", "--interest", "0.01",
    )  # fmt: skip
    assert (
        "Contribution wages of 96 months are 96,000.00 yuan; 11 % of it is the account: 10,560.00 yuan."
        in out
    )
    assert "4,800.00 yuan were recorded above the rate" in out
    assert "Another 60 months move as time only" in out
    assert "206 months move with you, and 47,910.01 yuan in all." in out
    assert "How sure: likely" in out


def test_each_rate_rests_on_its_own_record_alone() -> None:
    found = data("pension-transfer", "--pay", "2005-01~2006-12=1000")
    accounts = [line for line in found["lines"] if line["key"] == "pension.account"]
    assert [line["facts"] for line in accounts] == [
        ["nation/pension.transfer.record_rate/1998-01-01"],
        ["nation/pension.transfer.record_rate/2006-01-01"],
    ]
    assert found["closing"]["figures"]["total"] == {"unit": "fen", "value": 516000}


def test_the_place_of_benefit_is_told_with_what_each_province_has() -> None:
    out = said("benefit-place", "--home", "四川", "--paid", "浙江=144", "--paid", "广东=96")
    assert "Guangdong: 96 months, too few, as 120 months are asked." in out
    assert "You will draw your pension in Zhejiang." in out
    out = said(
        "benefit-place", "--home", "四川", "--paid", "浙江=144", "--paid", "广东=96", "--deemed", "广东=36"
    )
    assert "You will draw your pension in Guangdong." in out
    assert "never becomes" in said(
        "benefit-place", "--home", "四川", "--paid", "浙江=144", "--temporary", "上海=60"
    )


def test_an_unemployment_transfer_gives_both_readings_where_the_text_is_open() -> None:
    out = said(
        "unemployment-transfer", "--from", "上海", "--to", "长沙", "--standing", "drawing", "--reemployed",
        "--paid", "60", "--fixed", "12", "--drawn", "4", "--monthly", "1900",
    )  # fmt: skip
    assert "7,600.00 yuan of the undrawn, or 11,400.00 yuan of the whole benefit" in out
    assert "22,800.00" in out.splitlines()[-2]
    assert "26,600.00" in out.splitlines()[-2]
    assert "How sure: doubtful" in out


def test_a_payout_names_shares_and_the_agency() -> None:
    out = said(
        "withdrawal", "--case", "medical-death", "--place", "曲靖", "--balance", "8640.50", "--heirs", "3"
    )
    assert "2,880.17 yuan for each of 2." in out
    assert "The medical-insurance agency deals with it" in out
    cash = said("withdrawal", "--case", "medical-cash", "--place", "曲靖")
    assert "suspended for 3 to 12 months; fraud is fined 2 to 5 times" in cash
    assert "sends account money to a near relative's wallet" in cash
    assert "not paid before the benefit age" in said("withdrawal", "--case", "pension-early")


def test_a_wallet_transfer_is_planned_by_day() -> None:
    out = said("wallet", "--amount", "13500", "--at", "2026-11-23 10:00", "--from", "成都", "--to", "武汉")
    assert "2026-11-25: 1,500.00 yuan in all; transfers: 1." in out
    assert "From 2026-11-23 10:00 at the earliest, done on 2026-11-25; transfers: 7." in out
    assert data("wallet", "--amount", "1")["closing"]["figures"]["transfers"] == {"unit": "count", "value": 1}


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["pension-transfer", "--pay", "2016"], 2, "write 2016-01~2016-12=4000"),
        (["pension-transfer", "--pay", "2016-13=4000"], 2, "is no month"),
        (["pension-transfer", "--pay", "2016-01=4000.001"], 2, "decimals"),
        (["pension-transfer", "--owed", "someday"], 2, "not a month"),
        (["pension-transfer", "--pay", "2016-01=1", "--pay", "2016-01=2"], 1, "write every month once"),
        (["benefit-place", "--home", "四川", "--paid", "浙江"], 2, "write PLACE=MONTHS"),
        (["benefit-place", "--home", "四川", "--paid", "浙江=-3"], 2, "write PLACE=MONTHS"),
        (["unemployment-transfer", "--from", "上海", "--to", "长沙", "--standing", "drawing", "--paid", "-1"], 2, "range"),
        (["withdrawal", "--case", "medical-cash"], 2, "--place"),
        (["wallet", "--amount", "0"], 1, "above zero"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_a_sentence(words: list[str], status: int, sentence: str) -> None:
    assert sentence in said(*words, status=status)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_calculator_says_what_its_options_mean(lang: str) -> None:
    for name in ("pension-transfer", "benefit-place", "unemployment-transfer", "withdrawal", "wallet"):
        assert "--json" in said(name, "--help", "--lang", lang)

"""The calculators as a person uses them: figures, working line by line with its source, and one sentence that says it."""

from __future__ import annotations

from mission_cast import said

WORKED_BY = "How sure: "


def calc(*words: str) -> tuple[list[str], str]:
    """The working, line by line, and the sentence that closes it."""
    working, _, end = said("calc", *words).rstrip().rpartition("\n\n")
    closing, _, sure = end.partition("\n")
    assert sure.startswith(WORKED_BY)
    return [line.strip() for line in working.splitlines()], closing


def test_the_late_fee_is_shown_line_by_line() -> None:
    """S002-033 base × 0.05 % × days, with the law; S002-029 owed by the employer alone."""
    lines, closing = calc(
        "latefee",
        "--arrears",
        "1000",
        "--since",
        "2026-09-01",
        "--until",
        "2026-09-30",
        "--payer",
        "employer",
    )
    assert "2. 2026-09-01 to 2026-09-30: 1,000.00 yuan × 0.05 % a day × 30 days = 15.00 yuan." in lines
    assert "Social Insurance Law (主席令第35号（2018年修正）), article 86" in lines
    assert closing == "The employer owes a late fee of 15.00 yuan, 1,015.00 yuan with the arrears."


def test_making_up_is_shown_line_by_line() -> None:
    """S002-042 months × base × rate, person's and employer's part apart, each figure with its record."""
    lines, closing = calc(
        "makeup", "--months", "2026-01~2026-02", "--paid-in", "2026-03", "--to", "上海", "--payer", "employer", "--base", "10000"
    )  # fmt: skip
    assert any(
        "each month 200.00 yuan by the person and 900.00 yuan by the employer" in line for line in lines
    )
    assert any(
        line.startswith("Employer's rate: 9 % · Shanghai · 2025-03-01 to 2026-02-28") for line in lines
    )
    assert closing == "400.00 yuan by the person, 1,800.00 yuan by the employer, 2,200.00 yuan in all."


def test_the_money_of_a_pension_transfer_is_shown_line_by_line() -> None:
    """S001-020 the account and twelve per cent of the wages, with article 4."""
    lines, closing = calc("pension-transfer", "--pay", "2020-01~2021-12=5000", "--on", "2026-11-23")
    assert any("8 % of it is the account: 9,600.00 yuan" in line for line in lines)
    assert any("12 % of it moves from the pooled fund: 14,400.00 yuan" in line for line in lines)
    assert any("国办发〔2009〕66号), article 4" in line for line in lines)
    assert closing == "24 months move with you, and 24,000.00 yuan in all."


def test_where_a_pension_is_drawn_is_shown_line_by_line() -> None:
    """S001-082 by the place of registration and ten years: each province with its months and whether they suffice."""
    lines, closing = calc(
        "benefit-place", "--home", "曲靖", "--paid", "广州=130", "--paid", "成都=119", "--on", "2026-11-23"
    )
    assert "2. Sichuan: 119 months, too few, as 120 months are asked." in lines
    assert "3. Guangdong: 130 months, enough, as 120 months are asked." in lines
    assert closing == "You will draw your pension in Guangdong."


def test_the_wallet_is_planned_within_its_limits() -> None:
    """S003-041 7,000 yuan at half past nine in the evening: three transfers that day, the last in the morning."""
    lines, closing = calc(
        "wallet", "--amount", "7000", "--at", "2026-11-23 21:30", "--from", "曲靖", "--to", "成都"
    )
    told = [line.partition(" ")[2] for line in lines]
    assert "2026-11-23: 6,000.00 yuan in all; transfers: 3." in told
    assert "2026-11-24: 1,000.00 yuan in all; transfers: 1." in told
    assert closing == "From 2026-11-23 21:30 at the earliest, done on 2026-11-24; transfers: 4."


def test_a_gap_is_counted_every_way_the_place_may_mean() -> None:
    """S002-054 a gap made up in time: no wait, cover from the month of payment, the gap paid back; S002-038 by place."""
    lines, closing = calc(
        "gap",
        "--last-paid",
        "2026-08",
        "--first-paid",
        "2026-10",
        "--to",
        "成都",
        "--made-up",
        "--payer",
        "employer",
    )
    assert any(line.endswith("1 to 2 months.") for line in lines)
    assert any("the latest month to pay again is 2026-11 to 2026-12" in line for line in lines)
    assert closing == "There is no wait: benefits from 2026-10, and care during the gap is paid back."


def test_years_are_set_against_what_the_place_asks() -> None:
    """S000-063 S000-058 each condition of the place: asked, held, missing."""
    lines, closing = calc(
        "years", "--at", "重庆", "--sex", "female", "--paid", "曲靖=2005-01~2019-12", "--paid", "重庆=2020-01~2024-12",
        "--retires-on", "2027-03-01",
    )  # fmt: skip
    assert "7. years in all: asked 300 months, held 240 months, missing 60 months." in lines
    assert "9. years paid in the place: asked 120 months, held 60 months, missing 60 months." in lines
    assert closing.startswith("In Chongqing, at least 60 months are missing")

"""`jiexu guide` and `jiexu letter` as a person asks: the example of the README, files and options, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jiexu.cli.main import main
from tidy.tree import ROOT

EXAMPLE = str(ROOT / "examples" / "situation.yaml")
DAY = ("--on", "2026-11-23")
PLACES = ("--from", "曲靖", "--to", "成都")


def said(*words: str) -> str:
    result = CliRunner().invoke(main, [*words])
    assert result.exit_code == 0, result.output
    return result.stdout


def data(*words: str) -> Any:
    return json.loads(said(*words, "--json"))


def refused(*words: str) -> str:
    result = CliRunner().invoke(main, [*words])
    assert result.exit_code == 1, result.output
    return result.output


def test_the_example_of_the_readme_names_the_day_by_which_to_pay() -> None:
    told = said("guide", "--file", EXAMPLE, "--want", "changes", *DAY)
    assert "If you pay at the new place by 31 December 2026:" in told
    assert "There is no waiting period: care is paid for from December 2026." in told


def test_two_places_alone_answer_what_they_can_and_ask_for_the_rest() -> None:
    told = said("guide", *PLACES, *DAY)
    assert "By law" not in told.split("By when")[0]
    assert "by law the origin is done by 7 December 2026 (10 working days)" in told
    assert "(--from-scheme)" in told
    assert "(--to-scheme)" in told
    assert "(--status)" not in told


def test_the_legal_text_is_one_step_away() -> None:
    plain, legal = (
        said("guide", *PLACES, "--want", "time", *DAY),
        said("guide", *PLACES, "--want", "time", "--legal", *DAY),
    )
    assert "R-024" not in plain
    assert "rule R-024 (Time limit of the origin), as in force on 2026-11-23, sure" in legal
    assert "医保办发〔2021〕43号" in legal
    assert "nation/handling.transfer_out_days/2021-12-01" in legal


def test_as_data_every_sentence_has_key_rule_facts_sources_day_and_confidence() -> None:
    told = data("guide", "--file", EXAMPLE, *DAY)
    sentences = [sentence for topic in told["topics"].values() for sentence in topic]
    assert len(sentences) > 80
    for sentence in sentences:
        assert {"key", "rule", "facts", "sources", "on", "confidence", "text"} <= set(sentence)
    due = [sentence["due"] for sentence in told["topics"]["time"] if sentence["due"]]
    assert due == [{"kind": "legal", "on": "2026-12-07"}, {"kind": "legal", "on": "2026-12-14"}]


def test_an_option_stands_above_the_file() -> None:
    told = data("guide", "--file", EXAMPLE, "--first-paid", "2026-10", "--want", "cover", *DAY)
    assert "guide.gap_none" in {sentence["key"] for sentence in told["topics"]["cover"]}


def test_the_days_go_into_a_calendar_file(tmp_path: Path) -> None:
    file = tmp_path / "days.ics"
    said("guide", "--file", EXAMPLE, "--ics", str(file), *DAY)
    text = file.read_bytes().decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert "DTSTART;VALUE=DATE:20261207\r\n" in text
    # by when to pay, a task of one's own
    assert "DTSTART;VALUE=DATE:20261231\r\n" in text
    missing = refused("guide", *PLACES, "--ics", str(tmp_path / "none" / "days.ics"), *DAY)
    assert "choose another place" in missing


def test_the_plan_sets_the_places_side_by_side() -> None:
    told = said("guide", "plan", "--file", EXAMPLE, *DAY)
    assert "pays on until retirement in October 2031" in told
    rows = data("guide", "plan", "--file", EXAMPLE, *DAY)["rows"]
    assert {row["area"]: row["months_here"] for row in rows} == {
        "310000": 102,
        "440100": 100,
        "530300": 69,
        "510100": 0,
    }
    assert "--birth" in refused("guide", "plan", *PLACES, *DAY)


def test_what_articles_have_wrong_is_listed() -> None:
    told = said("guide", "myths", *DAY)
    assert "Now the origin has 10 working days and the destination 5." in told
    assert len(data("guide", "myths", *DAY)["topics"]["myths"]) > 80
    assert "often said" in said("guide", "--file", EXAMPLE, *DAY).lower()


def test_a_letter_is_printed_or_written(tmp_path: Path) -> None:
    words = ("letter", "complaint", *PLACES, "--accepted-on", "2026-11-02", *DAY)
    assert said(*words).startswith("To: the medical security administration of Qujing\n")
    assert "rule R-024" in said(*words, "--legal")
    assert data(*words)["lines"][0]["key"] == "guide.letter_to_administration"
    file = tmp_path / "letter.txt"
    said(*words, "--out", str(file))
    assert file.read_text(encoding="utf-8").splitlines()[-1].startswith("Signature:")
    assert "choose another place" in refused(*words, "--out", str(tmp_path / "none" / "x.txt"))
    assert "until 2026-12-04" in refused("letter", "complaint", *PLACES, "--accepted-on", "2026-11-20", *DAY)
    assert "--accepted-on" in refused("letter", "progress", *PLACES, *DAY)
    assert "Which one do you mean?" in refused("letter", "employer", "--from", "曲靖", "--to", "朝阳", *DAY)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "曲靖"), "to is missing"),
        ((*PLACES, "--first-paid", "13月"), "first_paid is wrong"),
        ((*PLACES, "--status", "没有"), "status is wrong"),
        ((*PLACES, "--payer", "nobody"), "payer is wrong"),
        ((*PLACES, "--want", "everything"), "wants is wrong"),
        ((*PLACES, "--accepted-on", "2026-12-24"), "leave out what has not happened yet"),
        ((*PLACES, "--file", "no-such-file.yaml"), "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    assert sentence in refused("guide", *words, *DAY)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- a\n- b\n", "no list of words"),
        ("from: 曲靖\nto: 成都\ncolour: red\n", "There is no word"),
        ("from: 曲靖\nto: 成都\nhistory: 3\n", "history is wrong"),
        ("from: 曲靖\nto: 成都\nhistory: [3]\n", "history is a list"),
        ("from: 曲靖\nto: 成都\nhistory: [{area: 曲靖}]\n", "A row of history is wrong"),
        ("from: 曲靖\nto: 成都\nhistory: [{area: 曲靖, scheme: 农合, months: 2020-01}]\n", "scheme is wrong"),
        ("from: [\n", "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "situation.yaml"
    file.write_text(text, encoding="utf-8")
    assert sentence in refused("guide", "--file", str(file), *DAY)


def test_a_file_far_longer_than_any_situation_is_not_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.yaml"
    with huge.open("wb") as file:
        file.truncate(1 << 40)  # nothing on the disk, and more than any memory
    assert "is longer than 1 MB and was not read further" in refused("guide", "--file", str(huge))


def test_months_come_from_a_spreadsheet_beside_the_file(tmp_path: Path) -> None:
    table = "参保地,险种,实际缴费月份,视同缴费月份\n曲靖,职工,2018-03..2026-08,2016-01..2017-12\n成都,职工,2026-10..2026-11,\n"
    (tmp_path / "months.csv").write_text(table, encoding="utf-8")
    file = tmp_path / "situation.yaml"
    file.write_text(
        "from: 曲靖\nto: 成都\nfrom_scheme: 职工\nto_scheme: 职工\nhistory: months.csv\n", encoding="utf-8"
    )
    told = data("guide", "--file", str(file), "--want", "cover", *DAY)["topics"]["cover"]
    gap = next(sentence for sentence in told if sentence["key"] == "guide.gap_open")
    assert (gap["data"]["low"], gap["data"]["high"]) == (1, 2)
    assert "August 2026" in gap["text"]
    (tmp_path / "months.csv").write_text(table.replace("2026-08", "2026年13月"), encoding="utf-8")
    assert "Row 2" in refused("guide", "--file", str(file), *DAY)
    assert "history is wrong" in refused("guide", *PLACES, "--history", str(tmp_path / "none.csv"), *DAY)


def test_not_joined_yet_is_said_with_no() -> None:
    told = said("guide", *PLACES, "--from-scheme", "310", "--to-scheme", "310", "--joined-on", "no", *DAY)
    assert "You are not insured at the destination yet" in told

"""What the guide tells somebody who moves: in order, with dates, what to bring, where to go, and what nobody knows."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import django
from click.testing import CliRunner
from django.test import Client
from mission_cast import (
    CHENGDU,
    LOCALES,
    MOVER,
    POLICY,
    QUJING,
    TODAY,
    ZHENGZHOU,
    guide,
    said,
    sentence,
    texts,
    told,
)

from jiexu.cli.main import main
from jiexu.records.monthset import MonthSet
from jiexu.rules.circumstances import chronic_illness
from jiexu.rules.held import Life, Stay
from jiexu.rules.inputs import Scheme, Sex
from jiexu.rules.needed import Retiree, years_needed
from jiexu.rules.registry import RULES
from jiexu.texts import LANGS, catalogue
from jiexu.values.month import Month


def rules(sentences: list[dict[str, object]]) -> set[str]:
    return {str(one["rule"]) for one in sentences}


def test_eligibility_is_answered_item_by_item_with_the_money_that_moves() -> None:
    """S003-027 whether one may move: item by item, passed or why not, and the balance that would move.

    S000-044 the list of what must be fulfilled before an application.
    """
    ready = guide("move", "money")
    assert "Your insurance at the origin has stopped, as a transfer requires." in texts(ready["move"])
    assert "You are insured at the destination, as a transfer requires." in texts(ready["move"])
    assert "You say that the account holds 3,208.55 yuan." in texts(ready["money"])
    assert "R-032" in rules(ready["money"])
    running = guide("move", without=("--stopped-on",), status="insured")
    assert any("it must stop before it can be transferred" in one for one in texts(running["move"]))


def test_a_change_of_place_is_to_join_there_and_then_to_transfer() -> None:
    """S000-057 the place of insurance is not edited: one stops, joins at the new place, and then transfers.

    S003-026 the order is enforced and explained.
    """
    planning = guide("move", without=("--stopped-on", "--joined-on"), status="insured")
    steps = texts(planning["move"])
    assert any("must stop before it can be transferred" in one for one in steps)
    later = guide("move", joined_on="2026-12-01", status="stopped")
    assert any("join first, then transfer" in one for one in texts(later["move"]))
    assert "R-018" in rules(later["move"])


def test_who_leaves_a_job_is_told_who_must_report_it() -> None:
    """S000-065 S001-003 who leaves: the employer reports it, or the person; told before anything is applied for."""
    leaving = guide("move", without=("--stopped-on",), status="insured")
    cure = [one for one in texts(leaving["move"]) if "report you as having left" in one]
    assert len(cure) == 1
    assert "or stop the insurance yourself" in cure[0]


def test_dates_are_computed_and_what_people_saw_stands_apart() -> None:
    """S002-002 a date from the legal steps, and what people say they saw apart from it.

    S003-021 S004-020 "three days" is what one person saw. S003-071 "twenty days" stands as a claim beside the limit.
    """
    answer = guide("time", "myths")
    due = [one["due"]["on"] for one in answer["time"] if one["due"]]
    assert due == ["2026-12-07", "2026-12-14"]
    assert {one["due"]["kind"] for one in answer["time"] if one["due"]} == {"legal"}
    heard = texts(answer["myths"])
    at = heard.index("Often said: done in a day or two, or in twenty, or forty-five days.")
    assert heard[at + 1] == (
        "Some are old targets, some what one person saw. By law it is 10 working days out and 5 in."
    )


def test_every_date_goes_into_a_calendar_with_a_reminder(tmp_path: Path) -> None:
    """S002-003 the days that must not be missed, as a calendar file with a reminder for each."""
    file = tmp_path / "days.ics"
    words = [word for pair in MOVER.items() for word in pair]
    done = CliRunner().invoke(main, ["guide", *words, "--ics", str(file)], env={"LC_ALL": "C.UTF-8"})
    assert done.exit_code == 0, done.output
    lines = file.read_bytes().decode().replace("\r\n ", "").splitlines()
    starts = [line.removeprefix("DTSTART;VALUE=DATE:") for line in lines if line.startswith("DTSTART")]
    assert {"20261207", "20261214"} <= set(starts)
    assert lines.count("BEGIN:VALARM") == lines.count("BEGIN:VEVENT") == len(starts)


def test_progress_names_the_next_day_and_whom_to_call() -> None:
    """S002-012 once accepted: the days, and whom to call. S004-029 what to say on the line.

    S000-048 complaint and appeal name whom they go to.
    """
    running = guide("time", "late", accepted_on="2026-11-24", on="2026-12-20")
    assert running["time"][0]["due"]["on"] == "2026-12-08"
    late = texts(running["late"])
    assert late[0].startswith("The day has passed. It is not your fault")
    assert any("call 028-12393 and name the day of acceptance and the day it was due" in one for one in late)
    assert any("complain in writing to the medical security administration" in one for one in late)
    assert any("within 60 days" in one for one in late)


def test_what_to_bring_is_known_before_one_goes() -> None:
    """S000-045 S004-024 the list stands before anybody starts: identity, and the legal ground of each item."""
    answer = guide("bring", "where")
    first = answer["bring"][0]
    assert (
        first["text"] == "Proof of identity is enough; without a ground in law nothing else may be asked for."
    )
    assert first["articles"] == ["handling-2023:31"]
    assert all(one["articles"] for one in answer["bring"])
    assert any("028-12393" in one for one in texts(answer["where"]))


def test_each_insurance_has_its_own_office() -> None:
    """S004-038 medical insurance is asked about at 12393 and its agency, pension and unemployment at 12333.

    S002-019 S004-023 the lines of both places stand together.
    """
    answer = guide("where", "others")
    lines = {one["data"]["area"]: one["data"]["line"] for one in answer["where"] if one["rule"] == "HOT-01"}
    assert lines == {CHENGDU: "028-12393", QUJING: "0874-12393"}
    assert any("12333" in one for one in texts(answer["others"]))
    assert answer["where"][0]["text"] == "Apply online, or at the medical-insurance counter of either place."


def test_work_injury_and_maternity_do_not_move() -> None:
    """S001-080 work injury and maternity are enrolled anew; no transfer of them can be opened."""
    what = texts(guide("what")["what"])
    assert "Work-injury and maternity insurance are not transferred; you are enrolled anew." in what
    assert {scheme.value for scheme in Scheme} == {"310", "390"}


def test_treatment_away_from_home_is_something_else() -> None:
    """S001-078 who only works elsewhere, or retired, is sent to the filing for treatment elsewhere: no transfer."""
    retired = texts(guide("move", without=("--stopped-on",), status="retired")["move"])
    assert any("file for treatment away from home" in one for one in retired)
    assert catalogue("outcomes")["R-011.FILING_INSTEAD"]["zh"].endswith("办理异地就医备案就可以。")


def test_words_are_explained_where_they_first_appear() -> None:
    """S001-111 terms are explained in plain words in both languages at their first use."""
    answer = said("guide", "--from", "曲靖", "--to", "成都", "--on", "2026-11-23")
    assert "pooling area: the places that share one insurance fund, usually a city." in answer
    assert answer.count("pooling area: the places that share") == 1
    chinese = said("guide", "--from", "曲靖", "--to", "成都", "--on", "2026-11-23", lang="zh")
    assert "统筹地区：由同一个医保基金负责的地区，一般是一个市。" in chinese
    for term, words in catalogue("terms").items():
        assert set(words) == set(LANGS), term


def test_what_sources_say_differently_and_what_is_not_known_is_told() -> None:
    """S000-003 for this pair of places: where sources differ, what is not known, and whom to ask.

    S002-052 with the source of each answer.
    """
    doubts = texts(guide("doubts", "money", "what", "time")["doubts"])
    assert any("Time limit of the origin" in one and "15 working days" in one for one in doubts)
    assert doubts[-1].startswith(
        "About these ask 028-12393, or the medical-insurance agencies of Qujing and Chengdu"
    )
    for topic in guide("money", "what").values():
        for one in topic:
            assert one["rule"]
            assert one["articles"] or one["basis"] != "law", one["text"]


def test_only_what_is_missing_is_asked_for() -> None:
    """S000-034 what an application needs is asked for, and nothing else."""
    asked = told("guide", "--from", "曲靖", "--to", "成都", "--on", "2026-11-23", "--want", "move")[
        "questions"
    ]
    assert {each["field"] for each in asked} == {"from_scheme", "to_scheme"}


def test_one_rule_has_one_number_and_one_text() -> None:
    """S001-013 what several articles repeat is said once: one rule, one id; one claim, whoever says it."""
    names = [rule.title for rule in (entry.rule for entry in RULES.values())]
    assert len(set(names)) == len(names) == len(RULES)
    heard = texts(told("guide", "myths", "--on", "2026-11-23")["topics"]["myths"])
    claims = [one for one in heard if one.startswith("Often said")]
    assert len(set(claims)) == len(claims)
    listed = re.findall(r"^(R-\d{3}) ", said("rules", "list"), re.MULTILINE)
    assert len(set(listed)) == len(listed) > 70


def test_benefits_are_those_of_the_new_place() -> None:
    """S001-030 what is reimbursed after the move follows enrolment at the new place, by its rules.

    S003-032 an entitlement for a chronic disease does not move: the new place grants its own.
    """
    follows = "Benefits follow enrolment and payment at the destination and do not wait for the transfer."
    assert follows in texts(
        guide("cover", last_paid="2026-09", first_paid="2026-11", payer="employer")["cover"]
    )
    chronic = chronic_illness(destination=CHENGDU, on=TODAY)
    assert dict(chronic.inputs)["destination"] == CHENGDU
    assert sentence(chronic) == (
        "The entitlement for a chronic disease does not move; ask the destination how it grants its own."
    )


def test_enough_years_mean_cover_without_paying_on() -> None:
    """S001-097 what reaching the years is worth: cover as a retiree without further contributions; no ratio is computed."""
    enough = years_needed(
        life=Life((Stay(ZHENGZHOU, MonthSet.between(Month.of(1995, 1), Month.of(2026, 12))),)),
        retiree=Retiree(ZHENGZHOU, Sex.FEMALE, date(2027, 3, 1)),
        policy=POLICY,
    )
    [reached] = [one for one in enough.decisions if one.rule == "R-081"]
    assert reached.outcome == "REACHED"
    assert sentence(reached) == "You have enough years for cover as a retiree without paying on."


def test_at_a_counter_one_credential_is_enough() -> None:
    """S004-011 any one credential; the certificate is for the way on paper alone. S003-035 neither old card nor receipts.

    S003-056 no task needs the card of plastic: identity, or any of the credentials.
    """
    answer = guide("bring", "where")
    assert answer["bring"][0]["rule"] == "R-016"
    assert "Card, electronic card and medical e-credential are all valid; one is enough." in texts(
        answer["where"]
    )
    asked_for = " ".join(texts(answer["bring"])).lower()
    assert not {word for word in ("certificate", "receipt", "old card", "photo") if word in asked_for}
    assert catalogue("terms")["certificate"]["en"].endswith("today used offline only.")


def test_every_answer_says_that_it_is_no_decision_and_whose_the_decision_is(tmp_path: Path) -> None:
    """S000-047 the answer as printed, as a page, a text and a calendar: no decision, and the agencies that decide."""
    says = {
        "zh": "不是决定；决定由曲靖和成都的医保经办机构作出。",
        "en": "It is no decision; the medical-insurance agencies of Qujing and Chengdu decide.",
    }
    days = tmp_path / "days.ics"
    for lang in LANGS:
        command = ["guide", "--from", "曲靖", "--to", "成都", "--ics", str(days)]
        printed = CliRunner(env={"LC_ALL": LOCALES[lang]}).invoke(main, command)
        assert printed.stdout.rstrip().endswith(says[lang])
        folded = days.read_bytes().decode().replace("\r\n ", "").replace("\\", "")
        assert folded.count("BEGIN:VEVENT") == folded.count(says[lang]) > 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    visitor = Client(SERVER_NAME="localhost")
    visitor.get("/guide/start/", {"from": "曲靖", "to": "成都"})
    shared = "/guide/shared/?from=530300&to=510100&"
    for lang in LANGS:
        for address in ("/guide/answer/?", "/guide/answer.txt?", shared):
            assert says[lang] in visitor.get(f"{address}lang={lang}").content.decode(), address

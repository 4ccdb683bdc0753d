"""Synthetic document numbers are numbers only where people are invented; a node says which it is."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client

from door_cast import signed_in
from jiexu.gateways.tables.applications import COLUMNS
from jiexu.gateways.tables.writing import Sheet, csv_bytes
from jiexu.texts import say
from jiexu.usecases import doors
from jiexu.usecases.doors import Role, Subject
from office_cast import CHENGDU, FIRST_DAY, QUJING, number_of, opened, text

EMPLOYER = "911100001000003008"
TOLD = {
    "name": "某人",
    "document_number": number_of(5),
    "origin": "曲靖",
    "destination": "成都",
    "from_scheme": "职工",
    "to_scheme": "职工",
    "consent": "是",
}


@pytest.mark.parametrize("invented", [True, False])
def test_counter_identity_repair_and_spreadsheets_take_synthetic_numbers_only_on_a_node_of_invented_people(
    postgres: Any, invented: bool
) -> None:
    with opened(postgres, f"invented_{invented}".lower(), invented=invented) as office:
        clerk, firm = office.hire("经办"), office.hire("单位")
        with office.node() as node:
            doors.grant(node, clerk, Role.CLERK, desk=QUJING, since=FIRST_DAY, by="test")
            employer = Subject(CHENGDU, EMPLOYER)
            grant = doors.grant(node, firm, Role.EMPLOYER, subject=employer, since=FIRST_DAY, by="test")
        desk, window = signed_in(office, clerk), signed_in(office, firm)
        titles = {column.name: column.title("zh") for column in COLUMNS}
        rows = csv_bytes(Sheet("人", [titles[name] for name in TOLD], [list(TOLD.values())]))
        brought = {"name": "某人", "document_kind": "01", "document_number": number_of(5)}
        counted = {
            **brought,
            "direction": "out",
            "other": "成都",
            "from_scheme": "310",
            "to_scheme": "310",
            "applicant": "member",
            "channel": "counter",
        }
        uploaded = window.post(f"/my/{grant}/members/upload/", {"file": io.BytesIO(rows)}, follow=True)
        answers = {
            "counter": desk.post("/desk/counter/", {**counted, "step": "check"}),
            "identity": desk.post("/desk/identity/", brought),
            "spreadsheet": uploaded,
        }
        refused = {
            name: "accepted in demonstration mode only" in text(each) for name, each in answers.items()
        }
        assert refused == dict.fromkeys(answers, not invented)


@pytest.mark.parametrize("invented", [True, False])
def test_pages_say_that_people_are_invented_where_they_are(postgres: Any, invented: bool) -> None:
    with opened(postgres, f"banner_{invented}".lower(), invented=invented):
        page = text(Client(SERVER_NAME="localhost", headers={"accept-language": "en"}).get("/areas/"))
        assert (say("en", "web.demo") in page) == invented
        assert (say("en", "web.not_advice") in page) == invented
        assert (say("en", "web.no_decision") in page) != invented

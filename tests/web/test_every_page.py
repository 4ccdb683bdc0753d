"""Every page that can be reached, in light and dark, for the elder and in English: no violation, and light enough to load."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from eyes import COLOURS, WHOLE, broken, own, violations
from nodes import Served
from walks import PHONE, Walk

from jiexu.usecases import requests, uploads
from jiexu.usecases.node import open_node
from jiexu.web.routes import Route, Who
from page_reader import LARGEST
from route_examples import NOT_MADE, example, parts
from sent_cast import pdf

Open = Callable[..., Walk]
ACCOUNTS = {
    "clerk": "杨丽华", "reviewer": "段志强", "finance": "李云芳", "supervisor": "周明", "auditor": "吴审计",
    "security_administrator": "郑安全", "system_administrator": "王系统", "person": "陈念云", "agent": "韦兰", "employer": "成都一家公司",
}  # fmt: skip
NO_PAGES = frozenset(
    {
        "healthz",
        "guide_days",
        "guide_text",
        "desk_reports_csv",
        "desk_reports_xlsx",
        "fault_find",
        "members_template",
        *(
            f"api_{name}"
            for name in (
                "openapi",
                "areas",
                "area",
                "rules",
                "rule",
                "calculators",
                "figures",
                "me",
                "cases",
                "case",
                "record",
                "account",
                "looks",
                "told",
                "members",
                "inbox",
                "desk_case",
                "desk_reviews",
                "reports",
                "audit_looks",
            )
        ),
        "mine_upload_file",
    }
)
"""Files and answers that are no pages."""
WITHOUT = frozenset(
    {
        "account_signup",
        "account_inactive",
        "identity_repair",
        "mfa_authenticate",
        "openid_back",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    }
)
"""Pages that need a state this folder does not make, or that end something."""  # fmt: skip
QUERIES = {"choose_other": "with=曲靖&", "guide_shared": "from=曲靖&to=成都&"}
"""What some pages are asked with."""
FIRST = {"public": "nobody", "demonstration": "nobody", "signed_in": "person"}
DESK_TARGET, TARGET, ELDER_TARGET = 24, 44, 60
DESK_TEXT, TEXT, ELDER_TEXT = 11.5, 13, 18


def routes() -> tuple[Route, ...]:
    import os  # noqa: PLC0415  settings before routes

    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    django.setup()
    from jiexu.conf.urls import ROUTES  # noqa: PLC0415

    return ROUTES


def visitor_of(route: Route) -> str:
    """Who is sent to look at a page: the first that may."""
    for who, name in FIRST.items():
        if Who(who) in route.who:
            return name
    return next(name for name in ACCOUNTS if name in {str(each) for each in route.who})


def looked_at() -> dict[str, list[Route]]:
    """Pages by who looks at them."""
    found: dict[str, list[Route]] = {}
    for route in routes():
        if "GET" in route.methods and route.name not in NO_PAGES | WITHOUT | set(NOT_MADE):
            found.setdefault(visitor_of(route), []).append(route)
    return found


def objects(node: Served, name: str, waiting: str) -> dict[str, str]:
    """What stands for each ``@word``, as this visitor has it."""
    made = {"@case": waiting, "@fault": "0", "@upload": _sent(node, name, waiting)}
    if name in {"person", "agent", "employer"}:
        query = "SELECT g.id, split_part(g.subject, '/', 1), split_part(g.subject, '/', 2) FROM role_grant g JOIN auth_user u ON u.id = g.account WHERE u.username = %s"
        grant, agency, reference = node.row(query, ACCOUNTS[name])
        made["@grant"] = str(grant)
        number = "SELECT coalesce(max(case_no), '') FROM file WHERE agency = %s AND person::text = %s"
        made["@case"] = str(node.row(number, agency, reference)[0]) or waiting
    return made


def _sent(served: Served, name: str, waiting: str) -> str:
    """A paper with months that are contested: the demonstration's person sent it, or for its clerk whoever moves to that desk."""
    if name == "clerk":
        query = "SELECT f.agency, f.person::text FROM file f JOIN role_grant g ON g.desk = f.agency JOIN auth_user u ON u.id = g.account WHERE u.username = %s AND f.case_no = %s"
        agency, reference = served.row(query, ACCOUNTS[name], waiting)
    else:
        query = "SELECT split_part(g.subject, '/', 1), split_part(g.subject, '/', 2) FROM role_grant g JOIN auth_user u ON u.id = g.account WHERE u.username = %s"
        agency, reference = served.row(query, ACCOUNTS["person"])
    node, day = open_node(served.roles.worker), date(2026, 11, 24)
    try:
        by = requests.Asker(ACCOUNTS["person"], "person", day)
        said = requests.Said("paid", "payslip", "2020-03", "2020-05", "310")
        asked = requests.ask(node, (agency, reference), requests.Kind.MONTHS, said, by=by)
        about = uploads.about_request(node, [(agency, reference)], asked)
        assert about is not None
        paper = uploads.looked_at(pdf(), "", "months_paid", about)
        return uploads.send(node, about, agency, paper, by=by)
    finally:
        node.store.close()


@pytest.mark.parametrize("name", sorted(looked_at()))
def test_no_page_keeps_anybody_out(window: Open, enter: Open, node: Served, waiting: str, name: str) -> None:
    walk = window(**PHONE) if name == "nobody" else enter(ACCOUNTS[name], **PHONE)
    walk.page.goto(f"{walk.address}/guide/start/?from=曲靖&to=成都")
    filled, faults = objects(node, name, waiting), []
    for route in looked_at()[name]:
        address = f"{example(route.name, route.address, filled)}?{QUERIES.get(route.name, '')}"
        faults += [f"{route.name}: {each}" for each in seen(walk, address)]
    assert not faults, "\n".join(["", *sorted(set(faults))])


def seen(walk: Walk, address: str) -> list[str]:
    """What is wrong with one page in any of its modes."""
    page, faults = walk.page, []
    # A button that changes its colour slowly would be looked at half way.
    page.emulate_media(reduced_motion="reduce")

    def load(query: str) -> Any:
        answer = page.goto(f"{walk.address}{address}{query}")
        assert answer is not None
        return answer

    answer = load("lang=zh&view=standard")
    if answer.status >= 400 and "/faults/" not in address:
        return [f"answers {answer.status}"]
    if len(answer.body()) > LARGEST:
        faults.append(f"{len(answer.body())} bytes")
    desk = page.locator("html").get_attribute("data-view") == "desk"
    faults += violations(page, WHOLE)
    faults += own(page, target=DESK_TARGET if desk else TARGET, least=DESK_TEXT if desk else TEXT)
    faults += broken(page)
    if page.locator("html").get_attribute("lang") != "zh-CN":
        faults.append("not in Chinese")
    page.emulate_media(color_scheme="dark")
    faults += [f"dark: {each}" for each in violations(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    load("lang=en")
    faults += [f"English: {each}" for each in [*violations(page, WHOLE), *broken(page)]]
    if page.locator("html").get_attribute("lang") != "en":
        faults.append("not in English")
    if not desk:
        load("lang=zh&view=elder")
        faults += [f"elder: {each}" for each in [*violations(page, WHOLE), *broken(page)]]
        faults += [f"elder: {each}" for each in own(page, target=ELDER_TARGET, least=ELDER_TEXT)]
        load("view=standard")
    return faults


def test_an_example_of_every_page_is_looked_at() -> None:
    everywhere = {route.name for found in looked_at().values() for route in found}
    for route in routes():
        if "GET" in route.methods:
            assert route.name in everywhere | NO_PAGES | WITHOUT | set(NOT_MADE), route.name
    assert len(everywhere) >= 50
    assert not parts("/")


def test_a_page_that_keeps_people_out_is_found(window: Open) -> None:
    walk = window(**PHONE).go("/track/")
    walk.page.evaluate("document.querySelectorAll('main label').forEach(e => e.remove())")
    assert any("label" in each for each in violations(walk.page, WHOLE))
    found = own(walk.page, target=ELDER_TARGET, least=ELDER_TEXT)
    assert {each.split(" ")[0] for each in found} >= {"no", "touched", "text"}
    assert broken(walk.page) == []
    walk.page.evaluate(
        "document.querySelector('h1').textContent = 'Responsibilities'; document.querySelector('h1').style.cssText = 'overflow-wrap: anywhere; width: 3em'"
    )
    assert broken(walk.page) == ["a heading breaks inside Responsibilities"]

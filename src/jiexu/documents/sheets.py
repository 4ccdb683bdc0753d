"""What stands on each document, block by block: a content put into words in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from jiexu.cases.states import MONEY_FINAL, MoneyState
from jiexu.documents import blocks, words
from jiexu.documents.blocks import Block, Fields
from jiexu.documents.content import Content
from jiexu.documents.kinds import Kind
from jiexu.documents.words import Both, paper
from jiexu.gateways.policyfiles.facts import cite, shipped_sources
from jiexu.gateways.policyfiles.refusals import shipped_refusals
from jiexu.texts import LANGS
from jiexu.values import case_number
from jiexu.values.areas import Areas

LAW, OLD_PROCEDURE = "nhsa-2021-43", "mohrss-2016-94"
TEXT, PRACTICE = "*", "†"
MARKS: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.INFORMATION_FORM: {"moved": TEXT},
    Kind.APPLICATION_FORM: dict.fromkeys(
        ("name", "sex", "document_kind", "document", "phone", "origin", "destination"), PRACTICE
    ),
    Kind.ENROLMENT_CERTIFICATE: dict.fromkeys(("count", "amount", "arrears"), PRACTICE),
    Kind.CONTACT_LETTER: dict.fromkeys(
        ("destination", "from_scheme", "bank_name", "account_name", "account_number", "address"), PRACTICE
    ),
}
"""Fields that are not our own: named in the law's text, or known from guides and the older procedure."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What a sheet is filled from."""

    content: Content
    areas: Areas
    field: Fields

    @property
    def facts(self) -> dict[str, Any]:
        return self.content.facts

    @property
    def received_on(self) -> date:
        return date.fromisoformat(self.facts["received_on"])

    def agency(self, code: str) -> Both:
        return words.agency(self.areas, code, self.received_on)


def body(content: Content, areas: Areas) -> list[Block]:
    """The blocks between title and code."""
    filling = Filling(content, areas, Fields(MARKS.get(content.kind, {})))
    return BODIES[content.kind](filling)


def head(content: Content, areas: Areas, *, number: int, made_on: date) -> dict[str, Any]:
    """Title, parties and numbers."""
    filling = Filling(content, areas, Fields({}))
    facts, on = content.facts, filling.received_on
    return {
        "agency": filling.agency(facts["agency"]),
        "title": title(content),
        "route": [words.place(areas, facts[side], on) for side in ("origin", "destination")],
        "meta": [
            [paper("case"), words.same(case_number.format(facts["case_no"]))],
            [paper("document"), paper("document_number", kind=paper(f"kind.{content.kind}"), number=number)],
            [paper("issued"), words.day(made_on)],
        ],
    }


def title(content: Content) -> Both:
    later = content.kind is Kind.REFUSAL_NOTICE and content.facts["accepted_on"] is not None
    return paper(f"title.{content.kind}{'_later' if later else ''}")


def whose(kind: Kind) -> list[Both]:
    """Whose fields these are: the law's, practice's, ours."""
    marks = set(MARKS.get(kind, {}).values())
    law, old = (shipped_sources()[key].number or key for key in (LAW, OLD_PROCEDURE))
    said = [paper("whose.text", source=law)] if TEXT in marks else []
    said += [paper("whose.practice", source=old)] if PRACTICE in marks else []
    return [*said, paper("whose.ours", law=law)]


def _cited(reference: str) -> Both:
    zh, en = LANGS
    return cite(zh, reference), cite(en, reference)


def _application_form(filling: Filling) -> list[Block]:
    facts, field = filling.facts, filling.field
    asked = [
        field("applicant", words.coded("web.word.", facts["applicant"])),
        field("channel", words.coded("web.word.", facts["channel"])),
        field("authorised", _yes(facts["authorised"])),
        field("wants_cash", _yes(facts["wants_cash"])),
        field("phone", None),
    ]
    if facts["employer"]:
        asked.append(field("employer_code", words.same(facts["employer"])))
    return [
        blocks.person(facts, field),
        blocks.transfer(facts, field, filling.areas, *asked),
        blocks.statement("statement", paper("text.statement")),
        blocks.signatures("applicant", "day"),
    ]


def _application_receipt(filling: Filling) -> list[Block]:
    facts, field = filling.facts, filling.field
    asked = [
        field("applicant", words.coded("web.word.", facts["applicant"])),
        field("channel", words.coded("web.word.", facts["channel"])),
        field("opened_on", words.day_text(facts["opened_on"])),
    ]
    return [
        blocks.person(facts, field),
        blocks.transfer(facts, field, filling.areas, *asked),
        blocks.text(paper("text.receipt"), paper("text.receipt_next")),
        blocks.signatures("clerk", "applicant", "day"),
    ]


def _proxy_form(filling: Filling) -> list[Block]:
    facts, field = filling.facts, filling.field
    blank = ("name", "document_kind", "document", "phone", "relation", "valid_until")
    return [
        blocks.person(facts, field),
        blocks.transfer(facts, field, filling.areas),
        blocks.grid("agent", [field(name, None) for name in blank]),
        blocks.statement("agent_power", paper("text.power")),
        blocks.signatures("person", "agent", "day"),
    ]


def _transfer_notice(filling: Filling) -> list[Block]:
    facts, field = filling.facts, filling.field
    clocks = [field("accepted_on", words.day_text(facts["accepted_on"]))]
    if facts["origin_due"] is not None:
        on, kind = facts["origin_due"]
        due = paper("due", day=words.day_text(on), kind=words.coded("states.due.", kind))
        clocks.append(field("origin_due", due))
    return [
        _to(filling, "origin" if facts["agency"] == facts["destination"] else "destination"),
        blocks.person(facts, field),
        blocks.transfer(facts, field, filling.areas),
        blocks.grid("clocks", clocks),
        blocks.text(paper("text.notice"), paper("text.clock_destination")),
        blocks.signatures("clerk", "reviewer"),
    ]


def _contact_letter(filling: Filling) -> list[Block]:
    facts, field = filling.facts, filling.field
    listed = facts["account"] or {}
    known = {"bank_name": "bank", "bank_code": "cnaps", "account_name": "holder", "account_number": "account"}
    bank = [field(name, words.same(listed[key]) if key in listed else None) for name, key in known.items()]
    bank += [field("address", None), field("contact", None)]
    bank.append(field("remark", words.same(case_number.format(facts["case_no"])), wide=True, strong=True))
    return [
        _to(filling, "origin"),
        blocks.person(facts, field),
        blocks.transfer(facts, field, filling.areas, field("opened_on", words.day_text(facts["opened_on"]))),
        blocks.text(paper("text.letter")),
        blocks.grid("bank" if listed else "bank_to_fill_in", bank),
        blocks.signatures("clerk", "reviewer"),
    ]


def _enrolment_certificate(filling: Filling) -> list[Block]:
    facts, field = filling.facts, filling.field
    moved = [span for line in facts["moved_out"] for span in line["spans"]]
    gone = (
        [blocks.text(paper("text.moved_out", spans=words.joined(words.span(*span) for span in moved)))]
        if moved
        else []
    )
    account = blocks.amounts("account", facts["account"], "total", field)
    account[-1]["fields"].append(field("arrears", words.months(facts["arrears_months"]), wide=True))
    return [
        blocks.person(facts, field),
        blocks.text(paper("text.certificate")),
        blocks.enrolments(facts, field),
        blocks.months(facts["months"], field, filling.areas, filling.received_on),
        *gone,
        *account,
        blocks.signatures("clerk", "reviewer"),
    ]


def _information_form(filling: Filling) -> list[Block]:
    facts, field = filling.facts, filling.field
    issue = [
        field("issued_on", words.day_text(facts["issued_on"])),
        field("issue", paper("time_nth", n=facts["issue"])),
        field("arrears", words.months(facts["arrears_months"])),
    ]
    money = blocks.amounts("money", facts["parts"], "moved", field)
    more = [field("mode", words.coded("states.mode.", facts["mode"]), wide=True)]
    if facts["left_behind"]:
        places = words.joined(
            words.place(filling.areas, code, filling.received_on) for code in facts["left_behind"]
        )
        more.append(field("left_behind", places, wide=True))
    money[-1]["fields"].extend(more)
    return [
        _to(filling, "destination"),
        blocks.person(facts, field),
        blocks.transfer(facts, field, filling.areas, *issue),
        blocks.enrolments(facts, field),
        blocks.months(facts["months"], field, filling.areas, filling.received_on),
        *money,
        blocks.text(paper("text.form_money")),
        blocks.signatures("clerk", "reviewer"),
    ]


def _refusal_notice(filling: Filling) -> list[Block]:
    facts, field = filling.facts, filling.field
    lead = paper("text.refusal" if facts["accepted_on"] is None else "text.refusal_later")
    return [
        blocks.person(facts, field),
        blocks.transfer(facts, field, filling.areas),
        blocks.text(lead),
        blocks.reasons([_reason(code) for code in facts["refusals"]]),
        blocks.text(paper("text.objection")),
        blocks.signatures("clerk", "reviewer"),
    ]


def _reason(code: str) -> dict[str, Any]:
    """One reason of the closed list, with its cure and the ground it stands on."""
    listed = shipped_refusals()[code]
    ground = paper(f"ground.{listed.ground}")
    articles = [_cited(article) for article in listed.articles]
    return {
        "code": code,
        "why": words.both(listed.sentence),
        "cure_label": paper("label.cure"),
        "cure": words.both(listed.cure),
        "ground_label": paper("label.ground"),
        "ground": words.joined([ground, *articles], "；", "; "),
    }


def _completion_notice(filling: Filling) -> list[Block]:
    facts, field = filling.facts, filling.field
    result = [
        field("taken", words.months(facts["taken"]), strong=True),
        field("already_counted", words.months(facts["already_counted"])),
    ]
    return [
        blocks.person(facts, field),
        blocks.transfer(facts, field, filling.areas),
        blocks.text(paper("text.completion")),
        blocks.grid("result", result),
        blocks.months(facts["months"], field, filling.areas, filling.received_on),
        *_money_ways(filling),
        blocks.signatures("clerk", "reviewer"),
    ]


def _money_ways(filling: Filling) -> list[Block]:
    listed, field = filling.facts["money"], filling.field
    if not listed:
        return [blocks.text(paper("text.no_money"))]
    rows = [
        (
            words.same(str(each["leg"])),
            words.figures(each["amount_fen"]),
            words.both(f"states.money.{each['state']}"),
            words.day_text(each["on"]) if each["on"] else words.same("—"),
        )
        for each in listed
    ]
    columns = [
        field.column("leg", 1),
        field.column("amount", right=True),
        field.column("state", 8),
        field.column("credited_on", 4),
    ]
    credited = sum(each["amount_fen"] for each in listed if each["state"] == MoneyState.CREDITED)
    sums = [
        field("credited", words.yuan(credited), wide=True, strong=True),
        field("capitals", words.capitals(credited), wide=True, strong=True),
    ]
    is_open = any(MoneyState(each["state"]) not in MONEY_FINAL for each in listed)
    return [
        blocks.table("money", columns, rows),
        blocks.grid("money", sums) | {"title": None},
        *([blocks.text(paper("text.completion_money_open"))] if is_open else []),
    ]


def _to(filling: Filling, side: str) -> Block:
    return {"type": "to", "text": paper("to", agency=filling.agency(filling.facts[side]))}


def _yes(answer: bool) -> Both:
    return paper("said_yes" if answer else "said_no")


BODIES: Final[Mapping[Kind, Callable[[Filling], list[Block]]]] = {
    Kind.APPLICATION_FORM: _application_form,
    Kind.PROXY_FORM: _proxy_form,
    Kind.TRANSFER_NOTICE: _transfer_notice,
    Kind.CONTACT_LETTER: _contact_letter,
    Kind.ENROLMENT_CERTIFICATE: _enrolment_certificate,
    Kind.INFORMATION_FORM: _information_form,
    Kind.REFUSAL_NOTICE: _refusal_notice,
    Kind.COMPLETION_NOTICE: _completion_notice,
    Kind.APPLICATION_RECEIPT: _application_receipt,
}

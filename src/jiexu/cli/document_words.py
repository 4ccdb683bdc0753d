"""Documents in words on the command line."""

from __future__ import annotations

from collections.abc import Callable

import click

from jiexu.cli.common import lang
from jiexu.documents import words
from jiexu.documents.errors import DocumentError
from jiexu.documents.proving import Verdict
from jiexu.exchange.envelope import BEIJING
from jiexu.texts import LANGS, catalogue, say
from jiexu.values import case_number
from jiexu.values.areas import Areas
from jiexu.values.capitals import in_capitals
from jiexu.values.errors import ValueFault
from jiexu.values.money import format_yuan
from jiexu.values.writing import masked


def word(key: str, /, **data: object) -> str:
    """A sentence of ``texts/document.yaml`` in the language of this run."""
    return say(lang(), f"document.{key}", **data)


def kind_name(kind: str) -> str:
    return say(lang(), f"papers.kind.{kind}")


def show(verdict: Verdict, places: Areas) -> None:
    """A verdict in sentences."""
    language = lang()
    at = LANGS.index(language)

    def place(code: str) -> str:
        return words.place(places, code, verdict.made_on)[at]

    agency = words.agency(places, verdict.agency, verdict.made_on)[at]
    lines = [
        word(
            "genuine",
            kind=kind_name(verdict.kind),
            number=verdict.number,
            case=case_number.format(verdict.case_no),
            agency=agency,
            day=verdict.made_on,
        )
    ]
    if verdict.signed_at is not None:
        lines.append(word("signature", name=verdict.signer, at=verdict.signed_at.astimezone(BEIJING)))
    lines += _content_lines(verdict, place)
    lines.append(word(f"case_{verdict.case}", newest=verdict.newest))
    lines.append(word("rests_on", root=verdict.root) if verdict.root else word("rests_on_register"))
    click.echo("\n".join(lines))


def _content_lines(verdict: Verdict, place: Callable[[str], str]) -> list[str]:
    """What the document says, in the few lines somebody compares with the paper; numbers masked."""
    if verdict.said is None:
        return []
    facts = verdict.said.facts
    who = facts["person"]
    number = masked(who["document"]) if who["document"] else "—"
    lines = [
        word(
            "says",
            name=who["name"],
            document=number,
            origin=place(facts["origin"]),
            destination=place(facts["destination"]),
        )
    ]
    if "months" in facts:
        count = sum(words.counted(line["spans"]) for line in facts["months"])
        lines.append(word("says_months", months=count))
    if "parts" in facts:
        fen = sum(fen for _, fen in facts["parts"])
        lines.append(word("says_money", yuan=format_yuan(fen), capitals=in_capitals(fen)))
    if "refusals" in facts:
        lines.append(
            word(
                "says_refusals",
                reasons=" ".join(say(lang(), f"refusals.{code}") for code in facts["refusals"]),
            )
        )
    return lines


def outcome_words(outcome: str) -> str:
    known = f"outcome_{outcome}" if f"outcome_{outcome}" in catalogue("exchange") else f"arrival_{outcome}"
    return say(lang(), f"exchange.{known}")


def sentence(error: DocumentError | ValueFault) -> str:
    """Why, in the language of this run where the sentence is translated."""
    if isinstance(error, DocumentError):
        return error.sentence(lang())
    for topic in ("errors", "exchange"):
        if error.code in catalogue(topic):
            return say(lang(), f"{topic}.{error.code}", **error.data)
    return str(error)

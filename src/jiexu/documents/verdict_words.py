"""A verdict on a document that somebody brought, in sentences; and why there is none."""

from __future__ import annotations

from collections.abc import Callable

from jiexu.documents import words
from jiexu.documents.errors import DocumentError
from jiexu.documents.proving import Verdict
from jiexu.exchange.envelope import BEIJING
from jiexu.texts import LANGS, Lang, catalogue, say
from jiexu.values import case_number
from jiexu.values.areas import Areas
from jiexu.values.capitals import in_capitals
from jiexu.values.errors import ValueFault
from jiexu.values.money import format_yuan
from jiexu.values.writing import masked


def verdict_lines(verdict: Verdict, places: Areas, lang: Lang) -> list[str]:
    """What is genuine, who signed it and when, what it says, how its case stands, on whose word all that rests."""
    at = LANGS.index(lang)

    def place(code: str) -> str:
        return words.place(places, code, verdict.made_on)[at]

    agency = words.agency(places, verdict.agency, verdict.made_on)[at]
    lines = [
        say(
            lang,
            "document.genuine",
            kind=say(lang, f"papers.kind.{verdict.kind}"),
            number=verdict.number,
            case=case_number.format(verdict.case_no),
            agency=agency,
            day=verdict.made_on,
        )
    ]
    if verdict.signed_at is not None:
        signed_at = verdict.signed_at.astimezone(BEIJING)
        lines.append(say(lang, "document.signature", name=verdict.signer, at=signed_at))
    lines += _content_lines(verdict, place, lang)
    lines.append(say(lang, f"document.case_{verdict.case}", newest=verdict.newest))
    rests = (
        say(lang, "document.rests_on", root=verdict.root)
        if verdict.root
        else say(lang, "document.rests_on_register")
    )
    return [*lines, rests]


def _content_lines(verdict: Verdict, place: Callable[[str], str], lang: Lang) -> list[str]:
    """What the document says, in the few lines somebody compares with the paper; numbers masked."""
    if verdict.said is None:
        return []
    facts = verdict.said.facts
    who = facts["person"]
    lines = [
        say(
            lang,
            "document.says",
            name=who["name"],
            document=masked(who["document"]) if who["document"] else "—",
            origin=place(facts["origin"]),
            destination=place(facts["destination"]),
        )
    ]
    if "months" in facts:
        count = sum(words.counted(line["spans"]) for line in facts["months"])
        lines.append(say(lang, "document.says_months", months=count))
    if "parts" in facts:
        fen = sum(fen for _, fen in facts["parts"])
        lines.append(say(lang, "document.says_money", yuan=format_yuan(fen), capitals=in_capitals(fen)))
    if "refusals" in facts:
        reasons = " ".join(say(lang, f"refusals.{code}") for code in facts["refusals"])
        lines.append(say(lang, "document.says_refusals", reasons=reasons))
    return lines


def error_words(error: DocumentError | ValueFault, lang: Lang) -> str:
    """Why there is no verdict; in English where the sentence is not translated."""
    if isinstance(error, DocumentError):
        return error.sentence(lang)
    for topic in ("errors", "exchange"):
        if error.code in catalogue(topic):
            return say(lang, f"{topic}.{error.code}", **error.data)
    return str(error)

"""The readable page inside an evidence file: both languages, one file, no script, no network, and nothing it does not say.

It is drawn from the very values that stand in the file beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from jiexu.exchange.canonical import parse
from jiexu.exchange.envelope import beijing_day
from jiexu.exchange.evidence import Content, Evidence, Piece
from jiexu.exchange.signing import fingerprint
from jiexu.gateways.policyfiles import areas as area_files
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.decision import Confidence
from jiexu.texts import LANGS, Lang, say
from jiexu.usecases.evidence.own_words import NOBODY
from jiexu.usecases.reading import Place
from jiexu.usecases.reading.reader import named_place
from jiexu.usecases.reading.steps import FactUsed, Reason
from jiexu.values.money import format_yuan
from jiexu.web import words

View = dict[str, Any]
IN_HEAD = frozenset({"origin", "destination", "from_scheme", "to_scheme"})
"""Fields of payloads that stand at the head of the page."""
STYLES = ("jiexu.css", "evidence.css")


def page(evidence: Evidence) -> bytes:
    """The page of one case. Django must be ready."""
    views = [_view(evidence, lang) for lang in LANGS]
    frame = {"views": views, "style": _style(), "number": evidence.case_no, "place_of": _place}
    html: str = render_to_string("evidence.html", frame)
    return html.encode()


@cache
def _style() -> str:
    """Both stylesheets, as they stand in the page."""
    folder = resources.files("jiexu.web") / "static"
    style: str = mark_safe("\n".join((folder / name).read_text(encoding="utf-8") for name in STYLES))  # noqa: S308  files of ours
    return style


@cache
def _place(code: str) -> Place:
    return named_place(area_files.areas(), code)


def _view(evidence: Evidence, lang: Lang) -> View:
    """Everything the page shows in one language; no template looks anything up."""
    case, day = evidence.case, date.fromisoformat(evidence.as_of)
    asked = _dict(case["asked"])
    names = {each: words.agency_name(lang, _place(each)) for each in (evidence.agency, evidence.other)}
    outcomes = _outcomes(evidence)
    return {
        "lang": lang,
        "html_lang": "zh-CN" if lang == "zh" else "en",
        "today": day,
        "row": {"origin": _place(asked["origin"]), "destination": _place(asked["destination"])},
        "schemes": (asked["from_scheme"], asked["to_scheme"]),
        "evidence": evidence,
        "day": day,
        "name": case["name"],
        "redacted": case["name"] is None,
        "own": names[evidence.agency],
        "other": names[evidence.other],
        "root_groups": _groups(fingerprint(evidence.root)),
        "signed": len(outcomes),
        "tracks": list(_tracks(evidence, lang)),
        "messages": [_message(each, outcomes, lang) for each in woven(evidence.messages)],
        "steps": _steps(evidence, lang),
        **_money(evidence, lang),
        "months": [_move(each, lang) for each in _list(evidence.money["months"])],
        "documents": [(name, _paper(name, lang)) for name in sorted(evidence.documents)],
    }


# ---------------------------------------------------------------- where it stands


def _tracks(evidence: Evidence, lang: Lang) -> Iterator[View]:
    record = _dict(evidence.case["record"])
    title = say(lang, "web.record")
    yield {
        "title": title,
        "said": say(lang, f"states.record.{record['state']}"),
        **_waits(evidence, record, lang),
    }
    for each in _list(evidence.case["amounts"]):
        title = f"{say(lang, 'web.money')} {format_yuan(each['amount_fen'])} {say(lang, 'web.unit_yuan')}"
        yield {
            "title": title,
            "said": say(lang, f"states.money.{each['state']}"),
            **_waits(evidence, each, lang),
        }


def _waits(evidence: Evidence, track: Mapping[str, Any], lang: Lang) -> View:
    """Who holds a track, what is next and until when; closed where nobody does."""
    if track["holder"] is None:
        return {"waits": "", "open": False}
    agency = evidence.other if track["holder"] == "other_agency" else evidence.agency
    said = say(
        lang,
        "transfer.waits",
        agency=words.place_name(lang, _place(agency)),
        holder=say(lang, f"states.holder.{track['holder']}"),
        event=say(lang, f"states.next.{track['next']}"),
        day=words.day(lang, date.fromisoformat(track["due_on"])),
        kind=say(lang, f"states.due.{track['due_kind']}"),
    )
    return {"waits": said, "open": True}


# ---------------------------------------------------------------- messages


def woven(pieces: Sequence[Piece]) -> list[Piece]:
    """Both lanes as one: a message comes after the one it says it has seen; otherwise the earlier one, and by lane."""
    left = sorted(pieces, key=lambda each: (each.envelope.time, each.envelope.sender, each.envelope.seq))
    told: list[Piece] = []
    while left:
        said = {each.envelope.sender: each.envelope.seq for each in told}
        heads = [each for each in left if _can_follow(each, said)] or left
        told.append(heads[0])
        left.remove(heads[0])
    return told


def _can_follow(piece: Piece, said: Mapping[str, int]) -> bool:
    envelope = piece.envelope
    before = envelope.seq == said.get(envelope.sender, 0) + 1
    return before and envelope.seen_seq <= said.get(envelope.receiver, 0)


def _outcomes(evidence: Evidence) -> dict[str, tuple[str, str]]:
    """Message id → its bundle and what the receiver's receipt says of it."""
    return {
        envelope.id: (held.bundle.root[:16], held.receipt.outcomes[at][1])
        for held in evidence.bundles
        for at, envelope in held.places.items()
    }


def _message(piece: Piece, outcomes: Mapping[str, tuple[str, str]], lang: Lang) -> View:
    envelope = piece.envelope
    sender, receiver = _place(envelope.sender), _place(envelope.receiver)
    bundle, outcome = outcomes.get(envelope.id, ("", ""))
    if bundle:
        kind = "outcome" if outcome in {"recorded", "refused"} else "arrival"
        proof = say(
            lang,
            "evidence.page.signed",
            sender=words.place_name(lang, sender),
            receiver=words.place_name(lang, receiver),
            bundle=bundle,
            outcome=say(lang, f"exchange.{kind}_{outcome}"),
        )
    else:
        proof = say(lang, "evidence.page.unsigned", agency=words.place_name(lang, sender))
    return {
        "name": piece.name,
        "day": beijing_day(envelope.time),
        "sender": sender,
        "receiver": receiver,
        "title": say(lang, f"web.message.{envelope.type.value}"),
        "signed": bool(bundle),
        "proof": proof,
        "hidden": ""
        if piece.content is Content.HERE
        else say(lang, f"evidence.page.content_{piece.content.value}"),
        "fields": list(_fields(piece, lang)),
    }


def _fields(piece: Piece, lang: Lang) -> Iterator[tuple[str, str]]:
    """What a message says, field by field; whole document numbers stay in the file beside the page."""
    if piece.content is not Content.HERE:
        return
    for name, value in _dict(parse(piece.payload)).items():
        if name in IN_HEAD or value in ([], None, "", False):
            continue
        label = words.optional(lang, f"evidence.field.{name}", "") or words.input_name(lang, name)
        yield label, _value(name, value, lang)


def _value(name: str, value: Any, lang: Lang) -> str:  # noqa: PLR0911  one line per kind of field
    comma = "、" if lang == "zh" else ", "
    match name:
        case "documents":
            return comma.join(_document(each, lang) for each in value)
        case "months" if isinstance(value, list):
            return ("；" if lang == "zh" else "; ").join(_month_line(each, lang) for each in value)
        case "parts":
            return comma.join(
                f"{_part(each['part'], lang)} {format_yuan(each['amount_fen'])}" for each in value
            )
        case "refusals":
            return ("" if lang == "zh" else " ").join(
                words.optional(lang, f"refusals.{code}", code) for code in value
            )
        case "left_behind":
            return comma.join(words.place_name(lang, _place(code)) for code in value)
        case "mode" | "why" | "how":
            return words.optional(lang, f"states.{name}.{value}", str(value))
        case "what" | "result":
            return words.optional(lang, f"evidence.value.{value}", str(value))
        case _:
            return words.input_value(lang, name, value, _place)


def _document(document: Mapping[str, str], lang: Lang) -> str:
    kind = document["kind"]
    return f"{words.optional(lang, f'documents.kind_{kind}', kind)} …{document['number'][-4:]}"


def _part(name: str, lang: Lang) -> str:
    return words.optional(lang, f"papers.part.{name}", name)


def _month_line(line: Mapping[str, Any], lang: Lang) -> str:
    spans = ", ".join("–".join(dict.fromkeys(span)) for span in line["months"])
    return f"{_line_name(line, lang)} {spans}"


def _line_name(line: Mapping[str, Any], lang: Lang) -> str:
    kind = words.optional(lang, f"papers.months_kind.{line['kind']}", line["kind"])
    return f"{words.place_name(lang, _place(line['area']))} {kind}"


# ---------------------------------------------------------------- steps and decisions


def _steps(evidence: Evidence, lang: Lang) -> list[View]:
    """Every step with what was told and decided; steps that only confirm something stay in the file beside the page."""
    known = {fact.id: fact for facts in shipped_policy().facts.values() for fact in facts}
    reasons: dict[int, list[Reason]] = {}
    for each in _list(evidence.decisions["decisions"]):
        used = tuple(FactUsed(name, known.get(name)) for name in dict.fromkeys(each["facts"]))
        reasons.setdefault(each["step"], []).append(_reason(each, used))
    return [
        {
            **each,
            "by": _who(each["actor"], lang),
            "day": date.fromisoformat(each["day"]),
            "reasons": reasons.get(each["step"], []),
        }
        for each in _list(evidence.case["steps"])
        if each["told"] or reasons.get(each["step"]) or each["event"] != "Receipted"
    ]


def _reason(stored: Mapping[str, Any], facts: tuple[FactUsed, ...]) -> Reason:
    return Reason(
        rule=stored["rule"],
        outcome=stored["outcome"],
        articles=tuple(stored["articles"]),
        facts=facts,
        inputs=tuple(sorted(stored["inputs"].items())),
        confidence=Confidence(stored["confidence"]),
        basis=stored["basis"],
        refusals=tuple(stored["refusals"]),
        decided_on=date.fromisoformat(stored["decided_on"]),
        digest=stored["policy_digest"],
        engine=stored["engine"],
        same_policy=stored["policy_digest"] == shipped_policy().digest,
    )


# ---------------------------------------------------------------- money and months


def _money(evidence: Evidence, lang: Lang) -> View:
    answers: dict[str, list[str]] = {}
    for each in _list(evidence.money["answers"]):
        answer = say(lang, f"evidence.answer.{each['answer']}")
        answers.setdefault(each["reference"], []).append(f"{answer} {each['answered_on']}")
    return {
        "postings": [
            {
                **each,
                "why": say(lang, f"evidence.posting.{each['reason']}"),
                "ends": (_account(each["debit"], lang), _account(each["credit"], lang)),
                "two": _two(each, lang),
            }
            for each in _list(evidence.money["postings"])
        ],
        "orders": [
            {**each, "two": _two(each, lang), "answers": answers.get(each["reference"], [])}
            for each in _list(evidence.money["orders"])
        ],
        "receipts": [
            {**each, "two": _two(each, lang), "payer": _payer(each["payer"], lang)}
            for each in _list(evidence.money["receipts"])
        ],
    }


def _account(account: Sequence[str], lang: Lang) -> str:
    kind, key, part = account
    name = say(lang, f"evidence.account.{kind}", agency=words.place_name(lang, _place(key)) if key else "")
    return f"{name} · {_part(part, lang)}" if part else name


def _two(row: Mapping[str, str], lang: Lang) -> str:
    """Who handled and who reviewed."""
    return " / ".join(_who(row[each], lang) for each in ("handled_by", "reviewed_by"))


def _who(name: str, lang: Lang) -> str:
    """A person by name; the node's own actors in words."""
    if name.startswith(NOBODY):
        return say(lang, "evidence.page.person", n=name.removeprefix(NOBODY))
    return words.optional(lang, f"evidence.actor.{name}", name) if name else "–"


def _payer(payer: str, lang: Lang) -> str:
    return words.place_name(lang, _place(payer)) if payer.isdigit() else payer


def _move(move: Mapping[str, Any], lang: Lang) -> View:
    spans = move["months"]
    return {
        **move,
        "how": say(lang, f"evidence.move.{move['move']}"),
        "where": _line_name(move, lang),
        "spans": ["–".join(dict.fromkeys(span)) for span in spans],
        "count": sum(_months_between(*span) for span in spans),
    }


def _months_between(first: str, last: str) -> int:
    """Months from 2019-07 to 2026-09, both included."""
    (first_year, first_month), (last_year, last_month) = (map(int, each.split("-")) for each in (first, last))
    return (last_year - first_year) * 12 + last_month - first_month + 1


def _paper(name: str, lang: Lang) -> str:
    """What a printed form is called: its kind, and the number of its content."""
    kind, _, number = name.removesuffix(".pdf").rpartition("-")
    return f"{words.optional(lang, f'papers.kind.{kind}', kind)} {number}"


def _groups(text: str, size: int = 8) -> list[str]:
    """A fingerprint as people compare it."""
    return [text[at : at + size] for at in range(0, len(text), size)]


def _dict(value: object) -> dict[str, Any]:
    """An object of the file: its maker wrote one there."""
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []

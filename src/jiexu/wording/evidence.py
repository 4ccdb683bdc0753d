"""An evidence file in words: by whose word each part of it rests."""

from __future__ import annotations

from jiexu.exchange.evidence_check import Checked
from jiexu.gateways.policyfiles import areas as area_files
from jiexu.texts import Lang, say
from jiexu.values import case_number


def word(lang: Lang, key: str, /, **data: object) -> str:
    """A sentence of ``texts/evidence.yaml``."""
    return say(lang, f"evidence.{key}", **data)


def checked_words(found: Checked, lang: Lang) -> list[str]:
    """The result by whose word it rests on, from mathematics down to what nobody can know from a file."""
    own, other = agency_name(lang, found.agency), agency_name(lang, found.other)
    side, counted = say(lang, f"states.side.{found.side}"), dict(found.counted)
    number = case_number.format(found.case_no) if case_number.is_valid(found.case_no) else found.case_no
    says = {each: found.contents.get(each, 0) for each in ("here", "erased", "withheld")}
    lines = [
        word(lang, "fits", case=number, agency=own, side=side, step=found.step, day=found.as_of),
        word(lang, "compared" if found.compared else "not_compared", root=found.root),
        word(lang, "by_mathematics"),
        "  " + word(lang, "whole", agency=own, entries=counted["entries"]),
        *("  " + each for each in _lanes(found, own, other, lang)),
        "  " + word(lang, "contents", **says),
        *(["  " + word(lang, "hidden", **says)] if says["erased"] + says["withheld"] else []),
        word(lang, "by_directory"),
        "  " + word(lang, "whose_keys", agency=own, other=other),
        word(lang, "by_agency", agency=own),
        "  " + word(lang, "its_messages"),
        "  " + word(lang, "its_rows", **counted),
        *("  " + each for each in _unsigned(found, lang)),
        word(lang, "by_agency", agency=other),
        "  " + word(lang, "its_messages"),
    ]
    if counted["answers"] + counted["receipts"]:
        lines += [word(lang, "by_bank", agency=own), "  " + word(lang, "bank", **counted)]
    return [*lines, word(lang, "unknown"), "  " + word(lang, "later", day=found.as_of)]


def _lanes(found: Checked, own: str, other: str, lang: Lang) -> list[str]:
    said = []
    for lane, agency, receiver in zip(found.lanes, (own, other), (other, own), strict=True):
        if not lane.messages:
            said.append(word(lang, "no_lane", agency=agency))
            continue
        counts = [f"{_outcome(name, lang)} {number}" for name, number in sorted(lane.outcomes.items())]
        outcomes = ("、" if lang == "zh" else ", ").join(counts) or "0"
        said.append(
            word(
                lang,
                "lane",
                agency=agency,
                other=receiver,
                messages=lane.messages,
                signed=lane.signed,
                outcomes=outcomes,
            )
        )
    return said


def _outcome(name: str, lang: Lang) -> str:
    """What a receipt says, in words."""
    kind = "outcome" if name in {"recorded", "refused"} else "arrival"
    return say(lang, f"exchange.{kind}_{name}")


def _unsigned(found: Checked, lang: Lang) -> list[str]:
    """Messages that nobody but the exporter vouches for."""
    left = [(lane.agency, lane.messages - lane.signed) for lane in found.lanes]
    return [
        word(lang, "unsigned", agency=agency_name(lang, agency), n=count) for agency, count in left if count
    ]


def agency_name(lang: Lang, code: str) -> str:
    """An agency as people call it, with its code; one nobody here knows, by its code."""
    pool = next((each for each in area_files.areas().pools() if each.code == code), None)
    if pool is None:
        return code
    return f"{pool.short_name}（{code}）" if lang == "zh" else f"{pool.name_en} ({code})"

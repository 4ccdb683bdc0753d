"""Rare courses of a case: repeated, chained, doubled and mistaken ones (R-086 … R-102)."""

from __future__ import annotations

from datetime import date

from jiexu.rules.decision import Basis, Confidence, Decision
from jiexu.rules.policy import Found, Policy, Unknown
from jiexu.rules.rule import Anchor, Entries, Rule

R_086 = Rule("R-086", Anchor.APPLICATION, ("OPEN_CASE_EXISTS",), (), Basis.DESIGN, Confidence.MEDIUM)
R_087 = Rule(
    "R-087",
    Anchor.APPLICATION,
    ("NOTHING_LEFT", "REST_ONLY"),
    ("nhsa-2021-43:2",),
    Basis.INFERENCE,
    Confidence.MEDIUM,
)
R_088 = Rule(
    "R-088", Anchor.APPLICATION, ("ONE_CASE_EACH",), ("nhsa-2021-43:6",), Basis.INFERENCE, Confidence.MEDIUM
)
R_089 = Rule(
    "R-089",
    Anchor.APPLICATION,
    ("OWN_ORIGIN", "THROUGH_MIDDLE", "STOP_THERE_FIRST"),
    ("nhsa-2021-43:6",),
    Basis.INFERENCE,
    Confidence.MEDIUM,
)
R_090 = Rule(
    "R-090",
    Anchor.EVENT,
    ("RESOLVE_DUPLICATE_FIRST",),
    ("nhsa-2020-33",),
    confidence=Confidence.MEDIUM,
)
R_092 = Rule("R-092", Anchor.EVENT, ("GOES_ON",), (), Basis.INFERENCE, Confidence.LOW)
R_093 = Rule(
    "R-093",
    Anchor.EVENT,
    ("ORIGIN_CORRECTS",),
    ("nhsa-2021-43:8", "sil:89", "handling-2023:53"),
    confidence=Confidence.MEDIUM,
)
R_094 = Rule(
    "R-094",
    Anchor.EVENT,
    ("REFUSED_LOCALLY", "MONEY_WAITS"),
    ("qinghai-guide",),
    Basis.LOCAL,
    parameters=("handling.refusals_added",),
)
R_095 = Rule("R-095", Anchor.EVENT, ("CORRECT_DATA_FIRST",), (), Basis.INFERENCE, Confidence.MEDIUM)
R_096 = Rule(
    "R-096",
    Anchor.APPLICATION,
    ("SAME_PROCEDURE", "NO_GROUND_KNOWN"),
    ("hk-mo-tw-2019",),
    parameters=("scope.hk_mo_tw_included",),
)
R_097 = Rule(
    "R-097", Anchor.APPLICATION, ("BY_ANALOGY_MANUAL",), ("sil:97",), Basis.INFERENCE, Confidence.MEDIUM
)
R_101 = Rule("R-101", Anchor.ALWAYS, ("NOT_KNOWN_ASK", "KNOWN"), (), Basis.DESIGN)
R_102 = Rule("R-102", Anchor.ALWAYS, ("HISTORY_ONLY", "CURRENT"), (), Basis.DESIGN)

# nhsa:psn_cert_type (standards): permits and residence cards of 港 澳 台, then foreign cards and passports.
HK_MO_TW_DOCUMENTS = frozenset({"04", "05", "06", "17"})
FOREIGN_DOCUMENTS = frozenset({"07", "08"})
WEAK_SOURCES = frozenset({"farm", "article"})


def open_case(*, other_case: str) -> Decision:
    """R-086: a case for the same person, scheme and origin runs; its progress is shown, no second one opened."""
    return R_086.decide("OPEN_CASE_EXISTS", inputs={"other_case": other_case}, refusals=("NA-11",))


def moved_before(*, already: bool, months: int, fen: int) -> list[Decision]:
    """R-087: after an earlier transfer only later months or left-over money may follow."""
    if not already:
        return []
    inputs = {"fen": fen, "months": months}
    if months or fen:
        return [R_087.decide("REST_ONLY", inputs=inputs)]
    return [R_087.decide("NOTHING_LEFT", inputs=inputs, refusals=("NA-12",))]


def separate_origins(*, origins: int) -> Decision:
    """R-088: one application per origin, each with its own clocks, form and money; the sum is made at the end."""
    return R_088.decide("ONE_CASE_EACH", inputs={"origins": origins})


def earlier_place(*, counted_by_middle: bool, stopped_there: bool) -> Decision:
    """R-089, A → B → C: months of A come with B's form where B counts them, else A is an origin of its own."""
    inputs = {"counted_by_middle": counted_by_middle, "stopped_there": stopped_there}
    if counted_by_middle:
        return R_089.decide("THROUGH_MIDDLE", inputs=inputs)
    return R_089.decide("OWN_ORIGIN" if stopped_there else "STOP_THERE_FIRST", inputs=inputs)


def resolve_duplicate_first(*, running: int) -> Decision:
    """R-090: still insured in two places: keep the right one, stop the other, then transfer."""
    return R_090.decide("RESOLVE_DUPLICATE_FIRST", inputs={"running": running})


def second_move(*, next_destination: str) -> Decision:
    """R-092: leaving the destination before completion: this case ends there; the later move is a new one."""
    return R_092.decide("GOES_ON", inputs={"next_destination": next_destination})


def form_disputed(*, reason: str) -> Decision:
    """R-093: a wrong information form goes back; the origin corrects and issues it anew."""
    return R_093.decide("ORIGIN_CORRECTS", inputs={"reason": reason})


def bank_data_missing(*, agency: str, origin: str, policy: Policy, on: date) -> Decision:
    """R-094: the account of the agency to be paid is not known; that agency is told, the member is not at fault.

    The record moves all the same and the money waits, except where the origin's place adds this to its refusals.
    """
    added = policy.find("handling.refusals_added", origin, on=on)
    refuses = isinstance(added, Found) and isinstance(added.value, tuple) and "NA-09" in added.value
    inputs = {"agency": agency, "origin": origin}
    if refuses:
        return R_094.decide("REFUSED_LOCALLY", facts=(added,), inputs=inputs, refusals=("NA-09",))
    return R_094.decide("MONEY_WAITS", facts=(added,) if isinstance(added, Found) else (), inputs=inputs)


def basic_data_note(*, same: bool) -> list[Decision]:
    """R-095: name or number differ from the agency's record: correct the basic data on both sides first."""
    return [] if same else [R_095.decide("CORRECT_DATA_FIRST", refusals=("NA-08",))]


def document_note(*, document_kind: str, on: date, policy: Policy) -> list[Decision]:
    """R-096 residents of 港澳台: the same procedure. R-097 foreigners: by analogy, a person decides."""
    inputs = {"document_kind": document_kind}
    if document_kind in FOREIGN_DOCUMENTS:
        return [R_097.decide("BY_ANALOGY_MANUAL", inputs=inputs)]
    if document_kind not in HK_MO_TW_DOCUMENTS:
        return []
    ground = policy.find("scope.hk_mo_tw_included", on=on)
    known = isinstance(ground, Found) and ground.value is True
    return [R_096.decide("SAME_PROCEDURE" if known else "NO_GROUND_KNOWN", facts=(ground,), inputs=inputs)]


def not_known(*, answer: Found | Unknown, parameter: str, area: str) -> Decision:
    """R-101: a local rule nobody here knows is said to be unknown, with 12393 and both agencies to ask."""
    outcome = "KNOWN" if isinstance(answer, Found) else "NOT_KNOWN_ASK"
    return R_101.decide(outcome, facts=(answer,), inputs={"area": area, "parameter": parameter})


def as_history(*, quality: str, published: date | None, current_since: date) -> Decision:
    """R-102: a source older than the rule in force, or a content farm, is shown as history only."""
    old = published is not None and published < current_since
    outcome = "HISTORY_ONLY" if old or quality in WEAK_SOURCES else "CURRENT"
    inputs = {"published": published.isoformat() if published else None, "quality": quality}
    return R_102.decide(outcome, inputs=inputs)


ENTRIES: Entries = (
    (R_086, open_case),
    (R_087, moved_before),
    (R_088, separate_origins),
    (R_089, earlier_place),
    (R_090, resolve_duplicate_first),
    (R_092, second_move),
    (R_093, form_disputed),
    (R_094, bank_data_missing),
    (R_095, basic_data_note),
    (R_096, document_note),
    (R_097, document_note),
    (R_101, not_known),
    (R_102, as_history),
)

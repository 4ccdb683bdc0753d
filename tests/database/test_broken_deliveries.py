"""Whatever comes, a receiver answers it, keeps it, and goes on; nothing bad stops the rest or changes a file."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from store_cast import CHENGDU, KUNMING, MONDAY, QUJING, REVIEWER, asks, lives, plan

from jiexu.exchange.bundle import Receipt, bundle_root, give_receipt, seal
from jiexu.exchange.canonical import canonical, parse
from jiexu.exchange.chain import Fault
from jiexu.exchange.envelope import ZEROS, Lane, compose, derive_salt, hash_of_value, message_id, salted_hash
from jiexu.exchange.lanes import Arrival
from jiexu.exchange.payloads import TYPE_OF, Application, Document, Notice, Payload, WithdrawRequest
from jiexu.exchange.wire import LONGEST_DELIVERY, Message
from jiexu.gateways.postgres.roles import Connections
from jiexu.usecases import delivery, not_taken
from jiexu.usecases.applications import take
from jiexu.usecases.deskwork import DeskEvent, Verb, perform
from jiexu.usecases.node import Node, instant, open_node
from jiexu.usecases.people import load_people
from jiexu.usecases.receiving import Answer, Delivery, receive
from jiexu.usecases.running import go
from jiexu.usecases.verifying import verify
from jiexu.values import case_number

Json = dict[str, Any]


def waiting(node: Node) -> bytes:
    """What 成都 would send to 曲靖 now."""
    heads, journals = delivery._heads(node, "destination")
    return delivery.sealed(node, (CHENGDU, QUJING), heads, day=MONDAY, journals=journals)


def signed(node: Node, messages: list[Json], sender: str = CHENGDU) -> bytes:
    """Any messages at all, under a bundle that 成都 really signed."""
    signer = node.signer(sender, MONDAY)
    hashes = [hash_of_value(each.get("envelope")) for each in messages]
    draft = replace(
        seal([said(node, Lane("CASE1", sender, QUJING), NOTICE).envelope], agency=sender, receiver=QUJING,
             time=instant(MONDAY), key_id=signer.key_id, sign=signer.sign),
        count=len(messages), root=bundle_root(hashes),
    )  # fmt: skip
    bundle = replace(draft, signature=signer.sign(draft.signed_bytes()).hex())
    return canonical({"bundle": bundle.as_json(), "messages": messages})


NOTICE = Notice(MONDAY)


def said(node: Node, lane: Lane, payload: Payload) -> Message:
    """The next message of a lane."""
    secret = node.secrets[lane.me].salt
    envelope, data, _ = compose(
        lane=lane, type=TYPE_OF[type(payload)], payload=payload, time=instant(MONDAY), secret=secret
    )
    return Message(envelope, data, derive_salt(secret, envelope.id))


def as_json(message: Message) -> Json:
    value = parse(message.body)
    assert isinstance(value, dict)
    return value


def with_payload(message: Json, payload: str) -> None:
    """Other content, for which the envelope speaks."""
    message["payload"] = payload
    salt = bytes.fromhex(message["salt"])
    message["envelope"]["payload_hash"] = salted_hash(salt, payload.encode())


def renamed(message: Json, **changes: Any) -> None:
    """Another envelope, under the id that is its own."""
    envelope = message["envelope"]
    envelope |= changes
    envelope["id"] = message_id(envelope["case_no"], envelope["sender"], envelope["seq"])


@dataclass(frozen=True, slots=True)
class Broken:
    """What is done to the second of two messages, and what its receipt must say then."""

    change: Callable[[Json], object]
    outcome: str


BROKEN = {
    "a type to come": Broken(lambda m: m["envelope"].update(type="greeting"), "malformed"),
    "a version to come": Broken(lambda m: m["envelope"].update(version=99), "malformed"),
    "a field to come": Broken(lambda m: m["envelope"].update(urgent=True), "malformed"),
    "a field left out": Broken(lambda m: m["envelope"].pop("prev"), "malformed"),
    "an id of its own": Broken(lambda m: m["envelope"].update(id="0" * 32), "malformed"),
    "an impossible time": Broken(lambda m: m["envelope"].update(time="2026-02-30T00:00:00Z"), "malformed"),
    "no envelope": Broken(lambda m: m.update(envelope=None), "malformed"),
    "content that says nothing": Broken(lambda m: with_payload(m, "{}"), "malformed"),
    "content that is no JSON": Broken(lambda m: with_payload(m, "{"), "malformed"),
    "content of another type": Broken(lambda m: renamed(m, type="notice"), "malformed"),
    "content not signed": Broken(lambda m: m.update(payload="{}"), "payload_differs"),
    "salt not signed": Broken(lambda m: m.update(salt="00" * 32), "payload_differs"),
    "no salt": Broken(lambda m: m.pop("salt"), "payload_differs"),
    "something beside it": Broken(lambda m: m.update(note="x"), "payload_differs"),
    "for another agency": Broken(lambda m: renamed(m, receiver=KUNMING), "not_for_us"),
    "of another agency": Broken(lambda m: renamed(m, sender=KUNMING), "wrong_sender"),
    "a later one": Broken(lambda m: renamed(m, seq=2, prev="ab" * 32), "out_of_order"),
    "after one that never was": Broken(lambda m: renamed(m, prev="ab" * 32), "broken_chain"),
    "an answer to what was never said": Broken(lambda m: renamed(m, seen_seq=1, seen="ab" * 32), "broken_chain"),
}  # fmt: skip


def applied(node: Node, *people: int) -> list[str]:
    load_people(node, [each for person in people for each in lives(person)], day=MONDAY, actor="test")
    taken = take(node, [asks(person) for person in people], day=MONDAY, actor="applicant")
    return [each.case_no for each in taken]


def answer(node: Node, *deliveries: bytes) -> list[Answer]:
    return receive(node, [Delivery(QUJING, each) for each in deliveries], day=MONDAY)


def said_of(answers: list[Answer]) -> list[str]:
    return [
        outcome
        for each in answers
        for outcome in ([word for _, word in each.outcomes] if isinstance(each, Receipt) else [each.code])
    ]


def files_at_qujing(node: Node) -> list[str]:
    with node.store.transaction("test.files", [QUJING]) as cursor:
        rows = cursor.execute("SELECT case_no FROM file ORDER BY 1").fetchall()
    return [row["case_no"] for row in rows]


def sent(node: Node) -> list[Json]:
    """The messages of what 成都 would send now, as they travel."""
    value = parse(waiting(node), longest=LONGEST_DELIVERY)
    assert isinstance(value, dict)
    return list(value["messages"])


def test_each_broken_message_gets_its_answer_and_is_kept_and_everything_else_goes_on(node: Node) -> None:
    """One bundle with a message of every kind of wrong among three sound ones, between a delivery that is none and another."""
    people = range(1, len(BROKEN) + 4)
    cases = applied(node, *people)
    messages = sent(node)
    *spoilt, first, last, other = copy.deepcopy(messages)
    for message, broken in zip(spoilt, BROKEN.values(), strict=True):
        broken.change(message)
    mixed = [first, *spoilt, last]
    deliveries = b"nonsense", signed(node, mixed), signed(node, [other])
    answers = answer(node, *deliveries)
    expected = [broken.outcome for broken in BROKEN.values()]
    assert dict(zip(BROKEN, said_of(answers)[2:], strict=False)) == dict(zip(BROKEN, expected, strict=True))
    assert said_of(answers) == ["bytes_not_json", "recorded", *expected, "recorded", "recorded"]
    assert files_at_qujing(node) == sorted(each["envelope"]["case_no"] for each in (first, last, other))

    kept = not_taken.waiting(node, QUJING)
    assert sorted(row["outcome"] for row in kept) == sorted(["bytes_not_json", *expected])
    looked = [not_taken.look(node, QUJING, row["id"]) for row in kept]
    assert {each.body for each in looked if each} == {b"nonsense", *map(canonical, spoilt)}
    assert said_of(answer(node, *deliveries)) == said_of(answers)
    assert len(not_taken.waiting(node, QUJING)) == len(kept), "the same again is kept once"
    counted = verify(node)
    assert (counted.breaks, counted.counted["not_taken"]) == ((), len(kept))

    # What 成都 itself wrote was sound, and still goes its way to the end.
    assert go(node, plan([asks(person) for person in people])).exceptions == {}
    assert set(files_at_qujing(node)) == set(cases)
    assert verify(node).breaks == ()
    assert {row["outcome"] for row in not_taken.waiting(node, QUJING)} >= {"malformed", "bytes_not_json"}


def test_every_kind_of_answer_is_among_them() -> None:
    processed = {Arrival.IN_ORDER, Arrival.ALREADY_RECORDED, Arrival.RECORDED_DIFFERENTLY}
    assert {broken.outcome for broken in BROKEN.values()} == set(Arrival) - processed


def test_another_message_in_the_place_of_one_that_was_processed_is_kept_and_changes_nothing(
    node: Node,
) -> None:
    applied(node, 1)
    (first,) = sent(node)
    assert said_of(answer(node, signed(node, [first]))) == ["recorded"]
    other = copy.deepcopy(first)
    renamed(other, time="2026-11-23T02:00:01Z")
    assert said_of(answer(node, signed(node, [other]))) == ["recorded_differently"]
    assert [row["outcome"] for row in not_taken.waiting(node, QUJING)] == ["recorded_differently"]
    assert verify(node).breaks == ()


FALSE_SIGHT = {
    "another than was sent": ({"seen_seq": 1, "seen": "ab" * 32}, (Fault.SEEN_DIFFERS,)),
    "one that never was": ({"seen_seq": 9, "seen": "ab" * 32}, (Fault.SEEN_DIFFERS,)),
    "less than before": ({"seen_seq": 0, "seen": ZEROS}, (Fault.SEEN_GOES_BACK,)),
    "after another": ({"prev": "ab" * 32}, (Fault.PREV_DIFFERS,)),
}


@pytest.mark.parametrize("kind", FALSE_SIGHT)
def test_what_a_message_says_it_saw_is_compared_at_the_place_it_names(node: Node, kind: str) -> None:
    """成都 writes before it saw the form: not the end of 曲靖's lane decides, but the message in the place named."""
    changes, breaks = FALSE_SIGHT[kind]
    (case_no,) = applied(node, 1)
    delivery.carry(node, day=MONDAY)
    form = [DeskEvent("it", MONDAY, Verb.ISSUE_FORM, case_no)]
    perform(node, "", form, day=MONDAY, reviewer=REVIEWER, found=lambda done: None)
    with node.store.transaction("test.lane", [CHENGDU]) as cursor:
        file = cursor.execute("SELECT sent, sent_hash, received, received_hash FROM file").fetchone()
    assert file is not None
    lane = Lane(case_no, CHENGDU, QUJING, **file)
    honest = as_json(said(node, lane, WithdrawRequest("case", "by_person")))
    false = copy.deepcopy(honest)
    renamed(false, **changes)
    assert said_of(answer(node, signed(node, [false]))) == ["broken_chain"]
    (row,) = not_taken.waiting(node, QUJING)
    kept = not_taken.look(node, QUJING, row["id"])
    assert kept is not None
    assert (kept.said, kept.breaks) == (None, breaks)
    assert said_of(answer(node, signed(node, [honest]))) == ["recorded"]
    again = not_taken.look(node, QUJING, row["id"])
    assert again is not None
    assert again.breaks == breaks, "named by the place, however the case went on"


def foreign(node: Node, kind: str) -> Message:
    """Something 昆明 may not say: about a case nobody opened, or opening one under another agency's number."""
    own, of_chengdu = case_number.make(KUNMING, "00000001"), case_number.make(CHENGDU, "00000001")
    opening = Application(
        origin=QUJING, destination=KUNMING, from_scheme="310", to_scheme="310", applicant="member", channel="online",
        received_on=MONDAY, name="测试甲", documents=(Document("01", asks(1).document.number),), employer=None,
        authorised=False, positive=True, refusals=(),
    )  # fmt: skip
    match kind:
        case "nobody's case":
            return said(node, Lane(own, KUNMING, QUJING), WithdrawRequest("case", "by_person"))
        case "another's number":
            return said(node, Lane(of_chengdu, KUNMING, QUJING), opening)
        case "no number":
            return said(node, Lane("X", KUNMING, QUJING), opening)
        case _:
            # The application comes second; a first message under its number was nonsense.
            lane = Lane(own, KUNMING, QUJING)
            first = said(node, lane, NOTICE)
            assert said_of(answer(node, signed(node, [as_json(first)], KUNMING))) == ["refused"]
            return said(node, replace(lane, sent=1, sent_hash=first.hash), opening)


@pytest.mark.parametrize("kind", ["nobody's case", "another's number", "no number", "not the first"])
def test_nobody_opens_a_case_but_its_opener_with_its_first_message(node: Node, kind: str) -> None:
    load_people(node, lives(1, destination=KUNMING), day=MONDAY, actor="test")
    assert said_of(answer(node, signed(node, [as_json(foreign(node, kind))], KUNMING))) == ["refused"]
    assert files_at_qujing(node) == []
    assert verify(node).breaks == ()


def test_what_one_agency_says_of_a_case_never_keeps_another_from_opening_it(node: Node) -> None:
    (case_no,) = applied(node, 1)
    squatting = said(node, Lane(case_no, KUNMING, QUJING), WithdrawRequest("case", "by_person"))
    assert said_of(answer(node, signed(node, [as_json(squatting)], KUNMING))) == ["refused"]
    assert said_of(answer(node, waiting(node))) == ["recorded"]
    again = said(node, Lane(case_no, KUNMING, QUJING, 1, squatting.hash), NOTICE)
    assert said_of(answer(node, signed(node, [as_json(again)], KUNMING))) == ["wrong_sender"]
    assert verify(node).breaks == ()


def test_the_sender_sees_what_the_other_side_did_not_take_and_keeps_what_it_hands_over(node: Node) -> None:
    """曲靖 reads no applications of this kind any more; 成都 stays their holder and is told so."""
    (case_no,) = applied(node, 1)
    heads, journals = delivery._heads(node, "destination")
    mail = [((CHENGDU, QUJING), heads)]
    ((bundle, messages),) = delivery._parcels(node, CHENGDU, mail, day=MONDAY, journal=journals.get(CHENGDU))
    signer = node.signer(QUJING, MONDAY)
    refused = give_receipt(
        bundle, time=instant(MONDAY), outcomes=[(messages[0].name, "malformed")], key_id=signer.key_id, sign=signer.sign
    )  # fmt: skip
    delivery.receipted(node, (bundle, messages), refused, day=MONDAY)
    (row,) = not_taken.unanswered(node, CHENGDU)
    assert (row["case_no"], row["outcome"], row["type"]) == (case_no, "malformed", "application")
    with node.store.transaction("test.held", [CHENGDU]) as cursor:
        file = cursor.execute("SELECT record_handing_over, record_holder FROM file").fetchone()
    assert file == {"record_handing_over": 1, "record_holder": "clerk"}


def test_a_desk_sees_for_its_own_agency_what_was_not_taken_here_and_there(
    node: Node, database: Connections
) -> None:
    applied(node, 1)
    assert said_of(answer(node, b"nonsense")) == ["bytes_not_json"]
    desk = open_node(database.desk)
    desk.speak_for(QUJING)
    (row,) = not_taken.waiting(desk, QUJING)
    kept = not_taken.look(desk, QUJING, row["id"][:10])
    assert kept is not None
    assert (kept.body, kept.said and kept.said.code) == (b"nonsense", "bytes_not_json")
    assert not_taken.look(desk, QUJING, "none") is None
    assert not_taken.unanswered(desk, QUJING) == []
    desk.store.close()


# ---------------------------------------------------------------- anything at all


@st.composite
def spoilt_bytes(draw: st.DrawFn, whole: bytes) -> bytes:
    """A delivery with a piece of it changed, taken out, put in twice or moved."""
    at, size = draw(st.integers(0, len(whole))), draw(st.integers(1, 40))
    piece = draw(st.binary(min_size=0, max_size=40) | st.just(whole[at : at + size] * 2))
    return whole[:at] + piece + whole[at + size :]


LEAVES = st.none() | st.booleans() | st.integers(-3, 2**60) | st.sampled_from(["", "x", "0" * 32, "0" * 64, "2026-11-23", "530300"]) | st.text(max_size=5)  # fmt: skip
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["envelope", "payload", "id", "x"]), inner, max_size=3), max_leaves=6)  # fmt: skip


@st.composite
def spoilt_messages(draw: st.DrawFn, messages: list[Json]) -> list[Json]:
    """Messages of which one has anything at all somewhere, or lacks something."""
    spoilt = copy.deepcopy(messages)
    message = spoilt[draw(st.integers(0, len(spoilt) - 1))]
    holder = message["envelope"] if draw(st.booleans()) else message
    name = draw(st.sampled_from(sorted(holder)))
    if draw(st.booleans()):
        holder[name] = draw(ANYTHING)
    else:
        del holder[name]
    return spoilt


def everything_but_what_was_not_taken(node: Node) -> dict[str, Any]:
    tables = ("file", "money_track", "message", "outbox", "journal", "decision", "notice", "stuck_case")
    with node.store.transaction("test.state", node.hosted) as cursor:
        return {
            name: cursor.execute(f"SELECT t.*::text FROM {name} t ORDER BY 1").fetchall() for name in tables
        }


def test_no_bytes_at_all_make_a_receiver_fail_or_change_a_file(node: Node) -> None:
    applied(node, 1, 2)
    listed = sent(node)
    whole = signed(node, listed[:1])
    untouched = everything_but_what_was_not_taken(node)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(spoilt_bytes(whole))
    def bytes_(data: bytes) -> None:
        assume(data != whole)
        answer(node, data)
        assert everything_but_what_was_not_taken(node) == untouched

    bytes_()
    # Processed now: a spoilt copy of it, really signed by its sender, may have no effect whatever it is.
    assert said_of(answer(node, signed(node, listed))) == ["recorded"] * 2
    before = everything_but_what_was_not_taken(node)

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(spoilt_messages(listed))
    def messages(spoilt: list[Json]) -> None:
        try:
            data = signed(node, spoilt)
        except ValueError:
            return  # has no canonical form, so nobody could have signed it
        (said,) = answer(node, data)
        assert isinstance(said, Receipt)
        assert everything_but_what_was_not_taken(node) == before

    messages()
    assert verify(node).breaks == ()
    assert go(node, plan([asks(1), asks(2)])).exceptions == {}
    assert verify(node).breaks == ()


def test_messages_that_another_agency_brought_first_are_still_proven_by_their_own_sender(node: Node) -> None:
    """The same envelopes give the same root, whoever signs it."""
    applied(node, 1)
    assert said_of(answer(node, signed(node, sent(node), KUNMING))) == ["wrong_sender"]
    assert delivery.one_round(node, "destination", day=MONDAY) == 1
    assert verify(node).breaks == ()

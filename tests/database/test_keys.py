"""A key counts on the day it signed: an ended or coming one signs nothing, and what an old one signed stays proven."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from store_cast import CHENGDU, MONDAY, QUJING, asks, lives, plan

from jiexu.exchange.bundle import Receipt, bundle_from_json
from jiexu.exchange.canonical import canonical, parse
from jiexu.exchange.signing import CertificateError, KeyNotValidError, UnknownKeyError
from jiexu.usecases import delivery, keys
from jiexu.usecases.applications import take
from jiexu.usecases.node import Node, refresh
from jiexu.usecases.people import load_people
from jiexu.usecases.receiving import Delivery, receive
from jiexu.usecases.running import go
from jiexu.usecases.verifying import verify

TUESDAY = MONDAY + timedelta(days=1)
SUNDAY = MONDAY - timedelta(days=1)


def applied(node: Node) -> None:
    load_people(node, lives(1), day=SUNDAY, actor="test")
    take(node, [asks(1)], day=MONDAY, actor="applicant")


def sent(node: Node, day: date) -> bytes:
    """What 成都 would send to 曲靖 on a day."""
    heads, journals = delivery._heads(node, "destination")
    return delivery.sealed(node, (CHENGDU, QUJING), heads, day=day, journals=journals)


def answered(node: Node, data: bytes, day: date) -> str:
    """The outcome of a delivery of one message at 曲靖, or what is wrong with it."""
    (answer,) = receive(node, [Delivery(QUJING, data)], day=day)
    return answer.outcomes[0][1] if isinstance(answer, Receipt) else str(answer)


def waiting(node: Node) -> int:
    with node.store.transaction("test.waiting", node.hosted) as cursor:
        return len(cursor.execute("SELECT 1 FROM outbox").fetchall())


def key_of(node: Node, agency: str, day: date = MONDAY) -> str:
    return node.signer(agency, day).key_id


def test_a_case_in_the_middle_of_which_both_keys_changed_ends_and_stays_proven(node: Node) -> None:
    old = {key_of(node, agency) for agency in (QUJING, CHENGDU)}
    applied(node)
    while sum(delivery.one_round(node, side, day=MONDAY) for side in ("origin", "destination")):
        pass
    new = {keys.change(node, agency, on=TUESDAY) for agency in (QUJING, CHENGDU)}
    for each in old:
        keys.end(node, each, last=MONDAY)
    assert go(node, plan([asks(1)])).exceptions == {}
    assert verify(node).breaks == ()
    with node.store.transaction("test.keys", node.hosted) as cursor:
        bodies = cursor.execute("SELECT body FROM bundle").fetchall()
        assert cursor.execute("SELECT DISTINCT record_state FROM file").fetchall() == [{"record_state": "in"}]
    assert {bundle_from_json(parse(bytes(row["body"]))).key_id for row in bodies} == old | new


def test_a_new_key_takes_nothing_from_the_one_before(node: Node) -> None:
    applied(node)
    yesterday = sent(node, MONDAY)
    old = key_of(node, CHENGDU)
    new = keys.change(node, CHENGDU, on=TUESDAY)
    assert keys.change(node, CHENGDU, on=TUESDAY) == new
    assert (key_of(node, CHENGDU, MONDAY), key_of(node, CHENGDU, TUESDAY)) == (old, new)
    assert answered(node, yesterday, TUESDAY) == "recorded"


def test_what_an_ended_key_signed_before_its_end_is_not_taken_afterwards(node: Node) -> None:
    """Whoever stole the key could have written any day before."""
    applied(node)
    old = sent(node, MONDAY)
    keys.end(node, key_of(node, CHENGDU), last=MONDAY)
    assert "does not stand on 2026-11-24" in answered(node, old, TUESDAY)
    assert answered(node, old, MONDAY) == "recorded"


@pytest.mark.parametrize("who", [CHENGDU, QUJING], ids=["sender", "receiver"])
def test_where_no_key_stands_messages_wait_and_go_when_one_does(node: Node, who: str) -> None:
    applied(node)
    keys.end(node, key_of(node, who), last=SUNDAY)
    with pytest.raises(KeyNotValidError, match=f"{who} has no key here that stands on 2026-11-23"):
        node.signer(who, MONDAY)
    assert delivery.one_round(node, "destination", day=MONDAY) == 0
    assert waiting(node) == 1
    keys.change(node, who, on=TUESDAY)
    assert delivery.one_round(node, "destination", day=MONDAY) == 0
    assert delivery.one_round(node, "destination", day=TUESDAY) == 1


def test_a_key_that_is_still_to_come_signs_nothing(node: Node) -> None:
    applied(node)
    keys.change(node, CHENGDU, on=TUESDAY)
    early = sent(node, TUESDAY)
    assert "signed on 2026-11-24, and today is 2026-11-23" in answered(node, early, MONDAY)
    value = parse(early)
    assert isinstance(value, dict)
    value["bundle"]["time"] = "2026-11-23T02:00:00Z"
    assert "does not stand on 2026-11-23" in answered(node, canonical(value), TUESDAY)


def test_verify_names_what_a_lost_key_signed_after_the_day_it_was_lost(node: Node) -> None:
    load_people(node, lives(1), day=SUNDAY, actor="test")
    assert go(node, plan([asks(1)])).exceptions == {}
    assert verify(node).breaks == ()
    keys.end(node, key_of(node, CHENGDU), last=SUNDAY)
    found = {each.kind for each in verify(node).breaks}
    assert found == {"bundle"}


def test_only_a_known_key_is_ended_and_not_before_it_begins(node: Node) -> None:
    with pytest.raises(UnknownKeyError):
        keys.end(node, f"{CHENGDU}-none", last=MONDAY)
    key_id = keys.change(node, CHENGDU, on=TUESDAY)
    with pytest.raises(CertificateError, match="before it begins"):
        keys.end(node, key_id, last=MONDAY)
    refresh(node)
    assert node.keyring.stands(key_id, TUESDAY)

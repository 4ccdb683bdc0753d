"""A key counts on the day it signed: an ended or coming one signs nothing, and what an old one signed stays proven."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from prove_cast import as_admin
from store_cast import CHENGDU, MONDAY, QUJING, asks, lives, plan

from jiexu.exchange.bundle import BundleError, Receipt, bundle_from_json
from jiexu.exchange.canonical import canonical, parse
from jiexu.exchange.signing import CertificateError, KeyNotValidError, UnknownKeyError
from jiexu.gateways.postgres.roles import Connections
from jiexu.usecases import delivery, keys
from jiexu.usecases.applications import take
from jiexu.usecases.node import Node, catch_up, open_node, refresh
from jiexu.usecases.people import load_people
from jiexu.usecases.receiving import Delivery, receive
from jiexu.usecases.running import go
from jiexu.usecases.verifying import verify

if TYPE_CHECKING:
    from conftest import Server

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
    assert (key_of(node, CHENGDU, MONDAY), key_of(node, CHENGDU, TUESDAY)) == (old, new)
    assert answered(node, yesterday, TUESDAY) == "recorded"


def test_a_key_is_changed_on_its_first_day_too_and_as_often_as_a_day_has_names(node: Node) -> None:
    drawn = [keys.change(node, CHENGDU, on=TUESDAY)]
    while len(drawn) < 26:
        drawn.append(keys.change(node, CHENGDU, on=TUESDAY))
        assert key_of(node, CHENGDU, TUESDAY) == drawn[-1]
    assert len({node.keyring.key(key_id).public_key for key_id in drawn}) == 26
    with pytest.raises(keys.KeyChangeError, match="take another day"):
        keys.change(node, CHENGDU, on=TUESDAY)


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


# ---------------------------------------------------------------- stolen


def stolen(node: Node, agency: str, since: date = MONDAY) -> str:
    """The agency's key is ended as stolen, and another drawn; the id of the one that was stolen."""
    key_id = key_of(node, agency, since)
    keys.end_stolen(node, key_id, since=since, day=since)
    keys.change(node, agency, on=since)
    return key_id


def test_a_stolen_key_signs_nothing_more_whatever_day_its_thief_writes(node: Node) -> None:
    applied(node)
    before = sent(node, SUNDAY)
    same_day = sent(node, MONDAY)
    key_id = stolen(node, CHENGDU)
    assert key_of(node, CHENGDU) != key_id
    for data in (before, same_day):
        said = answered(node, data, MONDAY)
        assert said.startswith(f"Key {key_id} of {CHENGDU} ended on 2026-11-23 because it was stolen")
    assert answered(node, sent(node, MONDAY), MONDAY) == "recorded", (
        "the agency itself goes on with another key"
    )


def test_what_was_taken_before_a_key_was_stolen_stays_proven_though_it_is_of_the_same_day(node: Node) -> None:
    applied(node)
    assert answered(node, sent(node, MONDAY), MONDAY) == "recorded"
    stolen(node, CHENGDU)
    stolen(node, QUJING)
    assert verify(node).breaks == ()
    assert go(node, plan([asks(1)])).exceptions == {}
    assert verify(node).breaks == ()


def test_a_receipt_that_a_thief_dates_back_lets_go_of_nothing_and_the_receiver_gives_another(
    node: Node,
) -> None:
    """The bundle was taken and its receipt lost; since then the receiver's key is in strange hands."""
    applied(node)
    heads, journals = delivery._heads(node, "destination")
    mail = [((CHENGDU, QUJING), heads)]
    (parcel,) = delivery._parcels(node, CHENGDU, mail, day=MONDAY, journal=journals.get(CHENGDU))
    (lost,) = receive(node, [Delivery(QUJING, sent(node, MONDAY))], day=MONDAY)
    assert isinstance(lost, Receipt)
    key_id = stolen(node, QUJING, TUESDAY)
    assert lost.key_id == key_id
    with pytest.raises(BundleError, match="because it was stolen"):
        delivery.receipted(node, parcel, lost, day=TUESDAY)
    assert waiting(node) == 2, "the application, and the answer to it"
    assert delivery.carry(node, day=TUESDAY) > 0
    assert waiting(node) == 0
    assert verify(node).breaks == ()


def test_a_key_is_not_ended_before_what_was_honestly_taken(node: Node) -> None:
    applied(node)
    delivery.carry(node, day=TUESDAY)
    key_id = key_of(node, CHENGDU)
    with pytest.raises(keys.KeyChangeError, match="honestly taken until 2026-11-24"):
        keys.end_stolen(node, key_id, since=MONDAY, day=TUESDAY)
    keys.end_stolen(node, key_id, since=TUESDAY, day=TUESDAY)
    assert not node.keyring.stands(key_id, TUESDAY)
    with pytest.raises(UnknownKeyError):
        keys.end_stolen(node, f"{CHENGDU}-none", since=TUESDAY, day=TUESDAY)


def test_a_word_on_a_stolen_key_counts_only_with_the_roots_signature_and_stays(
    node: Node, database: Connections
) -> None:
    key_id = stolen(node, CHENGDU)
    with psycopg.connect(database.worker) as worker, pytest.raises(psycopg.errors.InsufficientPrivilege):
        worker.execute("DELETE FROM stolen_key")
    with psycopg.connect(database.owner) as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("DELETE FROM stolen_key")
    forged = "INSERT INTO stolen_key SELECT %s, since, jsonb_set(body, '{key_id}', to_jsonb(%s::text)) FROM stolen_key"
    other = key_of(node, QUJING)
    with psycopg.connect(database.worker) as worker:
        worker.execute(forged, [other, other])
    refresh(node)
    assert set(node.keyring.stolen) == {key_id}
    assert {each.kind for each in verify(node).breaks} == {"certificate", "row_without_line"}


def test_verify_names_a_word_on_a_stolen_key_that_was_taken_away(
    node: Node, database: Connections, postgres: Server
) -> None:
    stolen(node, CHENGDU)
    assert verify(node).breaks == ()
    with as_admin(postgres, database) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("DELETE FROM stolen_key")
    refresh(node)
    assert {each.kind for each in verify(node).breaks} == {"journal_rows_missing"}


def test_a_process_at_work_hears_of_a_stolen_key_and_of_a_new_one_from_another(
    node: Node,
) -> None:
    at_work = open_node(node.store.url)
    try:
        stolen = key_of(at_work, QUJING)
        new = keys.change(node, QUJING, on=MONDAY)
        keys.end_stolen(node, stolen, since=MONDAY, day=MONDAY)
        assert at_work.keyring.stands(stolen, MONDAY)
        catch_up(at_work)
        assert not at_work.keyring.stands(stolen, MONDAY)
        assert key_of(at_work, QUJING) == new
    finally:
        at_work.store.close()

"""``verify`` is silent on what was never touched, and names whatever the owner of the tables changed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from prove_cast import (
    CHENGDU,
    SUZHOU,
    WAYS,
    as_admin,
    copied,
    database_of,
    founded,
    lives,
    number,
    plan,
    populated,
)
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from jiexu.exchange.journal_seal import JournalSeal, seal_journal
from jiexu.gateways.postgres.roles import Connections
from jiexu.store import atrest, steps
from jiexu.texts import LANGS
from jiexu.usecases.node import Node, open_node
from jiexu.usecases.people import load_people
from jiexu.usecases.running import go
from jiexu.usecases.sealing import held_here, leaf
from jiexu.usecases.seals import reader, writer
from jiexu.usecases.verifying import Report, verify
from jiexu.usecases.verifying.report import Findings
from jiexu.values.month import Month

if TYPE_CHECKING:
    from conftest import Server

PEOPLE = tuple(range(len(WAYS)))
AN_HOUR_BEFORE = date(2026, 11, 25)
Seal = dict[str, object]


@dataclass(frozen=True, slots=True)
class Played:
    """A database in which twelve cases were played to their ends, one of an hour before, and the seals outside."""

    name: str
    earlier: str
    founded: str
    seals: tuple[Seal, ...]


@pytest.fixture(scope="module")
def played(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    base = founded(postgres)
    name, earlier = f"{base}_played", f"{base}_earlier"
    place = tmp_path_factory.mktemp("seals") / "seals.jsonl"
    node = open_node(copied(postgres, name, base).worker)
    populated(node, PEOPLE)
    assert not go(node, plan(PEOPLE, writer(place), last=AN_HOUR_BEFORE)).exceptions
    node.store.close()
    copied(postgres, earlier, name)
    node = open_node(postgres.template.to(name).worker)
    assert not go(node, plan(PEOPLE, writer(place))).exceptions
    node.store.close()
    yield Played(name, earlier, base, tuple(reader(place)))
    for each in (name, earlier, base):
        remove(postgres, each)


def remove(server: Server, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def copy(postgres: Server, played: Played) -> Iterator[Connections]:
    """The played database, to be spoilt."""
    name = f"{played.name}_{secrets.token_hex(2)}"
    yield copied(postgres, name, played.name)
    remove(postgres, name)


def verified(database: Connections, seals: Sequence[Seal], held: Sequence[tuple[str, Seal]] = ()) -> Report:
    """What a new process would say."""
    node = open_node(database.worker)
    try:
        return verify(node, seals, held)
    finally:
        node.store.close()


@contextmanager
def as_owner(database: Connections) -> Iterator[psycopg.Connection[dict[str, object]]]:
    """The owner of the tables, speaking for every agency, with every trigger off."""
    with psycopg.connect(database.owner, row_factory=dict_row) as owner:
        codes = [str(row["code"]) for row in owner.execute("SELECT code FROM agency").fetchall()]
        owner.execute("SELECT set_config('jiexu.agencies', %s, false)", [",".join(codes)])
        tables = [
            str(row["relname"])
            for row in owner.execute(
                "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
            ).fetchall()
        ]
        for switch in ("DISABLE", "ENABLE"):
            for table in tables:
                owner.execute(
                    sql.SQL("ALTER TABLE {} " + switch + " TRIGGER USER").format(sql.Identifier(table))
                )
            if switch == "DISABLE":
                yield owner


def kinds(report: Report) -> set[str]:
    """Kinds of breaks; every one of them must be a sentence in both languages that says where."""
    for each in report.breaks:
        for lang in LANGS:
            assert each.where in each.sentence(lang)
    return {each.kind for each in report.breaks}


def test_what_nobody_touched_has_no_break_and_everything_was_counted(
    postgres: Server, played: Played
) -> None:
    report = verified(postgres.template.to(played.name), played.seals)
    assert report.breaks == ()
    counted = report.counted
    assert counted["cases"] == len(PEOPLE)
    assert counted["files"] == 2 * len(PEOPLE)
    assert counted["seals"] > 2
    assert counted["seals_held"] > 2
    assert counted.get("journal_lines_not_sealed_yet", 0) == 0
    assert min(counted[name] for name in ("postings", "holds", "messages", "bundles", "decisions", "journal_lines", "month_moves")) > 0  # fmt: skip


def test_verify_changes_nothing_and_may_run_beside_a_running_node(copy: Connections, played: Played) -> None:
    node = open_node(copy.worker)
    with node.store.transaction("held open", node.hosted) as cursor:
        cursor.execute("SELECT 1 FROM file FOR UPDATE")
        assert verified(copy, played.seals).breaks == ()
    node.store.close()


def test_money_and_months_are_as_the_tables_of_people_say(postgres: Server, played: Played) -> None:
    """Every fen is accounted for: what was opened, came late or from nobody known is what is there now."""
    counted = verified(postgres.template.to(played.name), played.seals).counted
    given = (
        sum(fen for person in PEOPLE for each in lives(person) for _, fen, _ in each.parts) + 7_700 + 1_234
    )
    places = ("personal", "estate", "receipts", "returned", "clearing", "on_the_way")
    assert sum(counted[f"{place}_fen"] for place in places) == given
    assert counted["on_the_way_fen"] == 0
    assert counted["without_reference_fen"] == 1_234


ONE_CREDIT = "(SELECT agency, id FROM posting WHERE reason = 'credited' ORDER BY agency, id LIMIT 1)"
ONE_MESSAGE = "(SELECT agency, id FROM message WHERE type = 'form' ORDER BY agency, id LIMIT 1)"
TAMPERINGS = {
    "an amount changed": (
        f"UPDATE posting SET amount_fen = amount_fen + 1 WHERE (agency, id) = {ONE_CREDIT}",
        {"balance_differs", "journal_rows_differ", "amount_differs", "told_differs", "money_not_conserved"},
    ),
    "an amount changed on both accounts": (
        f"""UPDATE account a SET balance_fen = balance_fen + 1 FROM posting p WHERE (p.agency, p.id) = {ONE_CREDIT}
          AND (a.agency, a.person, a.part) = (p.agency, p.credit_key, p.credit_part);
        UPDATE posting SET amount_fen = amount_fen + 1 WHERE (agency, id) = {ONE_CREDIT}""",
        {"journal_rows_differ", "amount_differs"},
    ),
    "an entry deleted": (
        "DELETE FROM posting WHERE reason = 'contribution'",
        {"balance_differs", "journal_rows_missing"},
    ),
    "the posting of a hold's end deleted": (
        "DELETE FROM posting WHERE (agency, id) = (SELECT agency, id FROM posting WHERE reason = 'paid_out' ORDER BY 1 LIMIT 1)",
        {"capture_differs", "paid_differs", "journal_rows_differ"},
    ),
    "months deleted": (
        "DELETE FROM month_entry WHERE (agency, entry) = (SELECT agency, entry FROM month_entry ORDER BY 1 LIMIT 1)",
        {"months_earned_differ", "journal_rows_differ"},
    ),
    "a journal line deleted": (
        "DELETE FROM journal WHERE seq = 3 AND agency = (SELECT min(agency) FROM journal WHERE seq = 4)",
        {"journal_gap", "seal_root"},
    ),
    "one byte of a message's envelope": (
        f"UPDATE message SET envelope = set_byte(envelope, 60, get_byte(envelope, 60) # 1) WHERE (agency, id) = {ONE_MESSAGE}",
        {"bundle"},
    ),
    "one byte of a message's content": (
        f"UPDATE message SET payload = set_byte(payload, 60, get_byte(payload, 60) # 1) WHERE (agency, id) = {ONE_MESSAGE}",
        {"payload_unreadable"},
    ),
    "two messages swapped by number": (
        """UPDATE message m SET seq = 3 - seq WHERE seq IN (1, 2) AND (agency, case_no, sender) =
          (SELECT agency, case_no, sender FROM message WHERE seq = 2 ORDER BY 1, 2, 3 LIMIT 1)""",
        {"message_column_differs"},
    ),
    "two messages swapped in content": (
        """WITH chosen AS (SELECT agency, case_no, sender FROM message WHERE seq = 2 ORDER BY 1, 2, 3 LIMIT 1)
        UPDATE message m SET envelope = o.envelope, payload = o.payload FROM message o, chosen c
        WHERE (m.agency, m.case_no, m.sender) = (c.agency, c.case_no, c.sender) AND (o.agency, o.case_no, o.sender) = (c.agency, c.case_no, c.sender)
          AND m.seq IN (1, 2) AND o.seq = 3 - m.seq""",
        {"message_column_differs", "bundle"},
    ),
    "a message deleted": (
        f"DELETE FROM message WHERE (agency, id) = {ONE_MESSAGE}",
        {"bundled_message_missing", "message_missing", "journal_rows_differ", "chain"},
    ),
    "a month added": (
        "UPDATE month_line SET earned = earned + '{[24060,24061)}' WHERE (agency, person, kind) = (SELECT agency, person, kind FROM month_line ORDER BY 1 LIMIT 1)",
        {"months_earned_differ"},
    ),
    "a month added to what was taken in": (
        "UPDATE month_line SET moved_in = moved_in + '{[24060,24061)}' WHERE (agency, person, area) = (SELECT agency, person, area FROM month_line WHERE NOT isempty(moved_in) ORDER BY 1 LIMIT 1)",
        {"months_moved_differ"},
    ),
    "a month that cannot be": (
        "UPDATE month_line SET moved_in = moved_in + '{[900000,900001)}' WHERE NOT isempty(moved_in)",
        {"months_impossible"},
    ),
    "a month added to a move": (
        "UPDATE month_move SET months = months + '{[24060,24061)}' WHERE (agency, case_no, move) = (SELECT agency, case_no, move FROM month_move WHERE move = 'in' ORDER BY 1 LIMIT 1)",
        {
            "months_moved_differ",
            "form_months_differ",
            "months_lost_between",
            "journal_rows_differ",
            "told_differs",
        },
    ),
    "months counted again at the origin": (
        """UPDATE month_line SET moved_out = '{}' WHERE NOT isempty(moved_out)""",
        {"months_moved_differ", "month_counted_twice"},
    ),
    "a balance edited": (
        "UPDATE account SET balance_fen = balance_fen + 100 WHERE (agency, person, part) = (SELECT agency, person, part FROM account ORDER BY 1 LIMIT 1)",
        {"balance_differs", "money_not_conserved"},
    ),
    "a hold edited": (
        "UPDATE hold SET amount_fen = amount_fen - 1 WHERE (agency, id) = (SELECT agency, id FROM hold ORDER BY 1 LIMIT 1)",
        {"capture_differs", "journal_rows_differ"},
    ),
    "money set aside without a case": (
        "UPDATE account SET held_fen = held_fen + 1 WHERE (agency, person, part) = (SELECT agency, person, part FROM account WHERE balance_fen > 0 ORDER BY 1 LIMIT 1)",
        {"held_differs"},
    ),
    "one person on a payment": (
        """ALTER TABLE posting DROP CONSTRAINT two_people_stand_on_money;
        UPDATE posting SET reviewed_by = handled_by WHERE (agency, id) = (SELECT agency, id FROM posting WHERE reason = 'paid_out' ORDER BY 1 LIMIT 1)""",
        {"two_people", "journal_rows_differ"},
    ),
    "a decision rewritten": (
        "UPDATE decision SET body = convert_to(replace(convert_from(body, 'UTF8'), 'HIGH', 'LOW'), 'UTF8'), outcome = 'OTHER' WHERE (agency, case_no, version, ordinal) = (SELECT agency, case_no, version, ordinal FROM decision ORDER BY 1 LIMIT 1)",
        {"decision_column_differs"},
    ),
    "a decision under another law": (
        "UPDATE decision SET policy_digest = repeat('0', 64) WHERE (agency, case_no, version, ordinal) = (SELECT agency, case_no, version, ordinal FROM decision ORDER BY 1 LIMIT 1)",
        {"journal_rows_differ"},
    ),
    "a holder and a date given by hand": (
        "UPDATE money_track SET holder = 'person', due_on = due_on + 30 WHERE state = 'estate'",
        {"file_column_differs", "file_differs"},
    ),
    "an open track closed": (
        "UPDATE money_track SET is_open = false, holder = NULL, next_event = NULL, due_on = NULL, due_kind = NULL WHERE state = 'estate'",
        {"file_unreadable"},
    ),
    "a whole file set back by a step": (
        "UPDATE file SET version = version - 1 WHERE (agency, case_no) = (SELECT agency, case_no FROM file ORDER BY 1 LIMIT 1)",
        {"file_behind"},
    ),
    "a receipt of the bank changed": (
        "UPDATE bank_receipt SET amount_fen = amount_fen + 1 WHERE (agency, receipt) = (SELECT agency, receipt FROM bank_receipt WHERE remark <> '' ORDER BY 1 LIMIT 1)",
        {"receipts_differ", "matched_differs", "journal_rows_differ"},
    ),
    "an order of the bank changed": (
        "UPDATE bank_order SET payee = 'elsewhere' WHERE (agency, reference) = (SELECT agency, reference FROM bank_order ORDER BY 1 LIMIT 1)",
        {"journal_rows_differ"},
    ),
    "a payment sent to an account nobody approved": (
        "UPDATE bank_order SET payee_account = 's1.x.X00000' WHERE (agency, reference) = (SELECT agency, reference FROM bank_order WHERE NOT back AND payee <> 'person' ORDER BY 1, 2 LIMIT 1)",
        {"order_elsewhere", "journal_rows_differ"},
    ),
    "an excess sent to another account than the one that paid": (
        "UPDATE bank_order SET payee_account = 's1.x.X00000' WHERE (agency, reference) = (SELECT agency, reference FROM bank_order WHERE back ORDER BY 1, 2 LIMIT 1)",
        {"given_back_elsewhere", "journal_rows_differ"},
    ),
    "the account that paid changed": (
        "UPDATE bank_receipt SET payer_account = 's1.x.X00000' WHERE remark <> ''",
        {"given_back_elsewhere", "journal_rows_differ"},
    ),
    "a receipt forged": (
        "UPDATE bundle SET receipt = convert_to(replace(convert_from(receipt, 'UTF8'), 'recorded', 'refused'), 'UTF8') WHERE (agency, root) = (SELECT agency, root FROM bundle ORDER BY 1 LIMIT 1)",
        {"bundle", "bundle_copies_differ"},
    ),
    "a receipt taken away": (
        "DELETE FROM bundle_message b USING bundle x WHERE (b.agency, b.root) = (x.agency, x.root) AND x.agency = x.sender AND x.agency = (SELECT min(agency) FROM bundle WHERE sender = agency)",
        {"receipt_missing"},
    ),
    "somebody's name changed": (
        "UPDATE person SET name = 'x' WHERE (agency, person) = (SELECT agency, person FROM person ORDER BY 1 LIMIT 1)",
        {"person_differs"},
    ),
    "clearing credited without being owed": (
        "UPDATE posting SET amount_fen = amount_fen + 5 WHERE (agency, id) = (SELECT agency, id FROM posting WHERE reason = 'cleared_in' ORDER BY 1 LIMIT 1)",
        {"clearing_differs", "amount_differs"},
    ),
    "a seal that a counterpart holds changed": (
        "UPDATE counterpart_seal SET body = jsonb_set(body, '{root}', to_jsonb(repeat('0', 64)))",
        {"held_seal_signature"},
    ),
    "a seal that a counterpart holds made unreadable": (
        "UPDATE counterpart_seal SET body = body - 'upto'",
        {"held_seal_unreadable"},
    ),
    "a certificate stretched": (
        "UPDATE certificate SET body = jsonb_set(body, '{valid_until}', '\"2099-12-31\"') WHERE key_id = (SELECT min(key_id) FROM certificate WHERE key_id LIKE '510100-%')",
        {"certificate", "bundle", "seal_signature", "held_seal_signature"},
    ),
    "a case added from nowhere": (
        "INSERT INTO posting SELECT agency, repeat('0', 32), debit_kind, debit_key, debit_part, credit_kind, credit_key, credit_part, amount_fen, case_no, leg, 900, reason, rule, handled_by, reviewed_by, corrects, booked_on FROM posting WHERE reason = 'credited' ORDER BY agency, id LIMIT 1",
        {"row_without_line", "balance_differs", "amount_differs"},
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_verify_names_what_the_owner_of_the_tables_changed(
    what: str, copy: Connections, played: Played
) -> None:
    statement, expected = TAMPERINGS[what]
    with as_owner(copy) as owner:
        for each in statement.split(";\n"):
            assert owner.execute(each).rowcount != 0, "the tampering touched nothing"
    found = kinds(verified(copy, played.seals))
    assert expected <= found, f"found {sorted(found)}"


PERSON = (
    "(agency, person) = (SELECT agency, person FROM enrolment WHERE status = 'stopped' ORDER BY 1, 2 LIMIT 1)"
)
KNOWN = {
    "debts": ("UPDATE person SET owed_fen = owed_fen {} 1 WHERE " + PERSON, ("+", "-"), "person_differs"),
    "arrears": ("UPDATE person SET arrears_months = {} WHERE " + PERSON, (7, 0), "person_differs"),
    "a death": ("UPDATE person SET died_on = {} WHERE died_on IS NOT NULL", ("died_on + 1", "died_on - 1"), "person_differs"),
    "the end of cover": ("UPDATE enrolment SET stopped_on = stopped_on {} 1 WHERE stopped_on IS NOT NULL", ("-", "+"), "person_differs"),
    "the year of cover": ("UPDATE enrolment SET cover_year = cover_year {} 1", ("+", "-"), "person_differs"),
    "what may move": ("UPDATE account SET movable = {} WHERE " + PERSON, ("false", "true"), "person_differs"),
    "a document's validity": ("UPDATE identity_document SET valid_until = {} WHERE " + PERSON, ("'2030-01-01'", "NULL"), "journal_rows_differ"),
    "a document's number": ("UPDATE identity_document SET number = {} WHERE " + PERSON, ("number || 'X'", "left(number, -1)"), "number_does_not_open"),
    "a change": ("UPDATE person_change SET content = {} WHERE event = 'CoverStopped'", ("jsonb_build_array(content)", "content -> 0"), "journal_rows_differ"),
    "how often somebody changed": (
        "UPDATE person p SET version = p.version {} 1 FROM person_change c WHERE (c.agency, c.person) = (p.agency, p.person)",
        ("-", "+"),
        "person_behind",
    ),
}  # fmt: skip
"""What an agency knows of a person: how to change it, how to undo that, and what verify calls it."""


def test_verify_names_whatever_is_changed_of_what_is_known_about_a_person(
    copy: Connections, played: Played
) -> None:
    for name, (statement, (done, undone), expected) in KNOWN.items():
        with as_owner(copy) as owner:
            assert owner.execute(statement.format(done)).rowcount > 0, name
        assert expected in kinds(verified(copy, played.seals)), name
        with as_owner(copy) as owner:
            owner.execute(statement.format(undone))
    assert verified(copy, played.seals).breaks == ()


def test_verify_names_cover_that_was_added_or_taken_away_and_a_change_without_its_line(
    copy: Connections, played: Played
) -> None:
    with as_owner(copy) as owner:
        owner.execute("INSERT INTO enrolment (agency, person, scheme, since, status) SELECT agency, person, '390', '2020-01-01', 'insured' FROM person ORDER BY 1, 2 LIMIT 1")  # fmt: skip
        owner.execute("INSERT INTO person_change (agency, person, version, event, content, changed_on) SELECT agency, person, 9, 'CoverBegan', '[]', '2026-12-01' FROM person ORDER BY 1 DESC, 2 DESC LIMIT 1")  # fmt: skip
        taken = owner.execute("DELETE FROM enrolment WHERE status = 'insured' AND agency = %s", [SUZHOU])
        assert taken.rowcount > 0
    report = verified(copy, played.seals)
    assert {"person_differs", "row_without_line"} <= kinds(report)
    assert len([each for each in report.breaks if each.kind == "person_differs"]) == 1 + taken.rowcount


def test_verify_names_legs_balance_and_months_changed_together(copy: Connections, played: Played) -> None:
    """One more fen and one more month for person 0, everywhere but in hashes and signatures."""
    person = "(SELECT agency, person FROM identity_document WHERE seek = %s)"
    more = [
        f"UPDATE account SET balance_fen = balance_fen + 1 WHERE (agency, person) IN {person} AND agency = '{CHENGDU}' AND part = 'this_year'",
        f"UPDATE posting SET amount_fen = amount_fen + 1 WHERE (agency, credit_key) IN {person} AND credit_part = 'this_year' AND reason IN ('opening', 'credited') AND (case_no IS NOT NULL OR agency <> '{CHENGDU}')",
        f"UPDATE posting SET amount_fen = amount_fen + 1 WHERE (agency, debit_key) IN {person} AND debit_part = 'this_year' AND reason = 'paid_out'",
        f"UPDATE hold SET amount_fen = amount_fen + 1 WHERE (agency, person) IN {person} AND part = 'this_year'",
        f"UPDATE month_entry SET months = months + '{{[24060,24061)}}' WHERE (agency, person) IN {person} AND agency <> '{CHENGDU}'",
        f"UPDATE month_line SET earned = earned + '{{[24060,24061)}}', moved_out = moved_out + '{{[24060,24061)}}' WHERE (agency, person) IN {person} AND agency <> '{CHENGDU}'",
        f"UPDATE month_move SET months = months + '{{[24060,24061)}}' WHERE (agency, person) IN {person}",
        f"UPDATE month_line SET moved_in = moved_in + '{{[24060,24061)}}' WHERE (agency, person) IN {person} AND agency = '{CHENGDU}' AND area <> agency",
    ]
    with as_owner(copy) as owner:
        for statement in more:
            assert owner.execute(statement, [atrest.seek("01", number(0))]).rowcount != 0, statement
    found = kinds(verified(copy, played.seals))
    assert {"journal_rows_differ", "form_months_differ", "amount_differs"} <= found
    assert not {"balance_differs", "held_differs", "months_earned_differ", "months_moved_differ"} & found


def test_only_the_seals_show_an_owner_who_recomputes_the_journal(copy: Connections, played: Played) -> None:
    """The owner can read the salts. Person 9 gets a fen and a month more, and the journal line its right new hash."""
    agency = WAYS[9][0]
    node = open_node(copy.worker)
    with as_owner(copy) as owner:
        owner.execute("UPDATE account a SET balance_fen = balance_fen + 1 FROM identity_document d WHERE (a.agency, a.person) = (d.agency, d.person) AND d.seek = %s AND d.agency = %s AND part = 'this_year'", [atrest.seek("01", number(9)), agency])  # fmt: skip
        ref = str(owner.execute("SELECT person FROM identity_document WHERE seek = %s AND agency = %s", [atrest.seek("01", number(9)), agency]).fetchall()[0]["person"])  # fmt: skip
        owner.execute("UPDATE posting SET amount_fen = amount_fen + 1 WHERE agency = %s AND credit_key = %s AND credit_part = 'this_year'", [agency, ref])  # fmt: skip
        owner.execute("UPDATE month_entry SET months = months + '{[24060,24061)}' WHERE agency = %s AND person = %s", [agency, ref])  # fmt: skip
        owner.execute("UPDATE month_line SET earned = earned + '{[24060,24061)}' WHERE agency = %s AND person = %s", [agency, ref])  # fmt: skip
    before = kinds(verified(copy, played.seals))
    assert before == {"journal_rows_differ"}
    with as_owner(copy) as owner:
        owner.execute(
            "UPDATE journal SET hash = %s WHERE agency = %s AND kind = 'person' AND ref = %s AND version = 1",
            [person_hash(node, agency, ref, owner), agency, ref],
        )
    node.store.close()
    assert kinds(verified(copy, played.seals)) == {"seal_root"}


def written_anew(node: Node, agency: str, upto: int) -> JournalSeal:
    """One seal over the journal as it now is, as whoever holds the agency's key can sign it."""
    with node.store.transaction("forge", [agency]) as cursor:
        rows = cursor.execute("SELECT * FROM journal WHERE seq <= %s ORDER BY seq", [upto]).fetchall()
    signer, day = node.signer(agency, date(2026, 11, 24)), date(2026, 11, 24)
    return seal_journal(
        [leaf(row) for row in rows], agency=agency, after=None, day=day, key_id=signer.key_id, sign=signer.sign
    )  # fmt: skip


def test_counterparts_hold_what_shows_an_owner_who_seals_another_history_anew(
    copy: Connections, played: Played
) -> None:
    """Salts, keys, journal, file of seals: the owner of one agency's tables has them all. What was sent is elsewhere."""
    agency = WAYS[9][0]
    node = open_node(copy.worker)
    with as_owner(copy) as owner:
        owner.execute("UPDATE journal SET actor = 'nobody' WHERE agency = %s AND seq = 1", [agency])
        upto = max(int(str(seal["upto"])) for seal in played.seals if seal["agency"] == agency)
    forged = written_anew(node, agency, upto)
    with as_owner(copy) as owner:
        owner.execute(
            "UPDATE journal_seal SET hash = %s, upto = %s, body = %s WHERE agency = %s",
            [forged.hash, forged.upto, Jsonb(forged.as_json()), agency],
        )
    node.store.close()
    seals = [*(seal for seal in played.seals if seal["agency"] != agency), forged.as_json()]
    report = verified(copy, seals)
    assert kinds(report) == {"held_seal_root"}
    assert {each.where.split("/")[0] for each in report.breaks} == {agency}


def test_two_seals_over_the_same_lines_show_that_an_agency_wrote_two_histories(
    copy: Connections, played: Played
) -> None:
    node = open_node(copy.worker)
    honest = next(seal for seal in played.seals if seal["agency"] == CHENGDU)
    other = seal_journal(
        [b"another history"], agency=CHENGDU, after=None, day=AN_HOUR_BEFORE, key_id=node.signer(CHENGDU, AN_HOUR_BEFORE).key_id,
        sign=node.signer(CHENGDU, AN_HOUR_BEFORE).sign,
    )  # fmt: skip
    unsigned = {**honest, "root": "0" * 64}
    elsewhere = replace(other, agency="999999").as_json()
    given = [("letter.jsonl", each) for each in (other.as_json(), honest, elsewhere)]
    report = verify(node, played.seals, given)
    assert kinds(verify(node, played.seals, [("letter.jsonl", unsigned)])) == {"held_seal_signature"}
    node.store.close()
    assert kinds(report) == {"held_seals_contradict", "held_seal_root"}


def held_of(database: Connections) -> list[tuple[str, Seal]]:
    """What the counterparts of a database's agencies hold, as their nodes would hand it out."""
    node = open_node(database.worker)
    found = [("elsewhere", seal.as_json()) for seal in held_here(node)]
    node.store.close()
    return found


def test_seals_held_elsewhere_agree_with_what_nobody_touched_and_show_a_removed_hour(
    postgres: Server, played: Played, copy: Connections
) -> None:
    given = held_of(postgres.template.to(played.name))
    assert verified(copy, played.seals, given).breaks == ()
    then = [seal for seal in played.seals if str(seal["day"]) <= AN_HOUR_BEFORE.isoformat()]
    assert kinds(verified(postgres.template.to(played.earlier), then, given)) == {"held_seal_beyond"}


def person_hash(node: Node, agency: str, ref: str, owner: psycopg.Connection[dict[str, object]]) -> str:
    """What the owner computes with the agency's salt out of the changed rows."""
    from jiexu.usecases.verifying import journals  # noqa: PLC0415 - the forger reads our own code

    with node.store.transaction("forge", [agency]) as cursor:
        content = journals._people(cursor, [{"agency": agency, "ref": ref, "version": 1}], Findings())[
            agency, "person", ref, 1
        ]
    return steps.salted(node.secrets[agency].salt, content)


def test_a_perfect_forgery_is_shown_by_nothing_but_the_seals(postgres: Server, played: Played) -> None:
    """Whoever has the salts and keys can play another history with other amounts and months, signatures and all.

    Inside the database nothing contradicts it: that is why seals are kept outside.
    """
    name = f"{played.founded}_forged"
    forged = copied(postgres, name, played.founded)
    node = open_node(forged.worker)
    other = [*lives(0, fen=120_100, first=Month.of(2014, 12))]
    load_people(node, other + [each for person in PEOPLE[1:] for each in lives(person)], day=date(2026, 11, 22), actor="import")  # fmt: skip
    assert not go(node, plan(PEOPLE)).exceptions
    node.store.close()
    assert verified(forged, ()).breaks == ()
    given = held_of(postgres.template.to(played.name))
    assert "held_seal_root" in kinds(verified(forged, (), given))
    assert kinds(verified(forged, played.seals)) == {"seal_root", "seal_forgotten"}
    remove(postgres, name)


def test_verify_names_the_last_hour_taken_out_of_all_tables(postgres: Server, played: Played) -> None:
    earlier = postgres.template.to(played.earlier)
    then = [seal for seal in played.seals if str(seal["day"]) <= AN_HOUR_BEFORE.isoformat()]
    assert verified(earlier, then).breaks == ()
    report = verified(earlier, played.seals)
    assert kinds(report) == {"journal_shorter"}
    touched = {str(seal["agency"]) for seal in played.seals if seal not in then}
    assert {each.where.split("/")[0] for each in report.breaks} == touched


def changed(seals: Sequence[Seal], at: int, **changes: object) -> list[Seal]:
    return [{**seal, **changes} if number == at else seal for number, seal in enumerate(seals)]


SEAL_FAULTS: dict[str, tuple[Callable[[Sequence[Seal]], Sequence[Seal]], str]] = {
    "one cut off the end": (lambda seals: seals[:-1], "seals_missing"),
    "all gone": (lambda seals: (), "seals_missing"),
    "one changed": (lambda seals: changed(seals, 0, root="0" * 64), "seal_signature"),
    "one taken out of the middle": (
        lambda seals: [each for each in seals if each["first"] != 1],
        "seal_chain",
    ),
    "one of another node": (lambda seals: [*seals, {"agency": "999999"}], "seal_of_nobody"),
    "half a line": (lambda seals: [*seals, {"line": 7}], "seal_of_nobody"),
}


@pytest.mark.parametrize("what", SEAL_FAULTS)
def test_verify_names_what_is_wrong_with_the_seals(what: str, postgres: Server, played: Played) -> None:
    change, expected = SEAL_FAULTS[what]
    assert expected in kinds(verified(postgres.template.to(played.name), change(played.seals)))


def test_an_erased_content_leaves_the_chain_whole_and_is_counted(copy: Connections, played: Played) -> None:
    with as_owner(copy) as owner:
        erased = owner.execute(
            "UPDATE message SET payload = NULL WHERE type IN ('application', 'form')"
        ).rowcount
    report = verified(copy, played.seals)
    assert report.breaks == ()
    assert report.counted["payloads_erased"] == erased


def test_a_seal_written_twice_by_a_crash_or_half_written_counts_once(played: Played, tmp_path: Path) -> None:
    place = tmp_path / "deep" / "seals.jsonl"
    write = writer(place)
    write(played.seals[:2])
    write([played.seals[1]])
    whole = place.read_bytes()
    place.write_bytes(whole + b'{"agency": "5101')
    assert list(reader(place)) == list(played.seals[:2])
    writer(place)([played.seals[2]])
    assert list(reader(place)) == list(played.seals[:3])
    assert list(reader(tmp_path / "none.jsonl")) == []
    place.write_bytes(whole + b"nonsense\n")
    assert list(reader(place))[-1] == {"line": 4}


def test_the_superuser_of_this_test_sees_all_rows(postgres: Server, played: Played) -> None:
    """Guard of the tests above: the played database really holds what they spoil."""
    with as_admin(postgres, postgres.template.to(played.name)) as admin:
        found = admin.execute("SELECT count(DISTINCT type) FROM message").fetchone()
    assert found is not None
    assert found[0] >= 10
    assert database_of(postgres.template.to(played.name)) == played.name


@pytest.mark.parametrize(
    "spoilt",
    [
        "INSERT INTO receipt_waiting (agency, receipt) SELECT agency, receipt FROM receipt_match LIMIT 1",
        "DELETE FROM receipt_match WHERE (agency, receipt) = (SELECT agency, receipt FROM receipt_match LIMIT 1)",
    ],
    ids=["matched and still on the list", "on no amount and not on the list"],
)
def test_the_list_of_waiting_receipts_is_compared_with_what_is_matched(
    copy: Connections, played: Played, spoilt: str
) -> None:
    with as_owner(copy) as owner:
        assert owner.execute(spoilt).rowcount == 1
    assert "receipt_waiting_differs" in kinds(verified(copy, played.seals))


@pytest.mark.parametrize(
    "spoilt",
    [
        "INSERT INTO order_waiting (agency, reference) SELECT agency, reference FROM bank_order LIMIT 1",
        "DELETE FROM demo_bank_transfer WHERE id = (SELECT reference FROM bank_order LIMIT 1)",
    ],
    ids=["taken and still on the list", "not taken and not on the list"],
)
def test_the_list_of_waiting_orders_is_compared_with_what_the_bank_took(
    copy: Connections, played: Played, spoilt: str
) -> None:
    with as_owner(copy) as owner:
        assert owner.execute(spoilt).rowcount == 1
    assert "order_waiting_differs" in kinds(verified(copy, played.seals))

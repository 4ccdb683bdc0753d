"""Messages: every notice in the pages, and by the channels chosen: e-mail to a real server, a spool, a signed webhook."""

from __future__ import annotations

import html
import json
import os
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

import office_cast
from door_cast import signed_in
from jiexu.cases.messages import Channel
from jiexu.cli.work import in_words
from jiexu.exchange.envelope import BEIJING
from jiexu.exchange.payloads import Document
from jiexu.gateways.webhook import Caller, WebhookNotTakenError, signature
from jiexu.jobs import messages as loop
from jiexu.rules.inputs import Asked, Scheme
from jiexu.texts import say
from jiexu.usecases import contacts, doors, messages
from jiexu.usecases.applications import ApplicationIn
from jiexu.usecases.doors import Grant, Role, Subject
from jiexu.usecases.senders import senders
from jiexu.usecases.sending import send
from jiexu.web import tries, words
from own_cast import CHENGDU, EMPLOYER, QUJING, Town, town

ASKS, OTHER = "何消息", "别人"
DAY = datetime.now(BEIJING).date()


class Mail(socketserver.StreamRequestHandler):
    """A small SMTP server, for one message after the other."""

    kept: ClassVar[list[bytes]] = []
    refuses: ClassVar[bool] = False

    def handle(self) -> None:
        self._say(b"220 here")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self._say(b"354 go on")
                lines = []
                while (each := self.rfile.readline()) not in {b".\r\n", b""}:
                    lines.append(each[1:] if each.startswith(b"..") else each)
                type(self).kept.append(b"".join(lines))
                self._say(b"250 taken")
            elif word == b"QUIT":
                self._say(b"221 bye")
                return
            elif word == b"RCPT" and type(self).refuses:
                self._say(b"451 later")
            else:
                self._say(b"250 well")

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class Hook(BaseHTTPRequestHandler):
    """An employer's own server."""

    kept: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    status: ClassVar[int] = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).kept.append((dict(self.headers), body))
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is said about it."""


@contextmanager
def serving(server: Any) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def place(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    before = dict(os.environ)
    with (
        town(postgres, "messages") as made,
        serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail)) as mail,
        serving(HTTPServer(("127.0.0.1", 0), Hook)) as hook,
    ):
        made.settle([ASKS, OTHER])
        made.person(ASKS)
        made.person(OTHER)
        made.grants["单位"] = made.grant("单位", Role.EMPLOYER, Subject(CHENGDU, EMPLOYER))
        os.environ |= {
            "JIEXU_SMTP": f"127.0.0.1:{mail}",
            "JIEXU_SMTP_FROM": "jiexu@example.org",
            "JIEXU_SMTP_PLAIN": "1",
            "JIEXU_SMS_SPOOL": str(tmp_path_factory.mktemp("spool")),
            "JIEXU_WEBHOOKS": "local",
        }
        made.numbers["hook"] = f"http://127.0.0.1:{hook}/in"
        yield made
        os.environ.clear()
        os.environ.update(before)


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def applied(place: Town, name: str, grant: int) -> str:
    """An application sent under a grant, and what both agencies said of it."""
    asked = Asked(DAY, QUJING, CHENGDU, Scheme.EMPLOYEE, Scheme.EMPLOYEE)
    node = place.node()
    [taken] = send(
        node, [ApplicationIn(1, name, Document("01", place.numbers[name]), asked)], grant=grant, day=DAY
    )
    node.store.close()
    place.move(DAY)
    return taken.case_no


def worked(place: Town) -> dict[str, int]:
    node = place.node()
    found = loop.one_round(node, in_words, today=DAY)
    node.store.close()
    return found


def test_an_address_is_used_only_after_it_answered_and_each_message_leaves_once(place: Town) -> None:
    """S001-023: what becomes of a case is told by mail and text message, each once."""
    grant, window = place.grants[ASKS], place.window(ASKS)
    base = f"/my/{grant}/messages/"
    wrong = window.post(f"{base}contact/", {"channel": "email", "email": "no address", "lang": "en"})
    assert wrong.status_code == 422
    assert say("en", "errors.contact_email") in text(wrong)
    chosen = {"channel": ["email", "sms"], "email": "he@example.org", "phone": "13800000000", "lang": "en"}
    assert window.post(f"{base}contact/", chosen).status_code == 303
    assert say("en", "pages_messages.code_lead") in text(window.get(f"{base}contact/"))
    number = applied(place, ASKS, grant)
    worked(place)
    [mail] = [message_from_bytes(each, policy=policy.default) for each in Mail.kept]
    code = re.search(r"\d{6}", mail.get_content())
    assert code, "before it is confirmed nothing but the code is sent there"
    assert window.post(f"{base}contact/code/", {"code": "x"}).status_code == 422
    assert window.post(f"{base}contact/code/", {"code": code.group()}).status_code == 303
    worked(place)
    worked(place)
    told = say("en", "notices.accepted", accepted_on=words.day("en", DAY, DAY))
    mails = [message_from_bytes(each, policy=policy.default) for each in Mail.kept]
    bodies = [each.get_content().replace("\n", " ") for each in mails[1:]]
    assert len(bodies) == len({each["Message-ID"] for each in mails[1:]}) == 1
    assert told.split(";")[0] in bodies[0]
    assert number in bodies[0]
    spool = [
        json.loads(each.read_text(encoding="utf-8"))
        for each in Path(os.environ["JIEXU_SMS_SPOOL"]).glob("*.json")
    ]
    assert [each["to"] for each in spool] == ["13800000000"]
    assert place.numbers[ASKS] not in "".join(bodies) + spool[0]["body"]


def test_every_notice_stands_in_the_pages_and_is_new_once(place: Town) -> None:
    """S001-023: and it stands in the pages, for the person alone."""
    grant, window = place.grants[ASKS], place.window(ASKS)
    page = text(window.get(f"/my/{grant}/messages/"))
    assert say("en", "notices.accepted", accepted_on=words.day("en", DAY, DAY)) in page
    assert say("en", "pages_messages.unread_1") in page
    assert say("en", "pages_messages.unread_1") not in text(window.get(f"/my/{grant}/messages/"))
    stranger = place.window(OTHER)
    assert stranger.get(f"/my/{grant}/messages/").status_code == 404
    assert stranger.post(f"/my/{grant}/messages/contact/", {"lang": "en"}).status_code == 404
    assert say("en", "pages_messages.none") in text(stranger.get(f"/my/{place.grants[OTHER]}/messages/"))


def test_a_webhook_is_signed_tried_again_with_growing_waits_and_given_up_to_a_clerk(place: Town) -> None:
    node = place.node()
    grant = Grant(place.grants["单位"], Role.EMPLOYER, None, DAY, None, "test", Subject(CHENGDU, EMPLOYER))
    chosen = {
        "channels": [Channel.WEBHOOK],
        "lang": "zh",
        "elder": False,
        "email": "",
        "phone": "",
        "on": DAY,
    }
    with pytest.raises(contacts.ContactError):
        contacts.choose(node, grant, webhook=place.numbers["hook"], **chosen)
    kept = contacts.choose(node, grant, webhook="https://example.org/in", **chosen)
    secret = kept.reached.secret
    number = applied(place, OTHER, grant.id)
    now = datetime.now(UTC)
    assert messages.fill(node, today=DAY, now=now) == 1

    def told(lang: Any, key: str, data: Any, on: date) -> str:
        return f"{key} 00000019910405002X"

    caller = senders(os.environ)[Channel.WEBHOOK]

    class Here:
        """The same channel, led to the server of this test."""

        def send(self, message: messages.Message) -> None:
            caller.send(replace(message, to=place.numbers["hook"]))

    def round_at(moment: datetime) -> dict[str, int]:
        return messages.deliver(node, {Channel.WEBHOOK: Here()}, told, today=DAY, now=moment)

    Hook.status = 503
    waits, moment = [], now
    for _ in range(node.limits.message_tries - 1):
        assert round_at(moment)["waiting"] == 1
        assert round_at(moment) == {"sent": 0, "waiting": 0, "given_up": 0}, "not again before it is due"
        [(due,)] = place.rows("SELECT next_try_at FROM message_out WHERE channel = 'webhook'")
        waits.append(due - moment)
        moment = due
    assert waits == [timedelta(minutes=node.limits.message_minutes * 2**each) for each in range(len(waits))]
    assert round_at(moment)["given_up"] == 1
    assert place.rows(
        "SELECT state, holder, due_on IS NOT NULL FROM message_out WHERE channel = 'webhook'"
    ) == [("given_up", "clerk", True)]
    headers, body = Hook.kept[-1]
    assert headers["Jiexu-Signature"] == signature(secret, int(headers["Jiexu-Time"]), body)
    assert len({each["Jiexu-Id"] for each, _ in Hook.kept}) == 1
    assert json.loads(body)["case"] == number
    assert "00000019910405002X" not in body.decode(), "never a whole number"
    node.store.close()


def test_only_public_addresses_are_called(place: Town) -> None:
    for address, why in (
        ("https://127.0.0.1/", "not_public"),
        (place.numbers["hook"], "not_https"),
        ("https://10.0.0.1/", "not_public"),
    ):
        with pytest.raises(WebhookNotTakenError, match=why):
            Caller().hand_over(ident="x", to=address, body=b"{}", secret="s")  # noqa: S106


def test_two_loops_at_once_send_nothing_twice(place: Town) -> None:
    grant = place.grants[ASKS]
    before = len(Mail.kept)
    node, other = place.node(), place.node()
    with node.store.transaction("test.again", [CHENGDU]) as cursor:
        cursor.execute(
            "INSERT INTO message_out (agency, id, grant_id, contact, channel, case_no, key, data, told_on, next_try_at) "
            "VALUES (%s, %s, %s, 1, 'email', '', 'stopped', '{}', %s, %s)",
            [CHENGDU, "a" * 32, grant, DAY, datetime.now(UTC) - timedelta(minutes=1)],
        )
    with node.store.transaction("test.held", [CHENGDU]) as cursor:
        cursor.execute("SELECT 1 FROM message_out WHERE id = %s FOR UPDATE", ["a" * 32])
        found = messages.deliver(other, senders(os.environ), lambda *_: "x", today=DAY, now=datetime.now(UTC))
        assert found["sent"] == 0, "what another loop holds is left to it"
    found = messages.deliver(other, senders(os.environ), lambda *_: "x", today=DAY, now=datetime.now(UTC))
    assert found["sent"] == 1
    assert len(Mail.kept) == before + 1
    node.store.close()
    other.store.close()


def test_what_was_given_up_stands_before_its_owner_and_a_clerk_and_is_tried_again(place: Town) -> None:
    number = "b" * 32
    [(case,)] = place.rows("SELECT max(case_no) FROM message_out WHERE key = 'accepted'")
    node = place.node()
    with node.store.transaction("test.lost", [CHENGDU]) as cursor:
        cursor.execute(
            "INSERT INTO message_out (agency, id, grant_id, contact, channel, case_no, key, data, told_on, tries, next_try_at, state, said, holder, due_on) "
            "VALUES (%s, %s, %s, 1, 'email', %s, 'stopped', '{}', %s, 8, %s, 'given_up', 'SMTPRecipientsRefused', 'clerk', %s)",
            [CHENGDU, number, place.grants[ASKS], case, DAY, datetime.now(UTC), DAY],
        )
    node.store.close()
    state = "SELECT state, tries, holder FROM message_out WHERE id = %s"
    why, lost = say("en", "pages_messages.why_refused"), f"/my/{place.grants[ASKS]}/messages/"
    owner, stranger = place.window(ASKS), place.window(OTHER)
    page = text(owner.get(lost))
    assert why in page
    assert say("en", "pages_messages.channel_email") in page
    assert why not in text(stranger.get(f"/my/{place.grants[OTHER]}/messages/"))
    assert stranger.post(f"/my/{place.grants[OTHER]}/messages/{number}/again/").status_code == 404
    assert place.rows(state, number) == [("given_up", 8, "clerk")]
    assert owner.post(f"{lost}{number}/again/").status_code == 303
    assert place.rows(state, number) == [("waiting", 0, None)]
    assert owner.post(f"{lost}{number}/again/").status_code == 404, "it waits already"
    assert why not in text(owner.get(lost))


def test_desks_and_supervisors_see_what_did_not_arrive_and_no_other_desk_does(postgres: Any) -> None:
    with office_cast.opened(postgres, "undelivered") as office:
        clerk, elsewhere = office.hire("经办"), office.hire("别处经办")
        supervisor, owner = office.hire("督导"), office.hire("本人")
        with office.node() as node:
            doors.grant(node, clerk, Role.CLERK, desk=CHENGDU, since=DAY, by="test")
            doors.grant(node, elsewhere, Role.CLERK, desk=QUJING, since=DAY, by="test")
            doors.grant(node, supervisor, Role.SUPERVISOR, since=DAY, by="test")
            grant = doors.grant(node, owner, Role.PERSON, subject=Subject(CHENGDU, "x"), since=DAY, by="test")
            with node.store.transaction("test.lost", [CHENGDU]) as cursor:
                for ident, said in (("c" * 32, "gaierror"), ("d" * 32, "status_503")):
                    cursor.execute(
                        "INSERT INTO message_out (agency, id, grant_id, contact, channel, case_no, key, data, told_on, tries, next_try_at, state, said, holder, due_on) "
                        "VALUES (%s, %s, %s, 1, 'webhook', '', 'stopped', '{}', %s, 8, %s, 'given_up', %s, 'clerk', %s)",
                        [CHENGDU, ident, grant, DAY, datetime.now(UTC), said, DAY],
                    )
        windows = [signed_in(office, account) for account in (clerk, supervisor, elsewhere)]
        said = say("en", "pages_messages.why_unreachable"), say("en", "pages_messages.why_status", code="503")
        for window, there in zip(windows, (True, True, False), strict=True):
            page = text(window.get("/desk/messages/"))
            assert [each in page for each in said] == [there, there]
            assert "/desk/messages/" in text(window.get("/desk/reports/")), "and the way there stands beside"
        assert windows[2].post(f"/desk/messages/{'c' * 32}/again/").status_code == 404
        assert windows[0].post(f"/desk/messages/{'c' * 32}/again/").status_code == 303
        assert windows[1].post(f"/desk/messages/{'d' * 32}/again/").status_code == 303
        assert say("en", "pages_messages.not_arrived_none") in text(windows[0].get("/desk/messages/"))


def test_codes_are_sent_to_an_address_and_for_an_account_only_so_often(place: Town) -> None:
    most = tries.coding.most
    tries.coding.forget()
    asked = f"/my/{place.grants[OTHER]}/messages/contact/"
    window = place.window(OTHER)
    codes = "SELECT count(*) FROM message_out WHERE key = 'confirm_code' AND grant_id = %s"
    [(before,)] = place.rows(codes, place.grants[OTHER])
    for n in range(most):
        assert (
            window.post(asked, {"channel": "email", "email": f"she{n}@example.org", "lang": "en"}).status_code
            == 303
        )
    refused = window.post(asked, {"channel": "email", "email": "one-more@example.org", "lang": "en"})
    assert refused.status_code == 422
    said = say("en", "errors.contact_too_often", minutes=15)
    assert text(refused).count(said) == 2, "above, and beside the field"
    assert place.rows(codes, place.grants[OTHER]) == [(before + most,)]
    assert window.post(asked, {"channel": "sms", "phone": "13800000001", "lang": "en"}).status_code == 303, (
        "others may"
    )
    tries.coding.forget()
    for _ in range(most):
        tries.coding.failed("address he2@example.org")
    taken = place.window(ASKS).post(
        f"/my/{place.grants[ASKS]}/messages/contact/",
        {"channel": "email", "email": "He2@example.org", "lang": "en"},
    )
    assert taken.status_code == 422, "an address others asked for is left alone as well"
    tries.coding.forget()


def test_the_loop_runs_beside_the_pages_and_ends_with_them(place: Town) -> None:
    ended, number = threading.Event(), "e" * 32
    node = place.node()
    with node.store.transaction("test.beside", [CHENGDU]) as cursor:
        cursor.execute(
            "INSERT INTO message_out (agency, id, grant_id, contact, channel, case_no, key, data, told_on, next_try_at) "
            "VALUES (%s, %s, %s, 1, 'email', '', 'stopped', '{}', %s, %s)",
            [CHENGDU, number, place.grants[ASKS], DAY, datetime.now(UTC)],
        )
    node.store.close()
    thread = loop.beside(place.roles.worker, in_words, today=lambda: DAY, ended=ended, seconds=3600)
    assert thread is not None
    ended.set()
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert place.rows("SELECT state FROM message_out WHERE id = %s", number) == [("sent",)]


def test_without_a_channel_there_is_nothing_to_run(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JIEXU_SMTP", "JIEXU_SMS_SPOOL", "JIEXU_WEBHOOKS"):
        monkeypatch.delenv(name, raising=False)
    assert loop.beside(place.roles.worker, in_words, today=lambda: DAY) is None

"""A supporting paper from the person to the clerk and to its end: told before, sealed, seen with a note, used, erased, taken away."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from door_cast import FIRST_DAY, OTHER, OWN, QUJING, Cast, knocking, signed_in
from jiexu.exchange.envelope import BEIJING
from jiexu.gateways.policyfiles.uploads import shipped_uploads
from jiexu.jobs import erasing
from jiexu.texts import LANGS, say
from jiexu.usecases import delegating, doors, requests
from jiexu.usecases.doors import Grant, Purpose, Role, Subject
from jiexu.usecases.requests import Asker
from jiexu.usecases.verifying import verify
from jiexu.web import tries, words
from page_reader import LARGEST, Page
from sent_cast import HOSTILE, PAGE, pdf, photograph, picture

SETTINGS = shipped_uploads()
DAYS = SETTINGS.purposes["months_paid"].days
NAMED = "等候-000000199104050077.pdf"
"""What somebody calls their file; it is nobody's business."""


@pytest.fixture(scope="module")
def cast(postgres: Any) -> Iterator[Cast]:
    with knocking(postgres, "uploads") as made:
        yield made


@pytest.fixture(autouse=True)
def patience() -> None:
    """Each test begins with all its tries."""
    tries.sending.forget()


@pytest.fixture
def person(cast: Cast) -> Client:
    return window(cast, "person own")


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return window(cast, "clerk own")


def window(cast: Cast, name: str) -> Client:
    found = cast.named(name).window
    assert found is not None
    return found


def today() -> date:
    """The day of these pages: the calendar's, as no clock of a demonstration stands."""
    return datetime.now(BEIJING).date()


def mine(cast: Cast, *words_: str, role: Role = Role.PERSON) -> str:
    return "/" + "/".join(("my", str(cast.grants[role, OWN]), "uploads", *words_)) + "/"


def form(cast: Cast, purpose: str = "months_paid") -> str:
    return mine(cast, "new", "case", cast.objects["@case"], purpose)


def send(at: Client, address: str, data: bytes, *, note: str = "", named: str = NAMED, **more: str) -> Any:
    return at.post(address, {"file": SimpleUploadedFile(named, data), "note": note, **more})


def sent(cast: Cast, at: Client, data: bytes, note: str = "") -> str:
    """A paper for the months of the case that waits; its number."""
    answer = send(at, form(cast), data, note=note)
    assert answer.status_code == 303, text(answer)
    return str(answer.headers["Location"].split("/")[-2])


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def subject(cast: Cast) -> Subject:
    (reference,) = cast.office.row("SELECT person FROM file WHERE agency = %s LIMIT 1", QUJING)
    return Subject(QUJING, reference)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", ["standard", "elder"])
def test_before_sending_one_reads_what_for_who_sees_it_and_until_when(
    cast: Cast, person: Client, lang: Any, view: str
) -> None:
    """S000-018 a closed list of what is asked for and why, in both languages and both scales."""
    chosen = person.get(f"{mine(cast, 'new', 'case', cast.objects['@case'])}?lang={lang}&view={view}")
    shown = text(chosen)
    for purpose in SETTINGS.about("case"):
        for part in ("p", "w", "k"):
            assert say(lang, f"uploads.{part}_{purpose.name}") in shown
        assert say(lang, "uploads.kept_days", n=purpose.days) in shown
    asked = person.get(f"{form(cast)}?lang={lang}&view={view}")
    told = text(asked)
    assert say(lang, "uploads.w_months_paid") in told
    assert say(lang, "uploads.seen_by_chosen") in told
    last = words.day(lang, today() + timedelta(days=DAYS))
    assert say(lang, "uploads.erased_if_sent", day=last) in told
    everything = person.get(f"{mine(cast)}?lang={lang}&view={view}")
    for answer in (chosen, asked, everything):
        read = Page(answer.content.decode())
        assert (read.faults, read.headings, read.unlabelled) == ([], 1, [])
        assert len(answer.content) < LARGEST
        assert say(lang, "uploads.no_cards") in text(answer), "pictures of identity cards are not asked for"
    person.get("/?lang=en&view=standard")  # as the next one finds it


def test_a_paper_goes_to_the_clerk_of_its_agency_is_used_and_the_person_reads_by_whom(
    cast: Cast, person: Client, clerk: Client
) -> None:
    case = cast.objects["@case"]
    answer = send(person, form(cast), pdf("payslip"), note="line of 2009", place=QUJING)
    assert answer.status_code == 303
    number = answer.headers["Location"].split("/")[-2]
    shown = text(person.get(answer.headers["Location"]))
    for part in (say("en", "uploads.sent_flash"), "line of 2009", say("en", "uploads.nobody_used")):
        assert part in shown
    assert NAMED not in shown
    assert mine(cast, number) in text(person.get(f"/my/{cast.grants[Role.PERSON, OWN]}/cases/{case}/"))

    assert f"/desk/uploads/{number}/" in text(clerk.get(f"/desk/cases/{case}/"))
    desk = clerk.get(f"/desk/uploads/{number}/")
    read = Page(desk.content.decode())
    assert (read.faults, read.headings, read.unlabelled) == ([], 1, [])
    assert "line of 2009" in text(desk)
    opened = clerk.post(f"/desk/uploads/{number}/file/")
    assert opened.content == pdf("payslip")
    assert opened.headers["Content-Type"] == "application/pdf"
    assert opened.headers["Content-Disposition"] == f'attachment; filename="jiexu-paper-{number[:8]}.pdf"'
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in opened.headers["Cache-Control"]

    for outcome, said in (("", "upload_no_answer"), ("used", "upload_unsaid")):
        refused = clerk.post(f"/desk/uploads/{number}/", {"outcome": outcome, "text": " "})
        assert refused.status_code == 409
        assert say("en", f"errors.{said}") in text(refused)
    decided = clerk.post(
        f"/desk/uploads/{number}/", {"outcome": "used", "text": "March to August 2009 added"}
    )
    assert decided.status_code == 303
    after = text(person.get(mine(cast, number)))
    assert "March to August 2009 added" in after
    assert say("en", "uploads.back_no") in after
    kept = person.post(mine(cast, number, "back"))
    assert kept.status_code == 409
    assert say("en", "errors.upload_was_used") in text(kept)
    looks = text(person.get(f"/my/{cast.grants[Role.PERSON, OWN]}/looks/"))
    assert say("en", "mine.what_upload") in looks
    assert say("en", "mine.why_paper") in looks
    assert "clerk own" in looks


def test_the_two_agencies_of_a_case_see_only_what_was_sent_to_them(
    cast: Cast, person: Client, clerk: Client
) -> None:
    chengdu = cast.office.hire("clerk of Chengdu", (Role.CLERK, "510100"))
    there = signed_in(cast.office, chengdu)
    case = cast.objects["@case"]
    other = send(person, form(cast), pdf("for Chengdu"), place="510100").headers["Location"].split("/")[-2]
    for at, seen in ((there, 200), (clerk, 404), (window(cast, "clerk other"), 404)):
        assert at.get(f"/desk/uploads/{other}/").status_code == seen
        assert at.post(f"/desk/uploads/{other}/file/").status_code == seen
        assert at.post(f"/desk/uploads/{other}/", {"outcome": "none"}).status_code == (
            409 if seen == 200 else 404
        )
    assert other in text(there.get(f"/desk/cases/{case}/"))
    assert other not in text(clerk.get(f"/desk/cases/{case}/"))
    assert cast.objects["@upload"] not in text(there.get(f"/desk/cases/{case}/"))
    nowhere = send(person, form(cast), pdf("for nobody"), place="440100")
    assert nowhere.status_code == 422
    assert say("en", "errors.upload_agency") in text(nowhere)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_harmless_paper_is_refused_on_the_page_and_nothing_of_it_stays(
    cast: Cast, person: Client, name: str
) -> None:
    code, data = HOSTILE[name]
    before = cast.office.row("SELECT count(*) FROM upload")
    refused = send(person, form(cast), data, place=QUJING)
    limits = SETTINGS.limits
    told = {"most": limits.pages, "least": limits.least_pixels, "width": 0, "height": 0}
    assert refused.status_code == 422
    if code not in {"paper_small", "paper_wide"}:  # these name the picture's own size
        assert say("en", f"errors.{code}", **told) in text(refused)
    assert NAMED not in text(refused)
    assert "e-file" in refused.content.decode()
    assert cast.office.row("SELECT count(*) FROM upload") == before


def test_a_name_decides_nothing_and_a_file_too_large_is_refused(cast: Cast, person: Client) -> None:
    as_pdf = send(person, form(cast), picture(), named="malware.exe", place=QUJING)
    assert as_pdf.status_code == 303
    (kind,) = cast.office.row(
        "SELECT kind FROM upload WHERE id = %s", as_pdf.headers["Location"].split("/")[-2]
    )
    assert kind == "png"
    large = send(person, form(cast), picture() + bytes(SETTINGS.limits.most_bytes), place=QUJING)
    assert large.status_code == 422
    assert say("en", "errors.paper_too_big", most=5) in text(large)
    nothing = person.post(form(cast), {"note": "", "place": QUJING})
    assert nothing.status_code == 422
    assert say("en", "errors.upload_no_file") in text(nothing)
    for purpose in ("identity_card", "name_change ", "x"):
        assert person.get(form(cast, purpose)).status_code == 404
        assert send(person, form(cast, purpose), pdf(), place=QUJING).status_code == 404


def test_a_photograph_reaches_the_clerk_without_camera_and_place(
    cast: Cast, person: Client, clerk: Client
) -> None:
    number = send(person, form(cast), photograph() + PAGE, place=QUJING).headers["Location"].split("/")[-2]
    seen = clerk.post(f"/desk/uploads/{number}/file/")
    assert seen.headers["Content-Type"] == "image/jpeg"
    assert b"Secret Camera" not in seen.content
    assert PAGE not in seen.content


def test_nobody_else_comes_to_a_paper(cast: Cast, person: Client) -> None:
    number = cast.objects["@upload"]
    own = [mine(cast, number), mine(cast, number, "file"), mine(cast, number, "back"), form(cast), mine(cast)]
    for who in cast.everybody:
        at = who.window
        assert at is not None
        if who.name == "person own":
            continue
        for address in own:
            answer = at.get(address) if not address.endswith("/back/") else at.post(address)
            assert answer.status_code in ({303} if who.name == "nobody" else {404}), (who.name, address)
    # Another's grant of their own opens nobody else's paper or case.
    for role, side in ((Role.PERSON, OTHER), (Role.AGENT, OTHER)):
        at = window(cast, f"{role} {side}")
        grant = cast.grants[role, side]
        for address in (f"{number}/", f"{number}/file/", f"new/case/{cast.objects['@case']}/"):
            assert at.get(f"/my/{grant}/uploads/{address}").status_code == 404
        assert at.post(f"/my/{grant}/uploads/{number}/back/").status_code == 404
        assert (
            send(at, f"/my/{grant}/uploads/new/case/{cast.objects['@case']}/months_paid/", pdf()).status_code
            == 404
        )
    for odd in ("0" * 32, "x", number.upper() + "0"):
        assert person.get(mine(cast, odd)).status_code == 404
    assert person.get(mine(cast, "new", "case", "no-case")).status_code == 404
    assert person.get(mine(cast, "new", "request", cast.objects["@case"])).status_code == 404
    assert person.get(mine(cast, "new", "other", cast.objects["@case"])).status_code == 404


def delegated(cast: Cast, name: str, *purposes: Purpose) -> tuple[Client, int]:
    """An account the person authorised, with its grant."""
    account = cast.office.hire(name)
    (owner,) = cast.office.row("SELECT id FROM auth_user WHERE username = 'person own'")
    own = Grant(cast.grants[Role.PERSON, OWN], Role.PERSON, None, FIRST_DAY, None, "test", subject(cast))
    with cast.office.node() as node:
        number = delegating.give(
            node.store,
            own,
            owner,
            name=name,
            purposes=purposes,
            on=today(),
            until=today() + timedelta(days=9),
        )
    return signed_in(cast.office, account), number


def test_an_agent_sends_and_takes_back_within_what_the_person_authorised(cast: Cast, person: Client) -> None:
    looker, seeing = delegated(cast, "only looks", Purpose.VIEW)
    helper, acting = delegated(cast, "helps", Purpose.VIEW, Purpose.APPLY)
    case, number = cast.objects["@case"], cast.objects["@upload"]
    assert looker.get(f"/my/{seeing}/uploads/{number}/").status_code == 200
    assert say("en", "uploads.b_back") not in text(looker.get(f"/my/{seeing}/uploads/{number}/"))
    assert say("en", "uploads.send_link") not in text(looker.get(f"/my/{seeing}/cases/{case}/"))
    for address in (f"new/case/{case}/", f"new/case/{case}/months_paid/"):
        assert looker.get(f"/my/{seeing}/uploads/{address}").status_code == 404
    assert looker.post(f"/my/{seeing}/uploads/{number}/back/").status_code == 404
    answer = send(
        helper, f"/my/{acting}/uploads/new/case/{case}/months_paid/", pdf("by helper"), place=QUJING
    )
    sent_one = answer.headers["Location"].split("/")[-2]
    assert "helps" in text(person.get(mine(cast, sent_one)))
    assert helper.get(f"/my/{acting}/uploads/{sent_one}/file/").content == pdf("by helper")
    looked = cast.office.row(
        "SELECT why, role FROM look WHERE looked_by = 'helps' AND what = 'upload' LIMIT 1"
    )
    assert looked == ("authorised", "agent")
    assert helper.post(f"/my/{acting}/uploads/{sent_one}/back/").status_code == 303
    assert say("en", "uploads.r_taken_back") in text(person.get(mine(cast, sent_one)))


def test_an_authorisation_that_has_ended_opens_nothing(cast: Cast) -> None:
    account, number = cast.office.hire("was an agent"), cast.objects["@upload"]
    with cast.office.node() as node:
        grant = doors.grant(
            node, account, Role.AGENT, subject=subject(cast), since=FIRST_DAY, until=today() - timedelta(days=1), by="test"
        )  # fmt: skip
    at = signed_in(cast.office, account)
    for address in ("", f"{number}/", f"{number}/file/", f"new/case/{cast.objects['@case']}/months_paid/"):
        assert at.get(f"/my/{grant}/uploads/{address}").status_code == 404
    assert at.post(f"/my/{grant}/uploads/{number}/back/").status_code == 404


def test_a_paper_goes_with_what_was_asked_to_be_corrected_until_it_is_answered(
    cast: Cast, person: Client, clerk: Client
) -> None:
    """S001-040 a booklet for years before electronic records, with the months it shows written out."""
    key = (QUJING, subject(cast).reference)
    said = requests.Said("paid", "old booklet", "2009-03", "2009-08", "310")
    with cast.office.node() as node:
        asked = requests.ask(node, key, requests.Kind.MONTHS, said, by=Asker("person own", "person", today()))
    own = f"/my/{cast.grants[Role.PERSON, OWN]}/requests/{asked}/"
    link = mine(cast, "new", "request", asked)
    assert link in text(person.get(own))
    chosen = text(person.get(link))
    assert say("en", "uploads.p_old_booklet") in chosen
    assert say("en", "uploads.p_certificate") not in chosen
    number = (
        send(person, f"{link}old_booklet/", picture("JPEG"), note="years 1998 to 2001")
        .headers["Location"]
        .split("/")[-2]
    )
    assert number in text(person.get(own))
    assert number in text(clerk.get(f"/desk/requests/{asked}/"))
    assert clerk.post(f"/desk/uploads/{number}/file/").status_code == 200
    clerk.post(f"/desk/requests/{asked}/", {"outcome": "accepted", "text": "added on 1 December"})
    closed = person.get(link)
    assert say("en", "uploads.closed") in text(closed)
    assert link not in text(person.get(own))
    late = send(person, f"{link}old_booklet/", picture())
    assert late.headers["Location"] == link, "where it says that this is settled"
    assert cast.office.row("SELECT count(*) FROM upload WHERE request = %s", asked) == (1,)


def test_whoever_sends_too_fast_waits(cast: Cast, person: Client) -> None:
    for _ in range(tries.sending.most):
        assert send(person, form(cast), b"nothing", place=QUJING).status_code == 422
    late = send(person, form(cast), pdf(), place=QUJING)
    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) > 0


def test_on_its_day_it_is_erased_told_on_the_pages_and_taken_away_as_a_line(
    cast: Cast, clerk: Client
) -> None:
    """Comes last: it carries the node to that day."""
    (account,) = cast.office.row("SELECT id FROM auth_user WHERE username = 'person own'")
    person = signed_in(cast.office, account)
    number = (
        send(person, form(cast), pdf("last"), note="=HYPERLINK(1)", place=QUJING)
        .headers["Location"]
        .split("/")[-2]
    )
    own = f"/my/{cast.grants[Role.PERSON, OWN]}/everything/"
    with zipfile.ZipFile(io.BytesIO(person.post(f"{own}csv/").content)) as archive:
        names = archive.namelist()
        assert archive.read(f"papers/{number[:8]}.pdf") == pdf("last")
        table = archive.read(f"uploads-{today().year}.csv").decode("utf-8-sig")
    assert NAMED not in "".join(names)
    assert "'=HYPERLINK(1)" in table
    not_needed = send(person, form(cast), pdf("no use"), place=QUJING).headers["Location"].split("/")[-2]
    assert clerk.post(f"/desk/uploads/{not_needed}/", {"outcome": "not_needed"}).status_code == 303
    assert say("en", "uploads.r_not_needed") in text(person.get(mine(cast, not_needed)))
    last = today() + timedelta(days=DAYS)
    with cast.office.node() as node:
        erasing.one_round(node, today=last - timedelta(days=1))
        assert cast.office.row("SELECT count(*) FROM upload_content WHERE id = %s", number) == (1,)
        assert erasing.one_round(node, today=last) > 0
    told = say("en", "uploads.erased_on", day=words.day("en", last), rule=say("en", "uploads.r_date", n=DAYS))
    assert told in text(person.get(mine(cast, number)))
    assert told in text(person.get(mine(cast)))
    assert told in text(clerk.get(f"/desk/uploads/{number}/"))
    for at, address in ((person, mine(cast, number, "file")), (clerk, f"/desk/uploads/{number}/file/")):
        gone = at.get(address) if at is person else at.post(address)
        assert gone.status_code == 303
        assert b"%PDF" not in gone.content
    assert clerk.post(f"/desk/uploads/{number}/", {"outcome": "used", "text": "x"}).status_code == 409
    taken = json.loads(person.post(f"{own}json/").content)
    line = next(each for each in taken["uploads"] if each["id"] == number)
    assert line["erased"] == {"rule": "date", "by": "system", "on": last.isoformat()}
    assert line["note"] == ""
    with zipfile.ZipFile(io.BytesIO(person.post(f"{own}csv/").content)) as archive:
        assert not [name for name in archive.namelist() if name.startswith(f"papers/{number[:8]}")]
    assert PdfReader(io.BytesIO(person.post(f"{own}pdf/").content)).pages
    with cast.office.node() as node:
        assert verify(node).breaks == ()

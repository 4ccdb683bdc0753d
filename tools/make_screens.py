"""Makes docs/screens/: every journey step by step, on a phone and on a desktop, as small pictures with a sentence under each.

    .venv/bin/python tools/make_screens.py [--node FOLDER] [--whole FOLDER] [--only WORD]

Starts a node with the demonstration of its own, or uses one that runs (--node): it acts there as people would. --whole keeps
each picture whole and unpressed in a folder, to be looked at; --only makes the journeys whose name begins so, and no index.
Needs a browser; see docs/decisions/0055.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "tests" / "web")]

from browsers import start  # noqa: E402  the tests' own ways
from nodes import Served, served  # noqa: E402
from walks import Walk  # noqa: E402
from windows import People, Windows, townspeople  # noqa: E402

from jiexu.exchange.payloads import Document  # noqa: E402
from jiexu.gateways.tables.applications import COLUMNS  # noqa: E402
from jiexu.gateways.tables.writing import Sheet, csv_bytes  # noqa: E402
from jiexu.rules.inputs import Asked, Channel, Scheme  # noqa: E402
from jiexu.usecases import delivery  # noqa: E402
from jiexu.usecases.applications import ApplicationIn, take  # noqa: E402
from jiexu.usecases.doors import Role, Subject  # noqa: E402
from own_cast import CHENGDU, EMPLOYER, QUJING, Town  # noqa: E402
from sent_cast import pdf  # noqa: E402

SCREENS = ROOT / "docs" / "screens"
MOST = 4_000_000
"""Bytes of the whole folder."""
SHAPES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}
SCALE = {"phone": 0.8, "desktop": 0.6}
TALLEST = {"phone": 1500, "desktop": 1000}
"""How much smaller the kept picture is, and its height in pixels at most: what is below is cut."""
QUALITY = 50
ANSWER = "/guide/shared/?from=曲靖&to=成都&from_scheme=employee&to_scheme=employee"
FOOT = "document.querySelector('footer')?.getBoundingClientRect().top + scrollY || 0"
LAST = "0028"
"""Of the document of the demonstration's first person."""
EARLY = date(2026, 11, 2)
"""A day so long ago that what began then and was not done is late."""


@dataclass(slots=True)
class Studio:
    """One shape's pictures. ``told``: picture → the sentence under it, in the order they were made."""

    node: Served
    windows: Windows
    people: People
    shape: str
    whole: Path | None = None
    only: str = ""
    told: dict[str, str] = field(default_factory=dict)

    def picture(self, walk: Walk, name: str, sentence: str) -> Walk:
        """What the window shows, without the foot that every page has."""
        page = walk.page
        page.emulate_media(reduced_motion="reduce")
        page.evaluate("scrollTo(0, 0)")  # the head stays in sight wherever a page was read to
        try:
            foot, seen = page.evaluate(FOOT), page.screenshot(full_page=True)
        except Error:  # a page that renews itself did so just now
            page.wait_for_load_state()
            foot, seen = page.evaluate(FOOT), page.screenshot(full_page=True)
        if self.whole:
            (self.whole / f"{name}-{self.shape}.png").write_bytes(seen)
        picture = Image.open(io.BytesIO(seen)).convert("RGB")
        height = min(int(foot) or picture.height, picture.height)
        scale = SCALE[self.shape]
        small = picture.crop((0, 0, picture.width, height)).resize(
            (round(picture.width * scale), round(height * scale)), Image.Resampling.LANCZOS
        )
        small = small.crop((0, 0, small.width, min(small.height, TALLEST[self.shape])))
        small.save(SCREENS / f"{name}-{self.shape}.webp", quality=QUALITY, method=6)
        self.told[name] = sentence
        return walk

    def mover(self, name: str) -> tuple[str, int]:
        """Somebody of this shape's own who left Qujing, insured in Chengdu; their name and grant."""
        own = f"{name}{'' if self.shape == 'phone' else '华'}"
        return own, self.people(lambda town: town.mover(own))

    def opened(self, name: str, *, proposal: bool = False, day: date | None = None) -> str:
        """A case of theirs taken at Chengdu, brought as far as messages bring it; its number."""
        if day is not None:
            self.next_day()  # so that no message of another case is on its way, which such a day would put out of order
        today = self.today() if day is None else day

        def act(town: Town) -> str:
            asked = Asked(
                today, QUJING, CHENGDU, Scheme.EMPLOYEE, Scheme.EMPLOYEE,
                channel=Channel.PROACTIVE if proposal else Channel.ONLINE,
            )  # fmt: skip
            node = town.node()
            application = ApplicationIn(1, name, Document("01", town.numbers[name]), asked, proposal=proposal)
            [taken] = take(node, [application], day=today, actor="screens")
            for agency in (QUJING, CHENGDU):
                with node.store.transaction("screens.by_hand", [agency]) as cursor:
                    cursor.execute("INSERT INTO by_hand VALUES (%s, %s, %s)", [agency, taken.case_no, today])
            if not proposal:
                for side in ("destination", "origin", "destination", "origin", "destination"):
                    delivery.one_round(node, side, day=today, found=lambda _: None)
            node.store.close()
            return taken.case_no

        return str(self.people(act))

    def by_hand(self, case: str) -> None:
        """People do this case at both desks, not the machine."""
        for agency in (QUJING, CHENGDU):
            self.node.row("INSERT INTO by_hand VALUES (%s, %s, %s) RETURNING 1", agency, case, self.today())

    def today(self) -> date:
        (day,) = self.node.row("SELECT value #>> '{}' FROM node_setting WHERE name = 'clock'")
        return date.fromisoformat(day)

    def next_day(self) -> None:
        self.windows.open().go("/demonstration/").press("web.next_day")


def guide(at: Studio) -> None:
    walk = at.windows.open()
    at.picture(walk.go("/"), "guide-1-front", "The front page: what it is for, and the ways in.")
    walk.fill("pages_guide.from", "曲靖").fill("pages_guide.to", "成都").press("pages_guide.see")
    at.picture(walk, "guide-2-question", "The guide asks one thing a page; not knowing is an answer too.")
    at.picture(
        walk.go(ANSWER), "guide-3-answer", "The answer: the gist first, then dates, money and what to bring."
    )
    at.picture(walk.go(f"{ANSWER}&lang=en"), "guide-4-answer-english", "The same answer in English.")
    at.picture(walk.go(f"{ANSWER}&lang=zh&view=elder"), "guide-5-answer-elder", "The same answer in the view for older people: larger, folded, with a number to call.")  # fmt: skip
    walk.go("/?view=elder")
    at.picture(walk, "guide-6-front-elder", "The front page in the view for older people.")
    dark = at.windows.open(color_scheme="dark")
    at.picture(dark.go(ANSWER), "guide-7-answer-dark", "The same answer on a device that is set to dark.")


def public(at: Studio) -> None:
    walk = at.windows.open()
    for address, name, sentence in (
        ("/areas/510100/", "public-1-place", "What is known of a place, from where, and how sure it is."),
        ("/calc/", "public-2-calculators", "The calculators."),
        ("/calc/deadline/", "public-3-calculator", "One calculator: until when the law wants an answer."),
        ("/letters/complaint/", "public-4-letter", "A letter, filled in from a few answers."),
        ("/figures/", "public-5-figures", "How well the service works, open to all."),
        ("/complaints/", "public-6-complaints", "Where to complain, and how."),
        ("/errors/", "public-7-errors", "What is often said wrongly."),
        ("/verify/", "public-8-verify", "Whether a paper is genuine: by its code or the file."),
    ):
        at.picture(walk.go(address), name, sentence)


def entering(at: Studio) -> None:
    walk = at.windows.open()
    at.picture(walk.go("/sign-in/"), "enter-1-sign-in", "Signing in.")
    at.picture(
        walk.go("/sign-up/"), "enter-2-sign-up", "Setting one's password with the code from the counter."
    )
    at.picture(
        walk.go("/demonstration/sign-in/"), "enter-3-demonstration", "On a demonstration: one button a role."
    )
    at.picture(
        walk.go("/demonstration/"),
        "enter-4-day",
        "The demonstration's day: what is under way, and whose story.",
    )


def apply(at: Studio) -> None:
    name, grant = at.mover("林一清")
    walk = at.windows.sign_in(name)
    at.picture(walk, "apply-01-mine", "Her own pages after signing in.")
    at.picture(
        walk.go(f"/my/{grant}/apply/"),
        "apply-02-start",
        "Applying: what agencies know already, and how long it takes.",
    )
    walk.follow(walk.words("pages_apply.begin"))
    at.picture(walk, "apply-03-origin", "From where: what the agencies have on record is marked.")
    walk.press("pages_apply.next").press("pages_apply.next")
    at.picture(
        walk, "apply-04-check", "Everything once more before it is sent, and what the rules say to it."
    )
    walk.press("pages_apply.send")
    at.picture(walk, "apply-05-missing", "Without the consent nothing is sent; what is missing is named.")
    walk.tick("pages_apply.agree").press("pages_apply.send")
    case = walk.page.url.rstrip("/").rpartition("/")[2]
    at.picture(walk, "apply-06-sent", "Sent: the number, who holds it, and what happens when.")
    own, desk = f"/my/{grant}/cases/{case}/", f"/desk/cases/{case}/"
    at.by_hand(case)
    at.next_day()
    at.picture(walk.go(own), "apply-07-accepted", "Accepted: in whose hands it is, and until when by law.")
    clerk, reviewer, finance = (at.windows.enter(each) for each in ("杨丽华", "段志强", "李云芳"))
    at.picture(clerk.go("/desk/"), "apply-08-inbox", "The clerk's inbox at the origin, by legal date.")
    at.picture(
        clerk.go(desk), "apply-09-desk-case", "The case at the clerk's desk: only what can be done now."
    )
    clerk.press("doors.act_issue_form")
    at.picture(
        reviewer.go(desk), "apply-10-reviewer", "The reviewer agrees or sends it back; never the same person."
    )
    reviewer.press("doors.agree").go("/desk/batch/")
    at.picture(reviewer, "apply-11-batch", "The payments of the day, reviewed as a list with count and sum.")
    count = "SELECT count(*) FROM money_track WHERE agency = '530300' AND is_open AND way IN ('out', 'back') AND state = %s"
    reviewer.press("doors.batch_review", n=at.node.row(count, "due")[0])
    at.picture(finance.go("/desk/batch/"), "apply-12-finance", "Finance sends what was reviewed to the bank.")
    finance.press("doors.batch_send", n=at.node.row(count, "reviewed")[0])
    at.picture(walk.go(f"{own}money/"), "apply-13-money", "Her money in one sentence while it is on the way.")
    at.next_day()
    taker, second = at.windows.enter("何文静"), at.windows.enter("罗建平")
    taker.go(desk).press("doors.act_take_in")
    second.go(desk).press("doors.agree")
    closed = "SELECT count(*) FROM file WHERE case_no = %s AND NOT record_open"
    paid = "SELECT count(*) FROM money_track WHERE case_no = %s AND state = 'credited'"
    while not at.node.row(closed, case) == at.node.row(paid, case) == (2,):
        at.next_day()
    at.picture(walk.go(own), "apply-14-credited", "Done: months counted, money credited, to the fen.")
    at.picture(
        walk.go(f"/my/{grant}/account/"),
        "apply-15-account",
        "Her account: every movement, and that it adds up.",
    )
    at.picture(walk.go(f"{own}rate/"), "apply-16-rate", "How did it go? Asked once, at the end.")
    at.picture(walk.go(f"/my/{grant}/looks/"), "apply-17-looks", "Who looked at her data, when and why.")


def proposed(at: Studio) -> None:
    name, grant = at.mover("秦不急")
    case = at.opened(name, proposal=True)
    walk, acts = at.windows.sign_in(name), f"/my/{grant}/cases/{case}/acts/"
    at.picture(walk, "stop-1-mine", "A transfer is proposed; it waits for the person's consent.")
    at.picture(walk.go(acts), "stop-2-acts", "What can be done about it.")
    walk.follow(walk.words("pages_own.consent_link"))
    at.picture(walk, "stop-3-consent", "Consent, with the day until which it can be stopped.")
    walk.press("pages_own.consent_button")
    at.picture(walk, "stop-4-window", "In the window: nothing has begun yet.")
    walk.follow(walk.words("pages_own.stop_link"))
    at.picture(walk, "stop-5-ask", "A page of its own before it is stopped.")
    walk.press("pages_own.stop_button")
    at.picture(walk, "stop-6-stopped", "Stopped: nothing was changed.")


def withdrawn(at: Studio) -> None:
    name, grant = at.mover("李撤回")
    case = at.opened(name)
    walk = at.windows.sign_in(name).go(f"/my/{grant}/cases/{case}/acts/")
    at.picture(walk, "withdraw-1-acts", "A transfer under way, and what can be done about it.")
    walk.go(f"/my/{grant}/cases/{case}/withdraw/")
    at.picture(walk, "withdraw-2-ask", "What withdrawing means, and who has to agree.")
    walk.press("pages_own.withdraw_button")
    at.picture(walk, "withdraw-3-asked", "Asked for; the other agency's answer is awaited.")


def late(at: Studio) -> None:
    name, grant = at.mover("周在途")
    case = at.opened(name, day=EARLY)
    walk = at.windows.sign_in(name).go(f"/my/{grant}/cases/{case}/acts/")
    at.picture(walk, "late-1-acts", "A day of the law has passed: who is late, and one button.")
    at.picture(
        walk.go(f"/my/{grant}/cases/{case}/late/"), "late-2-letter", "The complaint, written for the person."
    )


def employer(at: Studio) -> None:
    own = f"{EMPLOYER[:-4]}{len(at.shape):04d}"
    account = f"{at.shape}公司"
    names = [f"职工{number:03d}{'' if at.shape == 'phone' else '号'}" for number in range(500)]

    def hired(town: Town) -> tuple[int, dict[str, str]]:
        town.settle(names, employer=own)
        town.settle([f"别家{at.shape}"], employer="somebody else")
        return town.grant(account, Role.EMPLOYER, Subject(CHENGDU, own)), dict(town.numbers)

    grant, numbers = at.people(hired)
    walk = at.windows.sign_in(account)
    at.picture(walk, "employer-1-mine", "An employer's pages after signing in.")
    at.picture(
        walk.go(f"/my/{grant}/members/"),
        "employer-2-members",
        "Its own members only, with how far each one's transfer is.",
    )
    at.picture(
        walk.go(f"/my/{grant}/members/upload/"),
        "employer-3-upload",
        "A spreadsheet, from the template or one's own.",
    )
    titles = {column.name: column.title("zh") for column in COLUMNS}
    head = ("name", "document_number", "origin", "destination", "from_scheme", "to_scheme", "consent")
    rows = [
        [each, numbers[each], "曲靖", "成都", "职工", "职工", "是"] for each in (*names, f"别家{at.shape}")
    ]
    table = csv_bytes(Sheet("人", [titles[each] for each in head], rows))
    walk.page.locator("#file").set_input_files(
        {"name": "members.csv", "mimeType": "text/csv", "buffer": table}
    )
    walk.press("pages_employer.upload_button")
    at.picture(walk, "employer-4-rows", "What comes of each row, before anything is sent.")
    walk.tick("pages_employer.agree").press("pages_employer.send", n=500)
    at.picture(
        walk, "employer-5-sending", "How far the sending is; it goes on where it was, whatever happens."
    )
    walk.page.locator("h1", has_text=walk.words("pages_employer.batch_done_h")).wait_for()
    at.picture(walk, "employer-6-sent", "All sent, with the results to download.")


def matched(at: Studio) -> None:
    first, second, name = (
        ("马晓燕", "罗建平", "陆明远") if at.shape == "phone" else ("李云芳", "段志强", "何秀英")
    )
    finance, reviewer = at.windows.enter(first), at.windows.enter(second)
    at.picture(
        finance.go("/desk/receipts/"), "match-1-receipts", "Money that arrived, and what it belongs to."
    )
    finance.follow(
        finance.page.get_by_role("row").filter(has_text=name).first.locator("a").first.inner_text()
    )
    at.picture(finance, "match-2-one", "One receipt: what is proposed, and why.")
    finance.press("matching.ask")
    at.picture(
        reviewer.go("/desk/receipts/"),
        "match-3-reviewer",
        "Another person agrees before anything is credited.",
    )
    reviewer.press("doors.agree")


def contested(at: Studio) -> None:
    name, grant = at.mover("黎对账")
    walk, clerk = at.windows.sign_in(name), at.windows.enter("何文静")
    at.picture(walk.go(f"/my/{grant}/record/"), "contest-1-record", "Every month on record, across places.")
    at.picture(walk.go(f"/my/{grant}/requests/"), "contest-2-requests", "What can be said to be wrong.")
    walk.follow(walk.words("requests.new_months"))
    walk.fill("requests.f_first", "2020-03").fill("requests.f_last", "2020-05")
    walk.fill("requests.f_right_months", "这三个月都缴了").fill("requests.f_why", "工资单上写着")
    at.picture(walk, "contest-3-form", "Which months, what would be right, and how the person knows.")
    walk.press("requests.to_check")
    at.picture(walk, "contest-4-check", "Once more before it is sent.")
    walk.press("requests.send")
    there = walk.page.url.removeprefix(walk.address).split("?")[0]
    at.picture(walk, "contest-5-sent", "In somebody's hands, with a day.")
    clerk.go("/desk/").follow(f"{name}: {clerk.words('requests.kind_months')}")
    at.picture(clerk, "contest-6-task", "The clerk's task.")
    clerk.tick("requests.o_not_accepted").fill(
        "requests.f_answer", "这三个月是别人的缴费，已核对单位申报表。"
    )
    clerk.press("requests.answer_button")
    at.picture(walk.go(there), "contest-7-answer", "The answer with its reason, and where to complain.")


def papers(at: Studio) -> None:
    name, grant = at.mover("黎附件")
    case = at.opened(name)
    walk, clerk = at.windows.sign_in(name), at.windows.enter("何文静")
    walk.go(f"/my/{grant}/cases/{case}/").follow(walk.words("uploads.send_link"))
    at.picture(
        walk, "papers-1-purpose", "What a paper can be for: a closed list, each with why and how long."
    )
    walk.follow(walk.words("uploads.p_months_paid"))
    walk.fill("uploads.f_note", "第二页，2009 年那几行")
    at.picture(walk, "papers-2-form", "Before sending: what for, who will see it, and the day it is erased.")
    script = {"name": "工资单.pdf", "mimeType": "application/pdf", "buffer": b"<script>alert(1)</script>"}
    walk.page.set_input_files("#f-file", files=[script])
    walk.press("uploads.b_send")
    at.picture(walk, "papers-3-refused", "A file is what its bytes are, whatever its name says.")
    payslip = {"name": "工资单.pdf", "mimeType": "application/pdf", "buffer": pdf("payslip")}
    walk.page.set_input_files("#f-file", files=[payslip])
    walk.press("uploads.b_send")
    there = walk.page.url.removeprefix(walk.address).split("?")[0]
    at.picture(walk, "papers-4-sent", "Sent: it can be taken back until somebody used it.")
    clerk.go(f"/desk/cases/{case}/").follow(clerk.words("uploads.p_months_paid"))
    clerk.tick("uploads.d_used").fill("uploads.f_text", "据此向原单位核对 2009 年 3 月至 8 月")
    at.picture(
        clerk,
        "papers-5-desk",
        "The clerk of the one agency: opening it is noted, and what it was used for is said.",
    )
    clerk.press("uploads.b_decide")
    at.picture(
        walk.go(there), "papers-6-used", "The person reads what it was used for, and when it is erased."
    )
    at.picture(walk.go(f"/my/{grant}/uploads/"), "papers-7-all", "Everything that was sent, with its day.")


def mine(at: Studio) -> None:
    walk = at.windows.enter("陈念云")
    (grant,) = at.node.row(
        "SELECT g.id FROM role_grant g JOIN auth_user u ON u.id = g.account WHERE u.username = '陈念云'"
    )
    for address, name, sentence in (
        ("", "mine-1-cases", "Where her transfers are."),
        ("messages/", "mine-2-messages", "A message at each step."),
        ("messages/contact/", "mine-3-contact", "How else she wants to hear."),
        ("papers/", "mine-4-papers", "Papers that were issued to her."),
        ("everything/", "mine-5-download", "Everything held about her, to take away."),
        ("authorise/", "mine-6-authorise", "Who may act for her, for what, and until when."),
    ):
        at.picture(walk.go(f"/my/{grant}/{address}"), name, sentence)
    at.picture(walk.go(f"/my/{grant}/?view=elder"), "mine-7-elder", "The same in the view for older people.")
    at.picture(
        walk.go(f"/my/{grant}/record/?view=standard&lang=en"), "mine-8-english", "Her record in English."
    )
    (number,) = at.node.row("SELECT case_no FROM file WHERE name = '陈念云' LIMIT 1")
    track = at.windows.open().go("/track/")
    at.picture(track, "track-1-form", "Progress, by case number and the last four of the document.")
    track.fill("web.track_label", number).fill("pages_prove.last_label", LAST).press("web.track_button")
    at.picture(track, "track-2-shown", "What anybody with both may see.")


def desk(at: Studio) -> None:
    clerk, watcher = at.windows.enter("何文静"), at.windows.enter("周明")
    at.picture(
        clerk.go("/desk/?whose=all&due=week"), "desk-1-filter", "The inbox, filtered; a filter can be kept."
    )
    at.picture(
        clerk.go("/desk/counter/"), "desk-2-counter", "At the counter: filing for a person who is here."
    )
    at.picture(clerk.go("/desk/counter/paper/"), "desk-3-paper", "Taking in paper by its code.")
    at.picture(clerk.go("/desk/accounts/"), "desk-4-account", "Opening an account for a person who is here.")
    name, _ = at.mover("吴换证")
    clerk.go("/desk/identity/").fill("identity.f_name", name)
    at.picture(clerk, "desk-5-identity", "Finding the person where the document does not fit.")
    clerk.page.get_by_label(clerk.words("identity.f_document_kind")).select_option("16")
    clerk.fill("identity.f_document_number", "E1234567").fill("identity.f_birth", "1991-04-05").press(
        "identity.find"
    )
    at.picture(clerk, "desk-6-candidates", "Whom the document may mean, with what speaks for each.")
    clerk.go("/desk/").page.locator("#q").fill("李")
    with clerk.page.expect_navigation():
        clerk.page.locator("form[role=search] button").click()
    at.picture(clerk, "desk-7-search", "A case found by name, number or document.")
    (case,) = at.node.row("SELECT case_no FROM file WHERE agency = '510100' AND name = '陈念云'")
    at.picture(
        clerk.go(f"/desk/cases/{case}/papers/"), "desk-8-papers", "Papers to print, with what was issued."
    )
    at.picture(
        watcher.go("/desk/reports/"),
        "desk-9-reports",
        "What heads of agencies ask by period, with its query.",
    )
    at.picture(clerk.go("/desk/?lang=en"), "desk-10-english", "The inbox in English.")


JOURNEYS: dict[str, tuple[str, Callable[[Studio], None]]] = {
    "guide": ("What happens if I move? From the front page to the answer", guide),
    "enter": ("Ways in", entering),
    "apply": ("From the application to the credited money", apply),
    "stop": ("A proposed transfer, stopped in its window", proposed),
    "withdraw": ("A transfer withdrawn", withdrawn),
    "late": ("A transfer that is late", late),
    "contest": ("Contested months", contested),
    "papers": ("A supporting paper, from the person to the clerk", papers),
    "mine": ("A person's own pages", mine),
    "employer": ("An employer sends five hundred", employer),
    "match": ("A receipt matched by hand", matched),
    "desk": ("The agency's desk", desk),
    "public": ("Open to everybody", public),
}


def index(told: dict[str, str]) -> str:
    """The page that shows all pictures."""
    lines = [
        "# Screens",
        "",
        "Every journey step by step, on a phone and on a desktop. Made anew by one command, of invented people:",
        "`.venv/bin/python tools/make_screens.py`. Long pages are cut.",
    ]
    for word, (title, _) in JOURNEYS.items():
        lines += ["", f"## {title}"]
        shown = [
            name
            for name in told
            if name.startswith(f"{word}-") or (word == "mine" and name.startswith("track-"))
        ]
        for name in shown:
            pictures = " ".join(f"![{told[name]}]({name}-{shape}.webp)" for shape in SHAPES)
            lines += ["", pictures, "", told[name]]
    return "\n".join([*lines, ""])


def made(node: Served, whole: Path | None, only: str) -> None:
    """Both shapes of every step; what was made earlier goes first."""
    SCREENS.mkdir(exist_ok=True)
    for old in SCREENS.glob(f"{only}*.webp"):
        old.unlink()
    told: dict[str, str] = {}
    with sync_playwright() as playwright, townspeople(node) as people:
        browser = start(playwright)
        for shape, options in SHAPES.items():
            windows = Windows(browser, node.address, options)
            at = Studio(node, windows, people, shape, whole, only)
            for word, (_, journey) in JOURNEYS.items():
                if word.startswith(only):
                    journey(at)
                    windows.close()
                    print(f"{word} {shape}")
            told |= at.told
        browser.close()
    if not only:
        (SCREENS / "README.md").write_text(index(told), encoding="utf-8")
    size = sum(each.stat().st_size for each in SCREENS.iterdir())
    print(f"{len(list(SCREENS.glob('*.webp')))} pictures, {size / 1e6:.1f} MB")
    if size > MOST:
        sys.exit("That is more than 4 MB: take out steps, or lower QUALITY.")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--node", help="folder of a node that may be used")
    parser.add_argument("--whole", type=Path, help="folder for the whole pictures")
    parser.add_argument("--only", default="", help="journeys whose name begins so")
    asked = parser.parse_args()
    if asked.node:
        os.environ["JIEXU_TEST_NODE"] = asked.node
    if asked.whole:
        asked.whole.mkdir(parents=True, exist_ok=True)
    with served() as node:
        os.environ.setdefault("JIEXU_NODE_KEYS_FILE", str(node.folder / "secrets" / "node_keys"))
        made(node, asked.whole, asked.only)


if __name__ == "__main__":
    main()

"""Makes docs/screens/: each step of the journeys, on a phone and on a desktop, as small pictures to be looked at.

    .venv/bin/python tools/make_screens.py [--node FOLDER]

Starts a node with the demonstration of its own, or uses one that runs (--node), and removes nothing but pictures of its own.
Needs a browser; see docs/decisions/0055.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "tests" / "web")]

from browsers import start  # noqa: E402  the tests' own ways
from nodes import Served, served  # noqa: E402

SCREENS = ROOT / "docs" / "screens"
MOST = 4_000_000
"""Bytes of the whole folder."""
TALLEST = 2400
"""Pixels of a picture: what is below is cut, as a reader of the folder would scroll no further."""
SHAPES = {"phone": (390, 844), "desktop": (1280, 900)}
QUALITY = 55
STEPS: tuple[tuple[str, str, str, str], ...] = (
    ("guide-1-front", "", "/", ""),
    ("guide-2-question", "", "/guide/start/?from=曲靖&to=成都", ""),
    ("guide-3-answer", "", "/guide/shared/?from=曲靖&to=成都&from_scheme=employee&to_scheme=employee", ""),
    (
        "guide-4-answer-english",
        "",
        "/guide/shared/?from=曲靖&to=成都&from_scheme=employee&to_scheme=employee",
        "lang=en",
    ),
    (
        "guide-5-answer-elder",
        "",
        "/guide/shared/?from=曲靖&to=成都&from_scheme=employee&to_scheme=employee",
        "view=elder",
    ),
    (
        "guide-6-answer-dark",
        "",
        "/guide/shared/?from=曲靖&to=成都&from_scheme=employee&to_scheme=employee",
        "dark",
    ),
    ("track-1-form", "", "/track/", ""),
    ("area-1-place", "", "/areas/510100/", ""),
    ("calculator-1-form", "", "/calc/deadline/", ""),
    ("figures-1-open", "", "/figures/", ""),
    ("sign-in-1-demonstration", "", "/demonstration/sign-in/", ""),
    ("mine-1-start", "陈念云", "/my/", ""),
    ("mine-2-cases", "陈念云", "/my/@grant/", ""),
    ("mine-3-record", "陈念云", "/my/@grant/record/", ""),
    ("mine-4-looks", "陈念云", "/my/@grant/looks/", ""),
    ("apply-1-start", "陈念云", "/my/@grant/apply/", ""),
    ("desk-1-inbox", "杨丽华", "/desk/", ""),
    ("desk-2-case", "杨丽华", "/desk/cases/@case/", ""),
    ("desk-3-counter", "杨丽华", "/desk/counter/", ""),
    ("desk-4-papers", "杨丽华", "/desk/cases/@case/papers/", ""),
    ("desk-5-payments", "李云芳", "/desk/batch/", ""),
    ("supervision-1-reports", "周明", "/desk/reports/", ""),
)
"""Name, who looks (a name of the demonstration; empty: everybody), address, and how it is looked at."""


def picture(page: Page, name: str) -> None:
    """One picture, as small as it stays readable."""
    seen = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    seen.crop((0, 0, seen.width, min(seen.height, TALLEST))).save(
        SCREENS / f"{name}.webp", quality=QUALITY, method=6
    )


def filled(node: Served, address: str, who: str) -> str:
    """The address with what stands for its ``@words`` in this demonstration."""
    if "@grant" in address:
        (grant,) = node.row(
            "SELECT g.id FROM role_grant g JOIN auth_user u ON u.id = g.account WHERE u.username = %s", who
        )
        address = address.replace("@grant", str(grant))
    if "@case" in address:
        (number,) = node.row("SELECT max(case_no) FROM file WHERE agency = '530300'")
        address = address.replace("@case", str(number))
    return address


def looked(browser: Browser, node: Served, shape: str) -> None:
    """All steps in one shape; each visitor signs in once."""
    width, height = SHAPES[shape]
    windows: dict[str, Page] = {}
    for name, who, address, how in STEPS:
        if who not in windows:
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
            )
            windows[who] = context.new_page()
            if who:
                windows[who].goto(f"{node.address}/demonstration/sign-in/")
                windows[who].get_by_role("button", name=who).click()
                windows[who].wait_for_load_state()
        page = windows[who]
        page.emulate_media(color_scheme="dark" if how == "dark" else "light")
        query = how if "=" in how else "lang=zh&view=standard"
        query = query if "view" in query else f"{query}&view=standard"
        query = query if "lang" in query else f"{query}&lang=zh"
        there = filled(node, address, who)
        join = "&" if "?" in there else "?"
        answer = page.goto(f"{node.address}{there}{join}{query}")
        if answer is None or not answer.ok:
            sys.exit(f"{name}: {address} was not answered well")
        picture(page, f"{name}-{shape}")
        print(f"{name}-{shape}")


def made(node: Served) -> None:
    """Both shapes of every step; what was made earlier goes first."""
    SCREENS.mkdir(exist_ok=True)
    for old in SCREENS.glob("*.webp"):
        old.unlink()
    with sync_playwright() as playwright:
        browser = start(playwright)
        for shape in SHAPES:
            looked(browser, node, shape)
        browser.close()
    size = sum(each.stat().st_size for each in SCREENS.glob("*.webp"))
    print(f"{len(list(SCREENS.glob('*.webp')))} pictures, {size / 1e6:.1f} MB")
    if size > MOST:
        sys.exit("That is more than 4 MB: take out steps, or lower QUALITY.")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--node", help="folder of a node that may be used")
    asked = parser.parse_args()
    if asked.node:
        os.environ["JIEXU_TEST_NODE"] = asked.node

    with served() as node:
        made(node)


if __name__ == "__main__":
    main()

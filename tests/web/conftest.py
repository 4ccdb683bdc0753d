"""One node with the demonstration, served by the real server, and one browser, both shared by all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from browsers import start
from nodes import Served, served
from playwright.sync_api import Browser, sync_playwright
from walks import WIDE, Walk

from jiexu.usecases.node import open_node
from waiting_cast import one_that_waits

SECONDS = 60
"""How long a page may take before it counts as not coming: a busy machine is no failure."""


@pytest.fixture(scope="session")
def node() -> Iterator[Served]:
    with served() as running:
        yield running


@pytest.fixture(scope="session")
def waiting(node: Served) -> str:
    """A case that waits for Qujing's information form."""
    opened = open_node(node.roles.worker)
    try:
        return one_that_waits(opened)
    finally:
        opened.store.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = start(playwright)
        yield running
        running.close()


@pytest.fixture
def window(node: Served, browser: Browser) -> Iterator[Callable[..., Walk]]:
    """Opens windows of people who know nothing of each other. ``lang``: what their browser asks for; more: options of Playwright."""
    opened = []

    def open_one(lang: Any = "zh", **options: Any) -> Walk:
        context = browser.new_context(locale="en-GB" if lang == "en" else "zh-CN", **{**WIDE, **options})
        context.set_default_timeout(SECONDS * 1000)
        opened.append(context)
        return Walk(context.new_page(), node.address, lang)

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def enter(window: Callable[..., Walk]) -> Callable[..., Walk]:
    """A window in which somebody of the demonstration has signed in by their button."""

    def signed_in(name: str, lang: Any = "zh", **options: Any) -> Walk:
        walk = window(lang, **options).go("/demonstration/sign-in/")
        with walk.page.expect_navigation():
            walk.page.get_by_role("button", name=name).click()
        return walk.look()

    return signed_in


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that was skipped has shown nothing: it counts as failed."""
    report = yield
    if report.skipped:
        report.outcome, report.longrepr = "failed", f"skipped: {report.longrepr}"
    return report

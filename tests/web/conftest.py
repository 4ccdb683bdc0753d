"""One node with the demonstration, served by the real server, and one browser, both shared by all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

import pytest
from browsers import start
from nodes import Served, served
from playwright.sync_api import Browser, sync_playwright
from walks import Walk
from windows import People, Windows, townspeople

from jiexu.usecases.node import open_node
from waiting_cast import one_that_waits


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
def people(node: Served) -> Iterator[People]:
    with townspeople(node) as done:
        yield done


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = start(playwright)
        yield running
        running.close()


@pytest.fixture
def windows(node: Served, browser: Browser) -> Iterator[Windows]:
    opened = Windows(browser, node.address)
    yield opened
    opened.close()


@pytest.fixture
def window(windows: Windows) -> Callable[..., Walk]:
    return windows.open


@pytest.fixture
def enter(windows: Windows) -> Callable[..., Walk]:
    return windows.enter


@pytest.fixture
def sign_in(windows: Windows) -> Callable[..., Walk]:
    return windows.sign_in


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that was skipped has shown nothing: it counts as failed."""
    report = yield
    if report.skipped:
        report.outcome, report.longrepr = "failed", f"skipped: {report.longrepr}"
    return report

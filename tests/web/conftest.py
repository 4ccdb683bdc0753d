"""One node with the demonstration, served by the real server, and one browser, both shared by all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from browsers import start
from nodes import Served, served
from playwright.sync_api import Browser, sync_playwright
from walks import WIDE, Walk

from jiexu.usecases.node import open_node
from own_cast import PASSWORD, Town
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
def town(node: Served) -> Iterator[Town]:
    """People beside those of the demonstration, each with an account of their own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    import django  # noqa: PLC0415  settings first

    django.setup()
    from django.db import connections  # noqa: PLC0415

    from jiexu.conf.settings import database  # noqa: PLC0415

    urls = {"worker": node.roles.worker, "default": node.roles.desk}
    before = {alias: dict(connections[alias].settings_dict) for alias in urls}
    for alias, url in urls.items():
        connections[alias].settings_dict.update(database(url))
    yield Town(node.roles)
    for alias, kept in before.items():
        connections[alias].settings_dict.update(kept)


@pytest.fixture
def people(town: Town) -> Callable[[Callable[[Town], Any]], Any]:
    """Does something with the town beside the browser, whose loop Django would not be called from; what came of it."""
    from django.db import connections  # noqa: PLC0415  settings first

    def alone(act: Callable[[Town], Any]) -> Any:
        try:
            return act(town)
        finally:
            connections.close_all()

    def done(act: Callable[[Town], Any]) -> Any:
        with ThreadPoolExecutor(1) as beside:
            return beside.submit(alone, act).result()

    return done


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


@pytest.fixture
def sign_in(window: Callable[..., Walk]) -> Callable[..., Walk]:
    """A window in which somebody of ``town`` has signed in with their password."""

    def signed_in(name: str, lang: Any = "zh", **options: Any) -> Walk:
        walk = window(lang, **options).go("/sign-in/")
        return (
            walk.fill("doors.name", name).fill("doors.password", PASSWORD).press("doors.sign_in").at("/my/")
        )

    return signed_in


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that was skipped has shown nothing: it counts as failed."""
    report = yield
    if report.skipped:
        report.outcome, report.longrepr = "failed", f"skipped: {report.longrepr}"
    return report

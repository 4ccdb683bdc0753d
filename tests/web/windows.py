"""Windows of people who know nothing of each other, and people beside those of the demonstration; for tests and pictures alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nodes import Served
from playwright.sync_api import Browser, BrowserContext
from walks import WIDE, Walk

from own_cast import PASSWORD, Town

SECONDS = 60
"""How long a page may take before it counts as not coming: a busy machine is no failure."""
People = Callable[[Callable[[Town], Any]], Any]
"""Does something with the town; what came of it."""


@dataclass(slots=True)
class Windows:
    """``usual``: options of Playwright for every window that is opened here."""

    browser: Browser
    address: str
    usual: dict[str, Any] = field(default_factory=dict)
    opened: list[BrowserContext] = field(default_factory=list)

    def open(self, lang: Any = "zh", **options: Any) -> Walk:
        """A window of somebody. ``lang``: what their browser asks for; more: options of Playwright."""
        locale = "en-GB" if lang == "en" else "zh-CN"
        context = self.browser.new_context(locale=locale, **{**WIDE, **self.usual, **options})
        context.set_default_timeout(SECONDS * 1000)
        self.opened.append(context)
        return Walk(context.new_page(), self.address, lang)

    def enter(self, name: str, lang: Any = "zh", **options: Any) -> Walk:
        """A window in which somebody of the demonstration has signed in by their button."""
        walk = self.open(lang, **options).go("/demonstration/sign-in/")
        with walk.page.expect_navigation():
            walk.page.get_by_role("button", name=name).click()
        return walk.look()

    def sign_in(self, name: str, lang: Any = "zh", **options: Any) -> Walk:
        """A window in which somebody of the town has signed in with their password."""
        walk = self.open(lang, **options).go("/sign-in/")
        return (
            walk.fill("doors.name", name).fill("doors.password", PASSWORD).press("doors.sign_in").at("/my/")
        )

    def close(self) -> None:
        for context in self.opened:
            context.close()
        self.opened.clear()


@contextmanager
def townspeople(node: Served) -> Iterator[People]:
    """A town on this node. What is done with it is done beside the browser, from whose loop Django would not be called."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.conf.settings")
    import django  # noqa: PLC0415  settings first

    django.setup()
    from django.db import connections  # noqa: PLC0415

    from jiexu.conf.settings import database  # noqa: PLC0415

    urls = {"worker": node.roles.worker, "default": node.roles.desk}
    before = {alias: dict(connections[alias].settings_dict) for alias in urls}
    for alias, url in urls.items():
        connections[alias].settings_dict.update(database(url))
    town = Town(node.roles)

    def alone(act: Callable[[Town], Any]) -> Any:
        try:
            return act(town)
        finally:
            connections.close_all()  # the next time the database may have been started anew

    def done(act: Callable[[Town], Any]) -> Any:
        with ThreadPoolExecutor(1) as beside:
            return beside.submit(alone, act).result()

    yield done
    for alias, kept in before.items():
        connections[alias].settings_dict.update(kept)

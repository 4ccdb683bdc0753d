"""How a person walks through pages in a browser window: the words on a button are pressed, labels are filled in.

A journey of another part is ten lines: ``walk = enter("杨丽华")``, ``walk.go(...)``, ``walk.fill(...)``, ``walk.press(...)``,
``walk.reads(...)``. ``walk.disturb()`` reloads, goes back and forth, and changes the language and back, and says what was lost.
Texts are asked for by their name in ``src/jiexu/texts`` in the language of the window.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

from jiexu.texts import Lang, say
from page_reader import LARGEST
from page_reader import Page as Read

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
WIDE = {"viewport": {"width": 1280, "height": 900}}
STATE = """() => JSON.stringify([
  location.pathname,
  [...document.querySelectorAll('input, select, textarea')].filter(e => !['hidden', 'submit'].includes(e.type))
    .map(e => [e.name, ['radio', 'checkbox'].includes(e.type) ? e.checked : e.value]),
  [...document.querySelectorAll('main .code')].map(e => e.textContent),
])"""
"""What a person sees of their own on a page, whatever its language: where they are, what they wrote, numbers they were given."""


@dataclass(slots=True)
class Walk:
    """One window. ``pages``: addresses of all pages that were shown, with what was wrong with them."""

    page: Page
    address: str
    lang: Lang = "zh"
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("response", lambda answer: self._noticed(answer))  # noqa: PLW0108  Playwright wants to mark what it calls
        self.page.on("console", lambda said: self._said(said))  # noqa: PLW0108

    def go(self, address: str) -> Walk:
        """To an address of ours, as ``/track/``."""
        self.page.goto(f"{self.address}{address}")
        return self.look()

    def look(self) -> Walk:
        """What every page owes: one heading, labels, no script, at most 100 KB. Raises AssertionError."""
        html = self.page.content()
        read = Read(html)
        faults = [
            each
            for each in read.faults
            if "closes something else" not in each and "is not closed" not in each
        ]
        where = self.page.url.removeprefix(self.address)
        assert read.headings == 1, f"{where}: {read.headings} headings of the first level"
        assert faults + read.unlabelled == [], f"{where}: faults, and fields without a label"
        assert len(html.encode()) <= LARGEST, f"{where}: {len(html.encode())} bytes"
        assert not self.troubles, f"{where}: {self.troubles}"
        return self

    def words(self, key: str, **data: object) -> str:
        return say(self.lang, key, **data)

    def fill(self, key: str, value: str, **data: object) -> Walk:
        """Into the field whose label this is."""
        named = self.page.locator("main").get_by_label(self.words(key, **data), exact=False)
        named.and_(self.page.locator("input, textarea, select")).first.fill(value)
        return self

    def tick(self, key: str) -> Walk:
        """The box or the choice with these words."""
        self.page.get_by_label(self.words(key)).first.check()
        return self

    def button(self, key: str, **data: object) -> Locator:
        return self.page.get_by_role("button", name=self.words(key, **data)).first

    def press(self, key: str, **data: object) -> Walk:
        """The button with these words."""
        return self._by(self.button(key, **data))

    def follow(self, words: str) -> Walk:
        """A link with these words (as they stand there)."""
        return self._by(self.page.get_by_role("link", name=words).first)

    def reads(self, key: str, **data: object) -> Walk:
        """Whether a text stands on the page."""
        expect(self.page.locator("body")).to_contain_text(self.words(key, **data))
        return self

    def at(self, address: str) -> Walk:
        expect(self.page).to_have_url(re.compile(f"^{re.escape(self.address + address)}([?#].*)?$"))
        return self

    def state(self) -> str:
        return str(self.page.evaluate(STATE))

    def disturb(self, *, by_address: bool = True) -> Walk:
        """Reload, back and forth, the other language and back: nothing of the person's is lost.

        ``by_address``: False for a page that was the answer to a form, which another address cannot ask for again.
        """
        before = self.state()
        self.page.reload()
        assert self.state() == before, f"a reload loses: {before} {self.state()}"
        if by_address:
            self.page.go_back()
            self.page.go_forward()
            assert self.state() == before, f"going back and forth loses: {before} {self.state()}"
            there, here = ("en", "zh") if self.lang == "zh" else ("zh", "en")
            for lang in (there, here):
                self._by(self.page.locator(f"a.switch[hreflang^={lang}]"))
                assert self.state() == before, f"changing to {lang} loses: {before} {self.state()}"
        return self.look()

    def _by(self, way: Locator) -> Walk:
        """Where a link or a button leads."""
        with self.page.expect_navigation():
            way.click()
        return self.look()

    def _noticed(self, response: Response) -> None:
        part = response.request.resource_type != "document"
        if (
            response.status >= 500
            or (part and response.status >= 400)
            or not response.url.startswith(self.address)
        ):
            self.troubles.append(f"{response.status} {response.url}")

    def _said(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            self.troubles.append(said.text)

"""Reads a page as a browser would and notes what no page of ours may hold."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "wbr", "col", "img", "hr"}
CARRIED = {"path", "circle", "rect", "use"}
"""Parts of drawings, which close themselves."""
LARGEST = 100_000
"""Bytes of a page: what a slow phone can still load."""


class Page(HTMLParser):
    """Reads a page and notes what no page may hold. ``headings``: of the first level. ``unlabelled``: fields without one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings = 0
        self.fields: list[str] = []
        self.labels: set[str] = set()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.named: set[str] = set()
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]
        self.faults += [f"id {each} twice" for each in {i for i in self.ids if self.ids.count(i) > 1}]
        self.faults += [f"nothing is called {name}" for name in self.named - set(self.ids)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" or "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"<{tag}> with script or style")
        if given.get("id"):
            self.ids.append(str(given["id"]))
        self.headings += tag == "h1"
        if tag == "label":
            self.labels.add(str(given.get("for")))
        if tag in {"input", "select", "textarea"} and given.get("type") not in {"hidden", "submit"}:
            self.fields.append(str(given.get("id")) if "label" not in self.open else "")
        for name in ("for", "aria-labelledby", "aria-describedby"):
            self.named.update(str(given.get(name) or "").split())
        if str(given.get("href", "")).startswith("#"):
            self.named.add(str(given["href"])[1:])
        if tag not in VOID | CARRIED:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID | CARRIED:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    @property
    def unlabelled(self) -> list[str]:
        """Fields that stand in no label and that no label names."""
        return [field for field in self.fields if field and field not in self.labels]

"""Every message has a page, and the page shows what the code does."""

from jiexu.exchange.payloads import NEWEST, MessageType
from messages.pages import BEGIN, END, PAGES, expected


def test_every_message_type_has_a_page_and_every_page_a_message_type() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == {"README", *(type_.value for type_ in MessageType)}


def test_tables_and_samples_on_the_pages_are_those_of_the_code() -> None:
    for path, text in expected().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run python tests/messages/pages.py"
        assert text.count(BEGIN) == text.count(END) == 1


def test_every_page_tells_the_history_of_each_version() -> None:
    for type_ in MessageType:
        page = (PAGES / f"{type_}.md").read_text(encoding="utf-8")
        assert "## Versions" in page
        assert all(f"- {version}: " in page for version in range(1, NEWEST[type_] + 1)), type_

"""A calendar file says the same when it is read again, whatever stands in it, and keeps to the standard's lines."""

import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jiexu.gateways.icalendar import Entry, calendar_file

MADE = date(2026, 11, 23)
words = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\x85"), max_size=200
)
entries = st.builds(
    Entry, about=words, on=st.dates(date(2010, 1, 1), date(2040, 12, 31)), title=words, text=words
)


def read_again(text: str) -> list[dict[str, str]]:
    """The entries of a file, by the standard: unfolded lines, properties with their parameters, escapes undone."""
    whole = text.replace("\r\n ", "")
    found: list[dict[str, str]] = []
    inside: list[str] = []
    for line in whole.split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            inside.append(value)
            found += [{}] if value == "VEVENT" else []
        elif name == "END":
            assert inside.pop() == value
        elif inside[-1] == "VEVENT":
            found[-1][name] = re.sub(r"\\(.)", lambda mark: {"n": "\n"}.get(mark[1], mark[1]), value)
    assert inside == []
    return found


@given(kept=st.lists(entries, max_size=4))
def test_what_is_written_is_read_again(kept: list[Entry]) -> None:
    text = calendar_file(kept, made_on=MADE, product="jiexu")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    again = read_again(text)
    assert [(one["SUMMARY"], one["DESCRIPTION"]) for one in again] == [(one.title, one.text) for one in kept]
    for one, entry in zip(again, kept, strict=True):
        assert one["DTSTART;VALUE=DATE"] == f"{entry.on:%Y%m%d}"
        assert one["DTEND;VALUE=DATE"] == f"{entry.on + timedelta(days=1):%Y%m%d}"
        assert one["DTSTAMP"] == "20261123T000000Z"


def test_line_breaks_inside_a_text_survive() -> None:
    entry = Entry("a", MADE, "办完; 第一天, 周一", "第一行\n第二行\\")
    assert (
        read_again(calendar_file([entry], made_on=MADE, product="接续"))[0]["DESCRIPTION"]
        == "第一行\n第二行\\"
    )


def test_an_entry_made_again_keeps_its_name_and_others_have_other_names() -> None:
    first, second = Entry("a", MADE, "x", "y"), Entry("b", MADE, "x", "y")
    names = [
        one["UID"] for one in read_again(calendar_file([first, second, first], made_on=MADE, product="p"))
    ]
    assert names[0] == names[2] != names[1]

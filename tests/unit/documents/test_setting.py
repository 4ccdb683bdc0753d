"""What stands on the paper: nothing lost, nothing cut, and nothing shown as a blank box."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from paper_cast import OF_KIND, facts, form, press
from pypdf import PdfReader

from jiexu.documents import blocks, fonts
from jiexu.documents.kinds import Kind
from jiexu.documents.words import Both
from jiexu.texts import Lang

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
NATIONAL_RARE = "㑇㙘㛃䏝䥽䲠𠅤𠙶𡎚𣗋𣲗𣲘𤧛𥔲𥻗𦈡𦒍𦭜𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫇭𫍯𫓧𫖯𫗴𫘜𬀩𬀪𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬎆𬒈𬘓𬘡𬣙𬣞𬤊𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓"
"""Characters of the national list (通用规范汉字表) that stand outside the basic block, as names hold them."""


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_the_font_has_every_rare_character_of_the_national_list_asked_for() -> None:
    assert fonts.missing(NATIONAL_RARE) == []


@pytest.mark.parametrize(
    ("character", "has"), [("𠮷", True), ("䶮", True), ("甲", True), ("𪚥", False), ("𠀀", False)]
)
def test_our_look_at_the_font_agrees_with_the_typesetter(character: str, has: bool) -> None:
    """PDF/A forbids a blank box, so the typesetter itself says where the font has no picture."""
    assert (fonts.missing(character) == []) == has
    source = f'#set document(title: "x", date: auto)\n#set text(font: "{fonts.FAMILY}")\n{character}'
    font = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder())]
    )
    set_it = lambda: typst.compile(source.encode(), font_paths=font, pdf_standards="a-3u", timestamp=0)  # noqa: E731
    if has:
        assert set_it()
    else:
        with pytest.raises(typst.TypstError):
            set_it()


@given(st.integers(0x20, 0x3134F).map(chr).filter(str.isprintable))
def test_a_character_is_shown_or_named(one: str) -> None:
    shown = fonts.replaced(one)
    assert shown == (one if not fonts.missing(one) else f"〔U+{ord(one):04X}〕")
    assert fonts.missing(shown) == []


@settings(max_examples=15, deadline=None)
@given(
    st.text(HAN, min_size=2, max_size=60),
    st.text(HAN, min_size=1, max_size=120),
    st.sampled_from([("zh",), ("zh", "en")]),
)
def test_long_names_and_employers_are_on_the_paper_to_the_last_character(
    name: str, employer: str, langs: tuple[Lang, ...]
) -> None:
    text = text_of(press().pdf(form(facts(name=name, employer=employer)), langs))
    assert name in text
    assert employer in text


def strings(value: Any) -> Iterator[str]:
    """Every text a sheet holds, pictures and settings left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in {"picture", "family", "type", "page", "on"}:
                yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


@pytest.mark.parametrize("langs", [("zh",), ("zh", "en"), ("en",)])
@pytest.mark.parametrize("kind", Kind)
def test_every_text_of_every_sheet_is_on_the_paper(kind: Kind, langs: tuple[Lang, ...]) -> None:
    """The template leaves nothing out: not a label, not a sentence, in no language."""
    issued = form({**facts(), **OF_KIND.get(kind, {}), "kind": kind.value}, kind=kind, carrier=("JXM1:0",))
    sheet = blocks.picked(press().sheet(issued, 1), langs)
    text = text_of(press().pdf(issued, langs))
    assert len(list(strings(sheet))) > 30
    assert [each for each in strings(sheet) if "".join(each.split()) not in text] == []


def test_a_long_run_of_letters_stays_inside_its_cell() -> None:
    """Letters without a space do not wrap by themselves; what left its cell would cover the next one's text."""
    long = "Z" * 90
    given = facts(employer=long)
    pages = PdfReader(io.BytesIO(press().pdf(form(given), ("zh",)))).pages
    widest = [0.0]

    def visit(text: str, _cm: object, matrix: list[float], _font: object, _size: float) -> None:
        if "Z" in text:
            widest.append(matrix[4])

    pages[0].extract_text(visitor_text=visit)
    assert "".join(pages[0].extract_text().split()).replace("\u200b", "").count("Z") == 90
    assert max(widest) < 595 / 2


@pytest.mark.parametrize(
    ("birth", "mark"),
    [
        ("1876-01-01", "※请核对：按此日期已满150岁"),
        ("2030-01-01", "※请核对：此日期晚于申请日期"),
        ("1991-01-01", "※请核对：与证件号码中的1990年1月1日不一致"),
        ("1990-01-01", ""),
    ],
)
def test_a_birth_that_cannot_be_right_is_shown_as_it_is_and_marked(birth: str, mark: str) -> None:
    text = text_of(press().pdf(form(facts(birth=birth)), ("zh",)))
    year, month, day = (int(part) for part in birth.split("-"))
    assert f"{year}年{month}月{day}日" in text
    assert ("※请核对" in text) == bool(mark)
    assert mark in text


def test_every_fault_of_a_birth_stays_a_birth_in_both_languages() -> None:
    shown = blocks.birth({"birth": None, "document_kind": None, "document": None}, form().made_on)
    assert shown == ("没有登记", "not recorded")


def test_texts_are_picked_in_the_languages_asked_and_said_once_where_alike() -> None:
    pair: Both = ("甲", "A")
    assert blocks.picked({"a": [pair, ("1", "1")]}, ["zh", "en"]) == {"a": [["甲", "A"], ["1"]]}
    assert blocks.picked([pair], ["en"]) == [["A"]]


def test_the_content_travels_with_the_paper_and_nothing_in_it_is_markup() -> None:
    """A name that would be a command to the typesetter is a name."""
    given = facts(name='#pagebreak() $x$ *a* @b "c" \\ <d>')
    reader = PdfReader(io.BytesIO(press().pdf(form(given), ("zh",))))
    assert len(reader.pages) == 1
    assert reader.attachments["content.json"] == [form(given).content.data]
    assert '#pagebreak()$x$*a*@b"c"\\<d>' in text_of(press().pdf(form(given), ("zh",)))

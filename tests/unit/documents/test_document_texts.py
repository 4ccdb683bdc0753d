"""Everything documents can say or refuse has its sentence, and no sentence is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from paper_cast import OF_KIND, facts

from jiexu import documents
from jiexu.documents import sheets
from jiexu.documents.content import Content
from jiexu.documents.kinds import BY_NUMBER, TERMS, Kind
from jiexu.documents.proving import Case
from jiexu.gateways.policyfiles.areas import areas
from jiexu.texts import catalogue, places

PACKAGE = Path(documents.__path__[0])
FILES = [
    *PACKAGE.glob("*.py"),
    *(PACKAGE.parent / "cli").glob("document*.py"),
    PACKAGE.parent / "cli" / "given_files.py",
    PACKAGE.parent / "web" / "views" / "proving.py",
]
PAGE = (Path(__file__).resolve().parents[3] / "docs" / "documents.md").read_text(encoding="utf-8")
SOURCE = "\n".join(file.read_text(encoding="utf-8") for file in FILES)


def raised() -> dict[str, set[str]]:
    """Code of every DocumentError with the data it is given."""
    found: dict[str, set[str]] = {}
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "DocumentError":
                given = {word.arg or "" for word in node.keywords}
                for code in ast.walk(node.args[0]):
                    if isinstance(code, ast.Constant):
                        found[str(code.value)] = given
    return found


def test_every_reason_has_a_sentence_and_gets_what_it_names() -> None:
    assert len(raised()) > 25
    for code, given in raised().items():
        assert code in catalogue("document"), f"write {code} in src/jiexu/texts/document.yaml"
        assert places(catalogue("document")[code]["en"]) <= given, code


def test_no_sentence_about_documents_is_left_over() -> None:
    written = set(re.findall(r'"(?:document\.)?([a-z_]+)"', SOURCE)) | {f"case_{each}" for each in Case}
    assert {key for key in catalogue("document") if key not in written} == set()


def test_no_text_on_paper_is_left_over() -> None:
    said = set(re.findall(r'"([a-z_0-9.]+)"', SOURCE))
    by_part = {
        f"{group}.{word}"
        for group in ("label", "section", "sign", "keeper", "text", "title")
        for word in said
    }
    by_kind = {f"{group}.{kind}" for group in ("kind", "title") for kind in Kind}
    closed = {
        key
        for key in catalogue("papers")
        if key.partition(".")[0] in {"sex", "scheme", "months_kind", "part", "ground"}
    }
    known = said | by_part | by_kind | closed | {"title.refusal_notice_later"}
    assert set(catalogue("papers")) - known == set()


def labelled(value: Any) -> Iterator[str]:
    """Labels of a sheet with their marks, as documents show them in Chinese."""
    if isinstance(value, dict):
        if "label" in value and "mark" in value:
            yield value["label"][0] + value["mark"]
        for each in value.values():
            yield from labelled(each)
    elif isinstance(value, list):
        for each in value:
            yield from labelled(each)


@pytest.mark.parametrize("kind", Kind)
def test_the_page_about_documents_lists_every_field_with_whose_it_is(kind: Kind) -> None:
    name = catalogue("papers")[f"kind.{kind}"]["zh"]
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {name} "))
    listed = set(row.replace("\\*", "*").rsplit("|", 2)[1].replace(": ", "; ").strip().split("; "))
    said = {**facts(), **OF_KIND.get(kind, {}), "kind": kind.value}
    assert set(labelled(sheets.body(Content(kind, said), areas()))) <= listed
    for message in TERMS[kind].carries:
        assert f"`{message}`" in row


def test_every_kind_has_a_number_of_its_own_a_body_and_a_title() -> None:
    assert len(BY_NUMBER) == len(TERMS) == len(Kind)
    assert set(sheets.BODIES) == set(Kind)

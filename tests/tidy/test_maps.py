"""The maps show the land: every package is in ARCHITECTURE.md, every name of the glossary is in the code."""

from __future__ import annotations

import re

from tidy.tree import ROOT, SOURCE

ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
LAYERS = re.search(
    r"^layers = \[\n(.*?)^\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


def packages() -> set[str]:
    """Every package of jiexu."""
    return {folder.parent.name for folder in SOURCE.glob("*/__init__.py")}


def test_the_map_shows_every_package_and_no_other() -> None:
    table = ARCHITECTURE.split("## The map")[1].split("**The arrow.**")[0]
    shown = {
        name
        for row in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", table, re.MULTILINE)
        for name in re.findall(r"\w+", row)
    }
    assert shown == packages()


def test_the_arrow_on_the_map_is_the_one_that_is_checked() -> None:
    drawn = re.search(r"\*\*The arrow\.\*\* `([^`]+)`", ARCHITECTURE)
    assert drawn is not None
    assert LAYERS is not None
    places = [set(re.findall(r"\w+", step)) for step in drawn.group(1).split("←")]
    checked = [set(re.findall(r"jiexu\.(\w+)", line)) for line in LAYERS.group(1).splitlines()]
    assert places == checked[::-1]


def test_every_file_and_folder_the_map_names_exists() -> None:
    homes = (ROOT, SOURCE, SOURCE / "texts")
    named = {
        name for name in re.findall(r"`([\w./-]+(?:/|\.yaml|\.md|\.py))`", ARCHITECTURE) if "<" not in name
    }
    missing = {name for name in named if not any((home / name).exists() for home in homes)}
    assert len(named) > 10
    # `codec.py` stands beside the module named just before it.
    assert missing <= {name for name in missing if list(SOURCE.rglob(name))}, missing


def rows() -> list[list[str]]:
    """Cells of the glossary's table, without its head."""
    table = [line for line in GLOSSARY.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1:]]


def test_every_name_in_the_glossary_is_used_in_the_code() -> None:
    source = "\n".join(file.read_text(encoding="utf-8") for file in SOURCE.rglob("*.py"))
    words = set(re.findall(r"\w+", source))
    names = {name for row in rows() for name in re.findall(r"`([\w.]+)`", row[2])}
    unused = {name for name in names if not set(name.split(".")) <= words}
    assert len(names) > 30
    assert not unused, f"the code does not know {unused}; the glossary decides, so mend the code, or the row"


def test_every_row_of_the_glossary_says_where_and_every_source_is_listed() -> None:
    sources = set(
        re.findall(
            r"^([\w-]+):$", (ROOT / "policy" / "sources.yaml").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    assert all(len(row) == 6 and row[1] and row[2] and row[3] for row in rows())
    cited = {key for row in rows() for key in re.findall(r"`([\w-]+)`", row[3])}
    assert cited <= sources, f"not in policy/sources.yaml: {cited - sources}"


def test_one_english_name_means_one_thing() -> None:
    english = [row[1] for row in rows()]
    assert len(english) == len(set(english))

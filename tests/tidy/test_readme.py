"""What the READMEs say is so: commands and options exist, sentences are those people see, both languages agree."""

from __future__ import annotations

import importlib.util
import re
import shlex

import click
import pytest
import start

from jiexu.cli.main import COMMANDS, main
from jiexu.cli.ports import LAST, USUAL
from jiexu.conf.serving import HOST
from jiexu.texts import Lang, catalogue
from tidy.tree import ROOT

READMES: dict[Lang, str] = {
    "en": (ROOT / "README.md").read_text(encoding="utf-8"),
    "zh": (ROOT / "README.zh-CN.md").read_text(encoding="utf-8"),
}
FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"<!-- example: begin .*?-->(.*?)<!-- example: end -->", re.DOTALL)
QUOTED_FILE = re.compile(r"<!-- file: (\S+) -->\n+```\w*\n(.*?)```", re.DOTALL)
ALWAYS = {"--help", "--lang", "--data"}


def shell_lines(text: str) -> list[str]:
    """Commands in the fenced blocks, without their comments."""
    typed = (
        line.split("  #")[0].split(" # ")[0].strip()
        for block in FENCE.findall(text)
        for line in block.splitlines()
    )
    return [line for line in typed if line]


def spoken_of(text: str) -> list[str]:
    """Commands named inside sentences."""
    return re.findall(r"`((?:jiexu|make|python3 start\.py) [^`]+)`", text)


def everything(lang: Lang) -> list[str]:
    return [*shell_lines(READMES[lang]), *spoken_of(READMES[lang])]


NAMED = sorted({line for lang in READMES for line in everything(lang)})


def walk(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words lead to, and what is left of them. Fails on a word that is no command."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"there is no command {words[0]!r} in {command.name}"
        command, words = found, words[1:]
    return command, words


@pytest.mark.parametrize("line", [line for line in NAMED if line.startswith("jiexu ")])
def test_every_jiexu_command_and_option_in_the_readme_exists(line: str) -> None:
    words = shlex.split(line.split("…", maxsplit=1)[0])[1:]
    if words[0] in COMMANDS and importlib.util.find_spec(COMMANDS[words[0]].partition(":")[0]) is None:
        pytest.skip(f"{COMMANDS[words[0]]} is not built yet")
    command, rest = walk(words)
    known = ALWAYS | {option for parameter in command.params for option in parameter.opts}
    unknown = [word for word in rest if word.startswith("--") and word not in known]
    assert not unknown, f"{line!r}: no such option {unknown}"


@pytest.mark.parametrize("line", [line for line in NAMED if line.startswith("python3 start.py")])
def test_every_start_command_in_the_readme_exists(line: str) -> None:
    words = line.split()[2:]
    verbs = [word for word in words if word in start.VERBS]
    options = [word for word in words if word.startswith("--")]
    assert set(options) <= {"--wheels", "--dev", *start.HANDED_ON}
    assert verbs or options or not words


@pytest.mark.parametrize("lang", READMES)
def test_every_make_word_in_the_readme_is_an_alias(lang: Lang) -> None:
    aliases = (ROOT / "Makefile").read_text(encoding="utf-8").split(".PHONY:")[1].splitlines()[0].split()
    named = set(re.findall(r"\bmake ([a-z]+)\)|`make ([a-z]+)`", READMES[lang]))
    words = {word for pair in named for word in pair if word}
    assert words
    assert words <= set(aliases)


def test_both_readmes_name_the_same_commands_files_and_doors() -> None:
    english, chinese = READMES["en"], READMES["zh"]
    assert shell_lines(english) == shell_lines(chinese)
    assert set(spoken_of(english)) == set(spoken_of(chinese))
    for count in (r"^#+ ", r"^\| ", r"^- "):
        both = [len(re.findall(count, text, re.MULTILINE)) for text in (english, chinese)]
        assert both[0] == both[1], f"the READMEs differ in {count!r}: {both}"
    assert linked(english) - {"README.zh-CN.md", "docs/pictures/way.svg"} == linked(chinese) - {
        "README.md",
        "docs/pictures/way.zh.svg",
    }


def linked(text: str) -> set[str]:
    """Files a README links to."""
    return {to for to in re.findall(r"\]\(([^)]+)\)", text) if "://" not in to}


@pytest.mark.parametrize("lang", READMES)
def test_every_file_the_readme_links_to_exists(lang: Lang) -> None:
    missing = {to for to in linked(READMES[lang]) if not (ROOT / to).exists()}
    assert not missing


@pytest.mark.parametrize("lang", READMES)
def test_the_first_screen_has_picture_commands_address_and_what_it_is_not(lang: Lang) -> None:
    first = READMES[lang].split("\n## ")[0]
    assert len(first.splitlines()) < 30
    assert f"<http://{HOST}:{USUAL}>" in first
    assert shell_lines(first) == ["python3 start.py", "python3 start.py down", "python3 start.py reset"]
    assert re.search(r"!\[.{20,}\]\(docs/pictures/", first)
    assert ("**not**" if lang == "en" else "**不是**") in first


@pytest.mark.parametrize("lang", READMES)
def test_troubles_are_quoted_as_people_see_them(lang: Lang) -> None:
    said = [text[lang] for text in catalogue("cli").values()] + [text[lang] for text in start.TEXTS.values()]
    rows = re.findall(r"^\| (`.+?) \|", READMES[lang], re.MULTILINE)
    assert len(rows) > 5
    for quote in (quote for row in rows for quote in re.findall(r"`([^`]+)`", row)):
        pieces = [piece for piece in re.split(r"…+|\d+|jiexu-pg", quote) if piece.strip(" .")]
        assert any(all(piece.strip() in text for piece in pieces) for text in said), f"nobody says {quote!r}"
    assert str(LAST) in READMES[lang]


@pytest.mark.parametrize("lang", READMES)
def test_the_example_shows_the_files_as_they_are(lang: Lang) -> None:
    """Between the markers every block stands under ``<!-- file: examples/... -->`` and equals that file."""
    section = EXAMPLE.search(READMES[lang])
    assert section is not None, "the markers of the example are gone"
    shown = QUOTED_FILE.findall(section.group(1))
    assert section.group(1).count("```") == 2 * len(shown), "a block in the example names no file"
    for name, text in shown:
        assert text == (ROOT / name).read_text(encoding="utf-8-sig"), f"{name} and the README differ"
    made = ROOT / "examples" / "applications.csv"
    assert made.exists() == ("examples/applications.csv" in dict(shown)), (
        "show examples/applications.csv, or take it out"
    )

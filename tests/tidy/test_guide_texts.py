"""The guide speaks plainly: every text it names exists, none is left over, and Chinese sentences are short."""

from __future__ import annotations

import ast
import re
from statistics import mean

from jiexu.texts import catalogue, places
from tidy.tree import SOURCE

LONGEST, USUAL = 60, 40
SAID_BY_COMMAND = re.compile(
    r"(help|sure|legal|file|word|place|history|topic|letter|plan|ics|myths|terms)(_|\.|$)|questions$|legal$|no_decision$"
)
SENTENCE = re.compile(r"[^。？！]+[。？！]")


def named_in_code() -> list[str]:
    """Keys of guide.yaml as the package ``guide`` writes them; ``*`` stands for what is filled in."""
    found = []
    for file in sorted((SOURCE / "guide").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "*" for part in node.values]
                found.append("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return [key.removeprefix("guide.") for key in found if re.fullmatch(r"guide\.[\w*]*[a-z*]", key)]


def test_every_text_the_guide_names_exists_and_none_is_left_over() -> None:
    patterns = [re.compile(re.escape(key).replace(r"\*", r"\w+")) for key in named_in_code()]
    texts = [key for key in catalogue("guide") if not SAID_BY_COMMAND.match(key)]
    assert len(patterns) > 30
    missing = [one.pattern for one in patterns if not any(one.fullmatch(key) for key in catalogue("guide"))]
    assert not missing, f"write {missing} in src/jiexu/texts/guide.yaml"
    unused = [key for key in texts if not any(one.fullmatch(key.removesuffix("_1")) for one in patterns)]
    assert not unused, f"nobody says {unused} of src/jiexu/texts/guide.yaml"


def test_both_languages_name_the_same_data() -> None:
    for topic in ("guide", "terms", "myths"):
        for key, langs in catalogue(topic).items():
            assert places(langs["zh"]) == places(langs["en"]), f"{topic}.{key}"


def test_chinese_sentences_are_short() -> None:
    sentences = [
        sentence
        for topic in ("guide", "outcomes", "terms", "myths")
        for key, langs in catalogue(topic).items()
        for sentence in SENTENCE.findall(langs["zh"])
    ]
    long = [sentence for sentence in sentences if len(sentence) > LONGEST]
    assert len(sentences) > 200
    assert not long, f"more than {LONGEST} characters: {long}"
    assert mean(map(len, sentences)) <= USUAL


def test_every_explanation_begins_with_the_word_it_explains() -> None:
    for term, langs in catalogue("terms").items():
        for lang, mark in (("zh", "："), ("en", ": ")):
            word, found, meaning = langs[lang].partition(mark)
            assert found, f"terms.{term} {lang}"
            assert word
            assert meaning.endswith("。" if lang == "zh" else ".")

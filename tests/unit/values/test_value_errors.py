"""Every refusal of a value has one sentence, the same in code and catalogue, in both languages."""

import ast
import pickle
from collections.abc import Sequence
from pathlib import Path

import pytest

import jiexu
from jiexu.texts import catalogue, places, say
from jiexu.values.errors import ValueFault
from jiexu.values.identity import DocumentKind
from jiexu.values.month import Month, MonthError

SOURCES = Path(jiexu.__file__).parent
ACTS = (
    "usecases/access.py",
    "usecases/accounts.py",
    "usecases/contacts.py",
    "usecases/openid.py",
    "usecases/delegating.py",
    "usecases/deskfilters.py",
    "usecases/doors.py",
    "usecases/faults.py",
    "usecases/handing.py",
    "usecases/identity.py",
    "usecases/keys.py",
    "usecases/matching.py",
    "usecases/own_acts.py",
    "usecases/own_accounts.py",
    "usecases/requests.py",
    "usecases/returning.py",
    "usecases/reviewers.py",
    "usecases/reviews.py",
    "usecases/trial.py",
    "usecases/unmasking.py",
    "usecases/uploads.py",
    "gateways/papers/*.py",
    "web/views/receipts.py",
    "web/views/requests.py",
    "web/views/sent.py",
    "web/views/mine/uploads.py",
)
"""What somebody wants to do at a desk or on a page: the field stands beside the sentence."""
PLACES = (
    "values/**/*.py",
    "records/*.py",
    "rules/**/*.py",
    "guide/**/*.py",
    "gateways/history_table.py",
    *ACTS,
)


def sentences_in_code(where: Sequence[str] = PLACES) -> dict[str, str]:
    """Code → sentence of every fault made in these places."""
    found: dict[str, str] = {}
    for file in [file for place in where for file in SOURCES.glob(place)]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id=name), args=[ast.Constant(str(code)), ast.Constant(str(text))]
                ) if name.endswith("Error"):
                    assert code not in found, f"{code} is used twice; a sentence is written once"
                    found[code] = text
                case _:
                    pass
    return found


def test_every_fault_stands_in_the_catalogue_with_the_sentence_of_the_code() -> None:
    assert {code: texts["en"] for code, texts in catalogue("errors").items()} == sentences_in_code()


def test_every_fault_with_a_value_names_what_was_wrong() -> None:
    values = sentences_in_code([place for place in PLACES if place not in ACTS])
    without = {code for code, text in values.items() if not places(text)}
    assert without == {"name_empty", "guide_negative_count"}, (
        "these name what was wrong by themselves; any other sentence repeats what was given"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_fault_is_rendered_from_its_code_and_data(lang: str) -> None:
    with pytest.raises(MonthError) as refused:
        Month.parse("no month")
    sentence = say(lang, f"errors.{refused.value.code}", **refused.value.data)  # type: ignore[arg-type]
    assert "no month" in sentence
    assert (sentence == str(refused.value)) == (lang == "en")


def test_a_fault_survives_the_way_between_processes() -> None:
    fault = ValueFault("some_code", "The value {given!r} is wrong.", given="x")
    there = pickle.loads(pickle.dumps(fault))  # noqa: S301  our own bytes
    assert (there.code, there.data, str(there)) == ("some_code", {"given": "x"}, "The value 'x' is wrong.")


def test_every_known_kind_of_document_has_a_name_and_no_name_is_without_a_kind() -> None:
    assert set(catalogue("documents")) == {f"kind_{kind.value}" for kind in DocumentKind}

"""Every word and refusal of the exchange is said in both languages."""

import ast
from pathlib import Path

from jiexu import exchange
from jiexu.exchange.bundle import RECORDED, REFUSED
from jiexu.exchange.chain import Fault
from jiexu.exchange.lanes import Arrival
from jiexu.exchange.payloads import MessageType
from jiexu.texts import catalogue

TEXTS = catalogue("exchange")


def refusals() -> dict[str, str]:
    """Code → English sentence of every refusal raised in the package, read from its source."""
    calls = [
        node
        for file in Path(exchange.__path__[0]).glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Error") and len(node.args) == 2
    ]
    return {ast.literal_eval(call.args[0]): ast.literal_eval(call.args[1]) for call in calls}


def words() -> set[str]:
    return {
        *(f"type_{each}" for each in MessageType),
        *(f"arrival_{each}" for each in Arrival),
        *(f"outcome_{each}" for each in (RECORDED, REFUSED)),
        *(f"break_{each}" for each in Fault),
    }


def test_the_catalogue_holds_exactly_the_words_and_refusals_of_the_package() -> None:
    assert set(TEXTS) == words() | refusals().keys()


def test_the_english_of_a_refusal_is_the_sentence_in_the_code() -> None:
    assert {code: TEXTS[code]["en"] for code in refusals()} == refusals()

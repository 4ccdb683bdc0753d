"""What the pages of the law draw: how sure a statement is, its documents, a link to the page of a place."""

from __future__ import annotations

from django.utils.safestring import SafeString
from jinja2.runtime import Context

from jiexu.rules.decision import Confidence
from jiexu.texts import Lang
from jiexu.texts import say as say_text
from jiexu.web.pictures import GRADES, drawn
from jiexu.wording.area import Said

BARS = {Confidence.HIGH: "3", Confidence.MEDIUM: "2", Confidence.LOW: "1"}


def sure(context: Context, confidence: Confidence) -> SafeString:
    """Three bars and a word."""
    return drawn("law/sure.html", **_sure(context["lang"], confidence))


def documents(context: Context, said: Said) -> SafeString:
    """The documents of a statement, opened by a touch; doubt is what is seen first."""
    lang = context["lang"]
    return drawn("law/documents.html", **_sure(lang, said.confidence), lang=lang, said=said)


def _sure(lang: Lang, confidence: Confidence) -> dict[str, str]:
    return {
        "bars": BARS[confidence],
        "grade": GRADES[confidence],
        "word": say_text(lang, f"web.grade_{confidence.value}"),
    }


def letter_word(context: Context, kind: str, part: str) -> str:
    """What a letter is called (``h``), or when it is written (``lead``)."""
    return say_text(context["lang"], f"pages_letters.{kind}_{part}")


WORDS = (letter_word, sure, documents)

"""What the pages of the law draw: how sure a statement is, its documents, a link to the page of a place."""

from __future__ import annotations

from django import template

from jiexu.rules.decision import Confidence
from jiexu.texts import say as say_text
from jiexu.web.pictures import GRADES
from jiexu.wording.area import Said

register = template.Library()
BARS = {Confidence.HIGH: "3", Confidence.MEDIUM: "2", Confidence.LOW: "1"}


def sure(context: template.Context, confidence: Confidence) -> dict[str, str]:
    """Three bars and a word."""
    return {
        "bars": BARS[confidence],
        "grade": GRADES[confidence],
        "word": say_text(context["lang"], f"web.grade_{confidence.value}"),
    }


def documents(context: template.Context, said: Said) -> dict[str, object]:
    """The documents of a statement, opened by a touch; doubt is what is seen first."""
    return {**sure(context, said.confidence), "lang": context["lang"], "said": said}


def letter_word(context: template.Context, kind: str, part: str) -> str:
    """What a letter is called (``h``), or when it is written (``lead``)."""
    return say_text(context["lang"], f"pages_letters.{kind}_{part}")


register.simple_tag(letter_word, takes_context=True)
register.inclusion_tag("law/sure.html", takes_context=True)(sure)
register.inclusion_tag("law/documents.html", takes_context=True)(documents)

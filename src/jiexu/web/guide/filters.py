"""What the guide's templates may say beyond the words every page has."""

from __future__ import annotations

from jinja2.runtime import Context

from jiexu.texts import say
from jiexu.usecases.reading import Place
from jiexu.web import words

Row = dict[str, Place]


def _ends(context: Context, row: Row) -> dict[str, str]:
    lang = context["lang"]
    return {
        "here": words.place_name(lang, row["origin"]),
        "there": words.place_name(lang, row["destination"]),
    }


def answer_title(context: Context, row: Row) -> str:
    return say(context["lang"], "pages_guide.title_answer", **_ends(context, row))


def gist_name(context: Context, name: str) -> str:
    return say(context["lang"], f"pages_guide.gist.name.{name}")


def firm(context: Context, name: str) -> str:
    """Whose word a day is."""
    return say(context["lang"], f"pages_guide.firm.{name}")


def about(context: Context, word: str) -> str:
    """A question's name in lists."""
    return say(context["lang"], f"pages_guide.about.{word}")


def money_at(context: Context, where: Place) -> str:
    return say(context["lang"], "pages_guide.money_at", place=words.place_name(context["lang"], where))


def money_word(context: Context, mode: str, part: str) -> str:
    """What the road or the end of the money's picture is called."""
    return say(context["lang"], f"pages_guide.money_{part}.{mode}")


def place_months(context: Context, where: Place, n: int) -> str:
    return say(
        context["lang"], "pages_guide.place_months", place=words.place_name(context["lang"], where), n=n
    )


WORDS = (answer_title, gist_name, firm, about, money_at, money_word, place_months)

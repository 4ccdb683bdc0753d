"""What the pages for applicants may say beyond the words every page has."""

from __future__ import annotations

from datetime import date

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from jinja2.runtime import Context

from jiexu.texts import say as say_text
from jiexu.usecases.doors import Grant
from jiexu.usecases.reading import CaseRow
from jiexu.web import words


def apply_hint(context: Context, word: str, known: object) -> str:
    """The hint below a question; where agencies know something, it says so."""
    return say_text(context["lang"], f"pages_apply.hint_{word}{'_known' if known else ''}")


def apply_choice(context: Context, word: str, value: str) -> str:
    """One of few answers."""
    key = f"web.scheme_full.{value}" if word.endswith("scheme") else f"pages_apply.choice_{word}_{value}"
    return say_text(context["lang"], key)


def case_link(context: Context, grant: Grant, row: CaseRow, key: str) -> str:
    """A link to one's own case; nothing where that page is not there."""
    try:
        address = reverse("mine_case", args=[grant.id, row.case_no])
    except NoReverseMatch:
        return ""
    link: str = format_html('<a class="button" href="{}">{}</a>', address, say_text(context["lang"], key))
    return link


def only_if(context: Context, on: date, what: str) -> str:
    """On what a date that is still to be earned depends."""
    return say_text(context["lang"], f"pages_apply.then_if_{what}", day=words.day(context["lang"], on))


def score_word(context: Context, score: int) -> str:
    """What a score means."""
    return say_text(context["lang"], f"pages_own.score_{score}")


def outcome_word(context: Context, what: str) -> str:
    """What was found about a row, or what became of it."""
    return say_text(context["lang"], f"pages_employer.outcome_{what}")


def channel_word(context: Context, channel: str) -> str:
    """A way messages go."""
    return say_text(context["lang"], f"pages_messages.channel_{channel}")


WORDS = (only_if, channel_word, outcome_word, score_word, apply_hint, apply_choice, case_link)

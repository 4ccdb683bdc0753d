"""The inbox's filter: read from an address, put into a form, and written back into an address without a word about people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from jiexu.gateways.policyfiles.areas import areas
from jiexu.rules.inputs import Scheme
from jiexu.texts import Lang, say
from jiexu.usecases.deskwork import Verb
from jiexu.usecases.doors import Role
from jiexu.usecases.reading import Sieve
from jiexu.usecases.reviews import Review
from jiexu.values.areas import Found
from jiexu.values.names import same_person
from jiexu.web.doors import Visitor
from jiexu.web.forms import Asked

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "turn": ("", "desk", "there"),
    "due": ("", "late", "today", "tomorrow"),
    "side": ("", "origin", "destination"),
    "scheme": ("", Scheme.EMPLOYEE.value, Scheme.RESIDENT.value),
}
"""What each word of the filter may be; empty for all."""
WORDS: Final = (*CHOICES, "other")
AGREED_TOGETHER: Final = frozenset({Verb.ISSUE_FORM, Verb.TAKE_IN, Verb.CREDIT})
"""Steps a reviewer may agree to several at once: those of a case in which nothing is in doubt."""


def words_of(given: Mapping[str, str]) -> dict[str, str]:
    """The filter's words as they were asked for; what is none counts as empty."""
    words = {name: given.get(name, "") for name in WORDS}
    return {
        name: text.strip()[:60] if name == "other" else text if text in CHOICES[name] else ""
        for name, text in words.items()
    }


def sieve_of(given: Mapping[str, str]) -> Sieve:
    """What is shown. A place that names no single pooling area lets nothing through rather than everything."""
    words = words_of(given)
    if words["other"]:
        found = areas().find(words["other"])
        words["other"] = found.pool.code if isinstance(found, Found) else "none"
    return Sieve(**words)


def query_of(given: Mapping[str, str]) -> str:
    """The filter as the end of an address; empty where it lets all through."""
    return urlencode({name: text for name, text in words_of(given).items() if text})


def fields(lang: Lang, given: Mapping[str, str]) -> list[Asked]:
    """The filter's form."""
    words = words_of(given)
    chosen = [
        Asked(
            name=name,
            shape="select",
            label=say(lang, f"doors.f_{name}"),
            hint="",
            given=words[name],
            required=False,
            type="text",
            mode="",
            choices=tuple((word, say(lang, f"doors.f_{name}_{word or 'all'}")) for word in choices),
            error="",
        )
        for name, choices in CHOICES.items()
    ]
    place = Asked(
        name="other", shape="input", label=say(lang, "doors.f_other"), hint="",
        given=words["other"], required=False, type="text", mode="", choices=(), error="",
    )  # fmt: skip
    return [*chosen, place]


def may_agree_together(review: Review, visitor: Visitor) -> bool:
    """Whether this person may agree to a step beside others: it is of the ordinary way, another's, and nothing moved since."""
    return (
        Role.REVIEWER in visitor.roles
        and review.verb in AGREED_TOGETHER
        and not review.is_stale
        and not same_person(review.asked_by, visitor.name)
    )

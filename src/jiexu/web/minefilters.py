"""What the pages of a person's own things say: movements, looks, papers, months of a life, in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from jinja2.runtime import Context

from jiexu.exchange.envelope import BEIJING
from jiexu.texts import say as say_text
from jiexu.usecases.looks import STATED
from jiexu.usecases.reading import Place
from jiexu.usecases.reading.mine.account import Account
from jiexu.usecases.reading.mine.record import Cover, Looked, SchemeMonths
from jiexu.usecases.uploads import Upload
from jiexu.values import short_code
from jiexu.values.money import format_yuan
from jiexu.web import words


def paper_title(context: Context, kind: str) -> str:
    """What a document on paper is called."""
    return say_text(context["lang"], f"papers.title.{kind}")


def standing(context: Context, cover: Cover) -> str:
    """How an enrolment stands today."""
    return words.standing(context["lang"], cover)


def sex(context: Context, code: str) -> str:
    return words.optional(context["lang"], f"papers.sex.{code}", "–")


def part(context: Context, code: str) -> str:
    """A part of an account."""
    return words.optional(context["lang"], f"papers.part.{code}", code)


def moved(context: Context, reason: str) -> str:
    """Why an amount came or went."""
    return say_text(context["lang"], f"mine.moved_{reason}")


def adds(context: Context, account: Account) -> str:
    """What was there + what came − what went = the balance, written out."""
    return say_text(
        context["lang"],
        "mine.adds",
        opening=format_yuan(account.opening_fen),
        came=format_yuan(account.in_fen),
        went=format_yuan(account.out_fen),
        balance=format_yuan(account.balance_fen),
    )


def moment(context: Context, at: datetime) -> str:
    """A day with the time, in Beijing."""
    here = at.astimezone(BEIJING)
    return f"{words.day(context['lang'], here.date(), context.get('today'))} {here:%H:%M}"


def looked_what(context: Context, look: Looked) -> str:
    """What somebody saw and why."""
    lang = context["lang"]
    why = say_text(lang, f"mine.why_{look.why}") if look.why in STATED else look.why
    return say_text(
        lang, "mine.looked", what=words.optional(lang, f"mine.what_{look.what}", look.what), why=why
    )


def look_reason(context: Context, why: str) -> str:
    """A reason for looking, in words of ours."""
    return say_text(context["lang"], f"mine.why_{why}")


def looked_by(context: Context, look: Looked) -> str:
    """Who looked: their name and their roles."""
    lang = context["lang"]
    roles = ("、" if lang == "zh" else ", ").join(
        words.optional(lang, f"doors.role_{role}", role) for role in look.roles
    )
    return say_text(lang, "mine.looked_by", name=look.by, roles=roles) if roles else look.by


def life(context: Context, months: SchemeMonths) -> str:
    """How many months a person has in one scheme, who counts them, what is on the way, double or missing."""
    lang, strip = context["lang"], months.strip
    said = [say_text(lang, "mine.months_total", n=strip.total, years=words.years(lang, strip.total))]
    said += [
        say_text(lang, "mine.months_counted", place=words.place_name(lang, place), n=n)
        for place, n in months.counted
    ]
    said += [say_text(lang, "mine.months_on_the_way", n=months.on_the_way)] if months.on_the_way else []
    said += [say_text(lang, "web.months_twice", n=strip.twice)] if strip.twice else []
    said += [say_text(lang, "web.months_gaps", n=strip.gaps)] if strip.gaps else []
    return ("" if lang == "zh" else " ").join(said)


def key_of_life(context: Context, kind: str) -> str:
    """What a bar of the strip of a life means."""
    return say_text(context["lang"], f"mine.key_{kind}")


def asked_kind(context: Context, kind: str) -> str:
    """What a request is about."""
    return say_text(context["lang"], f"requests.kind_{kind}")


def asked_new(context: Context, kind: str) -> str:
    """What a link to a form of that kind says."""
    return say_text(context["lang"], f"requests.new_{kind}")


def asked_outcome(context: Context, outcome: str) -> str:
    """How a request was answered."""
    return say_text(context["lang"], f"requests.o_{outcome}")


def asked_field(context: Context, name: str, kind: str) -> str:
    """The label of a field of a request."""
    return say_text(context["lang"], f"requests.f_{name}_{kind}" if name == "right" else f"requests.f_{name}")


def purposes(context: Context, held: Sequence[str]) -> str:
    """What somebody may do for a person."""
    return say_text(context["lang"], f"authorise.p_{'apply' if 'apply' in held else 'view'}")


def sent_word(context: Context, name: str, kind: str) -> str:
    """What a purpose is called, why it is asked for or kept (``p``, ``w``, ``k``)."""
    return say_text(context["lang"], f"uploads.{kind}_{name}")


def erased(context: Context, upload: Upload) -> str:
    """When a paper was erased and by which rule; or when it will be."""
    lang = context["lang"]
    if upload.erased is None:
        return say_text(lang, "uploads.will_erase", day=words.day(lang, upload.erase_on))
    rule = say_text(lang, f"uploads.r_{upload.erased.rule}", n=upload.days)
    return say_text(lang, "uploads.erased_on", day=words.day(lang, upload.erased.on), rule=rule)


def seen_by(context: Context, where: Place) -> str:
    """Who will see a paper that is sent to an agency."""
    lang = context["lang"]
    return say_text(lang, "uploads.seen_by", agency=words.agency_name(lang, where))


def erased_if_sent(context: Context, on: date) -> str:
    """When a paper that is sent today is erased."""
    lang = context["lang"]
    return say_text(lang, "uploads.erased_if_sent", day=words.day(lang, on))


def kilobytes(size: int) -> int:
    """Begun kilobytes."""
    return -(-size // 1000)


def take_word(context: Context, form: str) -> str:
    """The button of a form in which everything is taken away."""
    return say_text(context["lang"], f"everything.b_{form}")


def take_note(context: Context, form: str) -> str:
    """What that form is for."""
    return say_text(context["lang"], f"everything.n_{form}")


def signed_yuan(fen: int) -> str:
    """320855 → +3,208.55, −320855 → −3,208.55"""
    return f"{'+' if fen > 0 else '−' if fen < 0 else ''}{format_yuan(abs(fen))}"


def short_coded(code: str) -> str:
    """A document's code in groups."""
    return short_code.format(code)


def iso(on: date) -> str:
    """A day, or a moment in Beijing, for programs."""
    return (on.astimezone(BEIJING) if isinstance(on, datetime) else on).isoformat()


WORDS = (
    paper_title,
    standing,
    sex,
    part,
    moved,
    adds,
    moment,
    look_reason,
    looked_what,
    looked_by,
    life,
    key_of_life,
    asked_kind,
    asked_new,
    asked_outcome,
    asked_field,
    purposes,
    sent_word,
    erased,
    seen_by,
    erased_if_sent,
    take_word,
    take_note,
)
CHANGES = (signed_yuan, short_coded, iso, kilobytes)

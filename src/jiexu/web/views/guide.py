"""The guide as an interview, one question a page, and its answer. It asks no database and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from jiexu.gateways.icalendar import calendar_file
from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.gateways.situations import SituationError, situation_of
from jiexu.guide.answer import Guide, answer
from jiexu.guide.case import Case
from jiexu.guide.opening import opened
from jiexu.guide.situation import ImpossibleSituationError, Topic
from jiexu.texts import Lang, say
from jiexu.web import pages, routes
from jiexu.web.guide import answers as kept
from jiexu.web.guide import questions, shown
from jiexu.web.guide.answers import Answers, TooMuchError
from jiexu.web.guide.asked import asked, summary
from jiexu.web.guide.questions import DONT_KNOW, QUESTIONS, WrongAnswerError
from jiexu.web.pages import language_of, page
from jiexu.web.routes import Who
from jiexu.web.today import today
from jiexu.wording.guide import Words, lines

SHARED = ("from", "to", "from_scheme", "to_scheme")
"""What a link to an answer always says: places and schemes, and nothing about a person."""
SHARED_BY_CHOICE = (
    "stopped_on",
    "joined_on",
    "last_paid",
    "first_paid",
    "applied_on",
    "accepted_on",
    "form_received_on",
    "record_in_on",
)
"""Days a person may put into the link, each by a choice of its own."""


def start(request: HttpRequest) -> HttpResponse:
    """From where to where, as the front page sends it; other answers given before stay."""
    answers = kept.read(request)
    for word in ("from", "to"):
        given = request.GET.get(word, "").strip()[:100]
        if given:
            answers = answers.answered(word, given)
    return _on(request, answers)


def home(request: HttpRequest) -> HttpResponse:
    """On with the next question, or to the answer."""
    return HttpResponseRedirect(_next(kept.read(request), today()))


def question(request: HttpRequest, word: str) -> HttpResponse:
    """One question: shown, or answered and on to the next."""
    if word not in QUESTIONS:
        raise Http404
    answers = kept.read(request)
    if request.method == "POST":
        return _answered(request, word, answers)
    lang, day = language_of(request), today()
    shown_now = asked(word, answers, lang, day)
    return page(request, "guide/question.html", q=shown_now, so_far=summary(answers, lang, but=word))


def _answered(request: HttpRequest, word: str, answers: Answers) -> HttpResponse:
    typed = {name: [str(each) for each in request.POST.getlist(name)] for name in request.POST}
    typed.pop("csrfmiddlewaretoken", None)
    try:
        value = questions.read(word, typed, answers, today())
    except WrongAnswerError:
        # Shown by the page itself, so that a reload asks nothing to be sent again.
        return _to(request, answers.typed(word, typed), reverse("guide_question", args=[word]))
    answers = answers.answered(word, value)
    if word == "history" and DONT_KNOW not in typed and "done" not in typed:
        return _to(request, answers, reverse("guide_question", args=[word]))
    return _on(request, answers)


def _on(request: HttpRequest, answers: Answers) -> HttpResponse:
    return _to(request, answers, _next(answers, today()))


def _to(request: HttpRequest, answers: Answers, address: str) -> HttpResponse:
    response = HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
    try:
        kept.keep(response, answers, secure=request.is_secure())
    except TooMuchError:
        return pages.said(request, "too_much", status=HTTPStatus.BAD_REQUEST)
    return response


def _next(answers: Answers, on: date) -> str:
    """Where the interview goes on."""
    try:
        left = questions.left(answers, on)
    except (ImpossibleSituationError, SituationError):
        left = []
    address: str = reverse("guide_question", args=[left[0]]) if left else reverse("guide_answer")
    return address


def answer_page(request: HttpRequest) -> HttpResponse:
    """The whole answer, from what this browser has answered."""
    answers, lang, day = kept.read(request), language_of(request), today()
    if not {"from", "to"} <= set(answers.told()):
        return HttpResponseRedirect(_next(answers, day))
    try:
        guide, case = _found(answers.told(), day)
    except (ImpossibleSituationError, SituationError) as error:
        return page(
            request,
            "guide/conflict.html",
            HTTPStatus.CONFLICT,
            sentence=_sentence(error, lang),
            so_far=summary(answers, lang),
        )
    if case is None:
        return HttpResponseRedirect(_next(answers, day))
    return _drawn(request, guide, case, answers)


def _drawn(
    request: HttpRequest, guide: Guide, case: Case, answers: Answers, *, own: bool = True
) -> HttpResponse:
    lang = language_of(request)
    words = Words(lang, shipped_policy().parameters)
    open_words = [questions.WORD_OF.get(one.field, one.field) for one in guide.questions]
    return page(
        request,
        "guide/answer.html",
        answer=shown.shown(guide, case, words),
        no_decision=words.no_decision(guide),
        row={"origin": shown.place(case.here.code), "destination": shown.place(case.there.code)},
        schemes=[case.told.from_scheme, case.told.to_scheme],
        so_far=summary(answers, lang),
        own=own,
        paper="paper" in request.GET,
        open_words=list(dict.fromkeys(open_words)) if own else [],
        offered=[word for word in questions.OFFERED if word not in answers.told() and word not in open_words]
        if own
        else [],
    )


def _found(told: Mapping[str, object], on: date) -> tuple[Guide, Case | None]:
    """The answer and its case; no case where a place is in question."""
    policy, calendar, places = shipped_policy(), working_days(), areas()
    situation = situation_of(told)
    case = opened(situation, policy=policy, calendar=calendar, areas=places, on=on)
    guide = answer(situation, policy=policy, calendar=calendar, areas=places, on=on)
    return guide, case if isinstance(case, Case) else None


def _sentence(error: ImpossibleSituationError | SituationError, lang: Lang) -> str:
    if isinstance(error, SituationError):
        return error.sentence(lang)
    return say(lang, f"errors.{error.code}", **error.data)


# ---------------------------------------------------------------- the answer taken along


def days_file(request: HttpRequest) -> HttpResponseBase:
    """Every day the answer names, for a calendar."""
    guide, words = _taken(request)
    content = calendar_file(
        words.entries(guide), made_on=guide.on, product=say(words.lang, "guide.ics_product")
    )
    return _file(content, "jiexu.ics", "text/calendar; charset=utf-8")


def text_file(request: HttpRequest) -> HttpResponseBase:
    """The answer as plain text, with rule, articles and sources under every sentence."""
    guide, words = _taken(request)
    body = "\n".join(lines(guide, words, legal=True, myths=True)).strip()
    return _file(f"{body}\n", "jiexu.txt", "text/plain; charset=utf-8")


def _taken(request: HttpRequest) -> tuple[Guide, Words]:
    try:
        guide, case = _found(kept.read(request).told(), today())
    except (ImpossibleSituationError, SituationError):
        raise Http404 from None
    if case is None:
        raise Http404
    return guide, Words(language_of(request), shipped_policy().parameters)


def _file(content: str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def myths(request: HttpRequest) -> HttpResponse:
    """What is often said and wrong about this case."""
    guide, words = _taken(request)
    said = dict(guide.topics).get(Topic.MYTHS, ())
    pairs = [shown.told(claim, words, right) for claim, right in zip(said[::2], said[1::2], strict=True)]
    return page(request, "guide/myths.html", pairs=pairs)


def share(request: HttpRequest) -> HttpResponse:
    """A link with places and schemes, and the days chosen here; nothing else is ever in it."""
    told, lang = kept.read(request).told(), language_of(request)
    if not {"from", "to"} <= set(told):
        return HttpResponseRedirect(reverse("guide_home"))
    chosen = [word for word in request.GET.getlist("with") if word in SHARED_BY_CHOICE]
    query = {word: str(told[word]) for word in (*SHARED, *chosen) if isinstance(told.get(word), str)}
    address = request.build_absolute_uri(f"{reverse('guide_shared')}?{urlencode(query)}")
    may = [(word, word in chosen) for word in SHARED_BY_CHOICE if isinstance(told.get(word), str)]
    return page(request, "guide/share.html", address=address, may=may, so_far=summary(Answers(query), lang))


def shared(request: HttpRequest) -> HttpResponse:
    """The answer behind such a link: the answers of this browser are neither read nor changed."""
    lang = language_of(request)
    words = {
        word: given[:40]
        for word in (*SHARED, *SHARED_BY_CHOICE)
        if (given := request.GET.get(word, "").strip())
    }
    answers = Answers(words)
    try:
        on = date.fromisoformat(request.GET.get("on", "")) if "on" in request.GET else today()
        guide, case = _found(answers.told(), on)
    except (ImpossibleSituationError, SituationError) as error:
        return page(
            request, "guide/conflict.html", HTTPStatus.BAD_REQUEST, sentence=_sentence(error, lang), so_far=[]
        )
    except ValueError:
        raise Http404 from None
    if case is None:
        return HttpResponseRedirect(
            f"{reverse('guide_start')}?{urlencode({word: words[word] for word in ('from', 'to')})}"
        )
    return _drawn(request, guide, case, answers, own=False)


def forget(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  a view takes a request
    """Takes back everything answered."""
    response = HttpResponseRedirect(reverse("said", args=["forgotten"]), status=HTTPStatus.SEE_OTHER)
    kept.forget(response)
    return response


ROUTES = (
    routes.reading("guide/", home, "guide_home", who=Who.PUBLIC),
    routes.reading("guide/start/", start, "guide_start", who=Who.PUBLIC),
    routes.reading("guide/answer/", answer_page, "guide_answer", who=Who.PUBLIC),
    routes.reading("guide/answer/myths/", myths, "guide_myths", who=Who.PUBLIC),
    routes.reading("guide/answer.ics", days_file, "guide_days", who=Who.PUBLIC),
    routes.reading("guide/answer.txt", text_file, "guide_text", who=Who.PUBLIC),
    routes.reading("guide/share/", share, "guide_share", who=Who.PUBLIC),
    routes.reading("guide/shared/", shared, "guide_shared", who=Who.PUBLIC),
    routes.pressing("guide/forget/", forget, "guide_forget", who=Who.PUBLIC),
    routes.asking("guide/<str:word>/", question, "guide_question", who=Who.PUBLIC),
)

"""Signing in with a provider of OpenID Connect: who is let in, who is not, and what nobody learns."""

from __future__ import annotations

import html
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from jiexu.gateways.openid import ProviderFaultError, providers
from jiexu.texts import say
from jiexu.usecases import doors, own_accounts
from jiexu.usecases.doors import Role
from jiexu.usecases.people import load_people
from office_cast import FIRST_DAY, PASSWORD, QUJING, Office, code_of, lives, number_of, opened
from openid_provider import (
    CLIENT,
    Provider,
    as_a_browser,
    by_a_stranger,
    by_our_secret,
    provider,
    settings_of,
    unsigned,
)

ENTER, BACK = "/sign-in/with/city/", "/sign-in/with/city/back/"
TITLE = "城市通"


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def city(
    running: Provider, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Provider:
    """The provider, configured as ``city``."""
    from jiexu.web import openid  # noqa: PLC0415  asks for Django's settings

    running.forget()
    openid.forget()
    for name, value in settings_of(running, tmp_path_factory.mktemp("openid"), TITLE).items():
        monkeypatch.setenv(name, value)
    return running


pytestmark = pytest.mark.usefixtures("office")
"""Every test asks the pages of this office, also one that needs nobody in it."""


@pytest.fixture(scope="module")
def office(postgres: Any) -> Iterator[Office]:
    with opened(postgres, "openid") as made:
        yield made


@pytest.fixture
def account(office: Office, city: Provider) -> Callable[..., tuple[str, Client]]:
    """An account, and a window in which it is linked with what the provider calls by the same name."""

    def made(name: str, *, linked: bool = True) -> tuple[str, Client]:
        office.hire(name)
        window = browser()
        assert window.post("/sign-in/", {"login": name, "password": PASSWORD}).status_code == 302
        if linked:
            city.person = name
            assert came_back(window, link(window)).url == "/my/sign-in-with/"
        return name, window

    return made


def browser() -> Client:
    return Client(SERVER_NAME="localhost", headers={"accept-language": "en"})


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def link(window: Client) -> str:
    """The address a page leads to that begins linking."""
    page = text(window.post("/my/sign-in-with/city/"))
    found = re.search(r'href="(http://127[^"]+)"', page)
    assert found is not None
    return found.group(1)


def came_back(window: Client, address: str) -> Any:
    """What our own address answers to which the provider sends a browser back."""
    parts = urlsplit(as_a_browser(address))
    assert parts.path == BACK
    return window.get(f"{parts.path}?{parts.query}")


def signed_in(window: Client) -> bool:
    return bool(window.get("/my/").status_code == 200)


def enter(window: Client) -> Any:
    return came_back(window, window.get(ENTER).url)


def test_nothing_is_offered_and_nothing_there_unless_configured(office: Office) -> None:
    assert not os.environ.get("JIEXU_OIDC")
    window = browser()
    assert say("en", "openid.ways_h") not in text(window.get("/sign-in/"))
    assert window.get(ENTER).status_code == window.get(f"{BACK}?code=x&state=y").status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"JIEXU_OIDC_CITY_ISSUER": ""}, "JIEXU_OIDC_CITY_ISSUER is missing"),
        ({"JIEXU_OIDC_CITY_ISSUER": "http://example.org"}, "must begin with https://"),
        ({"JIEXU_OIDC_CITY_SECRET_FILE": "/nowhere/secret"}, "SECRET_FILE cannot be read"),
        ({"JIEXU_OIDC": "City!"}, "write small letters"),
    ],
)
def test_what_is_configured_wrongly_is_said(city: Provider, change: dict[str, str], said: str) -> None:
    with pytest.raises(ProviderFaultError, match=said):
        providers({**os.environ, **change})


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
@pytest.mark.parametrize("way", ["client_secret_basic", "client_secret_post"])
def test_a_linked_account_is_entered_by_the_provider_alone(
    city: Provider, account: Callable[..., tuple[str, Client]], alg: str, way: str
) -> None:
    city.alg, city.ways = alg, (way,)
    name, _ = account(f"in by {alg} {way}")
    window = browser()
    assert TITLE in text(window.get("/sign-in/"))
    begun = window.get(f"{ENTER}?next=/my/security/")
    asked = {key: values[0] for key, values in parse_qs(urlsplit(begun.url).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert min(map(len, (asked["state"], asked["nonce"], asked["code_challenge"]))) >= 43
    answer = came_back(window, begun.url)
    assert (answer.status_code, answer.url) == (302, "/my/security/")
    assert name in text(window.get("/my/"))
    assert name not in "".join(city.asked), "nothing of a person stands in an address"


def changed(**claims: Any) -> Callable[[Provider], None]:
    """Signs other claims; None takes one away."""

    def change(said: dict[str, Any]) -> None:
        said.update({name: value for name, value in claims.items() if value is not None})
        for name in (name for name, value in claims.items() if value is None):
            del said[name]

    return lambda city: setattr(city, "claims", change)


def signed(how: Callable[[Provider, dict[str, Any]], str]) -> Callable[[Provider], None]:
    return lambda city: setattr(city, "sign", how)


NOW = int(time.time())
REFUSED: dict[str, tuple[Callable[[Provider], None], str]] = {
    "another nonce": (changed(nonce="n" * 43), "claim_nonce"),
    "no nonce": (changed(nonce=None), "claim_nonce"),
    "another issuer": (changed(iss="https://example.org"), "claim_iss"),
    "another audience": (changed(aud="another"), "claim_aud"),
    "one of two audiences": (changed(aud=[CLIENT, "another"]), "claim_azp"),
    "for another of two": (changed(aud=[CLIENT, "another"], azp="another"), "claim_azp"),
    "expired": (changed(exp=NOW - 120), "claim_exp"),
    "without an end": (changed(exp=None), "claim_exp"),
    "from tomorrow": (changed(iat=NOW + 86400), "claim_iat"),
    "nobody": (changed(sub=None), "claim_sub"),
    "unsigned": (signed(unsigned), "signature_"),
    "signed with our secret": (signed(by_our_secret), "signature_"),
    "signed by a stranger": (signed(by_a_stranger), "signature_BadSignatureError"),
    "no token": (signed(lambda _provider, _claims: "no.token"), "no_token"),
}


@pytest.mark.parametrize("how", REFUSED)
def test_a_token_that_does_not_fit_lets_nobody_in(
    city: Provider, account: Callable[..., tuple[str, Client]], how: str, caplog: pytest.LogCaptureFixture
) -> None:
    name, _ = account(f"refused {how}")
    window, watched = browser(), logging.getLogger("jiexu.doors")
    change, why = REFUSED[how]
    change(city)
    watched.addHandler(caplog.handler)
    try:
        answer = enter(window)
    finally:
        watched.removeHandler(caplog.handler)
    assert answer.status_code == 403
    assert say("en", "openid.not_proven", title=TITLE) in text(answer)
    assert not signed_in(window)
    said = "".join(record.getMessage() for record in caplog.records if record.name == "jiexu.doors")
    assert f'"reason": "{why}' in said, "for its own reason"
    assert name not in said
    city.forget()
    city.person = name
    assert enter(window).status_code == 302, "and nothing else was wrong"


def test_state_is_asked_for_good_once_and_of_this_browser(
    city: Provider, account: Callable[..., tuple[str, Client]]
) -> None:
    account("state")
    window = browser()
    back = urlsplit(as_a_browser(window.get(ENTER).url))
    assert window.get(f"{BACK}?{back.query.replace('state=', 'stale=')}").status_code == 403, "none"
    assert not signed_in(window)
    window, other = browser(), browser()
    back = urlsplit(as_a_browser(window.get(ENTER).url))
    other.get(ENTER)
    assert other.get(f"{BACK}?{back.query}").status_code == 403, "of another browser"
    assert not signed_in(other)
    assert window.get(f"{BACK}?{back.query}").status_code == 302
    assert signed_in(window)
    window.post("/sign-out/")
    assert window.get(f"{BACK}?{back.query}").status_code == 403, "again"
    assert not signed_in(window)


def test_a_code_of_one_sign_in_is_no_code_of_another(
    city: Provider, account: Callable[..., tuple[str, Client]]
) -> None:
    """Whoever takes another's code cannot show its verifier (RFC 7636)."""
    account("stolen")
    theirs = parse_qs(urlsplit(as_a_browser(browser().get(ENTER).url)).query)["code"][0]
    window = browser()
    own = parse_qs(urlsplit(window.get(ENTER).url).query)["state"][0]
    assert window.get(BACK, {"code": theirs, "state": own}).status_code == 403
    assert not signed_in(window)


def test_whoever_says_no_and_a_provider_that_is_away_leave_everything_as_it_was(
    city: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.person = None
    answer = enter(browser())
    assert say("en", "openid.denied", title=TITLE) in text(answer)
    monkeypatch.setenv("JIEXU_OIDC_CITY_ISSUER", "http://127.0.0.1:1")
    answer = browser().get(ENTER)
    assert answer.status_code == 503
    assert say("en", "openid.away", title=TITLE) in text(answer)


def test_a_provider_that_calls_itself_otherwise_is_not_believed(
    city: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIEXU_OIDC_CITY_ISSUER", f"{city.issuer}/")
    assert browser().get(ENTER).status_code == 503


def test_somebody_unknown_enters_nothing_and_is_never_guessed(
    city: Provider, office: Office, account: Callable[..., tuple[str, Client]]
) -> None:
    name, window = account("no e-mail match", linked=False)
    city.person = name
    city.claims = lambda claims: claims.update(email="he@example.org", preferred_username=name, name=name)
    stranger = browser()
    answer = enter(stranger)
    assert answer.url == "/sign-in/with/"
    assert say("en", "openid.unknown_h", title=TITLE) in text(stranger.get(answer.url))
    assert not signed_in(stranger)
    assert office.row("SELECT count(*) FROM auth_user WHERE username = %s", name) == (1,)
    wrong = stranger.post("/sign-in/with/", {"account": "ABCDEFGH", "code": "ABCDEFGH"})
    assert wrong.status_code == 422
    assert not signed_in(stranger)
    assert signed_in(window)


def test_the_counters_code_links_a_first_sign_in_and_is_used_up_by_it(city: Provider, office: Office) -> None:
    clerk = office.hire("开户经办")
    with office.node() as node:
        doors.grant(node, clerk, Role.CLERK, desk=QUJING, since=FIRST_DAY, by="test")
        load_people(node, lives("窗口人", number_of(41)), day=FIRST_DAY, actor="test")
        at = datetime.now(UTC)
        given = own_accounts.open_account(
            node, QUJING, kind="01", number=number_of(41), name="窗口人", by=clerk, on=at.date(), at=at, hashed=make_password
        )  # fmt: skip
    city.person = "window person"
    window, again = browser(), browser()
    enter(window)
    told = {"account": given.name, "code": given.code}
    assert window.post("/sign-in/with/", told).url == "/my/"
    assert "窗口人" in text(window.get("/my/"))
    assert office.row("SELECT how FROM openid_link l JOIN auth_user u ON u.id = l.account WHERE u.username = %s", given.name) == ("counter",)  # fmt: skip
    enter(again)
    assert "窗口人" in text(again.get("/my/")), "from now on it signs them in"
    city.person = "whoever found the paper"
    thief = browser()
    enter(thief)
    assert thief.post("/sign-in/with/", told).status_code == 422
    assert not signed_in(thief)
    only = window.post("/my/sign-in-with/city/end/")
    assert say("en", "errors.openid_only") in text(only), "without a password nobody locks themselves out"


def test_one_sign_in_enters_one_account_until_its_holder_ends_it(
    city: Provider, account: Callable[..., tuple[str, Client]]
) -> None:
    name, window = account("holder")
    other, second = account("another holder", linked=False)
    city.person = name
    taken = came_back(second, link(second))
    assert taken.status_code == 409
    assert say("en", "errors.openid_taken") in text(taken)
    assert window.post("/my/sign-in-with/city/end/").status_code == 303
    assert enter(browser()).url == "/sign-in/with/"
    assert came_back(second, link(second)).url == "/my/sign-in-with/"
    entered = browser()
    enter(entered)
    assert other in text(entered.get("/my/"))


def test_linking_takes_a_button_of_ours_and_who_has_just_shown_who_they_are(
    city: Provider, account: Callable[..., tuple[str, Client]]
) -> None:
    _, window = account("careful", linked=False)
    elsewhere = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    elsewhere.cookies = window.cookies
    assert elsewhere.post("/my/sign-in-with/city/").status_code == 403
    assert window.get("/my/sign-in-with/city/").status_code == 405
    assert say("en", "openid.not_linked") in text(window.get("/my/sign-in-with/"))
    session = window.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 6 * 60
    session.save()
    assert window.post("/my/sign-in-with/city/").url.startswith("/sign-in/again/")


def test_staff_still_show_a_second_factor_unless_the_provider_is_said_to_count(
    city: Provider, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = office.hire("双因子")
    with office.node() as node:
        doors.grant(node, number, Role.CLERK, desk=QUJING, since=FIRST_DAY, by="test")
    window = office.enter("双因子")
    city.person = "clerk's own"
    assert came_back(window, link(window)).url == "/my/sign-in-with/"
    city.claims = lambda claims: claims.update(amr=["pwd", "otp"], acr="two")
    asked = browser()
    assert enter(asked).url.startswith("/sign-in/second/")
    assert asked.get("/desk/").status_code == 303, "not in before the code is shown"
    monkeypatch.setenv("JIEXU_OIDC_CITY_SECOND_FACTOR", "otp")
    counted = browser()
    enter(counted)
    assert counted.get("/desk/").status_code == 200
    city.claims = lambda claims: claims.update(amr=["pwd"])
    once = browser()
    assert enter(once).url.startswith("/sign-in/second/"), "only where the provider says it asked for it"
    assert code_of(office.secrets["双因子"])


def test_who_came_by_a_provider_shows_there_once_more_who_they_are(
    city: Provider, account: Callable[..., tuple[str, Client]]
) -> None:
    name, _ = account("again")
    window = browser()
    enter(window)
    session = window.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 6 * 60
    session.save()
    assert window.post("/my/sign-in-with/city/end/").url.startswith("/sign-in/again/")
    assert TITLE in text(window.get("/sign-in/again/?next=/my/sign-in-with/"))
    begun = window.get(f"{ENTER}?next=/my/sign-in-with/")
    assert parse_qs(urlsplit(begun.url).query)["prompt"] == ["login"]
    city.claims = lambda claims: claims.update(auth_time=int(time.time()) - 3600)
    assert came_back(window, begun.url).status_code == 403, "an hour ago is not anew"
    city.forget()
    city.person = "somebody else"
    assert came_back(window, window.get(ENTER).url).status_code == 403
    city.person = name
    assert came_back(window, window.get(f"{ENTER}?next=/my/sign-in-with/").url).url == "/my/sign-in-with/"
    assert window.post("/my/sign-in-with/city/end/").status_code == 303


def test_signing_out_ends_it_here_and_leads_to_the_provider(
    city: Provider, account: Callable[..., tuple[str, Client]]
) -> None:
    account("leaves")
    window = browser()
    enter(window)
    assert say("en", "openid.leave_button", title=TITLE) in text(window.get("/my/"))
    page = text(window.post("/sign-out/with/city/", follow=True))
    assert not signed_in(window)
    assert f'href="{city.issuer}/end?client_id=' in page
    assert "id_token" not in page


def test_an_address_of_elsewhere_is_not_gone_on_to(
    city: Provider, account: Callable[..., tuple[str, Client]]
) -> None:
    account("onward")
    window = browser()
    assert came_back(window, window.get(f"{ENTER}?next=https://example.org/").url).url == "/my/"


def test_what_is_kept_of_a_link_is_no_name_of_anybody(
    city: Provider, office: Office, account: Callable[..., tuple[str, Client]]
) -> None:
    account("00000019910405002X")
    known, on = office.row("SELECT known, linked_on FROM openid_link ORDER BY id DESC LIMIT 1")
    assert "1991" not in known or len(known) == 64
    assert re.fullmatch(r"[0-9a-f]{64}", known)
    assert isinstance(on, date)

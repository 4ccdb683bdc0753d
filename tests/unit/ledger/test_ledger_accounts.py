"""Accounts: names that are read back as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.ledger.accounts import Account, AccountKind, LedgerError, signed

WRITTEN = {
    "personal:530300:P1:this_year": Account(
        agency="530300", kind=AccountKind.PERSONAL, key="P1", part="this_year"
    ),
    "bank:530300": Account(agency="530300", kind=AccountKind.BANK),
    "receipts:530300": Account(agency="530300", kind=AccountKind.RECEIPTS),
    "returned:530300": Account(agency="530300", kind=AccountKind.RETURNED),
    "clearing:320100:320500": Account(agency="320100", kind=AccountKind.CLEARING, key="320500"),
    "estate:530300:5303ABC": Account(agency="530300", kind=AccountKind.ESTATE, key="5303ABC"),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_an_account_is_written_and_read_back(text: str) -> None:
    assert str(WRITTEN[text]) == text
    assert Account.parse(text) == WRITTEN[text]


def test_every_kind_has_a_written_form() -> None:
    assert {account.kind for account in WRITTEN.values()} == set(AccountKind)


words = st.from_regex(r"[0-9A-Za-z_.\-]{1,8}", fullmatch=True)


@given(agency=words, person=words, part=words)
def test_any_personal_account_is_read_back(agency: str, person: str, part: str) -> None:
    account = Account(agency=agency, kind=AccountKind.PERSONAL, key=person, part=part)
    assert Account.parse(str(account)) == account


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("savings:530300", "'savings:530300' names no account; begin with one of personal, bank, receipts, "),
        ("bank", "'bank' names no account; write kind:agency, then key and part where the kind has them."),
        ("personal:530300:P1:this_year:x", "names no account; write kind:agency"),
        (
            "personal:530300:P1",
            "An account of kind personal needs part of ASCII letters, digits, '_', '.' or '-'; got ''.",
        ),
        ("personal:530300", "An account of kind personal needs key of"),
        ("bank:", "An account of kind bank needs agency of"),
        ("bank:530300:x", "An account of kind bank has no key, but 'x' was given; leave it empty."),
        ("estate:530300:C1:x", "An account of kind estate has no part, but 'x' was given"),
        ("personal:530300:张三:this_year", "An account of kind personal needs key of"),
        ("personal:530300:P1 :this_year", "An account of kind personal needs key of"),
        ("bank:530300:", "'bank:530300:' is not how an account is written; write 'bank:530300'."),
        (
            "clearing:530300:530300",
            "Clearing account of 530300 with itself; name the other agency as its key.",
        ),
    ],
)
def test_what_names_no_account_is_refused_with_its_cure(text: str, sentence: str) -> None:
    with pytest.raises(LedgerError) as refused:
        Account.parse(text)
    assert sentence in str(refused.value)


def test_only_the_bank_grows_by_debit() -> None:
    assert {kind for kind in AccountKind if signed(kind) == -1} == {AccountKind.BANK}
    assert {signed(kind) for kind in AccountKind} == {1, -1}


def test_accounts_have_one_order() -> None:
    assert min(WRITTEN.values()).agency == "320100"

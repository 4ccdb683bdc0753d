"""The long code and the machine-readable page, as text and as pictures."""

from __future__ import annotations

import io
import os
import random
from datetime import date

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from paper_cast import SIGNER, form, press
from PIL import Image

from jiexu.documents import carrying, codes
from jiexu.documents.codes import SignedCode
from jiexu.documents.errors import DocumentError
from jiexu.documents.kinds import Kind
from jiexu.exchange.signing import Key, Keyring
from jiexu.values import base32, case_number

KEYRING = Keyring({SIGNER.key_id: Key(SIGNER.public_key, date(2010, 1, 1), date(2030, 1, 1))})
drafts = st.builds(
    SignedCode,
    st.sampled_from(Kind),
    st.just(SIGNER.key_id),
    st.binary(min_size=8, max_size=8).map(lambda drawn: case_number.make("530300", drawn)),
    st.integers(1, 2**16 - 1),
    st.dates(date(2010, 1, 1), date(2030, 1, 1)),
    st.binary(min_size=32, max_size=32).map(bytes.hex),
)


@given(drafts)
def test_a_signed_code_says_everything_again_and_proves_it(draft: SignedCode) -> None:
    code = codes.signed(draft, SIGNER.sign)
    assert codes.read(code.text()) == code
    codes.check(code, KEYRING)
    assert len(code.text()) < 200


@given(drafts, st.data())
def test_a_code_with_one_character_changed_is_never_believed(draft: SignedCode, data: st.DataObject) -> None:
    text = codes.signed(draft, SIGNER.sign).text()
    at = data.draw(st.integers(len(codes.PREFIX), len(text) - 1))
    letter = data.draw(st.sampled_from(base32.ALPHABET).filter(lambda one: one != text[at]))
    with pytest.raises(DocumentError):
        codes.check(codes.read(text[:at] + letter + text[at + 1 :]), KEYRING)


@given(drafts)
def test_a_key_counts_on_the_day_the_code_names(draft: SignedCode) -> None:
    code = codes.signed(draft, SIGNER.sign)
    ended = Keyring({SIGNER.key_id: Key(SIGNER.public_key, date(2000, 1, 1), date(2009, 12, 31))})
    with pytest.raises(DocumentError, match="does not stand on"):
        codes.check(code, ended)
    with pytest.raises(DocumentError, match="has no key"):
        codes.check(code, Keyring({}))


@pytest.mark.parametrize("text", ["", "JX1:", "JX1:0", "hello", "JX1:" + "0" * 192, "JX1:" + "Z" * 192])
def test_what_is_no_code_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(DocumentError, match="not the text of a document's picture"):
        codes.read(text)


@given(st.binary(min_size=1, max_size=4000), st.randoms(use_true_random=False))
def test_a_page_scanned_in_any_order_and_twice_gives_the_delivery(
    delivery: bytes, drawn: random.Random
) -> None:
    texts = [*carrying.parts(delivery)] * 2
    drawn.shuffle(texts)
    assert carrying.joined([text.lower() for text in texts]) == delivery


def test_the_pictures_on_a_printed_page_are_read_by_a_scanner() -> None:
    """At 150 dots an inch, half of what office printers give."""
    delivery = os.urandom(1300)
    issued = form(carrier=carrying.parts(delivery))
    pages = press().picture(issued, ("zh",), ppi=150)
    found = [
        barcode.text for page in pages for barcode in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    ]
    assert issued.code.text() in found
    assert carrying.joined([text for text in found if carrying.is_part(text)]) == delivery

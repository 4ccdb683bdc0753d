"""The code a person types from a document."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.values import base32, short_code
from jiexu.values.short_code import LENGTH, ShortCodeError

digests = st.binary().map(lambda data: hashlib.sha256(data).hexdigest())
texts = st.text(base32.ALPHABET, min_size=1, max_size=40)


@given(digests)
def test_a_code_is_the_beginning_of_its_digest_and_a_check(digest: str) -> None:
    made = short_code.make(digest)
    assert len(made) == LENGTH
    assert int(digest, 16) >> (256 - 75) == int.from_bytes(base32.encode_number(made[:-1]), "big")


@given(digests)
def test_what_people_write_is_read(digest: str) -> None:
    made = short_code.make(digest)
    written = short_code.format(made).lower().replace("0", "o").replace("1", "l")
    assert short_code.validate(written) == short_code.validate(f" {made} ") == made


@given(digests, st.integers(0, LENGTH - 1), st.sampled_from(base32.ALPHABET))
def test_every_single_wrong_character_is_found(digest: str, place: int, letter: str) -> None:
    made = short_code.make(digest)
    wrong = made[:place] + letter + made[place + 1 :]
    assert short_code.is_valid(wrong) == (wrong == made)


@pytest.mark.parametrize(
    "given", ["", "QAFX-JZE5", "QAFX-JZE5-PGTZ-Z7PF-A", "UAFX-JZE5-PGTZ-Z7PF", "QAFX-JZE5-PGTZ-Z7PG"]
)
def test_what_is_no_code_is_refused_with_a_sentence(given: str) -> None:
    with pytest.raises(ShortCodeError, match="copy it again from the paper"):
        short_code.validate(given)


@given(st.one_of(texts, digests.map(short_code.make)))
def test_a_code_is_valid_exactly_where_it_is_not_refused(given: str) -> None:
    if short_code.is_valid(given):
        assert short_code.validate(given) == short_code.compact(given)
    else:
        with pytest.raises(ShortCodeError):
            short_code.validate(given)


def test_only_a_digest_has_a_code() -> None:
    with pytest.raises(ShortCodeError, match="64 hex digits"):
        short_code.make("ab")


@given(st.binary(max_size=40))
def test_bytes_survive_base_32_and_no_other_text_gives_them(data: bytes) -> None:
    text = base32.encode(data)
    assert base32.decode(text) == data
    assert base32.decode(text + "U") is None


@given(texts)
def test_a_text_is_read_as_bytes_only_if_those_bytes_are_written_so(text: str) -> None:
    data = base32.decode(text)
    assert data is None or base32.encode(data) == text


@given(texts)
def test_a_text_of_the_alphabet_survives_as_a_number(text: str) -> None:
    assert base32.decode_number(base32.encode_number(text), len(text)) == text

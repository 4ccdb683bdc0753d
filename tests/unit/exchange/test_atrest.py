"""What is sealed at rest opens with its key at its place alone, and a number is found however it is written."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jiexu.exchange.atrest import ALWAYS_THE_SAME, AtRestError, Ring, word

OLD = Ring.read(word("k1", b"1" * 32))
BOTH = OLD.with_new(b"2" * 32)
PLACE = ("identity_document.number", "530300", "P1", "01")
NONCE = b"n" * 12
contents = st.binary(max_size=60)


@given(contents)
def test_what_is_sealed_comes_back_and_does_not_show(content: bytes) -> None:
    sealed = OLD.seal(content, *PLACE, nonce=NONCE)
    assert sealed.startswith("s1.k1.")
    assert OLD.open(sealed, *PLACE) == content
    assert len(content) < 4 or content not in sealed.encode()


@pytest.mark.parametrize("part", range(len(PLACE)))
def test_moved_to_another_place_it_does_not_open(part: int) -> None:
    sealed = OLD.seal(b"110101", *PLACE, nonce=NONCE)
    elsewhere = [f"{each}x" if at == part else each for at, each in enumerate(PLACE)]
    with pytest.raises(
        AtRestError, match=r"does not open with node key k1: it was changed or belongs to another row"
    ) as refused:
        OLD.open(sealed, *elsewhere)
    assert "110101" not in str(refused.value)
    with pytest.raises(AtRestError):
        OLD.open(sealed, " ".join(PLACE))


@given(contents, st.data())
def test_a_changed_character_does_not_open(content: bytes, data: st.DataObject) -> None:
    sealed = OLD.seal(content, *PLACE, nonce=NONCE)
    at = data.draw(st.integers(len("s1.k1."), len(sealed.rstrip("=")) - 2))
    other = data.draw(st.sampled_from("ABCabc019-_!"))
    assume(sealed[at] != other)
    for changed in (sealed[:at] + other + sealed[at + 1 :], sealed + "X", sealed[:at]):
        with pytest.raises(AtRestError):
            OLD.open(changed, *PLACE)


def test_a_new_key_seals_from_now_on_and_the_old_one_still_opens() -> None:
    sealed = OLD.seal(b"x", *PLACE, nonce=NONCE)
    assert BOTH.current == "k2"
    assert BOTH.open(sealed, *PLACE) == b"x"
    assert not BOTH.is_current(sealed)
    assert BOTH.is_current(BOTH.seal(b"x", *PLACE, nonce=NONCE))
    with pytest.raises(AtRestError, match="was sealed with node key k2, which is not here; restore the file"):
        OLD.open(BOTH.seal(b"x", *PLACE, nonce=NONCE), *PLACE)
    assert BOTH.seek("01", "1") != OLD.seek("01", "1")


def test_a_new_key_takes_a_name_nobody_has() -> None:
    left = Ring.read(word("k2", b"2" * 32))  # the first was taken away
    assert list(left.with_new(b"3" * 32).keys) == ["k2", "k3"]


def test_what_stands_in_clear_is_said_to_be_so() -> None:
    with pytest.raises(AtRestError, match="is not sealed; run `jiexu keys rotate`") as refused:
        OLD.open("110101199001011234", *PLACE)
    assert "1990" not in str(refused.value)


def test_a_number_is_found_however_it_is_written_and_by_its_kind() -> None:
    assert OLD.seek("01", "11010119900101123x") == OLD.seek("01", "１１０１０１ 19900101-123X")
    assert OLD.seek("01", "1") != OLD.seek("02", "1")
    assert OLD.seek("01", "1") != OLD.seek("01", "2")


def test_values_to_be_compared_are_sealed_alike_and_others_are_not() -> None:
    assert OLD.seal(b"x", "bank account", nonce=ALWAYS_THE_SAME) == OLD.seal(
        b"x", "bank account", nonce=ALWAYS_THE_SAME
    )
    assert OLD.seal(b"x", *PLACE, nonce=NONCE) != OLD.seal(b"x", *PLACE, nonce=b"m" * 12)


def test_keys_are_read_as_they_are_written_and_never_shown() -> None:
    assert Ring.read(BOTH.text()) == BOTH
    assert "1111" not in repr(BOTH)
    assert "MTEx" not in repr(BOTH)


@pytest.mark.parametrize(
    "text", ["k1", "k1:short", f"k1:{'A' * 44}", f"k 1:{'A' * 43}", f"k1:{'A' * 43} k1:{'B' * 43}"]
)
def test_keys_that_cannot_be_read_are_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(AtRestError, match=r"Word . of the node's keys is no `id:key`") as refused:
        Ring.read(text)
    assert "AAA" not in str(refused.value)


def test_no_keys_at_all_are_refused_with_where_to_put_them() -> None:
    with pytest.raises(AtRestError, match="JIEXU_NODE_KEYS_FILE"):
        Ring.read(" \n")

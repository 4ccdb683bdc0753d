"""Crockford's base 32 with a check character of its own: what case numbers and the codes on documents are written in.

The alphabet leaves out I, L, O and U, so that reading aloud and copying by hand go wrong less often.

The check is a weighted sum over the field of 32 elements: digit *i* from the right is multiplied by α^i, the
sum must be 0. α has order 31, so in texts of up to 31 characters every wrong character and every exchange of two
unequal characters, adjacent or not, is found, and the check character stays within the alphabet. The ready-made
systems do not give both: MOD 37,36 answers with letters this alphabet leaves out, Crockford's mod 37 with ``*~$=``,
which banks refuse.
"""

from __future__ import annotations

from typing import Final

from jiexu.values.writing import compacted

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST_CHECKED: Final = 31
"""Characters, check included, up to which every exchange of two is found."""
VALUE: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans("OIL", "011")
_BITS = 5


def compact(text: str) -> str:
    """Upper case without spaces and dashes; O is read as 0, I and L as 1."""
    return compacted(text).translate(_LOOKALIKES)


def strange(text: str) -> str:
    """The characters of a compact text that the alphabet does not have, in order."""
    return "".join(letter for letter in text if letter not in VALUE)


def with_check(body: str) -> str:
    """The body, all of the alphabet, and its check character behind it."""
    # The sum over the body has to be carried one place further before the check character is added to it.
    return body + ALPHABET[_times_alpha(_weighted(body))]


def is_checked(text: str) -> bool:
    """Whether the last character is the check of those before it."""
    return not _weighted(text)


def encode(data: bytes) -> str:
    """Bytes as base 32, most significant bits first, the last character filled up with zero bits."""
    length = (len(data) * 8 + _BITS - 1) // _BITS
    filled = int.from_bytes(data, "big") << (length * _BITS - len(data) * 8)
    return _letters(filled, length)


def decode(text: str) -> bytes | None:
    """The bytes ``encode`` wrote as this compact text; None where it would not have written it so."""
    if strange(text):
        return None
    size = len(text) * _BITS // 8
    number = int.from_bytes(encode_number(text), "big")
    data = (number >> (len(text) * _BITS - size * 8)).to_bytes(size, "big")
    return data if encode(data) == text else None


def encode_number(text: str) -> bytes:
    """A text of the alphabet as the big-endian number it is, in as few bytes as its length always needs."""
    number = 0
    for letter in text:
        number = number << _BITS | VALUE[letter]
    return number.to_bytes((len(text) * _BITS + 7) // 8, "big")


def decode_number(data: bytes, length: int) -> str:
    """The text of ``length`` characters whose number this is; leading bits it has no place for are left out."""
    return _letters(int.from_bytes(data, "big"), length)


def _letters(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> _BITS * place & 31] for place in reversed(range(length)))


def _weighted(plain: str) -> int:
    total = 0
    for letter in plain:
        total = _times_alpha(total) ^ VALUE[letter]
    return total


def _times_alpha(element: int) -> int:
    """Multiply by α in the field of 32 elements built on the primitive polynomial x^5 + x^2 + 1."""
    doubled = element << 1
    return doubled ^ 0b100101 if doubled & 32 else doubled

"""One value, one sequence of bytes: what signatures and hashes cover.

Objects with ASCII keys, strings, integers, booleans, null and lists, written as RFC 8785 writes them. For these
compact JSON with sorted keys is already that form (docs/decisions/0025).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from types import NoneType
from typing import Final, cast

import orjson

from jiexu.values.errors import ValueFault

LARGEST_INTEGER: Final = 2**53 - 1
"""RFC 8785 numbers are doubles; beyond this a reader elsewhere would see another number."""
DEEPEST: Final = 32
"""Levels of nesting; a message has four. More is refused before it can exhaust a reader."""
LONGEST: Final = 1 << 20
"""Bytes of one document. A form of a whole working life with a gap every other month needs under 20 000."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_SORTED = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
)
_PLAIN: Final = frozenset({str, int, bool, NoneType})
_HOLDERS: Final = frozenset({dict, list, tuple})
_KNOWN: Final = _PLAIN | _HOLDERS
"""Types that have a canonical form, and no others: a kind of text or number that knows more than its text loses it."""


class MalformedError(ValueFault):
    """Something is not a message of this exchange: its shape, a field or its bytes.

    ``code``: the key of the translated sentence in ``texts/exchange.yaml``. Sentences name the place, never the
    value that stood there: payloads carry names and document numbers, and errors travel into logs.
    """


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of a value. A tuple is written as a list.

    Raises MalformedError for floats, integers beyond ±(2^53 - 1), keys that are not ASCII text, text that is no
    Unicode, nesting beyond ``DEEPEST`` and every other type, kinds of text and of integers among them (dates and enums
    are turned into text by the codec).
    """
    written = _written(value)
    if not _is_sound(value):
        _check(value, "$", 0)
    return written


def write(value: object) -> bytes:
    """The canonical bytes of what our own typed records hold: text, integers, booleans, null, lists, ASCII keys.

    A fraction of the time of ``canonical``, because nothing is looked at twice. What comes from outside goes through
    ``parse`` and ``canonical``.
    """
    return orjson.dumps(value, option=_SORTED)


def kept(value: object) -> object:
    """A value whose canonical bytes are made here and put in wherever it stands in what is written; for ``write`` alone."""
    return orjson.Fragment(write(value))


def _written(value: object) -> bytes:
    try:
        return orjson.dumps(value, option=_SORTED)
    except orjson.JSONEncodeError:
        _check(value, "$", 0)
        raise _no_canonical_type(value, "$") from None


def _is_sound(value: object, levels: int = DEEPEST) -> bool:
    """Whether a value that was written has a canonical form; ``_check`` says why not. ``levels``: how deep it may go."""
    if type(value) not in _HOLDERS:
        return type(value) in _PLAIN
    if isinstance(value, dict):
        items: Collection[object] = value.values()
        ascii_keys = "".join(value).isascii()
    else:
        items, ascii_keys = cast("Collection[object]", value), True
    kinds = set(map(type, items))
    if not ascii_keys or not kinds <= _KNOWN or (kinds and not levels):
        return False
    return kinds <= _PLAIN or all(_is_sound(item, levels - 1) for item in items if type(item) in _HOLDERS)


def digest(value: object) -> str:
    """SHA-256 in hex of bytes as they are, or of the canonical bytes of any other value."""
    return hashlib.sha256(value if isinstance(value, bytes) else canonical(value)).hexdigest()


def parse(data: bytes, *, longest: int = LONGEST) -> object:
    """Read canonical bytes. Raises MalformedError where ``canonical`` would not have written exactly these.

    ``longest``: bytes at most, checked before anything is read.
    """
    check_length(len(data), longest)
    try:
        value: object = orjson.loads(data)
    except ValueError:
        raise MalformedError(
            "bytes_not_json", "The document is not JSON in UTF-8; the sender must send it again unchanged."
        ) from None
    written = _written(value)
    if not _is_sound(value):
        _check(value, "$", 0)
    if written != data:
        raise MalformedError(
            "bytes_not_canonical",
            "The document is JSON but not in canonical form (RFC 8785); the sender must send the bytes it signed.",
        )
    return value


def check_length(size: int, longest: int) -> None:
    """Raise MalformedError where a document has more bytes than allowed, before more of it is read."""
    if size > longest:
        raise MalformedError(
            "bytes_too_long",
            "The document has {size} bytes, more than the {longest} allowed; the sender must split or correct it.",
            size=size,
            longest=longest,
        )


def _check(value: object, path: str, depth: int) -> None:
    """Raise where a value has no canonical form."""
    if depth > DEEPEST:
        raise MalformedError(
            "value_too_deep",
            "At {path} the value is nested more than {deepest} levels deep; flatten it.",
            path=path[:60],
            deepest=DEEPEST,
        )
    if type(value) not in _KNOWN:
        raise _no_canonical_type(value, path)
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, int):
        _check_integer(value, path)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            _check(item, f"{path}[{place}]", depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_key(key, path)
            _check(item, f"{path}.{key}", depth + 1)


def _no_canonical_type(value: object, path: str) -> MalformedError:
    return MalformedError(
        "value_no_canonical_type",
        "At {path} stands a {type}, which has no canonical form; use text, an integer, a boolean, null, a list or an object.",
        path=path,
        type=type(value).__name__,
    )


def _check_text(text: str, path: str) -> None:
    if not text.isascii() and _SURROGATE.search(text):
        raise MalformedError(
            "value_no_unicode",
            "At {path} the text holds half a character (a lone surrogate); read the source in its right encoding.",
            path=path,
        )


def _check_integer(number: int, path: str) -> None:
    if abs(number) > LARGEST_INTEGER:
        raise MalformedError(
            "value_integer_too_large",
            "At {path} the integer lies beyond {largest}, where JSON readers round; correct it or write it as text.",
            path=path,
            largest=LARGEST_INTEGER,
        )


def _check_key(key: object, path: str) -> None:
    if not isinstance(key, str) or not key.isascii():
        raise MalformedError(
            "value_key_not_ascii",
            "At {path} a key is not ASCII text; rename it with ASCII letters.",
            path=path,
        )

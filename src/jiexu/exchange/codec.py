"""Payloads to plain values and back, strictly: nothing extra, nothing missing, nothing of another kind.

Generic over the fields of the dataclasses in ``payloads``: a new message needs no code here, at most a line in
``RANGES``, ``SHAPES`` or ``LONG``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache, partial
from types import NoneType, UnionType
from typing import Any, ClassVar, Final, Protocol, TypeAlias, cast, get_args, get_origin, get_type_hints

from jiexu.exchange.canonical import LARGEST_INTEGER, MalformedError, parse, write
from jiexu.exchange.payloads import ADDED, NEWEST, TYPE_OF, MessageType, Payload
from jiexu.records.monthset import MonthSet
from jiexu.records.record import MonthKind
from jiexu.values.errors import ValueFault
from jiexu.values.month import FIRST_YEAR, LAST_YEAR


class Record(Protocol):
    """Any dataclass: payloads, their parts, and what travels around them."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


CLASS_OF: Final[dict[MessageType, type[Payload]]] = {type_: cls for cls, type_ in TYPE_OF.items()}

LONGEST_BUNDLE: Final = 512
"""Messages under one signature at most (design §6)."""

_FEN = (0, LARGEST_INTEGER)
_MONTHS = (0, (LAST_YEAR - FIRST_YEAR + 1) * 12)
_COUNTED = (1, 1_000_000)
RANGES: Final[dict[str, tuple[int, int]]] = {
    "issue": _COUNTED,
    "leg": _COUNTED,
    "attempt": _COUNTED,
    "taken": _MONTHS,
    "already_counted": _MONTHS,
    "cover_year": (FIRST_YEAR, LAST_YEAR),
    "amount_fen": _FEN,
    "received_fen": _FEN,
    "expected_fen": _FEN,
    "count": (1, LONGEST_BUNDLE),
    "version": (1, 3),
    "index": (0, LONGEST_BUNDLE - 1),
    "size": (1, LONGEST_BUNDLE),
    "first": (1, LARGEST_INTEGER),
    "upto": (1, LARGEST_INTEGER),
}
"""Smallest and largest value of every integer field, by its name; one name means one thing in all records."""

_AREA = re.compile(r"[0-9]{6}")
_HASH = re.compile(r"[0-9a-f]{64}")
TIME_SHAPE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_WORD = re.compile(r"[A-Za-z0-9_.:/-]{1,64}")


def _one_of(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


SHAPES: Final[dict[str, re.Pattern[str]]] = {
    "origin": _AREA,
    "destination": _AREA,
    "area": _AREA,
    "left_behind": _AREA,
    "from_scheme": _one_of("310", "390"),
    "to_scheme": _one_of("310", "390"),
    "scheme": re.compile(r"[0-9]{3}"),
    "applicant": _one_of("member", "employer", "agent"),
    "channel": _one_of("online", "counter", "proactive", "offline"),
    "refusals": _WORD,
    "kind": _WORD,
    "FormMonths.kind": _one_of(*(kind.value for kind in MonthKind)),
    "mode": _one_of(
        "REMIT", "STAY", "KEEP", "CREDIT_THEN_CLEAR", "INSTANT", "NONE", "TO_PERSON", "ESTATE", "UNKNOWN"
    ),
    "part": _WORD,
    "result": _WORD,
    "what": _one_of("case", "form"),
    "agency": _AREA,
    "receiver": _AREA,
    "key_id": re.compile(r"[0-9]{6}-[A-Za-z0-9]{1,32}"),
    "purpose": _WORD,
    "root": _HASH,
    "bundle_root": _HASH,
    "path": _HASH,
    "before": _HASH,
    "outcomes": _WORD,
    "time": TIME_SHAPE,
    # Wide enough for other signing profiles than Ed25519, whose keys have 64 and signatures 128 characters.
    "public_key": re.compile(r"(?:[0-9a-f]{2}){32,130}"),
    "signature": re.compile(r"(?:[0-9a-f]{2}){64,128}"),
}
"""What a text field must look like in full, by its name, or by class and name where one name has two meanings.

Closed words are those the rules know (a test compares them): what the receiver could not act on is malformed at
the door and never reaches its machine. Other fields are free text of 1 to ``LONGEST_TEXT`` characters.
"""

MAY_BE_EMPTY: Final = frozenset({"reason"})
"""Free text that may say nothing: who grants a withdrawal needs no reason."""

LONGEST_TEXT: Final = 500
LONGEST_LIST: Final = 1000


def encode(payload: Record) -> dict[str, object]:
    """The plain value of a payload: dates as 2026-11-23, months as their JSON, tuples as lists."""
    return {
        name: value if (value := getattr(payload, name)).__class__ in _AS_IT_IS else plain(value)
        for name in payload.__dataclass_fields__
    }


def decode(type: MessageType, value: object, version: int) -> Payload:  # noqa: A002  a message has a type; another name would be a second word
    """The payload of a plain value in a version of its type. Raises MalformedError naming the place and the cure.

    What a later version added is read as the default of its field.
    """
    return cast("Payload", _read(CLASS_OF[type], _of_version(type, version), value, type.value))


def write_payload(payload: Payload) -> bytes:
    """Canonical bytes of a payload. Raises MalformedError for one that the receiver would have to refuse."""
    value, type_ = encode(payload), TYPE_OF[type(payload)]
    decode(type_, value, NEWEST[type_])
    return write(value)


def read_payload(type: MessageType, data: bytes, version: int) -> Payload:  # noqa: A002  as in decode
    """The payload in canonical bytes of that version. Raises MalformedError for any other bytes."""
    return decode(type, parse(data), version)


def plain(value: object) -> object:
    """A payload, or a value of one of its fields, as canonical bytes can hold it."""
    writer = _PLAIN.get(value.__class__)
    return encode(cast("Record", value)) if writer is None else writer(value)


_AS_IT_IS: Final = frozenset({str, int, bool, NoneType})
_PLAIN: Final[dict[type, Callable[[Any], object]]] = {
    date: date.isoformat,
    MonthSet: MonthSet.to_json,
    tuple: lambda items: [plain(item) for item in items],
    str: lambda text: text,
    int: lambda number: number,
    bool: lambda flag: flag,
    NoneType: lambda nothing: nothing,
}

Path: TypeAlias = "str | tuple[Path, str | int]"
"""How sentences call a value: a name, or what holds it with its name or place there. Put into words only for a sentence."""
Reader = Callable[[object, Path], object]
"""Reads one plain value; the second argument is how sentences call it."""


def _told(path: Path) -> str:
    if isinstance(path, str):
        return path
    holder, last = path
    return f"{_told(holder)}[{last}]" if isinstance(last, int) else f"{_told(holder)}.{last}"


@cache
def _fields(cls: Callable[..., object]) -> dict[str, Reader]:
    """The reader of each field of a payload class, in the order they are declared."""
    return {name: _reader(hint, _meant(cls, name)) for name, hint in get_type_hints(cls).items()}


@cache
def _of_version(type: MessageType, version: int) -> dict[str, Reader]:  # noqa: A002  as in decode
    """The readers of the fields that a message has in this version."""
    cls = CLASS_OF[type]
    added, readers = ADDED.get(cls, {}), _fields(cast("Callable[..., object]", cls))
    return {name: reader for name, reader in readers.items() if added.get(name, 1) <= version}


def _reader(hint: object, name: str) -> Reader:
    """Reads a value as its field's type says. ``name``: the field, which decides range and shape.

    Types known: the leaves, an optional, a tuple of any length, a pair of two alike, and dataclasses of these.
    """
    if leaf := _LEAVES.get(hint):
        return partial(leaf, name=name)
    if isinstance(hint, UnionType):
        inner = _reader(next(arm for arm in get_args(hint) if arm is not NoneType), name)
        return lambda value, path: None if value is None else inner(value, path)
    if get_origin(hint) is tuple:
        each, more = get_args(hint)
        return partial(_tuple, each=_reader(each, name), exactly=None if more is Ellipsis else 2)
    return partial(read_record, cast("Callable[..., object]", hint))


def _tuple(value: object, path: Path, *, each: Reader, exactly: int | None) -> tuple[object, ...]:
    items = _list(value, path, exactly=exactly)
    return tuple([each(item, (path, at)) for at, item in enumerate(items)])


def read_record(cls: Callable[..., object], value: object, path: Path) -> object:
    """The frozen record of a plain value, field by field. Raises MalformedError naming the place and the cure.

    ``path``: how sentences call the value. Also reads bundles, receipts and certificates.
    """
    return _read(cls, _fields(cls), value, path)


@lru_cache(maxsize=16_384, typed=True)
def check_field(cls: Callable[..., object], name: str, value: object, path: Path) -> None:
    """Raise MalformedError, as ``read_record`` would, where one field of a record could not be read. Asked again of the same few values."""
    _fields(cls)[name](value, (path, name))


def _read(cls: Callable[..., object], readers: Mapping[str, Reader], value: object, path: Path) -> object:
    """A record from these fields; fields without a reader stand behind them and keep their defaults."""
    if not isinstance(value, dict):
        raise _wrong_type(path, "an object", value)
    if value.keys() != readers.keys():
        raise _wrong_keys(path, value, readers)
    return cls(*[read(value[name], (path, name)) for name, read in readers.items()])


def _wrong_keys(path: Path, value: dict[object, object], readers: Mapping[str, Reader]) -> MalformedError:
    if strange := sorted(map(repr, value.keys() - readers.keys())):
        return MalformedError(
            "payload_unknown_key",
            "{path} has the key {key}, which this version of the message does not know; leave it out or send a newer version.",
            path=_told(path),
            key=strange[0][:40],
        )
    return MalformedError(
        "payload_missing_key",
        "{path} has no {key}; add it, with null or an empty list where there is nothing to say.",
        path=_told(path),
        key=min(readers.keys() - value.keys()),
    )


def _meant(cls: Callable[..., object], name: str) -> str:
    """The key under which ``SHAPES`` and ``RANGES`` speak of a field."""
    own = f"{cls.__name__}.{name}"
    return own if own in SHAPES else name


def _list(value: object, path: Path, *, exactly: int | None) -> list[object]:
    if not isinstance(value, list) or (exactly and len(value) != exactly):
        raise _wrong_type(path, f"a list of {exactly}" if exactly else "a list", value)
    if len(value) > LONGEST_LIST:
        raise MalformedError(
            "payload_list_too_long",
            "{path} has {count} entries, more than the {longest} allowed; correct the message.",
            path=_told(path),
            count=len(value),
            longest=LONGEST_LIST,
        )
    return value


def _text(value: object, path: Path, name: str) -> str:
    if not isinstance(value, str):
        raise _wrong_type(path, "text", value)
    shape = SHAPES.get(name)
    if shape and not shape.fullmatch(value):
        raise MalformedError(
            "payload_text_shape",
            "{path} does not have the form {shape}; correct it at the sender.",
            path=_told(path),
            shape=shape.pattern,
        )
    shortest = 0 if name in MAY_BE_EMPTY else 1
    if not shortest <= len(value) <= LONGEST_TEXT or not value.isprintable():
        raise MalformedError(
            "payload_text_length",
            "{path} must be {shortest} to {longest} printable characters; shorten it, or fill it in.",
            path=_told(path),
            shortest=shortest,
            longest=LONGEST_TEXT,
        )
    return value


def _integer(value: object, path: Path, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong_type(path, "an integer", value)
    smallest, largest = RANGES[name]
    if not smallest <= value <= largest:
        raise MalformedError(
            "payload_out_of_range",
            "{path} must lie between {smallest} and {largest}; correct it at the sender.",
            path=_told(path),
            smallest=smallest,
            largest=largest,
        )
    return value


def _flag(value: object, path: Path, name: str) -> bool:  # noqa: ARG001  all leaves are read alike
    if not isinstance(value, bool):
        raise _wrong_type(path, "true or false", value)
    return value


def _day(value: object, path: Path, name: str) -> date:  # noqa: ARG001  as above
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != value or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise MalformedError(
            "payload_not_a_day",
            "{path} is not a day from {first} to {last} written as 2026-11-23; correct it at the sender.",
            path=_told(path),
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
    return day


def _months(value: object, path: Path, name: str) -> MonthSet:  # noqa: ARG001  as above
    try:
        months = MonthSet.from_json(value)
    except ValueFault:
        months = None
    if months is None or months.to_json() != value:
        raise MalformedError(
            "payload_not_months",
            '{path} is not a list of pairs such as ["2019-07", "2026-09"], in order and with a gap between each; correct it at the sender.',
            path=_told(path),
        )
    return months


_LEAVES: Final[dict[object, Callable[..., object]]] = {
    str: _text,
    int: _integer,
    bool: _flag,
    date: _day,
    MonthSet: _months,
}


def _wrong_type(path: Path, expected: str, value: object) -> MalformedError:
    return MalformedError(
        "payload_wrong_type",
        "{path} must be {expected}, not {given}; correct it at the sender.",
        path=_told(path),
        expected=expected,
        given=type(value).__name__,
    )

"""No byte of an evidence file can change unseen, nobody but its exporter can make one, and both checkers say the same."""

from __future__ import annotations

import io
import json
import random
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from evidence_cast import (
    FINGERPRINT,
    ROOT,
    again,
    both,
    carried,
    certificate,
    dumped,
    evidence,
    ours,
    resealed,
    theirs,
    told,
    with_ends,
    written,
)
from exchange_strategies import CHENGDU, QUJING, SIGNERS

import check_evidence
from flip_evidence import changed
from jiexu.exchange.canonical import canonical, parse
from jiexu.exchange.container import LARGEST, MOST_ENTRIES, ContainerError, pack, unpack
from jiexu.exchange.evidence import Content, Evidence
from jiexu.exchange.evidence_check import Checked
from jiexu.exchange.signing import Ed25519Signer

WHOLE = evidence()
FILE = written(WHOLE)
FALSE_ROOT = Ed25519Signer.of(key_id="000000-false", private_key=b"a root nobody knows".ljust(32, b"."))


def sound(data: bytes, root: str | None = None) -> Checked:
    """What a file proves that both checkers accept."""
    assert both(data, root) == ("", "")
    found = ours(data, root)
    assert isinstance(found, Checked)
    return found


def test_a_whole_file_proves_both_lanes_to_whoever_compares_the_root() -> None:
    found = sound(FILE, FINGERPRINT)
    assert found.compared
    assert [(lane.agency, lane.messages, lane.signed) for lane in found.lanes] == [
        (QUJING, 3, 3),
        (CHENGDU, 4, 4),
    ]
    assert found.contents == {"here": 7}
    assert found.counted["documents"] == 1
    assert not sound(FILE).compared


def test_any_changed_byte_is_seen_by_both(request: pytest.FixtureRequest) -> None:
    """A hundred and fifty places; ``--evidence-places 1000`` or more for a longer look."""
    places = request.config.getoption("--evidence-places")
    for at, other in changed(FILE, places, "20261123"):
        assert all(both(other)), f"byte {at}"


@pytest.mark.parametrize("at", [*range(60), *range(-60, 0)])
def test_every_byte_at_the_ends_of_the_container_counts(at: int) -> None:
    other = bytearray(FILE)
    other[at] ^= 1
    assert all(both(bytes(other)))


@pytest.mark.parametrize("name", sorted(unpack(FILE)))
def test_an_entry_changed_and_packed_again_is_named_by_both(name: str) -> None:
    said = both(again(FILE, lambda entries: entries.update({name: entries[name] + b" "})))
    assert said[0] == said[1] == name or "?" in said, said


@pytest.mark.parametrize("name", sorted(unpack(FILE)))
def test_a_stripped_entry_is_named_by_both(name: str) -> None:
    assert both(again(FILE, lambda entries: entries.pop(name))) == (name, name)


@pytest.mark.parametrize(
    "name",
    [
        "documents/another.pdf",
        "messages/530300-0009.salt",
        "bundles/530300-0000000000000000.json",
        "more.txt",
    ],
)
def test_an_added_entry_is_named_by_both(name: str) -> None:
    assert both(again(FILE, lambda entries: entries.update({name: b"x"}))) == (name, name)


def repacked(**options: int) -> bytes:
    """The same entries, packed by an ordinary zip program."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", **options) as held:
        for name, data in unpack(FILE).items():
            held.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x05\x06" + bytes(18),
        b"not a zip at all",
        FILE[:-1],
        FILE[: len(FILE) // 2],
        FILE + b"\n",
        b"\n" + FILE,
        FILE[:-2] + b"\x02\x00hi",
        FILE + FILE,
        repacked(),
        repacked(compression=zipfile.ZIP_DEFLATED),
    ],
    ids=["empty", "empty zip", "text", "last byte gone", "cut", "byte after", "byte before", "comment", "twice", "repacked", "compressed"],
)  # fmt: skip
def test_another_container_around_the_same_entries_is_refused_by_both(data: bytes) -> None:
    assert all(both(data))


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as held, held.open("manifest.json", "w") as entry:
        for _ in range(200):
            entry.write(bytes(1 << 20))
    assert len(packed.getvalue()) < 1 << 20
    assert all(both(packed.getvalue()))
    assert "packed again by another program" in str(ours(packed.getvalue()))
    assert "compressed or overlapping" in str(theirs(packed.getvalue()))


def test_a_file_without_end_is_refused_by_its_length() -> None:
    data = bytes(LARGEST + (4 << 20))
    assert "at most" in str(ours(data))
    assert "too many bytes" in str(theirs(data))


def test_an_entry_told_twice_is_refused() -> None:
    one = pack({"manifest.json": b"{}"})
    entry = one[: one.index(b"PK\x01\x02")]
    assert all(both(entry + one))


def test_wherever_a_file_is_cut_off_both_say_so() -> None:
    at_headers = [place + off for place in headers(FILE) for off in (1, 3, 4, 17, 29, 30)]
    for length in [*range(0, len(FILE), 61), *at_headers]:
        assert all(both(FILE[:length])), f"cut at {length}"


def headers(data: bytes) -> list[int]:
    """Where entries begin."""
    return [match.start() for match in re.finditer(rb"PK\x03\x04", data)]


def test_a_container_has_bounds_and_is_read_in_one_way() -> None:
    with pytest.raises(ContainerError, match="too much"):
        pack({f"f{number}": b"" for number in range(MOST_ENTRIES + 1)})
    one = pack({"a": b"1"})
    entry = one[: one.index(b"PK\x01\x02")]
    for wrong in (b"", one[1:], entry + one, entry[:-1], entry * (MOST_ENTRIES + 1)):
        with pytest.raises(ContainerError, match="does not go on"):
            unpack(wrong)
    assert unpack(one) == unpack(entry) == {"a": b"1"}


@pytest.mark.parametrize("name", ["../up", "/root", "a//b", "C:\\x", "名", "a b", "", "x" * 121])
def test_no_container_holds_a_name_that_leads_elsewhere(name: str) -> None:
    with pytest.raises(ContainerError):
        pack({name: b""})


# ---------------------------------------------------------------- what only keys could make


def test_another_root_is_seen_where_roots_are_compared_and_is_said_where_not() -> None:
    false = replace(
        WHOLE,
        certificates=[certificate(each, FALSE_ROOT) for each in (QUJING, CHENGDU)],
        root=FALSE_ROOT.public_key,
    )
    assert both(written(false), FINGERPRINT) == ("directory.json", "directory.json")
    assert not sound(written(false)).compared


def test_a_certificate_of_a_root_nobody_knows_is_refused() -> None:
    forged = replace(WHOLE, certificates=[certificate(QUJING), certificate(CHENGDU, FALSE_ROOT)])
    assert both(written(forged)) == ("directory.json", "directory.json")


def test_a_key_without_certificate_or_after_its_last_day_proves_nothing() -> None:
    lacking = replace(WHOLE, certificates=[certificate(QUJING)])
    assert both(written(lacking))[0].startswith("bundles/")
    over = replace(WHOLE, certificates=[certificate(QUJING), certificate(CHENGDU, last=date(2026, 11, 22))])
    assert both(written(over))[0].startswith("bundles/")
    late = replace(WHOLE, as_of="2036-01-02")
    assert both(written(late)) == ("manifest.json", "manifest.json")


def test_another_agency_cannot_sign_the_file() -> None:
    assert both(written(WHOLE, SIGNERS[CHENGDU])) == ("signature.json", "signature.json")
    posing = replace(SIGNERS[CHENGDU], key_id=SIGNERS[QUJING].key_id)
    assert both(written(WHOLE, posing)) == ("manifest.json", "manifest.json")


def test_a_signature_written_otherwise_is_another_file() -> None:
    def upper(entries: dict[str, bytes]) -> None:
        seal = parse(entries["signature.json"])
        assert isinstance(seal, dict)
        entries["signature.json"] = canonical({**seal, "signature": str(seal["signature"]).upper()})

    assert both(again(FILE, upper)) == ("signature.json", "signature.json")


def test_a_key_the_directory_ended_early_stands_no_longer_than_its_shortest_certificate() -> None:
    shorter = certificate(CHENGDU, last=date(2026, 11, 22))
    ended = replace(WHOLE, certificates=[*WHOLE.certificates, shorter])
    assert both(written(ended))[0].startswith("bundles/")
    assert both(written(replace(WHOLE, certificates=[*WHOLE.certificates, certificate(CHENGDU)]))) == ("", "")


def test_a_certificate_that_names_a_key_after_another_agency_is_refused() -> None:
    posing = replace(certificate(CHENGDU), agency=QUJING)
    posing = replace(posing, signature=ROOT.sign(posing.signed_bytes()).hex())
    assert (
        both(written(replace(WHOLE, certificates=[*WHOLE.certificates, posing]))) == ("directory.json",) * 2
    )


# ---------------------------------------------------------------- what the exporter could do with its own key


def without(*names: str) -> Evidence:
    """The case with messages left out, bundles included, and the file's own word adapted to it."""
    kept = [each for each in WHOLE.messages if each.name not in names]
    bundles = []
    for held in WHOLE.bundles:
        places = {
            at: each for at, each in held.places.items() if f"{each.sender}-{each.seq:04d}" not in names
        }
        bundles += [replace(held, places=places)] if places else []
    return with_ends(WHOLE, messages=kept, bundles=bundles)


@pytest.mark.parametrize("name", ["530300-0001", "530300-0002", "510100-0001", "510100-0002", "510100-0003"])
def test_a_message_left_out_in_the_middle_breaks_the_chain(name: str) -> None:
    assert both(written(without(name))) == ("messages", "messages")


def test_a_last_message_that_the_other_side_had_seen_cannot_be_left_out() -> None:
    assert both(written(without("530300-0003"))) == ("messages", "messages")


def test_a_last_message_nobody_answered_can_be_left_out_and_then_the_lane_is_simply_shorter() -> None:
    """What no file can show. The result names it among the things that cannot be known."""
    assert sound(written(without("510100-0004"))).lanes[1].messages == 3
    assert sound(FILE).lanes[1].messages == 4


def test_a_file_whose_own_word_says_more_messages_than_it_shows_is_refused() -> None:
    shorter = replace(without("510100-0004"), case=WHOLE.case)
    assert both(written(shorter)) == ("case.json", "case.json")


def test_messages_that_change_places_are_refused() -> None:
    one, two, *rest = WHOLE.messages
    swapped = [replace(one, envelope=replace(one.envelope, seq=2)), two, *rest]
    assert all(both(written(replace(WHOLE, messages=swapped))))
    paid = {each.name: each for each in WHOLE.messages}
    paid["530300-0002"], paid["530300-0003"] = (
        replace(paid["530300-0002"], payload=paid["530300-0003"].payload, salt=paid["530300-0003"].salt),
        replace(paid["530300-0003"], payload=paid["530300-0002"].payload, salt=paid["530300-0002"].salt),
    )
    said = both(written(replace(WHOLE, messages=list(paid.values()))))
    assert said == ("messages/530300-0002.payload.json",) * 2


def test_another_content_than_the_envelope_speaks_for_is_refused() -> None:
    richer = [
        replace(each, payload=each.payload.replace(b"320855", b"920855"))
        if b"320855" in each.payload
        else each
        for each in WHOLE.messages
    ]
    assert both(written(replace(WHOLE, messages=richer))) == ("messages/510100-0004.payload.json",) * 2


def test_messages_of_another_case_are_refused() -> None:
    other = told(case_no="FJ4M00000000J") if False else told("FJ4MAN0THER1V")
    assert all(both(written(with_ends(WHOLE, messages=other, bundles=[]))))


def test_a_message_without_bundle_rests_on_the_exporter_alone_and_is_counted_so() -> None:
    bare = replace(WHOLE, bundles=WHOLE.bundles[:2])
    assert [lane.signed for lane in sound(written(bare)).lanes] == [0, 4]


@pytest.mark.parametrize(
    "change",
    [
        lambda held: replace(held, receipt=replace(held.receipt, agency=held.bundle.agency)),
        lambda held: replace(held, receipt=replace(held.receipt, bundle_root="0" * 64)),
        lambda held: replace(held, receipt=replace(held.receipt, outcomes=held.receipt.outcomes[::-1])),
        lambda held: replace(held, receipt=replace(held.receipt, time="2026-11-23T02:00:01Z")),
        lambda held: replace(held, bundle=replace(held.bundle, purpose="other")),
        lambda held: replace(held, bundle=replace(held.bundle, key_id=SIGNERS[QUJING].key_id)),
        lambda held: replace(held, leaves=held.leaves[::-1]),
        lambda held: replace(held, places=dict(zip(held.places, [*held.places.values()][::-1], strict=True))),
    ],
    ids=["receipt of the sender", "receipt of another bundle", "outcomes moved", "time changed", "purpose changed", "other key", "leaves moved", "places moved"],
)  # fmt: skip
def test_a_bundle_or_receipt_that_was_touched_is_named_by_both(change: Callable[[object], object]) -> None:
    touched = [change(WHOLE.bundles[0]), *WHOLE.bundles[1:]]
    said = both(written(replace(WHOLE, bundles=touched)))
    assert said[0] == said[1]
    assert said[0].startswith("bundles/510100-")


def test_a_bundle_signed_and_sent_again_rests_on_the_receipt_of_the_first_time() -> None:
    own = [each.envelope for each in WHOLE.messages if each.envelope.sender == QUJING]
    again = carried(own[2:], signed="2026-11-30T02:00:00Z")
    assert [
        each.signed for each in sound(written(replace(WHOLE, bundles=[*WHOLE.bundles[:3], again]))).lanes
    ] == [3, 4]


def test_a_receipt_of_a_day_before_its_messages_is_named_by_both() -> None:
    own = [each.envelope for each in WHOLE.messages if each.envelope.sender == QUJING]
    early = carried(own[2:], answered="2026-11-22T02:00:00Z")
    said = both(written(replace(WHOLE, bundles=[*WHOLE.bundles[:3], early])))
    assert said[0] == said[1]
    assert said[0].startswith("bundles/530300-")


def test_an_envelope_whose_number_is_not_derived_from_it_is_refused() -> None:
    pieces = {each.name: each for each in WHOLE.messages}
    last = pieces["510100-0004"]
    pieces["510100-0004"] = replace(last, envelope=replace(last.envelope, id="0" * 32))
    said = both(written(with_ends(WHOLE, messages=list(pieces.values()), bundles=WHOLE.bundles[:1])))
    assert said == ("messages/510100-0004.envelope.json",) * 2


Table = dict[str, Any]


def more_fields(entries: dict[str, bytes], _manifest: Table) -> None:
    entries["directory.json"] = canonical({**json.loads(entries["directory.json"]), "more": "field"})


def more_messages(_entries: dict[str, bytes], manifest: Table) -> None:
    manifest["payloads"]["510100-0009"] = "erased"


def no_proofs(entries: dict[str, bytes], _manifest: Table) -> None:
    name = min(each for each in entries if each.startswith("bundles/"))
    entries[name] = canonical({**json.loads(entries[name]), "proofs": []})


def no_content(entries: dict[str, bytes], _manifest: Table) -> None:
    del entries["messages/530300-0001.payload.json"]


def no_salt(entries: dict[str, bytes], _manifest: Table) -> None:
    del entries["messages/530300-0001.salt"]


def content_said_to_be_withheld(_entries: dict[str, bytes], manifest: Table) -> None:
    manifest["payloads"]["530300-0001"] = "withheld"


def content_said_to_be_somewhere(_entries: dict[str, bytes], manifest: Table) -> None:
    manifest["payloads"]["530300-0001"] = "somewhere"


def money_with_spaces(entries: dict[str, bytes], _manifest: Table) -> None:
    entries["money.json"] = b'{"postings": []}'


def decisions_with_fractions(entries: dict[str, bytes], _manifest: Table) -> None:
    entries["decisions.json"] = b'{"decisions":[0.5],"facts":{}}'


def page_gone(entries: dict[str, bytes], _manifest: Table) -> None:
    del entries["index.html"]


def another_format(_entries: dict[str, bytes], manifest: Table) -> None:
    manifest["format"] = "evidence/2"


def another_kind_of_entry(entries: dict[str, bytes], _manifest: Table) -> None:
    entries["run.sh"] = b"rm"


def facing_itself(_entries: dict[str, bytes], manifest: Table) -> None:
    manifest["other"] = manifest["agency"]


def no_such_day(_entries: dict[str, bytes], manifest: Table) -> None:
    manifest["as_of"] = "2026-13-01"


def before_the_first_step(_entries: dict[str, bytes], manifest: Table) -> None:
    manifest["step"] = 0


def contents_as_numbers(_entries: dict[str, bytes], manifest: Table) -> None:
    manifest["payloads"] = dict.fromkeys(manifest["payloads"], 1)


def no_root(entries: dict[str, bytes], _manifest: Table) -> None:
    entries["directory.json"] = canonical({**json.loads(entries["directory.json"]), "root": None})


def no_certificates(entries: dict[str, bytes], _manifest: Table) -> None:
    entries["directory.json"] = canonical({**json.loads(entries["directory.json"]), "certificates": None})


def salt_of_no_message(entries: dict[str, bytes], _manifest: Table) -> None:
    entries["messages/530300-0009.salt"] = bytes(32)


@pytest.mark.parametrize(
    "change",
    [
        no_such_day, before_the_first_step, contents_as_numbers, no_root, no_certificates, salt_of_no_message,
        more_fields, more_messages, no_proofs, no_content, no_salt, content_said_to_be_withheld,
        content_said_to_be_somewhere, money_with_spaces, decisions_with_fractions, page_gone, another_format,
        another_kind_of_entry, facing_itself,
    ],
)  # fmt: skip
def test_what_an_exporter_signs_against_the_format_is_refused_by_both(
    change: Callable[[dict[str, bytes], Table], None],
) -> None:
    assert both(resealed(FILE, lambda _entries, _manifest: None)) == ("", "")
    assert all(both(resealed(FILE, change)))


def places(value: object) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value where something else could stand: the container and the key."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in items:
        yield value, key
        yield from places(held)


JUNK: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    2**60,
    "",
    "x",
    "2026-13-01",
    "0" * 64,
    "名",
    [],
    [[]],
    {},
    {"a": 1},
)


def test_whatever_an_exporter_puts_anywhere_both_say_the_same_and_neither_breaks(
    request: pytest.FixtureRequest,
) -> None:
    """One value of one entry replaced by something else and signed again; as many as ``--evidence-places`` says."""
    draw = random.Random("20261123")  # noqa: S311  a test's dice
    refused = 0
    for _ in range(request.config.getoption("--evidence-places")):
        name = draw.choice(
            [each for each in unpack(FILE) if each.endswith(".json") and each != "signature.json"]
        )

        def change(entries: dict[str, bytes], manifest: Table, name: str = name) -> None:
            value = manifest if name == "manifest.json" else json.loads(entries[name])
            where, key = draw.choice(list(places(value)))
            where[key] = draw.choice(JUNK)
            if name != "manifest.json":
                entries[name] = dumped(value)

        refused += all(both(resealed(FILE, change)))
    assert refused, "nothing was refused: this test changes the wrong places"


def test_erased_and_withheld_contents_leave_everything_else_checkable() -> None:
    hidden = [
        replace(each, content=Content.ERASED if at % 2 else Content.WITHHELD)
        for at, each in enumerate(WHOLE.messages)
    ]
    found = sound(written(replace(WHOLE, messages=hidden)))
    assert found.contents == {"erased": 3, "withheld": 4}
    assert [lane.signed for lane in found.lanes] == [3, 4]
    assert not any(
        name.endswith((".salt", ".payload.json")) for name in unpack(written(replace(WHOLE, messages=hidden)))
    )


def test_the_independent_checker_is_short_and_imports_nothing_of_the_package() -> None:
    source = Path(check_evidence.__file__).read_text(encoding="utf-8")
    imported = {
        line.split()[1].split(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= sys.stdlib_module_names | {"cryptography"}
    assert len(source.splitlines()) <= 250

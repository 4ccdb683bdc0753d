"""Check a jiexu evidence file without jiexu: Python's own library and ``cryptography``, nothing else.

Written from docs/evidence.md, sharing no code with the package: no mistake there repeats here. Status 0 means that
everything fits, and on whose word is printed; status 1 that something does not, and what.
"""

import argparse
import json
import re
import sys
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Record = dict[str, Any]
WHOLE, LARGEST, ZEROS, TOP = range(1 - 2**53, 2**53), 66 << 20, "0" * 64, ("manifest.json", "signature.json")
JSON = json.JSONDecoder(parse_int=lambda n: WHOLE[WHOLE.index(int(n))], parse_float=int, parse_constant=int)
TO_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
FIXED = ("directory.json", "case.json", "decisions.json", "money.json", "index.html")
BUNDLE = r"bundles/\d{6}-[0-9a-f]{16}\.json"
PIECE, DOCUMENT = r"messages/\d{6}-\d{4,9}\.(envelope\.json|payload\.json|salt)", r"documents/[\w-]+\.pdf"
HASH, TEXT, TIME = "[0-9a-f]{64}", r"[\w .:/+-]{1,80}", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
BUNDLED = "version agency receiver key_id purpose count root time seal signature"
RECEIPTED = "bundle_root agency key_id time outcomes signature"
FORMS: Record = {"signature": "[0-9a-f]{128}", "format": "evidence/1", "time": TIME, "seal": None}
FORMS |= {"side": "origin|destination", "engine": r"jiexu [0-9a-z.+]{1,30}", "case_no": "[0-9A-Z]{1,20}"}
FORMS |= dict.fromkeys(("as_of", "valid_from", "valid_until"), r"\d{4}-\d\d-\d\d")
FORMS |= dict.fromkeys(("root", "bundle_root", "prev", "seen", "payload_hash", "public_key"), HASH)
FORMS |= dict.fromkeys(("seq", "step", "version", "count", "seen_seq", "index", "size"), int)
FORMS |= dict.fromkeys(("certificates", "outcomes", "proofs", "path"), list)
FORMS |= dict.fromkeys(("payloads", "entries", "bundle", "receipt", "joint"), dict)


class WrongError(Exception):
    """The first thing that is wrong: which entry, a colon, and what."""


def need(holds: object, name: str, said: str) -> None:
    if not holds:
        raise WrongError(f"{name}: {said}.")


def unpack(data: bytes) -> dict[str, bytes]:
    """Entries by name. Nothing compressed is read, and no byte twice: no small file becomes a large one."""
    need(len(data) <= LARGEST, "zip", "too many bytes for an evidence file")
    with ZipFile(BytesIO(data)) as held:
        plain = sum(each.file_size + each.compress_type * LARGEST for each in held.infolist()) <= len(data)
        need(plain, "zip", "compressed or overlapping, so packed by another program")
        return {each.filename: held.read(each) for each in held.infolist()}


def pack(entries: dict[str, bytes]) -> bytes:
    """The one way these entries are packed: by name, stored, the first day of 1980, readable by everybody."""
    packed = BytesIO()
    with ZipFile(packed, "w") as held:
        for name, data in sorted(entries.items()):
            about = ZipInfo(name)
            about.create_system, about.external_attr = 3, 0o100644 << 16
            held.writestr(about, data)
    return packed.getvalue()


def shaped(name: str, value: Any, fields: str) -> Record:  # exactly these fields, each of its form
    need(isinstance(value, dict) and value.keys() == set(fields.split()), name, f"not an object of {fields}")
    for field, one in value.items():
        form = FORMS.get(field, TEXT)
        text = isinstance(form, str) and isinstance(one, str) and re.fullmatch(form, one, re.ASCII)
        need(text or type(one) is form or form is None, name, f"{field} is not of its form")
    return dict(value)


def day(text: str) -> date:  # in Beijing, also of an instant written in UTC
    return (datetime.fromisoformat(text) + timedelta(hours=8 if "T" in text else 0)).date()


def bare(domain: str, value: bytes | Record) -> bytes:  # what of a value is signed
    if isinstance(value, dict):
        value = {key: one for key, one in value.items() if key not in ("signature", "joint")}
    said = value if isinstance(value, bytes) else TO_JSON.encode(value).encode()
    return f"jiexu/{domain}\n".encode() + said


def signed(name: str, public: str, domain: str, value: bytes | Record, signature: str) -> None:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), bare(domain, value))
    except InvalidSignature:
        raise WrongError(f"{name}: the {domain} was changed, or its key did not sign it.") from None


def climb(leaf: bytes, at: int, size: int, path: list[str]) -> bytes:
    """The root of a tree of this size with this leaf (RFC 9162); nothing where the path does not fit."""
    if size == 1 or not path:
        return sha256(b"\0" + leaf).digest() if size == 1 and not path else b""
    half, top = 1 << (size - 1).bit_length() - 1, bytes.fromhex(path[-1])
    below = climb(leaf, at % half, half if at < half else size - half, path[:-1])
    return sha256(b"\1" + (below + top if at < half else top + below)).digest() if below else b""


class Check:
    """One file, checked in the order docs/evidence.md gives. Whatever it raises, the file is wrong."""

    def __init__(self, data: bytes, root: str | None) -> None:
        self.entries, self.outcomes = unpack(data), dict[str, str]()
        fields = "format case_no agency other side as_of step engine payloads entries"
        self.manifest = shaped(TOP[0], self.read(TOP[0]), fields)
        self.hashes, self.payloads = self.manifest["entries"], self.manifest["payloads"]
        self.sides = self.manifest["agency"], self.manifest["other"]
        two = len({*self.sides}) == 2 or not self.payloads  # inside one pooling area nobody writes
        need(two and self.manifest["step"] > 0, TOP[0], "its step or its agencies")
        self.trust(root)
        for name in sorted((self.hashes.keys() | self.entries.keys() | set(FIXED)) - set(TOP)):
            need(name in self.entries, name, "on the signed list, but not here")
            known = name in FIXED or re.fullmatch(f"{PIECE}|{BUNDLE}|{DOCUMENT}", name, re.ASCII)
            need(known and name in self.hashes, name, "not on the signed list")
            need(sha256(self.entries[name]).hexdigest() == self.hashes[name], name, "changed: another hash")
        need(pack(self.entries) == data, "zip", "something around the entries was changed or added")
        self.envelopes = self.messages()
        for name in sorted(each for each in self.entries if re.fullmatch(BUNDLE, each)):
            self.bundle(name)
        self.contents()

    def read(self, name: str) -> Any:  # refused unless its bytes are the only ones that write it
        need(name in self.entries, name, "missing")
        value = JSON.decode(self.entries[name].decode())
        need(TO_JSON.encode(value).encode() == self.entries[name], name, "not canonical JSON")
        return value

    def verify(self, name: str, domain: str, value: bytes | Record, seal: Record, *days: date) -> None:
        if "joint" in seal:  # signed with others: its place leads to the root that is signed
            place = shaped(name, seal["joint"], "index size path")
            root, domain = climb(bare(domain, value), place["index"], place["size"], place["path"]), "joint/1"
            need(root and 0 <= place["index"] < place["size"] <= 512, name, "no place in what was signed")
            value = {key: (seal | place)[key] for key in ("agency", "key_id", "size")} | {"root": root.hex()}
        held = [one for one in self.certificates if one["key_id"] == seal["key_id"]]
        stood = [day(one["valid_from"]) <= on <= day(one["valid_until"]) for one in held for on in days]
        need(stood and all(stood), name, f"key {seal['key_id']} is not certified for its days")
        signed(name, held[0]["public_key"], domain, value, seal["signature"])

    def trust(self, root: str | None) -> None:
        """The root is yours, it certified every key, and the exporting agency's key signed the manifest."""
        value = shaped(FIXED[0], self.read(FIXED[0]), "root certificates")
        self.root = sha256(bytes.fromhex(value["root"])).hexdigest()
        need(root in (None, self.root), FIXED[0], f"its root is {self.root}, not yours")
        fields, self.certificates = "agency key_id public_key valid_from valid_until signature", []
        for each in value["certificates"]:
            self.certificates.append(one := shaped(FIXED[0], each, fields))
            signed(FIXED[0], value["root"], "certificate/1", one, one["signature"])
            need(one["key_id"][:6] == one["agency"], FIXED[0], "a key named after another agency")
        seal = shaped(TOP[1], self.read(TOP[1]), "key_id signature")
        need(seal["key_id"][:6] == self.sides[0], TOP[1], "a key of another agency")
        self.verify(TOP[0], "evidence/1", self.entries[TOP[0]], seal, day(self.manifest["as_of"]))

    def messages(self) -> dict[str, Record]:
        """Envelopes by name; each fits its name, its place in its lane, and what it says to have seen."""
        found: dict[str, Record] = {}
        fields = "id type version sender receiver case_no seq prev seen_seq seen time payload_hash"
        for name in sorted(each for each in self.entries if each.endswith(".envelope.json")):
            one = shaped(name, self.read(name), fields)
            case, two, seen = one["case_no"], {one["sender"], one["receiver"]}, one["seen"] != ZEROS
            what = b"jiexu/message-id/1\n" + TO_JSON.encode([case, one["sender"], one["seq"]]).encode()
            sound = one["id"] == sha256(what).hexdigest()[:32] and seen == (one["seen_seq"] > 0)
            need(sound and day(one["time"]), name, "it contradicts itself")
            short, own = f"{one['sender']}-{one['seq']:04d}", (self.manifest["case_no"], set(self.sides))
            need(name[9:-14] == short and own == (case, two), name, "another message, or of another case")
            found[short] = one | {"hash": sha256(b"jiexu/envelope/1\n" + self.entries[name]).hexdigest()}
        need(found.keys() == self.payloads.keys(), TOP[0], "its payloads are not those of the messages")
        start: Record = {"hash": ZEROS, "seen_seq": 0}
        for short, one in found.items():
            before = found.get(f"{one['sender']}-{one['seq'] - 1:04d}", start)
            seen = found.get(f"{one['receiver']}-{one['seen_seq']:04d}", start)
            fits = one["seen_seq"] >= before["seen_seq"] and (one["seq"] == 1 or before is not start)
            fits = fits and (one["prev"], one["seen"]) == (before["hash"], seen["hash"])
            need(fits, "messages", f"{short} does not fit the others")
        return found

    def bundle(self, name: str) -> None:
        """Messages stand in a bundle the sender signed, and the receiver's signed receipt names each."""
        value = shaped(name, self.read(name), "bundle receipt proofs")
        bundle = shaped(name, value["bundle"], BUNDLED + " joint" * ("joint" in value["bundle"]))
        receipt = shaped(name, value["receipt"], RECEIPTED + " joint" * ("joint" in value["receipt"]))
        said, root, ends = receipt["outcomes"], bundle["root"], (bundle["agency"], bundle["receiver"])
        facing = f"bundles/{ends[0]}-{root[:16]}.json", {*self.sides}, len(said), *ends, root, ends[1]
        keys = bundle["key_id"][:6], receipt["key_id"][:6]
        right = facing == (name, {*ends}, bundle["count"], *keys, receipt["bundle_root"], receipt["agency"])
        right = right and value["proofs"] and bundle["version"] == 2 + ("joint" in bundle)
        need(right, name, "bundle and receipt belong neither together nor to this case")
        made, came = day(bundle["time"]), day(receipt["time"])
        for proof in value["proofs"]:
            one, at = self.envelopes[shaped(name, proof, "message index path")["message"]], proof["index"]
            held = 0 <= at < len(said) and (one["sender"], one["id"]) == (ends[0], said[at][0])
            held = held and climb(bytes.fromhex(one["hash"]), at, len(said), proof["path"]).hex() == root
            need(held, name, f"{proof['message']} is not proven to stand in the bundle")
            need(day(one["time"]) <= came, name, "its receipt is older than its message")
            self.outcomes[proof["message"]] = said[at][1]
        self.verify(name, f"bundle/{bundle['version']}", bundle, bundle, made, max(made, came))
        self.verify(name, f"receipt/{1 + ('joint' in receipt)}", receipt, receipt, came)

    def contents(self) -> None:
        """Payload and salt are here exactly where the manifest says so, and are what the envelope speaks for."""
        here = {name for name in self.entries if re.match(r"messages/.*(payload\.json|salt)$", name)}
        for short, content in self.payloads.items():
            payload, salt = f"messages/{short}.payload.json", f"messages/{short}.salt"
            if {"here": True, "erased": False, "withheld": False}[content]:
                need({payload, salt} <= here and self.read(payload), payload, "missing or empty")
                hashed = sha256(self.entries[salt] + self.entries[payload]).hexdigest()
                right = len(self.entries[salt]) == 32 and hashed == self.envelopes[short]["payload_hash"]
                need(right, payload, "not the content the signed envelope speaks for")
                here -= {payload, salt}
        need(not here, min(here, default=""), "stands where the signed list says it does not")
        held: Record = {}
        for side, what in zip(self.sides, ("sent", "received"), strict=True):
            lane = sorted((e["seq"], e["hash"]) for e in self.envelopes.values() if e["sender"] == side)
            held[what], held[f"{what}_hash"] = lane[-1] if lane else (0, ZEROS)
        need(all(map(self.read, FIXED[1:4])), "case.json", "empty")
        need(self.read("case.json")["lane"] == held, "case.json", "messages were left out at the end")


def main() -> int:
    parser = argparse.ArgumentParser(description="Check an evidence file.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--root", help="fingerprint of the directory root, as it is published")
    given = parser.parse_args()
    try:
        with given.file.open("rb") as file:
            found = Check(file.read(LARGEST + 1), given.root and re.sub("[^0-9a-f]", "", given.root.lower()))
    except Exception as wrong:  # noqa: BLE001  what nobody foresaw is refused, not passed
        print("WRONG.", wrong if isinstance(wrong, WrongError | OSError) else f"Not as evidence/1: {wrong!r}")
        return 1
    said, (own, other), contents = found.manifest, found.sides, list(found.payloads.values())
    proven = {side: sum(each[:6] == side for each in found.outcomes) for side in found.sides}
    print(f"Everything fits: case {said['case_no']} at {own} after step {said['step']} on {said['as_of']}.")
    print(f"Directory root {found.root}: {'the one you gave' if given.root else 'NOT COMPARED (--root)'}.")
    print("Proven by mathematics: every byte is what the exporting key signed; both lanes are unbroken;")
    print(f"  of {len(contents)} messages {proven} were signed by their sender and receipted by the other;")
    print(f"  {contents.count('here')} contents are here, each the one its envelope speaks for.")
    print(f"On the word of the directory: whose keys these are. Of {own} and {other}: their messages.")
    print(f"On the word of {own} alone: decisions, money, months, its bank's word, documents, and the page.")
    print("Not known: what came after that day, was never sent, was left out at the end, or withheld.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

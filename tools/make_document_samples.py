"""Writes every document as PDF and its pages as PNG, for somebody to look at before a release.

    .venv/bin/python tools/make_document_samples.py FOLDER [--ppi 110]

Makes a node of its own, plays the cast of tests/database/documents_cast.py in it (a four-byte character in the name, one
the font lacks, a 30-character employer, a birth in 1876) and removes the node again.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "database"))

from documents_cast import LACKING, accepted_offline, do, ended, refused  # noqa: E402  after the path
from store_cast import MONDAY  # noqa: E402

from jiexu.cli.working import working  # noqa: E402
from jiexu.documents import making  # noqa: E402
from jiexu.documents.errors import DocumentError  # noqa: E402
from jiexu.documents.kinds import Kind  # noqa: E402
from jiexu.documents.making import Made  # noqa: E402
from jiexu.documents.setting import Press  # noqa: E402
from jiexu.exchange.envelope import BEIJING  # noqa: E402
from jiexu.gateways.postgres.folder import DataFolder  # noqa: E402
from jiexu.texts import Lang  # noqa: E402
from jiexu.usecases.deskwork import Verb  # noqa: E402
from jiexu.usecases.node import Node  # noqa: E402

LANGUAGES: dict[str, tuple[Lang, ...]] = {"zh": ("zh",), "both": ("zh", "en"), "en": ("en",)}


def cases(node: Node) -> dict[str, str]:
    """A case for each way a document comes about, by the word its files are named with."""
    by_letter = accepted_offline(node, 3)
    do(node, by_letter, Verb.ISSUE_FORM)
    return {
        "wire": ended(node, 1),
        "lacking": ended(node, 4, name=LACKING),
        "letter": by_letter,
        "refused": refused(node, 2),
        "accepted": accepted_offline(node, 5),
    }


def made(node: Node) -> Iterator[tuple[str, Made]]:
    """Every document each of these cases is far enough for."""
    for word, case_no in cases(node).items():
        for kind in Kind:
            try:
                yield f"{word}-{kind}", making.make(node, case_no, kind, day=MONDAY, by="desk-clerk")
            except DocumentError:
                continue


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ppi", type=float, default=110, help="dots an inch of the pictures")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    data = DataFolder(path=Path(tempfile.gettempdir()) / f"jiexu_samples_{secrets.token_hex(4)}")
    try:
        with working(data, "samples") as node:
            write(node, asked.folder, asked.ppi)
    finally:
        data.remove()


def write(node: Node, folder: Path, ppi: float) -> None:
    """The files, and how long setting and signing took."""
    press, count, spent = Press(node.areas), 0, 0.0
    for word, one in made(node):
        copies = 3 if one.issued.carrier else 1
        for name, langs in LANGUAGES.items():
            began = time.perf_counter()
            pdf = making.printed(press, one, langs, at=datetime.now(BEIJING), copies=copies)
            count, spent = count + 1, spent + time.perf_counter() - began
            (folder / f"{word}-{name}.pdf").write_bytes(pdf)
            for at, page in enumerate(press.picture(one.issued, langs, ppi=ppi, copies=copies), start=1):
                (folder / f"{word}-{name}-{at}.png").write_bytes(page)
    print(f"{count} documents in {folder}; {1000 * spent / count:.0f} ms each to set and sign.")


if __name__ == "__main__":
    main()

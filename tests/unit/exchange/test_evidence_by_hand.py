"""The lines of docs/evidence.md that check a file by hand do check it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from evidence_cast import FINGERPRINT, evidence, written

from jiexu.exchange.container import unpack

PAGE = (Path(__file__).parents[3] / "docs" / "evidence.md").read_text(encoding="utf-8")
NEEDED = ("bash", "openssl", "jq", "sha256sum")
LINES = "\n".join(re.findall(r"^```bash\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """The folder a person would stand in."""
    if missing := [name for name in NEEDED if shutil.which(name) is None]:
        pytest.skip(f"this machine has no {', '.join(missing)}")
    for name, data in unpack(written(evidence())).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def by_hand(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", LINES], cwd=folder, capture_output=True, text=True, check=False
    )


def test_a_file_can_be_checked_with_openssl_alone(unpacked: Path) -> None:
    done = by_hand(unpacked)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Signature Verified Successfully") == 4
    assert FINGERPRINT in done.stdout


@pytest.mark.parametrize("name", ["manifest.json", "case.json", "signature.json"])
def test_by_hand_a_changed_entry_is_seen(unpacked: Path, name: str) -> None:
    place = unpacked / name
    place.write_bytes(place.read_bytes().replace(b"0", b"1", 1))
    assert by_hand(unpacked).returncode != 0


def test_the_page_names_every_entry_and_every_word_of_the_format() -> None:
    for name in unpack(written(evidence())):
        kind = re.sub(r"[0-9]{6}-[0-9a-f]{4,}", "…", name)
        shown = re.sub(r"[0-9]{6}-[0-9a-f]{4,}", "…", PAGE)
        assert (
            kind in shown or kind.rpartition(".")[2] in {"salt", "pdf"} or kind.endswith(".payload.json")
        ), name
    for word in ("here", "erased", "withheld", "evidence/1"):
        assert word in PAGE

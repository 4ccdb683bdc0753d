"""How much is kept: a file a person may change, and what is said where it is not understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiexu.documents.signing import LONGEST_PDF
from jiexu.gateways.policyfiles.limits import Limits, load_limits, shipped_limits
from jiexu.gateways.policyfiles.marked import PolicyFileError

WHOLE = (
    "not_taken_megabytes: 3\nupload_megabytes: 2\ntold_megabytes: 1\nreport_megabytes: 4\n"
    "tries: 5\ntries_minutes: 10\nfigures_smallest: 4\nmessage_tries: 3\nmessage_minutes: 2\nkey_days: 30\n"
)


def test_limits_are_read_in_megabytes_tries_and_minutes(tmp_path: Path) -> None:
    (tmp_path / "limits.yaml").write_text(WHOLE, encoding="utf-8")
    assert load_limits(tmp_path) == Limits(3_000_000, 2_000_000, 1_000_000, 4_000_000, 5, 10, 4, 3, 2, 30)
    assert shipped_limits().not_taken_bytes >= 1 << 24, "the longest delivery has room"
    assert shipped_limits().upload_bytes > LONGEST_PDF, "the longest document has room"


@pytest.mark.parametrize(
    "text",
    [
        "not_taken_megabytes: 3",
        WHOLE + "other: 3",
        WHOLE.replace("tries: 5", "tries: 0"),
        WHOLE.replace("tries: 5", "tries: 1.5"),
        WHOLE.replace("tries: 5", "tries: true"),
    ],
)
def test_limits_that_are_not_understood_are_named_with_file_and_cure(tmp_path: Path, text: str) -> None:
    (tmp_path / "limits.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyFileError, match=r"limits\.yaml, line 1: .* Write not_taken_megabytes, upload"):
        load_limits(tmp_path)

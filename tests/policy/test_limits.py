"""How much is kept: a file a person may change, and what is said where it is not understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiexu.gateways.policyfiles.limits import load_limits, shipped_limits
from jiexu.gateways.policyfiles.marked import PolicyFileError


def test_the_room_of_a_day_is_read_in_megabytes(tmp_path: Path) -> None:
    (tmp_path / "limits.yaml").write_text("not_taken_megabytes: 3\n", encoding="utf-8")
    assert load_limits(tmp_path).not_taken_bytes == 3_000_000
    assert shipped_limits().not_taken_bytes >= 1 << 24, "the longest delivery has room"


@pytest.mark.parametrize(
    "text",
    ["not_taken_megabytes: 0", "not_taken_megabytes: 1.5", "not_taken_megabytes: true", "other: 3", "not_taken_megabytes: 3\nother: 3"],
)  # fmt: skip
def test_limits_that_are_not_understood_are_named_with_file_and_cure(tmp_path: Path, text: str) -> None:
    (tmp_path / "limits.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyFileError, match=r"limits\.yaml, line 1: .* Write not_taken_megabytes alone"):
        load_limits(tmp_path)

"""YAML read with line numbers, so that an error in a policy file can say where it stands and how to cure it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Flaw:
    """One mistake in one policy file: where, what, and what to do about it."""

    file: str
    line: int
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what} {self.cure}"


class PolicyFileError(ValueError):
    """One or more policy files are wrong; the message lists every flaw, one a line."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__("\n".join(str(flaw) for flaw in flaws))
        self.flaws = flaws


class Marked(dict[str, Any]):
    """A mapping that remembers the line it starts on, and the line of each of its keys."""

    line: int = 0
    lines: Mapping[str, int] = MappingProxyType({})


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the parser in C, where built
    """Safe loading with marked mappings; a key written twice is an error, not a silent overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: ARG002  # always deep: records are small
        marked = Marked()
        lines: dict[str, int] = {}
        marked.line, marked.lines = node.start_mark.line + 1, lines
        for key_node, value_node in node.value:
            key = str(self.construct_object(key_node, deep=True))
            if key in marked:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            lines[key] = key_node.start_mark.line + 1
            marked[key] = self.construct_object(value_node, deep=True)
        return marked  # type: ignore[return-value]  # keys are text here, which is hashable

    def construct_marked(self, node: yaml.MappingNode) -> Marked:
        marked = self.construct_mapping(node)
        assert isinstance(marked, Marked)  # noqa: S101  # for the type checker: built just above
        return marked


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_marked)


def read(file: Path) -> Marked:
    """The mapping a policy file holds, with lines. Raises PolicyFileError naming file, line and cure."""
    try:
        loaded = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  # a SafeLoader subclass
    except FileNotFoundError:
        raise PolicyFileError(
            [Flaw(str(file), 0, "The file is missing.", "Restore it from the release.")]
        ) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise PolicyFileError(
            [Flaw(str(file), line, f"Not valid: {error.problem}.", "Correct this line.")]
        ) from error
    if not isinstance(loaded, Marked):
        raise PolicyFileError([Flaw(str(file), 1, "The file is not a mapping.", "Write keys and values.")])
    return loaded

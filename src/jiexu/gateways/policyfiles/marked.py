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


TEXT, LIST, MAPPING = (f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))
NO_RESOLVERS: list[Any] = []


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the parser in C, where built
    """Safe loading with marked mappings; a key written twice is an error, not a silent overwrite.

    Most of a policy file is plain words, so these take the shortest way: every command waits for the files to be read.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: ARG002  # always deep: records are small
        marked = Marked()
        lines: dict[str, int] = {}
        marked.line, marked.lines = node.start_mark.line + 1, lines
        for key_node, value_node in node.value:
            key = str(self._built(key_node))
            if key in marked:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            lines[key] = key_node.start_mark.line + 1
            marked[key] = self._built(value_node)
        return marked  # type: ignore[return-value]  # keys are text here, which is hashable

    def construct_marked(self, node: yaml.MappingNode) -> Marked:
        marked = self.construct_mapping(node)
        assert isinstance(marked, Marked)  # noqa: S101  # for the type checker: built just above
        return marked

    def construct_list(self, node: yaml.SequenceNode) -> list[Any]:
        return [self._built(each) for each in node.value]

    def _built(self, node: yaml.Node) -> Any:
        """What a node holds; text without a look into the table of constructors."""
        return node.value if node.tag == TEXT else self.construct_object(node, deep=True)

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        """The tag of a node without one: as the base class finds it, which also looks for resolvers by path, of which there are none."""
        if kind is not yaml.ScalarNode:
            return LIST if kind is yaml.SequenceNode else MAPPING
        if implicit[0]:
            known = self.yaml_implicit_resolvers
            for tag, pattern in known.get(value[:1], NO_RESOLVERS):
                if pattern.match(value):
                    return str(tag)
        return TEXT

    def descend_resolver(self, *_: object) -> None:
        """Nothing: no resolvers by path."""

    def ascend_resolver(self) -> None:
        """Nothing: no resolvers by path."""


_Loader.add_constructor(MAPPING, _Loader.construct_marked)
_Loader.add_constructor(LIST, _Loader.construct_list)


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

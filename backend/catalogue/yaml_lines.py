"""Reads YAML strictly, and finds the line on which a value stands."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class KeyTwice(Exception):
    """A mapping names the same key twice; YAML would silently keep the last."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(f"{key} on line {line}")
        self.key = key
        self.line = line


class _StrictLoader(_Loader):  # type: ignore[misc]
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise KeyTwice(str(key.value), key.start_mark.line + 1)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)  # type: ignore[no-any-return]


def load_strictly(text: str) -> Any:
    """Return the value of a YAML text; raises ``yaml.YAMLError`` or :class:`KeyTwice`."""
    return yaml.load(text, Loader=_StrictLoader)  # noqa: S506  # a safe loader


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Return the line of the value at ``path``, or of the nearest part around it that is there."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            entry = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if entry is None:
                return line
            line, node = entry[0].start_mark.line + 1, entry[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            return line
    return line

"""Where things stand in a file."""

from __future__ import annotations

from typing import NamedTuple

from vmlint.syntax.text import Problem
from vmlint.syntax.yaml.nodes import Node, Scalar


class Place(NamedTuple):
    """A stretch of a file. Lines and columns count from one; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Text(NamedTuple):
    """A file that was read: its name as the user knows it, and its text for code frames."""

    name: str
    text: str


class Refused(NamedTuple):
    """A key or value that the model does not take."""

    path: tuple[str | int, ...]
    node: Node
    expected: str


def place_of(file: str, node: Node, key: Scalar | None) -> Place:
    """Return the place to show for a value: itself if it is a scalar, else the key that leads to it."""
    # A whole block is shown by its key, since nobody wants twenty lines underlined.
    shown = node if isinstance(node, Scalar) and node.end.index > node.start.index else key or node
    start, end = shown.start, shown.end
    if end.line > start.line and not isinstance(shown, Scalar):
        return Place(file, start.line + 1, start.column + 1, start.line + 1, start.column + 2)
    return Place(file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def problem(code: str, node: Node, message: str, help: str = "") -> Problem:
    """Make a problem whose place is a node."""
    place = place_of("", node, None)
    return Problem(code, message, place.line, place.column, place.end_line, place.end_column, help)

"""YAML trees whose every node knows its place, and the values of scalars under YAML 1.2's core schema."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Protocol

import yaml

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem
from vmlint.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections import abc

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_STARTS = "+-.0123456789"
_INT = lazy_pattern(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = lazy_pattern(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_OLD_WORDS = {
    word: spoken
    for spoken, words in (("true", "yes on y"), ("false", "no off n"))
    for lower in words.split()
    for word in (lower, lower.capitalize(), lower.upper())
}


class Mark(Protocol):
    """A place in the text. All three count characters from zero."""

    line: int
    column: int
    index: int


class Scalar:
    """A single value: its unfolded text, and whether it was plain or quoted."""

    __slots__ = ("end", "plain", "start", "tag", "text")

    def __init__(self, text: str, plain: bool, tag: str | None, start: Mark, end: Mark) -> None:
        self.text = text
        self.plain = plain
        self.tag = tag
        """``str``, ``int``, ``float``, ``bool`` or ``null``, if a tag is written (``!!int``)."""
        self.start = start
        self.end = end

    def value(self) -> str | int | float | bool | None:
        """Return the value under YAML 1.2's core schema. Numbers of over 300 characters stay text."""
        tag, text = self.tag, self.text
        if tag is None:
            return resolve(text) if self.plain else text
        if tag == "str":
            return text
        value = resolve(text)
        return float(value) if tag == "float" and isinstance(value, int) else value


class ListNode:
    """A list."""

    __slots__ = ("end", "items", "start")

    def __init__(self, start: Mark) -> None:
        self.items: list[Node] = []
        self.start = start
        self.end = start


class MapNode:
    """Keys and values by the text of the key. If a key is written twice, the first one is kept."""

    __slots__ = ("duplicates", "end", "entries", "merged_below", "start")

    def __init__(self, start: Mark) -> None:
        self.entries: dict[str, tuple[Scalar, Node]] = {}
        self.duplicates: list[tuple[Scalar, Scalar, Node | None]] = []
        """The first key, the key again, and its value there; ``None`` for a second ``<<``."""
        self.merged_below: dict[str, tuple[Scalar, Node]] | None = None
        """What a ``<<`` brings for keys that stand above it: most tools pass over that, some set them anew."""
        self.start = start
        self.end = start


Node = Scalar | ListNode | MapNode


class Document:
    """One document of a stream. ``root`` is ``None`` if it is empty."""

    __slots__ = ("root", "start")

    def __init__(self, root: Node | None, start: Mark) -> None:
        self.root = root
        self.start = start


def resolve(text: str) -> str | int | float | bool | None:
    """Return the value of a plain scalar under the core schema."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_STARTS or len(text) > limits.YAML_NUMBER:
        return text
    if _INT.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return float(text.replace(".", "") if text[-1] in "fFnN" else text)
    return text


def surprise(scalar: Scalar) -> str | None:
    """Return how YAML 1.1 tools read a plain scalar, as a sentence, if YAML 1.2 reads another value."""
    if not scalar.plain or scalar.tag or len(scalar.text) > limits.YAML_NUMBER:
        return None
    return _surprise(scalar.text)


@functools.lru_cache(maxsize=4096)  # the same few words stand in many files
def _surprise(text: str) -> str | None:
    if text in _OLD_WORDS:
        return f"{'some ' if len(text) == 1 else ''}YAML 1.1 tools read this as {_OLD_WORDS[text]}"
    if not text or text[0] not in _NUMBER_STARTS or (text.isdigit() and text[0] != "0"):
        return None
    old = _resolve_old(text)
    if repr(old) == repr(resolve(text)):  # not by equality: 1 differs from 1.0, and nan equals nan
        return None
    return f"YAML 1.1 tools read this as {'text' if isinstance(old, str) else f'the number {old}'}"


def _resolve_old(text: str) -> str | int | float:
    node = yaml.ScalarNode("", text)
    tag = yaml.resolver.Resolver().resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    constructor = yaml.constructor.SafeConstructor()
    try:
        if tag == "tag:yaml.org,2002:int":
            return constructor.construct_yaml_int(node)
        if tag == "tag:yaml.org,2002:float":
            return constructor.construct_yaml_float(node)
    except (ValueError, OverflowError):  # such as 0b_, which only looks like a number
        pass
    return text


def between(start: Mark, end: Mark) -> Span:
    """Return the span between two marks."""
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def span_of(node: Node, key: Scalar | None = None) -> Span:
    """Return the span to show for a value: the value if it is a scalar, else its key."""
    # Underline only the key of a block: twenty underlined lines would be hard to read.
    shown = node if isinstance(node, Scalar) and node.end.index > node.start.index else key or node
    span = between(shown.start, shown.end)
    if span.end_line > span.line and not isinstance(shown, Scalar):
        return Span(span.line, span.column, span.line, span.column + 1)
    return span


def problem(code: str, node: Node, message: str, help: str = "") -> Problem:
    """Build a problem at a node."""
    return Problem(code, message, span_of(node), help)


def find(node: Node, path: abc.Sequence[str | int]) -> tuple[Node, Scalar | None, int]:
    """Walk down a path as far as it goes.

    Return the last node reached, the key that led to it (``None`` for the root and for list items), and how many steps
    of the path were taken.
    """
    key: Scalar | None = None
    for taken, step in enumerate(path):
        if type(node) is MapNode:
            entry = node.entries.get(str(step))
            if entry is None:
                return node, key, taken
            key, node = entry
        elif type(node) is ListNode:
            digits = str(step)
            if not (digits.isascii() and digits.isdigit() and len(digits) < 9 and int(digits) < len(node.items)):
                return node, key, taken
            key, node = None, node.items[int(digits)]
        else:
            return node, key, taken
    return node, key, len(path)

"""The comments of a YAML text, searched only on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from yaml import tokens

from vmlint import limits
from vmlint.patterns import lazy_pattern
from vmlint.syntax.lines import has_rare_ends
from vmlint.syntax.text import BOM
from vmlint.syntax.yaml import tree as yaml_tree

if TYPE_CHECKING:
    from collections import abc

_LINE = lazy_pattern(r"([^\r\n]*+)(?:\r\n?|\n|\Z)")


def comments(text: str) -> abc.Iterator[tuple[int, int, str]]:
    """Yield the comments of a text that :func:`load` accepts: line and column from zero, and the text from ``#`` on.

    A comment begins with ``#`` between two tokens, or in the header of a block scalar.
    """
    if "#" not in text:
        return
    text = text.removeprefix(BOM)
    line = column = index = depth = 0
    loader = yaml_tree.LOADER(text)  # its scanner is slow at great depth
    while (token := _next(loader)) is not None and depth <= limits.YAML_DEPTH:
        kind, start, end = type(token), token.start_mark, token.end_mark
        if start.index > index:
            yield from _comments_between(text[index : start.index], line, column)
        if kind is tokens.ScalarToken and token.style and token.style in "|>":
            header = text[start.index : end.index].splitlines()[0]
            yield from _comments_between(header, start.line, start.column)
        elif kind is tokens.FlowSequenceStartToken or kind is tokens.FlowMappingStartToken:
            depth += 1
        elif kind is tokens.FlowSequenceEndToken or kind is tokens.FlowMappingEndToken:
            depth -= 1
        line, column, index = end.line, end.column, end.index


def _next(loader: Any) -> Any:
    try:
        return loader.get_token()
    except yaml.YAMLError:  # deeper than libyaml reads
        return None


def _comments_between(gap: str, line: int, column: int) -> abc.Iterator[tuple[int, int, str]]:
    if "#" in gap:
        for number, content in enumerate(gap.splitlines() if has_rare_ends(gap) else _lines(gap)):
            hash_sign = content.find("#")
            if hash_sign >= 0:
                yield line + number, hash_sign + (0 if number else column), content[hash_sign:]


def _lines(text: str) -> abc.Iterator[str]:
    """Yield the lines of a text without their ends, one by one: there may be millions."""
    return (match[1] for match in _LINE.finditer(text))

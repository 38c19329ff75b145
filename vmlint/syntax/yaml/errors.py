"""YAML syntax errors: libyaml's messages in better words and at the right place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.findings.problem import Problem
from vmlint.patterns import lazy_pattern
from vmlint.syntax.text import at, span_at

if TYPE_CHECKING:
    import yaml

    from vmlint.syntax.yaml.nodes import ListNode, MapNode

TEMPLATE = "this looks like a template: lint what it renders to, or put quotes around the braces"
TOO_DEEP = f"the file nests deeper than {limits.YAML_DEPTH} levels"
_REPHRASED = (
    # Part of the message of PyYAML or libyaml, the message to report instead, and the help.
    (
        "mapping values are not allowed",
        "': ' is not allowed here",
        "indent this line like its neighbours, or put quotes around a text that contains ': '",
    ),
    (
        "sequence entries are not allowed",
        "a list item cannot start here",
        "write '- ' on a line of its own, below the key",
    ),
    (
        "alphabetic or numeric character",
        "'&' and '*' must be followed by the name of an anchor",
        "put quotes around a text that begins with '&' or '*'",
    ),
    (
        "<document start>",
        "nothing may follow here: the value of this document has ended",
        "begin another document with a line of '---'",
    ),
    ("invalid Unicode character escape", "this escape is not a character", ""),
    ("codec can't decode", "the escapes in this tag are not UTF-8", ""),
    ("incompatible YAML document", "only YAML 1.1 and 1.2 are read", ""),
    ("undefined tag handle", "no %TAG directive declares the beginning of this tag", ""),
)
_BRACKETS = lazy_pattern(r"[\[\]{}]")
_OPENING = lazy_pattern(r"(?:[&!][^\s\[\]{}]*\s+)*[\[{]")


def explain_syntax(text: str, error: yaml.MarkedYAMLError, around: list[ListNode | MapNode]) -> Problem:
    """Build the problem for an error of libyaml or PyYAML; ``around`` holds the open containers."""
    problem, context = error.problem or "", error.context or ""
    mark = error.problem_mark or error.context_mark
    index = min(mark.index, len(text)) if mark else 0
    opening = min(error.context_mark.index, len(text)) if error.context_mark else index
    line_start = _line_start(text, index)
    indentation = text[line_start : index + 1]
    indentation = indentation[: len(indentation) - len(indentation.lstrip(" \t"))]
    char = text[index : index + 1]

    if "nesting depth" in problem:  # libyaml has its own limit, above ours
        return at("VM904", TOO_DEEP, text, index)
    if "\t" in indentation and "flow" not in context:
        place = line_start + indentation.index("\t")
        return at("VM903", "YAML does not allow tabs for indentation; use spaces", text, place)
    if "quoted" in context and problem.startswith("found unexpected"):
        return _never_closed(text, opening)
    if "expected ',' or" in problem:
        return _unfinished(text, index, opening)
    if "node content" in problem:
        ended = not text[index:].strip() or text.startswith(("---", "..."), index)
        open_flow = [bracket for node in around if (bracket := _bracket(text, node)) is not None]
        if ended and open_flow:
            return _never_closed(text, open_flow[-1])
        return at("VM903", f"a value is missing before '{char}'" if char else "a value is missing here", text, index)
    if "could not find expected ':'" in problem:
        length = len(text[opening:index].splitlines()[0]) if index > opening else 1
        advice = "add the missing ':', or indent the line if it continues the one above"
        return at("VM903", "this is neither 'key: value' nor a list item", text, opening, advice, length)
    if char == "\t":
        return at("VM903", "a tab is not allowed here; use spaces", text, index)
    if "cannot start any token" in problem:
        is_template = char == "%" and text[index - 1 : index] == "{"
        advice = TEMPLATE if is_template else "put quotes around it"
        return at("VM903", f"a value cannot start with '{char}'", text, index, advice)
    if "unknown escape character" in problem:
        index -= char != "\\"  # the pure-Python scanner is one character further
        message = f"'{text[index : index + 2]}' is no escape in a double-quoted text"
        return at("VM903", message, text, index, "write two backslashes, or use single quotes", 2)
    if "expected key" in problem or "<block end>" in problem or "'-' indicator" in problem:
        return _misplaced(text, index, opening, "mapping" if "mapping" in context else "list")
    if "block scalar" in context:
        return at("VM903", "the text of a block begins on the next line; only a comment can follow here", text, index)
    for part, message, advice in _REPHRASED:
        if part in problem:
            return at("VM903", message, text, index, advice)
    plain = problem.replace("did not find the", "did not find").replace("did not find expected", "expected")
    return at("VM903", f"{plain} ({context})" if context else plain, text, index)


def _line_start(text: str, index: int) -> int:
    return max(text.rfind(character, 0, index) for character in "\n\r\x85\u2028\u2029") + 1


def _bracket(text: str, node: ListNode | MapNode) -> int | None:
    # An anchor or a tag comes before the bracket; a block collection begins with neither.
    match = _OPENING.match(text, node.start.index)
    return match.end() - 1 if match else None


def _never_closed(text: str, opening: int) -> Problem:
    place = span_at(text, opening)
    message = f"the {text[opening]} opened on line {place.line}, column {place.column} is never closed"
    closing = {"[": "]", "{": "}"}.get(text[opening], text[opening])
    return Problem("VM903", message, place, f"add the closing {closing}")


def _unfinished(text: str, index: int, opening: int) -> Problem:
    """Build the problem for a flow list or mapping without its end, or without a comma: the next brackets decide."""
    depth = 0
    for bracket in _BRACKETS.finditer(text, index):
        depth += 1 if bracket[0] in "[{" else -1
        if depth < 0:
            if bracket[0] != ("]" if text[opening] == "[" else "}"):
                break
            place = span_at(text, opening)
            opened = f"the {text[opening]} opened on line {place.line}, column {place.column}"
            return at("VM903", f"',' or '{bracket[0]}' is expected here, in {opened}", text, index)
    return _never_closed(text, opening)


def _misplaced(text: str, index: int, opening: int, block: str) -> Problem:
    line_start = _line_start(text, index)
    if text[line_start:index].strip():
        advice = "put quotes around the whole value, or begin a new line"
        return at("VM903", "this cannot follow the value before it", text, index, advice)
    if index - line_start != opening - _line_start(text, opening):
        advice = "line it up with the other keys or items of its block"
        return at("VM903", "the indentation of this line fits no line above it", text, index, advice)
    if block == "list":
        message = "a key cannot follow list items of the same indentation"
    else:
        message = "a list item cannot follow keys of the same indentation"
    return at("VM903", message, text, index)

"""A text of Ruby to its statements and constants."""

from __future__ import annotations

from collections.abc import Iterable

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem, Unreadable
from vmlint.syntax.ruby.scan import tokens
from vmlint.syntax.ruby.script import Script
from vmlint.syntax.ruby.statements import Statement, statements
from vmlint.syntax.ruby.values import constants


def parse(text: str) -> Script:
    """Return what a text holds. Raises ``Unreadable`` (VM904) for one that is too long."""
    if len(text) > limits.RUBY_CHARACTERS:
        raise Unreadable(Problem("VM904", "the file has more than a million characters", Span(1, 1, 1, 2)))
    found = list(statements(tokens(text)))
    return Script(found, constants(found), _is_balanced(found))


def _is_balanced(found: Iterable[Statement]) -> bool:
    """Whether blocks and ends match."""
    opened: list[bool] = []
    """Whether each block that is open was opened by a brace."""
    for statement in found:
        for step in statement.steps:
            if step.kind != "end":
                opened.append(step.braces)
            elif not opened or opened.pop() != step.braces:
                return False
    return not opened

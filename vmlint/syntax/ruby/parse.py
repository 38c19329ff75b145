"""Parse a text of Ruby to its statements and constants."""

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
    """Return the content of a text. Raises ``Unreadable`` (VM904) if it is too long."""
    if len(text) > limits.RUBY_CHARACTERS:
        raise Unreadable(Problem("VM904", "the file has more than a million characters", Span(1, 1, 1, 2)))
    found = list(statements(tokens(text)))
    return Script(found, constants(found), _is_balanced(found))


def _is_balanced(found: Iterable[Statement]) -> bool:
    """Whether every block has its end."""
    opened: list[bool] = []
    """For each open block, whether a brace opened it."""
    for statement in found:
        for step in statement.steps:
            if step.kind != "end":
                opened.append(step.braces)
            elif not opened or opened.pop() != step.braces:
                return False
    return not opened

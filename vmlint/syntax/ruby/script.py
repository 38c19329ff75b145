"""The content of a Ruby file, independent of any tool: a reader knows what a call means."""

from __future__ import annotations

from collections.abc import Sequence

from vmlint.record import NamedTuple
from vmlint.syntax.hcl.tree import Term
from vmlint.syntax.ruby.statements import Statement
from vmlint.syntax.ruby.tokens import Token
from vmlint.syntax.ruby.values import literal


class Script(NamedTuple):
    """The content of a file."""

    statements: list[Statement]
    constants: dict[str, Term]
    """Names that the file sets once, to a literal value."""
    balanced: bool
    """Whether every block has its end, and every end its block."""

    def value(self, words: Sequence[Token]) -> Term:
        """Return the value of a literal, or of the constant that is named; anything else is computed."""
        named = self.constants.get(words[0].text) if len(words) == 1 and words[0].kind == "word" else None
        return literal(words) if named is None else named

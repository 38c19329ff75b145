"""What a file of Ruby holds. It knows no tool: what a call means is its reader's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vmlint.syntax.hcl.tree import Term
from vmlint.syntax.ruby.statements import Statement
from vmlint.syntax.ruby.tokens import Token
from vmlint.syntax.ruby.values import literal


class Script(NamedTuple):
    """What a file holds."""

    statements: list[Statement]
    constants: dict[str, Term]
    """Names that the file sets once, to a value that is written out."""
    balanced: bool
    """Whether every block has its end, and every end its block."""

    def value(self, words: Sequence[Token]) -> Term:
        """Return the value of an expression, or of the constant that it names; any other is computed."""
        named = self.constants.get(words[0].text) if len(words) == 1 and words[0].kind == "word" else None
        return literal(words) if named is None else named

"""The tokens of Ruby, and its keywords."""

from __future__ import annotations

from vmlint.findings.place import Span
from vmlint.record import NamedTuple

OPENERS = frozenset({"if", "unless", "while", "until", "case", "for", "begin", "def", "class", "module"})
"""Words that open a block, which ends with ``end``."""
DEFINITIONS = frozenset({"def", "class", "module"})
LOOPS = frozenset({"while", "until", "for"})
"""Openers with an optional ``do`` after their condition, which does not open a second block."""
MODIFIERS = frozenset({"if", "unless", "while", "until", "rescue"})
"""Words that make the statement before them conditional. At the start of a statement they open a block."""
KEYWORDS = OPENERS | {
    "do", "end", "then", "else", "elsif", "when", "in", "and", "or", "not", "return", "rescue", "ensure",
}  # fmt: skip
ASSIGNMENTS = frozenset({"=", "||=", "+=", "-=", "*=", "&&="})


class Token(NamedTuple):
    """A token and its place."""

    kind: str
    """word, keyword, text, symbol, number, mark, hash (a brace of one) or newline."""
    text: str
    """The content of a text, or the spelling of a word."""
    at: Span
    computed: bool = False
    """Whether a text has an interpolation."""

    def is_mark(self, text: str) -> bool:
        """Whether it is a given sign."""
        return self.kind == "mark" and self.text == text

    def is_keyword(self, *texts: str) -> bool:
        """Whether it is one of some keywords."""
        return self.kind == "keyword" and self.text in texts

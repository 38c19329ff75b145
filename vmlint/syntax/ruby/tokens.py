"""The words of a Ruby file, and which of them the language keeps for itself."""

from __future__ import annotations

from typing import NamedTuple

from vmlint.findings.place import Span

OPENERS = frozenset({"if", "unless", "while", "until", "case", "for", "begin", "def", "class", "module"})
"""Words that open a block down to its ``end``."""
DEFINITIONS = frozenset({"def", "class", "module"})
LOOPS = frozenset({"while", "until", "for"})
"""Openers whose condition a ``do`` may follow, which opens no second block."""
MODIFIERS = frozenset({"if", "unless", "while", "until", "rescue"})
"""Words that after a statement make it conditional, and before one open a block."""
KEYWORDS = OPENERS | {
    "do", "end", "then", "else", "elsif", "when", "in", "and", "or", "not", "return", "rescue", "ensure",
}  # fmt: skip
ASSIGNMENTS = frozenset({"=", "||=", "+=", "-=", "*=", "&&="})


class Token(NamedTuple):
    """A word of the language, and its place."""

    kind: str
    """word, keyword, text, symbol, number, mark, hash (a brace of one) or newline."""
    text: str
    """What a text holds, or how the word is spelled."""
    at: Span
    computed: bool = False
    """Whether something is filled into a text."""

    def is_mark(self, text: str) -> bool:
        """Whether it is a certain sign."""
        return self.kind == "mark" and self.text == text

    def is_keyword(self, *texts: str) -> bool:
        """Whether it is one of some words of the language itself."""
        return self.kind == "keyword" and self.text in texts

"""Calls and assignments of Ruby: ``config.vm.box = "a"``, ``v.customize ["modifyvm", :id]``."""

from __future__ import annotations

from collections.abc import Sequence

from vmlint.record import NamedTuple
from vmlint.syntax.ruby.tokens import ASSIGNMENTS, Token


class Call(NamedTuple):
    """A call of a method of a name, or an assignment to it."""

    receiver: str
    path: tuple[str, ...]
    """The methods called on it: ``("vm", "box")``."""
    rest: Sequence[Token]
    """The rest: arguments, or an assignment."""

    @property
    def assigns(self) -> str:
        """The sign of an assignment: ``=``, ``+=``; empty for a call."""
        first = self.rest[0] if self.rest else None
        return first.text if first is not None and first.kind == "mark" and first.text in ASSIGNMENTS else ""

    @property
    def first(self) -> list[Token]:
        """The first argument, in parentheses or not."""
        first: list[Token] = []
        for word in self.rest[1:] if self.rest and self.rest[0].is_mark("(") else self.rest:
            if word.is_keyword("do") or (word.kind == "mark" and word.text in (",", ")", "{")):
                break
            first.append(word)
        return first

    @property
    def arguments(self) -> list[list[Token]]:
        """The arguments; if there is one list, its items."""
        listed: list[list[Token]] = [[]]
        for word in self.rest:
            if word.is_mark(","):
                listed.append([])
            elif not (word.kind == "mark" and word.text in "()[]"):
                listed[-1].append(word)
        return [each for each in listed if each]


def call(words: Sequence[Token]) -> Call | None:
    """Return the call or assignment in some words, which begin with the name."""
    if not words or words[0].kind != "word":
        return None
    path: list[str] = []
    index = 1
    while index + 1 < len(words) and words[index].is_mark(".") and words[index + 1].kind in ("word", "keyword"):
        path.append(words[index + 1].text)
        index += 2
    return Call(words[0].text, tuple(path), words[index:])

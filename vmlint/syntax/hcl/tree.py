"""HCL2, the language of Terraform and Packer: its blocks and literal values, each with its place. Nothing is evaluated.

Literals are read: texts, numbers and sums of them, booleans, lists, objects, heredocs, and locals of the same file with
a literal value. Everything else (variables, functions, conditions, loops) is computed, and so unknown.

Why not python-hcl2, which has places too? With release 8.1, a file of 2.4 MB took 71 seconds and 1.1 GiB. One unknown
line loses the whole file. And it writes a pickle of its grammar into its installation folder. This reader takes a third
of a millisecond for an ordinary file, and under three seconds for the worst file that it accepts, in one pass and
without a dependency. It does not validate the syntax, as `terraform validate` and `packer validate` do: it skips a line
that it does not know.
"""

from __future__ import annotations

import re

from vmlint.findings.place import Span
from vmlint.syntax.hcl.scan import Lines

LOCALS_DEEP = 8
"""Locals in a chain of references."""

Value = str | int | float | bool | list["Term"] | None


class Source(Lines):
    """A text, and the locals that it sets."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.locals: dict[str, Term] = {}


class Term:
    """A value: a text, a number, a flag, a list, an object, or computed."""

    __slots__ = ("_end", "_start", "_text", "body", "kind", "reference", "value")

    def __init__(self, kind: str, value: Value, at: Span | tuple[Source, int, int], body: Body | None = None) -> None:
        self.kind = kind
        """text, number, flag, null, list, object or computed."""
        self.value = value
        self.body = body
        """The content of an object."""
        self.reference = ""
        """The name, if a computed value is only a name: ``var.memory``."""
        self._text: Span | Source
        if isinstance(at, Span):
            self._text, self._start, self._end = at, 0, 0
        else:
            self._text, self._start, self._end = at

    @property
    def at(self) -> Span:
        """Its place: a text without its quotes, or the start of a list or an object."""
        return self._text if isinstance(self._text, Span) else self._text.span(self._start, self._end)

    @property
    def settled(self) -> Term:
        """The value of a local, if it is a literal of this file; else this value."""
        term = self
        for _ in range(LOCALS_DEEP):
            name = term.reference.removeprefix("local.")
            if name == term.reference or isinstance(term._text, Span) or name not in term._text.locals:
                break
            term = term._text.locals[name]
        return term if term.kind != "computed" else self

    @property
    def computed(self) -> bool:
        """Whether its kind is computed."""
        return self.kind == "computed"

    @property
    def text(self) -> str | None:
        """A text, or a number as text."""
        if self.kind == "text" and isinstance(self.value, str):
            return self.value
        return str(self.number) if self.kind == "number" else None

    @property
    def number(self) -> int | float | None:
        """A number, quoted or not: both tools convert it."""
        if self.kind == "number" and isinstance(self.value, (int, float)):
            return self.value
        if self.kind == "text" and isinstance(self.value, str) and re.fullmatch(r"[0-9]{1,20}", self.value):
            return int(self.value)
        return None

    @property
    def flag(self) -> bool | None:
        """A flag, quoted or not."""
        if self.kind == "flag":
            return bool(self.value)
        return {"true": True, "false": False}.get(self.value) if isinstance(self.value, str) else None

    @property
    def items(self) -> list[Term]:
        """The items of a list; empty for anything else."""
        return [each.settled for each in self.value] if isinstance(self.value, list) else []


class Body:
    """The content of braces or of a file: values by name, and blocks."""

    def __init__(self) -> None:
        self.terms: dict[str, Term] = {}
        self.blocks: list[Block] = []

    def get(self, *names: str) -> Term | None:
        """Return a value inside nested objects; ``None`` if it is absent or ``null``, which are equal."""
        body: Body | None = self
        term = None
        for name in names:
            if body is None or name not in body.terms:
                return None
            term = body.terms[name].settled
            body = term.body
        return None if term is None or term.kind == "null" else term

    def parts(self, kind: str) -> list[Body]:
        """Return the blocks of a kind, or the objects in an attribute with that name: both mean the same."""
        found: list[Body] = [block for block in self.blocks if block.kind == kind]
        term = self.get(kind)
        if term:
            found += [each.body for each in (term, *term.items) if each.body is not None]
        return found

    def part(self, kind: str) -> Body | None:
        """Return the first block of a kind."""
        return next(iter(self.parts(kind)), None)

    def open_ended(self, kind: str) -> bool:
        """Whether there can be more blocks of a kind: a ``dynamic`` block, a computed list."""
        term = self.get(kind)
        computed = term is not None and (term.computed or any(each.computed for each in term.items))
        return computed or any(each.kind == "dynamic" and each.labels[:1] == [kind] for each in self.blocks)


class Block(Body):
    """``kind "label" "label" { ... }``."""

    def __init__(self, kind: str, labels: list[str], text: Source, start: int, end: int) -> None:
        super().__init__()
        self.kind = kind
        self.labels = labels
        self._place = (text, start, end)

    @property
    def at(self) -> Span:
        """Its place: its kind and its labels."""
        return self._place[0].span(self._place[1], self._place[2])

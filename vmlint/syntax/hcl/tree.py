"""HCL2, the language of Terraform and Packer: its blocks and literal values, each with its place. Nothing is evaluated.

What is written out is read: texts, numbers and the sums of them, flags, lists, objects, heredocs, and locals of the
same file that are written out. Everything else (variables, functions, conditions, loops) is computed, and so unknown.

Why not python-hcl2, which gives places too: with its release 8.1 a file of 2.4 MB took 71 seconds and 1.1 GiB, one
line that it does not know loses the whole file, and it pickles its grammar into the folder where it is installed. This
reader takes a third of a millisecond for an ordinary file and under three seconds for the worst that it accepts, in one
pass without going back, and brings no dependency. It is no judge of syntax: `terraform validate` and `packer validate`
are, and a line that it does not know is passed over.
"""

from __future__ import annotations

import re

from vmlint.findings.place import Span
from vmlint.syntax.hcl.scan import Lines

LOCALS_DEEP = 8
"""Locals that name one another in a row."""

Value = str | int | float | bool | list["Term"] | None


class Source(Lines):
    """A text, and the locals that are set in it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.locals: dict[str, Term] = {}


class Term:
    """A value: a text, a number, a flag, a list, an object, or one that is computed."""

    __slots__ = ("_end", "_start", "_text", "body", "kind", "reference", "value")

    def __init__(self, kind: str, value: Value, at: Span | tuple[Source, int, int], body: Body | None = None) -> None:
        self.kind = kind
        """text, number, flag, null, list, object or computed."""
        self.value = value
        self.body = body
        """What an object holds."""
        self.reference = ""
        """What a computed value names, where it is nothing but a name: ``var.memory``."""
        self._text: Span | Source
        if isinstance(at, Span):
            self._text, self._start, self._end = at, 0, 0
        else:
            self._text, self._start, self._end = at

    @property
    def at(self) -> Span:
        """Where it stands: a text without its quotes, a list or an object by its beginning."""
        return self._text if isinstance(self._text, Span) else self._text.span(self._start, self._end)

    @property
    def settled(self) -> Term:
        """The value that a local stands for where it is written out in the file; else this one."""
        term = self
        for _ in range(LOCALS_DEEP):
            name = term.reference.removeprefix("local.")
            if name == term.reference or isinstance(term._text, Span) or name not in term._text.locals:
                break
            term = term._text.locals[name]
        return term if term.kind != "computed" else self

    @property
    def computed(self) -> bool:
        """Whether it is none of the others."""
        return self.kind == "computed"

    @property
    def text(self) -> str | None:
        """A text, or a number as it would be written."""
        if self.kind == "text" and isinstance(self.value, str):
            return self.value
        return str(self.number) if self.kind == "number" else None

    @property
    def number(self) -> int | float | None:
        """A number, be it in quotes: both tools convert."""
        if self.kind == "number" and isinstance(self.value, (int, float)):
            return self.value
        if self.kind == "text" and isinstance(self.value, str) and re.fullmatch(r"[0-9]{1,20}", self.value):
            return int(self.value)
        return None

    @property
    def flag(self) -> bool | None:
        """A flag, be it in quotes."""
        if self.kind == "flag":
            return bool(self.value)
        return {"true": True, "false": False}.get(self.value) if isinstance(self.value, str) else None

    @property
    def items(self) -> list[Term]:
        """The items of a list; none of anything else."""
        return [each.settled for each in self.value] if isinstance(self.value, list) else []


class Body:
    """What stands between braces, or in a whole file: values by name, and blocks."""

    def __init__(self) -> None:
        self.terms: dict[str, Term] = {}
        self.blocks: list[Block] = []

    def get(self, *names: str) -> Term | None:
        """Return a value, some objects down; nothing where it is absent or ``null``, which is the same."""
        body: Body | None = self
        term = None
        for name in names:
            if body is None or name not in body.terms:
                return None
            term = body.terms[name].settled
            body = term.body
        return None if term is None or term.kind == "null" else term

    def parts(self, kind: str) -> list[Body]:
        """Return the blocks of a kind, or the objects that an attribute of that name holds: both spell the same."""
        found: list[Body] = [block for block in self.blocks if block.kind == kind]
        term = self.get(kind)
        if term:
            found += [each.body for each in (term, *term.items) if each.body is not None]
        return found

    def part(self, kind: str) -> Body | None:
        """Return the first of them."""
        return next(iter(self.parts(kind)), None)

    def open_ended(self, kind: str) -> bool:
        """Tell whether there may be more of a kind: a ``dynamic`` block, a computed list."""
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
        """Where it begins: its kind and its labels."""
        return self._place[0].span(self._place[1], self._place[2])

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
from collections.abc import Iterator

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem, Unreadable
from vmlint.syntax.hcl.scan import Lines
from vmlint.syntax.hcl.template import filled

LOCALS_DEEP = 8
"""Locals in a chain of references."""

Value = str | int | float | bool | list["Term"] | None


class Source(Lines):
    """A text, and the locals that it sets."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.locals: dict[str, Term] = {}
        self.computed_keys: list[tuple[Body, Term, Term]] = []
        """Objects, with keys that are computed and their values: locals may follow."""
        self._followed = limits.HCL_FOLLOWED

    def settle_keys(self) -> None:
        """Put the values of computed keys where they belong; an object with a key that nothing settles has more."""
        for body, key, value in self.computed_keys:
            name = key.settled.written
            if name is None:
                body.has_more = True
            elif name not in body.terms or body.terms[name].at < value.at:
                body.terms[name] = value
        self.computed_keys.clear()

    def local(self, name: str) -> Term | None:
        """Return the value of a local.

        Raises ``Unreadable`` (VM904) for many references to large objects: each of them is read as often.
        """
        found = self.locals.get(name)
        if found is not None and found.body is not None:
            self._followed -= len(found.body.terms)
            if self._followed < 0:
                message = f"references to locals lead to more than {limits.HCL_FOLLOWED:,} keys of objects"
                raise Unreadable(Problem("VM904", message, found.at))
        return found

    def text_of(self, name: str) -> str | None:
        """Return the value of a local as a template writes it."""
        found = self.locals.get(name)
        return None if found is None else found.written


class Term:
    """A value: a text, a number, a flag, a list, an object, or computed."""

    __slots__ = ("_end", "_start", "_text", "body", "kind", "reference", "template", "value")

    def __init__(self, kind: str, value: Value, at: Span | tuple[Source, int, int], body: Body | None = None) -> None:
        self.kind = kind
        """text, number, flag, null, list, object or computed."""
        self.value = value
        self.body = body
        """The content of an object."""
        self.reference = ""
        """The name, if a computed value is only a name: ``var.memory``."""
        self.template = ""
        """A computed text, if its templates are only names of locals and literals."""
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
        """The value of a local or a template, if it is a literal of this file; else this value."""
        term = self
        for _ in range(LOCALS_DEEP):
            if isinstance(term._text, Span) or term.kind != "computed":
                break
            if term.template:
                text = filled(term.template, term._text.text_of)
                return self if text is None else Term("text", text, self.at)
            name = term.reference.removeprefix("local.")
            found = None if name == term.reference else term._text.local(name)
            if found is None:
                break
            term = found
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
    def written(self) -> str | None:
        """A text, a number or a flag as a template writes it."""
        return str(self.value).lower() if self.kind == "flag" else self.text

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
        self.has_more = False
        """Whether an object has keys that nothing settles."""

    @property
    def values(self) -> Iterator[tuple[str, Term]]:
        """Values by name, those of locals in place of their names."""
        return ((name, term.settled) for name, term in self.terms.items())

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
        """Whether there can be more of a kind: a ``dynamic`` block, a computed list, a computed key of an object."""
        term = self.get(kind)
        computed = term is not None and (
            term.computed or any(each.computed for each in term.items) or (term.body is not None and term.body.has_more)
        )
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

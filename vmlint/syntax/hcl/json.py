"""The JSON syntax of HCL2 (`*.tf.json`, `*.pkr.json`): the same blocks and values, each with its place.

JSON shows no difference between blocks and attributes, nor between labels and content: which names are blocks with
labels is known for the top of a file, and for ``dynamic``. Other blocks are attributes with an object or a list of
objects, which mean the same (:meth:`Body.parts`). A text with ``${…}`` or ``%{…}`` is computed, as in a quoted text of
the other syntax. The property ``//`` is a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vmlint.findings.place import Span
from vmlint.patterns import lazy_pattern
from vmlint.syntax.hcl.template import is_template
from vmlint.syntax.hcl.tree import Block, Body, Source, Term
from vmlint.syntax.yaml.cursor import Cursor
from vmlint.syntax.yaml.nodes import MapNode, Scalar

LABELS = {
    "resource": 2, "data": 2, "ephemeral": 2, "source": 2, "variable": 1, "output": 1, "module": 1, "provider": 1,
    "local": 1, "check": 1, "locals": 0, "terraform": 0, "packer": 0, "build": 0, "moved": 0, "import": 0, "removed": 0,
}  # fmt: skip
"""Blocks at the top of a file -> how many labels they have."""
INNER = {"dynamic": 1, "source": 1}
"""Blocks with labels in others: ``dynamic`` in any, and what a build of Packer changes of a source."""
COMMENT = "//"
_NAME = lazy_pattern(r"\$\{\s*([^\W\d][\w-]*(?:\.[\w-]+)+)\s*\}")


class _Places(Source):
    """What stands for the text of a file: a list of places, each with its number in place of an index."""

    def __init__(self) -> None:
        super().__init__("")
        self.kept: list[Span] = []

    def keep(self, at: Span) -> tuple[Source, int, int]:
        """Keep a place, and return where it is found."""
        self.kept.append(at)
        return self, len(self.kept) - 1, len(self.kept)

    def span(self, start: int, _: int) -> Span:
        """Return a place by its number."""
        return self.kept[start]


def body_of(roots: Iterable[Cursor]) -> Body:
    """Return the content of a file, of which JSON has one root."""
    source, body = _Places(), Body()
    for root in roots:
        for each in root.items or [root]:
            for name, value in _pairs(each):
                if name in LABELS:
                    body.blocks += _blocks(source, name, LABELS[name], [], value)
    for block in body.blocks:
        if block.kind == "locals":
            source.locals.update(block.terms)
        elif block.kind == "local" and "expression" in block.terms:
            source.locals[block.labels[0]] = block.terms["expression"]
    source.settle_keys()
    return body


def _pairs(cursor: Cursor) -> Iterator[tuple[str, Cursor]]:
    """Yield the properties of an object, those of the same name too: each of them is a block of its own."""
    node = cursor.node
    if not isinstance(node, MapNode):
        return
    for name, (key, value) in node.entries.items():
        if name != COMMENT:
            yield name, Cursor(value, key)
    for first, key, again in node.duplicates:
        if again is not None and first.text != COMMENT:
            yield first.text, Cursor(again, key)


def _blocks(source: _Places, kind: str, missing: int, labels: list[str], value: Cursor) -> Iterator[Block]:
    """Yield the blocks of a kind: for each label an object, at each level perhaps a list of objects."""
    for each in value.items or [value]:
        if missing:
            for label, inner in _pairs(each):
                yield from _blocks(source, kind, missing - 1, [*labels, label], inner)
        elif isinstance(each.node, MapNode):
            block = Block(kind, labels, *source.keep((each if each.key else value).key_span))
            _fill(source, block, each)
            yield block


def _fill(source: _Places, body: Body, content: Cursor) -> None:
    for name, value in _pairs(content):
        if name in INNER and (value.entries or value.items):
            body.blocks += _blocks(source, name, INNER[name], [], value)
        key = _text(name, source.keep(value.key_span)) if "{" in name else None
        if key is not None and (key.computed or key.text != name):
            source.computed_keys.append((body, key, _term(source, value)))
        elif name in body.terms:  # the same block again; for an attribute, that is an error
            body.blocks += _blocks(source, name, 0, [], value)
        else:
            body.terms[name] = _term(source, value)


def _term(source: _Places, cursor: Cursor) -> Term:
    node = cursor.node
    if isinstance(node, MapNode):
        body = Body()
        _fill(source, body, cursor)
        return Term("object", None, source.keep(cursor.span), body)
    if not isinstance(node, Scalar):
        return Term("list", [_term(source, each) for each in cursor.items], source.keep(cursor.span))
    place = source.keep(cursor.span)
    value = node.value()
    if isinstance(value, str):
        return _text(value, place)
    if value is None:
        return Term("null", None, place)
    return Term("flag" if isinstance(value, bool) else "number", value, place)


def _text(text: str, place: tuple[Source, int, int]) -> Term:
    if "${" in text.replace("$${", "") or "%{" in text.replace("%%{", ""):
        term = Term("computed", None, place)
        only = _NAME.fullmatch(text)
        term.reference = only[1] if only else ""
        term.template = text if only is None and is_template(text) else ""
        return term
    return Term("text", text.replace("$${", "${").replace("%%{", "%{"), place)

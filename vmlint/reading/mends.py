"""What mends the faults of a manifest: safely where the file then means what it did, or what its author surely meant.

| fault                                 | fix                           | safe                                     |
|---------------------------------------|-------------------------------|------------------------------------------|
| VM906 the same key and value twice    | remove the second             | yes                                      |
| VM907 VM909 VM913 VM914 VM915 a typo  | write the nearest known word  | where only one word can be meant         |
| VM908 `yes` or `"true"` for a flag    | write `true`                  | yes                                      |
| VM908 one word where a list belongs   | put it in brackets            | yes                                      |
| VM908 a number where a text belongs   | put it in quotes              | yes                                      |
| VM910 no `apiVersion` or no `kind`    | add it                        | yes; `kind` only where it can be one only |
| VM912 YAML 1.1 reads another value    | quote it, or write the number | yes                                      |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from vmlint.findings.fix import Fix, replacing
from vmlint.findings.place import Span
from vmlint.model.kinds import TEXT
from vmlint.model.paths import fields
from vmlint.patterns import lazy_pattern
from vmlint.syntax.yaml.nodes import MapNode, Node, Scalar, between, resolve
from vmlint.words import as_text, certain

if TYPE_CHECKING:
    from vmlint.syntax.yaml.nodes import Mark

_PLAIN = lazy_pattern(r"[A-Za-z_][\w./-]*")


def inside(node: Scalar) -> Span | None:
    """Return the place of a text without its quotes.

    ``None`` where the file writes it in another way: with escapes, an anchor, a tag, or in several lines.
    """
    span = between(node.start, node.end)
    quotes = 0 if node.plain else 1
    if span.line != span.end_line or span.end_column - span.column != len(node.text) + 2 * quotes:
        return None
    return Span(span.line, span.column + quotes, span.line, span.end_column - quotes)


def respelt(
    node: Node | None,
    near: str | None,
    known: Iterable[str],
    *,
    meanings: Mapping[str, str] | None = None,
    fixed: bool = True,
    changes: tuple[tuple[str, str], ...] = (),
) -> tuple[Fix, ...]:
    """Return the fix that writes the word that is ``near``.

    It is safe if a word of a ``fixed`` vocabulary was surely meant; names that a user gave are never sure.
    """
    at = inside(node) if isinstance(node, Scalar) and near else None
    if at is None or near is None or not isinstance(node, Scalar) or node.text == near:
        return ()
    safe = fixed and certain(node.text, known, meanings) == near
    text = f'"{near}"' if node.plain and not isinstance(resolve(near), str) else near
    return (replacing(f"replace {node.text!r} by {near!r}", at, text, safe=safe, changes=changes),)


def flag(node: Scalar, meant: str) -> tuple[Fix, ...]:
    """Return the fix that writes a flag as YAML 1.2 does."""
    if inside(node) is None:
        return ()
    return (replacing(f"write {meant}", between(node.start, node.end), meant, safe=True),)


def listed(node: Scalar) -> tuple[Fix, ...]:
    """Return the fix that makes a list of one plain word."""
    at = inside(node)
    if at is None or not node.plain or not _PLAIN.fullmatch(node.text):
        return ()
    return (replacing("put it in brackets", at, f"[{node.text}]", safe=True),)


def quoted(node: Scalar) -> tuple[Fix, ...]:
    """Return the fix that makes a text of what YAML reads as something else."""
    at = inside(node)
    if at is None or not node.plain:
        return ()
    return (replacing("put it in quotes", at, f'"{node.text}"', safe=True),)


def unambiguous(node: Scalar, path: str) -> tuple[Fix, ...]:
    """Return the fix for a value that YAML 1.1 reads otherwise, as the field at ``path`` takes it."""
    field = fields().get(path)
    value = node.value()
    if isinstance(value, str) or (field is not None and field.kind.written_as & TEXT):
        return quoted(node)
    at = inside(node)
    if at is None or not isinstance(value, int):
        return ()
    return (replacing(f"write {value}", at, as_text(value), safe=True),)


def paths(root: Node) -> dict[int, str]:
    """Return the path of every single value below the root of a document, by the identity of its node."""
    found: dict[int, str] = {}
    pending: list[tuple[Node, tuple[str, ...]]] = [(root, ())]
    seen: set[int] = set()
    while pending:
        node, steps = pending.pop()
        if isinstance(node, Scalar):
            found[id(node)] = ".".join(steps[1:] if steps[:1] == ("spec",) else steps)
        elif id(node) not in seen:
            seen.add(id(node))
            below = (
                [(value, (*steps, key)) for key, (_, value) in node.entries.items()]
                if isinstance(node, MapNode)
                else [(item, steps) for item in node.items]
            )
            pending += below
    return found


def again(first: Node, key: Scalar, value: Node | None, text: str) -> tuple[Fix, ...]:
    """Return the fix that removes a key with its value, where the same key has the same value before it."""
    if not isinstance(first, Scalar) or not isinstance(value, Scalar) or inside(value) is None or inside(key) is None:
        return ()
    if first.value() != value.value() or first.text != value.text or key.start.line != value.end.line:
        return ()
    before, after = _line_around(text, key.start, value.end)
    if not before.strip() and not after.strip():
        at = Span(key.start.line + 1, 1, key.start.line + 2, 1)
        return (replacing("remove the second", at, "", safe=True),)
    comma = before.rstrip()
    if comma.endswith(","):
        at = Span(key.start.line + 1, len(comma), value.end.line + 1, value.end.column + 1)
        return (replacing("remove the second", at, "", safe=True),)
    return ()


def _line_around(text: str, start: Mark, end: Mark) -> tuple[str, str]:
    """Return what stands before a stretch of one line, and behind it."""
    head = text[start.index - start.column : start.index]
    tail = re.match(r"[^\n\r]*", text[end.index :])
    return head, tail[0] if tail else ""


def added(root: MapNode, key: str, value: str, text: str, *, safe: bool) -> tuple[Fix, ...]:
    """Return the fix that adds a key of the envelope at the beginning of a document: `kind` below `apiVersion`."""
    above = root.entries.get("apiVersion")
    behind = above[0].start.index if above is not None and above[0].start.index >= root.start.index else -1
    names = [name for name, _ in root.entries.values() if name.start.index > behind]
    first = min(names, key=lambda name: name.start.index, default=None)
    if first is None or first.start.index < root.start.index:
        return ()
    at = Span(first.start.line + 1, first.start.column + 1, first.start.line + 1, first.start.column + 1)
    if text[root.start.index : root.start.index + 1] == "{":
        entry = f"{key}: {value}, " if first.plain else f'"{key}": "{value}", '
    elif text[first.start.index - first.start.column : first.start.index].strip():
        return ()
    else:
        entry = f"{key}: {value}\n{' ' * first.start.column}"
    return (replacing(f"add `{key}: {value}`", at, entry, safe=safe),)


def kinds_of(spec: Node | None, by_kind: dict[str, frozenset[str]]) -> Iterator[str]:
    """Yield the kinds of documents that have all keys of a specification."""
    if isinstance(spec, MapNode) and spec.entries:
        own = {key for key in spec.entries if not key.startswith("x-")}
        for kind, keys in by_kind.items():
            if own <= keys:
                yield kind

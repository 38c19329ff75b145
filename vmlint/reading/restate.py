"""Edits that state another value of a field, where a workload was read from.

Whether an edit does what it should is for the caller to find out, by reading the file again. So these are the likely
ways, and none has to know all of a format.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.fix import Edit
from vmlint.findings.place import Place
from vmlint.model.paths import fields
from vmlint.patterns import lazy_pattern
from vmlint.reading.reader import Written
from vmlint.reading.subject import HostedPlaces, OverlaidPlaces, TablePlaces, TreePlaces
from vmlint.syntax.lines import split_lines
from vmlint.syntax.yaml.nodes import MapNode, Node, Scalar, between, find, resolve, surprise

if TYPE_CHECKING:
    from vmlint.model.fields import Field
    from vmlint.reading.reader import Reader
    from vmlint.reading.subject import Subject
    from vmlint.syntax.yaml.nodes import Mark


_FLOW = lazy_pattern(r"(?:[&!]\S*\s+)*\{")
"""The beginning of a block in braces, which may have an anchor or a tag."""


def ways(subject: Subject, path: str, value: str, readers: Sequence[Reader]) -> Iterator[Edit]:
    """Yield the edits that may give a field another value, the likeliest first."""
    places = subject.places
    if isinstance(places, OverlaidPlaces):
        # What is deployed is in the other tool's file. What neither states is not made true by a manifest that says it.
        theirs = path not in places.ours and places.native.exact(path) is not None
        places = places.native if theirs or places.manifest.exact(path) is None else places.manifest
    if isinstance(places, HostedPlaces):
        places = places.own
    if isinstance(places, TreePlaces):
        yield from _in_manifest(places, path, value, subject)
    elif isinstance(places, TablePlaces):
        reader = next((each for each in readers if each.name == subject.format), None)
        yield from _in_native(places, path, value, subject, reader)


def _in_manifest(places: TreePlaces, path: str, value: str, subject: Subject) -> Iterator[Edit]:
    file, root = places
    text = next((each.text for each in subject.texts if each.name == file), "")
    steps = ["spec", *path.split(".")]
    node, _, matched = find(root, steps)
    field = fields()[path]
    if isinstance(node, Scalar):
        if matched == len(steps):
            yield _replaced(file, node, written(field, value, _quote(text, node)))
        else:
            yield from _spelt_out(file, node, steps, matched, value)
    elif isinstance(node, MapNode) and matched < len(steps):
        yield from inserted(file, text, node, steps[matched:], field, value)


def _replaced(file: str, node: Scalar, text: str) -> Edit:
    return Edit(between(node.start, node.end).of(file), text)


def _spelt_out(file: str, node: Scalar, steps: Sequence[str], matched: int, value: str) -> Iterator[Edit]:
    """Yield the edit that writes a group of fields in place of its short form."""
    group = fields().get(".".join(steps[1:matched]))
    if group is None or group.group is None or group.declared.short is None or matched != len(steps) - 1:
        return
    stated = {**group.declared.short.read(node.text), steps[-1]: value}
    pairs = (f"{name}: {written(group.group.named[name], word, '')}" for name, word in stated.items())
    yield _replaced(file, node, f"{{{', '.join(pairs)}}}")


def written(field: Field, value: str, quote: str) -> str:
    """Return a value as YAML writes it for a field, in quotes of a kind where there are to be any."""
    kinds = field.kind.written_as
    plain = type(resolve(value)) in kinds and not _is_odd(value)
    if str not in kinds or (plain and not quote):
        return value
    return f"'{value}'" if quote == "'" and "'" not in value else json.dumps(value, ensure_ascii=False)


def _is_odd(value: str) -> bool:
    """Whether a text cannot be written without quotes, or is better not."""
    usual = all(char.isalnum() or char in "-_./+" for char in value)
    return not usual or not value[0].isalnum() or surprise(Scalar(value, True, None, _NOWHERE, _NOWHERE)) is not None


class _Nowhere:
    line = column = index = 0


_NOWHERE: Mark = _Nowhere()


def _quote(text: str, node: Scalar) -> str:
    first = text[node.start.index : node.start.index + 1]
    return first if not node.plain and first in ("'", '"') else ""


def inserted(
    file: str, text: str, block: MapNode, steps: Sequence[str], field: Field | None, value: str
) -> Iterator[Edit]:
    """Yield the edits that add a key to a block of YAML or JSON, behind its last entry, or before its first."""
    own = sorted(
        ((key, node) for key, node in block.entries.values() if block.start.index <= key.start.index < block.end.index),
        key=lambda entry: entry[0].start.index,
    )
    if not own:
        if text.startswith("{}", block.start.index):
            yield _at(file, block.start, 1, _entry(steps, field, value, json_like=False))
        return
    first, (last, node) = own[0][0], own[-1]
    entry = _entry(steps, field, value, json_like=not first.plain)
    if _FLOW.match(text, block.start.index):
        end = max(node.end, last.end, key=lambda mark: mark.index)
        yield _at(file, end, 0, f", {entry}")
        return
    indent = " " * first.start.column
    line = _last_line(text, last, node)
    yield Edit(Place(file, line, 1, line, 1), f"{indent}{entry}\n")
    if not text[first.start.index - first.start.column : first.start.index].strip():
        yield _at(file, first.start, 0, f"{entry}\n{indent}")


def _entry(steps: Sequence[str], field: Field | None, value: str, *, json_like: bool) -> str:
    """Return a key with its value; groups that are missing too are written in one line."""
    quote = '"' if json_like else ""
    shown = value if field is None else written(field, value, quote)
    for number, step in enumerate(reversed(steps)):
        shown = f"{quote}{step}{quote}: " + (f"{{{shown}}}" if number else shown)
    return shown


def _at(file: str, mark: Mark, beyond: int, text: str) -> Edit:
    line, column = mark.line + 1, mark.column + 1 + beyond
    return Edit(Place(file, line, column, line, column), text)


def _last_line(text: str, key: Scalar, node: Node) -> int:
    """Return the number of the line behind the last one of a block's last entry."""
    while not isinstance(node, Scalar):
        below = [pair[1] for pair in node.entries.values()] if isinstance(node, MapNode) else node.items
        if not below or text[node.start.index : node.start.index + 1] in ("{", "["):
            break
        node = max(below, key=lambda each: each.start.index)
    end = node.end if node.end.index > key.end.index else key.end
    return end.line + 2 if end.column or end.index == node.start.index else end.line + 1


def _in_native(places: TablePlaces, path: str, value: str, subject: Subject, reader: Reader | None) -> Iterator[Edit]:
    how = reader.written().get(path, Written()) if reader else Written()
    at, word = places.fields.get(path), how.words.get(value, value)
    text = next((each.text for each in subject.texts if each.name == places.workload.file), "")
    if at is not None and path not in subject.defaults:
        quote = _quote_at(text, at)
        for each in dict.fromkeys((word, value)):
            yield Edit(at, f"{quote}{each}{quote}")
    elif how.line:
        line = places.workload.line + 1
        yield Edit(Place(places.workload.file, line, 1, line, 1), f"{_indent(text, line)}{how.line.format(word)}\n")
    elif how.attribute and at is not None:
        end = at._replace(line=at.end_line, column=at.end_column)
        yield Edit(end, f" {how.attribute.format(word)}")


def _quote_at(text: str, at: Place) -> str:
    """Return the quotes that are part of a place; most places are what stands between them."""
    lines = split_lines(text)[at.line - 1 : at.line]
    shown = lines[0][at.column - 1 : at.end_column - 1] if lines and at.line == at.end_line else ""
    return shown[0] if len(shown) > 1 and shown[0] in "\"'" and shown[0] == shown[-1] else ""


def _indent(text: str, number: int) -> str:
    """Return the indentation of a new line with a number: that of the line which stands there, or of the one before."""
    shown = next((line for line in reversed(split_lines(text)[:number]) if line.strip()), "")
    return shown[: len(shown) - len(shown.lstrip())]

"""A manifest beside a file of another tool: the file that ``deployment.source`` names is found, read, and one of its
workloads is picked.

What the two say together is the matter of :mod:`vmlint.readers.drift`.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import NamedTuple

from vmlint.catalog import nearest
from vmlint.model.workload import Workload
from vmlint.readers.host import Context
from vmlint.readers.native import MOST_WORKLOADS, Native, native, recognised, text_of
from vmlint.readers.places import problem
from vmlint.readers.spec import File, PassedOver, Reader, Spec
from vmlint.readers.text import Problem, Unreadable
from vmlint.readers.yaml_nodes import Mapping, Node, Scalar, find

MOST_NAMES = 10
"""Workloads of a file that are listed where one of them is to be chosen."""


class Failure(NamedTuple):
    """A reader that crashed."""

    reader: Reader
    file: str
    error: BaseException


class Found(NamedTuple):
    """What became of a reference to a file of another tool."""

    native: Native | None = None
    problem: Problem | None = None
    failures: tuple[Failure, ...] = ()


class _Source(NamedTuple):
    """The fields of ``deployment.source``."""

    file: Scalar
    name: Scalar | None
    format: Scalar | None


class _Read(NamedTuple):
    """What the readers found in a file."""

    specs: list[tuple[Reader, Spec]]
    formats: list[Reader]
    reasons: list[str]
    """Why readers that recognised the file could not read it."""


def find_native(workload: Workload, name: str, root: Node, context: Context) -> Found | None:
    """Read the workload of another tool that a manifest lies over; ``None`` where it names no file."""
    source = _source(root)
    if source is None:
        return None
    try:
        path, data = context.open_reference(name, source.file.text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Found(problem=problem("VM914", source.file, f"source {source.file.text!r} cannot be read: {reason}"))
    readers = context.readers
    if source.format is not None:
        readers = tuple(reader for reader in readers if reader.name == source.format.text)
        if not readers:
            return Found(problem=_no_such_format(source.format, context.readers))
    file, kept = _opened(path, data)
    read = _Read([], [], [])
    failures: list[Failure] = []
    for reader in readers:
        try:
            read.specs.extend((reader, spec) for spec in _specs(file, reader, kept, read))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - a reader may be anybody's, and meets hostile files
            failures.append(Failure(reader, path, error))
    chosen = _chosen(read, source)
    if isinstance(chosen, Problem):
        return Found(problem=None if failures and not read.specs else chosen, failures=tuple(failures))
    reader, spec = chosen
    try:
        found = native(spec, file, reader, context, text_of(file), beside=workload)
    except ValueError as error:  # it states what is no field
        return Found(failures=(*failures, Failure(reader, path, error)))
    return Found(found, failures=tuple(failures))


def _source(root: Node) -> _Source | None:
    node, _, matched = find(root, ["spec", "deployment", "source"])
    if matched < 3:
        return None
    if isinstance(node, Scalar):
        return _Source(node, None, None)
    entries = {key: value for key, (_, value) in node.entries.items()} if isinstance(node, Mapping) else {}
    file, name, format = (entries.get(key) for key in ("file", "name", "format"))
    assert isinstance(file, Scalar)  # noqa: S101 - the document was judged before
    return _Source(file, name if isinstance(name, Scalar) else None, format if isinstance(format, Scalar) else None)


@functools.lru_cache(maxsize=1)
def _opened(path: str, data: bytes) -> tuple[File, dict[Callable[..., object], Sequence[Spec]]]:
    """Return a file and room for what is found in it: many documents may lie over the same one."""
    return File(path, data), {}


def _specs(
    file: File, reader: Reader, kept: dict[Callable[..., object], Sequence[Spec]], read: _Read
) -> Sequence[Spec]:
    if reader.read not in kept:
        try:
            specs: list[Spec] = []
            for _ in recognised(file, (reader,)):
                read.formats.append(reader)
                specs += itertools.islice(reader.read(file), MOST_WORKLOADS)
            kept[reader.read] = specs
        except Unreadable as error:
            if reader in read.formats:
                read.reasons.append(f"line {error.problem.line}: {error.problem.message}")
            return ()
        except PassedOver as reason:
            read.reasons.append(str(reason))
            return ()
    elif kept[reader.read]:
        read.formats.append(reader)
    return kept[reader.read]


def _no_such_format(node: Scalar, readers: Sequence[Reader]) -> Problem:
    near = nearest(node.text, [reader.name for reader in readers])
    help = f"did you mean `{near}`?" if near else "`vmlint facts --formats` lists the formats that are read"
    return problem("VM914", node, f"no format is called {node.text!r}", help)


def _chosen(read: _Read, source: _Source) -> tuple[Reader, Spec] | Problem:
    """Return the workload that is meant, or say why none is."""
    shown = PurePath(source.file.text).name
    matching = [each for each in read.specs if source.name is None or each[1].name == source.name.text]
    if len(matching) == 1:
        return matching[0]
    if not read.specs:
        return problem("VM914", source.file, f"source {source.file.text!r} {_nothing(read, source)}")
    names = list(dict.fromkeys(spec.name for _, spec in read.specs))
    if source.name is None:
        message = f"{shown} holds {len(read.specs)} workloads: {_listed(names)}"
        return problem("VM914", source.file, message, f"pick one: {{file: {source.file.text}, name: {names[0]}}}")
    if not matching:
        near = nearest(source.name.text, names)
        message = f"{shown} holds no workload {source.name.text!r}, but {_listed(names)}"
        return problem("VM914", source.name, message, f"did you mean `{near}`?" if near else "")
    formats = dict.fromkeys(reader.name for reader, _ in matching)
    help = f"add `format`: {' or '.join(formats)}" if len(formats) > 1 else ""
    return problem("VM914", source.name, f"{shown} holds {len(matching)} workloads {source.name.text!r}", help)


def _nothing(read: _Read, source: _Source) -> str:
    if read.reasons:
        return f"was not read: {read.reasons[0]}"
    if read.formats:
        return f"holds no workload ({', '.join(reader.title for reader in read.formats)})"
    if source.format is not None:
        return f"is not recognised as {source.format.text}"
    return "is not of a format that is read"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")

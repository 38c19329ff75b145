"""A manifest beside a file of another tool: the file that ``deployment.source`` names is found, read, and one of its
workloads is picked.

What the two say together is the matter of :mod:`vmlint.reading.drift`.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Hashable, Sequence
from pathlib import PurePath
from typing import NamedTuple

from vmlint.model.workload import Workload
from vmlint.reading.host import Context
from vmlint.reading.native import MOST_WORKLOADS, Native, native, recognised, text_of
from vmlint.reading.places import problem
from vmlint.reading.spec import File, PassedOver, Reader, Spec
from vmlint.syntax.text import Problem, Unreadable
from vmlint.syntax.yaml.nodes import Mapping, Node, Scalar, find
from vmlint.words import nearest

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


class _Held(NamedTuple):
    """The workloads that one reader found in a file."""

    reader: Reader
    specs: dict[str, list[Spec]]
    """Name -> the workloads of that name."""


class _Read(NamedTuple):
    """What the readers made of a file."""

    held: list[_Held]
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
    read = _Read([], [])
    failures: list[Failure] = []
    for reader in readers:
        try:
            read.held.extend(_held(file, reader, kept))
        except Unreadable as error:
            read.reasons.append(f"line {error.problem.line}: {error.problem.message}")
        except PassedOver as reason:
            read.reasons.append(str(reason))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - a reader may be anybody's, and meets hostile files
            failures.append(Failure(reader, path, error))
    chosen = _chosen(read, source)
    if isinstance(chosen, Problem):
        return Found(problem=None if failures and not read.held else chosen, failures=tuple(failures))
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
    file, name, kind = (entries.get(key) for key in ("file", "name", "format"))
    assert isinstance(file, Scalar)  # noqa: S101 - the document was judged before
    return _Source(file, name if isinstance(name, Scalar) else None, kind if isinstance(kind, Scalar) else None)


_Kept = dict[Hashable, "list[_Held] | Unreadable | PassedOver"]


@functools.lru_cache(maxsize=8)
def _opened(path: str, data: bytes) -> tuple[File, _Kept]:
    """Return a file and room for what becomes of it: many documents may lie over the same few."""
    return File(path, data), {}


def _held(file: File, reader: Reader, kept: _Kept) -> list[_Held]:
    """Return what a reader finds in a file; nothing where it does not recognise it.

    Raises ``Unreadable`` or ``PassedOver`` where it does, and does not read it.
    """
    key = (reader.name, reader.recognises, reader.read)
    if key not in kept:
        try:
            kept[key] = _found(file, reader)
        except (Unreadable, PassedOver) as refusal:
            kept[key] = refusal
    outcome = kept[key]
    if isinstance(outcome, (Unreadable, PassedOver)):
        raise outcome.with_traceback(None)
    return outcome


def _found(file: File, reader: Reader) -> list[_Held]:
    if not _recognises(file, reader):
        return []
    specs: dict[str, list[Spec]] = {}
    for spec in itertools.islice(reader.read(file), MOST_WORKLOADS):
        specs.setdefault(spec.name, []).append(spec)
    return [_Held(reader, specs)]


def _recognises(file: File, reader: Reader) -> bool:
    try:
        return any(True for _ in recognised(file, (reader,)))
    except Unreadable:
        return False


def _no_such_format(node: Scalar, readers: Sequence[Reader]) -> Problem:
    near = nearest(node.text, [reader.name for reader in readers])
    help = f"did you mean `{near}`?" if near else "`vmlint facts --formats` lists the formats that are read"
    return problem("VM914", node, f"no format is called {node.text!r}", help)


def _chosen(read: _Read, source: _Source) -> tuple[Reader, Spec] | Problem:
    """Return the workload that is meant, or say why none is."""
    shown = PurePath(source.file.text).name
    wanted = source.name.text if source.name is not None else None
    matching: list[tuple[Reader, Spec]] = []
    for reader, specs in read.held:
        named = specs.values() if wanted is None else [specs.get(wanted, [])]
        matching += [(reader, spec) for spec in itertools.islice(itertools.chain.from_iterable(named), 2)]
    if len(matching) == 1:
        return matching[0]
    names = list(dict.fromkeys(name for _, specs in read.held for name in specs))
    if not names:
        return problem("VM914", source.file, f"source {source.file.text!r} {_nothing(read, source)}")
    if source.name is None:
        message = f"{shown} holds several workloads: {_listed(names)}"
        return problem("VM914", source.file, message, f"pick one: {{file: {source.file.text}, name: {names[0]}}}")
    if not matching:
        near = nearest(source.name.text, names)
        message = f"{shown} holds no workload {wanted!r}, but {_listed(names)}"
        return problem("VM914", source.name, message, f"did you mean `{near}`?" if near else "")
    formats = dict.fromkeys(reader.name for reader, _ in matching)
    help = f"add `format`: {' or '.join(formats)}" if len(formats) > 1 else ""
    return problem("VM914", source.name, f"{shown} holds several workloads {wanted!r}", help)


def _nothing(read: _Read, source: _Source) -> str:
    if read.reasons:
        return f"was not read: {read.reasons[0]}"
    if read.held:
        return f"holds no workload ({', '.join(held.reader.title for held in read.held)})"
    if source.format is not None:
        return f"is not recognised as {source.format.text}"
    return "is not of a format that is read"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")

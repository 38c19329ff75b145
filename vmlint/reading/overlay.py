"""A manifest beside a file of another tool: the file that ``deployment.source`` names is found, read, and one of its
workloads is picked.

:mod:`vmlint.reading.drift` combines the two.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from vmlint.findings.problem import Problem, Unreadable
from vmlint.reading.native import held, native, reader_crash, recognised, text_of
from vmlint.reading.reader import Reader, Skipped
from vmlint.record import NamedTuple
from vmlint.syntax.yaml.nodes import MapNode, Node, Scalar, find, problem
from vmlint.words import did_you_mean, nearest, reason

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Crash
    from vmlint.model.workload import Workload
    from vmlint.reading.context import Annotation, Context
    from vmlint.reading.file import File
    from vmlint.reading.spec import Spec
    from vmlint.reading.subject import Document

MOST_NAMES = 10
"""Workloads of a file that are listed where one of them is to be chosen."""


class Found(NamedTuple):
    """The result of a reference to a file of another tool."""

    native: Document | None = None
    problem: Problem | None = None
    crashes: tuple[Crash, ...] = ()


class Source(NamedTuple):
    """The fields of ``deployment.source``."""

    file: Scalar
    name: Scalar | None
    format: Scalar | None


class _Read(NamedTuple):
    """What the readers made of a file."""

    held: list[tuple[Reader, Mapping[str, Sequence[Spec]]]]
    """Each reader with its workloads by name."""
    reasons: list[str]
    """Why readers that recognised the file could not read it."""
    crashes: list[Crash]


def find_native(workload: Workload, name: str, root: Node, context: Context) -> Found | None:
    """Read the workload of another tool that a manifest annotates; ``None`` where it names no file."""
    source = source_of(root)
    if source is None:
        return None
    try:
        file = context.open_reference(name, source.file.text)
    except (OSError, ValueError) as error:
        return Found(
            problem=problem("VM914", source.file, f"source {source.file.text!r} cannot be read: {reason(error)}")
        )
    readers = _readers(source.format.text if source.format else None, context.readers)
    if not readers and source.format is not None:
        return Found(problem=_no_such_format(source.format, context.readers))
    read = _read(file, readers)
    chosen = _chosen(read, source)
    crashes = tuple(read.crashes)
    if isinstance(chosen, Problem):
        return Found(problem=None if crashes and not read.held else chosen, crashes=crashes)
    reader, spec = chosen
    try:
        found = native(spec, file, reader, context, text_of(file), beside=workload)
    except ValueError as error:  # it states something that is not a field
        return Found(crashes=(*crashes, reader_crash(reader, error)))
    return Found(found, crashes=crashes)


def annotated(name: str, root: Node, context: Context) -> tuple[File, Reader, Spec] | None:
    """Return the workload of another tool that a manifest annotates, as it was read; ``None`` where there is none."""
    source = source_of(root)
    if source is None:
        return None
    try:
        file = context.open_reference(name, source.file.text)
    except (OSError, ValueError):
        return None
    readers = _readers(source.format.text if source.format else None, context.readers)
    chosen = _chosen(_read(file, readers), source)
    return None if isinstance(chosen, Problem) else (file, *chosen)


def meant(annotation: Annotation, file: File, readers: Sequence[Reader]) -> Spec | None:
    """Return the workload that a manifest annotates in a file, if there is one."""
    found = _matching(_read(file, _readers(annotation.format, readers)), annotation.name)
    return found[0][1] if len(found) == 1 else None


def source_of(root: Node) -> Source | None:
    """Return the fields of a document's ``deployment.source``, if it is well-formed."""
    node, _, matched = find(root, ["spec", "deployment", "source"])
    if matched < 3:
        return None
    if isinstance(node, Scalar):
        return Source(node, None, None)
    entries = {key: value for key, (_, value) in node.entries.items()} if isinstance(node, MapNode) else {}
    file, name, kind = (entries.get(key) for key in ("file", "name", "format"))
    if not isinstance(file, Scalar):
        return None
    return Source(file, name if isinstance(name, Scalar) else None, kind if isinstance(kind, Scalar) else None)


def _readers(format: str | None, readers: Sequence[Reader]) -> Sequence[Reader]:  # noqa: A002 - the field's word
    return readers if format is None else tuple(reader for reader in readers if reader.name == format)


def _read(file: File, readers: Sequence[Reader]) -> _Read:
    read = _Read([], [], [])
    for reader in readers:
        try:
            if _recognises(file, reader):
                read.held.append((reader, held(file, reader).whole()))
        except Unreadable as error:
            read.reasons.append(f"line {error.problem.at.line}: {error.problem.message}")
        except Skipped as reason:
            read.reasons.append(str(reason))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - a reader may be anybody's, and meets hostile files
            read.crashes.append(reader_crash(reader, error))
    return read


def _recognises(file: File, reader: Reader) -> bool:
    try:
        return any(True for _ in recognised(file, (reader,)))
    except Unreadable:
        return False


def _no_such_format(node: Scalar, readers: Sequence[Reader]) -> Problem:
    near = nearest(node.text, [reader.name for reader in readers])
    help = did_you_mean(near, "`vmlint facts --formats` lists the formats that are read")
    from vmlint.reading import mends  # only for what is wrong

    unknown = problem("VM914", node, f"unknown format {node.text!r}", help)
    return unknown._replace(fixes=mends.respelt(node, near, [reader.name for reader in readers]))


def _matching(read: _Read, wanted: str | None) -> list[tuple[Reader, Spec]]:
    """Return the workloads that a name may mean, and two at most of each reader."""
    matching: list[tuple[Reader, Spec]] = []
    for reader, specs in read.held:
        named = specs.values() if wanted is None else [specs.get(wanted, [])]
        matching += [(reader, spec) for spec in itertools.islice(itertools.chain.from_iterable(named), 2)]
    return matching


def _chosen(read: _Read, source: Source) -> tuple[Reader, Spec] | Problem:
    """Return the workload that is meant, or the reason why there is none."""
    shown = PurePath(source.file.text).name
    wanted = source.name.text if source.name is not None else None
    matching = _matching(read, wanted)
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
        from vmlint.reading import mends

        unknown = problem("VM914", source.name, message, did_you_mean(near))
        return unknown._replace(fixes=mends.respelt(source.name, near, names, fixed=False))
    formats = dict.fromkeys(reader.name for reader, _ in matching)
    help = f"add `format`: {' or '.join(formats)}" if len(formats) > 1 else ""
    return problem("VM914", source.name, f"{shown} holds several workloads {wanted!r}", help)


def _nothing(read: _Read, source: Source) -> str:
    if read.reasons:
        return f"was not read: {read.reasons[0]}"
    if read.held:
        return f"holds no workload ({', '.join(reader.title for reader, _ in read.held)})"
    if source.format is not None:
        return f"is not recognised as {source.format.text}"
    return "is not of a format that is read"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")

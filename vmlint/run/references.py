"""What the manifests of a file refer to: the files that they annotate, and host documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vmlint.findings.problem import Unreadable
from vmlint.reading.claim import may_be_manifest
from vmlint.reading.context import Annotation
from vmlint.reading.file import File
from vmlint.reading.host import word_at
from vmlint.reading.manifest import documents
from vmlint.reading.overlay import Source, source_of
from vmlint.record import NamedTuple
from vmlint.run.files import inside_project
from vmlint.syntax.yaml.nodes import Node, Scalar, find


class Target(NamedTuple):
    """A file that a manifest refers to."""

    path: Path
    annotation: Annotation | None
    """Set where the manifest annotates the file; ``None`` where the file is a host document."""


def references(file: File) -> Iterator[Target]:
    """Yield what the manifests of a file refer to. Raises ``Unreadable``."""
    for root in documents(file):
        yield from _of_document(file, root)


def holds_only_workloads(file: File) -> bool:
    """Whether a file holds nothing but manifests of workloads, to which no other manifest refers."""
    if not may_be_manifest(file.name, file.data):
        return False
    try:
        ours = [word_at(root, "kind") for root in documents(file)]
        return ours == ["Workload"] * sum(document.given for document in file.yaml)
    except Unreadable:
        return False


def _of_document(file: File, root: Node) -> Iterator[Target]:
    if word_at(root, "kind") != "Workload":
        return
    source = source_of(root)
    host, _, matched = find(root, ["spec", "hostRef"])
    over = source and _annotation(source)
    for node, annotation in ((source and source.file, over), (host if matched == 2 else None, None)):
        if isinstance(node, Scalar):
            try:
                yield Target(inside_project(file.name, node.text), annotation)
            except (OSError, ValueError):
                continue  # linting the manifest says what is wrong with it


def _annotation(source: Source) -> Annotation:
    return Annotation(source.name.text if source.name else None, source.format.text if source.format else None)

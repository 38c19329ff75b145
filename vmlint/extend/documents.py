"""Reading what a project or a plugin adds to the catalogue: YAML whose faults are reported with file and place.

The files may be untrusted, so they are read as manifests are: without tags, without links out of the tree, within
bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vmlint import limits
from vmlint.door import read_bytes
from vmlint.findings.problem import Problem, Unreadable
from vmlint.reading.explain import plain
from vmlint.reading.manifest import walk
from vmlint.record import NamedTuple
from vmlint.syntax.text import decode
from vmlint.syntax.yaml.nodes import ListNode, MapNode, Node, Scalar, find, problem
from vmlint.syntax.yaml.tree import load
from vmlint.words import reason


class Folder(NamedTuple):
    """A folder with YAML files."""

    path: Path
    shown: str
    """The name by which its files are cited: the folder as its user would write it; ``.`` for the file names alone."""
    root: Path | None = None
    """The folder that its files must be in, links followed; ``None`` for what was installed, which is trusted."""


class Document(NamedTuple):
    """A YAML document of a file."""

    file: Path
    shown: str
    root: Node

    @property
    def value(self) -> Any:
        """The content as plain values."""
        return plain(self.root)

    def fault(self, message: str, *path: str) -> ValueError:
        """Return an error at a field: at its value, or at its key where the value is a block or a list."""
        node, key, _ = find(self.root, path)
        return self.at(problem("", node if isinstance(node, Scalar) else key or node, message))

    def at(self, found: Problem) -> ValueError:
        """Return an error at the place of a problem."""
        return _error(self.shown, found)


def read_folder(folder: Folder) -> Iterator[Document]:
    """Yield the documents of a folder's files, without empty ones.

    Raises ``ValueError`` for the first fault.
    """
    files = yaml_files(folder.path)
    if len(files) > limits.FOLDER_FILES:
        raise ValueError(f"{folder.shown}: it holds more than {limits.FOLDER_FILES} files")
    for file in files:
        shown = file.name if folder.shown == "." else f"{folder.shown}/{file.name}"
        try:
            roots = [document.root for document in load(_text(file, shown, folder.root))]
        except Unreadable as error:
            raise _error(shown, error.problem) from None
        for root in roots:
            if root is not None and not (isinstance(root, Scalar) and root.value() is None):
                for found in _over_bounds(root):
                    raise _error(shown, found)
                yield Document(file, shown, root)


def yaml_files(folder: Path) -> list[Path]:
    """Return the files of a folder that hold YAML, or are meant to."""
    return sorted(file for ending in ("yaml", "yml") for file in folder.glob(f"*.{ending}"))


def _text(file: Path, shown: str, root: Path | None) -> str:
    if file.suffix == ".yml":
        raise ValueError(f"{shown}: rename it to {file.stem}.yaml, or it is not read")
    try:
        if root is not None and not file.resolve().is_relative_to(root):
            raise ValueError(f"{shown}: it is a link that leads out of {root.name}/")
        data = read_bytes(file, most=limits.DOCUMENT_BYTES)
    except OSError as error:
        raise ValueError(f"{shown}: cannot be read: {reason(error)}") from None
    if len(data) > limits.DOCUMENT_BYTES:
        raise ValueError(f"{shown}: it is larger than {limits.DOCUMENT_BYTES // 2**20} MiB; catalogue files are not")
    return decode(data)


def _error(shown: str, found: Problem) -> ValueError:
    message = f"{found.message}; {found.help}" if found.help else found.message
    return ValueError(f"{shown}:{found.at.line}:{found.at.column}: {message}")


def _over_bounds(root: Node) -> Iterator[Problem]:
    """Yield the faults that prevent a document from being checked by its schema."""
    for node in walk(root):
        if isinstance(node, MapNode):
            for first, again, _ in node.duplicates:
                yield problem(
                    "", again, f"key `{again.text}` is set again; it was first set on line {first.start.line + 1}"
                )
        if isinstance(node, MapNode | ListNode):
            members = node.entries if isinstance(node, MapNode) else node.items
            if len(members) > limits.MEMBERS:
                yield problem("", node, f"it has more than {limits.MEMBERS} members")

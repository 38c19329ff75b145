"""Reading files: each once in a run, and references only inside their project."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from vmlint import limits
from vmlint.door import LinkError, read_bytes
from vmlint.project.links import WaysOut, way_out
from vmlint.project.places import RealPaths
from vmlint.project.root import project_root
from vmlint.reading.file import File, read_stdin
from vmlint.run.entry import digest
from vmlint.words import reason

STDIN = "<stdin>"


class Files:
    """The files of a run. What was opened is kept until it is taken, so that nothing is parsed twice."""

    def __init__(
        self, stdin_name: str | None = None, stdin: bytes | None = None, *, follows_links: bool = False
    ) -> None:
        """``follows_links``: read files also where a link on the way to them leads out of the project."""
        self.stdin_name = stdin_name or STDIN
        """What standard input is called in reports."""
        # It can be read once only, so who has read it hands it over.
        self._stdin = File(self.stdin_name, stdin) if stdin is not None else None
        self._instead: dict[str, bytes] = {}
        """By their absolute paths: what counts as the content of files, whatever they hold."""
        self._opened: dict[str, File] = {}
        """By the name that the user wrote, so that links are resolved only where needed."""
        self._referred: dict[str, File] = {}
        """By their absolute paths: the files that manifests refer to, under any name."""
        self._wanted: frozenset[str] = frozenset()
        self._bytes = 0
        self._seen: dict[str, bytes] = {}
        """What was read of files that are not opened yet, by name."""
        self._seen_bytes = 0
        self._digests: dict[str, str] = {}
        self.follows_links = follows_links
        self._places = RealPaths()
        self._ways_out = WaysOut()

    def keep(self, places: Iterable[str]) -> None:
        """Keep the files at these places when they are taken: manifests refer to them."""
        self._wanted = frozenset(places)

    def replace(self, name: str, data: bytes) -> None:
        """Let a file count as holding something else than it does."""
        place = self.place(name)
        if name == "-":
            self._stdin = File(self.stdin_name, data)
        self._instead[place] = data
        self._opened.clear()
        self._referred.clear()
        self._bytes = 0

    def place(self, name: str) -> str:
        """Return the absolute path of a file, existing or not, with links resolved."""
        return os.path.normcase(self._places(self.stdin_name if name == "-" else name))

    def glance(self, name: str) -> bytes:
        """Return the bytes of a file that will be opened later. Raises ``OSError``."""
        data = self._bytes_of(name)
        if self._seen_bytes + len(data) <= limits.SEEN_BYTES:
            self._seen[name] = data
            self._seen_bytes += len(data)
        return data

    def digest(self, name: str) -> str:
        """Return a digest of a file's bytes; empty where it cannot be read, or only once."""
        if name == "-":
            return digest(self._stdin.data) if self._stdin is not None else ""
        if name not in self._digests:
            try:
                self._digests[name] = digest(self._seen[name] if name in self._seen else self.glance(name))
            except OSError:
                return ""
        return self._digests[name]

    def take_digest(self, name: str) -> str:
        """Return the same, and stop keeping it: many names and digests are most of what a run with a cache keeps."""
        found = self.digest(name)
        self._digests.pop(name, None)
        return found

    def open(self, name: str) -> File:
        """Return a file by its name, ``-`` for standard input. Raises ``OSError``."""
        if name == "-":
            if self._stdin is None:
                self._stdin = File(self.stdin_name, read_stdin())
            return self._stdin
        if name not in self._opened:
            place = self.place(name) if self._referred else ""
            self._keep(self._opened, name, self._referred.get(place) or File(name, self._read(name)))
        return self._opened[name].named(name)

    def _read(self, name: str) -> bytes:
        if self._instead and (instead := self._instead.get(self.place(name))) is not None:
            return instead
        data = self._seen.pop(name, None)
        if data is None:
            return self._bytes_of(name, pipes=True)
        self._seen_bytes -= len(data)
        return data

    def _bytes_of(self, name: str, *, pipes: bool = False) -> bytes:
        """Read a file by the name that the user wrote or a search found. Raises ``OSError``."""
        if self.follows_links:
            return read_bytes(name, pipes=pipes)
        left = self._ways_out.of_folder(os.path.dirname(name))  # noqa: PTH120 - for each file
        if left is None:
            try:
                return read_bytes(name, pipes=pipes, links=False)
            except LinkError:
                left = way_out(name)
            except OSError as error:
                if error.errno or not os.path.isdir(name):  # noqa: PTH112
                    raise
                message = f"it is a folder, and folders are looked into {limits.FOLDER_DEPTH} deep"
                raise OSError(0, message) from None
        if left is not None:
            raise OSError(0, f"it is a link that leads out of the project ({left.name}/)")
        return read_bytes(name, pipes=pipes)

    def take(self, name: str) -> File:
        """Return a file and stop keeping it."""
        file = self.open(name)
        if self._opened.pop(name, None):
            self._bytes -= len(file.data)
        if self._wanted and (place := self.place(name)) in self._wanted and place not in self._referred:
            self._keep(self._referred, place, file)
        return file

    def refer(self, name: str, reference: str) -> File:
        """Return the file that another refers to, by a path relative to itself and inside its project.

        Raises ``OSError``, or ``ValueError`` with a sentence.
        """
        target = inside_project(name, reference)
        shown = short_name(folder_of(name) / reference, target)
        if self._stdin is not None and str(target) == self.place("-"):
            return self._stdin  # the editor's unsaved text replaces the saved file
        if str(target) not in self._referred:
            if target.exists() and not target.is_file():
                raise ValueError("it is not a regular file")
            self._keep(self._referred, str(target), self._opened.get(shown) or File(shown, self._content(target)))
        return self._referred[str(target)].named(shown)

    def _content(self, target: Path) -> bytes:
        instead = self._instead.get(str(target))
        return read_bytes(target) if instead is None else instead

    def _keep(self, where: dict[str, File], key: str, file: File) -> None:
        self._bytes += len(file.data)
        if self._bytes > limits.KEPT_BYTES:
            self._opened.clear()
            self._referred.clear()
            self._bytes = len(file.data)
        where[key] = file


def short_name(path: Path, target: Path) -> str:
    """Return a path without ``..``, as its user would name the file, unless links would make it another file."""
    short = os.path.normpath(path)
    return short if os.path.realpath(short) == str(target) else str(path)


def folder_of(name: str) -> Path:
    """Return the folder that the references of a file are relative to."""
    return Path.cwd() if name == STDIN else Path(name).parent


def inside_project(name: str, reference: str) -> Path:
    """Return the target of a reference. Raises ``ValueError`` with a sentence for one outside the project."""
    base = folder_of(name)
    if Path(reference).is_absolute():
        raise ValueError("it must be a relative path")
    try:
        target = (base / reference).resolve()
    except RuntimeError as error:
        raise ValueError(reason(error)) from None
    root = project_root(base.resolve())
    if not target.is_relative_to(root):
        raise ValueError(f"it leads out of the project ({root.name}/)")
    return target


def open_reference(name: str, reference: str) -> File:
    """Return the file that another refers to, where only one is to be read. Raises ``OSError`` or ``ValueError``."""
    return Files().refer(name, reference)

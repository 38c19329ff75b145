"""Linting many files: reading them, keeping references inside the project, gathering what came of each."""

from __future__ import annotations

import fnmatch
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from vmlint.findings.codes import STRUCTURE
from vmlint.reading.places import Place
from vmlint.run.check import Checked, Identity, Settings, check
from vmlint.run.diagnostic import Diagnostic, told_once
from vmlint.run.discover import Wanted, files, is_yaml
from vmlint.syntax.text import MAX_BYTES

STDIN = "<stdin>"
HINT = "VM916"


class Run(NamedTuple):
    """The results of all files, in the order in which they were named."""

    results: tuple[Checked, ...]

    @property
    def linted(self) -> int:
        """How many files held a vmlint document."""
        return sum(result.recognised for result in self.results)

    @property
    def passed_over(self) -> int:
        """How many files were something else."""
        return len(self.results) - self.linted

    @property
    def diagnostics(self) -> Iterator[Diagnostic]:
        """All findings."""
        for result in self.results:
            yield from result.diagnostics


def run(paths: Iterable[str], settings: Settings, stdin_name: str | None = None) -> Run:
    """Lint files, folders and ``-`` (standard input, shown under ``stdin_name``)."""
    results = [_check_file(path, settings, stdin_name or STDIN) for path in files(paths, wanted(settings))]
    once = _each_once(results, settings)
    return Run(tuple(each._replace(diagnostics=told_once(each.diagnostics)) for each in once))


def _each_once(results: Sequence[Checked], settings: Settings) -> Iterator[Checked]:
    """Leave out workloads of other tools' files that a manifest of the same run lies over: it speaks of them."""
    overlaid: dict[Path, set[Identity]] = {}
    told: set[tuple[str, int, int]] = set()
    for result in results:
        for file, workload in result.overlaid:
            overlaid.setdefault(Path(file).resolve(), set()).add(workload)
            told |= {_hint(found) for found in result.diagnostics if found.code == HINT}
    for result in results:
        spoken_for = overlaid.get(Path(result.file).resolve()) if overlaid and result.formats else None
        if spoken_for:
            rest = check(result.file, read_file(Path(result.file)), settings, spoken_for)
            kept = [found for found in rest.diagnostics if found.code != HINT or _hint(found) not in told]
            yield rest._replace(diagnostics=tuple(kept))
        else:
            yield result


def _hint(found: Diagnostic) -> tuple[str, int, int]:
    return found.message, found.place.line, found.place.column


def wanted(settings: Settings) -> Wanted:
    """Return what tells by a file's name whether it may hold a manifest or be of a format that is read."""
    patterns = {pattern.lower() for reader in settings.context.readers for pattern in reader.patterns}
    known = re.compile("|".join(map(fnmatch.translate, sorted(patterns)))) if patterns else None
    return lambda name: is_yaml(name) or bool(known and known.match(name.lower()))


def _check_file(path: str, settings: Settings, stdin_name: str) -> Checked:
    name = stdin_name if path == "-" else path
    try:
        data = read_stdin() if path == "-" else read_file(Path(path))
    except OSError as error:
        described = STRUCTURE["VM901"]
        place = Place(name, 1, 1, 1, 1)
        message = f"cannot be read: {error.strerror or error}"
        return Checked(
            name,
            recognised=True,
            diagnostics=(Diagnostic(described.code, described.name, described.severity, message, "", place, ""),),
        )
    return check(name, data, settings)


def read_file(path: Path) -> bytes:
    """Read a file or a pipe, one byte over the limit at most. Raises ``OSError``; devices could go on for ever."""
    if path.is_dir() or path.is_block_device() or (path.is_char_device() and path != Path("/dev/stdin")):
        raise OSError(0, "it is not a regular file")
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def read_stdin() -> bytes:
    """Read standard input, one byte over the limit at most."""
    if sys.stdin is None:
        raise OSError(0, "standard input is closed")
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def open_reference(name: str, reference: str) -> tuple[str, bytes]:
    """Read the file that a manifest refers to, relative to the manifest and inside its project.

    The project is the git repository around the manifest, or else the manifest's own folder. Returns the file's name
    as the user would write it, and its bytes. Raises ``OSError`` or ``ValueError``.
    """
    base = Path.cwd() if name == STDIN else Path(name).parent
    if Path(reference).is_absolute():
        raise ValueError("it must be a relative path")
    try:
        target = (base / reference).resolve()
    except RuntimeError:
        raise ValueError("its links lead in a circle") from None
    root = project_root(base.resolve())
    if not target.is_relative_to(root):
        raise ValueError(f"it leads out of the project ({root.name}/)")
    if target.exists() and not target.is_file():
        raise ValueError("it is not a regular file")
    return str(base / reference), read_file(target)


def project_root(folder: Path) -> Path:
    """Return the git repository around a folder, or else the folder itself."""
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            return parent
    return folder

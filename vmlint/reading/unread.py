"""Files that cannot be read, as text or to their end, and which format they are meant to be of.

Nobody may take such a file out of sight by one byte, or by its size: what it looks like decides, or else its name.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.findings.problem import Problem, Unreadable
from vmlint.reading.native import recognised
from vmlint.syntax.text import as_far_as_text

if TYPE_CHECKING:
    from vmlint.reading.file import File
    from vmlint.reading.reader import Reader

_ANYTHING = frozenset(
    (
        *("*.yaml", "*.yml", "*.json", "*.xml", "*.xml.in", "*.cfg", "*.conf", "*.config", "config", "lxc.*"),
        *("*.container", "*.pod", "*.kube", "*.hvm", "*.pv", "*.pvh", "*.xl", "*.xm", "xlexample.*", "xmexample*"),
    )
)
"""Patterns of names that other kinds of files have as well: there, only what a file holds counts."""


def unread(file: File, readers: Sequence[Reader]) -> tuple[Reader, Problem] | None:
    """Return the reader of the format that a file is meant to be of, and why the file cannot be read.

    ``None`` where it can be, and for files of no format.
    """
    refusal = _refusal(file)
    if refusal is None:
        return None
    start = as_far_as_text(file.data)
    seen = type(file)(file.name, start.encode())
    whole = refusal.code == "VM904" and len(file.data) <= limits.FILE_BYTES
    of_lines = [each for each in readers if each.comments] if whole else readers
    for reader in of_lines:
        try:
            if next(recognised(seen, (reader,)), None) is not None:
                return reader, refusal
        except Unreadable:
            continue
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001, S112 - a reader may be anybody's; it failed before if it fails here
            continue
    named = None if whole else next((each for each in readers if _is_named(file, each)), None)
    return (named, refusal) if named else None


def _refusal(file: File) -> Problem | None:
    try:
        text = file.text
    except Unreadable as refusal:
        return refusal.problem
    if len(text) > limits.SETTINGS_CHARACTERS:
        from vmlint.findings.place import Span

        message = f"the file is larger than {limits.SETTINGS_CHARACTERS // 2**20} MiB, which no file of settings is"
        return Problem("VM904", message, Span(1, 1, 1, 1))
    return None


def _is_named(file: File, reader: Reader) -> bool:
    base = file.base.lower()
    return any(fnmatch.fnmatchcase(base, each.lower()) for each in reader.patterns if each not in _ANYTHING)

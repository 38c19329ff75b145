"""Files that cannot be read, as text or to their end, and which format they are meant to be of.

Nobody may take such a file out of sight by one byte, or by its size: what it looks like decides, or else its name.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.findings.problem import Problem, Unreadable
from vmlint.patterns import lazy_pattern
from vmlint.reading.native import recognised
from vmlint.syntax.text import in_any_case, without_forbidden

if TYPE_CHECKING:
    from vmlint.reading.file import File
    from vmlint.reading.reader import Reader

_ANYTHING = frozenset(
    (
        *("*.yaml", "*.yml", "*.json", "*.xml", "*.xml.in", "*.cfg", "*.conf", "*.config", "config", "lxc.*"),
        *(
            "*.container",
            "*.pod",
            "*.kube",
            "*.volume",
            "*.hvm",
            "*.pv",
            "*.pvh",
            "*.xl",
            "*.xm",
            "xlexample.*",
            "xmexample*",
        ),
    )
)
"""Patterns of names that other kinds of files have as well: there, only what a file holds counts."""


_SYNTAX = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "commented_json",
    **dict.fromkeys((".ovf", ".vbox", ".vbox-prev", ".pvs"), "xml"),
}
"""Ending of a name -> what parses a file of that name."""
_MARKS = lazy_pattern(r"\{\{|\{%|<%")
"""Marks of templates."""
_HOLDS = lazy_pattern(r"(?:^|(?<=\r))[ \t]*[^ \t\r\n#][^\r\n]*", re.MULTILINE)
"""A line that is neither blank nor a comment."""
_XML_COMMENT = lazy_pattern(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LINE_SHOWN = 5_000
"""Characters at either end of a line that are looked at."""


def unread(file: File, readers: Sequence[Reader]) -> tuple[Reader | None, Problem] | None:
    """Return the reader of the format that a file is meant to be of, and why the file cannot be read.

    ``None`` where it can be, and for files of no format. A file of which nothing but comments was read may be of any
    format of its name.
    """
    refusal = _refusal(file)
    if refusal is None:
        return _broken(file, readers)
    whole = refusal.code == "VM904" and len(file.data) <= limits.FILE_BYTES
    of_lines = [each for each in readers if each.comments] if whole else readers
    looks = [*_looks(in_any_case(file.data))]
    for start in looks:
        reader = _meant(type(file)(file.name, without_forbidden(start).encode()), of_lines)
        if reader is not None:
            return reader, refusal
    if whole:
        return None
    named = next((each for each in readers if _is_named(file, each, _ANYTHING)), None)
    if named is not None:
        return named, refusal
    hidden = refusal.code == "VM904" and not any(map(str.strip, looks))
    if hidden and any(_is_named(file, each) for each in readers):
        message = f"{refusal.message}, and holds nothing but comments and blanks as far as it was read"
        return None, refusal._replace(message=message)
    return None


def _broken(file: File, readers: Sequence[Reader]) -> tuple[Reader, Problem] | None:
    """Return the reader of a format by whose name a file is called, and why the file is broken.

    Templates are none of their format: what they render to is.
    """
    base = file.base.lower()
    syntax = next((syntax for ending, syntax in _SYNTAX.items() if base.endswith(ending)), "")
    named = next((each for each in readers if syntax and _is_named(file, each, _ANYTHING)), None)
    if named is None or _MARKS.search(file.text):
        return None
    try:
        getattr(file, syntax)
    except Unreadable as refusal:
        return (named, refusal.problem) if refusal.problem.code == "VM903" else None
    return None


def _looks(text: str) -> Iterator[str]:
    """Yield what a file is looked at by: its text, or of a large one the beginning of what it holds.

    That is without comments, then also without lines that repeat: what was put in front takes nothing out of sight.
    """
    if len(text) <= limits.SHOWN_BYTES:
        yield text
        return
    if text.startswith("<"):
        text = _XML_COMMENT.sub("", text)
    yield _beginning(match[0] for match in _HOLDS.finditer(text))
    yield _beginning((match[0] for match in _HOLDS.finditer(text)), once=True)


def _beginning(lines: Iterable[str], *, once: bool = False) -> str:
    """Return as many lines as are looked at, long ones without their middle."""
    kept: list[str] = []
    seen: set[str] = set()
    left = limits.SHOWN_BYTES
    for line in lines:
        short = line if len(line) <= 2 * _LINE_SHOWN else f"{line[:_LINE_SHOWN]}{line[-_LINE_SHOWN:]}"
        if once and short in seen:
            continue
        if (left := left - len(short) - 1) < 0:
            break
        kept.append(f"{short}\n")
        if once:
            seen.add(short)
    return "".join(kept)


def _meant(seen: File, readers: Sequence[Reader]) -> Reader | None:
    for reader in readers:
        try:
            if next(recognised(seen, (reader,)), None) is not None:
                return reader
        except Unreadable:
            continue
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001, S112 - a reader may be anybody's; it failed before if it fails here
            continue
    return None


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


def _is_named(file: File, reader: Reader, but: Container[str] = ()) -> bool:
    """Whether a file has a name of a format, ``but`` of some patterns."""
    base = file.base.lower()
    return any(fnmatch.fnmatchcase(base, each.lower()) for each in reader.patterns if each not in but)

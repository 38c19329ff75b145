"""What git ignores, as git reads it.

Not by a library: the one that is known for it (pathspec) takes time without bounds on a pattern of many stars, and a
stranger's repository must not be able to hang a linter. Here a star costs no more than the text that it matches.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from vmlint import limits
from vmlint.door import read_bytes
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple


class Pattern(NamedTuple):
    """One line of a .gitignore file."""

    ignores: bool
    """Whether what matches is ignored; a line that begins with ``!`` takes it back."""
    folders_only: bool
    anywhere: bool
    """Whether it is matched with names in any folder, rather than with paths below the file's own folder."""
    regex: re.Pattern[str]


class Ignores(NamedTuple):
    """The patterns of one file, the last line first, and the folder that they are relative to."""

    folder: str
    """Relative to where the walk's paths begin; empty, or with a slash at the end."""
    patterns: tuple[Pattern, ...]


def excludes(root: Path, inside: str) -> list[Ignores]:
    """Return the patterns of ``.git/info/exclude``, which are not shared with other clones."""
    return ignores_of(root / ".git" / "info" / "exclude", inside, is_of_git=True)


def octets(name: str) -> str:
    """Return a name with a character for each of its bytes, which is what git's ``?`` and ``[...]`` match."""
    return name if name.isascii() else os.fsencode(name).decode("latin-1")


def ignores_of(file: Path, inside: str, *, is_of_git: bool = False) -> list[Ignores]:
    """Return the patterns of a .gitignore file, if there are any. ``inside`` is its folder, for the walk's paths.

    A link is none, as for git, unless it is one of git's own files, which nobody can commit.
    """
    try:
        data = read_bytes(file, links=is_of_git, most=limits.IGNORE_BYTES)
    except (OSError, ValueError):
        return []
    if len(data) > limits.IGNORE_BYTES:
        return []  # as git does: then more is linted
    lines = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1").split("\n")
    if any(len(line) > limits.IGNORE_CHARACTERS and not line.startswith("#") for line in lines):
        return []  # no path is so long
    if sum(not line.startswith("#") and bool(line.strip()) for line in lines) > limits.IGNORE_PATTERNS:
        return []  # here, too, more is linted
    patterns = [pattern for line in lines if (pattern := pattern_of(line.removesuffix("\r")))]
    return [Ignores(inside, tuple(reversed(patterns)))] if patterns else []


def is_ignored(inside: str, name: str, ignores: Iterable[Ignores], *, is_folder: bool) -> bool:
    """Whether an entry is ignored: the last line of the innermost file that matches it decides."""
    for folder, patterns in ignores:
        decisive = deciding(inside[len(folder) :] + name, patterns, is_folder=is_folder)
        if decisive is not None:
            return decisive.ignores
    return False


def deciding(path: str, patterns: Iterable[Pattern], *, is_folder: bool) -> Pattern | None:
    """Return the first of some patterns that matches a path below their folder; ``None`` where none does."""
    name = path[path.rfind("/") + 1 :]
    for pattern in patterns:
        if pattern.folders_only and not is_folder:
            continue
        if pattern.regex.fullmatch(name if pattern.anywhere else path):
            return pattern
    return None


def pattern_of(line: str) -> Pattern | None:
    """Read a line of a .gitignore file; ``None`` for one that can match nothing, which git skips silently."""
    if line.startswith("#"):
        return None
    bare = line.rstrip(" ")
    escapes = len(bare) - len(bare.rstrip("\\"))
    glob = bare + " " if escapes % 2 and bare != line else bare  # an escaped space is kept
    ignores = not glob.startswith("!")
    glob = glob.removeprefix("!")
    folders_only = glob.endswith("/")
    glob = glob.removesuffix("/")
    anywhere = "/" not in glob
    segments = [re.sub(r"\A\*{2,}\Z", "**", each) for each in glob.removeprefix("/").split("/")]
    try:
        regex = re.compile(_path_regex(segments), re.DOTALL)
    except ValueError:
        return None
    return Pattern(ignores, folders_only, anywhere, regex) if any(segments) else None


def _path_regex(segments: list[str]) -> str:
    """Translate a path's segments; ``**`` matches any number of folders, or everything inside one at the end.

    What stands between two ``**`` is matched at its first occurrence only, as what stands between two stars is.
    """
    if len(segments) == 1:
        return _segment_regex(segments[0])
    runs: list[list[str]] = [[]]
    for segment in segments:
        if segment == "**":
            runs.append([])
        else:
            runs[-1].append(segment)
    first, *others = ["/".join(map(_segment_regex, run)) for run in runs]
    if not others:
        return first
    *middle, last = others
    start = f"{first}/" if first else ""
    between = "".join(f"(?>(?:[^/]+/)*?{each}/)" for each in middle if each)
    return start + between + (f"(?:[^/]+/)*{last}" if last else ".+")


_TOKEN = lazy_pattern(
    r"(?P<stars>\*+)|(?P<any>\?)|\\(?P<escaped>.)|\[(?P<set>(?:[!^])?\]?(?:\\.|\[:[^\]]{0,60}:\]|[^\]\\])*+)\]|(?P<char>[^\\\[])",
    re.DOTALL,
)


def _segment_regex(segment: str) -> str:
    """Translate one segment. Raises ``ValueError`` where git would match nothing: ``a\\``, ``[a``, ``[[:no:]]``.

    What follows a star is matched at its first occurrence only (``(?>...)``). That finds every match, and
    many stars cost no more than a few.
    """
    pieces, piece, position = [], "", 0
    while position < len(segment):
        token = _TOKEN.match(segment, position)
        if not token:
            raise ValueError(segment)
        position = token.end()
        if token["stars"]:
            pieces.append(piece)
            piece = ""
        elif token["any"]:
            piece += "[^/]"
        elif token["set"] is not None:
            piece += _set_regex(token["set"])
        else:
            piece += re.escape(token["escaped"] or token["char"])
    if not pieces:
        return piece
    middle = "".join(f"(?>[^/]*?{each})" for each in pieces[1:])
    return f"{pieces[0]}{middle}[^/]*{piece}"


_CLASSES = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": " \\t", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": " \\t-\\r", "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}  # fmt: skip
_MEMBER = lazy_pattern(
    r"\[:(?P<class>[^\]]{61}|[^\]]{0,60}:\])|(?P<low>\\.|[^\\])(?:-(?P<high>\\.|[^\\\]]))?", re.DOTALL
)


def _set_regex(text: str) -> str:
    """Translate a bracket expression. Raises ``ValueError`` for a class of characters that does not exist."""
    negated = text[:1] in ("!", "^") and len(text) > 0
    members = ""
    for member in _MEMBER.finditer(text[negated:]):
        if member["class"] is not None:
            name = member["class"].removesuffix(":]")
            if name not in _CLASSES:  # also what no name is so long as: more is linted
                raise ValueError(text)
            members += _CLASSES[name]
            continue
        low, high = member["low"][-1], (member["high"] or member["low"])[-1]
        if low <= high:  # a reversed range matches nothing
            members += f"{re.escape(low)}-{re.escape(high)}"
    if not members:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{members}]"

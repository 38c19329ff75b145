"""Text on a screen: names of files, measuring, wrapping, and writing with or without colour.

A report yields lines; a line is a list of (text, style) pairs, whose styles are Rich's. So reports stay pure
functions, and only :func:`write` knows of a stream.
"""

from __future__ import annotations

import os
import re
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Literal, TextIO

from vmlint.inert import harmless, spelt_out, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Line = list[tuple[str, str]]

_PLAINER = str.maketrans({"\u2014": "-", "\u2026": "..."})


def file_name(path: str) -> str:
    """Return a path as it is shown to people."""
    return visible(real_name(path))


def real_name(path: str) -> str:
    """Return a path as a UTF-8 locale spells it, in any locale."""
    if path.isascii():
        return path
    try:
        return os.fsencode(path).decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path  # no path of the file system, but a name that a manifest gives


_COMMAND = r"^(\s*)::(?=[a-zA-Z])"


def in_log(line: Line) -> Line:
    """Return a line in which the log of a CI system finds no command, whatever words it was put together from.

    GitHub obeys ``::error::`` at the start of a line, behind blanks too; for others see :mod:`vmlint.inert`.
    """
    whole = "".join(text for text, _ in line)
    if "##" not in whole and "::" not in whole:
        return line
    plain = re.sub(_COMMAND, r"\1: :", harmless(whole, spelt_out))
    if plain == whole:
        return line
    return [(plain, next((style for text, style in line if text.strip()), ""))]


def width(text: str) -> int:
    """Return how many columns of a terminal a visible text takes."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def _char_width(char: str) -> int:
    import unicodedata  # needed for few texts

    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, columns: int) -> Iterator[str]:
    """Break a text between words."""
    words: list[str] = []
    used = 0
    for word in text.split(" "):
        needed = width(word) + bool(words)
        if words and used + needed > columns:
            yield " ".join(words)
            words, used, needed = [], 0, width(word)
        words.append(word)
        used += needed
    yield " ".join(words)


def in_colour(stream: TextIO) -> bool:
    """Whether to write colour: to a terminal, or where ``FORCE_COLOR`` asks for it; ``NO_COLOR`` wins."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def columns() -> int:
    """Return the width to write for: the terminal's, within what reads well; 100 where there is none."""
    return min(max(_asked_columns() or _terminal_columns() or 100, 40), 120)


def _asked_columns() -> int:
    try:
        return max(int(os.environ["COLUMNS"]), 0)
    except (KeyError, ValueError):
        return 0


def _terminal_columns() -> int:
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):  # closed, replaced, or no terminal
        return 0


def tolerant(stream: TextIO) -> TextIO:
    """Make a stream escape what its encoding lacks, instead of failing."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def write(lines: Iterable[Line], stream: TextIO, colour: bool) -> None:
    """Write lines to a stream."""
    table = {} if _writes_dashes(stream) else _PLAINER
    lines = map(in_log, lines)
    if colour:
        _write_styled(([(text.translate(table), style) for text, style in line] for line in lines), stream)
        return
    for line in lines:
        stream.write("".join(text for text, _ in line).translate(table).rstrip() + "\n")


def _write_styled(lines: Iterable[Line], stream: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    # The sixteen colours every terminal has are all that is used; on Windows, Rich finds out how to set them.
    system: Literal["auto", "standard"] = "auto" if os.name == "nt" else "standard"
    console = Console(
        file=stream,
        force_terminal=True,
        color_system=system,
        no_color=False,
        markup=False,
        highlight=False,
        emoji=False,
    )
    for line in lines:
        text = Text.assemble(*line)
        text.rstrip()
        console.print(text, soft_wrap=True)


def _writes_dashes(stream: TextIO) -> bool:
    try:
        "\u2014\u2026".encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def write_utf8(text: str, stream: TextIO) -> None:
    """Write text for a machine: UTF-8 and ``\\n``, in any locale."""
    if not isinstance(stream, TextIOWrapper):
        stream.write(text)
        return
    stream.flush()
    stream.buffer.write(text.encode("utf-8"))
    stream.buffer.flush()

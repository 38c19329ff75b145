"""Text on a screen: escaping what is untrusted, measuring, wrapping, and writing with or without colour.

A report yields lines; a line is a list of (text, style) pairs, whose styles are Rich's. So reports stay pure
functions, and only :func:`write` knows of a stream.
"""

from __future__ import annotations

import os
import re
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Literal, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Line = list[tuple[str, str]]

LONGEST = 500
"""The most characters of untrusted text that are shown."""
_HARMFUL = (
    "[\x00-\x1f\x7f-\x9f"  # C0 and C1 controls: terminal commands, newlines
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # invisible, or turning the direction of what follows
    "\ud800-\udfff\U000e0000-\U000e007f]"  # lone surrogates, tags
)
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PLAINER = str.maketrans({"\u2014": "-", "\u2026": "..."})


def visible(text: str, longest: int = LONGEST) -> str:
    """Return untrusted text as one harmless line: what a terminal would obey is escaped, such as ``\\x1b``."""
    if len(text) > longest:
        text = text[:longest] + "\u2026"
    return harmless(text, spelt_out)


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


def harmless(text: str, escape: Callable[[str], str]) -> str:
    """Escape every character that a terminal would obey or a reader would not see."""
    return text if text.isprintable() else re.sub(_HARMFUL, lambda match: escape(match[0]), text)


def spelt_out(char: str) -> str:
    """Return the escape of a character, as Python writes it."""
    number = ord(char)
    if char in _NAMED:
        return _NAMED[char]
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def in_runner_log(line: Line) -> Line:
    """Return a line in which the log of GitHub Actions finds no command: ``::error::`` at its start, ``##[error]``."""
    whole = "".join(text for text, _ in line)
    if "##[" not in whole and not whole.lstrip().startswith("::"):
        return line
    style = next((style for text, style in line if text.strip()), "")
    plain = whole.replace("##[", "# #[")
    return [(plain.replace("::", ": :", 1) if plain.lstrip().startswith("::") else plain, style)]


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

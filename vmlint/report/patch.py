"""What would change in files, as a unified patch that ``git apply`` and ``patch`` take."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator

from vmlint.inert import harmless, spelt_out
from vmlint.patterns import lazy_pattern
from vmlint.run.secrets import masked
from vmlint.syntax.lines import split_lines
from vmlint.syntax.text import encoding_of

_CONTEXT = 3
_HEADS = 2
"""Lines of a patch before its first hunk: the names of the file."""


def patch(name: str, before: bytes, after: bytes) -> Iterator[bytes]:
    """Yield the patch of one file. ``name`` is written as the user wrote it. Equal contents give nothing."""
    old, new = _lines(before), _lines(after)
    start = _common(old, new)
    kept = max(start - _CONTEXT, 0)  # what both begin with takes no time to compare
    hunks = difflib.diff_bytes(
        difflib.unified_diff, old[kept:], new[kept:], _name("a", name), _name("b", name), n=_CONTEXT
    )
    for line in hunks:
        shown = _moved(line, kept) if line.startswith(b"@@") else line
        yield shown if shown.endswith(b"\n") else shown + b"\n\\ No newline at end of file\n"


def without_secrets(parts: Iterable[bytes], before: bytes, after: bytes) -> Iterator[bytes]:
    """Yield the parts of a patch with each character of a secret as ``*``, which changes the lines that hold one."""
    old, new = _shown(before), _shown(after)
    at_old = at_new = 0
    for number, part in enumerate(parts):
        sign = part[:1]
        if number < _HEADS:
            yield part
        elif sign == b"@":
            at_old, at_new = (int(word[1:].partition(b",")[0]) - 1 for word in part.split(b" ")[1:3])
            yield part
        else:
            line, shown = new[at_new] if sign == b"+" else old[at_old]
            at_old += sign != b"+"
            at_new += sign != b"-"
            yield sign + shown + part[1 + len(line) :]


_OBEYED = lazy_pattern(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
    "|#(?=#\\w{0,20}\\[)|(?<=^ )\\s*::(?=[a-zA-Z])"
)
"""What a terminal or the log of a CI system obeys in a line of a patch. What is merely invisible stays as it is."""


def inert(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts of a patch of UTF-8 with what a terminal or a log would obey spelt out, which changes them."""
    for number, part in enumerate(parts):
        if number < _HEADS:
            yield part
            continue
        text = part.decode("utf-8", "surrogateescape")
        line = text.removesuffix("\n").removesuffix("\r")
        shown = _OBEYED.sub(_spelt_out, line)
        yield part if shown == line else (shown + text[len(line) :]).encode("utf-8", "surrogateescape")


def _spelt_out(found: re.Match[str]) -> str:
    return found[0].replace("::", ": :") if "::" in found[0] else spelt_out(found[0])


def _shown(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return the lines of a content, without their ends, each as it is and as it is shown."""
    _, encoding = encoding_of(data)
    text = data.decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
    whole = split_lines(text, keepends=True)
    hidden = (each + line[len(each) :] for each, line in zip(masked(text).lines, whole, strict=True))
    shown = "".join(hidden).encode(encoding, "surrogateescape").split(b"\n")
    lines = data.split(b"\n")
    if len(lines) != len(shown):  # a secret of characters that hold the byte of a line feed
        shown = [b"*" * len(line) for line in lines]
    return list(zip(lines, shown, strict=True))


def _lines(data: bytes) -> list[bytes]:
    """Split a content as git does: at line feeds alone."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _common(old: list[bytes], new: list[bytes]) -> int:
    pairs = zip(old, new, strict=False)
    return next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new)))


def _moved(header: bytes, lines: int) -> bytes:
    """Return the header of a hunk as it is in the whole file."""
    parts = header.split(b" ")
    for index in (1, 2):
        start, comma, count = parts[index][1:].partition(b",")
        parts[index] = parts[index][:1] + str(int(start) + lines).encode() + comma + count
    return b" ".join(parts)


def _name(side: str, name: str) -> bytes:
    """Return a name as git writes it: from the current folder, in quotes where it holds anything odd."""
    shown = os.path.normpath(name).replace(os.sep, "/").lstrip("/")
    path = os.fsencode(f"{side}/{shown}")
    plain = harmless(path.decode("utf-8", "surrogateescape"), spelt_out).encode("utf-8", "surrogateescape") == path
    if plain and all(byte >= 0x20 and byte not in b'"\\\x7f' for byte in path):
        return path + (b"\t" if b" " in path else b"")
    named = {7: b"a", 8: b"b", 9: b"t", 10: b"n", 11: b"v", 12: b"f", 13: b"r", 34: b'"', 92: b"\\"}
    odd = (
        b"\\" + (named[byte] if byte in named else b"%03o" % byte)
        if byte < 0x20 or byte in b'"\\\x7f' or (not plain and (byte >= 0x80 or byte == ord("#")))
        else bytes([byte])
        for byte in path
    )
    return b'"' + b"".join(odd) + b'"'

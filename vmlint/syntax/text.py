"""Decode the bytes of a file to text, and report what cannot be decoded."""

from __future__ import annotations

import codecs
import contextlib

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem, Unreadable
from vmlint.patterns import lazy_pattern
from vmlint.syntax.lines import split_lines

BOM = "\ufeff"
UNREADABLE = "\ufffd"
"""What stands for a byte that is no text, in files that are read in spite of it."""
ENCODINGS = (
    # UTF-32 first: its little-endian mark begins with the mark of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
WIDE = tuple(mark for mark, encoding in ENCODINGS if encoding != "utf-8")
"""Byte order marks of encodings in which a character has several bytes."""
LONE_RETURN = lazy_pattern(r"\r(?!\n)")
"""What ends a line in reports beside a line feed."""
_ESCAPED = lazy_pattern(rb"\\(?:x|u00|U000000)([2-7][0-9A-Fa-f])")
_BROKEN_LINE = lazy_pattern(rb"\\[ \t]*(?:\r\n?|\n)[ \t]*")
_C0 = "".join(map(chr, (*range(9), 11, 12, *range(14, 32), 127)))
_BEYOND_ASCII = "".join(map(chr, (*range(0x80, 0x85), *range(0x86, 0xA0), 0xFFFE, 0xFFFF)))
_C0_BYTES = _C0.encode()


def decode(data: bytes, declared: str = "utf-8") -> str:
    """Return the text of a file: UTF-8, or UTF-16 or UTF-32 with a byte order mark, without that mark.

    Without a byte order mark, the file can declare another encoding.

    Raises ``Unreadable``: VM904 over ``limits.FILE_BYTES``; VM902 at the first byte that is invalid in the encoding, or
    at the first control character that YAML (and every other format read here) forbids.
    """
    if len(data) > limits.FILE_BYTES:
        message = f"the file is larger than {limits.FILE_BYTES // 2**20} MiB"
        raise Unreadable(Problem("VM904", message, Span(1, 1, 1, 1)))
    mark, encoding = encoding_of(data, declared)
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding)
        shown = " ".join(f"0x{byte:02x}" for byte in body[error.start : error.end][:4])
        message = f"{shown} is not valid {encoding[:6].rstrip('-').upper()}"
        raise Unreadable(at("VM902", message, before, len(before), _encoding_help(encoding))) from None
    if (position := forbidden(text)) is not None:
        message = f"the control character U+{ord(text[position]):04X} is not allowed in a text file"
        raise Unreadable(at("VM902", message, text, position))
    return text.lstrip(BOM)


def searchable(data: bytes) -> bytes:
    """Return the bytes in which marks of a format are searched: also as they are once escapes and UTF-16 are decoded.

    What is no escape may be taken for one, so a mark that is found proves nothing. One that is not found is not there.
    """
    if data.startswith(WIDE):
        with contextlib.suppress(Unreadable):
            data = decode(data).encode()
    if b"\0" in data:  # UTF-16 without a mark, as XML may be
        data = data.replace(b"\0", b"")
    if b"\\" not in data:
        return data
    plain = data.replace(b"\\/", b"/")
    if b"\\\n" in plain or b"\\\r" in plain or b"\\ " in plain or b"\\\t" in plain:
        plain = _BROKEN_LINE.sub(b"", plain)
    if b"\\x" in plain or b"\\u" in plain or b"\\U" in plain:
        plain = _ESCAPED.sub(lambda found: bytes((int(found[1], 16),)), plain)
    return data if plain == data else data + b"\n" + plain


def in_any_case(data: bytes) -> str:
    """Return the text of a file as far as its size allows, with a mark for each byte that is none in its encoding."""
    mark, encoding = encoding_of(data)
    body = data[len(mark) : limits.FILE_BYTES]
    start = body[: limits.SHOWN_BYTES]
    if not mark and start.count(b"\0") * 4 > len(start):  # UTF-16 without a mark
        body = body.replace(b"\0", b"")
    return body.decode(encoding, "replace")


def without_forbidden(text: str) -> str:
    """Return a text with a mark for each character that none can hold."""
    while (position := forbidden(text)) is not None:
        text = text.replace(text[position], UNREADABLE)
    return text


def encoding_of(data: bytes, declared: str = "utf-8") -> tuple[bytes, str]:
    """Return the byte order mark of a file and the encoding that it names; without a mark, ``declared``."""
    return next((pair for pair in ENCODINGS if data.startswith(pair[0])), (b"", declared))


def _encoding_help(encoding: str) -> str:
    return "save the file as UTF-8" if encoding == "utf-8" else ""


def forbidden(text: str) -> int | None:
    """Return the index of the first character that YAML forbids (controls, surrogates), or ``None``."""
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        return min([error.start, *_indexes(text[: error.start], _C0 + _BEYOND_ASCII)])
    clean = len(data.translate(None, _C0_BYTES)) == len(data)
    if clean and len(data) == len(text):
        return None
    found = _indexes(text, _BEYOND_ASCII if clean else _C0 + _BEYOND_ASCII)
    return min(found, default=None)


def _indexes(text: str, characters: str) -> list[int]:
    # One fast search for each character: a regular expression over these ranges takes long to compile.
    return [index for character in characters if (index := text.find(character)) >= 0]


def span_at(text: str, index: int, length: int = 1) -> Span:
    """Return the span at an index of a text (0-based, in characters), ``length`` characters long."""
    lines = split_lines(text[:index] + ".")
    line, column = len(lines), len(lines[-1])
    return Span(line, column, line, column + length)


def at(code: str, message: str, text: str, index: int, help: str = "", length: int = 1) -> Problem:
    """Build a problem at an index of a text."""
    return Problem(code, message, span_at(text, index, length), help)

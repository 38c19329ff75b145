"""Changes of bytes at random: those that break parsers, and those that a stranger would think of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

LARGEST = 100_000
"""Bytes of a changed file."""
PIECES = (
    *b"[ { ( ) ] } < > \\ / . * ? : , - & ! ' \" # = ; | ~ % @ $ ^ + _".split(b" "),
    *b"/\\ ${ %( {{ {% <% <a> </a> <!-- --> /* */ << *a &a !a **/ a/ [[: ][".split(b" "),
    *b"for def do if end |a| '' 0 -1 1e999 99999999999999999999 0x null true".split(b" "),
    *b"!!python/object:os.system <!DOCTYPE <!ENTITY ]]> <![CDATA[ %YAML --- ...".split(b" "),
    *b"::error:: ##[error] vmlint:".split(b" "), b"# vmlint: ignore[VM407] x", b"- ", b"? ", b": ",
    b"\0", b"\r", b"\n", b"\r\n", b"\t", b" ", b"\x0b", b"\x0c", b"\x1b[31m", b"\x7f", b"\x80",
    b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae",
    b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xc0\xaf",
)  # fmt: skip
"""What nests, quotes, or begins something in one of the languages, and what is no text or no letter."""

Change = Callable[[Random, bytes, Sequence[bytes]], bytes]


def _span(random: Random, data: bytes) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.choice((1, 2, 8, 40, 400)))


def flip(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Change a byte."""
    at = random.randrange(len(data) + 1)
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def drop(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Take a part out."""
    start, end = _span(random, data)
    return data[:start] + data[end:]


def cut(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """End the file early."""
    return data[: random.randrange(len(data) + 1)]


def insert(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Put a piece in, perhaps many times."""
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(PIECES) * random.choice((1, 1, 1, 2, 50, 500)) + data[at:]


def again(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Repeat a part."""
    start, end = _span(random, data)
    return data[:end] + data[start:end] * random.choice((1, 2, 20, 200)) + data[end:]


def lines(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Put two lines into each other's place."""
    parts = data.split(b"\n")
    one, other = random.randrange(len(parts)), random.randrange(len(parts))
    parts[one], parts[other] = parts[other], parts[one]
    return b"\n".join(parts)


def word(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Put a piece in the place of a word."""
    parts = data.split(b" ")
    parts[random.randrange(len(parts))] = random.choice(PIECES)
    return b" ".join(parts)


def splice(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Go on as another file."""
    other = random.choice(others)
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


CHANGES: tuple[Change, ...] = (flip, drop, cut, insert, insert, again, lines, word, splice)


def mutated(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Return a file after one to six changes."""
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        data = random.choice(CHANGES)(random, data, others)[:LARGEST]
    return data

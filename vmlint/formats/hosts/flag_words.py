"""Flags of a processor, as ``grep -ow NAME /proc/cpuinfo`` prints them: one word on each line."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import File, Spec, Unreadable, cpu_flags, split_lines

from ..shared.hosts import some_flags

_WORDS = 8
"""Different flags that somebody asks for at once."""


def recognises(file: File) -> bool:
    """Recognise the text by its words, all of which are flags."""
    try:
        text = file.text
    except Unreadable:
        return False
    words = {*split_lines(text[:65_536])}
    return 0 < len(words) <= _WORDS and words <= cpu_flags()


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named. Others may be there, too."""
    spec = Spec("", file.span(1))
    spec.part = True
    first = {word: number for number, word in reversed([*enumerate(file.lines, 1)])}
    some_flags(spec, ((word, file.span(number)) for word, number in sorted(first.items())))
    yield spec

"""Hints in a file of another tool: comments by which its author tells vmlint what the format cannot say.

``# vmlint: environment=production`` states one field below ``spec`` of every workload in the file. Any line comment
will do: the tool that the file is for does not see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from vmlint.readers.spec import File, Span

MOST = 200
"""Hints of one file that are read."""
_HINT = re.compile(r"(?:#|//|;|--|<!--)[ \t]*vmlint:[ \t]*([A-Za-z][\w.\-/]*)[ \t]*=[ \t]*([^\r\n]*)")


class Hint(NamedTuple):
    """One field and its text."""

    path: str
    text: str
    at: Span


def hints(file: File) -> Iterator[Hint]:
    """Yield the hints that stand in a file's comments."""
    if b"vmlint:" not in file.data:
        return
    found = 0
    for number, line in enumerate(file.lines, 1):
        match = _HINT.search(line) if "vmlint:" in line else None
        if match and found < MOST:
            found += 1
            text = re.sub(r"[ \t]*(?:-->|\*/)[ \t]*$", "", match[2]).strip()
            path = match[1].removeprefix("spec.")
            yield Hint(path, text, Span(number, match.start(1) + 1, number, match.start(2) + 1 + len(text)))

"""The two streams of every command: its result on standard output, remarks for people on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from vmlint.inert import harmless, spelt_out, visible
from vmlint.report.screen import in_colour, in_log, tolerant, write, write_utf8

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vmlint.report.screen import Line

LONGEST = 2000
"""Characters of one remark, which may name several files."""


def show_document(parts: Iterable[str]) -> None:
    """Write a long document for machines, part by part."""
    for part in parts:
        write_utf8(part, sys.stdout)


def show(result: str | Iterable[Line]) -> None:
    """Write a result: a document as UTF-8 for machines, lines for people in colour where that is wanted."""
    if isinstance(result, str):
        write_utf8(result, sys.stdout)
    else:
        stdout = tolerant(sys.stdout)
        write(result, stdout, in_colour(stdout))


def say(text: str) -> None:
    """Write a remark as one line. What a terminal or a log would obey is escaped, so it need not be visible before."""
    complain(f"vmlint: {visible(text, LONGEST)}")


def complain(text: str) -> None:
    """Write lines to standard error, in which what is foreign was made visible, or is a word of the command line."""
    for line in text.split("\n"):
        write([in_log([(harmless(line, spelt_out), "")])], tolerant(sys.stderr), colour=False)

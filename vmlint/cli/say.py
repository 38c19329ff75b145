"""The two streams of every command: its result on standard output, remarks for people on standard error."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from vmlint.report.screen import in_colour, tolerant, visible, write, write_utf8

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
    """Write a remark as one line. What a terminal would obey is escaped."""
    tolerant(sys.stderr).write(in_log(f"vmlint: {visible(text, LONGEST)}\n"))


def in_log(text: str) -> str:
    """Return a remark or an error without a command to GitHub Actions, which reads both streams for them."""
    return text.replace("##[", "# #[") if os.environ.get("GITHUB_ACTIONS") else text

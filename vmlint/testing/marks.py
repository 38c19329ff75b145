"""The comments by which a case says what its rule reports.

A finding is written under the line at which it stands, with the field at fault and the message word for word::

    kernel: {version: 5.10.0}
    # error host.kernel.version: needs kernel >=6.1; the host runs 5.10.0, and a container cannot bring its own
    #   because guest.kernel.requires, deployment.mode
    #   help: run it on a host with such a kernel, or in a virtual machine
    #   repair: the same image in a small virtual machine per pod: deployment.mode=kata

The first word is the severity, followed by the confidence where that is not high: ``# note (low) …``. A comment that is
indented further continues the line above. ``# undecided: needs host.kernel.version`` names the fact that the rule
lacks, and stands at the end.

A case without such comments is held to its kind alone. One that has any must have all of them. The reasons, help and
repairs under a finding may be left out; a finding that has any of these lines must have all.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.syntax.lines import split_lines

WIDTH = 100
"""Columns at which comments are wrapped, so that `vmlint explain` shows them whole."""
_FINDING = lazy_pattern(r" (?:error|warning|note)(?: \((?:medium|low)\))? [a-zA-Z.]+: \S.*")
_UNDECIDED = lazy_pattern(r" undecided: needs \S.*")
_DETAIL = lazy_pattern(r" {3}(?:because|help:|repair:) \S.*")
_CONTINUED = lazy_pattern(r" {5,}\S.*")
_ALMOST = lazy_pattern(r"\s*(?:(?:error|warning|note|undecided|because)\b|help:|repair:)", re.IGNORECASE)
"""How a comment begins that is meant as a mark, rightly written or not."""


class Mark(NamedTuple):
    """One thing that a rule reports about a document."""

    line: int
    """Number of the line in the document at which it stands, counted from one."""
    text: str
    """``error host.kernel.version: …``, or ``undecided: needs …``."""
    details: tuple[str, ...] = ()
    """``because …``, ``help: …`` and ``repair: …``."""

    @property
    def is_undecided(self) -> bool:
        """Whether it names a fact that the rule lacks, rather than a finding."""
        return self.text.startswith("undecided: ")

    def comments(self, margin: str = "") -> list[str]:
        """Return the comment lines that say so."""
        lines = [_wrapped(f"{margin}# ", self.text, f"{margin}#     ")]
        lines += [_wrapped(f"{margin}#   ", detail, f"{margin}#     ") for detail in self.details]
        return [line for wrapped in lines for line in wrapped]


def _wrapped(head: str, text: str, further: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=head, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )


def read(text: str) -> list[Mark]:
    """Return the marks in a document, in their order. Raises ``ValueError`` for one that is written wrongly."""
    marks: list[Mark] = []
    line = 0
    is_open = False
    for number, written in enumerate(split_lines(text), 1):
        body = written.strip()
        if not body.startswith("#"):
            line, is_open = (number if body else line), False
            continue
        body = body[1:].rstrip()
        if _FINDING.fullmatch(body) or _UNDECIDED.fullmatch(body):
            marks.append(Mark(line, body.strip()))
            is_open = True
        elif is_open and _DETAIL.fullmatch(body):
            marks[-1] = marks[-1]._replace(details=(*marks[-1].details, body.strip()))
        elif is_open and _CONTINUED.fullmatch(body):
            marks[-1] = _continued(marks[-1], body.strip())
        elif _ALMOST.match(body):
            raise ValueError(
                f"line {number}: the comment {written.strip()!r} begins like a mark and is none; write"
                " `# error <field>: <message>` (or warning, note, note (low)), `# undecided: needs <field>`,"
                " or, under one of these, `#   because <field>, <field>`, `#   help: …`, `#   repair: …`"
            )
        else:
            is_open = False
    return marks


def _continued(mark: Mark, more: str) -> Mark:
    if mark.details:
        *before, last = mark.details
        return mark._replace(details=(*before, f"{last} {more}"))
    return mark._replace(text=f"{mark.text} {more}")


def agree(expected: Sequence[Mark], found: Sequence[Mark]) -> bool:
    """Whether the marks of a document say what was found. Details that a mark leaves out are not compared."""
    return len(expected) == len(found) and all(
        (one.line, one.text) == (other.line, other.text) and one.details in ((), other.details)
        for one, other in zip(expected, found, strict=True)
    )


def without(text: str) -> str:
    """Return a document without its marks."""
    return "".join(_unmarked(split_lines(text, keepends=True)))


def _unmarked(lines: Iterable[str]) -> Iterator[str]:
    is_open = False
    for written in lines:
        body = written.strip()[1:] if written.strip().startswith("#") else None
        starts = body is not None and bool(_FINDING.fullmatch(body) or _UNDECIDED.fullmatch(body))
        is_open = starts or (
            is_open and body is not None and bool(_DETAIL.fullmatch(body) or _CONTINUED.fullmatch(body))
        )
        if not is_open:
            yield written


def written(text: str, marks: Iterable[Mark]) -> str:
    """Return a document without marks of its own, with some put in under their lines."""
    lines = split_lines(text)
    in_order = sorted(marks, key=lambda mark: mark.line)
    for mark in in_order[::-1]:  # from the end, so that no line moves before its marks are put in
        above = lines[mark.line - 1]
        lines[mark.line : mark.line] = mark.comments(above[: len(above) - len(above.lstrip())])
    return "\n".join(lines) + "\n"

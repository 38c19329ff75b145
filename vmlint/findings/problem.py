"""What is wrong with a file, found before any rule runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.fix import Fix
    from vmlint.findings.place import Span


class Problem(NamedTuple):
    """A fault of a file, or of a document in it."""

    code: str
    """One of :data:`vmlint.findings.codes.CODES`."""
    message: str
    at: Span
    help: str = ""
    """What to write instead, or the nearest valid word."""
    fixes: tuple[Fix, ...] = ()
    """Edits that mend it, the best first. Their places do not name the file yet."""


class Unreadable(Exception):  # noqa: N818 - it says what the file is
    """A file that cannot be read; ``problem`` says why and where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem

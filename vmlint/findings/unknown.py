"""The unknown: what reading a fact that nobody stated does, and three-valued *and* and *or* over it."""

from __future__ import annotations

from collections.abc import Callable


class Unknown(Exception):  # noqa: N818 - a state of knowledge, not an error
    """A fact that nobody stated was needed.

    ``path`` is the field that would state it (``host.kernel.version``), or ``catalog.…`` where vmlint's own catalogue
    does not say.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def either(*questions: Callable[[], bool]) -> bool:
    """Three-valued *or*: true if any question is; unknown if none is true and one cannot be answered."""
    unknown: Unknown | None = None
    for question in questions:
        try:
            if question():
                return True
        except Unknown as missing:
            unknown = unknown or missing
    if unknown:
        raise unknown
    return False


def both(*questions: Callable[[], bool]) -> bool:
    """Three-valued *and*: false if any question is; unknown if none is false and one cannot be answered."""
    unknown: Unknown | None = None
    for question in questions:
        try:
            if not question():
                return False
        except Unknown as missing:
            unknown = unknown or missing
    if unknown:
        raise unknown
    return True

"""Several questions in one rule, of which each can be answered although another cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from vmlint.api import Finding, Unknown


def each_alone(looks: Iterable[Callable[[], Iterator[Finding]]]) -> Iterator[Finding]:
    """Yield what the looks find; unknown where none of them finds anything and one lacks a fact."""
    found: list[Finding] = []
    unknown: Unknown | None = None
    for look in looks:
        try:
            found += look()
        except Unknown as missing:
            unknown = unknown or missing
    if unknown and not found:
        raise unknown
    yield from found
